"""An artist's own Grease Pencil drawing performs: on its layers, hung on bones, or bent by them, in real Blender."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from mathutils import Matrix
from numpy.typing import NDArray

from blender_addon.bridge.armature.measure import rest_joints
from blender_addon.bridge.armature.rest_pose import read_rest_pose
from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.bridge.bone_maps import map_bones
from blender_addon.bridge.drawing import drawing_bake
from blender_addon.bridge.drawing.body_parts import LIMB_PARTS, BodyPart
from blender_addon.bridge.drawing.built_armature import armature_of, build_armature
from blender_addon.bridge.drawing.drawing_bake import DrawnCharacter, read_drawn_character
from blender_addon.bridge.drawing.drawing_settings import DrawingSettings
from blender_addon.bridge.drawing.layer_names import parts_of_layers
from blender_addon.bridge.projection.planes import Plane, plane_of
from blender_addon.bridge.retiming.resample import resample
from blender_addon.bridge.rig.bone_rotations import steady_angles
from blender_addon.bridge.rig.rig_bake import RigBakeSettings, bake_rig
from blender_addon.bridge.scene.animation.actions import slot_of
from blender_addon.core.skeleton import BONE_INDEX, PARENTS, Joint
from blender_addon.settings.channels import ChannelSettings
from blender_addon.settings.drawing import Way
from blender_addon.settings.feet import UNPLANTED
from blender_addon.settings.kinds import Block
from blender_addon.settings.view import PlaneChoice
from characters import doodle
from characters.catalogue import FOLDER
from tests.blender.scene_of_puppet import contents, keys_of
from tests.blender.street_motion import PASSER_BY, WALKER, street_motion

Array = NDArray[np.float64]

DRAWN_AT = {
    Joint.RIGHT_SHOULDER: doodle.SHOULDER,
    Joint.RIGHT_ELBOW: doodle.ELBOW,
    Joint.RIGHT_WRIST: doodle.WRIST,
    Joint.RIGHT_HIP: doodle.HIP,
    Joint.RIGHT_KNEE: doodle.KNEE,
    Joint.RIGHT_ANKLE: doodle.ANKLE,
}
LAYERS_OF = {
    Joint.RIGHT_ELBOW: "Upper Arm R",
    Joint.RIGHT_WRIST: "Forearm R",
    Joint.LEFT_ELBOW: "Upper Arm L",
    Joint.LEFT_WRIST: "Forearm L",
} | {
    Joint.RIGHT_KNEE: "Upper Leg R",
    Joint.RIGHT_ANKLE: "Lower Leg R",
    Joint.LEFT_KNEE: "Upper Leg L",
    Joint.LEFT_ANKLE: "Lower Leg L",
}
FRAMES = (1, 20, 57, 90, 130)


@pytest.fixture
def fox() -> bpy.types.Object:
    """The shipped drawing, opened in the Blender that runs."""
    bpy.ops.wm.open_mainfile(filepath=str(FOLDER / "drawn.blend"), load_ui=False)
    return bpy.data.objects["Doodle"]


def asked(drawing: bpy.types.Object, way: Way = Way.LAYERS, **more: Mapping[str, Any]) -> DrawingSettings:
    return DrawingSettings(Block.of(drawing), way, **more)  # type: ignore[arg-type]


def read(
    drawing: bpy.types.Object,
    way: Way = Way.LAYERS,
    armature: bpy.types.Object | None = None,
    **more: Mapping[str, Any],
) -> DrawnCharacter:
    return read_drawn_character(bpy.context.scene, asked(drawing, way, **more), armature)


def plane_for(drawn: DrawnCharacter) -> Plane:
    return plane_of(PlaneChoice.OWN, drawn.owner, drawn.character.rest, drawn.character.bone_map, bpy.context.scene)


def motion_for(drawn: DrawnCharacter, performer: int = WALKER, frames: int = 150) -> SceneMotion:
    return resample(street_motion(drawn.character.skeleton, performer, slice(frames)), 30.0, 1)


def as_solved(drawn: DrawnCharacter) -> RigBakeSettings:
    """Every limb points as the motion's does, and is as long as it was drawn: feet are not brought to the ground."""
    whole = ChannelSettings(stretch=0.0)
    return RigBakeSettings(plane=plane_for(drawn), depth=0.0, name="street", feet=UNPLANTED, channels=whole)


def key_layers(drawn: DrawnCharacter, performer: int = WALKER) -> tuple[drawing_bake.DrawingBake, SceneMotion]:
    motion = motion_for(drawn, performer)
    return drawing_bake.key_layers(bpy.context.scene, drawn, motion, as_solved(drawn)), motion


