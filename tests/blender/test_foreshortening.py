"""Limbs of cut-outs that clearly point at the viewer are shortened; the others keep the length that they are drawn
with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.core.skeleton import BONE_INDEX, BONE_PATHS, PARENTS, Joint
from tests.blender import snapshot
from tests.blender.cut_outs import CutOut
from tests.blender.known_walks import ANKLES, RUN, WALK, known_motion
from tests.blender.scene_of_puppet import keys_of

pytestmark = pytest.mark.usefixtures("blank_file")

PUPPETS = ("planar_puppet", "puppet", "slim")
FRONT_VIEWS = (0.0, 15.0, 180.0)


@pytest.fixture
def puppet(data_if_any: Path | None) -> Callable[[str], CutOut]:
    """A rig by name, as our characters are: no bone inherits scale."""

    def made(name: str) -> CutOut:
        on = CutOut(name, data_if_any)
        for bone in on.armature.data.bones:
            bone.inherit_scale = "NONE"
        return on

    return made


def drinking(on: CutOut, frames: int = 40) -> SceneMotion:
    """Somebody who faces the viewer, and holds the right hand before the mouth: upper arm and forearm towards the
    viewer, the one below the other.
    """
    motion = known_motion(on.body, WALK, 0.0, frames, on_the_spot=True)
    still = np.repeat(np.concatenate((motion.positions, motion.depth[..., None]), axis=-1)[8:9], frames, axis=0)
    bones = np.stack([still[:, joint] - still[:, parent] for joint, parent in PARENTS.items()], axis=1)
    order = {joint: at for at, joint in enumerate(PARENTS)}
    for joint, way in ((Joint.RIGHT_ELBOW, (-0.1, 0.35, -1.0)), (Joint.RIGHT_WRIST, (0.45, -0.75, -0.5))):
        bones[:, order[joint]] = np.array(way) / np.linalg.norm(way) * on.body.lengths[BONE_INDEX[joint]]
    sorted_bones = np.zeros_like(bones)
    for joint, at in order.items():
        sorted_bones[:, BONE_INDEX[joint]] = bones[:, at]
    space = BONE_PATHS @ sorted_bones
    return replace(motion, positions=space[..., :2], depth=space[..., 2])


@pytest.mark.parametrize("azimuth", FRONT_VIEWS)
@pytest.mark.parametrize("name", PUPPETS)
def test_feet_rise_and_fall_in_a_walk_towards_the_viewer(
    name: str, azimuth: float, puppet: Callable[[str], CutOut]
) -> None:
    on = puppet(name)
    motion = known_motion(on.body, WALK, azimuth)
    on.bake(motion)
    for ankle in ANKLES:
        wanted = motion.positions[:, ankle, 1].std()
        assert on.places(motion, ankle, 1)[:, 1].std() > 0.7 * wanted


def test_a_lifted_foot_is_as_far_below_its_hip_as_it_is_seen_to_be(puppet: Callable[[str], CutOut]) -> None:
    on = puppet("puppet")
    motion = known_motion(on.body, WALK, 180.0)
    on.bake(motion)
    legs = ((Joint.RIGHT_HIP, Joint.RIGHT_KNEE), (Joint.LEFT_HIP, Joint.LEFT_KNEE))
    for foot, (ankle, (hip, knee)) in enumerate(zip(ANKLES, legs, strict=True)):
        lifted = motion.contacts[:, foot] < 0.5
        seen = motion.positions[:, hip, 1] - motion.positions[:, ankle, 1]
        own = on.places(motion, ankle, 1)[:, 1] - on.places(motion, knee, 0)[:, 1]
        assert np.abs(own - seen)[lifted].mean() < 0.008 * on.body.height


@pytest.mark.parametrize("name", PUPPETS)
def test_a_hand_before_the_mouth_is_there(name: str, puppet: Callable[[str], CutOut]) -> None:
    on = puppet(name)
    motion = drinking(on)
    on.bake(motion)
    wanted = (motion.positions[:, Joint.RIGHT_WRIST] - motion.positions[:, Joint.NECK]) * (1, -1)
    right, left = (on.places(motion, joint, 0) for joint in (Joint.RIGHT_ELBOW, Joint.LEFT_ELBOW))
    hand = on.places(motion, Joint.RIGHT_WRIST, 1) - (right + left) / 2
    assert np.linalg.norm(hand - wanted, axis=-1).max() < 0.06 * on.body.height


@pytest.mark.parametrize("azimuth", [90.0, -90.0])
def test_limbs_that_are_seen_at_nearly_their_length_keep_it_without_keys(
    azimuth: float, puppet: Callable[[str], CutOut]
) -> None:
    on = puppet("puppet")
    on.bake(known_motion(on.body, RUN, azimuth))
    assert not [path for path, _ in keys_of(on.armature.animation_data.action) if path.endswith("scale")]


def test_a_limb_is_exactly_as_long_as_it_is_seen_where_that_is_asked_for(puppet: Callable[[str], CutOut]) -> None:
    on = puppet("planar_puppet")
    motion = known_motion(on.body, WALK, 40.0)
    on.bake(motion, auto_stretch=False, shortest=0.1)
    assert [path for path, _ in keys_of(on.armature.animation_data.action) if path.endswith("scale")]
    start, end = (on.places(motion, joint, 0) for joint in (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE))
    seen = np.linalg.norm(motion.positions[:, Joint.RIGHT_KNEE] - motion.positions[:, Joint.RIGHT_HIP], axis=-1)
    assert np.abs(np.linalg.norm(end - start, axis=-1) - seen).max() < 0.03 * on.body.height


@pytest.mark.parametrize("name", PUPPETS)
def test_no_length_jumps(name: str, puppet: Callable[[str], CutOut]) -> None:
    on = puppet(name)
    motion = known_motion(on.body, RUN, np.linspace(0, 120, 96), on_the_spot=True)
    on.bake(motion)
    for joint, end in ((Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE), (Joint.LEFT_ELBOW, Joint.LEFT_WRIST)):
        length = np.linalg.norm(on.places(motion, end, 0) - on.places(motion, joint, 0), axis=-1)
        shown = length / on.body.lengths[BONE_INDEX[joint]]
        assert 0.45 < shown.min() < shown.max() < 1.05
        assert np.abs(np.diff(shown)).max() < 0.13


def test_our_characters_shorten_as_they_come_and_no_rig_is_changed_for_it(data_if_any: Path | None) -> None:
    on = CutOut("puppet", data_if_any)
    before = snapshot.rest_poses()
    made = on.bake(drinking(on))
    assert 'pose.bones["forearm.R"].scale' in {path for path, _ in keys_of(made.action)}
    assert snapshot.rest_poses() == before
    assert not [note for note in made.notes if "inherit" in note]


def test_a_limb_whose_children_inherit_scale_keeps_its_length_and_they_are_named(data_if_any: Path | None) -> None:
    on = CutOut("planar_puppet", data_if_any)
    before = snapshot.rest_poses()
    made = on.bake(drinking(on))
    named = [note for note in made.notes if "inherit scale" in note]
    assert len(named) == 1
    assert "arm_lower.R" in named[0]
    assert "arm_upper.R" not in {path.split('"')[1] for path, _ in keys_of(made.action) if path.endswith("scale")}
    assert snapshot.rest_poses() == before


def test_what_is_asked_for_exactly_stops_children_from_inheriting_scale_and_says_so(data_if_any: Path | None) -> None:
    on = CutOut("planar_puppet", data_if_any)
    made = on.bake(drinking(on), auto_stretch=False)
    assert on.armature.data.bones["arm_lower.R"].inherit_scale == "NONE"
    assert any("no longer inherit scale" in note and "arm_lower.R" in note for note in made.notes)


def test_shoulders_are_where_the_view_has_them_on_a_trunk_that_is_shortened(puppet: Callable[[str], CutOut]) -> None:
    on = puppet("puppet")
    motion = known_motion(on.body, WALK, 30.0, 64, on_the_spot=True)
    middle = motion.positions[:, Joint.MID_HIP, None, 1]
    below, bow = motion.positions[..., 1] - middle, np.radians(55)
    bowed = np.stack((motion.positions[..., 0], middle + below * np.cos(bow) - motion.depth * np.sin(bow)), axis=-1)
    motion = replace(motion, positions=bowed, depth=below * np.sin(bow) + motion.depth * np.cos(bow))
    made = on.bake(motion)
    assert 'pose.bones["chest"].scale' in {path for path, _ in keys_of(made.action)}
    for joint, line in ((Joint.RIGHT_ELBOW, Joint.RIGHT_SHOULDER), (Joint.LEFT_ELBOW, Joint.LEFT_SHOULDER)):
        wanted = (motion.positions[:, line] - motion.positions[:, Joint.NECK]) * (1, -1)
        both = [on.places(motion, each, 0) for each in (Joint.RIGHT_ELBOW, Joint.LEFT_ELBOW)]
        shown = on.places(motion, joint, 0) - (both[0] + both[1]) / 2
        assert np.abs(shown - wanted).max() < 0.02 * on.body.height
