"""Drawn figures and drawings of one's own stand as rigs do: read back from the strokes that were drawn, and from the
layers as Blender evaluates them.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import bpy
import numpy as np
import pytest
from mathutils import Matrix
from numpy.typing import NDArray

from blender_addon.bridge.armature.measure import rest_joints
from blender_addon.bridge.body.contacts import CONTACT_THRESHOLD
from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.bridge.drawing import drawing_bake
from blender_addon.bridge.figure.figure_style import DEFAULT_STYLE
from blender_addon.bridge.figure.planted_figure import plant_figure
from blender_addon.bridge.foot_planting.contact_spans import contact_spans
from blender_addon.bridge.projection.planes import ground_line
from blender_addon.bridge.retiming.apply_timing import apply_timing
from blender_addon.bridge.rig.rig_bake import RigBakeSettings, bake_rig
from blender_addon.core.skeleton import BONE_INDEX, Joint, Skeleton
from blender_addon.settings.drawing import Way
from blender_addon.settings.feet import PLANTED, UNPLANTED, FeetSettings, Planting
from blender_addon.settings.keys import REDUCED
from blender_addon.settings.timing import AS_FILMED, TimingSettings
from characters import doodle
from characters.catalogue import FOLDER
from tests.blender.drawn_shoes import TALL, draw, drawn_shoes
from tests.blender.legs import slides, stretch_legs
from tests.blender.pose_clips import street_people, write_npz
from tests.blender.scene_of_puppet import ask, open_puppet
from tests.blender.street_motion import PASSER_BY, WALKER, street_motion
from tests.blender.test_drawing import layer_matrix, motion_for, plane_for, read

Array = NDArray[np.float64]

STILL = 0.005
"""Part of the height that a standing foot may slide."""
FILMED = 30.0
ANKLES = (Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE)


def body(factor: float) -> Skeleton:
    """An ordinary body with legs so many times as long."""
    return Skeleton.from_proportions((0.18, 0.34, 0.12, 0.17, 0.16, 0.06, 0.27 * factor, 0.26 * factor))


def performed(factor: float = 1.0, performer: int = WALKER, timing: TimingSettings = AS_FILMED) -> SceneMotion:
    return apply_timing(street_motion(body(factor), performer), FILMED, 1, timing)


@pytest.mark.usefixtures("blank_file")
@pytest.mark.parametrize("performer", [WALKER, PASSER_BY])
@pytest.mark.parametrize("factor", [0.5, 1.0, 1.5])
def test_a_figure_s_standing_feet_do_not_slide_on_legs_of_any_length(factor: float, performer: int) -> None:
    motion = performed(factor, performer)
    motion = replace(motion, confidence=np.ones_like(motion.confidence))
    heels = drawn_shoes(draw(motion), motion)[:, :, 0, ::2]
    drifts = slides(heels, motion, TALL)
    contacts = street_motion(body(factor), performer).contacts.astype(np.float64)
    assert len(drifts) == len(contact_spans(contacts[:, 0])) + len(contact_spans(contacts[:, 1]))
    assert max(drifts) < STILL


@pytest.mark.usefixtures("blank_file")
def test_without_planting_a_figure_s_feet_would_slide_and_are_drawn_as_they_were() -> None:
    motion = performed(performer=PASSER_BY)
    motion = replace(motion, confidence=np.ones_like(motion.confidence))
    assert plant_figure(motion, UNPLANTED) is motion
    assert max(slides(drawn_shoes(draw(motion, UNPLANTED), motion)[:, :, 0, ::2], motion, TALL)) > 4 * STILL


@pytest.mark.usefixtures("blank_file")
@pytest.mark.parametrize("factor", [0.5, 1.5])
def test_a_figure_stands_on_its_ground_and_that_lies_where_it_is_set(factor: float) -> None:
    motion = performed(factor, PASSER_BY)
    motion = replace(motion, confidence=np.ones_like(motion.confidence))
    below = (DEFAULT_STYLE.shoe.heel + DEFAULT_STYLE.outline) * TALL
    stands = motion.contacts >= CONTACT_THRESHOLD
    for ground, wanted in ((None, 0.0), (0.75, 0.75), (-3.0, -3.0)):
        heels = drawn_shoes(draw(motion, FeetSettings(Planting.ALWAYS, ground)), motion)[:, :, 0, 2]
        np.testing.assert_allclose(heels[stands], wanted + below, atol=STILL * TALL)


@pytest.mark.usefixtures("blank_file")
def test_toes_of_a_standing_foot_point_one_way_and_lie_flat() -> None:
    motion = performed()
    motion = replace(motion, confidence=np.ones_like(motion.confidence))
    shoes = drawn_shoes(draw(motion), motion)
    assert np.median(slides(shoes[:, :, 1, ::2], motion, TALL)) < STILL
    stands = motion.contacts >= CONTACT_THRESHOLD
    np.testing.assert_allclose(shoes[stands][:, 0, 2], shoes[stands][:, 1, 2], atol=1e-3)


def test_a_foot_that_stands_on_a_step_is_drawn_up_there_unless_all_feet_are_to_stand_on_the_ground() -> None:
    standing = performed(performer=PASSER_BY)
    height = standing.skeleton.height
    positions, contacts = np.repeat(standing.positions[60:61], 60, axis=0), np.zeros((60, 2))
    contacts[:, 1] = contacts[20:, 0] = 1
    positions[:, ANKLES, 1] = positions[:, Joint.LEFT_ANKLE, 1].mean()
    positions[:, [Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE], 1] -= 0.25 * height
    parts = {name: getattr(standing, name)[:60] for name in ("frames", "depth", "confidence")}
    motion = replace(standing, positions=positions, contacts=contacts, **parts)
    up = {}
    for planting in (Planting.AUTO, Planting.ALWAYS):
        ankles = plant_figure(motion, FeetSettings(planting)).positions[-5:, ANKLES, 1]
        up[planting] = float((ankles[:, 1] - ankles[:, 0]).mean() / height)
    assert up[Planting.AUTO] > 0.1
    assert abs(up[Planting.ALWAYS]) < STILL


def test_a_foot_of_a_figure_that_does_not_stand_stays_above_the_ground_unless_it_falls() -> None:
    motion = performed(performer=PASSER_BY)
    height, ground = motion.skeleton.height, ground_line(motion)
    planted = plant_figure(motion, FeetSettings(Planting.ALWAYS))
    assert (motion.positions[:, ANKLES, 1] > ground + 0.01 * height).any()
    assert (planted.positions[:, ANKLES, 1] < ground + 1e-6 * height).all()
    falling = motion.positions + np.array((0.0, 1.5)) * height * np.linspace(-20, 1, len(motion)).clip(0)[:, None, None]
    contacts = np.where(np.arange(len(motion))[:, None] > len(motion) - 20, 0.0, motion.contacts)
    fallen = plant_figure(replace(motion, positions=falling, contacts=contacts), FeetSettings(Planting.ALWAYS))
    assert (fallen.positions[-1, ANKLES, 1] > ground + height).all()


def test_legs_that_look_like_points_and_single_frames_are_drawn() -> None:
    motion = performed(performer=PASSER_BY)
    positions, depth = motion.positions.copy(), motion.depth.copy()
    for hip, knee, ankle in (
        (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
        (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
    ):
        positions[40:60, knee], positions[40:60, ankle] = positions[40:60, hip], positions[40:60, hip]
        depth[40:60, knee], depth[40:60, ankle] = depth[40:60, hip], depth[40:60, hip]
    for odd in (replace(motion, positions=positions, depth=depth), replace(motion, contacts=0 * motion.contacts)):
        planted = plant_figure(odd, PLANTED)
        assert np.isfinite(planted.positions).all()
        assert np.isfinite(planted.depth).all()
    parts = {name: getattr(motion, name)[70:71] for name in ("frames", "positions", "depth", "contacts", "confidence")}
    still = replace(motion, **parts)
    assert np.isfinite(plant_figure(still, PLANTED).positions).all()


@pytest.mark.parametrize("performer", [WALKER, PASSER_BY])
@pytest.mark.parametrize("factor", [0.5, 1.0, 1.5])
def test_legs_of_a_figure_keep_their_length_and_its_knees_do_not_pop(factor: float, performer: int) -> None:
    motion = performed(factor, performer)
    planted = plant_figure(motion, PLANTED)
    for knee, ankle, hip in (
        (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.RIGHT_HIP),
        (Joint.LEFT_KNEE, Joint.LEFT_ANKLE, Joint.LEFT_HIP),
    ):
        for joint, parent in ((knee, hip), (ankle, knee)):
            before, after = (
                np.linalg.norm(each.positions[:, joint] - each.positions[:, parent], axis=-1)
                for each in (motion, planted)
            )
            assert (after <= 1.04 * np.maximum(before, motion.skeleton.lengths[BONE_INDEX[joint]])).all()
        before, after = (
            np.abs(np.diff(each.positions[:, knee], 2, axis=0)) / motion.skeleton.height for each in (motion, planted)
        )
        assert after.max() < before.max() + 0.02
    upper = [joint for joint in Joint if joint not in {*ANKLES, Joint.RIGHT_KNEE, Joint.LEFT_KNEE}]
    moved = (planted.positions - motion.positions)[:, upper]
    np.testing.assert_allclose(
        moved,
        np.broadcast_to(moved[:, :1], moved.shape),
        atol=1e-9 * motion.skeleton.height,
        err_msg="the body moves as one",
    )


def test_feet_of_a_figure_stand_across_the_seam_of_a_cycle() -> None:
    motion = performed(performer=PASSER_BY, timing=TimingSettings(cycle=True, shortest=20, repeats=3))
    planted = plant_figure(motion, PLANTED)
    assert max(slides(planted.positions[:, ANKLES], planted, motion.skeleton.height)) < STILL
    assert motion.cycle is not None
    way = planted.positions[motion.cycle.frames] - planted.positions[0]
    np.testing.assert_allclose(
        way, np.tile((motion.cycle.travel, 0.0), (len(Joint), 1)), atol=1e-6 * motion.skeleton.height
    )


def test_where_the_view_turns_a_figure_s_feet_go_with_the_world() -> None:
    still = performed(performer=PASSER_BY)
    angle = np.radians(np.linspace(0, 120, len(still)))[:, None]
    across = still.positions[..., 0] * np.cos(angle) - still.depth * np.sin(angle)
    turned = replace(still, positions=np.stack((across, still.positions[..., 1]), axis=-1), view_moves=True)
    planted = plant_figure(turned, FeetSettings(Planting.ALWAYS))
    stands = turned.contacts >= CONTACT_THRESHOLD
    ankles = planted.positions[:, ANKLES]
    height = turned.skeleton.height
    np.testing.assert_allclose(ankles[stands][:, 1], np.median(ankles[stands][:, 1]), atol=STILL * height)
    assert np.median(np.abs(ankles - turned.positions[:, ANKLES])[..., 0][stands]) < STILL * height


@pytest.mark.parametrize("factor", [0.5, 1.5])
@pytest.mark.parametrize("limbs", ["FORESHORTENED", "FULL_LENGTH"])
def test_the_panel_s_feet_are_the_figure_s(addon: ModuleType, tmp_path: Path, limbs: str, factor: float) -> None:
    """The whole job, on the proportions of a puppet with other legs."""
    puppet = open_puppet()
    stretch_legs(puppet, factor)
    poses = write_npz(tmp_path / "street.npz", street_people(120), fps=24.0)
    bpy.context.scene.render.fps = 24
    settings = ask(video=str(poses), frame_range="", performer=2, bake={"GREASE_PENCIL"})
    settings.look.limbs = limbs
    slid, lowest = {}, {}
    for planting, ground in (("NEVER", None), ("AUTO", None), ("ALWAYS", 0.4)):
        settings.feet.planting, settings.feet.ground_auto, settings.feet.ground = (
            planting,
            ground is None,
            ground or 0.0,
        )
        assert bpy.ops.retarget2d.run() == {"FINISHED"}
        from blender_addon.bridge.job.session import session

        motion = apply_timing(session.takes[0].motion, 24.0, 1, AS_FILMED)
        figure = next(item for item in bpy.data.objects if item.type == "GREASEPENCIL")
        heels, seen = drawn_shoes(figure, motion)[:, :, 0], (motion.confidence > 0).any(axis=1, keepdims=True)
        drawn = replace(motion, contacts=motion.contacts * seen)
        height = motion.skeleton.height * puppet.matrix_world.to_scale()[0]
        slid[planting] = max(slides(heels[..., ::2], drawn, height))
        lowest[planting] = (
            float(np.median(heels[drawn.contacts >= CONTACT_THRESHOLD][:, 2]))
            - (DEFAULT_STYLE.shoe.heel + DEFAULT_STYLE.outline) * height
        )
        bpy.data.objects.remove(figure)
    assert max(slid["AUTO"], slid["ALWAYS"]) < min(STILL, slid["NEVER"] / 3)
    assert lowest["ALWAYS"] == pytest.approx(0.4, abs=2e-3)


@pytest.mark.parametrize("way", [Way.LAYERS, Way.BONES])
@pytest.mark.parametrize("factor", [0.5, 1.5])
def test_standing_feet_of_a_drawing_do_not_slide_on_legs_of_any_length(way: Way, factor: float) -> None:
    """With few keys, as an animator has them without touching anything."""
    fox = fox_with_legs(factor)
    drawn = read(fox, way)
    plane, motion = plane_for(drawn), motion_for(drawn, PASSER_BY)
    for ground in (None, 0.6):
        settings = RigBakeSettings(plane, 0.0, "street", feet=FeetSettings(ground=ground), keys=REDUCED)
        if way is Way.LAYERS:
            drawing_bake.key_layers(bpy.context.scene, drawn, motion, settings)
        else:
            armature = drawing_bake.armature_for(bpy.context.scene, drawn)
            bake_rig(armature, drawn.character.bone_map, motion, settings)
            drawing_bake.bind(bpy.context.scene, drawn, armature, plane)
            drawn = read(fox, way)
        ankles = ankles_of_layers(fox, rest_joints(drawn.character.rest, drawn.character.bone_map), motion)
        assert max(slides(ankles[..., ::2], motion, motion.skeleton.height)) < STILL
        stands = motion.contacts >= CONTACT_THRESHOLD
        heights = ankles[stands][:, 2]
        assert np.ptp(heights) < 2 * STILL * motion.skeleton.height
        if ground is not None:
            assert 0 < np.median(heights) - ground < 0.2


def fox_with_legs(factor: float) -> bpy.types.Object:
    """The shipped drawing, its legs so many times as long."""
    bpy.ops.wm.open_mainfile(filepath=str(FOLDER / "drawn.blend"), load_ui=False)
    fox = bpy.data.objects["Doodle"]
    hip, ankle = doodle.HIP[1], doodle.ANKLE[1]
    for layer in fox.data.layers:
        if layer.name.startswith(("Upper Leg", "Lower Leg", "Foot")):
            data = layer.frames[0].drawing.attributes["position"].data
            points = np.empty(3 * len(data), dtype=np.float32)
            data.foreach_get("vector", points)
            heights = points.reshape(-1, 3)[:, 2]
            heights += (factor - 1) * (ankle - hip if layer.name.startswith("Foot") else heights - hip)
            data.foreach_set("vector", points)
    return fox


def ankles_of_layers(drawing: bpy.types.Object, joints: Array, motion: SceneMotion) -> Array:
    """(K, 2, 3) where the ankles of the drawing's shins are in the world."""
    places = np.zeros((len(motion), 2, 3))
    for index, frame in enumerate(motion.frames):
        bpy.context.scene.frame_set(int(frame))
        for side, name in enumerate(("Lower Leg R", "Lower Leg L")):
            places[index, side] = np.array(layer_matrix(drawing, name) @ Matrix.Translation(joints[ANKLES[side]]))[
                :3, 3
            ]
    return places