def bind(drawn: DrawnCharacter, performer: int = WALKER) -> tuple[bpy.types.Object, SceneMotion]:
    """Bound, and its armature keyed."""
    armature = drawing_bake.armature_for(bpy.context.scene, drawn)
    motion = motion_for(drawn, performer)
    bake_rig(armature, drawn.character.bone_map, motion, as_solved(drawn))
    drawing_bake.bind(bpy.context.scene, drawn, armature, plane_for(drawn))
    return armature, motion


def layer_matrix(drawing: bpy.types.Object, name: str) -> Matrix:
    """From a layer's space to the world, as Blender evaluates it on this frame."""
    layer = drawing.data.layers[name]
    if layer.parent is None:
        return drawing.matrix_world @ layer.matrix_local
    posed = layer.parent.evaluated_get(bpy.context.evaluated_depsgraph_get())
    return (
        posed.matrix_world
        @ posed.pose.bones[layer.parent_bone].matrix
        @ layer.matrix_parent_inverse
        @ layer.matrix_local
    )


def drawn_data(drawing: bpy.types.Object, *, weights: bool = False) -> dict[str, Any]:
    """All drawings of all layers, and what else an artist has set in them, value by value."""
    kinds = {
        "FLOAT_VECTOR": ("vector", 3, np.float32),
        "FLOAT": ("value", 1, np.float32),
        "INT": ("value", 1, np.int32),
        "BOOLEAN": ("value", 1, np.bool_),
    }
    found: dict[str, Any] = {}
    for layer in drawing.data.layers:
        for key in layer.frames:
            for attribute in key.drawing.attributes:
                if attribute.data_type in kinds:
                    field, width, kind = kinds[attribute.data_type]
                    values: NDArray[Any] = np.empty(width * len(attribute.data), dtype=kind)
                    attribute.data.foreach_get(field, values)
                    found[f"{layer.name} {key.frame_number} {attribute.name}"] = values.tobytes()
        found[layer.name] = (
            layer.opacity,
            layer.hide,
            layer.lock,
            layer.blend_mode,
            [key.frame_number for key in layer.frames],
        )
    found["materials"] = [
        (material.name, tuple(material.grease_pencil.color), tuple(material.grease_pencil.fill_color))
        for material in drawing.data.materials
    ]
    return found


def photograph(path: Path) -> NDArray[np.float32]:
    """(90, 90, 3) pixels of what the scene's camera sees."""
    scene = bpy.context.scene
    scene.render.resolution_x = scene.render.resolution_y = 90
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)
    picture = bpy.data.images.load(str(path))
    pixels = np.array(picture.pixels[:], dtype=np.float32).reshape(90, 90, -1)[..., :3]
    bpy.data.images.remove(picture)
    return pixels


