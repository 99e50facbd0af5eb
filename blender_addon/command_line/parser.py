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
