"""Options of these commands that are settings of the add-on: one word, one meaning and one default in both command
lines.
"""

from __future__ import annotations

import argparse

from ...settings.as_options import add_option
from ...settings.setting import Option, Topic
from ..pose_files import PoseFile
from ..pose_files.prominence import prominence
from ..shown import quoted

OptionGroup = argparse.ArgumentParser | argparse._ArgumentGroup
"""What takes options."""

MAIN, ALL = "main", "all"
"""The words for the most prominent performer, and for everybody."""


def add_setting(group: OptionGroup, topic: type[Topic], name: str, otherwise: str = "", **arguments: object) -> None:
    """Give a parser, or a group of its options, the option of a setting.

    Args:
        group: What takes options.
        topic: The topic that declares the setting.
        name: The name of its field there.
        otherwise: What counts where it is not given; the declared default where empty.
        arguments: What is other than declared, as argparse takes it.
    """
    setting = topic.settings()[name]
    told = otherwise or f"default: {setting.said(setting.default)}"
    (option,) = setting.options()
    add_option(group, option._replace(arguments=option.arguments | arguments), told)


def add_performer(
    group: OptionGroup, file: str, otherwise: str, *, of: str = "", words: tuple[str, ...] = (MAIN,)
) -> None:
    """Give a parser, or a group of its options, the option that chooses somebody in a pose file.

    Args:
        group: What takes options.
        file: What the file is called among parsed arguments; the performer is FILE_performer.
        otherwise: What counts where nobody is chosen.
        of: The option that names the file, without dashes; empty for the command's own file.
        words: Those that may be said in place of a number.
    """
    before = f"{of}-" if of else ""
    arguments = {
        "dest": f"{file}_performer",
        "type": lambda text: _performer(text, words),
        "metavar": "|".join(("N", *words)),
        "help": f"who of --{of}, by number" if of else "who of them, by number",
    }
    add_option(group, Option(f"--{before}performer", (f"--{before}person",), arguments), otherwise)


def id_of(poses: PoseFile, chosen: str | int) -> int:
    """The id of whoever is chosen, by number or as `main`."""
    if isinstance(chosen, int):
        return chosen
    return max(poses.ids, key=lambda one: prominence(poses.select(one)))


def _performer(text: str, words: tuple[str, ...]) -> str | int:
    if text in words:
        return text
    if text.isascii() and text.isdigit():
        return int(text)
    raise argparse.ArgumentTypeError(
        f"{quoted(text)} is no performer; give a number{''.join(f', or {word}' for word in words)}"
    )
