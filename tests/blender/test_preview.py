"""The preview: the character performs before anything is baked, and the file stays the user's own."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import bpy
import numpy as np
import pytest

from blender_addon.bridge.armature.rest_pose import RestPose
from blender_addon.bridge.job.session import session
from blender_addon.bridge.preview import dense_curves
from blender_addon.bridge.preview.preview import preview as playing
from blender_addon.bridge.scene.animation.actions import curves_of_all_slots
from blender_addon.core.skeleton import Joint
from blender_addon.operators import previewing
from blender_addon.operators.previewing import begin, follower
from tests.blender.scene_of_puppet import ask, contents, keys_of, open_puppet, undo_steps

OWN = "Own Walk"
POSES = Path(__file__).resolve().parents[1] / "data/street_poses.npz"
"""All of the shipped video: enough for the worker to be at it for a while."""


@pytest.fixture
def detected(addon: ModuleType, puppet: bpy.types.Object, fresh_session: None) -> Iterator[bpy.types.Object]:
    """The puppet with an Action, a muted and a solo NLA track of its own and a pose, and the performers detected."""
    ask()
    bpy.ops.retarget2d.detect()
    animate(puppet)
    yield puppet
    if bpy.context.window_manager.retarget2d.previewing:
        bpy.ops.retarget2d.stop_preview()


def animate(puppet: bpy.types.Object) -> None:
    """What an animator had on the puppet before."""
    bones = puppet.pose.bones
    bones[0].rotation_mode = "XYZ"
    bones[0].rotation_euler[1] = 0.25
    bones[0].keyframe_insert("rotation_euler", frame=1)
    bones[0].rotation_euler[1] = 0.5
    bones[0].keyframe_insert("rotation_euler", frame=20)
    puppet.animation_data.action.name = OWN
    animation = puppet.animation_data
    other = bpy.data.actions.new("Other")
    track = animation.nla_tracks.new()
    track.name, track.mute = "Kept Track", True
    track.strips.new("Kept Strip", 1, other)
    bones[-1].location[0] = 0.125
    bpy.context.scene.frame_set(10)


def state(puppet: bpy.types.Object) -> str:
    """All that is the user's: data-blocks, Action with its keys, slot, NLA, pose."""
    animation = puppet.animation_data
    slot = getattr(animation, "action_slot", None)
    own = {
        "contents": contents(),
        "keys": {str(channel): points for channel, points in keys_of(animation.action).items()},
        "slot": slot.identifier if slot is not None else None,
        "plays": [animation.action_blend_type, animation.action_influence, animation.action_extrapolation],
        "nla": [(track.name, track.mute, track.is_solo) for track in animation.nla_tracks],
        "use_nla": animation.use_nla,
        "location": list(puppet.location),
    }
    return json.dumps(own, sort_keys=True, default=str)


def posed(puppet: bpy.types.Object) -> np.ndarray:
    """Where its bones are, evaluated."""
    evaluated = puppet.evaluated_get(bpy.context.evaluated_depsgraph_get())
    return np.array([bone.matrix for bone in evaluated.pose.bones])


def preview() -> None:
    assert bpy.ops.retarget2d.preview() == {"FINISHED"}


def test_the_character_performs_in_an_action_that_is_not_saved(detected: bpy.types.Object) -> None:
    before = posed(detected)
    preview()
    action = detected.animation_data.action
    assert action.is_runtime_data
    assert action.name.startswith("Preview")
    frames = {point for points in keys_of(action).values() for point, _ in points}
    assert len(frames) == 24, "a key a frame"
    assert np.abs(posed(detected) - before).max() > 1e-3
    assert bpy.context.window_manager.retarget2d.previewing


def test_a_preview_shows_what_a_bake_of_every_frame_makes(detected: bpy.types.Object) -> None:
    bpy.context.scene.retarget2d.keys.mode = "DENSE"
    preview()
    shown = keys_of(detected.animation_data.action)
    bpy.ops.retarget2d.run()
    baked = keys_of(detected.animation_data.action)
    assert not bpy.context.window_manager.retarget2d.previewing, "a bake ends the preview"
    assert shown.keys() == baked.keys()
    for channel, points in shown.items():
        np.testing.assert_allclose(points, baked[channel], atol=1e-4)


