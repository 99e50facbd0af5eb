"""Bones are mapped rightly on every rig there is here, whatever they are called, wherever it looks; and what is no
biped is told so.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import bpy
import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.bridge.armature.bone_map import BoneMap
from blender_addon.bridge.armature.measure import rest_joints
from blender_addon.bridge.armature.rest_pose import RestPose, read_rest_pose
from blender_addon.bridge.bone_maps import NoBipedError, map_bones, problems
from blender_addon.bridge.bone_maps.sides import mirrored_name, side_in_name
from blender_addon.core.skeleton import Joint
from tests.blender.rig_bones import RigBone, build_armature
from tests.blender.rigs import NO_BIPEDS, RIGS, family_bones, planar_puppet, profile_puppet, rename_at_random

pytestmark = pytest.mark.usefixtures("blank_file")


def limbs(
    girdle: str, arm: tuple[str, str, str], hip: str, leg: tuple[str, ...], sides: tuple[str, str]
) -> dict[str, str]:
    """Rows of a table below for both sides, `*` for the side's word."""
    parts = {
        "SHOULDER": girdle,
        "ELBOW": arm[0],
        "WRIST": arm[1],
        "hand": arm[2],
        "HIP": hip,
        "KNEE": leg[0],
        "ANKLE": leg[1],
        "foot": leg[2],
        "toe": leg[3],
    }
    rows: dict[str, str] = {}
    for side, word in zip(("RIGHT", "LEFT"), sides, strict=True):
        rows |= {
            f"{side}_{part}" if part.isupper() else f"{side.lower()}_{part}": name.replace("*", word)
            for part, name in parts.items()
            if name
        }
    return rows


_PUPPET = limbs("", ("upper_arm.*", "forearm.*", "hand.*"), "", ("thigh.*", "shin.*", "foot.*", ""), ("R", "L"))
_PLAIN = limbs(
    "", ("arm_upper.*", "arm_lower.*", "hand.*"), "", ("leg_upper.*", "leg_lower.*", "foot.*", ""), ("R", "L")
)
EXPECTED: dict[str, dict[str, str]] = {
    "mixamo": {
        "root": "mixamorig:Hips",
        "NECK": "mixamorig:Hips mixamorig:Spine mixamorig:Spine1 mixamorig:Spine2",
        "HEAD": "mixamorig:Neck mixamorig:Head",
        **limbs(
            "mixamorig:*Shoulder",
            ("mixamorig:*Arm", "mixamorig:*ForeArm", "mixamorig:*Hand"),
            "",
            ("mixamorig:*UpLeg", "mixamorig:*Leg", "mixamorig:*Foot", "mixamorig:*ToeBase"),
            ("Right", "Left"),
        ),
    },
    "unreal": {
        "root": "pelvis",
        "NECK": "pelvis spine_01 spine_02 spine_03",
        "HEAD": "neck_01 head",
        **limbs(
            "clavicle_*",
            ("upperarm_*", "lowerarm_*", "hand_*"),
            "",
            ("thigh_*", "calf_*", "foot_*", "ball_*"),
            ("r", "l"),
        ),
    },
    "cmu_motionbuilder": {
        "root": "Hips",
        "NECK": "Hips LowerBack Spine Spine1",
        "HEAD": "Neck Neck1 Head",
        **limbs(
            "*Shoulder", ("*Arm", "*ForeArm", "*Hand"), "", ("*UpLeg", "*Leg", "*Foot", "*ToeBase"), ("Right", "Left")
        ),
        "RIGHT_HIP": "RHipJoint",
        "LEFT_HIP": "LHipJoint",
    },
    "kaykit_knight": {
        "root": "hips",
        "NECK": "hips spine chest",
        "HEAD": "head",
        **limbs(
            "",
            ("upperarm.*", "lowerarm.*", "wrist.*"),
            "",
            ("upperleg.*", "lowerleg.*", "foot.*", "toes.*"),
            ("r", "l"),
        ),
    },
    "quaternius_worker": {
        "root": "Hips",
        "NECK": "Hips Abdomen Torso Chest",
        "HEAD": "Neck Head",
        **limbs(
            "Shoulder.*",
            ("UpperArm.*", "LowerArm.*", "Hand.*"),
            "",
            ("UpperLeg.*", "LowerLeg.*", "Foot.*", ""),
            ("R", "L"),
        ),
    },
    "rigify": {
        "root": "torso",
        "NECK": "torso",
        "HEAD": "neck head",
        **limbs(
            "shoulder.*",
            ("upper_arm_fk.*", "forearm_fk.*", "hand_fk.*"),
            "",
            ("thigh_fk.*", "shin_fk.*", "foot_fk.*", "toe_fk.*"),
            ("R", "L"),
        ),
    },
    "rigify_metarig": {
        "root": "spine",
        "NECK": "spine spine.001 spine.002 spine.003",
        "HEAD": "spine.004 spine.005 spine.006",
        **limbs(
            "shoulder.*",
            ("upper_arm.*", "forearm.*", "hand.*"),
            "",
            ("thigh.*", "shin.*", "foot.*", "toe.*"),
            ("R", "L"),
        ),
    },
    "puppet": {"root": "hips", "NECK": "hips spine chest", "HEAD": "neck head", **_PUPPET},
    "slim": {"root": "hips", "NECK": "hips spine chest", "HEAD": "neck head", **_PUPPET},
    "planar_puppet": {"root": "hip", "NECK": "hip torso", "HEAD": "neck head", **_PLAIN},
    "profile_puppet": {"root": "hip", "NECK": "hip torso", "HEAD": "neck head", **_PLAIN},
}
"""What a rigger would say, by each rig's own names."""
FAMILIES = {
    "mixamo": "Mixamo",
    "unreal": "Unreal",
    "cmu_motionbuilder": "CMU",
    "kaykit_knight": "KayKit",
    "quaternius_worker": "Quaternius",
    "rigify": "Rigify",
    "rigify_metarig": "Rigify metarig",
    "puppet": "2D puppet",
    "planar_puppet": "2D puppet",
}
WITH_FRONT_AND_BACK = ("mixamo", "unreal", "cmu_motionbuilder", "kaykit_knight", "quaternius_worker", "rigify_metarig")
"""Rigs whose feet, knees and elbows tell where they face."""


