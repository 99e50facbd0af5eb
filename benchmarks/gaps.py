"""How near hidden joints of real people are filled in: `python -m benchmarks.gaps --data FOLDER`.

In the OpenPose clips of FOLDER/footage one joint at a time, which was seen, is hidden for half a second, and what fills
the gap is compared with it.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from blender_addon.core import pose_files
from blender_addon.core.gaps.filled_clip import fill_gaps
from blender_addon.core.gaps.interpolation import interpolate_gaps
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.skeleton import HEIGHT_BONES, Joint
from training.documents import table
from training.evaluation.methods import longest_bones

from .foot_motions import FPS, IMAGE_SIZE

log = logging.getLogger("benchmarks")
Array = NDArray[np.float32]

SECONDS = 0.5
CERTAIN = 0.3
"""Confidence from which a joint stands for the truth."""
GAPS = 40
"""A clip."""
TRIES = 2000


def hidden(clip: PoseSequence, generator: np.random.Generator) -> tuple[PoseSequence, slice, int] | None:
    """The clip without one joint for a while, drawn by lot; None where that joint was not seen all the while."""
    frames = round(SECONDS * FPS)
    joint, first = (
        int(generator.choice([joint for joint in Joint if joint != Joint.MID_HIP])),
        int(generator.integers(1, len(clip) - frames)),
    )
    gap = slice(first, first + frames)
    if clip.confidence[first - 1 : gap.stop + 1, joint].min() < CERTAIN:
        return None
    confidence = clip.confidence.copy()
    confidence[gap, joint] = 0
    return replace(clip, confidence=confidence), gap, joint


def errors(clip: PoseSequence, generator: np.random.Generator) -> NDArray[np.float64]:
    """(GAPS, 2) % of height: mean error of a coordinate of the curve in time, and of what the networks go by."""
    height = float(longest_bones(clip)[list(HEIGHT_BONES)].sum())
    drawn = (hidden(clip, generator) for _ in range(TRIES))
    rows = []
    for poses, gap, joint in [draw for draw in drawn if draw][:GAPS]:
        curve = interpolate_gaps(poses.positions, poses.seen, poses.fps)
        rows.append(
            [
                100 * float(np.abs(found[gap, joint] - clip.positions[gap, joint]).mean()) / height
                for found in (curve, fill_gaps(poses).positions)
            ]
        )
    return np.array(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gaps", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds footage/openpose")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    body = []
    for folder in sorted(path for path in (options.data / "footage/openpose").iterdir() if path.is_dir()):
        clip = pose_files.read(folder, fps=FPS, image_size=IMAGE_SIZE).select()
        found = errors(clip, np.random.default_rng(0))
        body.append([folder.name, str(len(found)), *(f"{mean:.2f}" for mean in found.mean(axis=0))])
    log.info("%s", table(["clip", "gaps", "curve, % of height", "filled, % of height"], body))
    return 0


if __name__ == "__main__":
    sys.exit(main())
