"""The truth of rendered clips is true: joints lie where marks on the bones are drawn, contacts agree with heights and
speeds, and two runs give the same.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from benchmarks.rendered.clips import CLIPS, Clip
from benchmarks.rendered.pictures import read_picture, render_picture
from benchmarks.rendered.render import render_clip, seed_of
from benchmarks.rendered.rigs import Rig
from benchmarks.rendered.second_way import agreement
from benchmarks.rendered.stage import Recorder, Stage, set_stage
from benchmarks.rendered.truth import SUPPORTS, assemble
from blender_addon.core.skeleton import Joint

CLIP = {clip.name: clip for clip in CLIPS}
MARK = 0.025
"""Radius of a mark, metres."""
SHORT = 0.3
"""Seconds of clips of which single pictures are looked at."""
LONG_ENOUGH = {"walk_scripted": 2.0, "jump": 1.8, "lie": 4.2, "crawl": 2.5, "push_up": 0.8}
"""Seconds in which a clip shows what it is for."""


def short(name: str) -> Clip:
    return replace(CLIP[name], seconds=SHORT)


def marked_joints(rig: Rig) -> dict[Joint, tuple[float, float, float]]:
    """Hide everything and put a ball of its own colour at each joint that is one bone's point, carried by that bone."""
    for item in bpy.context.scene.objects:
        item.hide_render = item.type == "MESH"
    colours = {}
    single = [(joint, points[0]) for joint, points in rig.joints.items() if len(points) == 1]
    for number, (joint, point) in enumerate(single):
        bpy.ops.mesh.primitive_uv_sphere_add(radius=MARK, segments=24, ring_count=12)
        ball = bpy.context.object
        material = bpy.data.materials.new(joint.name)
        colours[joint] = (number // 4 / 3, number % 4 / 3, 1.0)
        material.diffuse_color = (*colours[joint], 1.0)
        ball.data.materials.append(material)
        armature = rig.armature
        for bone in armature.pose.bones:
            bone.matrix_basis = Matrix.Identity(4)
        bpy.context.view_layer.update()
        ball.parent, ball.parent_type, ball.parent_bone = armature, "BONE", point.bone
        bpy.context.view_layer.update()
        ball.matrix_world = Matrix.Translation(point.place)
    return colours


def flat_picture(path: Path) -> np.ndarray:
    """The picture (H, W, 3) in plain colours, the top row first."""
    scene = bpy.context.scene
    scene.display.render_aa, scene.view_settings.exposure = "OFF", 0.0
    scene.view_settings.view_transform = "Raw"
    scene.world.color = (0, 0, 0)
    shading = scene.display.shading
    shading.light, shading.show_shadows, shading.color_type = "FLAT", False, "MATERIAL"
    render_picture(path)
    return np.asarray(read_picture(path)[::-1, :, :3])


def shown_truth(stage: Stage, frame: int) -> dict[str, np.ndarray]:
    """What the file would say of the frame that is shown."""
    recorder = Recorder(stage)
    recorder.record()
    path = type(stage.path)(
        stage.path.to_world[frame : frame + 1], stage.path.focal[frame : frame + 1], stage.path.size
    )
    return dict(assemble(recorder.recorded(), path, fps=stage.fps))


@pytest.mark.parametrize("name", ["walk_scripted", "tilted_right", "hand_held_own", "upright_own"])
def test_joints_are_where_marks_on_the_bones_are_drawn(name: str, tmp_path: Path) -> None:
    clip = short(name)
    stage = set_stage(clip, seed_of(clip), None)
    colours = marked_joints(stage.actors[0].rig)
    frame = stage.frames - 1
    stage.show(frame)
    truth = shown_truth(stage, frame)
    picture = flat_picture(tmp_path / "marks.png")
    pixels = truth["joints_2d"][0, 0].astype(float)
    looked_at = 0
    for joint, colour in colours.items():
        others = np.delete(pixels, int(joint), axis=0)
        if np.linalg.norm(others - pixels[joint], axis=1).min() < 8 and joint not in (
            Joint.RIGHT_KNEE,
            Joint.LEFT_KNEE,
        ):
            continue
        row, column = np.nonzero((np.abs(picture - colour) < 0.02).all(axis=-1))
        if len(row) < 20:
            continue
        looked_at += 1
        drawn = np.array((column.mean() + 0.5, row.mean() + 0.5))
        assert np.linalg.norm(drawn - pixels[joint]) < 0.8, joint.name
    assert looked_at >= 4


@pytest.mark.parametrize("name", ["walk_scripted", "crawl", "lie", "zoomed"])
def test_joints_that_are_said_to_be_seen_lie_on_the_body(name: str, tmp_path: Path) -> None:
    clip = short(name)
    stage = set_stage(clip, seed_of(clip), None)
    stage.show(stage.frames - 1)
    truth = shown_truth(stage, stage.frames - 1)
    for item in bpy.context.scene.objects:
        item.hide_render = item.type == "MESH" and item not in stage.actors[0].rig.meshes
    for material in bpy.data.materials:
        material.diffuse_color = (1, 0, 1, 1)
    picture = flat_picture(tmp_path / "body.png")
    body = np.asarray((np.abs(picture - (1.0, 0.0, 1.0)) < 0.05).all(axis=-1))
    assert 0.005 < body.mean() < 0.5
    seen = truth["joints_2d"][0, 0][truth["visible"][0, 0]].astype(int)
    assert len(seen) > 6
    assert body[seen[:, 1], seen[:, 0]].all()


def test_contacts_agree_with_heights_and_speeds_of_joints(tmp_path: Path) -> None:
    agreed, met = [], set()
    for name, seconds in LONG_ENOUGH.items():
        render_clip(replace(CLIP[name], seconds=seconds), tmp_path, None, with_video=False)
        with np.load(tmp_path / f"{name}.npz") as file:
            truth = {key: file[key] for key in file.files}
        agreed.append(agreement(truth))
        met |= {SUPPORTS[k] for k in np.flatnonzero(truth["supports"][0].any(axis=0))}
        assert truth["lowest"].min() > -0.002
    assert {"right_foot", "left_foot", "right_hand", "left_hand", "right_knee", "left_knee", "seat", "back"} <= met
    assert np.concatenate(agreed).mean(axis=0).min() >= 0.97


def test_two_runs_give_the_same_truth_and_the_same_video_bit_for_bit(tmp_path: Path) -> None:
    clip = short("noisy")
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        render_clip(clip, tmp_path / folder, None)
    for file in ("noisy.npz", "noisy.mp4"):
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes()


def test_a_foot_that_stands_does_not_slide() -> None:
    clip = replace(CLIP["walk_scripted"], seconds=2.0)
    stage = set_stage(clip, seed_of(clip), None)
    recorder = Recorder(stage)
    for frame in range(stage.frames):
        stage.show(frame)
        recorder.record()
    recorded = recorder.recorded()[0]
    for side, name in enumerate(SUPPORTS[:2]):
        toe = recorded.points[name.replace("foot", "toe")]
        heel = recorded.points[name.replace("foot", "heel")]
        both = recorded.supports[1:, side] & recorded.supports[:-1, side]
        steps = np.minimum(*(np.linalg.norm(np.diff(point[:, :2], axis=0), axis=-1) for point in (toe, heel)))
        assert both.sum() > 10
        assert np.median(steps[both]) < 0.003


def test_bones_of_feet_hang_on_the_root_of_the_rig_made_for_that() -> None:
    clip = short("root_feet")
    stage = set_stage(clip, seed_of(clip), None)
    rig = stage.actors[0].rig
    assert rig.armature.data.bones["LFoot"].parent.name == "root"
    stage.show(3)
    ankle = np.array(rig.armature.pose.bones["LFoot"].head)
    shin_end = np.array(rig.armature.pose.bones["LLeg"].tail)
    assert np.linalg.norm(ankle - shin_end) < 1e-4
