"""Bake a motion into an Action on a rig. Each step has a module of its own.

`solve_pose` computes the pose as arrays: first the rotations of the bones, then the influence of each limb, the root's
path, and feet and hands. Each step takes a `RigPose` and returns the next. `channel_curves` turns the pose into curves,
`reduce_keys` reduces their keys, and `install_action` writes them last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ...core.limbs import Limb
from ...settings.channels import ChannelSettings, RootMotion
from ...settings.feet import ALL_TURN, PLANTED, FeetSettings, LandmarkSettings
from ...settings.keys import DENSE, KeySettings
from ...settings.nla import LayerSettings
from ..armature.bone_map import BoneMap
from ..body.scene_motion import SceneMotion
from ..projection.planes import Plane
from ..retiming.cycles import pad_cycle, unpadded_frames
from ..scene.animation.actions import Curve, mark_cycle
from ..scene.animation.layers import LayerSource, check_layers, install_action, previously_posed
from ..views.artwork import Part
from ..views.face_features import feature_curves, joined
from ..views.shown_artwork import ShownArtwork, shown_artwork
from ..views.view import View
from ..views.view_keys import ViewKeys, hold_shown_frames, key_views, stop_views, visibility_curves
from .body_on_hands import lean_on_hands
from .channel_curves import channel_curves
from .cycle_bake import crop_to_cycle, repeat_endlessly, stay_in_place
from .extremities import rotate_extremities
from .follow_turn import follow_turn
from .ik_keys import key_ik_controls
from .joint_gaps import joint_gap_notes
from .key_reduction import ReducedKeys, reduce_keys
from .limb_blending import blend_limbs, isolate_limbs, without_contacts_of_unused_legs
from .made_up_keys import with_made_up_keys
from .planted_feet import place_root, plant_feet
from .planted_hands import plant_hands
from .pose_within_locks import lock_notes, respect_locks
from .rig_conditions import check_bones, condition_notes
from .rig_pose import RigPose, RigTarget, read_target, solve_mapped_bones
from .root_motion import carrier_curves, carrier_of, check_carrier, split_root_motion
from .standing_pose import standing_pose_of, store_standing_pose
from .stretching import stop_inheriting_scale, stretch_limbs, stretch_notes
from .virtual_rig import pose_on_real_rig, virtual_rig

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RigBakeSettings:
    """`plane` in world space; `depth` 0..1, how much of the motion's depth a rig takes on (a cut-out rig takes none);
    `name` of the take.

    `reduced_features`: whether drawings of the face get as few keys as they need; one that is not kept needs no choice.

    `way` (K, 3): how far an object carries the rig, in its own space, where that is known; None where the root's path
    says it. `beside`: how far along the plane's right and up, in its own unit, it performs from where it stands.
    `drawn_for`: the views of a character that the rig as a whole shows, where it does not show all.

    `source_id` tells whose motion it is from any other's, where the name alone does not; `layers`, how the bake joins
    the animation that is there; `channels`, which of them are keyed, and how much.
    """

    plane: Plane
    depth: float
    name: str
    source_id: str = ""
    feet: FeetSettings = PLANTED
    keys: KeySettings = DENSE
    layers: LayerSettings = field(default_factory=LayerSettings)
    landmarks: LandmarkSettings = ALL_TURN
    channels: ChannelSettings = field(default_factory=ChannelSettings)
    reduced_features: bool = True
    way: Array | None = None
    beside: tuple[float, float] = (0.0, 0.0)
    drawn_for: frozenset[View] = frozenset()

    @property
    def source(self) -> LayerSource:
        """The source that a second bake replaces. A layer with its own title is another source."""
        return LayerSource(f"{self.source_id or self.name} {self.layers.title}".strip(), self.layers.title or self.name)


@dataclass(frozen=True, eq=False)
class RigBake:
    """What was made: `action` with `keys` keys on `bones` bones, of the `dense` that a key a frame would be. `notes`:
    sentences about what the rig does not let through; `carriers`: the Actions of objects that carry the rig; `views`:
    those of its artwork, which they show and hide.
    """

    action: bpy.types.Action
    keys: int
    bones: int
    dense: int
    notes: tuple[str, ...] = ()
    carriers: tuple[bpy.types.Action, ...] = ()
    views: tuple[bpy.types.Action, ...] = ()


@dataclass(frozen=True, eq=False)
class RigBakePlan:
    """A bake before its keys are reduced and written.

    `dense`: curves with a key a frame. `notes`: sentences about what the rig prevents. `path` (K, 3): where the
    character goes, if an object carries it; else None. `way`: that on the frames of a padded cycle, also where nothing
    carries it. `shifted`: bones (indices) that follow a turn beside the trunk.
    `visibility`: when its artwork is shown and hidden.
    """

    target: RigTarget
    dense: list[Curve]
    notes: list[str]
    path: Array | None
    shifted: frozenset[int]
    visibility: Mapping[bpy.types.ID, list[Curve]]
    way: Array | None = None


def plan_rig_bake(
    armature: bpy.types.Object, bone_map: BoneMap, motion: SceneMotion, settings: RigBakeSettings
) -> RigBakePlan:
    """Compute the bake with a key on every frame, and change nothing.

    Raises ValueError, in one sentence, where the armature cannot be keyed or lacks a bone of the map.
    """
    check_layers(armature, settings.source, settings.layers)
    if armature.mode == "EDIT":
        raise ValueError(f"{armature.name} is being edited; leave Edit Mode first.")
    check_bones(armature, bone_map.bones)
    if not 0 <= settings.depth <= 1:
        raise ValueError(f"The depth {settings.depth:g} is not between 0 and 1; choose one that is.")
    check_carrier(armature, settings.channels)
    posed_earlier = previously_posed(armature, settings.source, settings.layers)
    target = read_target(
        armature,
        bone_map,
        pad_cycle(motion),
        plane=settings.plane,
        depth=settings.depth,
        reset=posed_earlier,
        feet=settings.feet,
    )
    target = replace(target, artwork=_shown_artwork(target, settings))
    target = stretch_limbs(virtual_rig(target, standing_pose_of(armature, target.rest, bone_map)), settings.channels)
    target, pose = solve_pose(target, settings)
    shifted = frozenset(target.moved)
    if pose.path is not None:
        pose = replace(pose, path=pose.path + np.array(settings.beside) @ target.axes[:2])
    pose, way = split_root_motion(target, pose, settings.channels, settings.way)
    target, pose = pose_on_real_rig(
        target, isolate_limbs(target, pose, settings.channels.limbs), settings.channels.limbs
    )
    pose = key_ik_controls(target, pose)
    curves, notes = channel_curves(target, pose, settings.channels.limbs)
    notes += [*lock_notes(target, pose), *stretch_notes(target, settings.channels)]
    notes += condition_notes(armature, bone_map.bones, bpy.context.scene)
    carried_by_object = settings.channels.root is not RootMotion.IN_PLACE and Limb.BODY in settings.channels.limbs
    own = unpadded_frames(target.motion)
    target = replace(
        target, motion=motion, scales={bone: scales[own] for bone, scales in target.scales.items()}, moved={}
    )
    path = way[own] if carried_by_object and way is not None else None
    visibility = _visibility(target, own, settings)
    return RigBakePlan(target, crop_to_cycle(curves, motion), notes, path, shifted, visibility, way)


def bake_rig(
    armature: bpy.types.Object,
    bone_map: BoneMap,
    motion: SceneMotion,
    settings: RigBakeSettings,
    early_keys: ReducedKeys | None = None,
) -> RigBake:
    """Bake the motion into a new Action of the armature. `keys` sets the keys, `layers` how it joins the existing
    animation.

    All is computed before anything is changed; `early_keys` are used if they were reduced from the same curves. Raises
    ValueError as `plan_rig_bake`.
    """
    return write_plan(plan_rig_bake(armature, bone_map, motion, settings), settings, early_keys)


def solve_pose(target: RigTarget, settings: RigBakeSettings) -> tuple[RigTarget, RigPose]:
    """The pose on every frame, and the rig with the limbs that it moves.

    Limbs are blended before the root is placed, foot planting after it.
    """
    solved = replace(target, motion=without_contacts_of_unused_legs(target.motion, settings.channels))
    pose = solve_mapped_bones(solved)
    pose = respect_locks(solved, blend_limbs(solved, pose, settings.channels, set(pose.turns)))
    solved, pose = follow_turn(solved, pose, settings.channels)
    pose = lean_on_hands(solved, place_root(solved, pose, settings.feet), settings.feet)
    pose = plant_feet(solved, pose, settings.feet)
    pose = plant_hands(solved, pose, settings.feet, settings.channels)
    ended = rotate_extremities(solved, pose, settings.landmarks, settings.feet)
    blended = blend_limbs(solved, ended, settings.channels, set(ended.turns) - set(pose.turns))
    return replace(target, moved=solved.moved), stay_in_place(solved, respect_locks(solved, blended))


PART_LIMBS = {Part.TRUNK: Limb.BODY, Part.HEAD: Limb.HEAD}
"""The limbs that must be keyed for the views of a part to be."""


def _shown_artwork(target: RigTarget, settings: RigBakeSettings) -> ShownArtwork | None:
    """What is shown of a cut-out's artwork, as far as its trunk and head are keyed."""
    if not (target.planar and settings.channels.artwork):
        return None
    shown = shown_artwork(target.armature, target.bone_map, target.motion, settings.drawn_for)
    return shown.of(parts_keyed(settings.channels)) if shown is not None else None


