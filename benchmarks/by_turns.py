"""This checkout against an earlier one, by turns: `python -m benchmarks.by_turns /path/to/earlier/checkout`.

Each turn bakes 10,000 frames on 20 bones in both, retargets, starts the worker, and detects the shipped video, each in a
process of its own. CPU seconds of the process are compared, since they hardly change when other programs run. Writes a
table into docs/PERFORMANCE.md. Both checkouts need their .venv and .venv-bpy-4.5. Needs Linux or macOS.
"""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import numpy as np

from training.documents import replace_section, table

log = logging.getLogger("benchmarks")

ROOT = Path(__file__).resolve().parents[1]
BAKE = """
import os
from benchmarks import baking

armature, bone_map = baking.biped()
motion = baking.walk(10_000)
for keys in (baking.DENSE, type(baking.DENSE)()):
    before = os.times()
    baking.bake_rig(armature, bone_map, motion, baking.RigBakeSettings(baking.FRONT, 1.0, "walk", keys=keys))
    after = os.times()
    print("seconds", after.user + after.system - before.user - before.system)
"""
"""Says the CPU seconds of two bakes, a key on every frame and reduced keys, without those that Blender starts in."""
BAKES = ("bake, a key on every frame", "bake, reduced keys")
RETARGET = """
import os
from blender_addon.core.motion import View
from blender_addon.core.retargeting import Retargeter
from tests.core.clips import CHILD, marching

network = Retargeter.load("kinematic", "cpu")
one, other = marching(120), marching(120, view=View(-60), body=CHILD.scaled(300))
network.retarget(one, other, other)
before = os.times()
for _ in range(40):
    network.retarget(one, other, other)
after = os.times()
print("seconds", after.user + after.system - before.user - before.system)
"""
RETARGETING = "40 times a clip of 120 frames onto another body and into another view, `kinematic`"
START = """
import os, sys, time
from pathlib import Path
from blender_addon.worker import client
from tests.core.clips import marching

before, began = os.times(), time.perf_counter()
client.start(client.RetargetRequest(marching(1)), Path(sys.executable)).wait()
passed = time.perf_counter() - began
client.stop()
after = os.times()
print("seconds", after.children_user + after.children_system - before.children_user - before.children_system, passed)
"""
"""Says the CPU seconds of a worker that retargets one frame, and how long one waits for that."""
STARTS = ("a worker that retargets its first frame", "the same, by the clock")
DETECT = ("-m", "blender_addon.core", "detect", "assets/footage/street.mp4", "--no-cache", "--threads", "1")
"""On one thread, since threads that wait for each other take time by chance."""
DETECTION = "detection of street.mp4"
INTRODUCTION = (
    "Made by `python -m benchmarks.by_turns EARLIER_CHECKOUT`. CPU seconds, each run in a process of its own: 10,000 frames "
    "on 20 bones; one clip through the network, on one thread; a worker, from its start to the first retargeted frame; the "
    "shipped video, without the cache, on one thread. Which checkout goes first alternates."
)
HEAD = ("what", "turns", "before, median", "now, median", "now / before, median", "middle half", "all")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where it was measured."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(prog="python -m benchmarks.by_turns", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("earlier", type=Path, help="the folder of the earlier checkout")
    parser.add_argument("--turns", type=int, default=10, help="how often each is run (default: %(default)s)")
    parser.add_argument("--only", nargs="+", choices=MEASURES, default=list(MEASURES), help="some of what is run")
    parser.add_argument(
        "--output",
        type=Path,
        default=ROOT / "docs/PERFORMANCE.md",
        help="the page to write into (default: docs/PERFORMANCE.md)",
    )
    options = parser.parse_args(arguments)
    earlier = options.earlier.resolve()
    pairs: dict[str, list[tuple[float, float]]] = {}
    for turn in range(options.turns):
        before, now = both(earlier, turn, options.only)
        for name in before:
            pairs.setdefault(name, []).append((before[name], now[name]))
            log.info("turn %d, %s: %.2f s before, %.2f s now", turn + 1, name, before[name], now[name])
    rows = [row(name, np.array(measured)) for name, measured in pairs.items()]
    text = f"### Against an earlier version\n\n{INTRODUCTION}\n\n{table(HEAD, rows)}"
    replace_section(options.output, "by-turns", text, "Performance")
    log.info("%s\n\nwritten: %s", text, options.output)
    return 0


def both(earlier: Path, turn: int, only: Sequence[str]) -> tuple[dict[str, float], dict[str, float]]:
    """Seconds of everything, by name, in the earlier checkout and in this one; which goes first alternates."""
    if turn % 2:
        now = measure(ROOT, only)
        return measure(earlier, only), now
    before = measure(earlier, only)
    return before, measure(ROOT, only)


def measure(checkout: Path, only: Sequence[str]) -> dict[str, float]:
    """Seconds of some of MEASURES in one checkout, by name. CalledProcessError where something of it fails."""
    found: dict[str, float] = {}
    with TemporaryDirectory() as folder:
        for name in only:
            found |= MEASURES[name](checkout, folder)
    return found


def _bakes(checkout: Path, folder: str) -> dict[str, float]:
    told = run(checkout, ".venv-bpy-4.5", ("-c", BAKE), folder)
    seconds = [float(line.split()[1]) for line in told.splitlines() if line.startswith("seconds ")]
    return dict(zip(BAKES, seconds, strict=True))


def _retargeting(checkout: Path, folder: str) -> dict[str, float]:
    told = run(checkout, ".venv", ("-c", RETARGET), folder, {"OMP_NUM_THREADS": "1"})
    return {RETARGETING: float(told.split()[-1])}


def _starts(checkout: Path, folder: str) -> dict[str, float]:
    told = run(checkout, ".venv", ("-c", START), folder)
    return dict(zip(STARTS, map(float, told.split()[-2:]), strict=True))


def _detection(checkout: Path, folder: str) -> dict[str, float]:
    began = os.times()
    run(checkout, ".venv", (*DETECT, "--out", f"{folder}/poses.npz"), folder)
    ended = os.times()
    return {DETECTION: ended.children_user + ended.children_system - began.children_user - began.children_system}


MEASURES: Mapping[str, Callable[[Path, str], dict[str, float]]] = MappingProxyType(
    {"bakes": _bakes, "retargeting": _retargeting, "start": _starts, "detection": _detection}
)
"""What is run, by its word on the command line: the seconds of what it measures, by the title of their row."""


def run(
    checkout: Path,
    environment: str,
    arguments: Sequence[str],
    user_folder: str,
    more: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """What a Python of the checkout prints, with settings and caches of its own; `more` is put into its environment."""
    variables = os.environ | {"BLENDER_USER_RESOURCES": user_folder, "XDG_CACHE_HOME": user_folder} | dict(more)
    return subprocess.run(
        [checkout / environment / "bin/python", *arguments],
        cwd=checkout,
        env=variables,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def row(name: str, seconds: np.ndarray) -> tuple[str, ...]:
    """Of the table. Args: `seconds` (turns, 2), before and now."""
    before, now = np.median(seconds, axis=0)
    ratios = seconds[:, 1] / seconds[:, 0]
    least, lower, middle, upper, most = np.quantile(ratios, (0, 0.25, 0.5, 0.75, 1))
    return (
        name,
        str(len(seconds)),
        f"{before:.2f}",
        f"{now:.2f}",
        f"{middle:.3f}",
        f"{lower:.3f} to {upper:.3f}",
        f"{least:.3f} to {most:.3f}",
    )


if __name__ == "__main__":
    sys.exit(main())
