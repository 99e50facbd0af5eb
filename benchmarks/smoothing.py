"""What smoothing takes of jitter, and what of strikes.

`python -m benchmarks.smoothing POSES…` prints a table; each argument is a pose file, or a folder that holds one frame a
file.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from blender_addon.core import pose_files
from blender_addon.core.skeleton import Joint
from blender_addon.core.smoothing import body_height, cleaned

STRENGTHS = (0.25, 0.5, 0.75, 1.0)
FAINT = 0.05
"""A strength that takes out mistakes and fills gaps, and smooths next to nothing: what the others are compared with."""

ENDS = [Joint.RIGHT_WRIST, Joint.LEFT_WRIST, Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]
SLOW = 0.25
"""Body heights a second below which a joint rests."""
SWIFTEST = 8


def main(paths: list[str]) -> int:
    """Print the table; the exit status."""
    rows = [
        "| clip | strength | jitter at rest, less by % | wrists and ankles moved, % of height: median, most | top speed, less by % |"
    ]
    rows.append("| --- | ---: | ---: | ---: | ---: |")
    for path in map(Path, paths):
        poses = pose_files.read(path).people[0]
        height, raw = body_height(poses), cleaned(poses, FAINT).poses.positions
        speed = np.linalg.norm(np.diff(raw, axis=0), axis=-1) * poses.fps / height
        resting = np.maximum(speed[1:], speed[:-1]) < SLOW
        before = _jitter(raw)[resting].mean(), _top_speed(raw)
        for strength in STRENGTHS:
            smooth = cleaned(poses, strength).poses.positions
            moved = 100 * np.linalg.norm(smooth - raw, axis=-1)[:, ENDS] / height
            less = [
                100 * (1 - after / was)
                for after, was in zip((_jitter(smooth)[resting].mean(), _top_speed(smooth)), before, strict=True)
            ]
            rows.append(
                f"| {path.stem} | {strength:g} | {less[0]:.0f} | {np.median(moved):.2f}, {moved.max():.1f} | {less[1]:.0f} |"
            )
    sys.stdout.write("\n".join(rows) + "\n")
    return 0


def _jitter(
    positions: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """(T − 2, 15): the second difference of each joint's path."""
    return np.asarray(np.linalg.norm(np.diff(positions, 2, axis=0), axis=-1), np.float32)


def _top_speed(positions: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> float:
    """That of wrists and ankles in the SWIFTEST of their steps, in pixels a frame."""
    return float(np.sort(np.linalg.norm(np.diff(positions, axis=0), axis=-1)[:, ENDS].ravel())[-SWIFTEST:].mean())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
