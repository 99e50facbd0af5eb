"""An argument parser that says what is wrong in one sentence."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from ..core.shown import bare_option, shown

LONGEST = 600
"""Letters of a message: it may quote all that was given."""


class UsageError(ValueError):
    """Arguments that make no sense, in one sentence."""


class Parser(argparse.ArgumentParser):
    """An argument parser that raises UsageError."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:  # noqa: ANN401
        """As usual, but `--option=--` gives no value: argparse would make a list of it."""
        if bare := bare_option(args or ()):
            self.error(f"argument {bare}: expected one argument")
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Instead of usage and message."""
        said = shown(message if len(message) <= LONGEST else f"{message[:LONGEST]}…")
        raise UsageError(f"{said[:1].upper()}{said[1:].rstrip('.')}; --help tells more.")
