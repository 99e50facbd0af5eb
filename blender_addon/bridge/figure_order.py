"""Which limb of the figure lies over which, frame by frame."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..core.skeleton import Joint
from .figure_style import Limb
from .timing import SceneMotion

Array = NDArray[np.float64]

LIMB_DEPTH: Mapping[Limb, Mapping[Joint, float]] = MappingProxyType(
    {
        Limb.RIGHT_LEG: {Joint.RIGHT_HIP: 0.25, Joint.RIGHT_KNEE: 0.5, Joint.RIGHT_ANKLE: 0.25},
        Limb.LEFT_LEG: {Joint.LEFT_HIP: 0.25, Joint.LEFT_KNEE: 0.5, Joint.LEFT_ANKLE: 0.25},
        Limb.BODY: {Joint.NECK: 0.5, Joint.MID_HIP: 0.5},
        Limb.HEAD: {Joint.HEAD: 1.0},
        Limb.RIGHT_ARM: {Joint.RIGHT_SHOULDER: 0.2, Joint.RIGHT_ELBOW: 0.4, Joint.RIGHT_WRIST: 0.4},
        Limb.LEFT_ARM: {Joint.LEFT_SHOULDER: 0.2, Joint.LEFT_ELBOW: 0.4, Joint.LEFT_WRIST: 0.4},
    }
)
"""What part each joint has in the depth that a limb is ordered by: what is far from the trunk decides, for that is where limbs cross."""

NEARER: Mapping[Limb, float] = MappingProxyType(
    {Limb.RIGHT_LEG: -0.02, Limb.LEFT_LEG: -0.02, Limb.BODY: 0.0, Limb.HEAD: 0.05, Limb.RIGHT_ARM: 0.03, Limb.LEFT_ARM: 0.03}
)
"""Parts of the height by which a limb is taken to be nearer than it is: with all in one plane, arms hang over the shirt, and the shirt over the legs."""

CLEARLY = 0.03
"""Part of the height by which a limb must pass another before they change places, so that they do not flicker."""


def limb_ranks(motion: SceneMotion) -> dict[Limb, NDArray[np.int64]]:
    """(K,) for each limb: 0 for the one farthest from the viewer, up to 5 for the nearest."""
    height, limbs = motion.skeleton.height, list(Limb)
    depth = [motion.depth[:, list(LIMB_DEPTH[limb])] @ np.array(list(LIMB_DEPTH[limb].values())) - NEARER[limb] * height for limb in limbs]
    passed = np.zeros((len(limbs), len(motion)), dtype=np.int64)
    for one in range(len(limbs)):
        for other in range(one + 1, len(limbs)):
            before = _in_front(depth[other] - depth[one], CLEARLY * height)
            passed[one] += before
            passed[other] += ~before
    # Three limbs may each lie over the next; the fixed order of the layers then decides.
    ranks = np.argsort(np.argsort(passed, axis=0, kind="stable"), axis=0)
    return dict(zip(limbs, ranks.astype(np.int64), strict=True))


def _in_front(lead: Array, clearly: float) -> NDArray[np.bool_]:
    """(K,) whether one limb lies over another that is `lead` (K,) farther: as it last clearly did, and before that as it first clearly does."""
    clear = np.abs(lead) > clearly
    if not clear.any():
        return np.full(len(lead), bool(lead.mean() > 0))
    last = np.maximum.accumulate(np.where(clear, np.arange(len(lead)), -1))
    return np.asarray(lead[np.where(last < 0, clear.argmax(), last)] > 0)