def pieces_shown() -> dict[str, tuple[bool, tuple[float, ...]]]:
    """What of the artwork is seen over the frames, and where its face is on the head."""
    seen: dict[str, tuple[bool, tuple[float, ...]]] = {}
    for frame in (2, 12, 22):
        bpy.context.scene.frame_set(frame)
        pieces = (item for item in bpy.data.objects if item.type == "MESH")
        seen |= {f"{item.name} {frame}": (item.hide_render, tuple(item.delta_location)) for item in pieces}
    return seen


def test_a_preview_shows_the_artwork_that_a_bake_shows_and_gives_it_back(detected: bpy.types.Object) -> None:
    before = pieces_shown()
    preview()
    shown = pieces_shown()
    assert shown != before, "the performer walks in profile"
    bpy.ops.retarget2d.stop_preview()
    assert pieces_shown() == before
    bpy.ops.retarget2d.run()
    assert {name: hidden for name, (hidden, _) in pieces_shown().items()} == {
        name: hidden for name, (hidden, _) in shown.items()
    }


def test_stopping_it_gives_back_action_slot_nla_and_pose(detected: bpy.types.Object) -> None:
    before = state(detected)
    preview()
    assert state(detected) != before
    bpy.ops.retarget2d.stop_preview()
    bpy.context.view_layer.update()
    assert state(detected) == before


def test_a_solo_track_does_not_hide_it_and_is_solo_again(detected: bpy.types.Object) -> None:
    track = detected.animation_data.nla_tracks.new()
    track.name, track.is_solo = "Solo", True
    track.strips.new("Solo Strip", 1, bpy.data.actions["Other"])
    bpy.context.view_layer.update()
    before, still = state(detected), posed(detected)
    preview()
    bpy.context.view_layer.update()
    assert not any(each.is_solo for each in detected.animation_data.nla_tracks)
    assert np.abs(posed(detected) - still).max() > 1e-3
    bpy.ops.retarget2d.stop_preview()
    bpy.context.view_layer.update()
    now, then = json.loads(state(detected)), json.loads(before)
    for name in then:
        assert now[name] == then[name], name


def test_a_render_shows_what_the_view_shows_and_leaves_the_file_as_it_was(
    detected: bpy.types.Object, tmp_path: Path
) -> None:
    render = bpy.context.scene.render
    render.engine, render.resolution_x, render.resolution_y, render.resolution_percentage = "CYCLES", 48, 64, 100
    bpy.context.scene.cycles.samples = 1
    own = rendered(tmp_path / "own.png")
    before = state(detected)
    preview()
    shown = rendered(tmp_path / "shown.png")
    assert np.abs(shown - own).max() > 0.2
    assert detected.animation_data.action.is_runtime_data
    bpy.ops.retarget2d.stop_preview()
    bpy.context.view_layer.update()
    assert state(detected) == before
    np.testing.assert_allclose(rendered(tmp_path / "again.png"), own, atol=0.02)


def rendered(file: Path) -> np.ndarray:
    """The pixels of the frame, rendered."""
    bpy.context.scene.render.filepath = str(file)
    bpy.ops.render.render(write_still=True)
    image = bpy.data.images.load(str(file))
    pixels = np.empty(len(image.pixels), dtype=np.float32)
    image.pixels.foreach_get(pixels)
    bpy.data.images.remove(image)
    return pixels


def test_toggling_it_a_hundred_times_leaves_nothing(detected: bpy.types.Object) -> None:
    before = state(detected)
    for _ in range(100):
        preview()
        bpy.ops.retarget2d.stop_preview()
    bpy.context.view_layer.update()
    assert state(detected) == before


@pytest.mark.parametrize("copy", [False, True])
def test_a_saved_file_is_that_of_a_session_without_it_and_the_preview_goes_on(
    detected: bpy.types.Object, tmp_path: Path, copy: bool
) -> None:
    before, file = state(detected), tmp_path / "saved.blend"
    preview()
    shown = posed(detected)
    bpy.ops.wm.save_as_mainfile(filepath=str(file), copy=copy)
    bpy.context.view_layer.update()
    np.testing.assert_allclose(posed(detected), shown, atol=1e-5)
    assert detected.animation_data.action.is_runtime_data
    bpy.ops.wm.open_mainfile(filepath=str(file), load_ui=False)
    assert state(bpy.data.objects[detected_name()]) == before
    assert not bpy.context.window_manager.retarget2d.previewing


def detected_name() -> str:
    return "Puppet"


