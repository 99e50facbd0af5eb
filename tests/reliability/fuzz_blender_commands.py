"""Command lines in Blender: `blender --command motion_retarget_2d …` in this process."""

from __future__ import annotations

import io
import json
import logging
import os
import random
import shutil
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from tests.reliability.fuzzing import NoSentence, check_sentence
from tests.reliability.in_blender import ROOT, WORKER_PYTHON, enable_add_on

NAMES = ("job", "job", "job", "bone-map")
PINNED = ROOT / "tests/blender/data/0_1_0/options.json"
PLACED = {"Rig": "Puppet", "file.blend": "puppet.blend"}
"""Names that pinned options have, and what is there."""
WRITTEN, FAILED, WRONG_USAGE = 0, 1, 2


def prepared() -> Callable[[int, Path], bool]:
    """What runs the command line of a seed on the puppet and a short clip."""
    enable_add_on()
    logging.disable(logging.NOTSET)
    from blender_addon import cli, command_line
    from tests.blender.scene_of_puppet import PUPPET, PUPPET_FILE, forget_session
    from tests.reliability.command_lines import ODD_WORDS, files_in, values_of, without_nul, words_of

    pinned = json.loads(PINNED.read_text(encoding="utf-8"))
    of_pins = {kind: values_of(list(pinned[kind])) for kind in ("job", "bone-map")}
    parsers = {
        "job": command_line.job_parser("job", "setup", "bone-map"),
        "bone-map": command_line.map_parser("bone-map"),
    }

    def run(seed: int, folder: Path) -> bool:
        dice = random.Random(seed)
        os.chdir(folder)
        kind = NAMES[seed % len(NAMES)]
        puppet = folder / "puppet.blend"  # a copy, for a command line may name it to be written
        shutil.copyfile(PUPPET_FILE, puppet)
        files = files_in(folder) | {"puppet": str(puppet)}
        known = {name: [PLACED.get(value, value) for value in values] for name, values in of_pins[kind].items()}
        forget_session()
        words = [] if kind == "job" else ["bone-map"]
        words += ["--file", str(puppet), "--armature", PUPPET]
        words += ["--output", dice.choice((*["out.blend"] * 5, dice.choice(ODD_WORDS))) if kind == "job" else "o.json"]
        if kind == "job":
            words += ["--video", files["clip.npz"], "--bake", dice.choice(("rig", "rig,grease-pencil", "figure"))]
            words += ["--python", str(WORKER_PYTHON)]
        words += words_of(dice, parsers[kind], known, files)
        if "setup" in words[:1]:
            return False
        said = io.StringIO()
        with redirect_stderr(said), redirect_stdout(io.StringIO()):
            logging.basicConfig(stream=said, format="%(message)s", force=True)
            status = cli.main(without_nul(words))
        used = _is_written(status, said.getvalue(), words)
        assert is_blend(puppet), words
        return used

    return run


def is_blend(path: Path) -> bool:
    """Whether a .blend file stands there, compressed or not."""
    return path.read_bytes()[:4] in {b"BLEN", b"\x28\xb5\x2f\xfd"}


def _is_written(status: int, told: str, words: list[str]) -> bool:
    if "Traceback" in told:
        raise NoSentence(repr(told[-800:]))
    if status == WRITTEN:
        return True
    if status not in {FAILED, WRONG_USAGE}:
        raise NoSentence(f"exit status {status}: {told[-300:]!r}")
    check_sentence(told.strip().rpartition("\n")[2])
    return False
