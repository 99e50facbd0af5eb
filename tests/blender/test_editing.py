"""The detected performance as keyed objects over the video: it lies on the picture, is edited, read back, retargeted,
saved and undone.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import bpy
import numpy as np
import pytest
from bpy_extras.object_utils import world_to_camera_view
from numpy.typing import NDArray

from blender_addon.bridge.scene.grease_pencil_data import grease_pencils
from blender_addon.core.skeleton import Joint
from tests.blender.scene_of_puppet import STREET, ask, contents, forget_session, open_puppet

pytestmark = pytest.mark.usefixtures("addon")

WRIST = Joint.LEFT_WRIST
PART = "0:40"


@pytest.fixture(autouse=True)
def street(addon: ModuleType) -> bpy.types.PropertyGroup:
    """The main performer of the street, to be drawn in their own proportions, in a scene of the video's frame rate."""
    forget_session()
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.context.scene.render.fps = 30
    return ask(armature=None, bake={"GREASE_PENCIL"}, frame_range=PART)


def edit() -> Any:  # noqa: ANN401
    from blender_addon.bridge.job.job_settings import JobSettings
    from blender_addon.bridge.performance_edit.edit import find_chosen_edit

    return find_chosen_edit(JobSettings.of(bpy.context.scene))


def begin(**settings: object) -> Any:  # noqa: ANN401
    """Lay it out; the edit."""
    for name, value in settings.items():
        setattr(bpy.context.scene.retarget2d.editing, name, value)
    assert bpy.ops.retarget2d.edit_performance() == {"FINISHED"}
    return edit()


def curve_of(item: bpy.types.Object, path: str, index: int) -> bpy.types.FCurve:
    from blender_addon.bridge.scene.animation.actions import curves_in_use

    return next(curve for curve in curves_in_use(item) if (curve.data_path, curve.array_index) == (path, index))


def moved(item: bpy.types.Object, frame: int, across: float) -> None:
    """Drag the joint to the right by so many pixels, and key it, as a user does."""
    bpy.context.scene.frame_set(frame)
    item.location[0] += across
    item.keyframe_insert("location", index=0, frame=frame)


def seen_at(item: bpy.types.Object, size: tuple[int, int]) -> np.ndarray[Any, Any]:
    """Where in the picture, in pixels, the camera of the edit sees the object, as its background is fitted into the
    frame.
    """
    scene = bpy.context.scene
    across, up, _ = world_to_camera_view(scene, edit().group.camera, item.matrix_world.translation)
    render = scene.render
    frame = np.array((render.resolution_x * render.pixel_aspect_x, render.resolution_y * render.pixel_aspect_y))
    fit = (frame / size).min()
    return np.array(((across - 0.5) * frame[0] / fit + size[0] / 2, (0.5 - up) * frame[1] / fit + size[1] / 2))


@pytest.mark.parametrize("resolution", [(1920, 1080, 1.0), (1080, 1920, 1.0), (1000, 1000, 1.0), (720, 576, 1.5)])
@pytest.mark.parametrize(("fps", "start"), [(30, 1), (24, 101), (60, 10)])
def test_a_joint_lies_on_its_pixel(fps: int, start: int, resolution: tuple[int, int, float]) -> None:
    scene = bpy.context.scene
    scene.render.fps, scene.retarget2d.start_frame = fps, start
    found = begin()
    poses = found.detection().poses
    scene.render.resolution_x, scene.render.resolution_y, scene.render.pixel_aspect_x = resolution
    for row in (0, 10, 35):
        at = found.detection().clock.scene_frames(row)
        scene.frame_set(int(at), subframe=float(at % 1))
        for joint in (Joint.HEAD, Joint.RIGHT_WRIST, Joint.LEFT_ANKLE):
            if poses.seen[row, joint] and at % 1 == 0:
                assert np.abs(seen_at(found.joints[joint], poses.image_size) - poses.positions[row, joint]).max() < 0.2


