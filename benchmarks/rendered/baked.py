"""What was read back from a character that was baked, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from blender_addon.core.limbs import Limb
from blender_addon.core.skeleton import BONE_CHILDREN, BONE_PARENTS, HEIGHT_BONES, LEG_BONES

Doubles = NDArray[np.float64]

LAYERS = (Limb.RIGHT_ARM, Limb.LEFT_ARM, Limb.RIGHT_LEG, Limb.LEFT_LEG, Limb.BODY)
"""What the columns of `layers` are."""


@dataclass(frozen=True, eq=False)
class Baked:
    """A character over T frames, in its scene: x to the right, y away from the viewer, z up from the ground.

    Attributes:
        joints: (T, 15, 3); nan where the character does not show a joint.
        rest: (15, 3) as it rests.
        head: (T, 3, 3) the head's left, up and forward in columns; nan where it has none.
        heights: (T, S) how high the lowest point of each support is; nan where the character has no such part.
        slips: (T, 2, 2) how far the lowest points of the right and the left foot went since the frame before, x and y.
        lowest: (T,) the height of the lowest point of all.
        views: (T, 2) the azimuth that artwork of trunk and head is drawn for; nan where there is none for views.
        layers: (T, 5) how far away the pieces of LAYERS lie; nan where the character has none.
        contacts: (T, C) what the product says stands, in 0..1, and `contact_names` of these.
        support_names: names of the S supports.
    """

    joints: Doubles
    rest: Doubles
    head: Doubles
    heights: Doubles
    slips: Doubles
    lowest: Doubles
    views: Doubles
    layers: Doubles
    contacts: Doubles
    contact_names: tuple[str, ...]
    support_names: tuple[str, ...]

    @cached_property
    def lengths(self) -> Doubles:
        """(14,) bone lengths at rest."""
        return np.asarray(np.linalg.norm(self.rest[list(BONE_CHILDREN)] - self.rest[list(BONE_PARENTS)], axis=-1))

    @property
    def height(self) -> float:
        """Head, spine, thigh and shin."""
        return float(self.lengths[list(HEIGHT_BONES)].sum())

    @property
    def leg(self) -> float:
        """Thigh and shin."""
        return float(self.lengths[list(LEG_BONES)].sum() / 2)

    def cut(self, frames: int) -> Baked:
        """The first frames alone."""
        first = slice(0, frames)
        return Baked(
            self.joints[first],
            self.rest,
            self.head[first],
            self.heights[first],
            self.slips[first],
            self.lowest[first],
            self.views[first],
            self.layers[first],
            self.contacts[first],
            self.contact_names,
            self.support_names,
        )


def read_baked(path: Path) -> Baked:
    """What `reading.py` wrote."""
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    names = (tuple(map(str, arrays[name])) for name in ("contact_names", "support_names"))
    numbers = ("joints", "rest", "head", "heights", "slips", "lowest", "views", "layers", "contacts")
    return Baked(*(np.asarray(arrays[name], np.float64) for name in numbers), *names)  # type: ignore[arg-type]
