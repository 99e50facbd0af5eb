"""Measure how joints deviate together from the curves that bridge a gap: `python -m training.joint_covariance --data
FOLDER --export FILE`.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from blender_addon.core.gaps.joint_covariance import MEASURED_GAP_SECONDS, save_covariance
from blender_addon.core.skeleton import JOINT_COUNT, MIRROR_JOINTS, Joint

from .cameras import CameraSampler
from .corruption import Corruption
from .motion_library import MotionLibrary
from .motion_sources import add_motion_arguments, motion_library
from .observation import interpolate_gaps
from .processes import random_numbers
from .synthetic import CLIP_FACTORS, FPS, SyntheticClips, body_height

log = logging.getLogger("training")

QUARTETS = 16
BATCHES = 60
BESIDE = 8
"""Frames of a clip on each side of its gap."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where the file was written."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = _parser().parse_args(arguments)
    try:
        covariance = measured_covariance(motion_library(options).training(), options.seed)
        options.export.parent.mkdir(parents=True, exist_ok=True)
        save_covariance(options.export, covariance)
    except (ValueError, OSError) as error:
        log.error("%s", error)
        return 1
    log.info("written: %s", options.export)
    return 0


def measured_covariance(library: MotionLibrary, seed: int = 0) -> NDArray[np.float64]:
    """Measure the covariance of the joints' deviations from the curves that would bridge a gap of MEASURED_GAP_SECONDS,
    over bodies and views.

    Returns:
        (15, 15) per coordinate, in (% of height)², relative to the mid-hip, whose row and column are 0; the same for both sides of the body.
    """
    device = torch.device("cpu")
    clips = SyntheticClips(library, device, CameraSampler(), Corruption(clean=1.0))
    gap = slice(BESIDE, BESIDE + round(MEASURED_GAP_SECONDS * FPS) - 1)
    total = torch.zeros(JOINT_COUNT, JOINT_COUNT, dtype=torch.float64)
    count = 0
    for index in range(BATCHES):
        batch = clips.sample(QUARTETS, gap.stop + BESIDE, random_numbers(seed, 0, index, device))
        sound = batch.valid.amin(dim=-1) > 0
        bodies = [body for _, body, _ in CLIP_FACTORS]
        percent = body_height(batch.lengths[:, bodies]) * batch.pixels_per_metre / 100
        positions = batch.observed[sound] / percent[sound][:, None, None, None]
        seen = torch.ones(positions.shape[:3], dtype=torch.bool)
        seen[:, gap] = False
        seen[..., Joint.MID_HIP] = True
        deviations = (
            (positions - interpolate_gaps(positions, seen, FPS))[:, gap]
            .double()
            .transpose(2, 3)
            .reshape(-1, JOINT_COUNT)
        )
        total += deviations.T @ deviations
        count += len(deviations)
    covariance = (total / max(count, 1)).numpy()
    mirrored = covariance[np.ix_(MIRROR_JOINTS, MIRROR_JOINTS)]
    return np.asarray((covariance + mirrored) / 2, dtype=np.float64)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.joint_covariance",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_motion_arguments(parser)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--export", type=Path, required=True, help="the .npz file to write")
    return parser


if __name__ == "__main__":
    sys.exit(main())
