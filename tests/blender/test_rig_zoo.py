"""Rigs of many makers and shapes are mapped rightly by their names, and by structure alone; what is no upright biped
says what it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import bpy
import numpy as np
import pytest

from blender_addon.bridge.armature.bone_map import BoneMap
from blender_addon.bridge.armature.rest_pose import read_rest_pose
from blender_addon.bridge.bone_maps import NoBipedError, map_bones, problems
from blender_addon.bridge.projection.planes import is_planar
from tests.blender.read_back import LIMBS
from tests.blender.rig_bones import build_armature
from tests.blender.rig_zoo import PLAIN, ZOO, Body, expected, person
from tests.blender.scene_of_puppet import keys_of
from tests.blender.test_rig_bake import AGREED, Stage, stage_of

pytestmark = pytest.mark.usefixtures("blank_file")

DINOSAUR = "a dinosaur"
BIPEDS = [name for name in ZOO if name != DINOSAUR]


def said(bone_map: BoneMap, old_names: Mapping[str, str] | None = None) -> dict[str, str]:
    """A map in the form of the zoo's tables, by the bones' old names where they were renamed."""
    old = {name: name for name in bone_map.bones} if old_names is None else old_names
    rows = {joint.name: " ".join(old[name] for name in chain) for joint, chain in bone_map.chains.items()}
    return {"root": old[bone_map.root], **rows, **{part: old[name] for part, name in bone_map.extremities.items()}}


@pytest.mark.parametrize("rig", BIPEDS)
def test_a_rig_is_mapped_as_its_maker_would(rig: str) -> None:
    rest = read_rest_pose(ZOO[rig].build(rig))
    bone_map = map_bones(rest)
    assert said(bone_map) == ZOO[rig].expected
    assert [problem.sentence for problem in problems(rest, bone_map)] == []
    assert bone_map.origin == ZOO[rig].origin
    assert bone_map.confidence > 0.9


@pytest.mark.parametrize("rig", [rig for rig in BIPEDS if rig != "near and far"])
@pytest.mark.parametrize("turn", [0, 90, 180], ids=str)
def test_its_names_and_where_it_looks_are_not_needed(rig: str, turn: float) -> None:
    if rig == "an IK cut-out" and turn:
        pytest.skip("a drawing that is turned away looks another way")
    rest = read_rest_pose(ZOO[rig].build(rig))
    sine, cosine = np.sin(np.radians(turn)), np.cos(np.radians(turn))
    matrix = np.array(((cosine, -sine, 0), (sine, cosine, 0), (0, 0, 1)))
    names = tuple(f"b{at}" for at in range(len(rest.names)))
    solvers = tuple(replace(solver, bone=names[rest.index(solver.bone)]) for solver in rest.solvers)
    nameless = replace(
        rest,
        names=names,
        heads=rest.heads @ matrix.T,
        tails=rest.tails @ matrix.T,
        axes=matrix @ rest.axes,
        solvers=solvers,
    )
    bone_map = map_bones(nameless)
    assert said(bone_map, dict(zip(names, rest.names, strict=True))) == ZOO[rig].expected | dict(ZOO[rig].nameless)
    assert bone_map.origin == "structure"


@pytest.mark.parametrize("rig", [rig for rig in BIPEDS if rig not in ("near and far", "an IK cut-out")])
def test_tails_that_an_importer_made_up_are_not_needed(rig: str) -> None:
    """All bones point backwards, feet too."""
    rest = read_rest_pose(ZOO[rig].build(rig))
    length = 0.03 * float(np.linalg.norm(np.ptp(rest.heads, axis=0)))
    assert said(map_bones(replace(rest, tails=rest.heads + np.array((0, length, 0))))) == ZOO[rig].expected


def percentile_off(stage: Stage, depth: float) -> float:
    """Degrees between the limbs and the motion's."""
    off = stage.off(depth)
    return float(np.percentile(np.concatenate([off[joint] for joint in LIMBS if joint in off]), 95))


