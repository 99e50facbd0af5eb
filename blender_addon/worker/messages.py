"""What is asked of the worker and what it answers, and how both travel in a `Message`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.motion import RetargetedMotion, View
from ..core.pose_sequence import DepthEvidence, Landmarks, PoseSequence
from ..core.skeleton import Skeleton
from .protocol import Message, ProtocolError

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Progress:
    """How far a job is: its `stage` in words, `fraction` 0 to 1 of the whole, `rate` in frames a second and `remaining` seconds, None where unknown."""

    stage: str
    fraction: float
    rate: float | None = None
    remaining: float | None = None


@dataclass(frozen=True)
class DetectRequest:
    """Find everybody in a video, or read everybody from a pose file.

    `range` is empty for all of it, FIRST:LAST in frames ("10:250") or in seconds ("1.5s:8s"), the last excluded; `fps` replaces the video's rate;
    `device` is auto, cpu, cuda or mps; poses are kept and found again in the folder `cache`; `threads` 0 takes one a core.
    `layout` and `image_size` (width, height) are what a pose file does not say of itself.
    """

    video: Path
    range: str = ""
    fps: float | None = None
    device: str = "auto"
    cache: Path | None = None
    threads: int = 0
    layout: str | None = None
    image_size: tuple[int, int] | None = None


@dataclass(frozen=True, eq=False)
class RetargetRequest:
    """Put the motion of `poses` on a body and show it from a view, each the clip's own where None; `model` and `device` as `Retargeter.load` takes them."""

    poses: PoseSequence
    skeleton: Skeleton | PoseSequence | None = None
    view: View | PoseSequence | None = None
    model: str = "kinematic"
    device: str = "auto"


@dataclass(frozen=True, eq=False)
class Detected:
    """Everybody in a video, the most prominent first, all on one timeline, with an id each.

    `device` is what the networks ran on ("cache" where the poses were found before, "file" where they were read from a pose file); `message` a sentence
    where that is not what was asked for.
    """

    people: tuple[PoseSequence, ...]
    ids: tuple[int, ...]
    device: str
    message: str = ""


@dataclass(frozen=True, eq=False)
class Retargeted:
    """The motion, the `device` and `model` that made it, and a sentence in `message` where the device is not what was asked for."""

    motion: RetargetedMotion
    device: str
    model: str
    message: str = ""


Request = DetectRequest | RetargetRequest
Result = Detected | Retargeted


def pack_request(request: Request) -> Message:
    """The request as a message. Raises ProtocolError where a value cannot travel."""
    match request:
        case DetectRequest():
            # The worker's working folder is another one.
            cache = str(request.cache.absolute()) if request.cache is not None else None
            return Message("detect", asdict(request) | {"video": str(request.video.absolute()), "cache": cache})
        case RetargetRequest():
            arrays: Arrays = {}
            content = {
                "poses": _pack_poses(request.poses, "poses", arrays),
                "skeleton": _pack_target(request.skeleton, "skeleton", arrays),
                "view": _pack_target(request.view, "view", arrays),
                "model": request.model,
                "device": request.device,
            }
            return Message("retarget", content, arrays)


def pack_result(result: Result) -> Message:
    """The result as a message."""
    arrays: Arrays = {}
    match result:
        case Detected():
            people = [_pack_poses(person, f"person {index}", arrays) for index, person in enumerate(result.people)]
            return Message("detected", {"people": people, "ids": list(result.ids), "device": result.device, "message": result.message}, arrays)
        case Retargeted():
            motion = _pack_motion(result.motion, arrays)
            return Message("retargeted", {"motion": motion, "device": result.device, "model": result.model, "message": result.message}, arrays)


def unpack_request(message: Message) -> Request:
    """The request in a message. Raises ProtocolError where it is none, ValueError in a sentence where a value makes no sense."""
    request: Request = _unpacked(message, {"detect": _unpack_detect, "retarget": _unpack_retarget})
    return request


def unpack_result(message: Message) -> Result:
    """The result in a message. Raises ProtocolError where it is none."""
    result: Result = _unpacked(message, {"detected": _unpack_detected, "retargeted": _unpack_retargeted})
    return result


def pack_progress(progress: Progress) -> Message:
    """The progress as a message."""
    return Message("progress", asdict(progress))


def unpack_progress(message: Message) -> Progress:
    """The progress in a message. Raises ProtocolError where it is none."""
    progress: Progress = _unpacked(message, {"progress": lambda content, arrays: Progress(**{name: content[name] for name in Progress.__match_args__})})
    return progress


_Unpack = Callable[[Mapping[str, Any], Mapping[str, NDArray[Any]]], Any]


def _unpacked(message: Message, kinds: Mapping[str, _Unpack]) -> Any:  # noqa: ANN401
    if message.kind not in kinds:
        raise ProtocolError(f"it is of the kind {message.kind!r} and not {' or '.join(kinds)}")
    try:
        return kinds[message.kind](message.content, message.arrays)
    except (KeyError, TypeError, AttributeError) as error:
        raise ProtocolError(f"its {message.kind} lacks a part or has one of another form ({error})") from error


