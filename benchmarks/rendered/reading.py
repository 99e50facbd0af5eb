"""Reads baked characters back from Blender, frame by frame, as Blender evaluates them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from blender_addon.bridge.views.view_names import view_name
from blender_addon.core.limbs import Limb
from blender_addon.core.skeleton import JOINT_COUNT, Joint

from .bake_characters import BoneNames, Part, names_in_file
from .bake_jobs import FIGURE
from .baked import LAYERS

Doubles = NDArray[np.float64]
Arrays = dict[str, NDArray[np.float64] | NDArray[np.str_]]

TOUCHES = 0.006
"""How high above its lowest point a foot still touches the ground, in heights."""
FEET = ("right_foot", "left_foot")
REST_AXES = np.array(((1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.0, -1.0, 0.0))).T
"""Left, up and forward, in columns, of a character that faces −y."""
LIMB_JOINTS = {
    Limb.RIGHT_ARM: (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
    Limb.LEFT_ARM: (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, Joint.LEFT_WRIST),
    Limb.RIGHT_LEG: (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
    Limb.LEFT_LEG: (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
}
TRUNK = "back"
"""The support whose bones are the trunk."""
FIGURE_SUPPORTS = FEET
FIGURE_LEGS = {"Right Leg": ("RIGHT", 0), "Left Leg": ("LEFT", 1)}
LIMB, SHOE = 1, -1
"""Strokes of a leg: the line through its joints, and that from heel to toe."""


@dataclass(frozen=True, eq=False)
class Surface:
    """A character's mesh: its `objects`, the bone that carries each of its V points, and where they `rest` (V, 3)."""

    objects: tuple[bpy.types.Object, ...]
    bones: NDArray[np.str_]
    rest: Doubles

    def points(self) -> Doubles:
        """(V, 3) in the world, in the scene's frame."""
        graph = bpy.context.evaluated_depsgraph_get()
        return np.concatenate([_points(item, graph) for item in self.objects])

    def hidden(self) -> NDArray[np.bool_]:
        """(V,) the points of artwork for other views than the one that is seen in the scene's frame."""
        return np.concatenate([np.full(len(item.data.vertices), item.hide_render) for item in self.objects])

    def part(self, part: Part, armature: bpy.types.Object, tall: float) -> NDArray[np.int64]:
        """Indices of the points of a part."""
        chosen = np.isin(self.bones, part.bones)
        if part.near:
            place = np.array(armature.matrix_world @ armature.data.bones[part.near].head_local)
            chosen &= np.linalg.norm(self.rest - place, axis=-1) < part.reach * tall
        return np.flatnonzero(chosen)


def surface_of(armature: bpy.types.Object) -> Surface:
    """All meshes that the armature carries, as they rest."""
    pose = armature.data.pose_position
    armature.data.pose_position = "REST"
    bpy.context.view_layer.update()
    items = tuple(item for item in armature.children_recursive if item.type == "MESH" and item.data.vertices)
    bones = np.concatenate([_carriers(item) for item in items])
    surface = Surface(items, bones, np.zeros((0, 3)))
    rest = surface.points()
    armature.data.pose_position = pose
    bpy.context.view_layer.update()
    return Surface(items, bones, rest)


def _carriers(item: bpy.types.Object) -> NDArray[np.str_]:
    """(V,) the bone that has most weight on each point."""
    if item.parent_type == "BONE":
        return np.full(len(item.data.vertices), item.parent_bone)
    names = {group.index: group.name for group in item.vertex_groups}
    return np.array(
        [
            names[max(vertex.groups, key=lambda weight: weight.weight).group] if len(vertex.groups) else ""
            for vertex in item.data.vertices
        ]
    )


def _points(item: bpy.types.Object, graph: bpy.types.Depsgraph) -> Doubles:
    """Blender does not move what is hidden; a bone carries what it holds at its tail."""
    if item.hide_viewport and item.parent_type == "BONE":
        bone = item.parent.pose.bones[item.parent_bone]
        tail = bone.matrix @ Matrix.Translation((0, bone.length, 0))
        return _placed(item, np.array(item.parent.matrix_world @ tail @ item.matrix_parent_inverse @ item.matrix_basis))
    evaluated = item.evaluated_get(graph)
    return _placed(evaluated, np.array(evaluated.matrix_world))