def test_a_file_that_was_written_while_it_played_is_put_right_when_it_is_opened(
    detected: bpy.types.Object, tmp_path: Path
) -> None:
    """As an auto-save does, which runs no handler, and a Blender that is killed after it."""
    before, file = state(detected), tmp_path / "auto.blend"
    preview()
    handlers = bpy.app.handlers.save_pre[:]
    bpy.app.handlers.save_pre.clear()
    try:
        bpy.ops.wm.save_as_mainfile(filepath=str(file), copy=True)
    finally:
        bpy.app.handlers.save_pre.extend(handlers)
    bpy.ops.wm.open_mainfile(filepath=str(file), load_ui=False)
    bpy.context.view_layer.update()
    assert state(bpy.data.objects["Puppet"]) == before


def test_undo_and_redo_across_it_never_take_what_is_the_users(detected: bpy.types.Object) -> None:
    bpy.ops.ed.undo_push(message="Animated")
    before = state(detected)
    preview()
    bpy.data.objects["Puppet"].location.x += 1
    bpy.ops.ed.undo_push(message="Moved while it played")
    bpy.ops.ed.undo()
    bpy.context.view_layer.update()
    assert state(bpy.data.objects["Puppet"]) == before
    bpy.ops.ed.redo()
    bpy.context.view_layer.update()
    puppet = bpy.data.objects["Puppet"]
    assert puppet.animation_data.action.name == OWN
    assert puppet.location.x == pytest.approx(json.loads(before)["location"][0] + 1)
    bpy.ops.ed.undo()
    bpy.context.view_layer.update()
    assert state(bpy.data.objects["Puppet"]) == before
    assert not [action for action in bpy.data.actions if action.is_runtime_data or action.name.startswith("Preview")]


def test_undo_steps_are_those_of_a_session_without_it(detected: bpy.types.Object) -> None:
    def work() -> list[str]:
        """What a user does, with steps of their own."""
        for name in ("One", "Two"):
            bpy.ops.object.empty_add()
            bpy.ops.ed.undo_push(message=name)
        return undo_steps()

    bpy.ops.ed.undo_push(message="Begun")
    without = work()
    assert without[-3:] == ["Begun", "One", "Two"]
    bpy.ops.ed.undo()
    bpy.ops.ed.undo()
    for targets in ({"RIG", "GREASE_PENCIL"}, {"RIG"}):
        bpy.context.scene.retarget2d.bake = targets
        preview()
        assert len(undo_steps()) == len(without)
    bpy.context.scene.retarget2d.view = "SIDE"
    while follower.advance(bpy.context.scene, 0.0, 0.0):
        pass
    bpy.ops.retarget2d.stop_preview()
    preview()
    assert work() == without


def test_an_undo_right_after_it_began_leaves_nothing_that_points_to_it(detected: bpy.types.Object) -> None:
    """No undo step holds the preview, and the step that is undone did not change the character."""
    bpy.ops.ed.undo_push(message="Animated")
    before = state(detected)
    bpy.ops.object.empty_add()
    bpy.ops.ed.undo_push(message="Something else")
    preview()
    bpy.ops.ed.undo()
    bpy.context.view_layer.update()
    assert state(bpy.data.objects["Puppet"]) == before
    preview()
    bpy.ops.ed.redo()
    bpy.context.view_layer.update()
    assert bpy.data.objects["Puppet"].animation_data.action.name == OWN
    assert "Empty" in bpy.data.objects
    assert not [action for action in bpy.data.actions if action.name.startswith("Preview")]


def test_turning_the_addon_off_and_on_gives_everything_back(detected: bpy.types.Object, addon: ModuleType) -> None:
    before = json.loads(state(detected))["keys"]
    preview()
    addon.unregister()
    try:
        assert detected.animation_data.action.name == OWN
        assert json.loads(json.dumps({str(k): v for k, v in keys_of(detected.animation_data.action).items()})) == before
        assert not [action for action in bpy.data.actions if action.name.startswith("Preview")]
    finally:
        addon.register()


def test_deleting_the_character_while_it_plays_is_survived(detected: bpy.types.Object) -> None:
    bpy.ops.ed.undo_push(message="Animated")
    before = state(detected)
    preview()
    bpy.data.objects.remove(detected)
    bpy.ops.ed.undo_push(message="Deleted")
    bpy.ops.ed.undo()
    bpy.context.view_layer.update()
    assert state(bpy.data.objects["Puppet"]) == before


def test_another_file_ends_it_and_takes_nothing_along(detected: bpy.types.Object) -> None:
    preview()
    open_puppet()
    assert not bpy.context.window_manager.retarget2d.previewing
    assert not [action for action in bpy.data.actions if action.name.startswith("Preview")]


