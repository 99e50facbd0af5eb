"""An argument parser that says what is wrong in one sentence."""

from __future__ import annotations

import argparse
from typing import NoReturn


class UsageError(ValueError):
    """Arguments that make no sense, in one sentence."""


class Parser(argparse.ArgumentParser):
    """An argument parser that raises UsageError."""

    def error(self, message: str) -> NoReturn:
        """Instead of usage and message."""
        raise UsageError(f"{message[:1].upper()}{message[1:].rstrip('.')}; --help tells more.")


def fraction(text: str) -> float:
    """A number from 0 to 1."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number between 0 and 1")
    return number