@pytest.mark.parametrize("fps", [24, 30, 60])
def test_the_clip_shows_the_frame_of_the_pose(fps: int) -> None:
    scene = bpy.context.scene
    scene.render.fps = fps
    scene.retarget2d.frame_range = "60:90"
    found = begin()
    clock = found.detection().clock
    clip = found.group.camera.data.background_images[0].clip
    for frame in range(clock.first, int(clock.scene_frames(29)) + 1):
        scene.frame_set(frame)
        offset = (
            clip.evaluated_get(bpy.context.evaluated_depsgraph_get()).frame_offset if fps != 30 else clip.frame_offset
        )
        shown = frame - clip.frame_start + offset
        assert abs(shown - (60 + (frame - clock.first) * clock.pace)) <= 0.5 + 1e-6


def test_lines_follow_the_joints() -> None:
    found = begin()
    item = found.joints[WRIST]
    bpy.context.scene.frame_set(5)
    bones = next(thing for thing in found.collection.objects if "Left Bones" in thing.name)

    def rightmost() -> float:
        evaluated = bones.evaluated_get(bpy.context.evaluated_depsgraph_get())
        return max(float(vertex.co.x) for vertex in evaluated.to_mesh().vertices)

    before = rightmost()
    item.location[0] += 800
    bpy.context.view_layer.update()
    assert rightmost() > before + 400


def test_joints_are_coloured_by_how_surely_they_were_seen_and_their_keys_marked() -> None:
    bpy.context.scene.retarget2d.frame_range = "0:230"
    found = begin()
    detection = found.detection()
    sure = detection.poses.confidence
    for joint, row in ((WRIST, int(sure[:, WRIST].argmax())), (WRIST, int(sure[:, WRIST].argmin()))):
        bpy.context.scene.frame_set(1 + row)
        colour = found.joints[joint].evaluated_get(bpy.context.evaluated_depsgraph_get()).color
        kind = curve_of(found.joints[joint], "location", 0).keyframe_points[row].type
        if sure[row, joint] > 0.9:
            assert colour[1] > colour[0]
            assert kind == "GENERATED"
        else:
            assert colour[0] > colour[1]
            assert kind in {"MOVING_HOLD", "JITTER"}


def test_what_nobody_touched_is_retargeted_as_it_was_detected() -> None:
    from blender_addon.bridge.job.session import session

    bpy.ops.retarget2d.detect()
    bpy.ops.retarget2d.retarget()
    before = session.takes[0].motion
    found = begin()
    assert not found.read().moved.any()
    bpy.ops.retarget2d.retarget()
    assert np.allclose(session.takes[0].motion.positions, before.positions, atol=1e-3)


def test_a_joint_that_is_moved_is_certain_there_and_what_lies_between_keys_goes_along() -> None:
    found = begin()
    item = found.joints[WRIST]
    curve = curve_of(item, "location", 0)
    for index in reversed(range(10, 19)):
        curve.keyframe_points.remove(curve.keyframe_points[index], fast=True)
    moved(item, 15, 30)
    edited, poses = found.read(), found.detection().poses
    assert edited.poses.confidence[14, WRIST] == 1
    assert edited.moved[10:18, WRIST].all()
    assert not edited.moved[:9].any()
    assert not np.delete(edited.moved, WRIST, axis=1).any()
    line = edited.poses.positions[9:15, WRIST, 0]
    assert np.abs(np.diff(line, 2)).max() < 0.5
    assert np.array_equal(edited.poses.positions[20:], poses.positions[20:])


def test_an_edit_changes_the_motion_and_only_a_changed_one_is_retargeted_again() -> None:
    from blender_addon.bridge.job.session import session

    found = begin()
    bpy.ops.retarget2d.retarget()
    first = session.takes
    bpy.ops.retarget2d.retarget()
    assert session.takes is first
    moved(found.joints[WRIST], 15, 120)
    with pytest.raises(RuntimeError, match="edited since"):
        bpy.ops.retarget2d.bake()
    bpy.ops.retarget2d.retarget()
    change = np.abs(session.takes[0].motion.positions - first[0].motion.positions).max(axis=-1)
    assert change[14, WRIST] > 60
    assert change[30].max() < 20