def parts_keyed(settings: ChannelSettings) -> list[Part]:
    """The parts whose views are keyed: those whose limbs are."""
    return [part for part, limb in PART_LIMBS.items() if limb in settings.limbs]


def _visibility(
    target: RigTarget, own: NDArray[Any] | slice, settings: RigBakeSettings
) -> dict[bpy.types.ID, list[Curve]]:
    """When artwork is shown and hidden, and how features of the face go, on the motion's `own` frames alone."""
    shown = target.artwork.on(own) if target.artwork is not None else None
    frames, channels = target.motion.frames, settings.channels
    curves = visibility_curves(shown, frames, target.rest_axes) if shown is not None else {}
    if not (target.planar and channels.artwork and settings.landmarks.head and Limb.HEAD in channels.limbs):
        return curves
    features = feature_curves(
        target.armature,
        target.bone_map,
        target.motion,
        axes=target.rest_axes,
        shown=shown,
        amount=channels.amount(Limb.HEAD),
        reduced=settings.reduced_features,
    )
    return joined(curves, features, frames)


def _key_views(plan: RigBakePlan, settings: RigBakeSettings) -> ViewKeys:
    if not settings.channels.artwork:
        stop_views(plan.target.armature, plan.target.bone_map, settings.source.key)
    curves = {item: repeat_endlessly(keys, plan.target.motion) for item, keys in plan.visibility.items()}
    hold_shown_frames(plan.target.artwork, int(plan.target.motion.frames[0]))
    return key_views(curves, f"{settings.source.name} → {plan.target.armature.name} Views", settings.source.key)


