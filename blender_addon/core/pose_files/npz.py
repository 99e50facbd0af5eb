"""Our own `.npz` files: everybody on one timeline, nothing lost.

Arrays: `positions` (P, T, 15, 2) float32 pixels, `confidence` (P, T, 15) float32, `person` (P,) ids, `fps`, `start` in
seconds, `image_size` (width, height) where it is known; and where anybody has them `landmark_names` (K,),
`landmark_positions` (P, T, K, 2), `landmark_confidence` (P, T, K), `depth` (P, T, 15), `depth_confidence` (P, T, 15);
and `source`. What the pose cache keeps has `asked` too.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import DepthEvidence, Landmarks, PoseSequence, checked_image_size
from ..skeleton import JOINT_COUNT
from .atomic import whole_file
from .containers import NpzFile
from .pose_file import MAX_POSES, PoseFile, Source


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
    ids = _ids(file, len(positions))
    fps = source.fps or _one(file, "fps")
    start = _one(file, "start")
    image_size = source.image_size or (
        checked_image_size(_numbers(file, "image_size").tolist()) if "image_size" in file.names else None
    )
    name = str(file.array("source")) if "source" in file.names else source.path.name
    landmarks, depth = _landmarks(file, positions.shape[:2]), _depth(file, positions.shape[:2])
    seen = [row for row in range(len(positions)) if confidence[row].any()]
    if not seen:
        raise source.error("shows nobody in any frame; choose another file.")
    people = [
        PoseSequence(positions[row], confidence[row], fps, image_size, start, landmarks[row], depth[row], name)
        for row in seen
    ]
    return PoseFile(tuple(people), tuple(ids[row] for row in seen))


def write(poses: PoseFile, path: Path) -> None:
    """Write everybody, whole or not at all."""
    with whole_file(path) as part, part.open("wb") as file:
        save(poses, file)


def save(poses: PoseFile, file: IO[bytes], asked: str | None = None) -> None:
    """Write everybody into an open file, and what was `asked` for them to be found."""
    first = poses.people[0]
    arrays: dict[str, Any] = {
        "positions": np.stack([person.positions for person in poses.people]),
        "confidence": np.stack([person.confidence for person in poses.people]),
        "person": np.array(poses.ids, dtype=np.int64),
        "fps": np.float64(first.fps),
        "start": np.float64(first.start),
        "source": np.str_(first.source),
    }
    if first.image_size is not None:
        arrays["image_size"] = np.array(first.image_size, dtype=np.int64)
    arrays.update(_landmark_arrays(poses) | _depth_arrays(poses))
    if asked is not None:
        arrays["asked"] = np.str_(asked)
    np.savez_compressed(file, **arrays)


def _landmark_arrays(poses: PoseFile) -> dict[str, NDArray[Any]]:
    """The landmarks anybody has, for everybody: confidence 0 for who lacks one."""
    names = tuple(
        dict.fromkeys(
            name for person in poses.people if person.landmarks is not None for name in person.landmarks.names
        )
    )
    if not names:
        return {}
    positions = np.zeros((len(poses.people), len(poses.people[0]), len(names), 2), np.float32)
    confidence = np.zeros(positions.shape[:3], np.float32)
    for row, person in enumerate(poses.people):
        if person.landmarks is not None:
            columns = [names.index(name) for name in person.landmarks.names]
            positions[row][:, columns], confidence[row][:, columns] = (
                person.landmarks.positions,
                person.landmarks.confidence,
            )
    return {"landmark_names": np.array(names), "landmark_positions": positions, "landmark_confidence": confidence}


def _depth_arrays(poses: PoseFile) -> dict[str, NDArray[Any]]:
    if all(person.depth is None for person in poses.people):
        return {}
    nothing = np.zeros((len(poses.people[0]), JOINT_COUNT), np.float32)
    evidence = [
        (person.depth.values, person.depth.confidence) if person.depth is not None else (nothing, nothing)
        for person in poses.people
    ]
    return {
        "depth": np.stack([values for values, _ in evidence]),
        "depth_confidence": np.stack([confidence for _, confidence in evidence]),
    }


def _numbers(file: NpzFile, name: str) -> NDArray[Any]:
    array = file.array(name)
    if array.dtype.kind not in "fiu":
        raise file.source.error(f"holds {name} that are no numbers; write it again.")
    return array


def _one(file: NpzFile, name: str) -> float:
    array = file.array(name)
    if array.dtype.kind not in "fiu" or array.size != 1:
        raise file.source.error(f"holds no single number as its {name}; write it again.")
    return float(array.item())


def _ids(file: NpzFile, count: int) -> list[int]:
    ids = file.array("person")
    if ids.shape != (count,) or ids.dtype.kind not in "iu":
        raise file.source.error(f"names {ids.size} people where it holds {count}; write one id a person.")
    return [int(one) for one in ids]


def _landmarks(file: NpzFile, timeline: tuple[int, ...]) -> list[Landmarks | None]:
    if "landmark_names" not in file.names:
        return [None] * timeline[0]
    names = file.array("landmark_names")
    positions, confidence = _numbers(file, "landmark_positions"), _numbers(file, "landmark_confidence")
    if (
        names.ndim != 1
        or names.dtype.kind != "U"
        or positions.shape != (*timeline, len(names), 2)
        or confidence.shape != positions.shape[:3]
    ):
        raise file.source.error("holds landmarks of another shape than its joints; write it again.")
    return [Landmarks(tuple(names.tolist()), *rows) for rows in zip(positions, confidence, strict=True)]


def _depth(file: NpzFile, timeline: tuple[int, ...]) -> list[DepthEvidence | None]:
    if "depth" not in file.names:
        return [None] * timeline[0]
    values, confidence = _numbers(file, "depth"), _numbers(file, "depth_confidence")
    if values.shape != (*timeline, JOINT_COUNT) or confidence.shape != values.shape:
        raise file.source.error("holds depth of another shape than its joints; write it again.")
    return [DepthEvidence(*rows) for rows in zip(values, confidence, strict=True)]