def test_a_joint_that_is_set_to_no_confidence_is_left_to_the_network() -> None:
    found = begin()
    item = found.joints[WRIST]
    for frame in (10, 11, 12):
        item["confidence"] = 0.0
        item.keyframe_insert('["confidence"]', frame=frame)
    edited = found.read().poses
    assert not edited.seen[9:12, WRIST].any()
    assert edited.seen[12:, WRIST].all() == found.detection().poses.seen[12:, WRIST].all()


def test_an_edit_lives_in_the_file(tmp_path: Path) -> None:
    found = begin()
    moved(found.joints[WRIST], 15, 30)
    before = found.read()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "edit.blend"))
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "edit.blend"))
    assert edit().read().fingerprint == before.fingerprint


def test_undo_takes_an_edit_back_step_by_step() -> None:
    bpy.ops.retarget2d.detect()
    bpy.ops.ed.undo_push(message="before")
    before = contents()
    bpy.ops.retarget2d.edit_performance("EXEC_DEFAULT", True)
    untouched = edit().read().fingerprint
    moved(edit().joints[WRIST], 15, 30)
    bpy.ops.ed.undo_push(message="moved")
    assert edit().read().fingerprint != untouched
    bpy.ops.ed.undo()
    assert edit().read().fingerprint == untouched
    bpy.ops.ed.undo()
    assert contents() == before
    assert edit() is None


def test_a_deleted_joint_is_left_to_the_network() -> None:
    found = begin()
    bpy.data.objects.remove(found.joints[WRIST])
    assert not edit().read().poses.seen[:, WRIST].any()


def test_a_discarded_edit_leaves_nothing() -> None:
    bpy.ops.retarget2d.detect()
    before = contents()
    begin()
    assert contents() != before
    assert bpy.ops.retarget2d.discard_edit() == {"FINISHED"}
    assert contents() == before
    assert edit() is None


def said() -> str:
    """All that the panel says of the last job."""
    status = bpy.context.window_manager.retarget2d
    return " ".join((status.note, status.error, status.notices, getattr(status, "out_of_date", "")))


OUT_OF_DATE = "The performance changed since the last bake; bake again to bring it up to date"


def test_a_bake_of_a_discarded_correction_is_said_to_be_out_of_date() -> None:
    found = begin()
    moved(found.joints[WRIST], 15, 120)
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    assert OUT_OF_DATE not in said()
    assert bpy.ops.retarget2d.discard_edit() == {"FINISHED"}
    assert OUT_OF_DATE in said()
    assert not bpy.context.window_manager.retarget2d.note
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    assert OUT_OF_DATE not in said()


def test_the_next_doubtful_frame_is_found_in_both_directions() -> None:
    bpy.context.scene.retarget2d.frame_range = "0:230"
    found = begin()
    scene = bpy.context.scene
    scene.frame_set(1)
    stops = []
    while bpy.ops.retarget2d.next_doubt() == {"FINISHED"}:
        stops.append(scene.frame_current)
        joint = found.joints.index(bpy.context.view_layer.objects.active)
        assert found.detection().poses.confidence[scene.frame_current - 1, joint] < 0.75
    assert len(stops) > 3
    assert stops == sorted(set(stops))
    assert bpy.ops.retarget2d.next_doubt(backwards=True) == {"FINISHED"}
    assert scene.frame_current == stops[-2]


@pytest.mark.parametrize("backdrop", ["CAMERA", "PLANE", "NONE"])
def test_the_video_lies_where_it_is_wanted(backdrop: str) -> None:
    found = begin(backdrop=backdrop)
    backgrounds = len(found.group.camera.data.background_images)
    images = [item for item in found.collection.objects if item.type == "EMPTY" and item.data is not None]
    assert (backgrounds, len(images)) == {"CAMERA": (1, 0), "PLANE": (0, 1), "NONE": (0, 0)}[backdrop]
    if images:
        scale = found.joints[0].parent.matrix_world.to_scale()[0]
        assert images[0].empty_display_size * images[0].scale[0] * scale == pytest.approx(4.0 * 1768 / 994)


def everybody() -> None:
    bpy.context.scene.retarget2d.performer = -1


def nowhere() -> None:
    bpy.context.scene.retarget2d.video = "missing.mp4"


