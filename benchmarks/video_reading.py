"""How long the shipped video takes to read, by turns with OpenCV: `python -m benchmarks.video_reading`.

Every picture is decoded and converted, by one thread, in this process. CPU seconds are compared, since they hardly change
when other programs run. Writes a table into docs/PERFORMANCE.md.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from blender_addon.core.video import Video
from training.documents import replace_section, table

import cv2  # isort: skip  # after the add-on, which keeps it quiet

log = logging.getLogger("benchmarks")

ROOT = Path(__file__).resolve().parents[1]
VIDEO = ROOT / "assets/footage/street.mp4"
HEAD = ("what", "CPU seconds, median", "of all turns", "pictures")


def with_opencv() -> int:
    """Read it as versions up to 0.1.0 did; the number of its pictures."""
    capture, count = cv2.VideoCapture(str(VIDEO), cv2.CAP_FFMPEG), 0
    while capture.read()[0]:
        count += 1
    return count


def with_ours() -> int:
    """Read it as detection does; the number of its pictures."""
    return sum(1 for _ in Video.open(VIDEO).frames())


READERS: dict[str, Callable[[], int]] = {"OpenCV, `VideoCapture`": with_opencv, "PyAV, `core.video`": with_ours}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where it was measured."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.video_reading", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--turns", type=int, default=10, help="how often each reads it (default: %(default)s)")
    parser.add_argument("--output", type=Path, default=ROOT / "docs/PERFORMANCE.md", help="the page to write into")
    options = parser.parse_args(arguments)
    seconds: dict[str, list[float]] = {name: [] for name in READERS}
    counts: dict[str, int] = {}
    for turn in range(options.turns):
        for name in list(READERS)[:: -1 if turn % 2 else 1]:
            began = time.process_time()
            counts[name] = READERS[name]()
            seconds[name].append(time.process_time() - began)
    rows = [
        (name, f"{np.median(each):.2f}", f"{min(each):.2f} to {max(each):.2f}", str(counts[name]))
        for name, each in seconds.items()
    ]
    text = (
        "### Reading a video\n\nMade by `python -m benchmarks.video_reading`: `street.mp4`, 230 pictures of 1768 × 994, "
        f"{options.turns} turns each; which goes first alternates. The pictures are the same, bit for bit.\n\n{table(HEAD, rows)}"
    )
    replace_section(options.output, "video-reading", text, "Performance")
    log.info("%s\n\nwritten: %s", text, options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
