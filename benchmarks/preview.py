"""How long a preview takes to follow a change, and how often the view is drawn beside it: `python -m benchmarks.preview`.

Opens a real Blender with a window, named by BLENDER, on the screen that the command BLENDER_UI gives it (empty where
there is one), with the worker on BLENDER_WORKER_PYTHON. Writes a table into docs/PERFORMANCE.md.
"""

from __future__ import annotations

import argparse
import logging
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from training.documents import replace_section, table

from .redraw import parser_of, run_in_window

log = logging.getLogger("benchmarks")

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = Path(__file__).with_name("preview_in_window.py")
CHANGES = (
    ("view, 230 frames", 0, "view, 230 frames", 0.4),
    ("amount, 230 frames", 0, "amount, 230 frames", 0.4),
    ("smoothing, 230 frames", 0, "smoothing, 230 frames", 1.0),
    ("view, 2,000 frames: those around the current one", 0, "view, 2,000 frames", 0.15),
    ("view, 2,000 frames: all", 1, "view, 2,000 frames", 3.0),
    ("amount, 2,000 frames: those around the current one", 0, "amount, 2,000 frames", 0.15),
    ("amount, 2,000 frames: all", 1, "amount, 2,000 frames", 3.0),
)
"""Rows of the table: what is changed, which part of it was written, where that is measured, and the limit in seconds."""
OVERLAYS = (("skeleton", 0.9), ("skeleton and strip", 0.9), ("skeleton, strip and video frame", 0.6))
"""What is drawn over the view, and the least part of the redraws that must be left."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where it was measured."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = parser_of("preview", __doc__)
    parser.add_argument("--turns", type=int, default=20, help="how often each change is made (default: %(default)s)")
    parser.add_argument("--earlier", type=Path, help="the folder of an earlier checkout, to be measured by turns")
    parser.add_argument("--rounds", type=int, default=1, help="how often each is measured (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        before, now = _measured(options)
    except (ValueError, OSError, subprocess.TimeoutExpired) as error:
        log.error("%s", error)
        return 1
    text = _section(before, now)
    replace_section(options.output, "preview", text, "Performance")
    log.info("%s\n\nwritten: %s", text, options.output)
    return 0


def _measured(options: argparse.Namespace) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was measured of the earlier checkout, nothing where there is none, and of this one; which goes first
    alternates.
    """
    sides = [checkout for checkout in (options.earlier, ROOT) if checkout is not None]
    found: dict[Path, dict[str, Any]] = {checkout: {} for checkout in sides}
    for turn in range(options.rounds):
        for checkout in sides[:: -1 if turn % 2 else 1]:
            measured = run_in_window(options, SCRIPT, [options.turns, options.seconds], checkout)
            if measured["problem"]:
                raise ValueError(f"Nothing was previewed: {measured['problem']}")
            for name, value in measured.items():
                found[checkout][name] = [*found[checkout].get(name, ()), *value] if isinstance(value, list) else value
    return found[options.earlier] if options.earlier is not None else {}, found[ROOT]


def _section(before: dict[str, Any], now: dict[str, Any]) -> str:
    rows = []
    for title, part, name, limit in CHANGES:
        earlier, seconds = ([each[part] for each in side.get(name, ())] for side in (before, now))
        told = (
            [median(earlier), median(seconds), max(seconds), limit]
            if earlier
            else [median(seconds), max(seconds), limit]
        )
        rows.append((title, *(f"{1000 * value:.0f}" for value in told), str(len(seconds))))
    head = ["change", "median (ms)", "longest (ms)", "limit (ms)", "changes"]
    if before:
        head.insert(1, "median before (ms)")
    return (
        f"### The preview in Blender {now['version']}\n\n"
        "Made by `python -m benchmarks.preview`. From a change of a setting until the curves of the puppet are written, "
        "with the time for which the settings rest before the preview follows; the drawing of the view is not counted.\n\n"
        f"{table(tuple(head), rows)}{_overlays(now)}"
    )


def _overlays(measured: dict[str, Any]) -> str:
    """How often the view is drawn; nothing where that was not measured."""
    if not measured.get("redraws, without"):
        return ""
    without = median(measured["redraws, without"])
    drawn = [("without", f"{without:.1f}", "1.00", "")]
    for name, limit in OVERLAYS:
        rate = median(measured[f"redraws, {name}"])
        drawn.append((name, f"{rate:.1f}", f"{rate / without:.2f}", f"{limit:g}"))
    return f"\n\n{table(('over the view', 'redraws a second', 'part of those without', 'limit'), drawn)}"


if __name__ == "__main__":
    sys.exit(main())