def said(bone_map: BoneMap, old_names: Mapping[str, str] | None = None) -> dict[str, str]:
    """A map in the form of EXPECTED, by the bones' old names where they were renamed."""
    old = {name: name for name in bone_map.bones} if old_names is None else old_names
    rows = {joint.name: " ".join(old[name] for name in chain) for joint, chain in bone_map.chains.items()}
    return {"root": old[bone_map.root], **rows, **{part: old[name] for part, name in bone_map.extremities.items()}}


def test_every_rig_here_is_tested() -> None:
    assert set(EXPECTED) == set(RIGS)


@pytest.mark.parametrize("rig", RIGS)
def test_a_rig_is_mapped_as_its_rigger_would(rig: str, data_if_any: Path | None) -> None:
    rest = read_rest_pose(RIGS[rig](data_if_any))
    bone_map = map_bones(rest)
    assert said(bone_map) == EXPECTED[rig]
    assert problems(rest, bone_map) == []
    assert bone_map.origin == FAMILIES.get(rig, bone_map.origin)
    assert bone_map.confidence > 0.9


@pytest.mark.parametrize("rig", [rig for rig in RIGS if rig != "rigify"])
@pytest.mark.parametrize("seed", [1, 2])
def test_names_are_not_needed(rig: str, seed: int, data_if_any: Path | None) -> None:
    armature = RIGS[rig](data_if_any)
    names = rename_at_random(armature, seed)
    bone_map = map_bones(read_rest_pose(armature))
    assert said(bone_map, {new: old for old, new in names.items()}) == EXPECTED[rig]
    assert bone_map.origin == "structure"


def test_the_controls_of_a_generated_rig_are_found_without_names(data_if_any: Path | None) -> None:
    rest = read_rest_pose(RIGS["rigify"](data_if_any))
    renamed = replace(rest, names=tuple(f"bone_{at}" for at in range(len(rest.names))))
    start = perf_counter()
    bone_map = map_bones(renamed)
    assert perf_counter() - start < 2, "seconds, for 700 bones"
    assert bone_map.origin == "structure"
    assert said(bone_map, dict(zip(renamed.names, rest.names, strict=True))) == EXPECTED["rigify"]


