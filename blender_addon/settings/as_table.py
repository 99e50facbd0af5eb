"""Settings as the reference table of the manual: `python -m blender_addon.settings.as_table`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from .setting import Setting
from .topics import TOPICS

HEADER = """# Settings

Every setting, by the panel and by the command line. What is not given on a command line stays as the scene says; `--reset` starts from the defaults.
This page is written by `python -m blender_addon.settings.as_table`; change the declarations in `blender_addon/settings` instead.
"""


def table() -> str:
    """The whole page."""
    lines = [HEADER]
    heading = ""
    for topic in TOPICS:
        if topic.heading != heading:
            heading = topic.heading
            lines += [
                f"## {heading[:1].upper()}{heading[1:]}\n",
                "| setting | option | default | what it does | script |",
                "|---|---|---|---|---|",
            ]
        for setting in topic.settings().values():
            lines += _rows(setting)
    return "\n".join(line if not line.startswith("## ") else f"\n{line}" for line in lines) + "\n"


def _rows(setting: Setting) -> Iterator[str]:
    option = " ".join(f"`{option.word}`" for option in setting.options()) or f"`--{setting.set_by}`"
    told = setting.description.replace("|", "\\|")
    yield f"| **{setting.label}** | {option} | {setting.said(setting.default)} | {told} | `{setting.path}` |"


if __name__ == "__main__":
    sys.stdout.write(table())