@pytest.mark.parametrize(
    ("spoil", "sentence"), [(everybody, "Choose one performer to edit"), (nowhere, "There is no video")]
)
def test_an_edit_that_cannot_begin_is_one_sentence_and_changes_nothing(
    spoil: Callable[[], None], sentence: str
) -> None:
    spoil()
    before = contents()
    with pytest.raises(RuntimeError, match=sentence):
        bpy.ops.retarget2d.edit_performance()
    assert contents() == before


@pytest.fixture
def baked() -> bpy.types.Object:
    """The puppet, baked once with the edit that was begun."""
    puppet = open_puppet()
    bpy.context.scene.render.fps = 30
    ask(frame_range=PART)
    begin()
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    return puppet


def doubtful(found: Any, joint: Joint, rows: slice) -> None:  # noqa: ANN401
    """Let the joint have been seen badly there, and lay it out again."""
    from dataclasses import replace

    from blender_addon.bridge.performance_edit.edit import Edit
    from blender_addon.bridge.performance_edit.keys import written_keys
    from blender_addon.bridge.performance_edit.objects import key_joint

    detection = found.detection()
    confidence = detection.poses.confidence.copy()
    confidence[rows, joint] = 0.4
    changed = replace(detection, poses=replace(detection.poses, confidence=confidence))
    found.group.detected = changed.packed()
    assert isinstance(found, Edit)
    key_joint(found.joints[joint], "again", written_keys(changed), joint)


def test_a_correction_pulls_the_doubtful_frames_after_it_and_no_others(baked: bpy.types.Object) -> None:
    found = edit()
    doubtful(found, WRIST, slice(12, 20))
    detection = found.detection()
    moved(found.joints[WRIST], 13, 60)
    assert bpy.ops.retarget2d.resolve() == {"FINISHED"}
    offsets = edit().read().offset[:, WRIST, 0]
    assert offsets[12] == pytest.approx(60, abs=0.1)
    assert (np.diff(offsets[12:20]) < 0).all()
    assert not offsets[:12].any()
    assert not offsets[20:].any()
    assert edit().read().poses.confidence[14, WRIST] == pytest.approx(0.75)
    assert edit().read().poses.confidence[25, WRIST] == detection.poses.confidence[25, WRIST]
    kinds = [key.type for key in curve_of(edit().joints[WRIST], "location", 0).keyframe_points]
    assert set(kinds[13:19]) == {"JITTER"}


def test_between_two_corrections_everything_goes_along(baked: bpy.types.Object) -> None:
    found = edit()
    moved(found.joints[WRIST], 10, 50)
    moved(found.joints[WRIST], 20, 100)
    bpy.context.scene.frame_set(15)
    assert bpy.ops.retarget2d.resolve(spread="BETWEEN") == {"FINISHED"}
    offsets = edit().read().offset[:, WRIST, 0]
    assert (np.diff(offsets[9:20]) > 0).all()
    assert offsets[19] == pytest.approx(100, abs=0.1)
    assert not offsets[20:].any()


def test_keys_before_the_frame_stay_and_those_after_it_follow_the_correction(baked: bpy.types.Object) -> None:
    before = exact_keys(baked)
    found = edit()
    for frame in range(20, 30):
        moved(found.joints[WRIST], frame, 150)
    bpy.context.scene.frame_set(20)
    assert bpy.ops.retarget2d.resolve() == {"FINISHED"}
    after = exact_keys(baked)
    assert before.keys() <= after.keys()
    for address in after.keys() - before.keys():  # a channel that was not needed before: it rests until then
        assert after[address][0] == (19, 0)
    for address, keys in before.items():
        assert [key for key in after[address] if key[0] < 20] == [key for key in keys if key[0] < 20]
    assert any(after[address] != before[address] for address in before)


def exact_keys(owner: bpy.types.Object) -> dict[tuple[str, int], list[tuple[float, float]]]:
    from blender_addon.bridge.scene.animation.actions import curves_in_use

    return {
        (curve.data_path, curve.array_index): [tuple(key.co) for key in curve.keyframe_points]
        for curve in curves_in_use(owner)
    }