@pytest.mark.parametrize("rig", WITH_FRONT_AND_BACK)
def test_names_that_lie_are_not_believed(rig: str, data_if_any: Path | None) -> None:
    """The rig's own names, dealt out to other bones."""
    rest = read_rest_pose(RIGS[rig](data_if_any))
    shuffled = random.Random(3).sample(rest.names, len(rest.names))
    bone_map = map_bones(replace(rest, names=tuple(shuffled)))
    assert said(bone_map, dict(zip(shuffled, rest.names, strict=True))) == EXPECTED[rig]


def rotation(degrees: tuple[float, float, float]) -> NDArray[np.float64]:
    """(3, 3) about x, then y, then z."""
    turned = np.eye(3)
    for axis, (cosine, sine) in enumerate(zip(np.cos(np.radians(degrees)), np.sin(np.radians(degrees)), strict=True)):
        about = np.eye(3)
        first, second = (axis + 1) % 3, (axis + 2) % 3
        about[[first, second], [first, second]] = cosine
        about[first, second], about[second, first] = -sine, sine
        turned = about @ turned
    return turned


@pytest.mark.parametrize("rig", WITH_FRONT_AND_BACK)
@pytest.mark.parametrize("turn", [(0, 0, 180), (0, 0, 90), (-90, 0, 0), (35, -50, 120)], ids=str)
def test_right_and_left_do_not_depend_on_where_the_rig_looks(
    rig: str, turn: tuple[float, float, float], data_if_any: Path | None
) -> None:
    rest = read_rest_pose(RIGS[rig](data_if_any))
    matrix = rotation(turn)
    turned = replace(
        rest, heads=30 * rest.heads @ matrix.T + 7, tails=30 * rest.tails @ matrix.T + 7, axes=matrix @ rest.axes
    )
    nameless = replace(turned, names=tuple(f"b{at}" for at in range(len(rest.names))))
    assert said(map_bones(turned)) == EXPECTED[rig]
    assert said(map_bones(nameless), dict(zip(nameless.names, rest.names, strict=True))) == EXPECTED[rig]


@pytest.mark.parametrize("rig", [*WITH_FRONT_AND_BACK, "puppet", "planar_puppet"])
def test_the_right_side_is_the_characters_right(rig: str, data_if_any: Path | None) -> None:
    """All of these look to −Y at rest in the world, so that their right is at −X."""
    armature = RIGS[rig](data_if_any)
    rest = read_rest_pose(armature)
    joints = rest_joints(rest, map_bones(rest)) @ np.array(armature.matrix_world.to_3x3()).T
    assert joints[Joint.RIGHT_SHOULDER][0] < joints[Joint.NECK][0] < joints[Joint.LEFT_SHOULDER][0]
    assert joints[Joint.RIGHT_ANKLE][0] < joints[Joint.LEFT_ANKLE][0]
    assert (
        joints[Joint.HEAD][2]
        > joints[Joint.NECK][2]
        > joints[Joint.MID_HIP][2]
        > joints[Joint.LEFT_KNEE][2]
        > joints[Joint.LEFT_ANKLE][2]
    )


def test_only_names_tell_the_sides_of_a_profile(tmp_path: Path) -> None:
    armature = profile_puppet(tmp_path)
    named = map_bones(read_rest_pose(armature))
    rename_at_random(armature)
    nameless = map_bones(read_rest_pose(armature))
    assert named.confidence > 0.9
    assert nameless.confidence < 0.5


def test_a_cut_out_without_names_is_taken_to_look_at_the_viewer(tmp_path: Path) -> None:
    armature = planar_puppet(tmp_path)
    named = map_bones(read_rest_pose(armature))
    names = rename_at_random(armature)
    nameless = map_bones(read_rest_pose(armature))
    assert nameless.chains[Joint.RIGHT_ELBOW] == (names["arm_upper.R"],)
    assert nameless.confidence < named.confidence


def test_crossed_legs_keep_their_sides_without_names(tmp_path: Path) -> None:
    rest = read_rest_pose(planar_puppet(tmp_path))
    heads, tails = rest.heads.copy(), rest.tails.copy()
    for name in ("leg_upper", "leg_lower", "foot"):
        for side, sign in (("R", 1), ("L", -1)):
            bone = rest.index(f"{name}.{side}")
            tails[bone, 0] += sign * 0.35
            heads[bone, 0] += 0 if name == "leg_upper" else sign * 0.35
    crossed = replace(rest, heads=heads, tails=tails, names=tuple(f"b{at}" for at in range(len(rest.names))))
    assert said(map_bones(crossed), dict(zip(crossed.names, rest.names, strict=True))) == EXPECTED["planar_puppet"]


