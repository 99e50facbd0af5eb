"""The longest time without a redraw, beside a job and beside nothing: `python -m benchmarks.redraw`.

Opens a real Blender with a window, named by BLENDER, on the screen that the command BLENDER_UI gives it (empty where
there is one), with the worker on BLENDER_WORKER_PYTHON. Writes a table into docs/PERFORMANCE.md.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from training.documents import replace_section, table

log = logging.getLogger("benchmarks")

SCRIPT = Path(__file__).with_name("redraw_in_window.py")
WINDOW = ("--window-geometry", "0", "0", "1600", "1000")
LIMIT = 900
"""Seconds for all of it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where it was measured."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = parser_of("redraw", __doc__).parse_args(arguments)
    try:
        measured = _measured(options)
    except (ValueError, OSError, subprocess.TimeoutExpired) as error:
        log.error("%s", error)
        return 1
    text = _section(measured)
    replace_section(options.output, "redraw", text, "Performance")
    log.info("%s\n\nwritten: %s", text, options.output)
    return 0


def _measured(options: argparse.Namespace) -> dict[str, Any]:
    measured = run_in_window(options, SCRIPT, [options.seconds])
    if measured["error"]:
        raise ValueError(f"The job failed, so nothing was measured: {measured['error']}")
    return measured


def run_in_window(
    options: argparse.Namespace, script: Path, words: Sequence[object], checkout: Path | None = None
) -> dict[str, Any]:
    """What a script writes that runs in a Blender with a window, with the add-on of another `checkout` where one is
    given; it is given the worker's Python, these words and where to write. ValueError where it wrote nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        program = [*shlex.split(options.screen), *shlex.split(options.blender), *WINDOW]
        command = [*program, "--python-exit-code", "1", "--python", script, "--", options.worker_python, *words, result]
        environment = os.environ | {"BLENDER_USER_RESOURCES": str(Path(folder) / "user")}
        if checkout is not None:
            environment["MEASURED_CHECKOUT"] = str(checkout.resolve())
        ended = subprocess.run(
            [str(part) for part in command], check=False, capture_output=True, text=True, timeout=LIMIT, env=environment
        )
        if not result.exists():
            raise ValueError(
                f"Blender ended with status {ended.returncode} before it had measured: {(ended.stderr or ended.stdout)[-2000:]}"
            )
        measured: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return measured


def _section(measured: dict[str, Any]) -> str:
    rows = [[name, *_figures(measured[gaps])] for name, gaps in (("idle", "idle"), ("beside a job", "job"))]
    head = ["Blender", "seconds", "redraws a second", "median gap (ms)", "99th percentile (ms)", "longest gap (ms)"]
    return (
        f"### Redraws of Blender {measured['version']} beside a job\n\n"
        "Made by `python -m benchmarks.redraw`. The 3D view is asked to draw itself without a pause: first in an idle Blender, then while the shipped video is "
        f"brought onto the puppet and drawn in Grease Pencil, from the click to the last key.\n\n{table(head, rows)}"
    )


def _figures(gaps: list[float]) -> list[str]:
    ordered = sorted(gaps)
    late = ordered[min(int(0.99 * len(ordered)), len(ordered) - 1)]
    total = sum(gaps)
    return [
        f"{total:.1f}",
        f"{len(gaps) / total:.0f}",
        *(f"{1000 * gap:.0f}" for gap in (median(gaps), late, ordered[-1])),
    ]


def parser_of(benchmark: str, description: str | None) -> argparse.ArgumentParser:
    """The options of a benchmark in a window."""
    parser = argparse.ArgumentParser(
        prog=f"python -m benchmarks.{benchmark}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    blender = os.environ.get("BLENDER")
    parser.add_argument("--blender", default=blender, required=not blender, help="the program (default: $BLENDER)")
    parser.add_argument(
        "--screen",
        default=os.environ.get("BLENDER_UI", ""),
        help="a command that gives the program after it a screen (default: $BLENDER_UI)",
    )
    parser.add_argument(
        "--worker-python",
        default=os.environ.get("BLENDER_WORKER_PYTHON", sys.executable),
        help="the Python of the worker, as that Blender sees it",
    )
    parser.add_argument(
        "--seconds", type=float, default=10.0, help="how long to watch Blender draw (default: %(default)s)"
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("docs/PERFORMANCE.md"),
        help="the page to write the table into (default: %(default)s)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
