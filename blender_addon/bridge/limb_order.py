"""Which limbs of a cut-out rig lie over which, frame by frame."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .figure_order import limb_ranks
from .figure_style import Limb
from .timing import SceneMotion

Layers = NDArray[np.int64]

PAIRS = ((Limb.RIGHT_ARM, Limb.LEFT_ARM), (Limb.RIGHT_LEG, Limb.LEFT_LEG))
INNER: Mapping[Limb, int] = {Limb.RIGHT_ARM: 2, Limb.LEFT_ARM: 2, Limb.RIGHT_LEG: 0, Limb.LEFT_LEG: 0}
"""How many layers next to the trunk a limb leaves to others."""


def limb_order(motion: SceneMotion) -> dict[Limb, Layers]:
    """(K,) layers of each limb, the higher the nearer to the viewer, the trunk being 0; no two limbs ever share one.

    Legs lie on 1 and 2 before the trunk and on −1 and −2 behind it, arms on 3 and 4, or −3 and −4. It is the order of the drawn figure, so that a puppet and
    a drawing of the same motion overlap alike.
    """
    ranks = limb_ranks(motion)
    layers: dict[Limb, Layers] = {}
    for pair in PAIRS:
        for limb, other in (pair, pair[::-1]):
            before = ranks[limb] > ranks[Limb.BODY]
            outside = (before == (ranks[other] > ranks[Limb.BODY])) & (before == (ranks[limb] > ranks[other]))
            steps = INNER[limb] + 1 + outside.astype(np.int64)
            layers[limb] = np.where(before, steps, -steps)
    return layers
