"""A body for rigs that have none: a tapered block a bone, so that a render shows what the bones do."""

from __future__ import annotations

import bpy
from mathutils import Matrix

RIGHT, LEFT, MIDDLE = (0.86, 0.22, 0.16, 1.0), (0.11, 0.42, 0.7, 1.0), (0.55, 0.5, 0.42, 1.0)
"""Linear colours: the character's right is warm and left is cool."""

THICK, WAIST = 0.17, 0.2
"""Half the block's width, in parts of the bone's length, and where along the bone it is widest."""
LEAST = 0.006
"""Bones shorter than this part of the rig's extent, such as those of fingers and faces, get no block."""

FACES = ((0, 1, 2), (0, 2, 3), (0, 3, 4), (0, 4, 1), (5, 2, 1), (5, 3, 2), (5, 4, 3), (5, 1, 4))


def dress(armature: bpy.types.Object) -> None:
    """Give every bone that deforms a block of its own, but a root beside the body; a rig that carries a mesh stays as
    it is.
    """
    if any(item.type == "MESH" for item in armature.children_recursive):
        return
    extent = max(armature.dimensions) or 1.0
    for bone in armature.data.bones:
        root_beside = bone.parent is None and len(bone.children) < 2
        if bone.use_deform and bone.length > LEAST * extent and not root_beside:
            _block(armature, bone)


def side_of(bone: bpy.types.Bone, extent: float) -> tuple[float, float, float, float]:
    """The colour of the side of the body that the bone is on, as it rests facing −Y."""
    across = (bone.head_local.x + bone.tail_local.x) / 2
    if abs(across) < 0.01 * extent:
        return MIDDLE
    return LEFT if across > 0 else RIGHT


def _block(armature: bpy.types.Object, bone: bpy.types.Bone) -> None:
    wide, at = THICK * bone.length, WAIST * bone.length
    points = [
        (0, 0, 0),
        (wide, at, wide),
        (-wide, at, wide),
        (-wide, at, -wide),
        (wide, at, -wide),
        (0, bone.length, 0),
    ]
    mesh = bpy.data.meshes.new(bone.name)
    mesh.from_pydata(points, [], FACES)
    block = bpy.data.objects.new(f"{bone.name} block", mesh)
    block.color = side_of(bone, max(armature.dimensions))
    armature.users_collection[0].objects.link(block)
    block.parent, block.parent_type, block.parent_bone = armature, "BONE", bone.name
    block.matrix_parent_inverse = Matrix.Translation((0, -bone.length, 0))