def _unpack_detect(content: Mapping[str, Any], _arrays: Mapping[str, NDArray[Any]]) -> DetectRequest:
    cache = Path(content["cache"]) if content["cache"] is not None else None
    size = tuple(content["image_size"]) if content["image_size"] is not None else None
    values = {name: content[name] for name in ("range", "fps", "device", "threads", "layout")}
    return DetectRequest(video=Path(content["video"]), cache=cache, image_size=size, **values)


def _unpack_retarget(content: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> RetargetRequest:
    skeleton, view = (_unpack_target(content[name], name, arrays) for name in ("skeleton", "view"))
    if isinstance(skeleton, View) or isinstance(view, Skeleton):
        raise TypeError("skeleton and view are exchanged")
    return RetargetRequest(_unpack_poses(content["poses"], "poses", arrays), skeleton, view, content["model"], content["device"])


def _unpack_detected(content: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Detected:
    people = [_unpack_poses(person, f"person {index}", arrays) for index, person in enumerate(content["people"])]
    return Detected(tuple(people), tuple(content["ids"]), content["device"], content["message"])


def _unpack_retargeted(content: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Retargeted:
    return Retargeted(_unpack_motion(content["motion"], arrays), content["device"], content["model"], content["message"])


def _pack_target(target: Skeleton | View | PoseSequence | None, name: str, arrays: Arrays) -> dict[str, Any] | None:
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
            return {"is": "poses"} | _pack_poses(target, name, arrays)


def _unpack_target(content: Mapping[str, Any] | None, name: str, arrays: Mapping[str, NDArray[Any]]) -> Skeleton | View | PoseSequence | None:
    if content is None:
        return None
    match content["is"]:
        case "skeleton":
            return Skeleton(arrays[f"{name} lengths"])
        case "view":
            return _view(arrays, name)
        case "poses":
            return _unpack_poses(content, name, arrays)
    raise KeyError(content["is"])


def _angles(view: View, name: str) -> Arrays:
    return {f"{name} {angle}": np.asarray(getattr(view, angle), dtype=np.float64) for angle in ("azimuth", "elevation")}


def _view(arrays: Mapping[str, NDArray[Any]], name: str) -> View:
    return View(arrays[f"{name} azimuth"], arrays[f"{name} elevation"])


def _pack_poses(poses: PoseSequence, name: str, arrays: Arrays) -> dict[str, Any]:
    arrays |= {f"{name} positions": poses.positions, f"{name} confidence": poses.confidence}
    if poses.landmarks is not None:
        arrays |= {f"{name} landmark positions": poses.landmarks.positions, f"{name} landmark confidence": poses.landmarks.confidence}
    if poses.depth is not None:
        arrays |= {f"{name} depth": poses.depth.values, f"{name} depth confidence": poses.depth.confidence}
    landmarks = list(poses.landmarks.names) if poses.landmarks is not None else None
    timing = {"fps": poses.fps, "image_size": poses.image_size, "start": poses.start, "source": poses.source}
    return timing | {"landmarks": landmarks, "depth": poses.depth is not None}


def _unpack_poses(content: Mapping[str, Any], name: str, arrays: Mapping[str, NDArray[Any]]) -> PoseSequence:
    landmarks = depth = None
    if content["landmarks"] is not None:
        landmarks = Landmarks(tuple(content["landmarks"]), arrays[f"{name} landmark positions"], arrays[f"{name} landmark confidence"])
    if content["depth"]:
        depth = DepthEvidence(arrays[f"{name} depth"], arrays[f"{name} depth confidence"])
    positions, confidence = arrays[f"{name} positions"], arrays[f"{name} confidence"]
    return PoseSequence(positions, confidence, content["fps"], content["image_size"], content["start"], landmarks, depth, content["source"])


_MOTION_ARRAYS = ("positions", "depth", "contacts", "confidence")


def _pack_motion(motion: RetargetedMotion, arrays: Arrays) -> dict[str, Any]:
    arrays |= {name: getattr(motion, name) for name in _MOTION_ARRAYS} | {"lengths": motion.skeleton.lengths}
    if motion.view is not None:
        arrays |= _angles(motion.view, "view")
    return {"fps": motion.fps, "image_size": motion.image_size, "start": motion.start, "view": motion.view is not None}


def _unpack_motion(content: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> RetargetedMotion:
    positions, depth, contacts, confidence = (arrays[name] for name in _MOTION_ARRAYS)
    view = _view(arrays, "view") if content["view"] else None
    timing = content["fps"], content["image_size"], content["start"]
    return RetargetedMotion(positions, depth, contacts, confidence, Skeleton(arrays["lengths"]), view, *timing)
