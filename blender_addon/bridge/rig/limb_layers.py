"""The layers of the limbs of a cut-out rig, frame by frame."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from ...core.limbs import Limb
from ...core.skeleton import BONE_INDEX, Joint
from ..body.limb_ranks import limb_ranks
from ..body.overlap_order import held_states, is_in_front
from ..body.scene_motion import SceneMotion

Layers = NDArray[np.int64]

LIMB_PAIRS = ((Limb.RIGHT_ARM, Limb.LEFT_ARM), (Limb.RIGHT_LEG, Limb.LEFT_LEG))
INNER_LAYERS: Mapping[Limb, int] = {Limb.RIGHT_ARM: 2, Limb.LEFT_ARM: 2, Limb.RIGHT_LEG: 0, Limb.LEFT_LEG: 0}
"""Layers next to the trunk that belong to other limbs."""


LEG_JOINTS: Mapping[Limb, tuple[Joint, Joint, Joint]] = {
    Limb.RIGHT_LEG: (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
    Limb.LEFT_LEG: (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
}
RAISED, CLEARLY_RAISED = 0.4, 0.08
"""Parts of a thigh's length: how far below its hip a knee or a foot still is before the trunk, and by how much it must
have passed that.
"""


def limb_layers(motion: SceneMotion, under: Collection[Limb] = ()) -> dict[Limb, Layers]:
    """(K,) layers of each limb, the higher the nearer to the viewer, the trunk being 0; no two limbs ever share one.

    Legs lie on 1 and 2 before the trunk and on −1 and −2 behind it, arms on 3 and 4, or −3 and −4. It is the order of
    the drawn figure, so that a puppet and a drawing of the same motion overlap alike. But where both legs are drawn to
    lie `under` the trunk, they come before it only while they are raised: a standing leg would cover the belt.
    """
    ranks = limb_ranks(motion)
    under_trunk = set(LEG_JOINTS) <= set(under)
    layers: dict[Limb, Layers] = {}
    for pair in LIMB_PAIRS:
        for limb, other in (pair, pair[::-1]):
            before, other_before = (
                ranks[each] > ranks[Limb.BODY]
                if each not in LEG_JOINTS or not under_trunk
                else _raised_before(motion, each, ranks[each] > ranks[Limb.BODY])
                for each in (limb, other)
            )
            outside = (before == other_before) & (before == (ranks[limb] > ranks[other]))
            steps = INNER_LAYERS[limb] + 1 + outside.astype(np.int64)
            layers[limb] = np.where(before, steps, -steps)
        layers |= dict(zip(pair, held_states(np.stack([layers[limb] for limb in pair], axis=-1)).T, strict=True))
    return layers


def _raised_before(motion: SceneMotion, leg: Limb, before: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(K,) whether a leg is in front of the trunk and raised, without short changes."""
    hip, knee, ankle = (motion.positions[:, joint, 1] for joint in LEG_JOINTS[leg])
    thigh = float(motion.skeleton.lengths[BONE_INDEX[LEG_JOINTS[leg][1]]])
    anywhere = np.ones(len(motion))
    raised = is_in_front(hip + RAISED * thigh - np.minimum(knee, ankle), anywhere, CLEARLY_RAISED * thigh)
    return is_in_front(np.where(before & raised, 1.0, -1.0), anywhere, 0.5)
