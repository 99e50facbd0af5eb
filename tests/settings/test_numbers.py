"""Numbers on the command line that no property can hold."""

from __future__ import annotations

import argparse

import pytest

from blender_addon.settings.kinds import Number
from blender_addon.settings.topics import all_settings

NUMBERS = [setting for setting in all_settings() if isinstance(setting, Number)]


@pytest.mark.parametrize("text", ["9" * 400, "-" + "9" * 400, "9" * 5000, "2147483648", "1e39", "-1e39", "inf", "nan"])
def test_a_number_that_no_property_holds_is_refused_in_a_short_sentence(text: str) -> None:
    refused = [said for setting in NUMBERS if (said := refusal(setting, text))]
    assert len(refused) > len(NUMBERS) / 2
    assert max(map(len, refused)) < 300


def refusal(setting: Number, text: str) -> str:
    """What is said of the text; nothing where the setting takes it."""
    try:
        assert abs(setting.parse(text)) <= setting.largest
    except argparse.ArgumentTypeError as error:
        return str(error)
    return ""
