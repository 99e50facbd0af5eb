"""What both models give back, and how codes are mixed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..motion import View
from ..skeleton import Skeleton

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Decoded:
    """Joints (T, 15, 3), x right, y down, z away, in the unit of `skeleton`, whose mid-hip begins at the origin; `contacts` (T, 2)
    probabilities, right and left. `view` is None where a model knows views by example alone.

    `turn` (3, 3) or (T, 3, 3): rows of vectors in the camera's space that filmed the motion, times it, are in this one; None where nobody knows."""

    joints: Array
    contacts: Array
    skeleton: Skeleton
    view: View | None
    turn: Array | None = None


@dataclass(frozen=True)
class Shares:
    """How far each code goes from a first clip (0) to a second (1)."""

    motion: float
    skeleton: float
    view: float

    def __post_init__(self) -> None:
        for name, share in (("motion", self.motion), ("skeleton", self.skeleton), ("view", self.view)):
            if not 0 <= share <= 1:
                raise ValueError(f"The share of {name} must lie between 0 and 1, not {share}.")