NAMES: dict[str, tuple[list[str], list[BodyPart]]] = {
    "dots": (["Arm.L", "Arm.R", "Leg.L"], [BodyPart.LEFT_ARM, BodyPart.RIGHT_ARM, BodyPart.LEFT_LEG]),
    "snakes": (
        ["left_upper_arm", "left_lower_arm", "right_shin"],
        [BodyPart.LEFT_UPPER_ARM, BodyPart.LEFT_FOREARM, BodyPart.RIGHT_SHIN],
    ),
    "side first": (
        ["L upper arm", "R thigh", "L foot"],
        [BodyPart.LEFT_UPPER_ARM, BodyPart.RIGHT_THIGH, BodyPart.LEFT_FOOT],
    ),
    "camels": (
        ["UpperArmL", "ForeArmR", "LeftHand", "rightLowerLeg"],
        [BodyPart.LEFT_UPPER_ARM, BodyPart.RIGHT_FOREARM, BodyPart.LEFT_HAND, BodyPart.RIGHT_SHIN],
    ),
    "written together": (
        ["leftarm", "rleg", "lforearm"],
        [BodyPart.LEFT_UPPER_ARM, BodyPart.RIGHT_LEG, BodyPart.LEFT_FOREARM],
    ),
    "an arm beside its forearm": (["Forearm.R", "Arm.R"], [BodyPart.RIGHT_FOREARM, BodyPart.RIGHT_UPPER_ARM]),
    "near and far": (
        ["far arm", "near arm", "Back Leg", "Front Leg"],
        [BodyPart.LEFT_ARM, BodyPart.RIGHT_ARM, BodyPart.LEFT_LEG, BodyPart.RIGHT_LEG],
    ),
    "spine": (
        [
            "rear-upper-arm",
            "rear-bracer",
            "rear-foot",
            "front-thigh",
            "front-upper-arm",
            "front-bracer",
            "front-fist-closed",
        ],
        [
            BodyPart.LEFT_UPPER_ARM,
            BodyPart.LEFT_FOREARM,
            BodyPart.LEFT_FOOT,
            BodyPart.RIGHT_THIGH,
            BodyPart.RIGHT_UPPER_ARM,
            BodyPart.RIGHT_FOREARM,
            BodyPart.RIGHT_HAND,
        ],
    ),
    "spine, without a side on the trunk": (
        ["torso", "neck", "goggles", "head"],
        [BodyPart.TORSO, BodyPart.NECK, BodyPart.HEAD, BodyPart.HEAD],
    ),
    "dragonbones": (
        ["shoulderL", "foreArmL", "handL", "thighR", "calfR", "upperarm_r", "thigh_1_l"],
        [
            BodyPart.LEFT_UPPER_ARM,
            BodyPart.LEFT_FOREARM,
            BodyPart.LEFT_HAND,
            BodyPart.RIGHT_THIGH,
            BodyPart.RIGHT_SHIN,
            BodyPart.RIGHT_UPPER_ARM,
            BodyPart.LEFT_THIGH,
        ],
    ),
    "character animator": (
        ["+Left Arm", "+Right Arm", "Left Eyebrow", "Right Pupil", "Left Blink", "Right Leg", "Body"],
        [
            BodyPart.LEFT_ARM,
            BodyPart.RIGHT_ARM,
            BodyPart.HEAD,
            BodyPart.HEAD,
            BodyPart.HEAD,
            BodyPart.RIGHT_LEG,
            BodyPart.TORSO,
        ],
    ),
    "cartoon animator": (
        ["LThigh", "LShank", "LFoot", "RArm", "RForearm", "Hip"],
        [
            BodyPart.LEFT_THIGH,
            BodyPart.LEFT_SHIN,
            BodyPart.LEFT_FOOT,
            BodyPart.RIGHT_UPPER_ARM,
            BodyPart.RIGHT_FOREARM,
            BodyPart.HIPS,
        ],
    ),
    "toon boom": (
        ["L_ARM_UPPER", "L_ARM_LOWER", "LEG_R", "Hand_L-2"],
        [BodyPart.LEFT_UPPER_ARM, BodyPart.LEFT_FOREARM, BodyPart.RIGHT_LEG, BodyPart.LEFT_HAND],
    ),
    "moho": (
        ["R Arm Upper", "upper arm (back)", "Shin.L", "foot_r 2"],
        [BodyPart.RIGHT_UPPER_ARM, BodyPart.LEFT_UPPER_ARM, BodyPart.LEFT_SHIN, BodyPart.RIGHT_FOOT],
    ),
    "rear and front written together": (
        ["reararm", "frontarm", "rearleg", "FrontLeg", "farhand", "nearhand", "backfoot"],
        [
            BodyPart.LEFT_ARM,
            BodyPart.RIGHT_ARM,
            BodyPart.LEFT_LEG,
            BodyPart.RIGHT_LEG,
            BodyPart.LEFT_HAND,
            BodyPart.RIGHT_HAND,
            BodyPart.LEFT_FOOT,
        ],
    ),
    "back and fore": (
        ["back arm", "fore arm", "back thigh", "fore thigh", "fore_shin"],
        [BodyPart.LEFT_ARM, BodyPart.RIGHT_ARM, BodyPart.LEFT_THIGH, BodyPart.RIGHT_THIGH, BodyPart.RIGHT_SHIN],
    ),
    "fore arms of a front and a back": (
        ["back upper arm", "back fore arm", "front upper arm", "front fore arm"],
        [BodyPart.LEFT_UPPER_ARM, BodyPart.LEFT_FOREARM, BodyPart.RIGHT_UPPER_ARM, BodyPart.RIGHT_FOREARM],
    ),
    "words that begin with the letter of a side": (
        ["lear", "reye", "lower arm r"],
        [BodyPart.HEAD, BodyPart.HEAD, BodyPart.RIGHT_FOREARM],
    ),
    "such words that are no part of a body": (["ring", "lip", "rope", "ladder", "rear"], [BodyPart.NONE] * 5),
    "no side at all": (
        ["arm", "leg", "Arm 2", "leg copy"],
        [BodyPart.LEFT_ARM, BodyPart.LEFT_LEG, BodyPart.RIGHT_ARM, BodyPart.RIGHT_LEG],
    ),
    "a face": (["Head", "Eyes", "Hair back", "Hat"], [BodyPart.HEAD] * 4),
    "a trunk": (
        ["Body", "Pelvis", "neck", "Shirt", "lower body"],
        [BodyPart.TORSO, BodyPart.HIPS, BodyPart.NECK, BodyPart.TORSO, BodyPart.HIPS],
    ),
    "extremities": (["Boot_R", "Glove_L", "R.Toes"], [BodyPart.RIGHT_FOOT, BodyPart.LEFT_HAND, BodyPart.RIGHT_FOOT]),
    "nothing of a body": (["Lines", "Fills", "Background", "Sky", "GP_Layer"], [BodyPart.NONE] * 5),
}


