"""A motion becomes a figure drawn in Grease Pencil, in real Blender."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.bridge.body.limb_ranks import limb_ranks
from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.bridge.figure.default_placement import default_placement
from blender_addon.bridge.figure.figure_bake import FigureBake, bake_figure
from blender_addon.bridge.figure.figure_style import COLOURS, DEFAULT_STYLE, FigureStyle, Paint
from blender_addon.bridge.projection.planes import FRONT, Placement, Plane
from blender_addon.bridge.retiming.resample import resample
from blender_addon.core.limbs import Limb
from blender_addon.core.skeleton import JOINT_COUNT, Joint, Skeleton
from tests.blender.scene_of_puppet import contents
from tests.blender.street_motion import street_motion

pytestmark = pytest.mark.usefixtures("blank_file")

BODY = Skeleton.from_proportions((0.18, 0.34, 0.12, 0.17, 0.16, 0.06, 0.27, 0.26))
"""About one unit tall."""
LIMBS = {
    Limb.RIGHT_ARM: (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
    Limb.LEFT_ARM: (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, Joint.LEFT_WRIST),
    Limb.RIGHT_LEG: (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
    Limb.LEFT_LEG: (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
}
SIDE = Plane(right=np.array((0.0, -1.0, 0.0)), up=np.array((0.0, 0.0, 1.0)), away=np.array((1.0, 0.0, 0.0)))
SLANTED = Plane(right=np.array((0.6, 0.8, 0.0)), up=np.array((0.0, 0.0, 1.0)), away=np.array((-0.8, 0.6, 0.0)))
RED, BLUE, GREEN = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.0, 1.0, 0.0)


def walking(frames: int = 24) -> SceneMotion:
    return resample(street_motion(BODY, frames=slice(frames)), 30.0, 1)


def standing(frames: int = 1) -> SceneMotion:
    """Upright and seen from the front, arms hanging, feet on the ground, everything in one plane."""
    pose = np.zeros((JOINT_COUNT, 2))
    pose[Joint.HEAD], pose[Joint.NECK] = (0, -0.52), (0, -0.34)
    for side, shoulder, hip in ((-1, Joint.RIGHT_SHOULDER, Joint.RIGHT_HIP), (1, Joint.LEFT_SHOULDER, Joint.LEFT_HIP)):
        pose[shoulder : shoulder + 3] = [(side * 0.12, -0.34), (side * 0.14, -0.17), (side * 0.14, -0.01)]
        pose[hip : hip + 3] = [(side * 0.06, 0), (side * 0.06, 0.27), (side * 0.06, 0.53)]
    everywhere = np.ones((frames, JOINT_COUNT))
    return SceneMotion(
        np.arange(1, frames + 1),
        np.repeat(pose[None], frames, axis=0),
        0 * everywhere,
        np.ones((frames, 2)),
        everywhere,
        BODY,
    )


def draw(motion: SceneMotion, plane: Plane = FRONT, style: FigureStyle = DEFAULT_STYLE) -> FigureBake:
    return bake_figure(bpy.context.scene, motion, default_placement(motion, plane), "Figure", style=style)


def layer(bake: FigureBake, limb: Limb) -> bpy.types.ID:
    return bake.figure.data.layers[limb]


def drawing(bake: FigureBake, limb: Limb, frame: int) -> bpy.types.ID:
    return next(at.drawing for at in layer(bake, limb).frames if at.frame_number == frame)


def values(of: bpy.types.ID, name: str, field: str, width: int = 1) -> NDArray[np.float32]:
    data = of.attributes[name].data
    found = np.empty(len(data) * width, dtype=np.float32)
    data.foreach_get(field, found)
    return found.reshape(-1, width) if width > 1 else found


def strokes(bake: FigureBake, limb: Limb, frame: int) -> list[NDArray[np.float64]]:
    """The points (P, 3) of each stroke in the world."""
    of = drawing(bake, limb, frame)
    world = np.array(bake.figure.matrix_world)
    points = values(of, "position", "vector", 3) @ world[:3, :3].T + world[:3, 3]
    return np.split(points, np.cumsum([len(stroke.points) for stroke in of.strokes])[:-1])


def in_world(motion: SceneMotion, placement: Placement, joint: Joint, index: int) -> NDArray[np.float64]:
    across, down = motion.positions[index, joint]
    return np.asarray(placement.origin + placement.scale * (across * placement.plane.right - down * placement.plane.up))


def photograph(path: Path, frame: int, centre: tuple[float, float, float], width: float) -> NDArray[np.float32]:
    """(64, 64, 3) linear pixels of Workbench's picture from the front, the lowest row first."""
    scene = bpy.context.scene
    if scene.camera is None:
        scene.camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
        scene.collection.objects.link(scene.camera)
    scene.camera.data.type, scene.camera.data.ortho_scale = "ORTHO", width
    scene.camera.location = centre[0], centre[1] - 8, centre[2]
    scene.camera.rotation_euler = np.pi / 2, 0, 0
    scene.render.engine, scene.view_settings.view_transform = "BLENDER_WORKBENCH", "Standard"
    scene.render.resolution_x = scene.render.resolution_y = 64
    scene.render.filepath = str(path)
    scene.frame_set(frame)
    bpy.ops.render.render(write_still=True)
    picture = bpy.data.images.load(str(path))
    pixels = np.array(picture.pixels[:], dtype=np.float32).reshape(64, 64, -1)[..., :3]
    bpy.data.images.remove(picture)
    return pixels


