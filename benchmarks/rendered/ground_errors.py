"""How a baked character stands on the ground."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from blender_addon.core.skeleton import Joint

from .baked import Baked
from .clip_truth import PersonTruth
from .contact_scores import spans

Doubles = NDArray[np.float64]
FEET = ("right_foot", "left_foot")
ON_THE_GROUND = {
    "seat": (Joint.MID_HIP, 0.35),
    "right_hand": (Joint.RIGHT_WRIST, 0.35),
    "left_hand": (Joint.LEFT_WRIST, 0.35),
}
"""The joint of a support that may stand on something else, a chair, and how many leg lengths above the ground it is at
most where the support is on the ground.
"""


def heights_by_support(truth: PersonTruth, baked: Baked) -> dict[str, Doubles]:
    """How high above the ground what should stand is, in percent of the height, below is negative: by support that
    both have and that stands at all, (N,) a value a frame.
    """
    found = {}
    for index, name in enumerate(baked.support_names):
        if name in truth.support_names:
            heights = baked.heights[truth.counts & _on_the_ground(truth, name), index]
            found[name] = np.asarray(100.0 * heights[np.isfinite(heights)] / baked.height)
    return {name: heights for name, heights in found.items() if len(heights)}


def _on_the_ground(truth: PersonTruth, name: str) -> NDArray[np.bool_]:
    """(T,) where the support stands, and nothing is between it and the ground."""
    stands = truth.support(name)
    if name not in ON_THE_GROUND:
        return stands
    joint, most = ON_THE_GROUND[name]
    return stands & (truth.joints[:, joint, 2] < most * truth.leg)


def support_heights(truth: PersonTruth, baked: Baked) -> Doubles:
    """(N,) those of all supports."""
    return np.concatenate([np.zeros(0), *heights_by_support(truth, baked).values()])


def penetrations(truth: PersonTruth, baked: Baked) -> Doubles:
    """(N,) how deep the lowest point is below the ground, in percent of the height; 0 above it."""
    return np.asarray(100.0 * np.maximum(0.0, -baked.lowest[truth.counts]) / baked.height)


def slides(truth: PersonTruth, baked: Baked) -> Doubles:
    """(N,) how far a foot goes at most from where it came to stand while the performer's stands, in percent of the
    height: a value a contact.

    What touches the ground counts: a foot may roll from heel to toe.
    """
    return _slid(truth, baked.slips) / baked.height


def own_slides(truth: PersonTruth) -> Doubles:
    """(N,) how far the performer's own feet go, by heel and toe: what no character can be asked to be below."""
    return _slid(truth, truth.slips) / truth.height


def _slid(truth: PersonTruth, slips: Doubles) -> Doubles:
    """(N,) a hundred times the unit of `slips` (T, 2, 2)."""
    found = []
    for foot, name in enumerate(FEET):
        for span in spans(truth.support(name) & truth.counts):
            way = np.cumsum(slips[span.start + 1 : span.stop, foot], axis=0)
            found.append(float(np.linalg.norm(way, axis=-1).max()))
    return 100.0 * np.array(found)
