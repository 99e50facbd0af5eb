"""The output of both networks, and the shares of a blend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..motion import View
from ..skeleton import Skeleton

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Decoded:
    """A decoded motion.

    Attributes:
        joints: (T, 15, 3) in the skeleton's unit, x right, y down, z away; the mid-hip begins at the origin.
        contacts: (T, 2) probabilities that the right and the left foot stand.
        skeleton: the body.
        view: None where a network takes views from examples only.
        turn: (3, 3) or (T, 3, 3): row vectors in the frame of the camera that filmed, times it, are in this view's;
            None where unknown.
        rolls: (T, 2) how far the right and the left foot roll over their toes while they stand; None where unknown.
    """

    joints: Array
    contacts: Array
    skeleton: Skeleton
    view: View | None
    turn: Array | None = None
    rolls: Array | None = None


@dataclass(frozen=True)
class Shares:
    """How far each code goes from a first clip (0) to a second (1). Raises ValueError where a share lies outside."""

    motion: float
    skeleton: float
    view: float

    def __post_init__(self) -> None:
        for name, share in (("motion", self.motion), ("skeleton", self.skeleton), ("view", self.view)):
            if not 0 <= share <= 1:
                raise ValueError(f"The share of {name} must lie between 0 and 1, not {share}.")
