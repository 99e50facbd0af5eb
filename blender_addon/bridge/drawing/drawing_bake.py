"""A drawing performs: as keys on its layers, or bound to an armature that does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import bpy
import numpy as np
from numpy.typing import NDArray

from ...settings.channels import ChannelSettings
from ...settings.drawing import Way
from ...settings.keys import KeySettings
from ..armature.measure import rest_joints
from ..body.scene_motion import SceneMotion
from ..projection.planes import SIDES, SIDES_APART, Plane, local_axes
from ..retiming.cycles import pad_cycle
from ..rig.cycle_bake import crop_to_cycle, repeat_endlessly
from ..rig.key_reduction import reduce_keys
from ..rig.measured_character import Character, read_character
from ..rig.rig_bake import RigBakeSettings, parts_keyed, solve_pose
from ..rig.rig_pose import RigTarget
from ..rig.rig_pose import read_target as read_rig
from ..rig.virtual_rig import virtual_rig
from ..scene.animation.actions import Curve, assign, check_writable, continued_action, mark_cycle, posed_by_action
from ..scene.animation.bake_marks import is_as_baked, mark, source_of
from ..scene.animation.layer_visibility import back_to_before_views, before_views, keep_standing
from ..scene.animation.layers import LayerSource
from ..scene.animation.nla import as_before_on_failure, push_down
from ..views.artwork import Artwork
from ..views.shown_artwork import ShownArtwork
from ..views.view_keys import (
    ViewKeys,
    key_views,
    layer_visibility_curves,
    show_front_layers,
    stop_layer_views,
    visibility_curves,
)
from .binding import Binding, add_armature_modifier, check_bendable, parent_to_bones, rest_matrix
from .body_parts import LIMB_PARTS, OTHER_SIDE, BodyPart
from .built_armature import MODIFIER_TYPE, armature_of, build_armature
from .drawing_settings import DrawingSettings
from .drawn_body import DrawnBody, measure_drawing, plane_axes, state_at_rest
from .layer_keys import (
    LAYER_TRANSFORM,
    REST_PROPERTY,
    LayerLook,
    LayerPoses,
    layer_curves,
    locked_layers,
    rest_matrices,
    rests_of,
    set_at_rest,
)
from .layer_pieces import LayerPiece, check_drawing, read_pieces
from .layer_stack import LayerStack, hide_by_depth, layer_stack
from .layer_views import (
    front_pieces,
    layer_artwork,
    mirrored_frames,
    notes_of_unmirrored,
    on_body,
    shown_layers,
)

Array = NDArray[np.float64]

ON_LAYERS = 0.25
"""Part of the tolerances of keys that those of layers have."""

VIEWERS_SIDES = "The layers of {name} are named for the viewer's right and left; they were taken so. Pick their parts where that is wrong."


@dataclass(frozen=True, eq=False)
class DrawnCharacter:
    """A drawing ready to perform: its assigned `pieces`, the `character` that the motion goes onto, and the `armature`
    that this is of; None where the body is the drawing's own, which then is `body`. `artwork`: its layers that are
    views.
    """

    drawing: bpy.types.Object
    settings: DrawingSettings
    pieces: tuple[LayerPiece, ...]
    character: Character
    armature: bpy.types.Object | None
    body: DrawnBody | None
    notes: tuple[str, ...] = ()
    artwork: Artwork = field(default_factory=lambda: Artwork(()))

    @property
    def owner(self) -> bpy.types.Object:
        """The object in whose space the character is measured."""
        return self.armature or self.drawing


@dataclass(frozen=True, eq=False)
class DrawingBake:
    """What was made on the drawing itself: an `action` with `keys` keys, of the `dense` that a key a frame would be;
    None where an armature moves it. `views`: the Actions that show its layers then.
    """

    action: bpy.types.Action | None
    keys: int
    dense: int
    notes: tuple[str, ...] = ()
    views: tuple[bpy.types.Action, ...] = ()


def read_drawn_character(
    scene: bpy.types.Scene, settings: DrawingSettings, armature: bpy.types.Object | None
) -> DrawnCharacter:
    """Read the drawing and measure who it is: the armature that was chosen, the one that it is bound to, or the body
    that its layers make.

    Raises ValueError, in one sentence, where it cannot perform in that way.
    """
    drawing = settings.read_drawing()
    check_drawing(drawing)
    assert drawing is not None
    if scene.objects.get(drawing.name) != drawing:
        raise ValueError(f"{drawing.name} is not in the scene {scene.name}; choose a drawing that is.")
    check_writable(drawing.data)
    parts = settings.assigned(drawing)
    rests = rest_matrices(rests_of(drawing)) | {
        layer.name: np.array(rest_matrix(drawing, layer)) for layer in drawing.data.layers if layer.parent is not None
    }
    if settings.way == Way.WEIGHTS:  # bones bend what is drawn, before any transform of its layer
        rests = {layer.name: np.eye(4) for layer in drawing.data.layers}
    pieces = read_pieces(drawing, scene.frame_current, parts, settings.picked_pivots(), rests)
    if not pieces:
        raise ValueError(
            f"No layer of {drawing.name} is assigned to a part of the body; name its layers for their parts, or pick a part for each."
        )
    bound = armature_of(drawing)
    if settings.way == Way.LAYERS:
        _check_free(drawing, pieces)
    elif armature is not None and bound not in (None, armature):
        raise ValueError(
            f"{drawing.name} is bound to {bound.name} already; choose that armature, or unbind the drawing."
        )
    armature = armature or (bound if settings.way != Way.LAYERS else None)
    if settings.way == Way.WEIGHTS:
        check_bendable(
            drawing, pieces, plane_axes(drawing, scene, pieces)[2] if _is_flat(drawing, scene, pieces) else np.zeros(3)
        )
    notes: tuple[str, ...] = ()
    views = layer_artwork(drawing, settings.views)
    if not settings.parts:
        pieces, notes = _with_character_sides(drawing, scene, pieces, views, armature)
    body = measure_drawing(drawing, scene, front_pieces(pieces, views)) if armature is None else None
    character = body.character if body is not None else read_character(armature)
    artwork = on_body(views, pieces, character.bone_map)
    return DrawnCharacter(drawing, settings, tuple(pieces), character, armature, body, notes, artwork)


@dataclass(frozen=True, eq=False)
class LayerPlan:
    """What keys on the layers are worked out to be, with nothing changed: `dense` has a key a frame, for the `free`
    pieces, whose layers stand as in `rests` without them; `target` is what was solved for. `away` (3,) is from the
    viewer in the drawing's space.
    """

    drawn: DrawnCharacter
    motion: SceneMotion
    settings: RigBakeSettings
    target: RigTarget
    rests: dict[str, tuple[float, ...]]
    free: tuple[LayerPiece, ...]
    stack: LayerStack | None
    away: Array
    dense: tuple[Curve, ...]
    notes: tuple[str, ...]

    def write(self, drawing: bpy.types.Object, curves: Sequence[Curve]) -> bpy.types.Action:
        """Key curves on the layers of the drawing, or of a copy of it, in an Action of its data-block that goes on with
        what else was animated there.
        """
        curves = repeat_endlessly(curves, self.motion)
        had_views = bool(before_views(drawing.data))
        action = _write(drawing, self.settings.source, self.free, self.rests, curves)
        if had_views and all(LAYER_TRANSFORM.fullmatch(curve.path) for curve in curves):
            show_front_layers(self.drawn.artwork, {drawing.data})
        if self.stack is not None:
            hide_by_depth(drawing, self.stack, self.away)
        return action


def plan_layer_keys(drawn: DrawnCharacter, motion: SceneMotion, settings: RigBakeSettings) -> LayerPlan:
    """Work out how the layers move; ValueError, in one sentence, where none can."""
    drawing, rests = drawn.drawing, rests_of(drawn.drawing)
    target = _rig(drawn, settings.plane, pad_cycle(motion))
    shown = _shown(drawn, target.motion, settings.channels)
    target, pose = solve_pose(replace(target, artwork=shown), settings)
    poses = LayerPoses(target, pose, _to_drawing(drawn))
    away = local_axes(drawing, settings.plane)[2]
    stack = _stack(drawn, away)
    locked = locked_layers(drawing)
    free = tuple(piece for piece in drawn.pieces if piece.layer not in locked)
    if not free:
        raise ValueError(f"All assigned layers of {drawing.name} are locked; unlock those that should move.")
    dense, notes = layer_curves(
        poses, free, rests, LayerLook(stack, local_axes(drawing, settings.plane), mirrored_frames(shown))
    )
    if shown is not None:
        dense += layer_visibility_curves(shown, target.motion.frames)
    if held := [piece.layer for piece in drawn.pieces if piece.layer in locked]:
        notes.append(f"Layers are locked and stay as they are ({', '.join(held)}); unlock them to have them move.")
    dense = crop_to_cycle(dense, motion)
    return LayerPlan(
        drawn, motion, settings, replace(target, motion=motion), rests, free, stack, away, tuple(dense), tuple(notes)
    )


def key_layers(
    scene: bpy.types.Scene, drawn: DrawnCharacter, motion: SceneMotion, settings: RigBakeSettings
) -> DrawingBake:
    """Key the motion onto the drawing's layers, in an Action of its data-block that goes on with what else was animated
    there.
    """
    plan = plan_layer_keys(drawn, motion, settings)
    curves = reduce_keys(plan.target, list(plan.dense), _of_layers(settings.keys, _to_drawing(drawn)))
    action = plan.write(drawn.drawing, curves)
    scene.view_layers[0].update()
    if motion.cycle is not None:
        mark_cycle(action, int(motion.frames[0]), int(motion.frames[-1]))
    after, before = (sum(len(curve.frames) for curve in each) for each in (curves, plan.dense))
    return DrawingBake(action, after, before, (*drawn.notes, *plan.notes))


def armature_for(scene: bpy.types.Scene, drawn: DrawnCharacter) -> bpy.types.Object:
    """The drawing's armature; one is built where it has none."""
    if drawn.armature is not None:
        return drawn.armature
    assert drawn.body is not None
    return build_armature(drawn.drawing, scene, drawn.body)


