"""Limbs stay whole on rigs whose bones do not hang together, and what cannot be kept together is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Euler, Matrix, Vector

from blender_addon.bridge.armature.rest_pose import read_rest_pose
from blender_addon.bridge.bone_maps import map_bones, problems
from blender_addon.bridge.projection.planes import is_planar, placement_of_rig, plane_of
from blender_addon.bridge.retiming.resample import resample
from blender_addon.bridge.rig.measured_character import read_character
from blender_addon.bridge.rig.rig_bake import RigBake, RigBakeSettings, bake_rig
from blender_addon.core.limbs import Limb
from blender_addon.settings.channels import ChannelSettings, PoseUse
from blender_addon.settings.feet import UNPLANTED, FeetSettings
from blender_addon.settings.keys import DENSE, REDUCED, KeySettings
from blender_addon.settings.view import PlaneChoice
from tests.blender.legs import posed_ankles, slides
from tests.blender.parted_rigs import PARTED, gaps, parted, parted_puppet
from tests.blender.read_back import posed_bones
from tests.blender.rig_bones import build_armature
from tests.blender.rig_zoo import ZOO, Body, person
from tests.blender.rigs import RIGS
from tests.blender.street_motion import WALKER, street_motion
from tests.blender.test_rig_bake import Stage

pytestmark = pytest.mark.usefixtures("blank_file")

WHOLE, NEARLY = 1e-4, 0.006
"""Parts of the height that a joint may be open with a key a frame, and with few."""
APART = 0.05
LEGS = frozenset({Limb.RIGHT_LEG, Limb.LEFT_LEG})


def stage_of(armature: bpy.types.Object, fps: float = 7.5) -> Stage:
    """The walker before his somersault, on the character as it stands."""
    bpy.context.view_layer.update()
    character = read_character(armature)
    motion = resample(street_motion(character.skeleton, WALKER, slice(0, 140)), fps, 1)
    plane = plane_of(PlaneChoice.OWN, armature, character.standing, character.bone_map, bpy.context.scene)
    return Stage(armature, character.rest, character.bone_map, motion, plane)


def baked(
    stage: Stage, keys: KeySettings = DENSE, feet: FeetSettings | None = None, channels: ChannelSettings | None = None
) -> RigBake:
    depth = 0.0 if is_planar(stage.rest, stage.bone_map) else 1.0
    settings = RigBakeSettings(
        stage.plane, depth, "street", feet=feet or FeetSettings(), keys=keys, channels=channels or ChannelSettings()
    )
    return bake_rig(stage.armature, stage.bone_map, stage.motion, settings)


def widest(stage: Stage) -> float:
    """The widest gap of any joint on any frame, in parts of the height."""
    return (
        float(np.max(list(gaps(stage.armature, stage.bone_map, stage.motion.frames).values())))
        / stage.motion.skeleton.height
    )


@pytest.mark.parametrize("feet", [UNPLANTED, FeetSettings()], ids=["unplanted", "planted"])
@pytest.mark.parametrize("kind", [kind for kind in PARTED if kind != "whole"])
def test_what_hangs_elsewhere_stays_on_its_limb(kind: str, feet: FeetSettings) -> None:
    stage = stage_of(parted(kind))
    assert set(PARTED[kind][1]) <= set(stage.bone_map.bones)
    bake = baked(stage, feet=feet)
    assert widest(stage) < WHOLE
    assert bake.notes == ()


@pytest.mark.parametrize("kind", ["feet", "hands", "arms", "shins and feet"])
def test_with_few_keys_joints_stay_closed_within_the_tolerance(kind: str) -> None:
    stage = stage_of(parted(kind), fps=15)
    bake = baked(stage, REDUCED)
    assert bake.keys < 0.7 * bake.dense
    assert widest(stage) < NEARLY
    assert bake.notes == ()


def test_feet_on_the_root_stand_and_turn_as_those_of_a_whole_rig_do() -> None:
    """Bone by bone, what hangs elsewhere goes where the same bone goes that hangs on its limb."""
    posed = {}
    for kind, parents in (("whole", {}), ("parted", PARTED["feet of a known family"][1])):
        armature = parted("feet of a known family")
        bpy.context.view_layer.objects.active = armature
        bpy.ops.object.mode_set(mode="EDIT")
        for side in "RL" if not parents else "":
            armature.data.edit_bones[f"J_Bip_{side}_Foot"].parent = armature.data.edit_bones[f"J_Bip_{side}_LowerLeg"]
        bpy.ops.object.mode_set(mode="OBJECT")
        stage = stage_of(armature, fps=15)
        baked(stage)
        ankles = posed_ankles(armature, stage.rest, stage.bone_map, stage.motion.frames)
        assert max(slides(ankles, stage.motion, stage.motion.skeleton.height)) < 0.005
        posed[kind] = posed_bones(armature, set(stage.bone_map.bones), stage.motion.frames)
        bpy.data.objects.remove(armature)
    for name, matrices in posed["whole"].items():
        np.testing.assert_allclose(posed["parted"][name], matrices, atol=1e-4, err_msg=name)


@pytest.mark.parametrize(
    "names",
    [("foot.R", "foot.L"), ("hand.R", "hand.L", "leg_lower.R", "leg_lower.L"), ("arm_upper.R", "arm_upper.L", "head")],
    ids=str,
)
@pytest.mark.parametrize("keys", [DENSE, REDUCED], ids=["dense", "reduced"])
def test_a_cut_out_stays_whole_and_its_limbs_change_layers_as_one(names: tuple[str, ...], keys: KeySettings) -> None:
    stage = stage_of(parted_puppet(*names))
    for bone in stage.armature.data.bones:
        bone.inherit_scale = "NONE"
    assert is_planar(stage.rest, stage.bone_map)
    bake = baked(stage, keys)
    assert set(names) <= set(stage.bone_map.bones)
    across = {f"arm_upper.{side}" for side in "RL"} & set(names)
    open_by = {
        pair: gap.max() / stage.motion.skeleton.height
        for pair, gap in gaps(stage.armature, stage.bone_map, stage.motion.frames).items()
    }
    # Arms lie before or behind the body on purpose, wherever they hang.
    limbs = {
        pair: gap
        for pair, gap in open_by.items()
        if pair[1] not in across | {f"{limb}.{side}" for limb in ("arm_upper", "leg_upper") for side in "RL"}
    }
    assert max(limbs.values()) < (WHOLE if keys is DENSE else NEARLY)
    depths = posed_bones(stage.armature, {"arm_upper.R", "hand.R", "leg_upper.R", "foot.R"}, stage.motion.frames)
    for first, last in (("arm_upper.R", "hand.R"), ("leg_upper.R", "foot.R")):
        np.testing.assert_allclose(
            depths[first][:, 1, 3],
            depths[last][:, 1, 3],
            atol=1e-4 if keys is DENSE else NEARLY * stage.motion.skeleton.height,
        )
    assert np.ptp(depths["arm_upper.R"][:, 1, 3]) > 0
    assert not bake.notes


@pytest.mark.parametrize(
    "channels",
    [
        ChannelSettings(amounts={Limb.RIGHT_LEG: 0.4, Limb.LEFT_LEG: 0.0}),
        ChannelSettings(pose=PoseUse.ADDED),
        ChannelSettings(pose=PoseUse.CURRENT, amounts={Limb.RIGHT_LEG: 0.5}),
        ChannelSettings(limbs=frozenset(Limb) - {Limb.RIGHT_ARM, Limb.LEFT_ARM}),
        ChannelSettings(limbs=LEGS),
    ],
    ids=["amounts", "added", "pose kept", "no arms", "legs alone"],
)
def test_limbs_stay_whole_whatever_is_asked_of_them(channels: ChannelSettings) -> None:
    armature = parted("shins and feet")
    for name in ("RightD", "RightE", "Bone.001"):
        armature.pose.bones[name].rotation_mode = "XYZ"
        armature.pose.bones[name].rotation_euler = (0.2, 0.1, 0)
    # The shin was posed where its thigh ends, by hand.
    bpy.context.view_layer.update()
    stage = stage_of(armature)
    bake = baked(stage, channels=channels)
    assert widest(stage) < WHOLE
    assert bake.notes == ()


def test_a_limb_that_gets_no_keys_is_named_where_it_does_not_go_along() -> None:
    stage = stage_of(parted("feet"))
    bake = baked(stage, channels=ChannelSettings(limbs=frozenset(Limb) - LEGS))
    assert widest(stage) > APART
    assert sorted(bake.notes) == [
        f"{side}F is parented to Root and not to {side}E, and its limb gets no keys, so it does not go along; key that limb too, or make {side}E its parent."
        for side in ("Left", "Right")
    ]


@pytest.mark.parametrize("locks", [(True, True, True), (False, True, False)], ids=["all", "one"])
def test_a_locked_location_is_named(locks: tuple[bool, bool, bool]) -> None:
    armature = parted("feet")
    armature.pose.bones["RightF"].lock_location = locks
    stage = stage_of(armature)
    told = [problem.sentence for problem in problems(stage.rest, stage.bone_map) if "RightF" in problem.sentence]
    assert ("its location is locked" in told[0]) == all(locks)
    bake = baked(stage)
    assert bake.notes == (
        "RightF is parented to Root and not to RightE, and its location is locked, so it cannot follow; unlock its location, or make RightE its parent.",
    )
    open_by = gaps(armature, stage.bone_map, stage.motion.frames)
    assert open_by["RightE", "RightF"].max() > APART
    assert open_by["LeftE", "LeftF"].max() < WHOLE


def test_a_connected_bone_is_named() -> None:
    armature = parted("feet")
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    bones = armature.data.edit_bones
    base = bones.new("base")
    base.head, base.tail = (0, 0, 0), bones["RightF"].head
    bones["RightF"].parent, bones["RightF"].use_connect = base, True
    bpy.ops.object.mode_set(mode="OBJECT")
    stage = stage_of(armature)
    stage = replace(stage, bone_map=stage.bone_map.with_part("right_foot", ["RightF"]))
    bake = baked(stage)
    assert bake.notes == (
        "RightF is parented to base and not to RightE, and it is connected, so it cannot follow; disconnect it in Edit Mode, or make RightE its parent.",
    )


def test_a_joint_that_a_constraint_opens_is_found_after_the_bake() -> None:
    armature = parted("feet")
    held = armature.pose.bones["LeftF"].constraints.new("LIMIT_LOCATION")
    held.use_max_x, held.max_x, held.use_min_x, held.min_x = True, 0.0, True, 0.0
    held.use_max_y, held.use_min_y, held.owner_space = True, True, "WORLD"
    stage = stage_of(armature)
    bake = baked(stage)
    told = [note for note in bake.notes if note.startswith("The left leg of feet comes apart")]
    assert len(told) == 1
    worst = gaps(armature, stage.bone_map, stage.motion.frames)["LeftE", "LeftF"].max() / stage.motion.skeleton.height
    assert "LeftF is up to " in told[0]
    assert float(told[0].partition("up to ")[2].partition("%")[0]) / 100 == pytest.approx(worst, abs=0.1 * worst + 0.01)
    assert f"frames {stage.motion.frames[0]}, " in told[0]
    assert len(bpy.data.scenes) == 1


def test_the_bone_map_says_what_hangs_elsewhere_and_is_less_sure() -> None:
    rest = read_rest_pose(parted("feet"))
    bone_map = map_bones(rest)
    assert bone_map.extremities["right_foot"] == "RightF"
    assert bone_map.confidence < 0.85
    told = problems(rest, bone_map)
    assert [(problem.parts, problem.stops) for problem in told] == [(("right_foot",), False), (("left_foot",), False)]
    assert (
        told[0].sentence
        == "The bone RightF is parented to Root and not to RightE; its location is keyed to keep it there, or make RightE its parent."
    )


@pytest.mark.parametrize("rig", [rig for rig in ZOO if rig != "a dinosaur"])
def test_no_rig_of_the_zoo_is_said_to_come_apart(rig: str) -> None:
    bake = baked(stage_of(ZOO[rig].build(rig)))
    assert [note for note in bake.notes if "comes apart" in note or "is parented to" in note] == []


@pytest.mark.parametrize("name", ["rigify", "puppet", "kaykit_knight"])
def test_neither_ik_nor_foreshortening_is_said_to_come_apart(name: str, data_if_any: Path | None) -> None:
    stage = stage_of(RIGS[name](data_if_any))
    for channels in (ChannelSettings(), ChannelSettings(stretch=1.0, amounts={Limb.RIGHT_ARM: 0.3})):
        bake = baked(stage, REDUCED, channels=channels)
        assert [note for note in bake.notes if "comes apart" in note or "is parented to" in note] == []


def lifted(armature: bpy.types.Object, bone: str, way: tuple[float, float, float]) -> bpy.types.Object:
    """The rig with a bone moved so far in the world."""
    posed = armature.pose.bones[bone]
    bpy.context.view_layer.update()
    posed.matrix = Matrix.Translation(way) @ posed.matrix
    bpy.context.view_layer.update()
    return armature


def lying_at_rest(kind: str, raised_by: str) -> bpy.types.Object:
    """The body on its back in its rest pose, and set upright by a bone of its pose."""
    turn = Euler((np.radians(-90), 0, 0)).to_matrix()
    words, parents = PARTED[kind]
    bones = [replace(bone, parent=parents.get(bone.name, bone.parent)) for bone in person(words, Body(arms=45))]
    armature = build_armature(
        "lying",
        [replace(bone, head=tuple(turn @ Vector(bone.head)), tail=tuple(turn @ Vector(bone.tail))) for bone in bones],
    )
    posed = armature.pose.bones[raised_by]
    posed.matrix = Matrix.Rotation(np.radians(90), 4, "X") @ armature.data.bones[raised_by].matrix_local
    bpy.context.view_layer.update()
    return armature


def stands(stage: Stage) -> tuple[np.ndarray, np.ndarray]:
    """(K, 2, 3) ankles, and (K, 2) which stand."""
    return posed_ankles(stage.armature, stage.rest, stage.bone_map, stage.motion.frames), stage.motion.contacts >= 0.5


@pytest.mark.parametrize("bone", ["Root", "Bone"])
@pytest.mark.parametrize("kind", ["whole", "feet"])
def test_the_ground_is_where_the_character_stands_and_not_where_its_rest_pose_lies(kind: str, bone: str) -> None:
    """The same performance as at rest, a metre higher and two aside."""
    found = []
    for way in ((0, 0, 0), (2.0, 0.5, 1.0)):
        armature = parted(kind)
        lifted(armature, bone, way)
        if kind == "feet" and bone == "Bone":
            for side in ("Right", "Left"):
                lifted(armature, f"{side}F", way)
        stage = stage_of(armature)
        baked(stage)
        ankles, standing = stands(stage)
        assert ankles[standing][:, 2].min() > way[2] + 0.07, "0.08 is how high ankles are above the ground"
        assert widest(stage) < WHOLE
        found.append(ankles - way)
        bpy.data.objects.remove(armature)
    np.testing.assert_allclose(found[1], found[0], atol=2e-3)


@pytest.mark.parametrize("bone", ["Root", "Bone"])
@pytest.mark.parametrize("kind", ["whole", "feet"])
def test_a_body_that_lies_at_rest_performs_upright_where_it_stands(kind: str, bone: str) -> None:
    armature = lying_at_rest(kind, bone)
    if kind == "feet" and bone == "Bone":
        for side in ("Right", "Left"):
            armature.pose.bones[f"{side}F"].matrix = (
                Matrix.Rotation(np.radians(90), 4, "X") @ armature.data.bones[f"{side}F"].matrix_local
            )
        bpy.context.view_layer.update()
    upright = parted(kind)
    posed = []
    for rig in (armature, upright):
        stage = stage_of(rig)
        baked(stage)
        assert widest(stage) < WHOLE
        joints = posed_bones(rig, set(stage.bone_map.bones), stage.motion.frames)
        posed.append({name: matrices[:, :3, 3] for name, matrices in joints.items()})
    for name, places in posed[1].items():
        np.testing.assert_allclose(posed[0][name], places, atol=0.02, err_msg=name)


def test_a_second_bake_does_not_take_the_first_ones_performance_for_a_stand() -> None:
    stage = stage_of(parted("feet"))
    baked(stage)
    first = posed_ankles(stage.armature, stage.rest, stage.bone_map, stage.motion.frames)
    bpy.context.scene.frame_set(int(stage.motion.frames[-1]))
    again = stage_of(stage.armature)
    bake_rig(again.armature, again.bone_map, again.motion, RigBakeSettings(again.plane, 1.0, "another take"))
    np.testing.assert_array_equal(posed_ankles(again.armature, again.rest, again.bone_map, again.motion.frames), first)


@pytest.mark.parametrize("bone", ["Root", "Bone"])
def test_every_bake_is_where_the_character_stood_before_the_first(bone: str) -> None:
    """A bake takes the place of the pose that the hips stood in, and leaves that of a bone above them alone."""
    armature = lifted(parted("feet"), bone, (2.0, 0.5, 1.0))
    for side in ("Right", "Left") if bone == "Bone" else ():
        lifted(armature, f"{side}F", (2.0, 0.5, 1.0))
    found = []
    for title in ("first", "first", "second"):
        stage = stage_of(armature)
        bake_rig(armature, stage.bone_map, stage.motion, RigBakeSettings(stage.plane, 1.0, title))
        found.append(posed_ankles(armature, stage.rest, stage.bone_map, stage.motion.frames))
        bpy.context.scene.frame_set(int(stage.motion.frames[-3]))
    np.testing.assert_allclose(found[1], found[0], atol=1e-4)
    np.testing.assert_allclose(found[2], found[0], atol=1e-4)
    if bone == "Root":
        lifted(armature, "Root", (1.0, 0, 0))
        stage = stage_of(armature)
        baked(stage)
        moved = posed_ankles(armature, stage.rest, stage.bone_map, stage.motion.frames)
        np.testing.assert_allclose(moved, found[0] + (1.0, 0, 0), atol=1e-4)


def test_a_drawn_figure_stands_where_the_character_does() -> None:
    placed = []
    for way in ((0, 0, 0), (2.0, 0.5, 1.0)):
        armature = lifted(parted("whole"), "Root", way)
        stage = stage_of(armature)
        character = read_character(armature)
        placed.append(
            placement_of_rig(armature, character.standing, character.bone_map, stage.plane, stage.motion).origin - way
        )
    np.testing.assert_allclose(placed[1], placed[0], atol=1e-5)
