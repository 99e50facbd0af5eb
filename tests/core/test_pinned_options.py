"""`python -m blender_addon.core` takes every option and every choice that version 0.1.0 took."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from blender_addon.core.__main__ import main

PINNED = json.loads(Path(__file__).with_name("options_of_0_1_0.json").read_text(encoding="utf-8"))
"""What each command is always given, and its options, a choice at a time. `missing` is no folder, so nothing begins."""
WRONG_USAGE, NOTHING_WRITTEN = 2, 1


def status_of(command: str, options: str) -> int:
    """The exit status with these options."""
    try:
        return main([command, *shlex.split(PINNED[command]["always"]), *shlex.split(options)])
    except SystemExit as ended:
        return int(ended.code or 0)


EVERY = [(command, options) for command, row in PINNED.items() for options in row["options"]]


@pytest.mark.parametrize(("command", "options"), EVERY)
def test_words_of_the_first_version_are_still_taken(command: str, options: str) -> None:
    assert status_of(command, options) == NOTHING_WRITTEN


@pytest.mark.parametrize(
    ("command", "options"),
    [("detect", "--provider abacus"), ("retarget", "--no-such-option"), ("convert", "--lost")],
)
def test_words_that_nobody_ever_took_are_wrong_usage(command: str, options: str) -> None:
    assert status_of(command, options) == WRONG_USAGE
