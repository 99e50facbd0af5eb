"""The order of limbs in depth, frame by frame, for drawn figures, layered drawings and cut-out rigs alike."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ...core.limbs import Limb
from ...core.skeleton import Joint
from .overlap_order import is_in_front, ranks_of_pairs
from .scene_motion import SceneMotion

Array = NDArray[np.float64]

DEPTH_WEIGHTS: Mapping[Limb, Mapping[Joint, float]] = MappingProxyType(
    {
        Limb.RIGHT_LEG: {Joint.RIGHT_HIP: 0.25, Joint.RIGHT_KNEE: 0.5, Joint.RIGHT_ANKLE: 0.25},
        Limb.LEFT_LEG: {Joint.LEFT_HIP: 0.25, Joint.LEFT_KNEE: 0.5, Joint.LEFT_ANKLE: 0.25},
        Limb.BODY: {Joint.NECK: 0.5, Joint.MID_HIP: 0.5},
        Limb.HEAD: {Joint.HEAD: 1.0},
        Limb.RIGHT_ARM: {Joint.RIGHT_SHOULDER: 0.2, Joint.RIGHT_ELBOW: 0.4, Joint.RIGHT_WRIST: 0.4},
        Limb.LEFT_ARM: {Joint.LEFT_SHOULDER: 0.2, Joint.LEFT_ELBOW: 0.4, Joint.LEFT_WRIST: 0.4},
    }
)
"""Weights of the joints in the depth of a limb. Joints far from the trunk weigh more, since limbs cross there.
"""

NEARNESS: Mapping[Limb, float] = MappingProxyType(
    {
        Limb.RIGHT_LEG: -0.02,
        Limb.LEFT_LEG: -0.02,
        Limb.BODY: 0.0,
        Limb.HEAD: 0.05,
        Limb.RIGHT_ARM: 0.03,
        Limb.LEFT_ARM: 0.03,
    }
)
"""Offsets towards the viewer, as parts of the height: with all in one plane, arms are in front of the shirt, and the
shirt in front of the legs.
"""

DEPTH_MARGIN = 0.03
"""Part of the height by which a limb must pass another before they change order, so that they do not flicker."""

CENTRE_LINES: Mapping[Limb, tuple[tuple[Joint, Joint, float, float], ...]] = MappingProxyType(
    {
        Limb.RIGHT_LEG: (
            (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, 0.4, 1.0),
            (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, 0.0, 1.2),
        ),
        Limb.LEFT_LEG: ((Joint.LEFT_HIP, Joint.LEFT_KNEE, 0.4, 1.0), (Joint.LEFT_KNEE, Joint.LEFT_ANKLE, 0.0, 1.2)),
        Limb.BODY: ((Joint.NECK, Joint.MID_HIP, 0.1, 0.9),),
        Limb.HEAD: ((Joint.NECK, Joint.HEAD, 0.7, 1.2),),
        Limb.RIGHT_ARM: (
            (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, 0.6, 1.0),
            (Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST, 0.0, 1.3),
        ),
        Limb.LEFT_ARM: (
            (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, 0.6, 1.0),
            (Joint.LEFT_ELBOW, Joint.LEFT_WRIST, 0.0, 1.3),
        ),
    }
)
"""The lines that limbs cross one another with: between two joints, from one part of the way to another. The parts next
to the trunk are left out: there limbs always touch it.
"""
HALF_WIDTH: Mapping[Limb, float] = MappingProxyType(
    {
        Limb.RIGHT_LEG: 0.045,
        Limb.LEFT_LEG: 0.045,
        Limb.BODY: 0.1,
        Limb.HEAD: 0.12,
        Limb.RIGHT_ARM: 0.035,
        Limb.LEFT_ARM: 0.035,
    }
)
"""Part of the height that a limb reaches to either side of its line."""
LINE_POINTS = 4
"""Sample points on each line."""


def limb_ranks(motion: SceneMotion) -> dict[Limb, NDArray[np.int64]]:
    """(K,) for each limb: 0 for the one farthest from the viewer, up to 5 for the nearest."""
    height, limbs = motion.skeleton.height, list(Limb)
    depth = [
        motion.depth[:, list(DEPTH_WEIGHTS[limb])] @ np.array(list(DEPTH_WEIGHTS[limb].values()))
        - NEARNESS[limb] * height
        for limb in limbs
    ]
    lines = [_line(motion, limb) for limb in limbs]
    over = np.zeros((len(motion), len(limbs), len(limbs)), dtype=np.bool_)
    for one in range(len(limbs)):
        for other in range(one + 1, len(limbs)):
            gap = _gap(lines[one], lines[other]) - (HALF_WIDTH[limbs[one]] + HALF_WIDTH[limbs[other]]) * height
            over[:, one, other] = is_in_front(depth[other] - depth[one], gap, DEPTH_MARGIN * height)
            over[:, other, one] = ~over[:, one, other]
    ranks = ranks_of_pairs(over)
    return {limb: ranks[:, index] for index, limb in enumerate(limbs)}


def _line(motion: SceneMotion, limb: Limb) -> Array:
    """(K, P, 2) points along a limb in the picture."""
    parts = []
    for start, end, begin, finish in CENTRE_LINES[limb]:
        along = np.linspace(begin, finish, LINE_POINTS)[:, None]
        parts.append(
            motion.positions[:, None, start] + along * (motion.positions[:, end] - motion.positions[:, start])[:, None]
        )
    return np.concatenate(parts, axis=1)


def _gap(one: Array, other: Array) -> Array:
    """(K,) the least distance between points (K, P, 2) and (K, Q, 2)."""
    distances = np.linalg.norm(one[:, :, None] - other[:, None], axis=-1)
    return np.asarray(distances.min(axis=(1, 2)), dtype=np.float64)