def test_a_cut_out_seen_from_behind_is_mapped_by_its_names(tmp_path: Path) -> None:
    rest = read_rest_pose(planar_puppet(tmp_path))
    swap = {"R": "L", "L": "R"}
    behind = replace(rest, names=tuple(name[:-1] + swap[name[-1]] if name[-2] == "." else name for name in rest.names))
    bone_map = map_bones(behind)
    assert bone_map.chains[Joint.RIGHT_KNEE] == ("leg_upper.R",)
    assert rest_joints(behind, bone_map)[Joint.RIGHT_HIP][0] > 0


def both(name: str, parent: str, head: tuple[float, float, float], tail: tuple[float, float, float]) -> list[RigBone]:
    """A bone on the left and its mirror image, `*` in the parent for Left or Right."""
    return [
        RigBone(
            f"{name}{side}",
            parent.replace("*", side),
            (sign * head[0], head[1], head[2]),
            (sign * tail[0], tail[1], tail[2]),
        )
        for side, sign in (("Left", 1), ("Right", -1))
    ]


_HEAD, _CHEST, _HIPS = "mixamorig:Head", "mixamorig:Spine2", "mixamorig:Hips"
CLUTTER: dict[str, list[RigBone]] = {
    "end bones": [
        RigBone("HeadTop_End", _HEAD, (0, -0.02, 1.733), (0, -0.02, 1.93)),
        *both("ToeEnd", "mixamorig:*ToeBase", (0.084, -0.209, 0.008), (0.084, -0.26, 0.008)),
    ],
    "twist bones": [
        *both("ArmTwist", "mixamorig:*Arm", (0.3, 0.01, 1.4), (0.42, 0.02, 1.396)),
        *both("ForeArmTwist", "mixamorig:*ForeArm", (0.54, 0.02, 1.394), (0.65, 0.015, 1.393)),
        *both("UpLegTwist", "mixamorig:*UpLeg", (0.105, -0.005, 0.91), (0.104, -0.02, 0.7)),
        *both("LegTwist", "mixamorig:*Leg", (0.1, -0.03, 0.28), (0.09, -0.02, 0.07)),
    ],
    "pigtails": [
        *both("TailA", _HEAD, (0.1, 0, 1.65), (0.2, 0.05, 1.5)),
        *both("TailB", "TailA*", (0.2, 0.05, 1.5), (0.22, 0.08, 1.2)),
        *both("TailC", "TailB*", (0.22, 0.08, 1.2), (0.22, 0.08, 0.9)),
    ],
    "a cape": [
        *both("CapeA", _CHEST, (0.15, 0.1, 1.4), (0.2, 0.15, 1.1)),
        *both("CapeB", "CapeA*", (0.2, 0.15, 1.1), (0.2, 0.2, 0.7)),
        *both("CapeC", "CapeB*", (0.2, 0.2, 0.7), (0.2, 0.25, 0.3)),
    ],
    "a skirt": [
        *both("SkirtA", _HIPS, (0.15, -0.1, 0.95), (0.2, -0.15, 0.7)),
        *both("SkirtB", "SkirtA*", (0.2, -0.15, 0.7), (0.25, -0.2, 0.4)),
        *both("SkirtC", "SkirtB*", (0.25, -0.2, 0.4), (0.27, -0.2, 0.15)),
    ],
    "wings": [
        *both("WingA", _CHEST, (0.08, 0.12, 1.35), (0.4, 0.3, 1.6)),
        *both("WingB", "WingA*", (0.4, 0.3, 1.6), (0.9, 0.4, 1.5)),
        *both("WingC", "WingB*", (0.9, 0.4, 1.5), (1.2, 0.4, 1.0)),
    ],
    "a face and hair": [
        RigBone("Jaw", _HEAD, (0, -0.05, 1.58), (0, -0.12, 1.55)),
        *both("Eye", _HEAD, (0.03, -0.1, 1.62), (0.03, -0.13, 1.62)),
        RigBone("HairA", _HEAD, (0, 0, 1.75), (0, 0.05, 1.9)),
        RigBone("HairB", "HairA", (0, 0.05, 1.9), (0, 0.1, 2.1)),
    ],
    "controls": [
        RigBone("Ground", None, (0, 0, 0), (0, 0.3, 0)),
        *both("HandControl", "Ground", (0.658, 0.015, 1.393), (0.8, 0.015, 1.393)),
        *both("FootControl", "Ground", (0.086, -0.018, 0.068), (0.086, -0.2, 0.068)),
        *both("KneePole", "Ground", (0.1, -0.6, 0.49), (0.1, -0.8, 0.49)),
    ],
    "a sword": [
        RigBone("Grip", "mixamorig:RightHand", (-0.75, 0, 1.39), (-0.75, -0.9, 1.39)),
        RigBone("Blade", "Grip", (-0.75, -0.9, 1.39), (-0.75, -1.0, 1.39)),
    ],
    "a tail": [
        RigBone("TailA", _HIPS, (0, 0.1, 0.95), (0, 0.5, 0.9)),
        RigBone("TailB", "TailA", (0, 0.5, 0.9), (0, 0.9, 0.9)),
    ],
}


