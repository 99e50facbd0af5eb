"""The skin of a bone: the vertices of meshes that an armature moves."""

from __future__ import annotations

from collections.abc import Collection

import bpy
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

OWN = 0.5
"""A vertex is of those bones that it follows by more than this part."""
MOST_VERTICES = 500_000
"""Meshes of more are left out: reading their weights would take seconds."""


def skin_at_rest(armature: bpy.types.Object, bones: Collection[str]) -> Array:
    """(N, 3) the vertices that follow these bones, in the armature's space where it rests; none where no mesh does."""
    found = [
        points
        for item in bpy.data.objects
        if item.type == "MESH" and _is_moved_by(item, armature)
        for points in (_vertices(item, armature, bones),)
        if len(points)
    ]
    return np.concatenate(found) if found else np.zeros((0, 3))


def _is_moved_by(item: bpy.types.Object, armature: bpy.types.Object) -> bool:
    return len(item.data.vertices) <= MOST_VERTICES and any(
        modifier.type == "ARMATURE" and modifier.object == armature for modifier in item.modifiers
    )


def _vertices(item: bpy.types.Object, armature: bpy.types.Object, bones: Collection[str]) -> Array:
    groups = {group.index for group in item.vertex_groups if group.name in bones}
    if not groups:
        return np.zeros((0, 3))
    own = [
        vertex.co[:]
        for vertex in item.data.vertices
        if sum(group.weight for group in vertex.groups if group.group in groups) > OWN
    ]
    to_armature = np.array(armature.matrix_world.inverted() @ item.matrix_world)
    points = np.array(own, dtype=np.float64).reshape(-1, 3)
    return np.asarray(points @ to_armature[:3, :3].T + to_armature[:3, 3], dtype=np.float64)