def drawn_in(figure: bpy.types.Object) -> dict[str, dict[int, bytes]]:
    """Layer by layer and frame by frame all that was drawn, bit for bit."""
    kinds = {
        "FLOAT_VECTOR": ("vector", 3, np.float32),
        "FLOAT": ("value", 1, np.float32),
        "INT": ("value", 1, np.int32),
        "BOOLEAN": ("value", 1, np.bool_),
    }
    found: dict[str, dict[int, bytes]] = {}
    for layer in figure.data.layers:
        for key in layer.frames:
            parts = b""
            for attribute in sorted(key.drawing.attributes, key=lambda each: str(each.name)):
                if attribute.data_type in kinds:
                    field, width, kind = kinds[attribute.data_type]
                    values: np.ndarray[Any, Any] = np.empty(width * len(attribute.data), dtype=kind)
                    attribute.data.foreach_get(field, values)
                    parts += attribute.name.encode() + values.tobytes()
            found.setdefault(layer.name, {})[key.frame_number] = parts
    return found


def figures() -> list[bpy.types.Object]:
    return [item for item in bpy.context.scene.objects if item.type == "GREASEPENCIL"]


@pytest.fixture
def drawn() -> bpy.types.Object:
    """A figure, and its performer laid out to be edited."""
    begin()
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    [figure] = figures()
    return figure


def hand(figure: bpy.types.Object, frame: int) -> np.ndarray[Any, Any]:
    """Where the left glove is drawn, in the figure's space."""
    strokes = next(key.drawing for key in figure.data.layers["Left Arm"].frames if key.frame_number == frame).strokes
    return np.array(strokes[-1].points[-1].position)


@pytest.mark.parametrize("mode", ["REDUCED", "TWOS"])
def test_drawings_before_the_frame_stay_bit_for_bit_and_those_after_it_follow_the_correction(
    mode: str, drawn: bpy.types.Object
) -> None:
    scene = bpy.context.scene
    if mode != "REDUCED":
        bpy.data.objects.remove(drawn)
        scene.retarget2d.keys.mode = mode
        assert bpy.ops.retarget2d.run() == {"FINISHED"}
        [drawn] = figures()
    # What is the artist's own stays: where the figure stands, a layer, a colour, a drawing that was changed.
    drawn.location.x += 3
    bpy.context.view_layer.update()
    drawn.data.layers.new("Own").frames.new(25)
    drawn.data.materials[0].grease_pencil.color = (0, 1, 0, 1)
    next(key.drawing for key in drawn.data.layers["Head"].frames if key.frame_number == 5).strokes[0].points[
        0
    ].position = (0, 0, 9)
    before, place, hand_before = drawn_in(drawn), drawn.matrix_world.copy(), hand(drawn, 39)
    materials = [material.name for material in drawn.data.materials]
    found = edit()
    for frame in range(20, 41):
        moved(found.joints[WRIST], frame, 150)
    scene.frame_set(20)
    assert bpy.ops.retarget2d.resolve() == {"FINISHED"}
    assert figures() == [drawn]
    after = drawn_in(drawn)
    for layer, frames in before.items():
        assert {frame: drawing for frame, drawing in after[layer].items() if frame < 20} == {
            frame: drawing for frame, drawing in frames.items() if frame < 20
        }
    assert after["Own"] == before["Own"]
    assert {frame for frame in after["Left Arm"] if frame >= 20} == {
        20,
        *(frame for frame in before["Left Arm"] if frame >= 20),
    }
    assert after["Left Arm"][39] != before["Left Arm"][39]
    assert np.linalg.norm(hand(drawn, 39) - hand_before) > 0.05
    assert drawn.matrix_world == place
    assert [material.name for material in drawn.data.materials] == materials
    assert tuple(drawn.data.materials[0].grease_pencil.color) == (0, 1, 0, 1)


def test_a_figure_leaves_where_it_was_drawn_gently(drawn: bpy.types.Object) -> None:
    """What was corrected long before the frame does not pop in it."""
    before = {frame: hand(drawn, frame) for frame in range(19, 41)}
    found = edit()
    for frame in range(8, 41):
        moved(found.joints[WRIST], frame, 150)
    bpy.context.scene.frame_set(20)
    assert bpy.ops.retarget2d.resolve() == {"FINISHED"}
    apart = [float(np.linalg.norm(hand(drawn, frame) - before[frame])) for frame in range(20, 41)]
    assert apart[0] < 0.1
    assert max(apart[10:]) > 0.3
    assert np.diff(apart[:10]).max() < 0.25


