"""An argument parser that says what is wrong in one sentence."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NoReturn


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