def _bones_noted_loose(target: RigTarget, notes: Sequence[str]) -> list[str]:
    """The mapped bones that a note already names."""
    return [name for name in target.bone_map.bones if any(note.startswith(f"{name} is parented to ") for note in notes)]


def write_plan(plan: RigBakePlan, settings: RigBakeSettings, early_keys: ReducedKeys | None) -> RigBake:
    """Reduce the keys and write the curves. The path of the character is written to its carrier."""
    target, dense, path = plan.target, plan.dense, plan.path
    armature, notes, carriers = target.armature, list(plan.notes), []
    reduced = (
        early_keys.curves
        if early_keys is not None and early_keys.is_of(dense)
        else reduce_keys(target, dense, settings.keys)
    )
    curves = repeat_endlessly(reduced, target.motion)
    if path is not None:
        carrier = carrier_of(armature, settings.channels, settings.name)
        path_curves = repeat_endlessly(carrier_curves(armature, carrier, target.motion.frames, path), target.motion)
        if carrier == armature:
            dense, curves = [*dense, *path_curves], [*curves, *path_curves]
        else:
            carriers.append(install_action(carrier, path_curves, settings.source, settings.layers))
    curves = with_made_up_keys(curves, target)
    installed = install_action(armature, curves, settings.source, settings.layers)
    views = _key_views(plan, settings)
    if target.standing is not None:
        store_standing_pose(installed.action, armature, target.rest, target.bone_map, target.standing)
    notes += stop_inheriting_scale(armature, [target.rest.names[bone] for bone in target.scales])
    if target.motion.cycle is not None:
        mark_cycle(installed.action, int(target.motion.frames[0]), int(target.motion.frames[-1]))
    apart = [*_bones_noted_loose(target, notes), *(target.rest.names[bone] for bone in plan.shifted)]
    notes += joint_gap_notes(target, apart)
    after, before = (sum(len(curve.frames) for curve in each) for each in (curves, dense))
    return RigBake(
        installed.action,
        after,
        len({curve.group for curve in curves}),
        before,
        (*notes, *installed.notes, *views.notes),
        tuple(each.action for each in carriers),
        views.actions,
    )
