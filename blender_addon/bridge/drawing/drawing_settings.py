"""The settings of a drawing bake, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import bpy
import numpy as np
from numpy.typing import NDArray

from ...settings.drawing import DrawingChoice, Way
from ...settings.kinds import Block
from ..scene.data_blocks import object_of
from ..views.artwork import BY_NAME
from .body_parts import BodyPart
from .layer_pieces import layer_names
from .layer_views import parts_of_drawing

Array = NDArray[np.float64]


@dataclass(frozen=True)
class DrawingSettings:
    """`drawing` is None where none was chosen; `parts` of its layers, empty for those that their names say; `pivots`
    picked, in the drawing's space; `near_far`: limbs are keyed before and behind one another; `views` picked, by layer.
    """

    drawing: Block | None
    way: Way
    parts: Mapping[str, BodyPart] = field(default_factory=lambda: MappingProxyType({}))
    pivots: Mapping[str, tuple[float, float, float]] = field(default_factory=lambda: MappingProxyType({}))
    near_far: bool = True
    views: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, chosen: bpy.types.PropertyGroup) -> DrawingSettings:
        """Read the scene's properties."""
        group, choice = chosen.drawing, DrawingChoice.of(chosen)
        return cls(
            drawing=choice.target,
            way=choice.way,
            parts=MappingProxyType({row.name: BodyPart(row.part) for row in group.layers}),
            pivots=MappingProxyType({row.name: tuple(row.pivot) for row in group.layers if row.use_pivot}),
            near_far=choice.near_far,
            views=MappingProxyType({row.name: row.view for row in group.layers if row.view != BY_NAME}),
        )

    def read_drawing(self) -> bpy.types.Object | None:
        """The object, None where none was chosen; ValueError where it is gone."""
        return object_of(*self.drawing) if self.drawing is not None else None

    def assigned(self, drawing: bpy.types.Object) -> dict[str, BodyPart]:
        """The part of each layer: those that were picked, else what the names say; a drawing whose names say nothing is
        bent as a whole.
        """
        names = layer_names(drawing)
        picked = {name: part for name, part in self.parts.items() if name in names}
        if any(part != BodyPart.NONE for part in picked.values()):
            return picked
        named = parts_of_drawing(drawing, self.views)
        if self.way == Way.WEIGHTS and all(part == BodyPart.NONE for part in named.values()):
            return dict.fromkeys(names, BodyPart.WHOLE)
        return named

    def picked_pivots(self) -> dict[str, Array]:
        """(3,) each."""
        return {name: np.array(pivot) for name, pivot in self.pivots.items()}
