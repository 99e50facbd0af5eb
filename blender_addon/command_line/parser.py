"""An argument parser that says what is wrong in one sentence."""

from __future__ import annotations

import argparse
from typing import NoReturn

from ..core.shown import shown

LONGEST = 600
"""Letters of a message: it may quote all that was given."""


class UsageError(ValueError):
    """Arguments that make no sense, in one sentence."""


class Parser(argparse.ArgumentParser):
    """An argument parser that raises UsageError."""

    def error(self, message: str) -> NoReturn:
        """Instead of usage and message."""
        said = shown(message if len(message) <= LONGEST else f"{message[:LONGEST]}…")
        raise UsageError(f"{said[:1].upper()}{said[1:].rstrip('.')}; --help tells more.")
