"""The command line in Blender takes every option and choice of version 0.1.0, and each sets what it set then."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest

from tests.blender.parsed_options import OptionPins
from tests.blender.scene_of_puppet import PUPPET_FILE

FOLDER = Path(__file__).parent / "data/0_1_0"
PINNED = json.loads((FOLDER / "options.json").read_text(encoding="utf-8"))
"""Options of each command; those of the job with the settings that they make, in a scene in which nothing is set."""
PINS = OptionPins(FOLDER, PUPPET_FILE)


@pytest.mark.parametrize("words", PINNED["job"])
def test_words_of_the_first_version_set_what_they_set_then(words: str, addon: ModuleType) -> None:
    told, now = PINNED["job"][words], PINS.settings_after(words)
    assert {path: now.get(path) for path in told} == {path: PINS.put_in_place(value) for path, value in told.items()}


@pytest.mark.parametrize(
    ("command", "words"), [(command, words) for command in ("setup", "bone-map") for words in PINNED[command]]
)
def test_words_of_other_commands_are_still_taken(command: str, words: str, addon: ModuleType) -> None:
    PINS.parsed(command, words)


@pytest.mark.parametrize("words", ["--keys fours", "--no-such-option", "--pose rest"])
def test_words_that_nobody_ever_took_are_wrong_usage(words: str, addon: ModuleType) -> None:
    from blender_addon.command_line.parser import UsageError

    with pytest.raises(UsageError):
        PINS.parsed("job", words)
