"""An argument parser that says what is wrong in one sentence, and what sets only the settings that were given."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NoReturn

import bpy

SCENE = "default: as the scene says"
"""What the help says of an option whose setting is saved in the scene."""
NONE = "none"
"""The word for no object at all."""
HIGHEST_FPS = 1000.0


class UsageError(ValueError):
    """Arguments that make no sense, in one sentence."""


class Parser(argparse.ArgumentParser):
    """An argument parser that raises UsageError."""

    def error(self, message: str) -> NoReturn:
        """Instead of usage and message."""
        raise UsageError(f"{message[:1].upper()}{message[1:].rstrip('.')}; --help tells more.")


def words(rows: Iterable[tuple[object, ...]], spelled: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """What the command line calls the choices of a property, of its `rows`, and what they are there; `spelled`: those that it calls otherwise."""
    identifiers = [str(row[0]) for row in rows]
    return {spelled.get(identifier, identifier.lower().replace("_", "-")): identifier for identifier in identifiers}


def set_given(group: bpy.types.PropertyGroup, given: Mapping[str, object]) -> None:
    """Set the properties of a group to what was given; None is what was not, and stays as the scene says."""
    for name, value in given.items():
        if value is not None:
            setattr(group, name, value)


def object_named(
    known: Iterable[bpy.types.Object], name: str, refusal: Callable[[str], str]
) -> bpy.types.Object | None:
    """The object of that name among `known`, or None for `none`.

    Raises UsageError where there is no such object: `refusal` gets the names that there are, and makes the sentence.
    """
    by_name = {item.name: item for item in known}
    if name not in by_name and name != NONE:
        raise UsageError(refusal(", ".join(by_name)))
    return by_name.get(name)


def frame_rate(text: str) -> float:
    """Frames a second; 0 for `own`, what a video or a pose file says itself."""
    if text == "own":
        return 0.0
    try:
        fps = float(text)
    except ValueError:
        fps = -1.0
    if not 0 < fps <= HIGHEST_FPS:
        raise argparse.ArgumentTypeError(f"{text!r} is no frame rate above 0 and at most {HIGHEST_FPS:g}, nor own")
    return fps


def number_within(least: float, most: float) -> Callable[[str], float]:
    """What reads a number between two others, both included."""

    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no number from {least:g} to {most:g}")
        return number

    return read


def whole_number_within(least: int, most: int) -> Callable[[str], int]:
    """What reads a whole number between two others, both included."""

    def read(text: str) -> int:
        number = int(text) if text.isascii() and text.isdigit() else least - 1
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} to {most}")
        return number

    return read


def fraction(text: str) -> float:
    """A number from 0 to 1."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number between 0 and 1")
    return number
