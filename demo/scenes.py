"""What is shown: one performance on several bodies from several sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from blender_addon.core.motion import RetargetedMotion, View
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.retargeting import Retargeter
from blender_addon.core.skeleton import Joint, Skeleton

from .panels import FigurePanel
from .performer import ORDINARY, Array, filmed, routine

PIXELS = 300.0
"""A metre, in the performer's picture."""
PICTURE = (720, 720)
STAGE = 660.0
"""What a panel shows of that picture, side to side."""
CAMERA = View(-35, 8)

PERFORMER = ORDINARY.scaled(PIXELS)
CARTOON = Skeleton.from_proportions((0.30, 0.42, 0.17, 0.36, 0.34, 0.09, 0.21, 0.20)).scaled(PIXELS)
"""Short legs, long arms, a big head."""


@dataclass(frozen=True)
class Scene:
    """A target: `body` and `view` are the performer's own where None."""

    name: str
    title: str
    body: Skeleton | None
    view: View | None


SCENES: tuple[Scene, ...] = (
    Scene("cartoon", "Cartoon body, same view", CARTOON, None),
    Scene("side", "From the side", None, View(-90)),
    Scene("back", "From behind", None, View(180)),
    Scene("cartoon-front", "Cartoon body, from the front", CARTOON, View(0)),
    Scene("cartoon-side", "Cartoon body, from the side", CARTOON, View(-90)),
)


def performance() -> PoseSequence:
    """The performer as the camera sees them."""
    return filmed(PERFORMER, CAMERA, PICTURE)


def retarget_scenes(poses: PoseSequence, retargeter: Retargeter) -> list[RetargetedMotion]:
    """The motion of each scene."""
    count = len(SCENES)
    return retargeter.retarget_many([poses] * count, [scene.body for scene in SCENES], [scene.view for scene in SCENES])


def panels(poses: PoseSequence, motions: Sequence[RetargetedMotion]) -> list[FigurePanel]:
    """The performer, then each scene with the truth behind it."""
    _, depth = routine(PERFORMER, CAMERA)
    note = f"filmed at {CAMERA.azimuth:.0f}°; the 2D joints go in"
    shown = [FigurePanel("The performer", note, poses.positions, depth, PERFORMER, STAGE)]
    for scene, motion in zip(SCENES, motions, strict=True):
        body = scene.body or PERFORMER
        truth, _ = routine(body, scene.view or CAMERA)
        note = f"{error(motion.positions, truth, body):.1f} % of height from the truth"
        placed = truth + motion.positions[0, Joint.MID_HIP]
        shown.append(FigurePanel(scene.title, note, motion.positions, motion.depth, body, STAGE, placed))
    return shown


def error(positions: Array, truth: Array, body: Skeleton) -> float:
    """The mean absolute coordinate error with the mid-hip fixed, in % of the body's height: what docs/EVALUATION.md measures."""
    off = (positions - positions[:, [Joint.MID_HIP]]) - (truth - truth[:, [Joint.MID_HIP]])
    return float(np.abs(off).mean()) / body.height * 100
