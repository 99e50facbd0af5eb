"""Every format we read and write: one line each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from ..motion import RetargetedMotion
from ..pose_sequence import PoseSequence, checked_fps, checked_image_size
from ..skeleton import LAYOUTS
from . import alphapose, coco, deeplabcut, freemocap, heatmaps, mediapipe, mmpose, npz, openpose, table
from .containers import Container, CsvFile, NpzFile, container_of, open_npy, read_json
from .frame_numbers import same_but_for_numbers
from .point_names import body_parts_of
from .pose_file import MAX_FPS, MIN_FPS, PoseFile, PoseFileError, Source

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Format:
    """A format: its container, whether opened content is of it, and the people in that content."""

    name: str
    container: Container
    recognises: Callable[[Any], bool]
    read: Callable[[Any, Source], PoseFile]


OPENERS: dict[Container, Callable[[Source], Any]] = {
    Container.FOLDER: lambda source: source.path,
    Container.JSON: lambda source: read_json(source.path),
    Container.CSV: CsvFile.open,
    Container.NPY: open_npy,
    Container.NPZ: NpzFile.open,
    Container.HDF5: lambda source: source.path,
}

FORMATS: tuple[Format, ...] = (
    Format("Motion Retarget 2D .npz", Container.NPZ, npz.recognises, npz.read),
    Format("heatmaps (.npz)", Container.NPZ, heatmaps.recognises_npz, heatmaps.read_npz),
    Format("heatmaps (.npy)", Container.NPY, heatmaps.recognises, heatmaps.read),
    Format("FreeMoCap .npy", Container.NPY, freemocap.recognises, freemocap.read),
    Format("OpenPose folder", Container.FOLDER, openpose.recognises_folder, openpose.read_folder),
    Format("OpenPose frame", Container.JSON, openpose.recognises, openpose.read),
    Format("COCO JSON", Container.JSON, coco.recognises, coco.read),
    Format("MMPose JSON", Container.JSON, mmpose.recognises, mmpose.read),
    Format("AlphaPose JSON", Container.JSON, alphapose.recognises, alphapose.read),
    Format("Motion Retarget 2D CSV", Container.CSV, table.recognises, table.read),
    Format("MediaPipe CSV", Container.CSV, mediapipe.recognises, mediapipe.read),
    Format("DeepLabCut CSV", Container.CSV, deeplabcut.recognises, deeplabcut.read),
    Format("DeepLabCut HDF5", Container.HDF5, lambda _: True, deeplabcut.read_hdf5),
)
"""In the order in which they are asked; the first that recognises the content reads it."""

WRITERS: dict[str, Callable[[PoseFile, Path], None]] = {".npz": npz.write, ".csv": table.write, "": openpose.write}
"""By the suffix of the path; OpenPose JSON is a folder and has none."""


def read(
    path: str | PathLike[str],
    *,
    fps: float | None = None,
    image_size: tuple[int, int] | None = None,
    layout: str | None = None,
    body_parts: Mapping[str, str] | str | None = None,
) -> PoseFile:
    """Read everybody in a pose file or folder. The content tells the format, not the name.

    What is given outweighs the file: `fps` (30 where neither says), `image_size` (width, height) in pixels, `layout` (a
    name of `LAYOUTS`), `body_parts` (from the file's names of points to ours, or the same as text: `ankle1=right_ankle,
    knee1=right_knee`). One file of an OpenPose folder stands for the folder, and a warning says so. Raises
    PoseFileError, one sentence, where the file is missing, broken, or of no format we know.
    """
    if layout is not None and layout not in LAYOUTS:
        raise PoseFileError(f"There is no joint layout {layout}; name one of {', '.join(LAYOUTS)}.")
    source = Source(
        Path(path),
        checked_fps(fps) if fps is not None else None,
        checked_image_size(image_size),
        layout,
        body_parts_of(body_parts),
    )
    container = container_of(source)
    content = OPENERS[container](source)
    for format_ in FORMATS:
        if format_.container is container and format_.recognises(content):
            try:
                poses = _with_possible_rate(format_.read(content, source), source)
                if container is Container.JSON:
                    _tell_of_neighbours(poses, source)
                return poses
            except PoseFileError:
                raise
            except ValueError as error:
                raise PoseFileError(f"{source.path.name} cannot be used: {error}") from error
    known = ", ".join(format_.name for format_ in FORMATS if format_.container is container)
    raise source.error(f"is {container.value} but no pose file that we know; give {known}.")


def _tell_of_neighbours(poses: PoseFile, source: Source) -> None:
    """Say where a file of one frame lies among others that are called like it."""
    if len(poses.people[0]) > 1:
        return
    with suppress(OSError):  # a folder that may not be listed
        alike = [
            path
            for path in source.path.parent.iterdir()
            if path.suffix == source.path.suffix and same_but_for_numbers(path.name, source.path.name)
        ]
        if len(alike) > 1:
            logger.warning(
                "%s holds one frame, and %d files beside it are called like it; put all frames into one file.",
                *(source.path.name, len(alike) - 1),
            )


def _with_possible_rate(poses: PoseFile, source: Source) -> PoseFile:
    """The poses; PoseFileError where their frame rate cannot be."""
    fps = poses.people[0].fps
    if not MIN_FPS <= fps <= MAX_FPS:
        raise source.error(f"has {fps:g} frames a second; give its true rate with --fps, {MAX_FPS:g} at most.")
    return poses


def write(poses: PoseFile | PoseSequence | RetargetedMotion, path: str | PathLike[str]) -> None:
    """Write poses in the format that the path's suffix says. Nothing half-written stays.

    Args:
        poses: everybody of a pose file, one performer, or a retargeted motion.
        path: `.npz`, `.csv`, or a folder of OpenPose JSON where there is no suffix.

    Raises:
        PoseFileError: the suffix is another one, or the place cannot be written to.
    """
    if isinstance(poses, RetargetedMotion):
        poses = poses.to_pose_sequence()
    if isinstance(poses, PoseSequence):
        poses = PoseFile((poses,), (1,))
    target = Path(path)
    writer = WRITERS.get(target.suffix.lower())
    if writer is None:
        raise PoseFileError(
            f"{target.name} ends in {target.suffix}; end it in .npz or .csv, or in nothing for a folder of OpenPose JSON."
        )
    writer(poses, target)
