"""The rigs that stand in where there is no shared data are of their families: what holds of ours holds of the foreign
ones.
"""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.bridge.armature.rest_pose import read_rest_pose
from blender_addon.bridge.bone_maps import map_bones
from tests.blender.family_rigs import IMPORTED, TABLES
from tests.blender.rigs import RIGS

FAMILIES = (*TABLES, *IMPORTED)

pytestmark = pytest.mark.usefixtures("blank_file")


def parents(armature: bpy.types.Object) -> dict[str, str]:
    """Every bone's parent by name, "" for none."""
    return {bone.name: bone.parent.name if bone.parent else "" for bone in armature.data.bones}


def axes(armature: bpy.types.Object) -> dict[str, NDArray[np.float64]]:
    """Every bone's (3, 3) axes at rest in the world, as columns."""
    turn = np.array(armature.matrix_world.to_3x3().normalized())
    return {bone.name: turn @ np.array(bone.matrix_local.to_3x3()) for bone in armature.data.bones}


@pytest.mark.parametrize("name", FAMILIES)
def test_ours_have_the_bones_of_the_family_each_on_its_parent(name: str, shared_data: Path) -> None:
    assert parents(RIGS[name](None)) == parents(RIGS[name](shared_data))


@pytest.mark.parametrize("name", FAMILIES)
def test_limbs_and_trunk_are_rolled_as_the_family_rolls_them(name: str, shared_data: Path) -> None:
    made, foreign = RIGS[name](None), RIGS[name](shared_data)
    ours, theirs = axes(made), axes(foreign)
    body = [bone for chain in map_bones(read_rest_pose(foreign)).chains.values() for bone in chain]
    apart = {
        bone: np.degrees(np.arccos(np.clip((ours[bone] * theirs[bone]).sum(axis=0), -1, 1))).round() for bone in body
    }
    assert body
    assert not {bone: angles for bone, angles in apart.items() if angles.max() > 45}