def test_what_was_not_corrected_is_drawn_as_it_was(drawn: bpy.types.Object) -> None:
    before = drawn_in(drawn)
    bpy.context.scene.frame_set(20)
    assert bpy.ops.retarget2d.resolve() == {"FINISHED"}
    assert figures() == [drawn]
    assert drawn_in(drawn) == before
    assert len(grease_pencils()) == 1


def test_undo_takes_a_figure_s_resolve_back_bit_for_bit(drawn: bpy.types.Object, tmp_path: Path) -> None:
    """In this file, and where it was saved and opened again in between."""
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "drawn.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "drawn.blend"), load_ui=False)
    for frame in range(20, 41):
        moved(edit().joints[WRIST], frame, 150)
    bpy.context.scene.frame_set(20)
    [figure] = figures()
    name, before = figure.data.name, drawn_in(figure)
    bpy.ops.ed.undo_push(message="before")
    bpy.ops.retarget2d.resolve("EXEC_DEFAULT", True)
    [figure] = figures()
    assert (figure.data.name, figure.data.users) == (name, 1)
    assert drawn_in(figure) != before
    bpy.ops.ed.undo()
    [figure] = figures()
    assert (figure.data.name, drawn_in(figure)) == (name, before)


def test_of_two_figures_of_one_performer_the_later_one_goes_on(drawn: bpy.types.Object) -> None:
    assert bpy.ops.retarget2d.bake() == {"FINISHED"}
    [later] = [figure for figure in figures() if figure != drawn]
    before, found = drawn_in(drawn), edit()
    moved(found.joints[WRIST], 30, 200)
    bpy.context.scene.frame_set(30)
    earlier_of_later = drawn_in(later)
    assert bpy.ops.retarget2d.resolve() == {"FINISHED"}
    assert drawn_in(drawn) == before
    assert drawn_in(later) != earlier_of_later


