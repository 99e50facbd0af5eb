"""How requests, results and progress travel in a `Message`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from ..core.motion import Limbs, View
from ..core.pose_sequence import PoseSequence
from ..core.skeleton import Skeleton
from .messages import (
    Cleaned,
    CleanRequest,
    Corrected,
    CorrectRequest,
    Detected,
    DetectRequest,
    PortraitRequest,
    Portraits,
    Progress,
    Request,
    Result,
    Retargeted,
    RetargetRequest,
    TrackCorrection,
)
from .packing import (
    Arrays,
    chosen,
    pack_blend,
    pack_motion,
    pack_poses,
    pack_target,
    unpack_blend,
    unpack_motion,
    unpack_poses,
    unpack_target,
)
from .protocol import Message, ProtocolError


def pack_request(request: Request) -> Message:
    """The request as a message. Raises ProtocolError where a value cannot travel."""
    arrays: Arrays = {}
    match request:
        case DetectRequest():
            # The worker's working folder is another one.
            cache = str(request.cache.absolute()) if request.cache is not None else None
            return Message("detect", asdict(request) | {"video": str(request.video.absolute()), "cache": cache})
        case RetargetRequest():
            content = {
                "poses": pack_poses(request.poses, "poses", arrays),
                "skeleton": pack_target(request.skeleton, "skeleton", arrays),
                "view": pack_target(request.view, "view", arrays),
                "model": request.model,
                "device": request.device,
                "blend": pack_blend(request.blend, arrays),
                "limbs": request.limbs.value,
            }
            return Message("retarget", content, arrays)
        case CleanRequest():
            return Message(
                "clean",
                {
                    "poses": pack_poses(request.poses, "poses", arrays),
                    "strength": request.strength,
                    "lost": request.lost,
                },
                arrays,
            )
        case CorrectRequest():
            people = _pack_people(request.people, request.ids, arrays)
            return Message(
                "correct", people | {"corrections": [asdict(correction) for correction in request.corrections]}, arrays
            )
        case PortraitRequest():
            people = _pack_people(request.people, request.ids, arrays)
            return Message(
                "portray",
                people | {"video": str(request.video.absolute()), "range": request.range, "fps": request.fps},
                arrays,
            )


def pack_result(result: Result) -> Message:
    """The result as a message."""
    arrays: Arrays = {}
    match result:
        case Detected():
            people = _pack_people(result.people, result.ids, arrays)
            told = {
                "device": result.device,
                "message": result.message,
                "rotation": result.rotation,
                "notices": list(result.notices),
            }
            return Message("detected", people | told, arrays)
        case Retargeted():
            motion = pack_motion(result.motion, arrays)
            return Message(
                "retargeted",
                {"motion": motion, "device": result.device, "model": result.model, "message": result.message},
                arrays,
            )
        case Cleaned():
            arrays["places"] = result.places
            return Message("cleaned", {"poses": pack_poses(result.poses, "poses", arrays)}, arrays)
        case Corrected():
            return Message("corrected", _pack_people(result.people, result.ids, arrays), arrays)
        case Portraits():
            return Message("portraits", {"ids": list(result.ids)}, {"pictures": result.pictures})


def unpack_request(message: Message) -> Request:
    """The request in a message.

    Raises ProtocolError where it is none, ValueError in a sentence where a value makes no sense.
    """
    request: Request = _unpacked(message, REQUESTS)
    return request


def unpack_result(message: Message) -> Result:
    """The result in a message. Raises ProtocolError where it is none."""
    result: Result = _unpacked(message, RESULTS)
    return result


def pack_progress(progress: Progress) -> Message:
    """The progress as a message."""
    return Message("progress", asdict(progress))


def unpack_progress(message: Message) -> Progress:
    """The progress in a message. Raises ProtocolError where it is none."""
    progress: Progress = _unpacked(
        message,
        {"progress": lambda content, arrays: Progress(**{name: content[name] for name in Progress.__match_args__})},
    )
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
    skeleton, view = (unpack_target(content[name], name, arrays) for name in ("skeleton", "view"))
    if isinstance(skeleton, View) or isinstance(view, Skeleton):
        raise TypeError("skeleton and view are exchanged")
    poses, blend = unpack_poses(content["poses"], "poses", arrays), unpack_blend(content["blend"], arrays)
    return RetargetRequest(
        poses, skeleton, view, content["model"], content["device"], blend, chosen(Limbs, content["limbs"])
    )


def _unpack_clean(content: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> CleanRequest:
    return CleanRequest(unpack_poses(content["poses"], "poses", arrays), content["strength"], content["lost"])


def _unpack_correct(content: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> CorrectRequest:
    corrections = tuple(TrackCorrection(**correction) for correction in content["corrections"])
    return CorrectRequest(*_unpack_people(content, arrays), corrections)


def _unpack_portray(content: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> PortraitRequest:
    return PortraitRequest(Path(content["video"]), content["range"], content["fps"], *_unpack_people(content, arrays))


def _unpack_detected(content: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Detected:
    notices = tuple(content["notices"])
    return Detected(
        *_unpack_people(content, arrays), content["device"], content["message"], content["rotation"], notices
    )


def _unpack_retargeted(content: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Retargeted:
    return Retargeted(unpack_motion(content["motion"], arrays), content["device"], content["model"], content["message"])


def _unpack_cleaned(content: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Cleaned:
    return Cleaned(unpack_poses(content["poses"], "poses", arrays), arrays["places"])


def _unpack_corrected(content: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Corrected:
    return Corrected(*_unpack_people(content, arrays))


def _unpack_portraits(content: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Portraits:
    return Portraits(arrays["pictures"], tuple(content["ids"]))


def _pack_people(people: tuple[PoseSequence, ...], ids: tuple[int, ...], arrays: Arrays) -> dict[str, Any]:
    return {
        "people": [pack_poses(person, f"person {index}", arrays) for index, person in enumerate(people)],
        "ids": list(ids),
    }


def _unpack_people(
    content: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
) -> tuple[tuple[PoseSequence, ...], tuple[int, ...]]:
    people = tuple(unpack_poses(person, f"person {index}", arrays) for index, person in enumerate(content["people"]))
    return people, tuple(content["ids"])


REQUESTS: dict[str, _Unpack] = {
    "detect": _unpack_detect,
    "retarget": _unpack_retarget,
    "clean": _unpack_clean,
    "correct": _unpack_correct,
    "portray": _unpack_portray,
}
RESULTS: dict[str, _Unpack] = {
    "detected": _unpack_detected,
    "retargeted": _unpack_retargeted,
    "cleaned": _unpack_cleaned,
    "corrected": _unpack_corrected,
    "portraits": _unpack_portraits,
}
"""What reads a message, by its kind."""
