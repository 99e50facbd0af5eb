"""Drawings a second onto Grease Pencil: `python -m benchmarks.grease_pencil`, in a Python that has bpy.

A figure that walks in a circle, so that its face comes and goes, is drawn on six layers. Writes a table for this
version of Blender into docs/BAKING.md.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("BLENDER_USER_RESOURCES", tempfile.mkdtemp(prefix="blender-user-"))

import bpy
import numpy as np

from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.bridge.figure.default_placement import default_placement
from blender_addon.bridge.figure.figure_bake import bake_figure
from blender_addon.bridge.projection.planes import FRONT
from blender_addon.core.skeleton import JOINT_COUNT, Joint, Skeleton
from training.documents import replace_section, table

log = logging.getLogger("benchmarks")

TEN_THOUSAND_DRAWINGS, LONG = 1667, 10_000
"""Frames, at six drawings each."""
BODY = Skeleton.from_proportions((0.18, 0.34, 0.12, 0.17, 0.16, 0.06, 0.27, 0.26))
STRIDE_FRAMES, CIRCLE_FRAMES = 30, 400
SWING = 0.5
"""Radians that arms and legs swing to either side."""


@dataclass(frozen=True)
class Measured:
    """One bake: how much was drawn, in how many seconds, and the longest of them between two tellings of progress."""

    frames: int
    drawings: int
    seconds: float
    longest_silence: float

    def row(self) -> tuple[str, ...]:
        """Of the table."""
        return (
            f"{self.frames:,}",
            f"{self.drawings:,}",
            f"{self.seconds:.2f}",
            f"{self.drawings / self.seconds:,.0f}",
            f"{1000 * self.longest_silence:.0f}",
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where it was measured."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.grease_pencil", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "--frames",
        type=int,
        nargs="+",
        default=[TEN_THOUSAND_DRAWINGS, LONG],
        help="frames of each bake (default: %(default)s)",
    )
    parser.add_argument(
        "--output", type=Path, default=Path("docs/BAKING.md"), help="the page to write into (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    measured = [measure(frames) for frames in options.frames]
    version = bpy.app.version_string
    head = (f"Blender {version}", "drawings", "seconds", "drawings a second", "longest time without progress, ms")
    text = f"{table(head, [each.row() for each in measured])}\n\nMeasured on {machine()}."
    replace_section(options.output, f"grease-pencil-{bpy.app.version[0]}.{bpy.app.version[1]}", text, "Baking")
    log.info("%s\n\nwritten: %s", text, options.output)
    return 0


def measure(frames: int) -> Measured:
    """Bake into an empty file."""
    bpy.ops.wm.read_homefile(use_empty=True)
    motion = walk(frames)
    start = last = time.perf_counter()
    silence = 0.0

    def progress(fraction: float) -> None:
        nonlocal last, silence
        now = time.perf_counter()
        silence, last = max(silence, now - last), now

    bake = bake_figure(bpy.context.scene, motion, default_placement(motion, FRONT), "Figure", progress=progress)
    return Measured(frames, bake.drawings, time.perf_counter() - start, silence)


def walk(frames: int) -> SceneMotion:
    """Straight limbs that swing, about an upright trunk that turns."""
    time_ = np.arange(frames)
    swing, turn = SWING * np.sin(2 * np.pi * time_ / STRIDE_FRAMES), 2 * np.pi * time_ / CIRCLE_FRAMES
    body = np.zeros((frames, JOINT_COUNT, 3))
    body[:, Joint.NECK], body[:, Joint.HEAD] = (0, -0.34, 0), (0, -0.52, 0)
    for side, shoulder, hip in ((-1, Joint.RIGHT_SHOULDER, Joint.RIGHT_HIP), (1, Joint.LEFT_SHOULDER, Joint.LEFT_HIP)):
        for first, root, lengths, phase in (
            (shoulder, (0.12 * side, -0.34, 0), (0, 0.17, 0.33), -side),
            (hip, (0.06 * side, 0, 0), (0, 0.27, 0.53), side),
        ):
            for step, length in enumerate(lengths):
                away = np.stack((0 * swing, np.cos(swing), phase * np.sin(swing)), axis=-1)
                body[:, first + step] = root + length * away
    x, y, z = np.moveaxis(body, -1, 0)
    cosine, sine = np.cos(turn)[:, None], np.sin(turn)[:, None]
    positions = np.stack((x * cosine - z * sine, y), axis=-1)
    ones = np.ones((frames, JOINT_COUNT))
    return SceneMotion(time_ + 1, positions, x * sine + z * cosine, np.ones((frames, 2)), ones, BODY)


def machine() -> str:
    """The processor that was measured on, and whether it had other work."""
    described = Path("/proc/cpuinfo")
    lines = described.read_text(encoding="utf-8").splitlines() if described.exists() else []
    name = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    return (
        f"{name}, {os.cpu_count()} cores, beside other work"
        if os.getloadavg()[0] > 1
        else f"{name}, {os.cpu_count()} cores"
    )


if __name__ == "__main__":
    sys.exit(main())