@pytest.mark.parametrize("habit", NAMES)
def test_layers_are_known_by_the_names_that_people_give_them(habit: str) -> None:
    names, parts = NAMES[habit]
    assert list(parts_of_layers(names).values()) == parts


def test_joints_are_found_where_the_pieces_were_drawn_to_meet(fox: bpy.types.Object) -> None:
    character = read(fox).character
    joints = rest_joints(character.rest, character.bone_map)
    for joint, place in DRAWN_AT.items():
        assert joints[joint][[0, 2]] == pytest.approx(place, abs=0.025), joint.name
    assert joints[Joint.HEAD][2] > joints[Joint.NECK][2] + 0.2
    assert np.abs(joints[:, 1]).max() < 1e-6
    assert character.planar


def test_a_picked_joint_is_where_it_was_picked(fox: bpy.types.Object) -> None:
    parts = parts_of_layers([layer.name for layer in fox.data.layers])
    character = read(fox, parts=parts, pivots={"Forearm R": (-0.3, 0.0, 1.0)}).character
    assert rest_joints(character.rest, character.bone_map)[Joint.RIGHT_ELBOW] == pytest.approx((-0.3, 0, 1.0), abs=1e-6)


@pytest.mark.parametrize("performer", [WALKER, PASSER_BY])
def test_keyed_layers_are_exactly_where_the_motion_puts_the_limbs(fox: bpy.types.Object, performer: int) -> None:
    drawn = read(fox)
    joints = rest_joints(drawn.character.rest, drawn.character.bone_map)
    _, motion = key_layers(drawn, performer)
    lengths = motion.skeleton.lengths
    for frame in FRAMES:
        bpy.context.scene.frame_set(frame)
        for joint, name in LAYERS_OF.items():
            parent = PARENTS[joint]
            start, end = (
                np.array(layer_matrix(fox, name) @ Matrix.Translation(joints[at])).T[3, :3] for at in (parent, joint)
            )
            vectors = motion.positions[:, joint] - motion.positions[:, parent]
            angle = steady_angles(vectors, float(lengths[BONE_INDEX[joint]]))[frame - 1]
            way = end - start
            assert np.arctan2(way[2], way[0]) - angle == pytest.approx(
                2 * np.pi * round((np.arctan2(way[2], way[0]) - angle) / (2 * np.pi)), abs=2e-3
            )
            assert np.linalg.norm(way) == pytest.approx(np.linalg.norm(joints[joint] - joints[parent]), rel=1e-4)
        for upper, lower, end_layer, joint in (
            ("Upper Arm", "Forearm", "Hand", Joint.RIGHT_ELBOW),
            ("Upper Leg", "Lower Leg", "Foot", Joint.RIGHT_KNEE),
        ):
            for one, other, at in ((upper, lower, joint), (lower, end_layer, Joint(joint + 1))):
                place = joints[at]
                apart = np.array(layer_matrix(fox, f"{one} R") @ Matrix.Translation(place)) - np.array(
                    layer_matrix(fox, f"{other} R") @ Matrix.Translation(place)
                )
                assert apart[[0, 2], 3] == pytest.approx((0, 0), abs=1e-4)


def test_layers_are_where_the_bones_of_an_armature_would_be(fox: bpy.types.Object) -> None:
    key_layers(read(fox))
    keyed = {}
    for frame in FRAMES:
        bpy.context.scene.frame_set(frame)
        keyed[frame] = {name: np.array(layer_matrix(fox, name)) for name in LAYERS_OF.values()}
    bpy.ops.wm.open_mainfile(filepath=str(FOLDER / "drawn.blend"), load_ui=False)
    drawing = bpy.data.objects["Doodle"]
    bind(read(drawing, Way.BONES))
    for frame in FRAMES:
        bpy.context.scene.frame_set(frame)
        for name in LAYERS_OF.values():
            assert np.array(layer_matrix(drawing, name))[[0, 2]][:, [0, 2, 3]] == pytest.approx(
                keyed[frame][name][[0, 2]][:, [0, 2, 3]], abs=1e-3
            )


