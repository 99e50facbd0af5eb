"""The joints of a rig at rest are where its limbs turn, and its proportions those of its body."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.bridge.armature.bone_map import BoneMap
from blender_addon.bridge.armature.measure import measure_skeleton, posture_at_rest, rest_joints
from blender_addon.bridge.armature.rest_pose import RestPose, read_rest_pose
from blender_addon.bridge.bone_maps import map_bones
from blender_addon.core.skeleton import MIRROR_BONES, Joint
from tests.blender.rig_bones import RigBone, build_armature
from tests.blender.rigs import RIGS, planar_puppet, profile_puppet

pytestmark = pytest.mark.usefixtures("blank_file")


def mapped(rig: str, data_if_any: Path | None) -> tuple[RestPose, BoneMap]:
    rest = read_rest_pose(RIGS[rig](data_if_any))
    return rest, map_bones(rest)


@pytest.mark.parametrize("rig", RIGS)
def test_every_rig_has_a_symmetric_body_of_plausible_proportions(rig: str, data_if_any: Path | None) -> None:
    skeleton = measure_skeleton(*mapped(rig, data_if_any))
    assert np.allclose(skeleton.lengths, skeleton.lengths[list(MIRROR_BONES)], rtol=0.02, atol=1e-4)
    named = {name: length / skeleton.height for name, length in skeleton.named().items()}
    assert 0.15 < named["neck"] < 0.6, "the trunk"
    assert 0.08 < named["head"] < 0.45
    assert 0.1 < named["right_knee"] < 0.4
    assert 0.1 < named["right_elbow"] < 0.4
    assert 0.6 < named["right_elbow"] / named["right_wrist"] < 1.6


def test_joints_are_where_the_limbs_turn(data_if_any: Path | None) -> None:
    rest, bone_map = mapped("mixamo", data_if_any)
    joints = rest_joints(rest, bone_map)

    def head(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.asarray(rest.heads[rest.index(f"mixamorig:{name}")])

    assert np.allclose(joints[Joint.LEFT_WRIST], head("LeftHand"))
    assert np.allclose(joints[Joint.RIGHT_ANKLE], head("RightFoot"))
    assert np.allclose(joints[Joint.NECK], (head("LeftArm") + head("RightArm")) / 2)
    assert np.allclose(joints[Joint.MID_HIP], (head("LeftUpLeg") + head("RightUpLeg")) / 2)
    top = rest.tails[rest.index("mixamorig:Head")]
    assert np.allclose(joints[Joint.HEAD], (head("Head") + top) / 2), "at the height of the ears"


def test_without_hands_and_feet_limbs_end_where_their_last_bones_do(tmp_path: Path) -> None:
    rest = read_rest_pose(planar_puppet(tmp_path))
    whole = map_bones(rest)
    bare = replace(whole, extremities={})
    assert np.allclose(rest_joints(rest, bare), rest_joints(rest, whole), atol=1e-6)


def test_tails_that_an_importer_guessed_are_no_lengths(data_if_any: Path | None) -> None:
    rest, bone_map = mapped("quaternius_worker", data_if_any)
    head = rest.index("Head")
    assert np.linalg.norm(rest.tails[head] - rest.heads[head]) < 1e-4, "the file's head bone is a stub"
    joints = rest_joints(rest, bone_map)
    height = np.linalg.norm(joints[Joint.HEAD] - joints[[Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]].mean(axis=0))
    assert 1.55 < 100 * height < 1.75, "a man's ears, at the hundredfold scale that the file's object has"
    stub = replace(bone_map, extremities={})
    assert np.allclose(rest_joints(rest, stub)[Joint.RIGHT_WRIST], joints[Joint.RIGHT_WRIST], atol=0.1 * height)


def test_a_profile_has_hips_of_almost_no_width(tmp_path: Path) -> None:
    rest = read_rest_pose(profile_puppet(tmp_path))
    skeleton = measure_skeleton(rest, map_bones(rest))
    named = skeleton.named()
    assert 0 < named["right_hip"] < 0.01 * skeleton.height
    assert 0 < named["left_shoulder"] < 0.01 * skeleton.height
    assert named["right_knee"] == pytest.approx(0.45)


def test_lengths_scale_with_the_armature(data_if_any: Path | None) -> None:
    rest, bone_map = mapped("unreal", data_if_any)
    tenfold = replace(rest, heads=10 * rest.heads, tails=10 * rest.tails)
    assert np.allclose(
        measure_skeleton(tenfold, bone_map).lengths, 10 * measure_skeleton(rest, bone_map).lengths, rtol=1e-5
    )


def stooped(rest: RestPose, degrees: float) -> RestPose:
    """The rig with all that is above its hips leaning forward about them; it faces −Y."""
    hips = rest.heads[rest.index("mixamorig:LeftUpLeg")]
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    lean = np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]])

    def leaning(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(points[:, 2:] > hips[2] + 1e-6, (points - hips) @ lean.T + hips, points)

    return replace(rest, heads=leaning(rest.heads), tails=leaning(rest.tails))


@pytest.mark.parametrize("axes", [(0, 1, 2), (1, 2, 0)], ids=["z_up", "x_up"])
def test_a_rig_that_stoops_leans_forward_by_as_much(axes: tuple[int, ...], data_if_any: Path | None) -> None:
    rest, bone_map = mapped("mixamo", data_if_any)
    upright = posture_at_rest(rest, bone_map)
    leaning = stooped(rest, 20)
    turned = replace(leaning, heads=leaning.heads[:, axes], tails=leaning.tails[:, axes])
    posture = posture_at_rest(turned, bone_map)
    assert posture.spine == pytest.approx(upright.spine + 20, abs=0.5)
    assert posture.head == pytest.approx(upright.head + 20, abs=0.5)
    assert abs(upright.spine) < 10
    assert abs(upright.head) < 15


def test_what_is_not_mapped_is_named(data_if_any: Path | None) -> None:
    rest, bone_map = mapped("mixamo", data_if_any)
    without = replace(
        bone_map, chains={bone: chain for bone, chain in bone_map.chains.items() if bone != Joint.LEFT_KNEE}
    )
    with pytest.raises(ValueError, match="left knee"):
        rest_joints(rest, without)
    elsewhere = replace(bone_map, chains={**bone_map.chains, Joint.LEFT_KNEE: ("gone",)})
    with pytest.raises(ValueError, match="no bone gone"):
        measure_skeleton(rest, elsewhere)


def test_bones_in_one_point_are_no_body() -> None:
    rest = read_rest_pose(build_armature("dot", [RigBone("one", None, (0, 0, 0), (0, 0, 1))]))
    names = (
        Joint.HEAD,
        Joint.NECK,
        *(Joint[f"{side}_{part}"] for side in ("RIGHT", "LEFT") for part in ("ELBOW", "WRIST", "KNEE", "ANKLE")),
    )
    flat = replace(rest, tails=rest.heads)
    with pytest.raises(ValueError, match="all lie in one point"):
        measure_skeleton(flat, BoneMap({bone: ("one",) for bone in names}, "one"))
