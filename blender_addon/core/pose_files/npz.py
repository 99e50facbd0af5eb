"""Our own `.npz` files: everybody on one timeline, nothing lost.

Arrays: `positions` (P, T, 15, 2) float32 pixels, `confidence` (P, T, 15) float32, `person` (P,) ids, `fps`, `start` in
seconds, `image_size` (width, height) where it is known; and where anybody has them `landmark_names` (K,),
`landmark_positions` (P, T, K, 2), `landmark_confidence` (P, T, K), `depth` (P, T, 15), `depth_confidence` (P, T, 15);
and `source`. Any other field of PoseSequence is an array too, named for it. What the pose cache keeps has `asked`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import groupby
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ..codec import Leaf, build, flatten, leaves
from ..pose_sequence import PoseSequence, archive_name, checked_image_size, on_same_landmarks
from ..skeleton import JOINT_COUNT
from .atomic import whole_file
from .containers import NpzFile
from .performers import FARTHEST
from .pose_file import MAX_POSES, PoseFile, Source

_FIRST = ("positions", "confidence", "person", "fps", "start", "source")
"""The arrays that every file has, in the order in which they have always been written."""

_KINDS: Mapping[str, str] = {"f": "fiu", "i": "iu", "b": "b", "U": "U"}
"""What arrays a file may hold for one of each kind, as NumPy calls them."""


def recognises(file: NpzFile) -> bool:
    """Whether it is one of ours."""
    return {"positions", "confidence"} <= set(file.names)


def read(file: NpzFile, source: Source) -> PoseFile:
    """Everybody in it; PoseFileError where an array is missing or of another shape."""
    positions, confidence = _numbers(file, "positions"), _numbers(file, "confidence")
    if positions.ndim != 4 or positions.shape[2:] != (JOINT_COUNT, 2) or confidence.shape != positions.shape[:3]:
        raise source.error(
            f"holds positions {positions.shape} and confidence {confidence.shape}; write (people, frames, 15, 2) and (people, frames, 15)."
        )
    if positions.shape[0] * positions.shape[1] > MAX_POSES:
        raise source.error(
            f"holds {positions.shape[0]} people over {positions.shape[1]} frames; cut it into shorter clips."
        )
    with np.errstate(invalid="ignore"):
        seen_at = (np.abs(positions) <= FARTHEST).all(axis=-1) & np.isfinite(confidence)
    if not seen_at.all():
        confidence = np.where(seen_at, confidence, 0)
        positions = np.where(seen_at[..., None], positions, 0)
    ids = _ids(file, len(positions))
    given = _given(file, source, positions=positions, confidence=confidence)
    values = _arrays(file, positions.shape[:2], given) | given
    seen = [row for row in range(len(positions)) if confidence[row].any()]
    if not seen:
        raise source.error("shows nobody in any frame; choose another file.")
    people = [
        build(PoseSequence, {leaf: array[row] if leaf.is_by_frame else array for leaf, array in values.items()})
        for row in seen
    ]
    return PoseFile(tuple(people), tuple(ids[row] for row in seen))


def write(poses: PoseFile, path: Path) -> None:
    """Write everybody, whole or not at all."""
    with whole_file(path) as part, part.open("wb") as file:
        save(poses, file)


def save(poses: PoseFile, file: IO[bytes], asked: str | None = None) -> None:
    """Write everybody into an open file, and what was `asked` for them to be found."""
    people = [flatten(person) for person in on_same_landmarks(poses.people)]
    arrays: dict[str, NDArray[Any]] = {"person": np.array(poses.ids, dtype=np.int64)}
    for leaf in leaves(type(poses.people[0])):
        held = [person[leaf] for person in people if leaf in person]
        if held and leaf.is_by_frame:
            # Who lacks it has 0, and so the confidence 0.
            arrays[archive_name(leaf)] = np.stack([person.get(leaf, np.zeros_like(held[0])) for person in people])
        elif held:
            arrays[archive_name(leaf)] = held[0]
    if asked is not None:
        arrays["asked"] = np.array(asked)
    ordered = {name: arrays[name] for name in _FIRST} | arrays
    np.savez_compressed(file, **ordered)  # type: ignore[arg-type]


def _numbers(file: NpzFile, name: str) -> NDArray[Any]:
    array = file.array(name)
    if array.dtype.kind not in "fiu":
        raise file.source.error(f"holds {name} that are no numbers; write it again.")
    return array


def _one(file: NpzFile, name: str, kinds: str = _KINDS["f"]) -> float:
    array = file.array(name)
    if array.dtype.kind not in kinds or array.size != 1:
        raise file.source.error(f"holds no single number as its {name}; write it again.")
    number: float = array.item()
    return float(number) if array.dtype.kind == "f" else number


def _ids(file: NpzFile, count: int) -> list[int]:
    ids = file.array("person")
    if ids.shape != (count,) or ids.dtype.kind not in "iu":
        raise file.source.error(f"names {ids.size} people where it holds {count}; write one id a person.")
    return [int(one) for one in ids]


def _given(file: NpzFile, source: Source, **read: NDArray[Any]) -> dict[Leaf, NDArray[Any]]:
    """What was `read` already, and what the user may say in place of the file, else as the file says."""
    size = source.image_size or (
        checked_image_size(_numbers(file, "image_size").tolist()) if "image_size" in file.names else None
    )
    given: dict[str, object] = {
        **read,
        "fps": source.fps or _one(file, "fps"),
        "start": _one(file, "start"),
        "image_size": size,
        "source": str(file.array("source")) if "source" in file.names else source.path.name,
    }
    return {leaf: np.asarray(given[leaf.name]) for leaf in leaves(PoseSequence) if given.get(leaf.name) is not None}


def _arrays(file: NpzFile, timeline: tuple[int, ...], given: Collection[Leaf]) -> dict[Leaf, NDArray[Any]]:
    """All else that poses may hold, as far as it is there; PoseFileError where a part of it is missing, or is of
    another shape than the (people, frames) of the timeline.
    """
    found: dict[Leaf, NDArray[Any]] = {}
    for _, part in groupby(leaves(PoseSequence), lambda leaf: leaf.path[0]):
        group = [leaf for leaf in part if leaf not in given]
        sides: dict[int | str, int] = {}
        if group and archive_name(group[0]) in file.names:
            there = [leaf for leaf in group if leaf.is_required or archive_name(leaf) in file.names]
            found |= {leaf: _array(file, leaf, timeline, sides) for leaf in there}
    return found


def _array(file: NpzFile, leaf: Leaf, timeline: tuple[int, ...], sides: dict[int | str, int]) -> NDArray[Any]:
    """The array of one part; `sides` holds what the words in the shapes of its group stand for, as far as it is
    known.
    """
    name = archive_name(leaf)
    if not leaf.shape and leaf.kind != "U":
        return np.array(_one(file, name, _KINDS[leaf.kind]))
    array = _numbers(file, name) if leaf.kind == "f" else file.array(name)
    before = timeline if leaf.is_by_frame else ()
    own = leaf.shape[1:] if leaf.is_by_frame else leaf.shape
    if array.ndim == len(before) + len(own):
        for side, count in zip(own, array.shape[len(before) :], strict=True):
            if isinstance(side, str):
                sides.setdefault(side, count)
    wanted = (*before, *(sides.get(side, side) for side in own))
    if array.shape != wanted or array.dtype.kind not in _KINDS[leaf.kind]:
        raise file.source.error(f"holds {leaf.path[0]} of another shape than its joints; write it again.")
    return array