@pytest.mark.parametrize("clutter", CLUTTER)
def test_what_else_hangs_on_a_character_is_passed_over(clutter: str, data_if_any: Path | None) -> None:
    body = family_bones("mixamo", data_if_any)
    rest = read_rest_pose(build_armature("dressed", body + CLUTTER[clutter]))
    nameless = replace(rest, names=tuple(f"b{at}" for at in range(len(rest.names))))
    expected = EXPECTED["mixamo"]
    assert said(map_bones(rest)) == expected
    assert said(map_bones(nameless), dict(zip(nameless.names, rest.names, strict=True))) == expected


def test_limbs_without_hands_and_feet_are_limbs(tmp_path: Path) -> None:
    rest = read_rest_pose(planar_puppet(tmp_path))
    kept = [at for at, name in enumerate(rest.names) if not name.startswith(("hand", "foot"))]
    bare = part_of(rest, kept)
    bone_map = map_bones(replace(bare, names=tuple(f"b{at}" for at in range(len(kept)))))
    assert bone_map.extremities == {}
    assert said(bone_map, {f"b{at}": name for at, name in enumerate(bare.names)}) == {
        key: name for key, name in EXPECTED["planar_puppet"].items() if "_" not in key or key.isupper()
    }


def part_of(rest: RestPose, kept: list[int]) -> RestPose:
    """The rest pose with some bones alone, whose parents are among them."""
    places = {old: new for new, old in enumerate(kept)} | {-1: -1}
    return RestPose(
        names=tuple(rest.names[at] for at in kept),
        parents=tuple(places[rest.parents[at]] for at in kept),
        heads=rest.heads[kept],
        tails=rest.tails[kept],
        axes=rest.axes[kept],
        connected=rest.connected[kept],
        deform=rest.deform[kept],
        armature=rest.armature,
    )


SENTENCES = {
    "basic_quadruped": "goes on four legs",
    "wolf": "goes on four legs",
    "horse": "goes on four legs",
    "cat": "goes on four legs",
    "shark": "legs or its arms are missing",
    "bird": "no trunk with two legs below it and two arms above",
    "prop": "no two legs and no two arms",
}


@pytest.mark.parametrize("kind", [kind for kind in NO_BIPEDS if kind != "empty_armature"])
@pytest.mark.parametrize("named", [True, False], ids=["named", "nameless"])
def test_what_is_no_biped_is_told_so_in_one_sentence(kind: str, named: bool, data_if_any: Path | None) -> None:
    armature = NO_BIPEDS[kind](data_if_any)
    if not named:
        rename_at_random(armature)
    with pytest.raises(NoBipedError, match=SENTENCES[kind]) as caught:
        map_bones(read_rest_pose(armature))
    assert str(caught.value).startswith(armature.name)
    assert str(caught.value).count(".") == 1