def bind(scene: bpy.types.Scene, drawn: DrawnCharacter, armature: bpy.types.Object, plane: Plane) -> DrawingBake:
    """Bind the drawing to the armature: layers to bones, or lines by weights."""
    drawing, away = drawn.drawing, local_axes(drawn.drawing, plane)[2]
    back_to_before_views(drawing.data)
    stack = _stack(drawn, away)
    binding = Binding(drawing, armature, drawn.character, drawn.pieces, stack, away)
    if drawn.settings.way == Way.BONES:
        parent_to_bones(binding)
    else:
        add_armature_modifier(scene, binding)
    if stack is not None:
        hide_by_depth(drawing, stack, away)
    return DrawingBake(None, 0, 0, drawn.notes)


def key_drawn_views(drawn: DrawnCharacter, motion: SceneMotion, settings: RigBakeSettings) -> ViewKeys:
    """Key which layers are seen of a drawing that an armature moves."""
    source, armature = settings.source, drawn.armature or armature_of(drawn.drawing)
    shown = _shown(drawn, motion, settings.channels)
    if shown is None or armature is None:
        stop_layer_views(drawn.artwork, source.key)
        return ViewKeys(())
    curves = visibility_curves(shown, motion.frames, local_axes(armature, settings.plane))
    cycled = {owner: repeat_endlessly(keys, motion) for owner, keys in curves.items()}
    made = key_views(cycled, f"{source.name} → {armature.name} Views", source.key)
    notes = notes_of_unmirrored(shown) if drawn.settings.way == Way.WEIGHTS else []
    return replace(made, notes=(*made.notes, *notes))


