"""How much memory a long video takes: `python -m benchmarks.memory --minutes 30`.

The video is looped to that length, and `detect` runs on it as a program of its own, whose memory is looked at as it
goes. Needs Linux.
"""

from __future__ import annotations

import argparse
import logging
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from blender_addon.core.video import Video

log = logging.getLogger("benchmarks")

SAMPLE = Path(__file__).resolve().parents[1] / "assets/footage/street.mp4"
MOST = 1024.0
"""MiB: the bar."""
MOST_GROWTH = 50.0
"""MiB from the first quarter to the last tenth."""
LOOK_EVERY = 2.0
"""Seconds."""
LOG_EVERY = 60.0


def looped(sample: Path, frame_count: int, to: Path) -> Path:
    """The sample again and again, as one video of so many frames."""
    video = Video.open(sample)
    pictures = [frame.image for frame in video.frames()]
    writer = cv2.VideoWriter(str(to), cv2.VideoWriter.fourcc(*"mp4v"), video.fps, video.image_size)
    if not writer.isOpened():
        raise ValueError(f"OpenCV cannot write {to.name}; install one with FFmpeg.")
    for picture in islice(cycle(pictures), frame_count):
        writer.write(picture)
    writer.release()
    return to


def memory(process: int) -> float:
    """MiB of a process that are in memory; 0 where it has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((float(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:")), 0.0)


def watched(command: Sequence[str]) -> tuple[list[float], int, float]:
    """MiB every LOOK_EVERY seconds while the command runs, its exit status, and its seconds."""
    began, told, looks = time.perf_counter(), 0.0, []
    with subprocess.Popen(command) as process:
        while process.poll() is None:
            looks.append(memory(process.pid))
            seconds = time.perf_counter() - began
            if seconds - told >= LOG_EVERY:
                told = seconds
                log.info("%5.0f s: %4.0f MiB, at most %4.0f", seconds, looks[-1], max(looks))
            time.sleep(LOOK_EVERY)
    return looks, process.returncode, time.perf_counter() - began


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where memory stayed under the bars."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.memory", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=30.0, help="length of the video (default: %(default)s)")
    parser.add_argument("--video", type=Path, default=SAMPLE, help="what is looped (default: the sample)")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    count = round(options.minutes * 60 * Video.open(options.video).fps)
    with TemporaryDirectory() as folder:
        log.info("Writing %d frames…", count)
        video = looped(options.video, count, Path(folder) / "long.mp4")
        command = [
            sys.executable,
            "-m",
            "blender_addon.core",
            "detect",
            str(video),
            "-o",
            str(Path(folder) / "poses.npz"),
            "--no-cache",
        ]
        looks, status, seconds = watched(command)
    # In the first looks the networks are loaded; medians leave out the last ones, in which the poses are put together
    # and written.
    growth = float(np.median(looks[-max(1, len(looks) // 10) :]) - np.median(looks[: max(1, len(looks) // 4)]))
    kept = status == 0 and max(looks) <= MOST and growth <= MOST_GROWTH
    log.info(
        "%d frames in %.0f s (%.1f a second): at most %.0f MiB, %+.0f MiB from the first quarter to the last tenth.",
        count,
        seconds,
        count / seconds,
        max(looks),
        growth,
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
