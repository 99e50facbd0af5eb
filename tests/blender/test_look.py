"""View, body and blend: every choice by properties, operators and the command line, and what of it goes into a motion."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from mathutils import Matrix, Vector

from blender_addon.core.motion import RetargetedMotion
from blender_addon.core.skeleton import BONE_INDEX, PARENTS, Joint
from tests.blender.pose_clips import street_people, write_npz
from tests.blender.read_back import ARMS_AND_LEGS
from tests.blender.rigs import RIGS
from tests.blender.scene_of_puppet import PUPPET, PUPPET_FILE, ask, contents, keys_of
from tests.blender.test_cli import command_line

pytestmark = pytest.mark.usefixtures("fresh_session")

FRAMES = 24
STOOP = 30.0
"""Degrees that a resting character leans forward."""
STANDING = -6.0
"""Degrees that an ordinary performer does."""


@pytest.fixture
def poses(tmp_path: Path) -> Path:
    """Two people, 24 frames at 24 a second."""
    return write_npz(tmp_path / "street.npz", street_people(FRAMES), fps=24.0)


@pytest.fixture
def dance(tmp_path: Path) -> Path:
    """Another file: the second of them alone, enlarged, 40 frames at 30 a second."""
    return write_npz(tmp_path / "dance.npz", street_people(40)[1:] * np.float32(1.5), fps=30.0)


def take() -> Any:  # noqa: ANN401
    from blender_addon.bridge.job.session import session

    return session.takes[0]


def retargeted(poses: Path, look: dict[str, Any] | None = None, **settings: object) -> RetargetedMotion:
    """The motion that the settings give."""
    chosen = ask(**{"video": str(poses), "frame_range": "", "performer": 1, **settings})
    for name, value in (look or {}).items():
        setattr(chosen.look, name, value)
    bpy.ops.retarget2d.detect()
    assert bpy.ops.retarget2d.retarget() == {"FINISHED"}
    motion: RetargetedMotion = take().motion
    return motion


def key_azimuth(*keys: tuple[int, float]) -> None:
    scene = bpy.context.scene
    for frame, azimuth in keys:
        scene.retarget2d.azimuth = azimuth
        scene.keyframe_insert("retarget2d.azimuth", frame=frame)


def azimuths(motion: RetargetedMotion) -> np.ndarray[Any, Any]:
    assert motion.view is not None
    return np.asarray(motion.view.azimuth)


def test_a_keyed_angle_is_sampled_by_time(puppet: bpy.types.Object, poses: Path) -> None:
    scene = bpy.context.scene
    scene.render.fps = 12
    key_azimuth((10, 0.0), (22, 120.0))
    motion = retargeted(poses, view="ANGLE", start_frame=10)
    # The curve eases in and out alike, so that it is halfway in the middle: frame 16 of the scene, half a second into
    # the clip.
    assert azimuths(motion)[[0, 12]] == pytest.approx((0, 60), abs=0.01)
    assert (np.diff(azimuths(motion)) > 0).all()


def test_an_angle_without_keys_stands(puppet: bpy.types.Object, poses: Path) -> None:
    motion = retargeted(poses, view="ANGLE", azimuth=-30.0, elevation=10.0)
    assert motion.view is not None
    assert (motion.view.azimuth, motion.view.elevation) == pytest.approx((-30, 10))


def test_a_driven_angle_is_what_drives_it_says(puppet: bpy.types.Object, poses: Path) -> None:
    """By an object that is keyed, and by the scene itself; nothing else is moved by looking."""
    scene = bpy.context.scene
    scene.render.fps = 24
    dial = bpy.data.objects.new("Dial", None)
    scene.collection.objects.link(dial)
    for frame, turned in ((1, 0.0), (25, np.pi / 2)):
        dial.rotation_euler.z = turned
        dial.keyframe_insert("rotation_euler", index=2, frame=frame)
    for path, owner, source, expression in (
        ("azimuth", dial, "rotation_euler[2]", "degrees(value)"),
        ("elevation", scene, "frame_current", "value / 2"),
    ):
        driver = scene.driver_add(f"retarget2d.{path}").driver
        variable = driver.variables.new()
        variable.name = "value"
        variable.targets[0].id_type, variable.targets[0].id = ("SCENE" if owner == scene else "OBJECT"), owner
        variable.targets[0].data_path, driver.expression = source, expression
    puppet.pose.bones["head"].keyframe_insert("rotation_euler", frame=1)
    scene.frame_set(7)
    puppet.pose.bones["head"].rotation_euler.z = 0.7
    before = contents()
    motion = retargeted(poses, view="ANGLE")
    assert motion.view is not None
    assert azimuths(motion)[[0, 12, 23]] == pytest.approx((0, 45, 90 - 0.5), abs=1)
    assert np.asarray(motion.view.elevation)[[0, 9]] == pytest.approx((0.5, 5), abs=1e-4)
    assert contents() == before
    assert (scene.frame_current, round(puppet.pose.bones["head"].rotation_euler.z, 4)) == (7, 0.7)


def test_an_angle_on_nla_tracks_is_sampled_as_it_is_blended(puppet: bpy.types.Object, poses: Path) -> None:
    scene = bpy.context.scene
    scene.render.fps = 24
    key_azimuth((1, 0.0), (25, 90.0))
    animation = scene.animation_data
    track = animation.nla_tracks.new()
    strip = track.strips.new("Turn", 1, animation.action)
    if hasattr(strip, "action_slot"):
        strip.action_slot = animation.action_slot
    animation.action = None
    scene.retarget2d.azimuth = 0
    motion = retargeted(poses, view="ANGLE")
    assert azimuths(motion)[[0, 12]] == pytest.approx((0, 45), abs=0.1)
    strip.scale = 2
    motion = retargeted(poses, view="ANGLE")
    assert azimuths(motion)[12] < 20
    assert azimuths(motion)[23] == pytest.approx(43, abs=3)


def test_an_angle_that_is_driven_to_stand_stands(puppet: bpy.types.Object, poses: Path) -> None:
    bpy.context.scene.driver_add("retarget2d.azimuth").driver.expression = "30 + 5"
    motion = retargeted(poses, view="ANGLE")
    assert motion.view is not None
    assert motion.view.azimuth == pytest.approx(35)
    assert motion.view.frame_count is None


def test_the_view_may_be_that_of_another_performer_or_video(puppet: bpy.types.Object, poses: Path, dance: Path) -> None:
    chosen = ask()
    own = azimuths(retargeted(poses))
    chosen.look.view_source.performer = 2
    of_second = azimuths(retargeted(poses, view="AS_OTHER"))
    second_alone = azimuths(retargeted(poses, performer=2, view="AS_FILMED"))
    assert of_second == pytest.approx(second_alone, abs=0.1)
    assert of_second != pytest.approx(own, abs=5)
    chosen.look.view_source.video, chosen.look.view_source.performer = str(dance), 0
    assert azimuths(retargeted(poses, view="AS_OTHER")) == pytest.approx(
        azimuths(retargeted(dance, performer=0, view="AS_FILMED")), abs=0.1
    )


def test_limbs_keep_their_length_where_that_is_asked_for(puppet: bpy.types.Object, poses: Path) -> None:
    def shortest(motion: RetargetedMotion) -> float:
        bones = motion.positions[:, ARMS_AND_LEGS] - motion.positions[:, [PARENTS[joint] for joint in ARMS_AND_LEGS]]
        return float(
            (
                np.linalg.norm(bones, axis=-1) / motion.skeleton.lengths[[BONE_INDEX[joint] for joint in ARMS_AND_LEGS]]
            ).min()
        )

    assert shortest(retargeted(poses, {"limbs": "FORESHORTENED"}, view="FRONT")) < 0.8
    assert shortest(retargeted(poses, {"limbs": "FULL_LENGTH"}, view="FRONT")) > 0.99
    assert bpy.ops.retarget2d.bake() == {"FINISHED"}


def test_drawn_feet_turn_with_legs_that_are_turned(poses: Path) -> None:
    from blender_addon.bridge.figure.figure_pose import figure_pose
    from blender_addon.bridge.retiming.resample import resample

    bpy.ops.wm.read_homefile(use_empty=True)
    motion = retargeted(poses, {"limbs": "FULL_LENGTH"}, view="FRONT", armature=None, bake={"GREASE_PENCIL"})
    quarter = np.full((len(motion), 2), np.pi / 2, np.float32)
    ahead, across = (
        figure_pose(resample(replace(motion, leg_turns=turns), 24, 1), 0.0).feet for turns in (0 * quarter, quarter)
    )
    assert across[..., 0].mean() > 0.5 > abs(ahead[..., 0].mean())


def test_a_figure_takes_the_body_of_another_performer(poses: Path, dance: Path) -> None:
    bpy.ops.wm.read_homefile(use_empty=True)
    target: dict[str, Any] = {"armature": None, "bake": {"GREASE_PENCIL"}}
    chosen = ask(**target)
    chosen.look.body_source.video = str(dance)
    motion = retargeted(poses, {"body": "OTHER"}, **target)
    lengths = motion.skeleton.lengths.copy()
    assert lengths == pytest.approx(
        retargeted(dance, {"body": "OWN"}, performer=0, **target).skeleton.lengths, rel=1e-3
    )
    before = len(bpy.data.objects)
    retargeted(poses, {"body": "OTHER"}, **target)
    assert bpy.ops.retarget2d.bake() == {"FINISHED"}
    assert len(bpy.data.objects) == before + 1


def test_a_character_keeps_its_own_body(puppet: bpy.types.Object, poses: Path, dance: Path) -> None:
    ask().look.second.video = str(dance)
    own = retargeted(poses).skeleton.lengths
    assert np.array_equal(
        own, retargeted(poses, {"body": "OTHER", "blend_motion": 0.5, "blend_skeleton": 1.0}).skeleton.lengths
    )
    assert bpy.ops.retarget2d.bake() == {"FINISHED"}


@pytest.mark.parametrize("alignment", ["STRETCH", "MATCH", "TRIM"])
def test_two_performances_are_blended(puppet: bpy.types.Object, poses: Path, dance: Path, alignment: str) -> None:
    ask().look.second.video = str(dance)
    motions = [retargeted(poses, {"blend_motion": share, "alignment": alignment}) for share in (0.0, 0.5, 1.0)]
    assert len({len(motion) for motion in motions}) > 1 or alignment == "TRIM"
    knees = [motion.positions[:20, Joint.LEFT_KNEE] - motion.positions[:20, Joint.MID_HIP] for motion in motions]
    height = motions[0].skeleton.height
    assert np.abs(knees[0] - knees[2]).mean() / height > 0.01
    assert np.abs(knees[1] - knees[0]).mean() < np.abs(knees[2] - knees[0]).mean()
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    assert len(keys_of(puppet.animation_data.action)) >= 10


def test_skeleton_and_view_are_blended_apart(poses: Path, dance: Path) -> None:
    bpy.ops.wm.read_homefile(use_empty=True)
    target: dict[str, Any] = {"armature": None, "bake": {"GREASE_PENCIL"}}
    ask(**target).look.second.video = str(dance)
    first, second = retargeted(poses, **target), retargeted(dance, performer=0, **target)
    of_body = retargeted(poses, {"blend_skeleton": 0.5}, **target)
    assert of_body.skeleton.lengths == pytest.approx(
        np.sqrt(first.skeleton.lengths * second.skeleton.lengths), rel=1e-3
    )
    of_view = retargeted(poses, {"blend_skeleton": 0.0, "blend_view": 1.0}, **target)
    assert of_view.skeleton.lengths == pytest.approx(first.skeleton.lengths, rel=1e-3)
    assert np.mean(azimuths(of_view)) == pytest.approx(float(azimuths(second)), abs=0.5)


def test_another_performer_of_the_same_video_is_looked_for_once(puppet: bpy.types.Object, poses: Path) -> None:
    from blender_addon.bridge.job.session import session

    chosen = ask()
    chosen.look.second.performer = 2
    retargeted(poses, {"blend_motion": 0.5})
    assert len(session.others) == 1


def test_the_performers_of_another_video_are_found_and_chosen(puppet: bpy.types.Object, poses: Path) -> None:
    chosen = ask(video=str(poses), frame_range="")
    chosen.look.second.video = str(poses)
    assert bpy.ops.retarget2d.detect(whose="SECOND") == {"FINISHED"}
    chosen.look.second.performer_choice = "2"
    assert chosen.look.second.performer == 2


CHANGES: dict[str, dict[str, Any]] = {
    "limbs": {"limbs": "FULL_LENGTH"},
    "blend_motion": {"blend_motion": 0.5},
    "blend_view": {"blend_view": 0.5},
}
NO_CHANGES: dict[str, dict[str, Any]] = {
    "another body beside a character": {"body": "OTHER"},
    "the timing of no blend": {"alignment": "MATCH"},
    "a skeleton's share beside a character": {"blend_skeleton": 0.5},
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_goes_into_a_motion_makes_it_stale(
    puppet: bpy.types.Object, poses: Path, dance: Path, change: str
) -> None:
    chosen = ask()
    chosen.look.second.video = str(dance)
    retargeted(poses)
    before = contents()
    for name, value in CHANGES[change].items():
        setattr(chosen.look, name, value)
    with pytest.raises(RuntimeError, match="retarget the performer again"):
        bpy.ops.retarget2d.bake()
    assert contents() == before


@pytest.mark.parametrize("change", NO_CHANGES)
def test_what_changes_no_motion_needs_no_new_one(
    puppet: bpy.types.Object, poses: Path, dance: Path, change: str
) -> None:
    chosen = ask()
    chosen.look.second.video = str(dance)
    retargeted(poses)
    old = take()
    for name, value in NO_CHANGES[change].items():
        setattr(chosen.look, name, value)
    chosen.azimuth, chosen.plane, chosen.bake = 70.0, "FRONT", {"RIG", "GREASE_PENCIL"}
    bpy.ops.retarget2d.retarget()
    assert take() is old
    assert bpy.ops.retarget2d.bake() == {"FINISHED"}


def test_changed_keys_of_the_view_and_a_changed_second_performance_are_noticed(
    puppet: bpy.types.Object, poses: Path, dance: Path
) -> None:
    chosen = ask(view="ANGLE")
    chosen.look.second.video = str(dance)
    key_azimuth((1, 0.0), (20, 60.0))
    retargeted(poses, {"blend_motion": 0.5}, view="ANGLE")
    first = take()
    key_azimuth((20, 90.0))
    bpy.ops.retarget2d.retarget()
    second = take()
    assert second is not first
    write_npz(dance, street_people(30)[:1], fps=30.0)
    with pytest.raises(RuntimeError, match="retarget the performer again"):
        bpy.ops.retarget2d.bake()
    bpy.ops.retarget2d.retarget()
    assert take() is not second


def test_a_second_performance_that_is_missing_is_named_before_any_work(
    puppet: bpy.types.Object, poses: Path, tmp_path: Path
) -> None:
    from blender_addon.bridge.job.session import session

    chosen = ask(video=str(poses), frame_range="")
    chosen.look.second.video, chosen.look.blend_motion = str(tmp_path / "missing.mp4"), 0.5
    before = contents()
    with pytest.raises(RuntimeError, match=r"There is no video .*missing\.mp4"):
        bpy.ops.retarget2d.run()
    assert contents() == before
    assert session.performance is None


def run(poses: Path, worker_python: Path, out: Path, *arguments: object) -> dict[str, Any]:
    result = command_line(
        PUPPET_FILE,
        "--video",
        poses,
        "--performer",
        1,
        *arguments,
        "--output",
        out,
        "--python",
        worker_python,
        "--json",
    )
    assert result.returncode == 0, result.stderr
    bpy.ops.wm.open_mainfile(filepath=str(out))
    report: dict[str, Any] = json.loads(next(line for line in result.stdout.splitlines() if line.startswith("{")))
    return report


def test_a_blend_from_the_command_line_is_that_of_the_panel(
    worker_python: Path, poses: Path, dance: Path, tmp_path: Path
) -> None:
    blend = (
        "--blend",
        dance,
        "--blend-motion",
        0.5,
        "--blend-view",
        0.25,
        "--align",
        "match",
        "--limbs",
        "full-length",
    )
    run(
        poses,
        worker_python,
        tmp_path / "out.blend",
        "--armature",
        PUPPET,
        "--bake",
        "rig",
        "--view-keys",
        "1:0 20:60,10",
        *blend,
    )
    baked = keys_of(bpy.data.objects[PUPPET].animation_data.action)
    chosen = bpy.context.scene.retarget2d
    assert (chosen.view, chosen.look.limbs, chosen.look.alignment) == ("ANGLE", "FULL_LENGTH", "MATCH")
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    again = keys_of(bpy.data.objects[PUPPET].animation_data.action)
    assert again.keys() == baked.keys()
    for channel, keys in again.items():
        # The network's last digits depend on which clips it sees side by side.
        np.testing.assert_allclose(keys, baked[channel], atol=1e-4)


def test_body_and_view_of_others_from_the_command_line(
    worker_python: Path, poses: Path, dance: Path, tmp_path: Path
) -> None:
    others = ("--like", dance, "--like-fps", 25, "--view-like", "same", "--view-like-person", 2)
    report = run(poses, worker_python, tmp_path / "out.blend", "--bake", "grease-pencil", *others)
    assert report["figures"]
    chosen = bpy.context.scene.retarget2d
    assert (chosen.view, chosen.look.body, chosen.look.view_source.performer, chosen.look.body_source.fps) == (
        "AS_OTHER",
        "OTHER",
        2,
        25,
    )


def test_a_character_that_stoops_keeps_its_stoop_unless_the_performer_s_posture_is_wanted(
    poses: Path, data_if_any: Path | None
) -> None:
    armature = RIGS["mixamo"](data_if_any)
    lean_forward(armature, STOOP)
    own = retargeted(poses, armature=armature, look={"posture": "CHARACTER"})
    performers = retargeted(poses, armature=armature, look={"posture": "PERFORMER"})
    turned = np.degrees(np.arccos(np.clip((spines(own) * spines(performers)).sum(axis=1), -1, 1)))
    assert own.skeleton.posture is not None
    assert own.skeleton.posture.spine == pytest.approx(STOOP, abs=10)
    assert turned == pytest.approx(np.full(FRAMES, own.skeleton.posture.spine - STANDING), abs=10)


def spines(motion: RetargetedMotion) -> np.ndarray[Any, Any]:
    """(T, 3) unit vectors from the mid-hip to the neck."""
    joints = np.concatenate((motion.positions, motion.depth[..., None]), axis=-1)
    spine = joints[:, Joint.NECK] - joints[:, Joint.MID_HIP]
    return np.asarray(spine / np.linalg.norm(spine, axis=1, keepdims=True))


def lean_forward(armature: bpy.types.Object, degrees: float) -> None:
    """Bend the resting character forward at its hips: all bones above them, about the left–right axis."""
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    bones = armature.data.edit_bones
    hips = Vector(bones["mixamorig:LeftUpLeg"].head)
    turn = Matrix.Rotation(math.radians(degrees), 3, "X")
    for bone in bones:
        bone.use_connect = False
    for bone in bones:
        if bone.head.z > hips.z + 1e-6:
            bone.head, bone.tail = (turn @ (end - hips) + hips for end in (bone.head, bone.tail))
    bpy.ops.object.mode_set(mode="OBJECT")