def test_a_drawing_anywhere_in_the_scene_performs_alike(fox: bpy.types.Object) -> None:
    fox.matrix_world = Matrix.LocRotScale((3, -2, 1), Matrix.Rotation(0.7, 3, "Z"), (1.5, 1.5, 1.5))
    bpy.context.view_layer.update()
    drawn = read(fox)
    _, motion = key_layers(drawn)
    bpy.context.scene.frame_set(57)
    joints = rest_joints(drawn.character.rest, drawn.character.bone_map)
    plane = plane_for(drawn)
    start, end = (
        np.array(layer_matrix(fox, "Forearm R") @ Matrix.Translation(joints[at])).T[3, :3]
        for at in (Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST)
    )
    way = motion.positions[56, Joint.RIGHT_WRIST] - motion.positions[56, Joint.RIGHT_ELBOW]
    shown = np.array(((end - start) @ plane.right, -(end - start) @ plane.up))
    assert shown / np.linalg.norm(shown) == pytest.approx(way / np.linalg.norm(way), abs=2e-3)


@pytest.mark.parametrize("way", Way)
def test_drawings_materials_and_other_layers_stay_as_they_are(fox: bpy.types.Object, way: Way) -> None:
    before = drawn_data(fox)
    if way == Way.LAYERS:
        key_layers(read(fox))
    else:
        bind(read(fox, way))
    assert drawn_data(fox) == before
    ground = fox.data.layers["Ground"]
    assert ground.parent is None
    assert tuple(ground.translation) == tuple(ground.rotation) == (0, 0, 0)
    paths = {path for path, _ in keys_of(fox.data.animation_data.action)} if fox.data.animation_data else set()
    assert not any("Ground" in path for path in paths)


def animate_ground(drawing: bpy.types.Object) -> bpy.types.Action:
    """What an artist keyed before: the ground fades, and an arm hangs turned."""
    layers = drawing.data.layers
    for frame, opacity in ((1, 1.0), (40, 0.25)):
        layers["Ground"].opacity = opacity
        layers["Ground"].keyframe_insert("opacity", frame=frame)
    layers["Hand R"].rotation = (0, 0.4, 0)
    layers["Hand R"].keyframe_insert("rotation", frame=1)
    return drawing.data.animation_data.action


def test_what_was_animated_before_goes_on_and_is_kept(fox: bpy.types.Object) -> None:
    own = animate_ground(fox)
    before = keys_of(own)
    made, _ = key_layers(read(fox))
    animation = fox.data.animation_data
    assert animation.action == made.action != own
    assert keys_of(own) == before
    assert [strip.action for track in animation.nla_tracks for strip in track.strips if track.mute] == [own]
    assert made.action is not None
    assert keys_of(made.action)['layers["Ground"].opacity', 0] == before['layers["Ground"].opacity', 0]
    bpy.context.scene.frame_set(40)
    assert fox.data.layers["Ground"].opacity == pytest.approx(0.25)


def test_a_locked_layer_stays_as_it_is_and_is_named(fox: bpy.types.Object) -> None:
    drawn = read(fox)
    layer = fox.data.layers[drawn.pieces[0].layer]
    layer.lock = True
    made, _ = key_layers(drawn)
    assert any(note.startswith("Layers are locked") and layer.name in note for note in made.notes)
    assert made.action is not None
    moved = {path.split('"')[1] for path, _ in keys_of(made.action)}
    assert layer.name not in moved
    assert drawn.pieces[1].layer in moved
    before = tuple(layer.translation), layer.parent
    drawing_bake.bind(bpy.context.scene, drawn, drawing_bake.armature_for(bpy.context.scene, drawn), plane_for(drawn))
    assert (tuple(layer.translation), layer.parent) == before
    for each in fox.data.layers:
        each.lock = True
    with pytest.raises(ValueError, match="All assigned layers of Doodle are locked"):
        key_layers(drawn)


def test_a_second_bake_replaces_its_own_keys_alone(fox: bpy.types.Object) -> None:
    own = animate_ground(fox)
    before = keys_of(own)
    made = []
    for performer in (WALKER, PASSER_BY, WALKER):
        baked, _ = key_layers(read(fox), performer)
        assert baked.action is not None
        made.append(keys_of(baked.action))
        bpy.context.scene.frame_set(57)
    assert keys_of(own) == before
    assert list(bpy.data.actions) == [own, fox.data.animation_data.action]
    assert made[0].keys() == made[2].keys()
    for channel, points in made[0].items():
        assert np.array(points) == pytest.approx(np.array(made[2][channel]), abs=1e-4), channel
    assert made[1] != made[0]


def test_keys_that_were_edited_by_hand_are_kept(fox: bpy.types.Object) -> None:
    first, _ = key_layers(read(fox))
    action = first.action
    fox.data.layers["Forearm R"].rotation = (0, 1, 0)
    fox.data.layers["Forearm R"].keyframe_insert("rotation", index=1, frame=20)
    edited = keys_of(action)
    key_layers(read(fox))
    assert fox.data.animation_data.action != action
    assert keys_of(action) == edited