def test_a_figure_has_a_layer_a_limb_and_a_drawing_a_frame() -> None:
    motion = walking(24)
    bake = draw(motion)
    assert [found.name for found in bake.figure.data.layers] == [
        "Right Leg",
        "Left Leg",
        "Body",
        "Head",
        "Right Arm",
        "Left Arm",
    ]
    assert bake.layers == 6
    assert bake.drawings == 6 * 24
    for found in bake.figure.data.layers:
        assert [at.frame_number for at in found.frames] == motion.frames.tolist()
    assert bake.figure.name in bpy.context.scene.objects


@pytest.mark.parametrize("plane", [FRONT, SIDE, SLANTED], ids=["front", "side", "slanted"])
def test_limbs_are_drawn_from_joint_to_joint_in_the_plane(plane: Plane) -> None:
    motion = walking(12)
    placement = Placement(np.array((3.0, -2.0, 5.0)), plane, 1.7)
    bake = bake_figure(bpy.context.scene, motion, placement, "Figure")
    bpy.context.view_layer.update()
    flat = np.stack((plane.right, plane.up))
    for limb, joints in LIMBS.items():
        for index in (0, 7, 11):
            line = strokes(bake, limb, int(motion.frames[index]))[1]
            for end, joint in ((line[0], joints[0]), (line[-1], joints[2])):
                assert flat @ end == pytest.approx(flat @ in_world(motion, placement, joint, index), abs=1e-4)


def test_a_standing_figure_is_two_units_tall_and_stands_on_the_ground_at_the_world_s_origin() -> None:
    bake = draw(standing())
    lowest, highest = [], []
    for limb in Limb:
        of = drawing(bake, limb, 1)
        heights, radii = values(of, "position", "vector", 3)[:, 2], values(of, "radius", "value")
        lowest.append((heights - radii).min())
        highest.append((heights + radii).max())
    assert np.allclose(bake.figure.matrix_world, np.eye(4), atol=1e-6)
    # A shoe's toe is a little thicker than its heel, on which the figure is measured.
    assert min(lowest) == pytest.approx(0, abs=0.02)
    assert max(highest) == pytest.approx(2, abs=0.03)


def test_right_and_left_have_colours_of_their_own() -> None:
    bake = draw(standing())
    materials = bake.figure.data.materials
    used = {
        limb: {materials[index].name for index in values(drawing(bake, limb, 1), "material_index", "value").astype(int)}
        for limb in LIMBS
    }
    assert "Figure Right Sleeve Line" in used[Limb.RIGHT_ARM] - used[Limb.LEFT_ARM]
    assert "Figure Left Trouser Line" in used[Limb.LEFT_LEG] - used[Limb.RIGHT_LEG]