def _placed(item: bpy.types.Object, world: Doubles) -> Doubles:
    mesh = item.to_mesh()
    flat = np.empty(3 * len(mesh.vertices), dtype=np.float32)
    mesh.vertices.foreach_get("co", flat)
    item.to_mesh_clear()
    return np.asarray(flat.reshape(-1, 3).astype(np.float64) @ world[:3, :3].T + world[:3, 3])


def read_character(character: str, frames: Sequence[int]) -> Arrays:
    """What `Baked` holds, but the contacts, of the character in the open file."""
    return _read_figure(frames) if character == FIGURE else _read_armature(names_in_file(), frames)


def _read_armature(names: BoneNames, frames: Sequence[int]) -> Arrays:
    scene = bpy.context.scene
    armature = bpy.data.objects[names.armature]
    surface = surface_of(armature)
    tall = float(np.ptp(surface.rest[:, 2]))
    parts = [surface.part(part, armature, tall) for part in names.supports.values()]
    feet = [parts[list(names.supports).index(foot)] for foot in FEET]
    joints, heads, heights, slips, lowest, views, layers = [], [], [], [], [], [], []
    limbs = [_limb_points(surface, names, limb) for limb in LAYERS]
    before = None
    for frame in frames:
        scene.frame_set(frame)
        points = surface.points()
        joints.append(_joints(armature, names, tall, posed=True))
        heads.append(_head(armature, names.head))
        hidden = surface.hidden()
        low = np.where(hidden, np.inf, points[:, 2])
        views.append([_shown_view(surface, bones) for bones in (_trunk(names), (names.head,))])
        layers.append([_layer(points[limb & ~hidden]) for limb in limbs])
        heights.append([low[part].min() if len(part) else np.nan for part in parts])
        soles = [foot[np.isfinite(low[foot])] for foot in feet]
        slips.append([_slip(points[sole], before[sole] if before is not None else None, tall) for sole in soles])
        lowest.append(low.min())
        before = points
    return {
        "joints": np.array(joints),
        "rest": _joints(armature, names, tall, posed=False),
        "head": np.array(heads),
        "heights": np.array(heights),
        "slips": np.array(slips),
        "lowest": np.array(lowest),
        "views": np.array(views),
        "layers": np.array(layers),
        "support_names": np.array(list(names.supports)),
    }


def _trunk(names: BoneNames) -> tuple[str, ...]:
    return names.supports[TRUNK].bones if TRUNK in names.supports else ()


def _limb_points(surface: Surface, names: BoneNames, limb: Limb) -> NDArray[np.bool_]:
    """(V,) the points of a limb's pieces."""
    joints = LIMB_JOINTS.get(limb)
    return np.isin(surface.bones, _trunk(names) if joints is None else [names.joints[joint] for joint in joints])


def _layer(points: Doubles) -> float:
    """How far away the middle of a limb's pieces lies."""
    return float(points[:, 1].mean()) if len(points) else float("nan")


def _shown_view(surface: Surface, bones: Sequence[str]) -> float:
    """The azimuth that the artwork of these bones is drawn for, as its names say; nan where none is for a view."""
    pieces = [item for item in surface.objects if item.parent_bone in bones]
    if not any(view_name(item.name).views for item in pieces):
        return float("nan")
    shown = [view_name(item.name).views for item in pieces if not item.hide_render]
    own = [view for views in shown if len(views) == 1 for view in views]
    return own[0].azimuth if own else 0.0


def _slip(now: Doubles, before: Doubles | None, tall: float) -> Doubles:
    """(2,) x and y that the points of a foot (V, 3) that touch the ground went since the frame before."""
    if before is None or not len(now):
        return np.zeros(2)
    touching = now[:, 2] < now[:, 2].min() + TOUCHES * tall
    return np.asarray((now - before)[touching, :2].mean(axis=0))


def _joints(armature: bpy.types.Object, names: BoneNames, tall: float, *, posed: bool) -> Doubles:
    """(15, 3) in the world."""
    world = np.array(armature.matrix_world)
    found = np.full((JOINT_COUNT, 3), np.nan)
    for joint, name in names.joints.items():
        head = armature.pose.bones[name].head if posed else armature.data.bones[name].head_local
        found[joint] = world[:3, :3] @ np.array(head) + world[:3, 3]
    found[Joint.NECK] = (found[Joint.RIGHT_SHOULDER] + found[Joint.LEFT_SHOULDER]) / 2
    found[Joint.MID_HIP] = (found[Joint.RIGHT_HIP] + found[Joint.LEFT_HIP]) / 2
    bone = armature.pose.bones[names.head].head if posed else armature.data.bones[names.head].head_local
    up = _head(armature, names.head)[:, 1] if posed else REST_AXES[:, 1]
    found[Joint.HEAD] = world[:3, :3] @ np.array(bone) + world[:3, 3] + names.ears * tall * up
    return found


