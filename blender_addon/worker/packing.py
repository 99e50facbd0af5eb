"""How poses, motions, bodies and views travel: words in a header, numbers in named arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..core.motion import Alignment, Blend, LandmarkOffsets, Limbs, RetargetedMotion, View
from ..core.pose_sequence import DepthEvidence, Landmarks, PoseSequence
from ..core.skeleton import Skeleton

Arrays = dict[str, NDArray[Any]]


def pack_target(target: Skeleton | View | PoseSequence | None, name: str, arrays: Arrays) -> dict[str, Any] | None:
    """What a body or a view is in a header; its numbers go into `arrays`."""
    match target:
        case None:
            return None
        case Skeleton():
            arrays[f"{name} lengths"] = target.lengths
            return {"is": "skeleton"}
        case View():
            arrays |= _angles(target, name)
            return {"is": "view"}
        case PoseSequence():
            return {"is": "poses"} | pack_poses(target, name, arrays)


def unpack_target(
    content: Mapping[str, Any] | None, name: str, arrays: Mapping[str, NDArray[Any]]
) -> Skeleton | View | PoseSequence | None:
    """The body or view again; KeyError where a part is missing."""
    if content is None:
        return None
    match content["is"]:
        case "skeleton":
            return Skeleton(arrays[f"{name} lengths"])
        case "view":
            return _view(arrays, name)
        case "poses":
            return unpack_poses(content, name, arrays)
    raise KeyError(content["is"])


def _angles(view: View, name: str) -> Arrays:
    return {f"{name} {angle}": np.asarray(getattr(view, angle), dtype=np.float64) for angle in ("azimuth", "elevation")}


def _view(arrays: Mapping[str, NDArray[Any]], name: str) -> View:
    return View(arrays[f"{name} azimuth"], arrays[f"{name} elevation"])


def pack_poses(poses: PoseSequence, name: str, arrays: Arrays) -> dict[str, Any]:
    """What poses are in a header; their numbers go into `arrays`."""
    arrays |= {f"{name} positions": poses.positions, f"{name} confidence": poses.confidence}
    if poses.landmarks is not None:
        arrays |= {
            f"{name} landmark positions": poses.landmarks.positions,
            f"{name} landmark confidence": poses.landmarks.confidence,
        }
    if poses.depth is not None:
        arrays |= {f"{name} depth": poses.depth.values, f"{name} depth confidence": poses.depth.confidence}
    landmarks = list(poses.landmarks.names) if poses.landmarks is not None else None
    timing = {"fps": poses.fps, "image_size": poses.image_size, "start": poses.start, "source": poses.source}
    return timing | {"landmarks": landmarks, "depth": poses.depth is not None}


def unpack_poses(content: Mapping[str, Any], name: str, arrays: Mapping[str, NDArray[Any]]) -> PoseSequence:
    """The poses again; KeyError where a part is missing."""
    landmarks = depth = None
    if content["landmarks"] is not None:
        landmarks = Landmarks(
            tuple(content["landmarks"]), arrays[f"{name} landmark positions"], arrays[f"{name} landmark confidence"]
        )
    if content["depth"]:
        depth = DepthEvidence(arrays[f"{name} depth"], arrays[f"{name} depth confidence"])
    positions, confidence = arrays[f"{name} positions"], arrays[f"{name} confidence"]
    return PoseSequence(
        positions,
        confidence,
        content["fps"],
        content["image_size"],
        content["start"],
        landmarks,
        depth,
        content["source"],
    )


_Choice = TypeVar("_Choice", Limbs, Alignment)


def chosen(choices: type[_Choice], value: str) -> _Choice:
    """The choice that is written so; KeyError where there is none."""
    return {choice.value: choice for choice in choices}[value]


_SHARES = ("motion", "skeleton", "view")


def pack_blend(blend: Blend | None, arrays: Arrays) -> dict[str, Any] | None:
    """What a blend is in a header; the numbers of its performance go into `arrays`."""
    if blend is None:
        return None
    shares = {name: float(getattr(blend, name)) for name in _SHARES}
    return shares | {"alignment": blend.alignment.value, "poses": pack_poses(blend.poses, "second", arrays)}


def unpack_blend(content: Mapping[str, Any] | None, arrays: Mapping[str, NDArray[Any]]) -> Blend | None:
    """The blend again; KeyError where a part is missing."""
    if content is None:
        return None
    shares = {name: content[name] for name in _SHARES}
    return Blend(
        unpack_poses(content["poses"], "second", arrays), alignment=chosen(Alignment, content["alignment"]), **shares
    )


_MOTION_ARRAYS = ("positions", "depth", "contacts", "confidence")


def pack_motion(motion: RetargetedMotion, arrays: Arrays) -> dict[str, Any]:
    """What a motion is in a header; its numbers go into `arrays`."""
    arrays |= {name: getattr(motion, name) for name in _MOTION_ARRAYS} | {"lengths": motion.skeleton.lengths}
    if motion.view is not None:
        arrays |= _angles(motion.view, "view")
    landmarks = None
    if motion.landmarks is not None:
        landmarks = list(motion.landmarks.names)
        arrays |= {"landmark offsets": motion.landmarks.offsets, "landmark confidence": motion.landmarks.confidence}
    if motion.leg_turns is not None:
        arrays["leg turns"] = motion.leg_turns
    timing = {"fps": motion.fps, "image_size": motion.image_size, "start": motion.start}
    return timing | {"view": motion.view is not None, "landmarks": landmarks, "leg_turns": motion.leg_turns is not None}


def unpack_motion(content: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> RetargetedMotion:
    """The motion again; KeyError where a part is missing."""
    positions, depth, contacts, confidence = (arrays[name] for name in _MOTION_ARRAYS)
    view = _view(arrays, "view") if content["view"] else None
    timing = content["fps"], content["image_size"], content["start"]
    landmarks = None
    if content["landmarks"] is not None:
        landmarks = LandmarkOffsets(
            tuple(content["landmarks"]), arrays["landmark offsets"], arrays["landmark confidence"]
        )
    turns = arrays["leg turns"] if content["leg_turns"] else None
    return RetargetedMotion(
        positions, depth, contacts, confidence, Skeleton(arrays["lengths"]), view, *timing, landmarks, turns
    )