def test_keys_that_the_user_sets_in_it_stay_theirs(detected: bpy.types.Object) -> None:
    preview()
    detected.pose.bones[-1].scale[0] = 1.5
    detected.pose.bones[-1].keyframe_insert("scale", frame=5)
    bpy.ops.retarget2d.stop_preview()
    assert detected.animation_data.action.name == OWN
    kept = bpy.data.actions["Keys set during Preview"]
    assert kept.use_fake_user
    assert not kept.is_runtime_data


def test_a_key_on_a_channel_that_it_plays_stays_too(detected: bpy.types.Object) -> None:
    preview()
    forearm = detected.pose.bones["forearm.R"]
    playing = detected.animation_data.action
    keyed = next(curve for curve in curves_of_all_slots(playing) if "forearm.R" in curve.data_path)
    path, axis = keyed.data_path, keyed.array_index
    bpy.context.scene.frame_set(8)
    getattr(forearm, path.rpartition(".")[2])[axis] += 0.5
    assert detected.keyframe_insert(path, index=axis, frame=8)
    bpy.ops.retarget2d.stop_preview()
    kept = bpy.data.actions["Keys set during Preview"]
    assert kept.use_fake_user
    assert not kept.is_runtime_data
    assert any(curve.data_path == path for curve in curves_of_all_slots(kept))


def test_a_figure_is_drawn_and_taken_away(detected: bpy.types.Object) -> None:
    before = state(detected)
    bpy.context.scene.retarget2d.bake = {"GREASE_PENCIL"}
    preview()
    figures = [item for item in bpy.context.scene.objects if item.type == "GREASEPENCIL"]
    assert len(figures) == 1
    assert figures[0].is_runtime_data
    bpy.ops.retarget2d.stop_preview()
    assert state(detected) == before


def test_the_skeleton_of_the_overlay_lies_over_the_character(detected: bpy.types.Object) -> None:
    from blender_addon.bridge.preview.preview import preview as playing
    from blender_addon.core.skeleton import Joint

    preview()
    bpy.context.scene.frame_set(12)
    assert playing.skeleton is not None
    found = playing.skeleton.at(12)
    assert found is not None
    joints, _ = found
    evaluated = detected.evaluated_get(bpy.context.evaluated_depsgraph_get())
    heads = {bone.name: np.array(detected.matrix_world @ bone.head) for bone in evaluated.pose.bones}
    height = np.ptp(joints[:, 2])
    for bone, joint in (("shin.R", Joint.RIGHT_KNEE), ("shin.L", Joint.LEFT_KNEE), ("forearm.R", Joint.RIGHT_ELBOW)):
        assert np.linalg.norm((heads[bone] - joints[joint])[[0, 2]]) < 0.12 * height, bone
    assert playing.skeleton.at(1000) is None
    bpy.ops.retarget2d.stop_preview()
    assert playing.skeleton is None


def test_what_a_change_shows_is_what_a_preview_that_begins_with_it_shows(detected: bpy.types.Object) -> None:
    """Also where the motion carries the object itself: where it stands is not where the preview has it."""
    chosen = bpy.context.scene.retarget2d
    chosen.channels.root = "OBJECT"
    chosen.view = "SIDE"
    preview()
    shown = keys_of(detected.animation_data.action)
    assert any(path == "location" for path, _ in shown)
    bpy.ops.retarget2d.stop_preview()
    chosen.view = "AS_FILMED"
    preview()
    bpy.context.scene.frame_set(20)
    chosen.view = "SIDE"
    while follower.advance(bpy.context.scene, 0.0, 0.0):
        pass
    followed = keys_of(detected.animation_data.action)
    assert shown.keys() == followed.keys()
    for channel, points in shown.items():
        np.testing.assert_allclose(points, followed[channel], atol=1e-4, err_msg=str(channel))


