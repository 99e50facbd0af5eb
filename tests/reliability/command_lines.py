"""Command lines put together by the grammar of a parser: its options with values that it takes, and with others."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from blender_addon.core.skeleton import LAYOUTS, PARENTS
from tests.blender.pose_clips import street_people, write_npz

ODD_WORDS = (
    *("", " ", "0", "-1", "1", "7", "1e3", "1e309", "nan", "-inf", "9" * 400, "0.0001", "x", "=", ",", ":", "--", "-"),
    *("10:250", "5:2", "1.5s:8s", "0:0 48:90", "0:0", "30,10", "-45,10", "1280x720", "0x0", "99999999999x1", "a=b"),
    *(
        "ankle1=right_ankle",
        "é",
        "名前",
        "caf\udce9",
        "a\nb",
        "x" * 5000,
        "all",
        "main",
        "2",
        "%s",
        "{0}",
        "$HOME",
        "~",
    ),
    *("/dev/null", "/dev/zero", "/dev/full", "/", ".", "..", "/nowhere/x.npz", "x.txt", "out.npz", "out.csv", "out"),
    *("cpu", "cuda", "auto", "kinematic", "paper", "/proc/self/mem", "none", "0.5", "1.0000001"),
)


def files_in(folder: Path, frames: int = 8) -> dict[str, str]:
    """Files and folders to name, by what they are; a word that a command line has them by."""
    write_npz(folder / "clip.npz", street_people(frames))
    (folder / "empty.npz").touch()
    (folder / "broken.json").write_text("{", encoding="utf-8")
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    os.mkfifo(folder / "pipe.json")
    (folder / "lengths.json").write_text(json.dumps({joint.name.lower(): 0.2 for joint in PARENTS}), encoding="utf-8")
    flat = np.full((17, 3), (50.0, 60.0, 0.9))
    flat[:, :2] += np.arange(34).reshape(17, 2) * 3
    results = [{"image_id": at, "keypoints": flat.ravel().tolist(), "score": 1} for at in range(frames)]
    (folder / "results.json").write_text(json.dumps(results), encoding="utf-8")
    names = ("clip.npz", "empty.npz", "broken.json", "folder", "pipe", "pipe.json", "lengths.json", "results.json")
    return {name: str(folder / name) for name in names}


def values_of(options: Sequence[str]) -> dict[str, list[str]]:
    """Values that options took in the first version, by the option: of pinned fragments such as "--fps 25"."""
    found: dict[str, list[str]] = {}
    for fragment in options:
        words = shlex.split(fragment)
        for option, value in itertools.pairwise(words):
            if option.startswith("-") and not value.startswith("--"):
                found.setdefault(option, []).append(value)
    return found


def words_of(
    dice: random.Random, parser: argparse.ArgumentParser, known: Mapping[str, Sequence[str]], files: Mapping[str, str]
) -> list[str]:
    """Some of the parser's options, each with a value of its own or an odd one."""
    words: list[str] = []
    actions = [action for action in parser._actions if action.option_strings and action.dest != "help"]
    odd = dice.choice((0.0, 0.0, 0.1, 0.4))
    for action in dice.sample(actions, min(len(actions), dice.choice((0, 1, 2, 3, 6)))):
        if not odd and action.nargs != 0 and not action.choices and not any(map(known.get, action.option_strings)):
            continue
        option = dice.choice(list(action.option_strings))
        if dice.random() < odd / 4:
            option = dice.choice((option[:-1], option + "x", option.upper(), option[1:]))
        if action.nargs == 0:
            words.append(option if dice.random() > odd / 2 else f"{option}=1")
            continue
        value = _value(dice, action, known.get(option, ()), files, odd)
        words += [f"{option}={value}"] if dice.random() < 0.3 else [option, value]
        if dice.random() < odd / 4:
            words.pop()
    return words


def _value(
    dice: random.Random, action: argparse.Action, known: Sequence[str], files: Mapping[str, str], odd: float
) -> str:
    if dice.random() < odd:
        return dice.choice((*ODD_WORDS, *files.values()))
    if action.choices:
        return str(dice.choice(list(action.choices)))
    if known and dice.random() < 0.8:
        value = dice.choice(known)
        return files["clip.npz"] if value.endswith(".npz") else value
    if action.type is Path or "file" in str(action.metavar).lower():
        return dice.choice(list(files.values()))
    return dice.choice((*ODD_WORDS, *LAYOUTS)) if odd else str(dice.choice((0, 0.5, 1, 2)))


def without_nul(words: Sequence[str]) -> list[str]:
    """As a shell passes them on: a 0 ends a word."""
    return [word.replace("\0", "") for word in words]
