"""One walk from twelve azimuths, in space: `python -m benchmarks.rendered.azimuths`, after `make rendered`.

What the kinematic network makes of the walk should not depend on where it was filmed from. Knees that are straight in
truth and the largest step are compared with the truth, from the true joints in the picture and from those that our
detector finds. Writes a section into docs/EVALUATION.md.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from blender_addon.core.detection import performance
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.retargeting import Retargeter
from blender_addon.core.skeleton import LEG_BONES, Joint
from blender_addon.core.video import Video
from training.documents import replace_section, table

from .clip_truth import ClipTruth, Doubles, add_clips, read_truth
from .pose_errors import bends

Pair = tuple[float, float]
"""An angle of knees and a step."""

log = logging.getLogger("benchmarks")

STRAIGHT = 15.0
"""Degrees that a straight knee is bent by at most."""
LEGS = slice(2, 4)
"""Of what `bends` gives."""
ANKLES = [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]


def true_poses(clip: ClipTruth) -> PoseSequence:
    """The true joints in the picture; those that are hidden too."""
    walker = clip.people[0]
    return PoseSequence(
        walker.pixels.astype(np.float32),
        np.ones(walker.pixels.shape[:2], dtype=np.float32),
        fps=clip.fps,
        image_size=clip.size,
    )


def decoded(network: Retargeter, poses: PoseSequence) -> Doubles:
    """(T, 15, 3) the performer in space, in leg lengths."""
    motion = network.retarget(poses)
    joints = np.concatenate((motion.positions, motion.depth[..., None]), axis=-1).astype(np.float64)
    return np.asarray(joints / (motion.skeleton.lengths[list(LEG_BONES)].sum() / 2))


def knees(truth: Doubles, joints: Doubles) -> float:
    """The median angle, in degrees, of knees that are straight in truth."""
    straight = bends(truth)[:, LEGS] <= STRAIGHT
    return 180.0 - float(np.median(bends(joints)[:, LEGS][straight]))


def largest_step(joints: Doubles) -> float:
    """How far the ankles are apart at most, in the unit of the joints."""
    return float(np.linalg.norm(joints[:, ANKLES[0]] - joints[:, ANKLES[1]], axis=-1).max())


def measured(network: Retargeter, clip: ClipTruth, poses: PoseSequence) -> Pair:
    """The angle of straight knees, and the largest step as a part of the true one."""
    walker = clip.people[0]
    joints = decoded(network, poses)
    return knees(walker.joints, joints), largest_step(joints) / largest_step(walker.joints / walker.leg)


def section(rows: Sequence[tuple[int, tuple[Pair, Pair]]]) -> str:
    """What goes into docs/EVALUATION.md."""
    worst = [f"{min(found[side][which] for _, found in rows):.{2 * which}f}" for side in (0, 1) for which in (0, 1)]
    body = [
        [f"{azimuth}°", *(f"{row[which]:.{2 * which}f}" for row in found for which in (0, 1))]
        for azimuth, found in rows
    ]
    head = ["azimuth", "true joints: knees (°)", "largest step", "detected: knees (°)", "largest step"]
    return "\n".join(
        [
            "## One walk from twelve azimuths",
            "",
            "Made by `make rendered` and `python -m benchmarks.rendered.azimuths`: the same walk, before one camera after another. The median angle of knees "
            f"that are straight in truth (over {180 - STRAIGHT:.0f}°), and the largest step in space as a part of the true one.",
            "",
            table(head, [*body, ["worst", *worst]]),
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.rendered.azimuths",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_clips(parser)
    parser.add_argument("--kinematic-weights", type=Path, metavar="FILE", help="other weights than the shipped ones")
    parser.add_argument("--cache", type=Path, help="folder to keep detections in")
    parser.add_argument(
        "--output", type=Path, default=Path("docs"), help="folder for EVALUATION.md (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    paths = sorted(options.clips.glob("azimuth_*.npz"))
    if not paths:
        log.error("There is no clip of the walk in %s; run make rendered first.", options.clips)
        return 1
    network = Retargeter.load("kinematic", "cpu", options.kinematic_weights)
    rows = []
    for path in paths:
        clip = read_truth(path)
        found = performance.detect(Video.open(path.with_suffix(".mp4")), cache=options.cache).poses.people[0]
        pair = [measured(network, clip, poses) for poses in (true_poses(clip), found)]
        rows.append((int(path.stem.rpartition("_")[2]), (pair[0], pair[1])))
        log.info(
            "%s: knees %.0f and %.0f degrees, largest step %.2f and %.2f",
            path.stem,
            *(pair[side][which] for which in (0, 1) for side in (0, 1)),
        )
    replace_section(options.output / "EVALUATION.md", "azimuths", section(rows), "Evaluation")
    return 0


if __name__ == "__main__":
    sys.exit(main())
