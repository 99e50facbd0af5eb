"""JSON that a file holds, read as whoever wrote it may have damaged it."""

from __future__ import annotations

import json
import math
import reprlib

LONGEST_NUMBER = 18
"""Digits of a whole number: longer ones fit neither into a float nor into a property."""


def read_json(text: str, what: str, remedy: str, *, finite: bool = True) -> object:
    """The document of a text; `what` it is and the `remedy` go into the sentence that says what is wrong with it.

    Raises ValueError, in one sentence, unless all of its texts can be shown and all of its numbers are finite; where
    that is not wanted (`finite`), the caller checks each number.
    """

    def number(digits: str) -> float:
        value = float(digits)
        if finite and not math.isfinite(value):
            raise _Unfit(digits)
        return value

    def whole_number(digits: str) -> int:
        if len(digits) > LONGEST_NUMBER:
            raise _Unfit(digits)
        return int(digits)

    try:
        document = json.loads(text, parse_constant=number, parse_float=number, parse_int=whole_number)
        _check_texts(document)
    except json.JSONDecodeError as error:
        raise ValueError(f"{what} is no JSON: {error.msg} in line {error.lineno}; {remedy}.") from error
    except RecursionError as error:
        raise ValueError(f"{what} is nested without end; {remedy}.") from error
    except _Unfit as error:
        raise ValueError(f"{what} has {in_short(str(error))} in it, which cannot be used; {remedy}.") from error
    return document


def in_short(value: object) -> str:
    """The value as an error shows it: long ones are cut."""
    return reprlib.repr(value)


class _Unfit(Exception):
    """A number that is not finite or too long, or a text that cannot be shown."""


def _check_texts(document: object) -> None:
    waiting = [document]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting += [*part, *part.values()]
        elif isinstance(part, list):
            waiting += part
        elif isinstance(part, str) and not is_showable(part):
            raise _Unfit(ascii(part)[1:-1])


def is_showable(text: str) -> bool:
    """Whether Blender takes it: not with half a character, as of a file's name that is no UTF-8, nor with NUL."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