def _head(armature: bpy.types.Object, name: str) -> Doubles:
    """(3, 3) the head's left, up and forward in columns, in the world."""
    posed = armature.matrix_world @ armature.pose.bones[name].matrix
    rest = armature.matrix_world @ armature.data.bones[name].matrix_local
    turn = np.array(posed.to_3x3().normalized()) @ np.linalg.inv(np.array(rest.to_3x3().normalized()))
    return np.asarray(turn @ REST_AXES)


def _read_figure(frames: Sequence[int]) -> Arrays:
    """A drawn figure has the joints of its legs and the soles of its shoes alone."""
    figure = next(item for item in bpy.data.objects if item.type == "GREASEPENCIL")
    count = len(frames)
    joints = np.full((count, JOINT_COUNT, 3), np.nan)
    shoes = np.full((count, 2, 2, 3), np.nan)
    for layer, (side, foot) in FIGURE_LEGS.items():
        drawn = _drawn_leg(figure, figure.data.layers[layer], frames)
        for joint, column in (("HIP", 0), ("KNEE", 1), ("ANKLE", 2)):
            joints[:, Joint[f"{side}_{joint}"]] = drawn[:, column]
        shoes[:, foot] = drawn[:, 3:]
    heights = shoes[..., 2].min(axis=2)
    lower = shoes[..., 2].argmin(axis=2)[..., None, None]
    went = np.diff(shoes, axis=0, prepend=shoes[:1])
    slips = np.take_along_axis(went, lower, axis=2)[:, :, 0, :2]
    return {
        "joints": joints,
        "rest": _figure_at_rest(joints),
        "head": np.full((count, 3, 3), np.nan),
        "heights": heights,
        "slips": np.nan_to_num(slips),
        "views": np.full((count, 2), np.nan),
        "layers": np.full((count, len(LAYERS)), np.nan),
        "lowest": np.where(np.isnan(heights).all(axis=1), np.nan, np.nan_to_num(heights, nan=np.inf).min(axis=1)),
        "support_names": np.array(FIGURE_SUPPORTS),
    }


def _drawn_leg(figure: bpy.types.Object, layer: bpy.types.GreasePencilLayer, frames: Sequence[int]) -> Doubles:
    """(T, 5, 3) hip, knee and ankle, and heel and toe as low as the shoe reaches, in the world; nan where nothing is
    drawn.
    """
    world = np.array(figure.matrix_world)
    keys = {key.frame_number: key.drawing for key in layer.frames}
    found = np.full((len(frames), 5, 3), np.nan)
    for row, frame in enumerate(frames):
        there = [number for number in keys if number <= frame]
        strokes = keys[max(there)].strokes if there else ()
        if not len(strokes):
            continue
        limb, shoe = strokes[LIMB].points, strokes[SHOE].points
        points = [limb[0], limb[len(limb) // 2], limb[-1], shoe[0], shoe[-1]]
        places = np.array([tuple(point.position) for point in points]) @ world[:3, :3].T + world[:3, 3]
        places[3:, 2] -= [point.radius * figure.matrix_world.median_scale for point in points[3:]]
        found[row] = places
    return found


def _figure_at_rest(joints: Doubles) -> Doubles:
    """(15, 3) a straight body: thighs and shins as long as they are drawn at most, a head and a spine as of an adult;
    for sizes alone.
    """
    rest = np.zeros((JOINT_COUNT, 3))
    leg = sum(
        float(np.nanquantile(np.linalg.norm(joints[:, a] - joints[:, b], axis=-1), 0.9))
        for a, b in ((Joint.RIGHT_HIP, Joint.RIGHT_KNEE), (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE))
    )
    for side in ("RIGHT", "LEFT"):
        rest[Joint[f"{side}_KNEE"], 2] = -leg / 2
        rest[Joint[f"{side}_ANKLE"], 2] = -leg
    rest[Joint.NECK, 2], rest[Joint.HEAD, 2] = SPINE * leg, (SPINE + NECK) * leg
    return rest


SPINE, NECK = 0.62, 0.21
"""From mid-hip to neck and from there to the head, in leg lengths of an adult."""
