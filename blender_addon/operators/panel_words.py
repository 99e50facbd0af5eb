"""What a sentence of the command line says in the panel: options go by their labels there."""

from __future__ import annotations

import re

from ..settings.topics import all_settings

OPTION = re.compile(r"(?<![\w-])--(?P<word>[a-z][a-z-]*[a-z])(?: [A-Z]{2,})*")
"""An option, and what it takes."""

PANELS = {"poses": "Frame Rate and Poses"}
"""The panels that hold the settings of a group, where that is not plain."""


def in_panel_words(sentence: str) -> str:
    """The sentence with the label of a setting, and the panel it is in, in place of its option."""
    known = {setting.word: setting for setting in all_settings() if setting.word}

    def labelled(match: re.Match[str]) -> str:
        setting = known.get(match["word"])
        if setting is None:
            return match[0]
        panel = PANELS.get(setting.group or "")
        return f"{setting.label} (under {panel})" if panel else setting.label

    return OPTION.sub(labelled, sentence)
