"""Nothing but its own bake is touched: a second bake, an undo, a cancelled bake and other proportions leave all other
animation bit for bit as it was.
"""

from __future__ import annotations

from typing import Any

import bpy
import pytest

from tests.blender import snapshot
from tests.blender.scene_of_puppet import ask, open_puppet

pytestmark = pytest.mark.usefixtures("fresh_session")

MODES = pytest.mark.parametrize("mode", ["ACTION", "LAYER"])


@pytest.fixture
def puppet() -> bpy.types.Object:
    """The puppet with a life of its own: an Action that is played, one on a muted and one on an audible track, and a
    pose by hand.
    """
    made = open_puppet()
    head = made.pose.bones["head"]
    for name in ("nod", "shake", "glance"):
        for frame, value in ((1, 0.1), (9, -0.3), (21, 0.2)):
            head.rotation_euler[2] = value * (2 if name == "shake" else 1)
            head.keyframe_insert("rotation_euler", index=2, frame=frame)
        made.animation_data.action.name = name
        if name != "glance":
            push_down_by_hand(made)
    made.animation_data.nla_tracks[0].mute = True
    made.pose.bones["foot.L"].rotation_euler[2] = 0.25
    made["note"] = "mine"
    return made


def push_down_by_hand(owner: bpy.types.Object) -> None:
    bpy.context.view_layer.update()
    animation = owner.animation_data
    track = animation.nla_tracks.new()
    strip = track.strips.new(animation.action.name, 1, animation.action)
    if hasattr(strip, "action_slot"):
        strip.action_slot = animation.action_slot
    strip.scale = 1.5
    animation.action = None


def bake(**layers: object) -> None:
    for name, value in layers.items():
        setattr(bpy.context.scene.retarget2d.layers, name, value)
    assert bpy.ops.retarget2d.run("EXEC_DEFAULT", True) == {"FINISHED"}


def at_a_frame() -> dict[str, Any]:
    bpy.context.scene.frame_set(5)
    return snapshot.everything()


@MODES
def test_undo_takes_a_bake_back_bit_for_bit(mode: str, puppet: bpy.types.Object) -> None:
    ask()
    bpy.context.scene.frame_set(5)
    bpy.context.scene.retarget2d.layers.mode = mode
    bpy.ops.ed.undo_push(message="before")
    before = at_a_frame()
    bake()
    assert at_a_frame() != before
    bpy.ops.ed.undo()
    assert at_a_frame() == before


@MODES
def test_undo_takes_a_second_bake_back_bit_for_bit(mode: str, puppet: bpy.types.Object) -> None:
    ask()
    bake(mode=mode)
    bpy.ops.ed.undo_push(message="before")
    before = at_a_frame()
    bpy.context.scene.retarget2d.view = "SIDE"
    bake()
    assert at_a_frame() != before
    bpy.ops.ed.undo()
    bpy.context.scene.retarget2d.view = "AS_FILMED"
    assert at_a_frame() == before


@MODES
def test_a_bake_leaves_all_other_actions_strips_and_rest_poses(mode: str, puppet: bpy.types.Object) -> None:
    settings = ask()
    settings.feet.planting, settings.landmarks.feet = "NEVER", False
    before, strips = snapshot.everything(), snapshot.tracks(puppet)
    bake(mode=mode)
    after = snapshot.everything()
    assert {name: after["actions"][name] for name in before["actions"]} == before["actions"]
    assert after["armatures"] == before["armatures"]
    assert snapshot.tracks(puppet)[: len(strips)] == strips
    assert puppet.pose.bones["foot.L"].rotation_euler[2] == pytest.approx(0.25)
    assert puppet["note"] == "mine"


def test_a_second_layer_of_the_same_performer_changes_its_own_action_alone(puppet: bpy.types.Object) -> None:
    ask()
    bake(mode="LAYER")
    own = puppet.animation_data.nla_tracks[-1].strips[0].action.name
    before, strips = at_a_frame(), snapshot.tracks(puppet)
    bpy.context.scene.retarget2d.view = "SIDE"
    bake()
    after = at_a_frame()
    assert snapshot.tracks(puppet) == strips
    changed = [name for name in after["actions"] if after["actions"][name] != before["actions"].get(name)]
    assert own in changed
    assert all(name == own or name.startswith(f"{own} Views") for name in changed), "the pose, and the views of it"
    assert after["blocks"] == before["blocks"]
    assert after["armatures"] == before["armatures"]


@MODES
def test_a_cancelled_bake_changes_nothing(mode: str, puppet: bpy.types.Object) -> None:
    from blender_addon.bridge.job.job_settings import JobSettings
    from blender_addon.bridge.scene import addon as package
    from blender_addon.operators import stages
    from blender_addon.operators.jobs import Run

    ask()
    bake(mode=mode)
    before = at_a_frame()
    bpy.context.scene.retarget2d.view = "SIDE"
    run = Run(stages.whole_job(JobSettings.of(bpy.context.scene), package.preferred()))
    while run.advance():
        if bpy.context.window_manager.retarget2d.stage == stages.BAKING:
            run.cancel()
    assert run.note.startswith("Cancelled")
    assert at_a_frame() == before


def test_what_a_rig_does_not_let_through_is_said_in_the_panels_notices(puppet: bpy.types.Object) -> None:
    puppet.pose.bones["forearm.R"].constraints.new("LIMIT_ROTATION").name = "Stiff"
    ask()
    bake(mode="LAYER")
    assert "forearm.R has constraints that overrule its keys (Stiff)" in bpy.context.window_manager.retarget2d.notices