def _shown(drawn: DrawnCharacter, motion: SceneMotion, channels: ChannelSettings) -> ShownArtwork | None:
    return shown_layers(drawn.artwork, motion, parts_keyed(channels)) if channels.artwork else None


def _of_layers(keys: KeySettings, to_drawing: Array) -> KeySettings:
    """Layers turn about the drawing's origin and each for itself, so that a limb would soon gape where it meets the
    next.
    """
    scale = float(np.cbrt(abs(np.linalg.det(to_drawing[:3, :3]))))
    return replace(keys, angle=keys.angle * ON_LAYERS, distance=keys.distance * ON_LAYERS * scale)


def _to_drawing(drawn: DrawnCharacter) -> Array:
    """(4, 4) from the space that the character is measured in to the drawing's."""
    return np.array(drawn.drawing.matrix_world.inverted() @ drawn.owner.matrix_world)


def _rig(drawn: DrawnCharacter, plane: Plane, motion: SceneMotion) -> RigTarget:
    character = drawn.character
    if drawn.armature is not None:
        target = read_rig(
            drawn.armature, character.bone_map, motion, plane=plane, depth=0.0, reset=posed_by_action(drawn.armature)
        )
        return virtual_rig(target, None)
    rest = character.rest
    return RigTarget(
        drawn.drawing,
        rest,
        character.bone_map,
        state_at_rest(len(rest.names)),
        motion,
        local_axes(drawn.drawing, plane),
        0.0,
        planar=True,
    )


def _stack(drawn: DrawnCharacter, away: Array) -> LayerStack | None:
    if not drawn.settings.near_far:
        return None
    scale = float(np.cbrt(abs(np.linalg.det(_to_drawing(drawn)[:3, :3]))))
    front = front_pieces(drawn.pieces, drawn.artwork)
    return layer_stack(drawn.drawing, drawn.pieces, front, scale * drawn.character.skeleton.height, away)