def test_a_resolve_that_fails_while_it_draws_leaves_the_figure_as_it_was(
    drawn: bpy.types.Object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from blender_addon.bridge.scene.grease_pencil_data import DrawingWriter

    before, file = drawn_in(drawn), contents()
    moved(edit().joints[WRIST], 30, 200)
    bpy.context.scene.frame_set(10)
    written: list[int] = []
    write = DrawingWriter.write

    def full(writer: DrawingWriter, layer: str, frame: int, *drawing: Any, **more: Any) -> None:  # noqa: ANN401
        written.append(frame)
        if len(written) == 50:
            raise ValueError("The disk is full.")
        write(writer, layer, frame, *drawing, **more)

    monkeypatch.setattr(DrawingWriter, "write", full)
    with pytest.raises(RuntimeError, match="The disk is full"):
        bpy.ops.retarget2d.resolve()
    assert written
    after = contents()
    assert drawn_in(drawn) == before
    assert {name: blocks for name, blocks in after["blocks"].items() if name != "actions"} == {
        name: blocks for name, blocks in file["blocks"].items() if name != "actions"
    }


def test_keys_of_a_drawing_s_layers_stay_before_the_frame() -> None:
    from blender_addon.bridge.scene.animation.actions import curves_in_use
    from characters.catalogue import FOLDER

    bpy.ops.wm.open_mainfile(filepath=str(FOLDER / "drawn.blend"), load_ui=False)
    fox = bpy.data.objects["Doodle"]
    bpy.context.scene.render.fps = 30
    ask(armature=None, bake={"DRAWING"}, frame_range=PART).drawing.target = fox
    begin()
    assert bpy.ops.retarget2d.run() == {"FINISHED"}

    def keys() -> dict[tuple[str, int], list[tuple[float, float]]]:
        return {
            (curve.data_path, curve.array_index): [tuple(key.co) for key in curve.keyframe_points]
            for curve in curves_in_use(fox.data)
        }

    before, found = keys(), edit()
    for frame in range(20, 41):
        moved(found.joints[WRIST], frame, 150)
    bpy.context.scene.frame_set(20)
    assert bpy.ops.retarget2d.resolve() == {"FINISHED"}
    after = keys()
    for address, earlier in before.items():
        assert [key for key in after[address] if key[0] < 20] == [key for key in earlier if key[0] < 20]
    assert any(after[address] != before[address] for address in before)


def test_a_cancelled_resolve_leaves_keys_and_bake_as_they_were(baked: bpy.types.Object) -> None:
    from blender_addon.operators.jobs import Run

    found = edit()
    doubtful(found, WRIST, slice(12, 20))
    moved(found.joints[WRIST], 13, 60)
    before = exact_keys(baked), exact_keys(found.joints[WRIST]), contents()
    ended: list[str] = []

    class Cancelled(Run):
        """Cancelled at its first step."""

        def advance(self) -> bool:
            going = super().advance()
            if going and not ended:
                ended.append("cancelled")
                bpy.ops.retarget2d.cancel()
            return going

    from blender_addon.operators import jobs

    jobs.Run, kept = Cancelled, jobs.Run  # type: ignore[misc]
    try:
        bpy.ops.retarget2d.resolve()
    finally:
        jobs.Run = kept  # type: ignore[misc]
    assert ended
    assert (exact_keys(baked), exact_keys(edit().joints[WRIST]), contents()) == before


def test_swapped_legs_are_detected_the_other_way_round_from_there_on(baked: bpy.types.Object) -> None:
    found = edit()
    before = found.read().poses
    bpy.context.scene.frame_set(16)
    assert bpy.ops.retarget2d.swap_sides(limbs={"LEGS"}) == {"FINISHED"}
    after = edit().read()
    right, left = Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE
    assert not after.moved.any()
    assert np.array_equal(after.poses.positions[:15], before.positions[:15])
    assert np.array_equal(after.poses.positions[15:, right], before.positions[15:, left])
    assert np.array_equal(after.poses.confidence[15:, left], before.confidence[15:, right])
    assert np.array_equal(after.poses.positions[:, Joint.LEFT_WRIST], before.positions[:, Joint.LEFT_WRIST])


def lying(folder: Path) -> Path:
    """The street video as a phone would have written it that was held upright: its header asks for a quarter turn,
    clockwise.
    """
    return shown_by(folder, (0, 1, -1, 0))


def shown_by(folder: Path, asked: tuple[int, int, int, int]) -> Path:
    """The street video with a display matrix: where its right goes, and its down."""
    video = bytearray(STREET.read_bytes())
    header = video.find(b"tkhd")
    matrix = header + 4 + 4 + (32 if video[header + 4] == 1 else 20) + 16
    width = int.from_bytes(video[matrix + 36 : matrix + 40], "big")
    right_x, right_y, down_x, down_y = (0x10000 * number for number in asked)
    turn = (right_x, right_y, 0, down_x, down_y, 0, width if right_y else 0, 0, 0x40000000)
    video[matrix : matrix + 36] = b"".join(number.to_bytes(4, "big", signed=True) for number in turn)
    path = folder / "phone.mp4"
    path.write_bytes(video)
    return path


def test_a_slower_performance_has_its_clip_behind_it_slower_too() -> None:
    from blender_addon.bridge.job.job_settings import JobSettings
    from blender_addon.bridge.performance_edit.clip_clock import ClipClock

    scene = bpy.context.scene
    scene.render.fps, scene.retarget2d.start_frame, scene.retarget2d.timing.speed = 30, 1, 0.5
    clock = ClipClock.of(scene, JobSettings.of(scene), 30.0)
    assert clock.scene_frames([0, 10]).tolist() == [1.0, 21.0]
    assert clock.clip_frame(21.0) == 10


@pytest.mark.parametrize("resolution", [(1920, 1080), (1080, 1920)])
def test_a_phone_s_video_stands_upright_behind_its_joints(resolution: tuple[int, int], tmp_path: Path) -> None:
    """Where Blender shows it lying, the background is turned, and scaled to what it was fitted too large or too small
    by.
    """
    from blender_addon.bridge.performance_edit import backdrop
    from blender_addon.bridge.performance_edit.clip_clock import ClipClock
    from blender_addon.bridge.performance_edit.picture import Picture
    from blender_addon.core.presentation import Presentation

    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y = resolution
    picture = Picture(994.0, 1768.0)
    camera = picture.camera("Phone")
    camera.parent = picture.root("Root")
    for item in (camera, camera.parent):
        scene.collection.objects.link(item)
    backdrop.show_behind_camera(
        camera,
        scene,
        backdrop.Showing(lying(tmp_path), 0, 30, 30.0, Presentation(rotation=90), ClipClock(1, 1.0)),
        picture,
    )
    bpy.context.view_layer.update()
    seen = camera.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
    background = seen.background_images[0]
    shown = np.array(background.clip.size, float)
    frame = np.array((seen.ortho_scale, seen.ortho_scale * resolution[1] / resolution[0]))
    drawn = shown * (frame / shown).min() * background.scale
    if round(np.degrees(background.rotation)) == 90:
        drawn = drawn[::-1]
    assert drawn == pytest.approx((4.0 * 994 / 1768, 4.0), rel=1e-4)


@pytest.mark.parametrize(
    "asked",
    [
        (1, 0, 0, 1),
        (-1, 0, 0, 1),
        (1, 0, 0, -1),
        (-1, 0, 0, -1),
        (0, 1, -1, 0),
        (0, -1, 1, 0),
        (0, 1, 1, 0),
        (0, -1, -1, 0),
    ],
)
def test_a_mirrored_video_stands_behind_its_joints_as_players_show_it(
    asked: tuple[int, int, int, int], tmp_path: Path
) -> None:
    """Whatever Blender makes of the file, what we turn and mirror then is right."""
    from blender_addon.bridge.performance_edit.backdrop import Showing
    from blender_addon.bridge.performance_edit.clip_clock import ClipClock
    from blender_addon.core.presentation import Presentation

    right_x, right_y, down_x, down_y = asked
    matrix = np.array((right_x, right_y, 0, down_x, down_y, 0, 0, 0, 1), np.int32)
    path = shown_by(tmp_path, asked)
    showing = Showing(path, 0, 30, 30.0, Presentation.of_matrix(matrix), ClipClock(1, 1.0))
    across, down = showing.flips
    picture = pixels(path)
    picture = np.rot90(picture[:: -1 if down else 1, :: -1 if across else 1], -showing.turned // 90)
    stored = pixels(STREET)
    expected = stored if right_x else stored.transpose(1, 0, 2)
    expected = expected[:: -1 if down_y + right_y < 0 else 1, :: -1 if right_x + down_x < 0 else 1]
    assert picture.shape == expected.shape
    assert np.abs(picture - expected).mean() < 0.02


def pixels(path: Path) -> NDArray[np.float32]:
    """(H, W, 4) of the first picture as Blender shows the file, from the top."""
    image = bpy.data.images.load(str(path))
    width, height = image.size
    values = np.empty(4 * width * height, np.float32)
    image.pixels.foreach_get(values)
    return values.reshape(height, width, 4)[::-1]


def test_the_command_line_bakes_the_edit_of_the_file(
    baked: bpy.types.Object, worker_python: Path, tmp_path: Path
) -> None:
    """Even where the file names its video beside itself."""
    from blender_addon import cli

    beside = tmp_path / "street.mp4"
    beside.write_bytes(STREET.read_bytes())
    found = edit()
    moved(found.joints[WRIST], 15, 120)
    found.group.video = "//street.mp4"
    bpy.context.scene.retarget2d.video = "//street.mp4"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "edit.blend"))
    bpy.ops.retarget2d.run()
    by_button = exact_keys(baked)
    out = tmp_path / "out.blend"
    arguments = [
        "--file",
        str(tmp_path / "edit.blend"),
        "--video",
        str(beside),
        "--range",
        PART,
        "--armature",
        baked.name,
        "--bake",
        "rig",
    ]
    assert cli.main([*arguments, "--output", str(out), "--python", str(worker_python)]) == 0
    bpy.ops.wm.open_mainfile(filepath=str(out))
    assert exact_keys(bpy.data.objects["Puppet"]) == by_button