def test_a_body_without_legs_is_told_so(data_if_any: Path | None) -> None:
    rest = read_rest_pose(RIGS["mixamo"](data_if_any))
    kept = [at for at, name in enumerate(rest.names) if not any(part in name for part in ("Leg", "Foot", "Toe"))]
    with pytest.raises(NoBipedError, match="legs or its arms are missing"):
        map_bones(part_of(rest, kept))


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("upper_arm.R", 1),
        ("mixamorig:LeftArm", -1),
        ("LHipJoint", -1),
        ("RThumb", 1),
        ("thigh_l", -1),
        ("Bip01 R Foot", 1),
        ("J_Bip_L_Hand", -1),
        ("rightarm", 1),
        ("rig:leg.l.001", -1),
        ("頭", 0),
        ("左腕", -1),
        ("右足", 1),
        ("Collar", 0),
        ("lowerarm", 0),
        ("Rib", 0),
        ("Spine", 0),
        ("rear-upper-arm", 0),
        ("rear_ear", 0),
        ("ear", 0),
        ("lower_leg", 0),
        ("root", 0),
        ("ring_01", 0),
        ("leg", 0),
        ("elbow", 0),
        ("shoulder", 0),
        ("collar", 0),
        ("heel", 0),
        ("roll", 0),
        ("tail", 0),
        ("skull", 0),
        ("Upright", 0),
        ("thigh_roll_r", 1),
        ("lower_arm_r", 1),
        ("root.l", -1),
        ("ring.03.R", 1),
        ("rShldrBend", 1),
        ("lForeArm", -1),
        ("lthigh", -1),
        ("Rhand", 1),
        ("ARML", -1),
        ("footr2", 1),
        ("armleft", -1),
        ("legRight", 1),
        ("shoulderR", 1),
        ("thigh_1_l", -1),
        ("front_arm_L", -1),
        ("LShank", -1),
        ("cc_base_r_upperarm", 1),
        ("CC_Base_L_Thigh", -1),
        ("DEF-upper_arm.L.001", -1),
        ("b_R_Leg", 1),
        ("hand.Rt", 1),
    ],
)
def test_sides_are_read_from_names_as_people_write_them(name: str, side: int) -> None:
    assert side_in_name(name) == side


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("lthigh", "rthigh"),
        ("Rhand", "Lhand"),
        ("ARML", "ARMR"),
        ("armleft", "armright"),
        ("LeftArm", "RightArm"),
        ("RIGHT_LEG", "LEFT_LEG"),
        ("rig:LHipJoint.001", "rig:RHipJoint.001"),
        ("lower_leg", "lower_leg"),
        ("rear_arm", "rear_arm"),
        ("ring", "ring"),
        ("upright", "upright"),
    ],
)
def test_a_name_is_mirrored_in_its_own_spelling(name: str, other: str) -> None:
    assert mirrored_name(name) == other
    assert mirrored_name(other) == name


NEAR_AND_FAR = {
    "dashes": ("front-", "rear-"),
    "snakes": ("near_", "far_"),
    "camels": ("Front", "Rear"),
    "written together": ("front", "back"),
    "fore": ("fore.", "back."),
}


@pytest.mark.parametrize("apart", [0.0, 0.06])
@pytest.mark.parametrize("feet", [True, False])
@pytest.mark.parametrize("looks", [1.0, -1.0])
@pytest.mark.parametrize("habit", NEAR_AND_FAR)
def test_of_a_profiles_limbs_the_near_ones_are_right_where_it_looks_to_the_right(
    habit: str, looks: float, feet: bool, apart: float, tmp_path: Path
) -> None:
    near, far = NEAR_AND_FAR[habit]
    armature = profile_puppet(tmp_path)
    bpy.ops.object.mode_set(mode="EDIT")
    for bone in armature.data.edit_bones:
        bone.head.x, bone.tail.x = looks * bone.head.x, looks * bone.tail.x
        if bone.name.endswith(".R"):
            # The far arm lies before the near one, and the far leg behind it.
            shift = apart if "arm" in bone.name or "hand" in bone.name else -apart
            bone.head.x, bone.tail.x = bone.head.x + shift, bone.tail.x + shift
    for foot in ("foot.R", "foot.L") if not feet else ():
        armature.data.edit_bones.remove(armature.data.edit_bones[foot])
    bpy.ops.object.mode_set(mode="OBJECT")
    for bone in armature.data.bones:
        part, dot, side = bone.name.partition(".")
        # Its own left limbs are called near, so that neither the old names nor the order can tell.
        if dot:
            prefix = near if side == "L" else far
            bone.name = prefix + (
                part.replace("_", "").capitalize()
                if habit == "camels"
                else part.replace("_", "")
                if habit == "written together"
                else part
            )
    bone_map = map_bones(read_rest_pose(armature))
    right = near if looks > 0 or not feet else far
    for joint in (Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE):
        assert all(name.startswith(right) for name in bone_map.chains[joint]), bone_map.chains


