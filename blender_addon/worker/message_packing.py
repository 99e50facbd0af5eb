"""Requests, results and progress, packed into a `Message` and unpacked again by their fields (`core.codec`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.codec import pack, unpack
from .messages import (
    Cleaned,
    CleanRequest,
    Corrected,
    CorrectRequest,
    Detected,
    DetectRequest,
    Film,
    FilmRequest,
    PortraitRequest,
    Portraits,
    Progress,
    Request,
    Result,
    Retargeted,
    RetargetRequest,
)
from .protocol import Message, ProtocolError

REQUESTS: Mapping[str, type[Request]] = {
    "detect": DetectRequest,
    "retarget": RetargetRequest,
    "clean": CleanRequest,
    "correct": CorrectRequest,
    "portray": PortraitRequest,
    "film": FilmRequest,
}
RESULTS: Mapping[str, type[Result]] = {
    "detected": Detected,
    "retargeted": Retargeted,
    "cleaned": Cleaned,
    "corrected": Corrected,
    "portraits": Portraits,
    "filmed": Film,
}
PROGRESS: Mapping[str, type[Progress]] = {"progress": Progress}
"""What a message holds, by its kind."""


def pack_request(request: Request) -> Message:
    """The request as a message."""
    return _packed(request, REQUESTS)


def pack_result(result: Result) -> Message:
    """The result as a message."""
    return _packed(result, RESULTS)


def pack_progress(progress: Progress) -> Message:
    """The progress as a message."""
    return _packed(progress, PROGRESS)


def unpack_request(message: Message) -> Request:
    """Return the request in a message.

    Raises:
        ProtocolError: the message holds none.
        ValueError: a value makes no sense; the error is a sentence.
    """
    request: Request = _unpacked(message, REQUESTS)
    return request


def unpack_result(message: Message) -> Result:
    """Return the result in a message.

    Raises:
        ProtocolError: the message holds none.
    """
    result: Result = _unpacked(message, RESULTS)
    return result


def unpack_progress(message: Message) -> Progress:
    """Return the progress in a message.

    Raises:
        ProtocolError: the message holds none.
    """
    progress: Progress = _unpacked(message, PROGRESS)
    return progress


def _packed(value: object, kinds: Mapping[str, type]) -> Message:
    kind = next(kind for kind, held in kinds.items() if held is type(value))
    return Message(kind, *pack(value))


def _unpacked(message: Message, kinds: Mapping[str, type]) -> Any:  # noqa: ANN401
    if message.kind not in kinds:
        raise ProtocolError(f"it is of the kind {message.kind!r} and not {' or '.join(kinds)}")
    try:
        return unpack(kinds[message.kind], message.content, message.arrays)
    except (KeyError, TypeError, AttributeError) as error:
        raise ProtocolError(f"its {message.kind} lacks a part or has one of another form ({error})") from error
