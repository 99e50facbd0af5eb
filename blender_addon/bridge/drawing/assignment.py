"""Assignments made in the panel: the part of each layer, and its pivot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import bpy
import numpy as np

from ...settings.drawing import Way
from ...settings.view import PlaneChoice
from ..projection.planes import plane_of
from ..views.artwork import BY_NAME
from .body_parts import BodyPart
from .drawing_bake import DrawnCharacter, armature_for, bind, read_drawn_character
from .drawing_settings import DrawingSettings
from .layer_names import mirrored
from .layer_pieces import check_drawing
from .layer_views import parts_of_drawing


def assign_by_name(group: bpy.types.PropertyGroup) -> int:
    """Fill the list with all layers of the chosen drawing, the topmost first, and their parts as their names say; how
    many have one.

    ValueError where no drawing is chosen, or no name says anything.
    """
    check_drawing(group.target)
    picked = {row.name: row.view for row in group.layers if row.view != BY_NAME}
    parts = parts_of_drawing(group.target, picked)
    _fill(group, parts)
    return sum(part != BodyPart.NONE for part in parts.values())


def swap_sides(group: bpy.types.PropertyGroup) -> None:
    """Right becomes left, and left right."""
    _fill(group, mirrored({row.name: BodyPart(row.part) for row in reversed(group.layers)}))


def pick_pivot(group: bpy.types.PropertyGroup, place: Sequence[float]) -> str:
    """Let the chosen layer turn about a point of the world; the layer's name. ValueError where none is chosen."""
    check_drawing(group.target)
    if not 0 <= group.layer < len(group.layers):
        raise ValueError("No layer is chosen; choose one in the list.")
    row = group.layers[group.layer]
    matrix = np.array(group.target.matrix_world.inverted())
    row.pivot = matrix[:3, :3] @ np.array(place) + matrix[:3, 3]
    row.use_pivot = True
    return str(row.name)


def build_for(scene: bpy.types.Scene, settings: DrawingSettings) -> bpy.types.Object:
    """The armature of the chosen drawing, built where it has none. ValueError where its layers make no body."""
    return armature_for(scene, read_drawn_character(scene, settings, None))


def bind_drawing(
    scene: bpy.types.Scene, settings: DrawingSettings, armature: bpy.types.Object | None
) -> bpy.types.Object:
    """Bind the chosen drawing to the armature, or to one that is built for it; which one. ValueError where that cannot
    be done.
    """
    if settings.way == Way.LAYERS:
        raise ValueError("Layers that are keyed themselves need no armature; choose the way Bones or Weights.")
    drawn: DrawnCharacter = read_drawn_character(scene, settings, armature)
    made = armature_for(scene, drawn)
    plane = plane_of(PlaneChoice.OWN, drawn.owner, drawn.character.rest, drawn.character.bone_map, scene)
    bind(scene, drawn, made, plane)
    return made


def _fill(group: bpy.types.PropertyGroup, parts: Mapping[str, BodyPart]) -> None:
    picked = {row.name: tuple(row.pivot) for row in group.layers if row.use_pivot}
    views = {row.name: row.view for row in group.layers}
    group.layers.clear()
    for name, part in reversed(list(parts.items())):
        row = group.layers.add()
        row.name, row.part, row.view = name, part.value, views.get(name, BY_NAME)
        if name in picked:
            row.use_pivot, row.pivot = True, picked[name]
