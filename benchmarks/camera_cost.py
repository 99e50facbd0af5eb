"""What following the background costs a detection: `python -m benchmarks.camera_cost CLIP`.

The clip is looked at with and without, by turns, from nothing each time. Prints seconds of the clock and of the
processors, and what the background adds to their medians.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from unittest.mock import patch

import numpy as np

from blender_addon.core.detection import performance
from blender_addon.core.detection.background import STEP
from blender_addon.core.detection.detector import Sighting
from blender_addon.core.video import Frame, FrameRange, Video

log = logging.getLogger("benchmarks")


class _Nothing:
    """Takes the place of what follows the background, and looks at nothing."""

    def __init__(self, fps: float, image_size: tuple[int, int]) -> None:
        self._anchor = np.array(image_size) / 2

    def state(self) -> bytes:
        """Nothing is known."""
        return b""

    def __call__(self, frame: Frame, people: Sequence[Sighting]) -> bytes:
        """A camera that stands still."""
        return np.array((frame.index, np.eye(3), self._anchor, 1.0), STEP).tobytes()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where everything was measured."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(prog="python -m benchmarks.camera_cost", description=__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--range", default="", help="part of it, as FIRST:LAST in frames")
    parser.add_argument("--turns", type=int, default=3, help="how often each is measured (default: %(default)s)")
    options = parser.parse_args(arguments)
    video = Video.open(options.clip, FrameRange.parse(options.range) if options.range else None)
    took: dict[str, list[tuple[float, float]]] = {"without": [], "with": []}
    for _ in range(options.turns):
        with patch.object(performance, "BackgroundFollower", _Nothing):
            took["without"].append(_seconds(video))
        took["with"].append(_seconds(video))
    for name, turns in took.items():
        log.info("%s: %s", name, ", ".join(f"{clock:.1f} s ({work:.1f} s of processors)" for clock, work in turns))
    clock, work = (
        median(turn[part] for turn in took["with"]) / median(turn[part] for turn in took["without"]) - 1
        for part in range(2)
    )
    log.info("The background adds %.1f %% to the time, %.1f %% to the work.", 100 * clock, 100 * work)
    return 0


def _seconds(video: Video) -> tuple[float, float]:
    """How long a detection takes by the clock, and how long processors work for it."""
    clock, work = time.perf_counter(), time.process_time()
    performance.detect(video)
    return time.perf_counter() - clock, time.process_time() - work


if __name__ == "__main__":
    sys.exit(main())