def _write(
    drawing: bpy.types.Object,
    source: LayerSource,
    pieces: Sequence[LayerPiece],
    rests: dict[str, tuple[float, ...]],
    curves: Sequence[Curve],
) -> bpy.types.Action:
    """The Action takes over whatever the last one keyed beside the transforms of the assigned layers. That is kept on a
    muted NLA track, but for what an earlier bake of the same source made.
    """
    ours, data = {piece.layer for piece in pieces}, drawing.data
    views = {*before_views(data), *(curve.path for curve in curves if LAYER_TRANSFORM.fullmatch(curve.path) is None)}

    def is_ours(path: str) -> bool:
        found = LAYER_TRANSFORM.fullmatch(path)
        return path in views or (found is not None and bpy.utils.unescape_identifier(found["layer"]) in ours)

    with as_before_on_failure(data):
        action, slot = continued_action(data, f"{source.name} → {drawing.name}", curves, is_ours)
        action[REST_PROPERTY] = json.dumps(rests)
        keep_standing(data, action, (curve.path for curve in curves if curve.path in views))
        animation = data.animation_data or data.animation_data_create()
        earlier = animation.action
        again = source_of(earlier) == source.key and is_as_baked(earlier)
        if earlier is not None and not again:
            push_down(data).mute = True
        assign(animation, action, slot)
        for layer in ours:
            set_at_rest(data.layers[layer], rests[layer])
    mark(action, source.key)
    if again and earlier.users == 0:
        title = earlier.name
        bpy.data.actions.remove(earlier)
        action.name = title
    return action


def _check_free(drawing: bpy.types.Object, pieces: Sequence[LayerPiece]) -> None:
    for piece in pieces:
        parent = drawing.data.layers[piece.layer].parent
        if parent is not None:
            raise ValueError(
                f"The layer {piece.layer} is parented to {parent.name}, so that keys would move it twice; clear its parent, or choose the way Bones."
            )
    bending = next(
        (modifier for modifier in drawing.modifiers if modifier.type == MODIFIER_TYPE and modifier.object is not None),
        None,
    )
    if bending is not None:
        raise ValueError(
            f"{bending.object.name} bends {drawing.name}, so that keys would move it twice; choose the way Weights, or remove {bending.name}."
        )


def _is_flat(drawing: bpy.types.Object, scene: bpy.types.Scene, pieces: Sequence[LayerPiece]) -> bool:
    try:
        plane_axes(drawing, scene, pieces)
    except ValueError:
        return False
    return True


def _with_character_sides(
    drawing: bpy.types.Object,
    scene: bpy.types.Scene,
    pieces: list[LayerPiece],
    views: Artwork,
    armature: bpy.types.Object | None,
) -> tuple[list[LayerPiece], tuple[str, ...]]:
    """Artists call a limb right for the character or for whoever looks at it.

    Where the limbs lie tells which, if the character does not stand in profile.
    """
    right = plane_axes(drawing, scene, pieces)[0] if _is_flat(drawing, scene, pieces) else None
    if right is None:
        return pieces, ()
    wanted = 1.0
    if armature is not None:
        character = read_character(armature)
        joints = rest_joints(character.rest, character.bone_map)
        across = np.sum([joints[left] - joints[right_one] for left, right_one in SIDES], axis=0)
        turned = np.array((drawing.matrix_world.inverted() @ armature.matrix_world).to_3x3()) @ across
        wanted = float(np.sign(turned @ right)) or 1.0
    apart = wanted * _left_of_right(front_pieces(pieces, views), right)
    extent = float(np.ptp(np.concatenate([piece.points for piece in pieces]), axis=0).max())
    if apart > -SIDES_APART * extent:
        return pieces, ()
    return [replace(piece, part=OTHER_SIDE[piece.part]) for piece in pieces], (VIEWERS_SIDES.format(name=drawing.name),)


def _left_of_right(pieces: Sequence[LayerPiece], right: Array) -> float:
    """How far the left limbs lie to the picture's right of the right ones."""
    across = 0.0
    for one, other in ((LIMB_PARTS[0], LIMB_PARTS[1]), (LIMB_PARTS[2], LIMB_PARTS[3])):
        sides = [
            [
                piece.points.mean(axis=0) @ right
                for piece in pieces
                if piece.part in limb.parts and piece.part != BodyPart.NONE
            ]
            for limb in (one, other)
        ]
        if all(sides):
            across += float(np.mean(sides[1]) - np.mean(sides[0]))
    return across