def test_the_action_s_slot_is_the_drawing_s_own(fox: bpy.types.Object) -> None:
    key_layers(read(fox))
    slot = slot_of(fox.data.animation_data)
    assert slot is None or slot.target_id_type == fox.data.id_type


def test_a_limb_goes_behind_and_before_by_keys_that_are_held(fox: bpy.types.Object) -> None:
    made, _ = key_layers(read(fox), PASSER_BY)
    assert made.action is not None
    channels = [key for key in keys_of(made.action) if key[0].endswith("translation") and key[1] == 1]
    assert {path for path, _ in channels} >= {'layers["Forearm R"].translation', 'layers["Lower Leg L"].translation'}
    for path, index in channels:
        points = np.array(keys_of(made.action)[path, index])
        assert np.ptp(points[:, 1]) < 0.3
        assert len(points) < 20
    depths = {}
    for frame in range(1, 150, 7):
        bpy.context.scene.frame_set(frame)
        depths[frame] = [
            fox.data.layers[name].translation[1]
            for name in ("Forearm R", "Forearm L", "Lower Leg R", "Lower Leg L", "Body", "Head")
        ]
        assert len(np.unique(np.round(depths[frame], 5))) == 6, "no two limbs lie on one layer"


@pytest.mark.parametrize("way", [Way.BONES, Way.WEIGHTS])
def test_nothing_jumps_when_it_is_bound(fox: bpy.types.Object, way: Way, tmp_path: Path) -> None:
    fox.location = (0.1, 0, 0.05)
    bpy.context.view_layer.update()
    before = photograph(tmp_path / "before.png")
    drawn = read(fox, way)
    armature = drawing_bake.armature_for(bpy.context.scene, drawn)
    drawing_bake.bind(bpy.context.scene, drawn, armature, plane_for(drawn))
    bpy.context.view_layer.update()
    after = photograph(tmp_path / "after.png")
    assert armature_of(fox) == armature
    # Edges of lines alone may differ: Grease Pencil draws them otherwise once depth decides.
    assert (np.abs(after - before).max(axis=-1) > 0.25).mean() < 0.02


def test_layers_that_hang_on_bones_follow_them(fox: bpy.types.Object) -> None:
    drawn = read(fox, Way.BONES)
    rest = {name: np.array(layer_matrix(fox, name)) for name in LAYERS_OF.values()}
    armature, _ = bind(drawn)
    for joint, name in LAYERS_OF.items():
        bone = next(limb.bones[limb.joints.index(joint) - 1] for limb in LIMB_PARTS if joint in limb.joints)
        assert fox.data.layers[name].parent_bone == bone
        bpy.context.scene.frame_set(57)
        posed = armature.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones[bone].matrix
        wanted = np.array(posed @ armature.data.bones[bone].matrix_local.inverted()) @ rest[name]
        assert np.array(layer_matrix(fox, name))[[0, 2]][:, [0, 2, 3]] == pytest.approx(
            wanted[[0, 2]][:, [0, 2, 3]], abs=1e-3
        )


def evaluated_points(drawing: bpy.types.Object, layer: str) -> Array:
    shown = drawing.evaluated_get(bpy.context.evaluated_depsgraph_get()).data.layers[layer].frames[0].drawing
    values = np.empty(3 * len(shown.attributes["position"].data), dtype=np.float32)
    shown.attributes["position"].data.foreach_get("vector", values)
    return values.reshape(-1, 3).astype(np.float64)


def test_weights_bend_lines_smoothly_and_limbs_by_their_own_bones(fox: bpy.types.Object) -> None:
    rest = {name: evaluated_points(fox, name) for name in ("Forearm R", "Body", "Ground")}
    armature, _ = bind(read(fox, Way.WEIGHTS))
    bpy.context.scene.frame_set(57)
    posed = armature.evaluated_get(bpy.context.evaluated_depsgraph_get())
    points = evaluated_points(fox, "Forearm R")
    delta = np.array(posed.pose.bones["forearm.R"].matrix @ armature.data.bones["forearm.R"].matrix_local.inverted())
    stiff = rest["Forearm R"] @ delta[:3, :3].T + delta[:3, 3]
    off = np.linalg.norm((points - stiff)[:, [0, 2]], axis=-1)
    middle = (
        np.linalg.norm(rest["Forearm R"][:, [0, 2]] - np.mean((doodle.ELBOW, doodle.WRIST), axis=0), axis=-1) < 0.09
    )
    assert off[middle].max() < 0.03
    assert off.max() > 2 * off[middle].max()
    assert evaluated_points(fox, "Ground") == pytest.approx(rest["Ground"], abs=0.02)
    assert np.abs(evaluated_points(fox, "Body") - rest["Body"]).max() > 0.02


