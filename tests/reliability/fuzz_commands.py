"""Command lines without Blender: `python -m blender_addon.core …` in this process."""

from __future__ import annotations

import argparse
import io
import json
import logging
import os
import random
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from blender_addon.core.__main__ import _parser, main
from blender_addon.core.pose_files import read
from tests.reliability.cleaned_and_retargeted import cleaned_and_retargeted
from tests.reliability.command_lines import ODD_WORDS, files_in, values_of, without_nul, words_of
from tests.reliability.fuzzing import NoSentence, check_sentence

NAMES = ("convert", "retarget", "convert", "retarget", "convert", "retarget", "convert", "detect")
PINNED = json.loads((Path(__file__).parents[1] / "core/options_of_0_1_0.json").read_text(encoding="utf-8"))
STREET = Path(__file__).parents[2] / "assets/footage/street.mp4"
USED, NOTHING_WRITTEN, WRONG_USAGE = 0, 1, 2


def prepared() -> Callable[[int, Path], bool]:
    """What runs the command line of a seed; what it wrote is read again, cleaned and retargeted."""
    logging.disable(logging.NOTSET)
    use = cleaned_and_retargeted()
    parsers = _commands()
    known = {name: values_of(row["options"]) for name, row in PINNED.items()}

    def run(seed: int, folder: Path) -> bool:
        dice = random.Random(seed)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        os.chdir(folder)
        name = NAMES[seed % len(NAMES)]
        files = files_in(folder)
        words = [name, *words_of(dice, parsers[name], known[name], files), *_places(dice, name, files)]
        status, told = _ended(without_nul(words))
        if status == USED:
            _check_written(folder, words, use)
            return True
        last = told.partition("Where it came from:")[0].strip().rpartition("\n")[2]
        if status == NOTHING_WRITTEN:
            check_sentence(last)
        elif status == WRONG_USAGE:
            if "error: " not in last:
                raise NoSentence(repr(told[-500:]))
        else:
            raise NoSentence(f"exit status {status}: {told[-300:]!r}")
        return False

    return run


def _commands() -> dict[str, argparse.ArgumentParser]:
    (commands,) = (one for one in _parser()._actions if isinstance(one, argparse._SubParsersAction))
    return dict(commands.choices)


def _places(dice: random.Random, name: str, files: dict[str, str]) -> list[str]:
    """What is read and where to write, mostly such as can be."""
    out = dice.choice(("out.npz", "out.csv", "out", "out.npz", "out.npz", "out.npz", dice.choice(ODD_WORDS)))
    if name == "detect":
        few = ["--range", dice.choice(("0:2", "0:1", "0.0s:0.1s", "400:402", "2:1"))]
        return [
            str(STREET) if dice.random() < 0.4 else dice.choice([*files.values(), *ODD_WORDS]),
            "--no-cache",
            "--out",
            out,
            *few,
        ]
    poses = dice.choice((*[files["clip.npz"]] * 16, files["results.json"], *files.values(), dice.choice(ODD_WORDS)))
    return [poses, out] if name == "convert" else [poses, "--out", out]


def _ended(words: list[str]) -> tuple[int, str]:
    """The exit status, and what was said on stderr."""
    said = io.StringIO()
    with redirect_stderr(said), redirect_stdout(io.StringIO()):
        try:
            status = main(words)
        except SystemExit as ended:
            status = int(ended.code or 0)
    return status, said.getvalue()


def _check_written(folder: Path, words: list[str], use: Callable[..., None]) -> None:
    """What was written can be read, cleaned and retargeted."""
    written = [path for path in (folder / "out.npz", folder / "out.csv", folder / "out") if path.exists()]
    assert written or "-h" in words or "--help" in words or not {"out.npz", "out.csv", "out"} & set(words), words
    for path in written:
        for person in read(path, image_size=(1280, 720)).people[:2]:
            use(person)
