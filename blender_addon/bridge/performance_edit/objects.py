"""A performance as objects that can be edited: a dot for each joint, keyed in pixels, and lines between them that
follow.
"""

from __future__ import annotations

from collections.abc import Mapping

import bpy
import numpy as np

from ...core.skeleton import PARENTS, Joint
from ..scene.animation.actions import Curve, Interpolation, assign, curves_in_use, made_action, mark_keys
from .keys import COLOURS, WrittenKeys, key_types

CONFIDENCE = "confidence"
CONFIDENCE_PATH = f'["{CONFIDENCE}"]'
"""The custom property of a joint's object that holds its confidence. It is keyed, and drives the colour."""

ACROSS, DOWN = 0, 2
"""The keyed axes of a joint's location: pixels to the right, and pixels up from the picture's top."""

DOT, LINE = 0.016, 0.005
"""Radius of a joint's dot and of a bone's line, as parts of the performer's height."""
DOT_SIDES = 16
BEHIND = 0.02
"""Of the performer's height: how far lines lie behind dots, and the picture behind both."""

SIDES: Mapping[str, tuple[str, tuple[float, float, float, float]]] = {
    "right": ("Right", (0.95, 0.55, 0.25, 1.0)),
    "left": ("Left", (0.25, 0.6, 0.95, 1.0)),
    "": ("Body", (0.75, 0.75, 0.75, 1.0)),
}
"""Lines by side: name and colour. Right is warm and left is cool, as on figures."""


def joint_name(joint: Joint) -> str:
    """ "Right Wrist"."""
    return joint.name.replace("_", " ").title()


def side_of(joint: Joint) -> str:
    """ "right", "left", or nothing for the middle of the body."""
    side = joint.name.partition("_")[0].lower()
    return side if side in SIDES else ""


def make_joints(
    collection: bpy.types.Collection, root: bpy.types.Object, name: str, keys: WrittenKeys, height: float
) -> tuple[bpy.types.Object, ...]:
    """A dot for each joint, in the order of `Joint`, among the root's children; `height` of the performer in pixels."""
    dot = _dot(f"{name} Joint", DOT * height)
    joints = []
    for joint in Joint:
        item = bpy.data.objects.new(f"{name} {joint_name(joint)}", dot)
        collection.objects.link(item)
        item.parent = root
        item.show_name, item.show_in_front = False, True
        item.lock_location[1] = True
        item.lock_rotation, item.lock_scale = (True,) * 3, (True,) * 3
        item[CONFIDENCE] = 1.0
        item.id_properties_ui(CONFIDENCE).update(
            min=0.0,
            max=1.0,
            description="How surely the joint was seen; 0 leaves it to the network, 1 is as certain as set by hand",
        )
        key_joint(item, f"{name} {joint_name(joint)}", keys, joint)
        _colour_by_confidence(item)
        joints.append(item)
    return tuple(joints)


def key_joint(item: bpy.types.Object, name: str, keys: WrittenKeys, joint: Joint) -> None:
    """Give the joint's object its keys, marked by their confidence."""
    places, confidence = keys.places[:, joint], keys.confidence[:, joint]
    group = joint_name(joint)
    channels = (("location", ACROSS, places[:, 0]), ("location", DOWN, -places[:, 1]), (CONFIDENCE_PATH, 0, confidence))
    curves = [Curve(path, index, keys.frames, values, group, Interpolation.LINEAR) for path, index, values in channels]
    assign(item.animation_data_create(), *made_action(item, name, curves))
    types = key_types(confidence)
    for curve in curves_in_use(item):
        mark_keys(curve, types.tolist())


def make_bones(
    collection: bpy.types.Collection,
    root: bpy.types.Object,
    name: str,
    joints: tuple[bpy.types.Object, ...],
    height: float,
) -> None:
    """Lines that follow the joints by hooks: one object for each side of the body, not selectable."""
    for side, (called, colour) in SIDES.items():
        bones = [(PARENTS[joint], joint) for joint in PARENTS if side_of(joint) == side]
        data = bpy.data.curves.new(f"{name} {called} Bones", "CURVE")
        data.dimensions, data.bevel_depth, data.bevel_resolution = "3D", LINE * height, 1
        for _ in bones:
            data.splines.new("POLY").points.add(1)
        for spline in data.splines:
            for point in spline.points:
                point.co = (0.0, BEHIND * height, 0.0, 1.0)
        item = bpy.data.objects.new(data.name, data)
        collection.objects.link(item)
        item.parent, item.color, item.hide_select = root, colour, True
        ends = [joint for bone in bones for joint in bone]
        for joint in sorted(set(ends)):
            hook = item.modifiers.new(joint_name(joint), "HOOK")
            hook.falloff_type, hook.show_expanded = "NONE", False
            hook.object = joints[joint]
            hook.vertex_indices_set([index for index, end in enumerate(ends) if end == joint])


def _dot(name: str, radius: float) -> bpy.types.Mesh:
    """A ball, flat towards the picture: round as seen from the camera, and easy to click."""
    mesh = bpy.data.meshes.new(name)
    angles = np.arange(DOT_SIDES) * (2 * np.pi / DOT_SIDES)
    rim = np.stack((radius * np.cos(angles), np.zeros(DOT_SIDES), radius * np.sin(angles)), axis=-1)
    points = [(0.0, -radius / 2, 0.0), (0.0, radius / 2, 0.0), *rim.tolist()]
    faces = [(2 + index, 2 + (index + 1) % DOT_SIDES, 0) for index in range(DOT_SIDES)]
    faces += [(2 + (index + 1) % DOT_SIDES, 2 + index, 1) for index in range(DOT_SIDES)]
    mesh.from_pydata(points, [], faces)
    return mesh


def _colour_by_confidence(item: bpy.types.Object) -> None:
    """Drive the object's colour by its confidence. A driver's own curve needs no script."""
    for channel in range(3):
        curve = item.driver_add("color", channel)
        curve.driver.type = "AVERAGE"
        variable = curve.driver.variables.new()
        variable.name, variable.type = CONFIDENCE, "SINGLE_PROP"
        variable.targets[0].id, variable.targets[0].data_path = item, CONFIDENCE_PATH
        for modifier in list(curve.modifiers):
            curve.modifiers.remove(modifier)
        curve.keyframe_points.add(len(COLOURS) - len(curve.keyframe_points))
        for point, (confidence, colour) in zip(curve.keyframe_points, COLOURS, strict=True):
            point.co, point.interpolation = (confidence, colour[channel]), "LINEAR"
        curve.update()