def test_all_drawings_of_a_layer_are_bent(fox: bpy.types.Object) -> None:
    layer = fox.data.layers["Forearm R"]
    layer.frames.copy(1, 60)
    armature, _ = bind(read(fox, Way.WEIGHTS))
    bpy.context.scene.frame_set(90)
    shown = fox.evaluated_get(bpy.context.evaluated_depsgraph_get()).data.layers["Forearm R"]
    values = np.empty(3 * len(shown.frames[1].drawing.attributes["position"].data), dtype=np.float32)
    shown.get_frame_at(90).drawing.attributes["position"].data.foreach_get("vector", values)
    bone = armature.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones["forearm.R"]
    middle = values.reshape(-1, 3).mean(axis=0)
    assert np.linalg.norm(middle[[0, 2]] - np.mean((bone.head, bone.tail), axis=0)[[0, 2]]) < 0.06


def test_an_armature_that_is_built_is_mapped_at_once(fox: bpy.types.Object) -> None:
    drawn = read(fox)
    assert drawn.body is not None
    armature = build_armature(fox, bpy.context.scene, drawn.body)
    found = map_bones(read_rest_pose(armature))
    assert dict(found.chains) == dict(drawn.character.bone_map.chains)
    assert dict(found.extremities) == dict(drawn.character.bone_map.extremities)
    assert found.root == drawn.character.bone_map.root
    assert bpy.context.view_layer.objects.active != armature
    assert armature.mode == "OBJECT"


def test_a_second_bake_uses_the_armature_that_is_there(fox: bpy.types.Object) -> None:
    bind(read(fox, Way.BONES))
    before = {layer.name: np.array(layer.matrix_local).tolist() for layer in fox.data.layers}
    armatures = len(bpy.data.armatures)
    drawn = read(fox, Way.BONES)
    bind(drawn, PASSER_BY)
    assert len(bpy.data.armatures) == armatures
    assert {layer.name: np.array(layer.matrix_local).tolist() for layer in fox.data.layers} == before


def test_limbs_drawn_in_one_piece_point_from_their_root_to_their_end(fox: bpy.types.Object) -> None:
    parts = parts_of_layers([layer.name for layer in fox.data.layers])
    parts |= {f"{name} R": BodyPart.NONE for name in ("Hand", "Upper Arm")} | {"Forearm R": BodyPart.RIGHT_ARM}
    drawn = read(fox, parts=parts)
    _, motion = key_layers(drawn)
    joints = rest_joints(drawn.character.rest, drawn.character.bone_map)
    bpy.context.scene.frame_set(57)
    start, end = (
        np.array(layer_matrix(fox, "Forearm R") @ Matrix.Translation(joints[at])).T[3, :3]
        for at in (Joint.RIGHT_SHOULDER, Joint.RIGHT_WRIST)
    )
    way = motion.positions[56, Joint.RIGHT_WRIST] - motion.positions[56, Joint.RIGHT_SHOULDER]
    angle = np.degrees(np.arctan2(end[2] - start[2], end[0] - start[0]) - np.arctan2(-way[1], way[0]))
    # The limb's halves keep their lengths while the motion's shorten, so the line between their ends is a little off.
    assert abs((angle + 180) % 360 - 180) < 12


def test_sides_that_are_named_for_the_viewer_are_put_right(fox: bpy.types.Object) -> None:
    for layer in fox.data.layers:
        if layer.name.endswith((" L", " R")):
            layer.name = f"{layer.name[:-1]}{'r' if layer.name.endswith('L') else 'l'}_"
    drawn = read(fox)
    assert {piece.part for piece in drawn.pieces if piece.layer == "Forearm l_"} == {BodyPart.RIGHT_FOREARM}
    assert len(drawn.notes) == 1
    assert "viewer's right and left" in drawn.notes[0]


def test_a_drawing_without_arms_or_head_still_makes_a_body(fox: bpy.types.Object) -> None:
    parts = {layer.name: BodyPart.NONE for layer in fox.data.layers} | {
        "Body": BodyPart.TORSO,
        "Upper Leg R": BodyPart.RIGHT_THIGH,
        "Lower Leg R": BodyPart.RIGHT_SHIN,
    }
    drawn = read(fox, parts=parts)
    joints = rest_joints(drawn.character.rest, drawn.character.bone_map)
    assert joints[Joint.LEFT_KNEE][0] == pytest.approx(-joints[Joint.RIGHT_KNEE][0], abs=0.08)
    assert joints[Joint.HEAD][2] > joints[Joint.NECK][2] > joints[Joint.MID_HIP][2]
    key_layers(drawn)