def test_what_is_shown_first_of_a_long_motion_stands_where_all_of_it_does(
    detected: bpy.types.Object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The performer walks across the picture; what is around the frame that is shown comes first."""
    monkeypatch.setattr(dense_curves, "FIRST_FRAMES", 100)
    monkeypatch.setattr(dense_curves, "AROUND", 20)
    bpy.context.scene.retarget2d.frame_range = "0:160"
    bpy.ops.retarget2d.detect()
    bpy.context.scene.frame_set(140)
    begin(bpy.context.scene)
    shown = {}
    while follower.advance(bpy.context.scene, 0.0, 0.0):
        time.sleep(0.005)
        action = detected.animation_data.action
        if action.is_runtime_data and action.session_uid not in shown:
            shown[action.session_uid] = posed(detected)
    first, last = shown.values()
    height = np.ptp(last[:, 2, 3])
    assert np.abs(first[:, :3, 3] - last[:, :3, 3]).max() < 0.02 * height


def test_a_rig_that_is_no_longer_a_target_performs_no_longer(detected: bpy.types.Object) -> None:
    before = state(detected)
    preview()
    bpy.context.scene.retarget2d.bake = {"GREASE_PENCIL"}
    while follower.advance(bpy.context.scene, 0.0, 0.0):
        pass
    assert detected.animation_data.action.name == OWN
    assert [item for item in bpy.data.objects if item.is_runtime_data]
    bpy.ops.retarget2d.stop_preview()
    bpy.context.view_layer.update()
    assert state(detected) == before


def test_artwork_that_it_hides_is_selected_again(detected: bpy.types.Object) -> None:
    pieces = [item for item in detected.children_recursive if item.type == "MESH" and item.visible_get()]
    for piece in pieces:
        piece.select_set(True)
    selected = {piece.name for piece in pieces if piece.select_get()}
    assert selected
    preview()
    for frame in (2, 12, 22):
        bpy.context.scene.frame_set(frame)
    bpy.ops.retarget2d.stop_preview()
    bpy.context.view_layer.update()
    assert {piece.name for piece in pieces if piece.select_get()} == selected


def test_the_strip_tells_what_is_made_up(detected: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Joints of an arm that nobody saw, in what was detected."""
    performance = session.performance
    assert performance is not None
    poses = performance.people[0]
    confidence = poses.confidence.copy()
    confidence[4:22, [Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST]] = 0
    hidden = replace(poses, confidence=confidence)
    monkeypatch.setattr(session, "performance", replace(performance, people=(hidden, *performance.people[1:])))
    preview()
    assert playing.evidence is not None
    assert playing.evidence.made_up.any()


def requests_made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the worker is asked from now on, by the names of the requests; each is answered as ever."""
    from blender_addon.worker import client

    asked, start = list[str](), client.start

    def noted(request: Any, *arguments: Any) -> Any:  # noqa: ANN401
        asked.append(type(request).__name__)
        return start(request, *arguments)

    monkeypatch.setattr(client, "start", noted)
    return asked


def follow() -> None:
    """Let the preview follow the settings."""
    from blender_addon.operators.previewing import follower

    while follower.advance(bpy.context.scene, 0.0, 0.0):
        pass


def test_another_view_cleans_nothing_again(detected: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    preview()
    asked, settings = requests_made(monkeypatch), bpy.context.scene.retarget2d
    settings.view, settings.azimuth = "ANGLE", 0.3
    follow()
    assert asked == ["RetargetRequest"]
    settings.editing.smooth = 0.9
    follow()
    assert asked[1:] == ["CleanRequest", "RetargetRequest"]


def test_an_amount_asks_nothing_of_the_worker(detected: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    preview()
    asked = requests_made(monkeypatch)
    shown = keys_of(detected.animation_data.action)
    bpy.context.scene.retarget2d.channels.body = 0.25
    follow()
    assert not asked
    assert keys_of(detected.animation_data.action) != shown


def test_a_change_in_the_midst_of_the_work_keeps_the_worker(detected: bpy.types.Object) -> None:
    from blender_addon.operators.previewing import follower
    from blender_addon.worker import client

    settings = ask(video=str(POSES), frame_range="")
    bpy.ops.retarget2d.detect()
    preview()
    worker = client.worker_process_id()
    for turn in range(4):
        settings.editing.smooth = 0.5 + 0.1 * turn
        for _ in range(10):
            follower.advance(bpy.context.scene, 0.0, 0.0)
    follow()
    assert client.worker_process_id() == worker
    assert not bpy.context.window_manager.retarget2d.preview_problem


def test_artwork_goes_on_with_its_action_where_it_performs_the_same(detected: bpy.types.Object) -> None:
    preview()
    body, artwork = detected.animation_data.action.session_uid, actions_of_artwork()
    bpy.context.scene.retarget2d.channels.body = 0.25
    follow()
    assert detected.animation_data.action.session_uid != body
    assert actions_of_artwork() == artwork != {}


def actions_of_artwork() -> dict[str, int]:
    """The Action that each piece plays."""
    return {
        item.name: item.animation_data.action.session_uid
        for item in bpy.data.objects
        if item.type == "MESH" and item.animation_data and item.animation_data.action
    }


def test_features_of_the_face_go_in_a_preview_where_a_bake_puts_them(detected: bpy.types.Object) -> None:
    preview()
    shown = pieces_shown()
    bpy.ops.retarget2d.stop_preview()
    bpy.ops.retarget2d.run()
    baked = pieces_shown()
    moved = [name for name, (_, offset) in baked.items() if any(offset)]
    assert moved, "the performer nods or turns"
    for name in moved:
        np.testing.assert_allclose(shown[name][1], baked[name][1], atol=5e-3)


def test_a_change_looks_for_no_bone_map_again(detected: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    from blender_addon.bridge.bone_maps import current_map

    preview()
    found, find = list[str](), current_map._found_map

    def noted(rest: RestPose) -> current_map.ChosenMap:
        found.append(rest.armature)
        return find(rest)

    monkeypatch.setattr(current_map, "_found_map", noted)
    bpy.context.scene.retarget2d.channels.body = 0.25
    follow()
    assert not found
    detected.data.bones["shin.R"].name = "renamed"
    bpy.context.scene.retarget2d.channels.body = 0.5
    follow()
    assert found == [detected.name]


def test_what_the_worker_answers_at_once_is_shown_in_one_step(
    detected: bpy.types.Object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blender would draw itself in between, which takes longer than the answer."""
    preview()
    shown, settings = keys_of(detected.animation_data.action), bpy.context.scene.retarget2d
    monkeypatch.setattr(previewing, "PATIENCE", 30.0)
    settings.view, settings.azimuth = "ANGLE", 0.3
    assert follower.advance(bpy.context.scene, 0.0, 0.0)
    turned = keys_of(detected.animation_data.action)
    assert turned != shown
    follow()
    monkeypatch.setattr(previewing, "PATIENCE", 0.0)
    settings.azimuth = 0.6
    assert follower.advance(bpy.context.scene, 0.0, 0.0)
    assert keys_of(detected.animation_data.action) == turned, "who is slow keeps nobody waiting"


def test_artwork_that_shows_the_same_around_the_frame_waits_for_all_of_a_long_motion(
    detected: bpy.types.Object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense_curves, "FIRST_FRAMES", 100)
    monkeypatch.setattr(dense_curves, "AROUND", 20)
    settings = bpy.context.scene.retarget2d
    settings.frame_range = "0:160"
    bpy.ops.retarget2d.detect()
    preview()
    seen, body, artwork = pieces_shown(), detected.animation_data.action.session_uid, actions_of_artwork()
    still = artwork.keys() - moved_pieces()

    def first_shown() -> tuple[dict[str, int], dict[str, tuple[bool, tuple[float, ...]]], int]:
        """What artwork plays and shows, and on how many frames there are keys, once the first part is there."""
        while follower.advance(bpy.context.scene, 0.0, 0.0):
            if detected.animation_data.action.session_uid != body:
                return actions_of_artwork(), pieces_shown(), len(keyed_frames(detected))
        raise AssertionError("all of it came at once")

    settings.channels.body = 0.25
    playing_first, _, frames = first_shown()
    assert frames == 41, "the frames around that one came first"
    assert {name: playing_first[name] for name in still} == {name: artwork[name] for name in still}
    follow()
    assert len(keyed_frames(detected)) == 160
    body = detected.animation_data.action.session_uid
    settings.view = "FRONT"
    _, shown_first, _ = first_shown()
    follow()
    shown = pieces_shown()
    assert shown != seen, "what shows otherwise is shown at once"
    for name, (hidden, offset) in shown.items():
        assert shown_first[name][0] == hidden, name
        np.testing.assert_allclose(shown_first[name][1], offset, atol=5e-3, err_msg=name)


def moved_pieces() -> set[str]:
    """Artwork that goes to and fro on what carries it, as features of the face do."""
    return {
        item.name
        for item in bpy.data.objects
        if item.type == "MESH"
        and item.animation_data
        and item.animation_data.action
        and any(curve.data_path.startswith("delta") for curve in curves_of_all_slots(item.animation_data.action))
    }


def keyed_frames(owner: bpy.types.Object) -> set[float]:
    return {frame for points in keys_of(owner.animation_data.action).values() for frame, _ in points}
