"""How long a preview takes to follow a change, and how often the view is drawn beside it: `python -m benchmarks.preview`.

Opens a real Blender with a window, named by BLENDER, on the screen that the command BLENDER_UI gives it (empty where
there is one), with the worker on BLENDER_WORKER_PYTHON. Writes a table into docs/PERFORMANCE.md.
"""

from __future__ import annotations

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

SCRIPT = Path(__file__).with_name("preview_in_window.py")
CHANGES = (
    ("view, 230 frames", 0, "view, 230 frames", 0.4),
    ("smoothing, 230 frames", 0, "smoothing, 230 frames", 1.0),
    ("view, 2,000 frames: those around the current one", 0, "view, 2,000 frames", 0.15),
    ("view, 2,000 frames: all", 1, "view, 2,000 frames", 3.0),
)
"""Rows of the table: what is changed, which part of it was written, where that is measured, and the limit in seconds."""
OVERLAYS = (("skeleton", 0.9), ("skeleton and strip", 0.9))
"""What is drawn over the view, and the least part of the redraws that must be left."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where it was measured."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = parser_of("preview", __doc__)
    parser.add_argument("--turns", type=int, default=20, help="how often each change is made (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        measured = run_in_window(options, SCRIPT, [options.turns, options.seconds])
        if measured["problem"]:
            raise ValueError(f"Nothing was previewed: {measured['problem']}")
    except (ValueError, OSError, subprocess.TimeoutExpired) as error:
        log.error("%s", error)
        return 1
    text = _section(measured)
    replace_section(options.output, "preview", text, "Performance")
    log.info("%s\n\nwritten: %s", text, options.output)
    return 0


def _section(measured: dict[str, Any]) -> str:
    rows = []
    for title, part, name, limit in CHANGES:
        seconds = [each[part] for each in measured[name]]
        rows.append(
            (title, *(f"{1000 * value:.0f}" for value in (median(seconds), max(seconds), limit)), str(len(seconds)))
        )
    without = median(measured["redraws, without"])
    drawn = [("without", f"{without:.1f}", "1.00", "")]
    for name, limit in OVERLAYS:
        rate = median(measured[f"redraws, {name}"])
        drawn.append((name, f"{rate:.1f}", f"{rate / without:.2f}", f"{limit:g}"))
    return (
        f"### The preview in Blender {measured['version']}\n\n"
        "Made by `python -m benchmarks.preview`. From a change of a setting until the curves of the puppet are written; the "
        f"drawing of the view is not counted.\n\n{table(('change', 'median (ms)', 'longest (ms)', 'limit (ms)', 'changes'), rows)}\n\n"
        f"{table(('over the view', 'redraws a second', 'part of those without', 'limit'), drawn)}"
    )


if __name__ == "__main__":
    sys.exit(main())