def test_layers_that_lie_one_before_another_are_one_drawing(fox: bpy.types.Object) -> None:
    for index, layer in enumerate(fox.data.layers):
        layer.translation = (0, -0.01 * index, 0)
    drawn = read(fox)
    joints = rest_joints(drawn.character.rest, drawn.character.bone_map)
    assert joints[Joint.RIGHT_ELBOW][[0, 2]] == pytest.approx(doodle.ELBOW, abs=0.025)
    key_layers(drawn, PASSER_BY)
    for frame in (1, 60, 120):
        bpy.context.scene.frame_set(frame)
        depths = {
            name: fox.data.layers[name].translation[1]
            for name in ("Forearm R", "Forearm L", "Lower Leg R", "Lower Leg L", "Body")
        }
        assert np.ptp(list(depths.values())) < 0.25
        gaps = np.diff(sorted(depths.values()))
        assert gaps.min() > 0.01, "the depth that they were drawn at does not muddle the order"


def test_a_second_binding_by_weights_changes_nothing(fox: bpy.types.Object) -> None:
    bind(read(fox, Way.WEIGHTS))
    before = {layer.name: tuple(layer.translation) for layer in fox.data.layers}
    bpy.context.scene.frame_set(57)
    points = evaluated_points(fox, "Forearm R")
    bind(read(fox, Way.WEIGHTS))
    bpy.context.scene.frame_set(57)
    for layer in fox.data.layers:
        assert tuple(layer.translation) == pytest.approx(before[layer.name], abs=1e-6)
    assert evaluated_points(fox, "Forearm R") == pytest.approx(points, abs=1e-5)
    assert len(fox.modifiers) == 2


def link_nowhere(drawing: bpy.types.Object) -> DrawingSettings:
    for collection in drawing.users_collection:
        collection.objects.unlink(drawing)
    return asked(drawing)


def assign_nothing(drawing: bpy.types.Object) -> DrawingSettings:
    for index, layer in enumerate(drawing.data.layers):
        layer.name = f"Sheet {index}"
    return asked(drawing)


def hang_an_arm(drawing: bpy.types.Object) -> DrawingSettings:
    drawing.data.layers["Hand R"].parent = bpy.context.scene.camera
    return asked(drawing)


def turn_an_arm(drawing: bpy.types.Object) -> DrawingSettings:
    drawing.data.layers["Hand R"].rotation = (0, 0.5, 0)
    return asked(drawing, Way.WEIGHTS)


def draw_in_depth(drawing: bpy.types.Object) -> DrawingSettings:
    drawing.data.layers["Body"].rotation = (0, 0, 0.9)
    return asked(drawing)


def bend_already(drawing: bpy.types.Object) -> DrawingSettings:
    bind(read(drawing, Way.WEIGHTS))
    return asked(drawing)


def camera_for_a_drawing(_drawing: bpy.types.Object) -> DrawingSettings:
    return asked(bpy.context.scene.camera)


REFUSED: dict[str, tuple[Callable[[bpy.types.Object], DrawingSettings], str]] = {
    "no drawing": (lambda _drawing: DrawingSettings(None, Way.LAYERS), "No drawing is chosen"),
    "something else": (camera_for_a_drawing, "Camera is no Grease Pencil object"),
    "not in the scene": (link_nowhere, "Doodle is not in the scene"),
    "no layer assigned": (assign_nothing, "No layer of Doodle is assigned"),
    "a layer with a parent": (hang_an_arm, "The layer Hand R is parented to Camera"),
    "a turned layer for weights": (turn_an_arm, "The layer Hand R has a transform of its own"),
    "not flat": (draw_in_depth, "Doodle does not lie in one plane"),
    "bent already": (bend_already, "Doodle Rig bends Doodle"),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_cannot_perform_is_refused_in_one_sentence(fox: bpy.types.Object, reason: str) -> None:
    prepare, sentence = REFUSED[reason]
    settings = prepare(fox)
    bpy.context.view_layer.update()
    before = contents()
    with pytest.raises(ValueError, match=sentence) as raised:
        read_drawn_character(bpy.context.scene, settings, None)
    assert str(raised.value).endswith(".")
    assert "\n" not in str(raised.value)
    assert contents() == before


def test_a_drawing_in_one_piece_is_bent_by_an_armature_that_lies_over_it(fox: bpy.types.Object) -> None:
    body = read(fox).body
    assert body is not None
    armature = build_armature(fox, bpy.context.scene, body)
    assign_nothing(fox)
    drawn = read(fox, Way.WEIGHTS, armature)
    assert {piece.part for piece in drawn.pieces} == {BodyPart.WHOLE}
    bind(drawn)
    bpy.context.scene.frame_set(57)
    assert len(fox.vertex_groups) >= 14
