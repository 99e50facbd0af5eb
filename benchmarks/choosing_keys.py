"""How long choosing keys takes, and how many it leaves, against an earlier checkout by turns: `python -m
benchmarks.choosing_keys EARLIER_CHECKOUT --data DIR --street POSES.npz`, in a Python that has bpy.

The street performers and the OpenPose clips are cleaned and retargeted as filmed onto three rigs once, for both
checkouts. Each turn reduces the keys of every bake in both, each in a process of its own, and counts its CPU seconds,
since they change least when other programs run. Writes a table into docs/PERFORMANCE.md. Both checkouts need their
.venv-bpy-4.5.
"""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np

from benchmarks.foot_sliding import STRENGTH, motion_of, motions_on
from benchmarks.key_reduction import PERFORMANCES, _made
from blender_addon.bridge.projection.planes import plane_of
from blender_addon.bridge.retiming.apply_timing import apply_timing
from blender_addon.bridge.rig.key_reduction import reduce_keys
from blender_addon.bridge.rig.measured_character import read_character
from blender_addon.bridge.rig.rig_bake import RigBakeSettings, plan_rig_bake
from blender_addon.settings.keys import REDUCED
from blender_addon.settings.timing import AS_FILMED
from blender_addon.settings.view import PlaneChoice
from training.documents import replace_section, table

log = logging.getLogger("benchmarks")

ROOT = Path(__file__).resolve().parents[1]
RIGS = ("puppet", "mixamo", "rigify")
HEAD = ("rig", "performance", "frames", "keys before", "keys now", "seconds before, median", "seconds now, median")
INTRODUCTION = (
    "Made by `python -m benchmarks.choosing_keys EARLIER_CHECKOUT`. CPU seconds in which the keys of one bake are chosen, "
    "each run in a process of its own; which checkout goes first alternates."
)
MEASURE = "--measure"
"""The word with which it runs once more in each checkout, and measures that."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where it was measured."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == [MEASURE]:
        measure(Path(words[1]), Path(words[2]), words[3:])
        return 0
    options = _options(words)
    with tempfile.TemporaryDirectory(prefix="keys-") as folder:
        bodies = [read_character(_made(options.data, name)).skeleton for name in options.only]
        motions_on(options, bodies, Path(folder), STRENGTH)
        found: dict[tuple[str, str, str], list[tuple[float, str, str]]] = defaultdict(list)
        for turn in range(options.turns):
            sides = [("before", options.earlier.resolve()), ("now", ROOT)]
            for side, checkout in sides[:: -1 if turn % 2 else 1]:
                for line in _told(checkout, options, Path(folder) / "motions.npz"):
                    rig, performance, frames, keys, seconds = line.split("\t")
                    found[rig, performance, side].append((float(seconds), keys, frames))
                    log.info("turn %d, %s: %s", turn + 1, side, line)
    rows = [
        (
            rig,
            performance,
            now[0][2],
            before[0][1],
            now[0][1],
            *(f"{np.median([seconds for seconds, _, _ in each]):.2f}" for each in (before, now)),
        )
        for (rig, performance, side), now in found.items()
        if side == "now" and (before := found[rig, performance, "before"])
    ]
    text = f"### Choosing keys, against an earlier version\n\n{INTRODUCTION}\n\n{table(HEAD, sorted(rows))}"
    replace_section(options.output, "choosing-keys", text, "Performance")
    return 0


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.choosing_keys", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("earlier", type=Path, help="the folder of the earlier checkout")
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds footage/ and rigs/")
    parser.add_argument("--street", type=Path, required=True, help="the poses of the shipped video, as .npz")
    parser.add_argument("--only", nargs="+", choices=RIGS, default=RIGS, help="some of the rigs")
    parser.add_argument("--turns", type=int, default=3, help="how often each is run (default: %(default)s)")
    parser.add_argument(
        "--python", type=Path, default=ROOT / ".venv/bin/python", help="the Python that has what the networks need"
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=ROOT / "docs/PERFORMANCE.md",
        help="the page to write into (default: %(default)s)",
    )
    return parser.parse_args(words)


def _told(checkout: Path, options: argparse.Namespace, motions: Path) -> list[str]:
    """What a checkout measures, a line a bake; its own add-on is measured by this file's code."""
    code = f"import runpy; runpy.run_path({__file__!r}, run_name='__main__')"
    with tempfile.TemporaryDirectory() as user:
        told = subprocess.run(
            [
                checkout / ".venv-bpy-4.5/bin/python",
                "-c",
                code,
                MEASURE,
                options.data.absolute(),
                motions,
                *options.only,
            ],
            cwd=checkout,
            env=os.environ | {"BLENDER_USER_RESOURCES": user},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
    return [line for line in told.splitlines() if line.count("\t") == 4]


def measure(data: Path, file: Path, rigs: Sequence[str]) -> None:
    """Choose the keys of every bake, and say rig, performance, frames, keys and CPU seconds."""
    with np.load(file) as arrays:
        motions = {name: arrays[name] for name in arrays.files}
    for body, rig in enumerate(rigs):
        for performance, title in enumerate(PERFORMANCES):
            armature = _made(data, rig)
            character = read_character(armature)
            motion = replace(motion_of(motions, performance, body), skeleton=character.skeleton)
            plane = plane_of(PlaneChoice.OWN, armature, character.rest, character.bone_map, bpy.context.scene)
            settings = RigBakeSettings(plane, 0.0 if character.planar else 1.0, "keys", keys=REDUCED)
            timed = apply_timing(motion, motion.fps, 1, AS_FILMED)
            plan = plan_rig_bake(armature, character.bone_map, timed, settings)
            began = time.process_time()
            curves = reduce_keys(plan.target, plan.dense, REDUCED)
            seconds = time.process_time() - began
            keys = sum(len(curve.frames) for curve in curves)
            print(rig, title, len(timed.frames), keys, f"{seconds:.3f}", sep="\t", flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
