"""Poses that another tool found, as a performance: the part of a pose file that is asked for, with the most prominent
first.
"""

from __future__ import annotations

from pathlib import Path

from . import pose_files
from .pose_files import PoseFile, PoseFileError
from .pose_files.prominence import prominence
from .video import PICTURES, FrameRange

POSE_SUFFIXES = frozenset({".json", ".csv", ".npy", ".npz", ".h5", ".hdf5"})
"""What pose files end in; no video and no picture does."""


def holds_poses(path: Path) -> bool:
    """Whether a path is a pose file, or a folder of JSON files without pictures, and so nothing to look for people in."""
    if not path.is_dir():
        return path.suffix.lower() in POSE_SUFFIXES
    suffixes = {file.suffix.lower() for file in path.iterdir() if not file.name.startswith(".")}
    return ".json" in suffixes and not suffixes & PICTURES


def read_performance(
    path: Path,
    frame_range: FrameRange | None = None,
    *,
    fps: float | None = None,
    image_size: tuple[int, int] | None = None,
    layout: str | None = None,
    body_parts: str = "",
) -> PoseFile:
    """Everybody in a part of a pose file, the most prominent first; what is given outweighs the file, as in
    `pose_files.read`.

    The ids are the file's own where they count from 1. Raises PoseFileError where the file cannot be read or shows
    nobody in that part.
    """
    whole = pose_files.read(path, fps=fps, image_size=image_size, layout=layout, body_parts=body_parts)
    count = len(whole.people[0])
    first, stop = (frame_range or FrameRange()).frames(whole.people[0].fps)
    if first >= count:
        raise PoseFileError(f"{path.name} has {count} frames and the range begins at {first}; choose an earlier one.")
    parts = {id_: person[first:stop] for id_, person in zip(whole.ids, whole.people, strict=True)}
    seen = {id_: person for id_, person in parts.items() if person.confidence.any()}
    if not seen:
        raise PoseFileError(
            f"{path.name} shows nobody from frame {first} to {min(stop or count, count)}; choose another range."
        )
    ranked = sorted(seen, key=lambda id_: -prominence(seen[id_]))
    ids = tuple(ranked) if min(ranked) > 0 else tuple(range(1, len(ranked) + 1))
    return PoseFile(tuple(seen[id_] for id_ in ranked), ids)