def test_an_arm_shows_before_the_trunk_while_it_is_nearer_and_not_while_it_is_behind(tmp_path: Path) -> None:
    """Whichever layer is on top: the right arm's is above the body's, and the order of layers cannot be keyed."""
    motion = standing(20)
    crossing = motion.positions.copy()
    crossing[:, Joint.RIGHT_ELBOW] = -0.02, -0.2
    crossing[:, Joint.RIGHT_WRIST] = 0.1, -0.2
    depth = motion.depth.copy()
    depth[:, [Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST]] = np.where(np.arange(20) < 10, -0.15, 0.15)[:, None]
    colours = dict(COLOURS) | {Paint.RIGHT_SLEEVE: "#FF0000", Paint.SHIRT: "#0000FF"}
    draw(replace(motion, positions=crossing, depth=depth), style=FigureStyle(colours=colours))
    # The elbow is at 0.6 of the figure's height; its bend and the shirt fill the picture's middle.
    scale = 2 / DEFAULT_STYLE.tall / BODY.height
    where = (0.0, 0.0, (0.53 + 0.2) * scale + DEFAULT_STYLE.sole * BODY.height * scale)
    near, far = (photograph(tmp_path / f"{frame}.png", frame, where, 0.1) for frame in (3, 18))
    assert near[32, 32] == pytest.approx(RED, abs=0.02)
    assert far[32, 32] == pytest.approx(BLUE, abs=0.02)


def test_a_leg_behind_shows_where_no_other_hides_it(tmp_path: Path) -> None:
    """The picture of two crossed legs has both colours, that of the nearer at the crossing."""
    motion = standing(2)
    crossed = motion.positions.copy()
    crossed[:, [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]] = motion.positions[:, [Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE]]
    crossed[:, [Joint.RIGHT_KNEE, Joint.LEFT_KNEE]] = (0, 0.27)
    depth = motion.depth.copy()
    depth[:, [Joint.LEFT_KNEE, Joint.LEFT_ANKLE]] = -0.1
    colours = dict(COLOURS) | {Paint.RIGHT_TROUSER: "#00FF00", Paint.LEFT_TROUSER: "#FF0000"}
    draw(replace(motion, positions=crossed, depth=depth), style=FigureStyle(colours=colours))
    scale = 2 / DEFAULT_STYLE.tall / BODY.height
    picture = photograph(tmp_path / "legs.png", 1, (0.0, 0.0, (0.26 + DEFAULT_STYLE.sole * BODY.height) * scale), 0.9)
    assert picture[32, 32] == pytest.approx(RED, abs=0.02)
    assert (np.abs(picture - GREEN).max(axis=-1) < 0.05).sum() > 20


def test_areas_are_filled_in_their_colour(tmp_path: Path) -> None:
    draw(standing(), style=FigureStyle(colours=dict(COLOURS) | {Paint.SHIRT: "#808080"}))
    scale = 2 / DEFAULT_STYLE.tall / BODY.height
    chest = (0.0, 0.0, (0.53 + 0.12 + DEFAULT_STYLE.sole * BODY.height) * scale)
    assert photograph(tmp_path / "chest.png", 1, chest, 0.02)[32, 32] == pytest.approx([128 / 255] * 3, abs=0.01)


def test_limbs_that_are_level_do_not_change_places() -> None:
    motion = standing(200)
    trembling = motion.depth + np.random.default_rng(0).normal(0, 0.005, motion.depth.shape)
    ranks = limb_ranks(replace(motion, depth=trembling))
    assert all(len(np.unique(ranks[limb])) == 1 for limb in Limb)


def test_a_limb_that_passes_another_changes_places_with_it_once() -> None:
    motion = standing(100)
    depth = motion.depth.copy()
    depth[:, Joint.RIGHT_KNEE] = np.linspace(-0.3, 0.3, 100)
    ranks = limb_ranks(replace(motion, depth=depth))
    nearer = ranks[Limb.RIGHT_LEG] > ranks[Limb.LEFT_LEG]
    assert nearer[0]
    assert not nearer[-1]
    assert np.abs(np.diff(nearer.astype(int))).sum() == 1


def test_the_face_shows_from_the_front_and_not_from_behind() -> None:
    front = standing()
    behind = replace(front, positions=front.positions * (-1, 1))
    count = {
        name: len(drawing(draw(motion), Limb.HEAD, 1).strokes)
        for name, motion in {"front": front, "behind": behind}.items()
    }
    assert count["front"] > count["behind"] + 10


def test_where_the_performer_is_out_of_the_picture_one_empty_drawing_stands() -> None:
    motion = walking(90)
    confidence = np.ones_like(motion.confidence)
    confidence[:10] = confidence[40:70] = confidence[85:] = 0
    confidence[20:26] = 0
    bpy.context.scene.render.fps = 30
    bake = draw(replace(motion, confidence=confidence))
    numbers = motion.frames
    for found in bake.figure.data.layers:
        empty = [at.frame_number for at in found.frames if not len(at.drawing.strokes)]
        assert empty == [numbers[0], numbers[40], numbers[85]]
        drawn = [at.frame_number for at in found.frames if len(at.drawing.strokes)]
        # Six frames without a sight of anybody are bridged; a second is not.
        assert drawn == [*numbers[10:40], *numbers[70:85]]