@pytest.mark.parametrize("rig", BIPEDS)
def test_what_is_mapped_points_where_the_motion_does(rig: str) -> None:
    stage = stage_of(ZOO[rig].build(rig))
    depth = 0.0 if is_planar(stage.rest, stage.bone_map) else 1.0
    stage.bake(depth)
    assert percentile_off(stage, depth) < AGREED


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        (Body(arms=-60), {}),
        (Body(arms=90), {}),
        (Body(hips=0.6, shoulders=1.1, crown=1.4, arm=0.45, forearm=0.45, arms=75), {}),
        (Body(hips=1.4, shoulders=1.7, crown=2.0), {}),
        (Body(), {"trunk": ("body",)}),
        (Body(), {"head": ("head",)}),
        (Body(), {"hand": "", "foot": ""}),
        (Body(), {"above": ("master", "cog")}),
    ],
    ids=[
        "arms raised",
        "arms hanging",
        "an ape",
        "long legs",
        "one bone of a trunk",
        "no neck",
        "no hands and feet",
        "controls above",
    ],
)
def test_bodies_of_any_shape_are_mapped(body: Body, changed: dict[str, Any]) -> None:
    words = replace(PLAIN, **changed)
    rest = read_rest_pose(build_armature("shape", person(words, body)))
    names = tuple(f"b{at}" for at in range(len(rest.names)))
    assert said(map_bones(rest)) == expected(words)
    assert said(map_bones(replace(rest, names=names)), dict(zip(names, rest.names, strict=True))) == expected(words)


@pytest.mark.parametrize("named", [True, False], ids=["named", "nameless"])
def test_a_dinosaur_is_told_so(named: bool) -> None:
    rest = read_rest_pose(ZOO[DINOSAUR].build(DINOSAUR))
    with pytest.raises(NoBipedError, match="a dinosaur stands on two legs with a level trunk"):
        map_bones(rest if named else replace(rest, names=tuple(f"b{at}" for at in range(len(rest.names)))))


def test_ik_is_switched_off_for_what_it_moves() -> None:
    armature = ZOO["an IK cut-out"].build("cut-out")
    rest = read_rest_pose(armature)
    bone_map = map_bones(rest)
    assert {(switch.bone, switch.property, switch.value) for switch in bone_map.switches} == {
        (bone, 'constraints["IK"].influence', 0.0) for bone in ("forearm.R", "forearm.L", "shin.R", "shin.L")
    }
    told = [problem.sentence for problem in problems(rest, replace(bone_map, switches=()))]
    assert any("A constraint moves" in sentence and "upper_arm.R" in sentence for sentence in told)
    armature.pose.bones["forearm.R"].constraints["IK"].mute = True
    assert len(map_bones(read_rest_pose(armature)).switches) == 3


def test_ik_is_switched_off_in_a_second_bake_as_in_the_first() -> None:
    """The first one's key leaves the influence at 0."""
    armature = ZOO["an IK cut-out"].build("cut-out")
    first = stage_of(armature)
    first.bake(0.0)
    bpy.context.scene.frame_set(5)
    second = stage_of(armature)
    assert second.bone_map.switches == first.bone_map.switches
    second.bake(0.0)
    assert {path for path, _ in keys_of(armature.animation_data.action) if path.endswith("influence")} == {
        f'pose.bones["{bone}"].constraints["IK"].influence' for bone in ("forearm.R", "forearm.L", "shin.R", "shin.L")
    }
    assert percentile_off(second, 0.0) < AGREED


def test_near_and_far_limbs_have_the_sides_that_the_way_it_walks_gives_them() -> None:
    armature = ZOO["near and far"].build("walker")
    rest = read_rest_pose(armature)
    mirrored = replace(rest, heads=rest.heads * (-1, 1, 1), tails=rest.tails * (-1, 1, 1))
    assert map_bones(rest).part("right_knee") == ("leg near 1",)
    assert map_bones(mirrored).part("right_knee") == ("leg far 1",)


def test_one_of_several_armatures_is_told_from_what_it_wears() -> None:
    """A coat with a rig of its own has no legs."""
    body = ZOO["vroid"]
    coat = replace(
        body,
        bones=[bone for bone in body.bones if not any(word in bone.name for word in ("Leg", "Foot", "Toe", "Skirt"))],
    )
    assert map_bones(read_rest_pose(body.build("body"))).origin == "VRM"
    with pytest.raises(NoBipedError, match="coat has"):
        map_bones(read_rest_pose(coat.build("coat")))
    assert len([item for item in bpy.data.objects if item.type == "ARMATURE"]) == 2