def test_a_map_survives_being_saved(data_if_any: Path | None) -> None:
    bone_map = map_bones(read_rest_pose(RIGS["rigify"](data_if_any)))
    again = BoneMap.from_json(bone_map.to_json())
    assert again == bone_map
    assert {switch.property for switch in again.switches} == {"IK_FK", "neck_follow", "head_follow"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "no JSON"),
        ("[]", 'lacks "root" or "bones"'),
        ('{"bones": {}}', 'lacks "root" or "bones"'),
        ('{"root": "a", "bones": {"wing": ["b"]}}', "wing, which is no bone of ours"),
        ('{"root": "a", "bones": {}, "extremities": {"tail": "b"}}', "tail, which is no bone of ours"),
        ('{"root": "a", "bones": {"neck": "b"}}', "no list of bone names"),
        ('{"root": "a", "bones": {}, "extremities": ["b"]}', '"extremities" is no table'),
        ('{"root": "a", "bones": {}, "switches": [["a"]]}', "no list of bone names"),
        ('{"version": 9, "root": "a", "bones": {}}', "version 9"),
    ],
)
def test_a_file_that_is_no_bone_map_is_refused_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        BoneMap.from_json(text)
    assert "\n" not in str(caught.value)


def changed(bone_map: BoneMap, **chains: tuple[str, ...]) -> BoneMap:
    return replace(bone_map, chains={**bone_map.chains, **{Joint[name]: chain for name, chain in chains.items()}})


def test_what_is_wrong_with_a_map_is_said(data_if_any: Path | None) -> None:
    rest = read_rest_pose(RIGS["unreal"](data_if_any))
    good = map_bones(rest)
    cases = {
        "No bone of unreal is mapped to the left thigh": changed(good, LEFT_KNEE=()),
        "has no bone thigh_x": changed(good, LEFT_KNEE=("thigh_x",)),
        "calf_r is mapped to the right shin and the left shin": changed(good, LEFT_ANKLE=("calf_r",)),
        "calf_r is not a child of thigh_l": changed(good, LEFT_ANKLE=("calf_r",), RIGHT_ANKLE=("calf_l",)),
        "upperarm_r is not a child of lowerarm_r": changed(
            good, RIGHT_ELBOW=("lowerarm_r",), RIGHT_WRIST=("upperarm_r",)
        ),
        "is not a child of spine_01": replace(good, root="spine_01"),
    }
    for sentence, bone_map in cases.items():
        found = [problem.sentence for problem in problems(rest, bone_map)]
        assert any(sentence in problem for problem in found), (sentence, found)
        assert all(problem.endswith(".") and ";" in problem for problem in found)


def test_swapped_sides_are_said(data_if_any: Path | None) -> None:
    rest = read_rest_pose(RIGS["unreal"](data_if_any))
    good = map_bones(rest)
    arms = {"RIGHT_SHOULDER": "LEFT_SHOULDER", "RIGHT_ELBOW": "LEFT_ELBOW", "RIGHT_WRIST": "LEFT_WRIST"}
    swap = arms | {other: one for one, other in arms.items()}
    crossed = changed(good, **{one: good.chains[Joint[other]] for one, other in swap.items()})
    found = " ".join(problem.sentence for problem in problems(rest, replace(crossed, extremities={})))
    assert "swap them if the names are right" in found
    assert "arms and legs of unreal are mapped to opposite sides" in found


def test_mapping_what_a_constraint_moves_is_said(data_if_any: Path | None) -> None:
    rest = read_rest_pose(RIGS["rigify"](data_if_any))
    bone_map = changed(map_bones(rest), HEAD=("DEF-spine.006",))
    assert any("A constraint moves DEF-spine.006" in problem.sentence for problem in problems(rest, bone_map))