def test_joints_that_were_never_seen_are_drawn_all_the_same() -> None:
    motion = walking(8)
    unsure = motion.confidence.copy()
    unsure[:, [Joint.LEFT_WRIST, Joint.RIGHT_ANKLE]] = 0
    for confidence in (unsure, np.zeros_like(unsure)):
        bake = draw(replace(motion, confidence=confidence))
        assert all(len(at.drawing.strokes) for found in bake.figure.data.layers for at in found.frames)
        assert bake.drawings == 6 * 8


def test_a_second_figure_leaves_the_first_as_it_is() -> None:
    motion = walking(6)
    first = draw(motion)
    before = [points.tolist() for points in strokes(first, Limb.LEFT_ARM, 3)]
    second = draw(motion, SLANTED)
    assert second.figure != first.figure
    assert second.figure.data != first.figure.data
    assert [points.tolist() for points in strokes(first, Limb.LEFT_ARM, 3)] == before


def test_nothing_but_the_figure_is_left_behind() -> None:
    before = contents()["blocks"]
    draw(walking(6))
    added = {
        name
        for kind, blocks in contents()["blocks"].items()
        if kind != "materials"
        for name in set(blocks) - set(before[kind])
    }
    materials = set(bpy.data.materials.keys())
    assert added - materials == {"Figure"}
    assert all(name.startswith("Figure ") for name in materials)


def test_progress_is_told_after_every_drawing() -> None:
    told: list[float] = []
    motion = walking(10)
    bake = bake_figure(bpy.context.scene, motion, default_placement(motion, FRONT), "Figure", progress=told.append)
    assert len(told) == bake.drawings == 60
    assert told == sorted(told)
    assert told[-1] == 1


@pytest.mark.parametrize("after", [1, 25, 60])
def test_a_cancelled_bake_leaves_the_file_as_it_was(after: int) -> None:
    draw(walking(3))
    before = contents()
    told: list[float] = []

    def cancel(fraction: float) -> None:
        told.append(fraction)
        if len(told) == after:
            raise KeyboardInterrupt

    motion = walking(10)
    with pytest.raises(KeyboardInterrupt):
        bake_figure(bpy.context.scene, motion, default_placement(motion, FRONT), "Figure", progress=cancel)
    assert contents() == before


def empty(motion: SceneMotion) -> SceneMotion:
    fields = ("frames", "positions", "depth", "contacts", "confidence")
    return replace(motion, **{name: getattr(motion, name)[:0] for name in fields})


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (empty, "no frames"),
        (lambda motion: replace(motion, depth=motion.depth * np.nan), "the depth of its motion"),
        (lambda motion: replace(motion, positions=motion.positions[:, :9]), "the positions of its motion"),
        (lambda motion: replace(motion, frames=motion.frames[::-1]), "do not follow one another"),
        (lambda motion: replace(motion, frames=motion.frames - 9), "do not follow one another within Blender's"),
        (
            lambda motion: replace(motion, frames=motion.frames + 2_000_000),
            "do not follow one another within Blender's",
        ),
    ],
)
def test_a_motion_that_cannot_be_drawn_is_refused_in_one_sentence(wrong: object, complaint: str) -> None:
    motion = walking(5)
    placement = default_placement(motion, FRONT)
    before = contents()
    with pytest.raises(ValueError, match=complaint) as raised:
        bake_figure(bpy.context.scene, wrong(motion), placement, "Figure")  # type: ignore[operator]
    assert str(raised.value).count(".") == 1
    assert contents() == before


@pytest.mark.parametrize("scale", [0.0, -1.0, np.nan])
def test_a_place_without_a_size_is_refused(scale: float) -> None:
    before = contents()
    with pytest.raises(ValueError, match="no place in the scene"):
        bake_figure(bpy.context.scene, walking(2), Placement(np.zeros(3), FRONT, scale), "Figure")
    assert contents() == before


def test_ten_thousand_drawings_take_less_than_five_seconds() -> None:
    motion = standing(1667)
    start = time.process_time()
    assert draw(motion).drawings == 10_002
    assert time.process_time() - start < 5
