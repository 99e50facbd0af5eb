"""Every option, button, panel and file that a sentence of ours names is there, on the way in that shows the sentence."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from blender_addon.core.__main__ import _parser
from blender_addon.settings.kinds import OneOf
from blender_addon.settings.topics import all_settings

ROOT = Path(__file__).parents[1]
ADDON = ROOT / "blender_addon"

OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")
TITLED = re.compile(r"(?<=[a-z,;:] )[A-Z][a-z]+(?: [A-Z][a-z]+)*\b(?![A-Z…])")
"""Words with capitals within a sentence: names of buttons, panels and people."""
FILE = re.compile(r"(?<![\w.…*/])[\w/-]+\.(?:md|py|txt|toml)\b")

OPTIONS_OF_OTHERS = {"--write_json"}
"""Options of other programs that a sentence names."""

PROPER_NAMES = frozenset(
    {
        *("Blender", "Python", "Action", "Actions", "Apple", "Rigify", "Grease Pencil", "Ctrl"),
        *("Core", "Windows", "Motion Retarget", "Cycles"),
        *(
            "Edit Mode",
            "Object Mode",
            "Pose Mode",
            "Tweak Mode",
            "Pose Position",
            "System",
            "Time Stretching",
            "Scale",
            "Jitter",
            "Inherit Scale",
            "None",
        ),
    }
)
"""Names that are of Blender or of nobody's interface."""


@dataclass(frozen=True)
class Sentence:
    """A text in the code that a user may read."""

    where: str
    text: str


@cache
def sentences() -> tuple[Sentence, ...]:
    """`found_sentences`, once."""
    return tuple(found_sentences())


def found_sentences() -> Iterator[Sentence]:
    """Every text of the add-on that reads as a sentence; what is filled in is a …."""
    for path in sorted(ADDON.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        inner: set[int] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and id(node) not in docstrings:
                inner |= {id(part) for part in ast.walk(node)} - {id(node)}
                parts = [part.value if isinstance(part, ast.Constant) else "…" for part in node.values]
                yield Sentence(f"{path.relative_to(ROOT)}:{node.lineno}", "".join(map(str, parts)))
            elif isinstance(node, ast.Constant) and id(node) not in docstrings | inner and " " in str(node.value):
                yield Sentence(f"{path.relative_to(ROOT)}:{node.lineno}", str(node.value))


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    found = set()
    for action in parser._actions:
        found |= set(action.option_strings)
    return found


def core_commands() -> dict[str, set[str]]:
    """The options of each command without Blender."""
    (commands,) = (action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction))
    return {name: options_of(parser) for name, parser in commands.choices.items()}


def blender_options() -> set[str]:
    """The options of the command line in Blender: of the settings, and those that its modules add."""
    told = {option.word for setting in all_settings() for option in setting.options()}
    for path in [ADDON / "cli.py", *(ADDON / "command_line").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and OPTION.fullmatch(node.value):
                told.add(node.value)
    return told


def labels() -> set[str]:
    """What the interface calls things: settings, their items, operators, panels, buttons."""
    found = {"Retarget 2D"}
    for setting in all_settings():
        found |= {setting.label}
        found |= {item.label for item in setting.items} if isinstance(setting, OneOf) else set()
    for path in ADDON.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == "bl_label" for target in node.targets
            ):
                found |= {str(node.value.value)} if isinstance(node.value, ast.Constant) else set()
            if isinstance(node, ast.keyword) and node.arg in {"text", "name", "label"}:
                found |= {str(node.value.value)} if isinstance(node.value, ast.Constant) else set()
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                found |= {text for text in texts[:3] if text[:1].isupper() and len(text) < 40}
    return {str(label).rstrip("…") for label in found}


@pytest.mark.parametrize("room", ["core/pose_files", "core/pose_file_footage.py", "settings/kinds.py"])
def test_options_that_a_pose_files_errors_name_exist_on_every_way_in(room: str) -> None:
    """They are read by convert and retarget, in Blender's command line, and in the panel by their labels."""
    commands, in_blender = core_commands(), blender_options()
    in_panel = {f"--{setting.word}": setting.label for setting in all_settings()}
    of_room = [sentence for sentence in sentences() if sentence.where.startswith(f"blender_addon/{room}")]
    assert of_room, f"{room} has no sentences: it was moved"
    for sentence in of_room:
        for option in set(OPTION.findall(sentence.text)) - OPTIONS_OF_OTHERS:
            assert option in commands["convert"] & commands["retarget"], sentence
            assert option in in_blender, sentence
            assert in_panel.get(option), sentence


@pytest.mark.parametrize("package", ["bridge", "command_line", "core", "operators", "worker"])
def test_sentences_of_every_package_are_walked(package: str) -> None:
    """Errors of f-strings and of joined lines too, with what is filled in as a …."""
    own = [sentence.text for sentence in sentences() if sentence.where.startswith(f"blender_addon/{package}/")]
    assert any("; " in text and text.endswith(".") for text in own)
    assert any("…" in text for text in own)


def test_what_is_not_there_would_be_found() -> None:
    told = "The rig … has no such bone; press Bake Everything, or see nowhere.md and --no-such-option."
    assert set(TITLED.findall(told)) - labels() == {"Bake Everything"}
    assert [option for option in OPTION.findall(told) if option not in blender_options()] == ["--no-such-option"]
    assert FILE.findall(told) == ["nowhere.md"]


def test_every_option_that_a_sentence_names_exists() -> None:
    known = blender_options().union(*core_commands().values())
    pip = "blender_addon/worker/client/installation.py"
    unknown = [
        (sentence, option)
        for sentence in sentences()
        for option in OPTION.findall(sentence.text)
        if option not in known | OPTIONS_OF_OTHERS and not option.endswith("-") and not sentence.where.startswith(pip)
    ]
    assert not unknown


def test_every_button_and_panel_that_a_sentence_names_exists() -> None:
    known = labels()
    whole = [sentence for sentence in sentences() if sentence.text.endswith(".") or "; " in sentence.text]
    named = [(name, sentence) for sentence in whole for name in TITLED.findall(sentence.text)]
    unknown = [(name, sentence) for name, sentence in named if name not in known | PROPER_NAMES]
    assert not unknown, "\n".join(f"{name}: {sentence.where}: {sentence.text}" for name, sentence in unknown)


def test_every_name_between_asterisks_is_a_label() -> None:
    known = labels()
    assert not [
        (name, sentence)
        for sentence in sentences()
        for name in re.findall(r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)", sentence.text)
        if name not in known
    ]


def test_every_file_that_a_sentence_names_exists() -> None:
    there = {path.name for path in ADDON.rglob("*.*")}
    missing = [
        (sentence, name)
        for sentence in sentences()
        for name in FILE.findall(sentence.text)
        if Path(name).name not in there and not (ROOT / name).exists()
    ]
    assert not missing
