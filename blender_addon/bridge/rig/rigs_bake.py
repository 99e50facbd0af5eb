"""Bake a motion onto a character's rig and onto those that are drawn for its other views: the same bake, once for each."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

import bpy
import numpy as np
from numpy.typing import NDArray

from ...settings.channels import RootMotion
from ...settings.kinds import Block
from ...settings.nla import Blending, LayerMode
from ..armature.bone_map import BoneMap
from ..body.scene_motion import SceneMotion
from ..projection.planes import Plane
from ..retiming.cycles import pad_cycle, unpadded_frames
from ..scene.animation.actions import Curve, Interpolation
from ..scene.animation.visibility import back_to_plain
from ..views.artwork import Artwork, Part, Sheet
from ..views.rig_views import pieces_of, rigs_of, stop_rig_views, with_rig_shown
from ..views.shown_artwork import ShownArtwork, shown_of
from .key_reduction import ReducedKeys, reduction_steps
from .rig_bake import RigBake, RigBakePlan, RigBakeSettings, parts_keyed, plan_rig_bake, write_plan
from .root_motion import carrier_of
from .view_rig import StandingRig, beside_itself, check_same_parent, check_view_rig, mirror_keys, motion_for

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

NEEDS_BODY = "{name} shows another view of {other} and gets no keys, since Body is not among the limbs; choose Body too to key it."
NOT_MIRRORED = "{name} is drawn for one side and is a layer that blends, so it is not mirrored for the other; bake an Action, or draw that side too."
LEFT_OUT = "{name} shows no view of {other}: {why}"


@dataclass(frozen=True, eq=False)
class RigsPlan:
    """The plans of all rigs of a character, its own first, and the settings of each; `notes` are sentences about those
    that were left out.
    """

    plans: tuple[RigBakePlan, ...]
    settings: tuple[RigBakeSettings, ...]
    notes: tuple[str, ...] = ()

    def reduction_steps(self) -> Generator[float, None, tuple[ReducedKeys, ...]]:
        """Choose the keys of each, step by step; yields the progress, 0..1."""
        found, count = [], len(self.plans)
        for at, (plan, settings) in enumerate(zip(self.plans, self.settings, strict=True)):
            steps = reduction_steps(plan.target, plan.dense, settings.keys)
            found.append((yield from _shared(steps, at / count, 1 / count)))
        return tuple(found)


@dataclass(frozen=True, eq=False)
class _Views:
    """The rigs as `artwork`, and which is seen in every frame of the motion, which the character's `own` performs."""

    shown: ShownArtwork
    own: StandingRig
    plan: RigBakePlan
    settings: RigBakeSettings
    motion: SceneMotion

    @property
    def plane(self) -> Plane:
        return self.settings.plane

    def away(self, sheet: Sheet) -> Mask:
        """(K,) where a rig is not seen."""
        return ~self.shown.each_frame(Part.TRUNK, lambda view: self.shown.artwork.shown(sheet, view))

    def mirrored(self, sheet: Sheet) -> Mask:
        """(K,) where a rig is mirrored: also while it is not seen, as it is when it is seen next."""
        away, left = self.away(sheet), self.shown.mirrored(sheet)
        seen = np.flatnonzero(~away)
        if not len(seen):
            return np.zeros_like(left)
        every = np.arange(len(away))
        nearest = seen[np.abs(every[:, None] - seen[None]).argmin(axis=1)]
        return np.asarray(left[nearest])


def plan_rigs_bake(
    armature: bpy.types.Object, bone_map: BoneMap, motion: SceneMotion, settings: RigBakeSettings
) -> RigsPlan:
    """Compute the bakes onto all rigs of the character, and change nothing; ValueError as `plan_rig_bake`. Of the rigs
    of other views, those that cannot perform are left out.
    """
    plan = plan_rig_bake(armature, bone_map, motion, settings)
    alone = RigsPlan((plan,), (settings,))
    rigs = rigs_of(armature) if plan.target.planar and settings.channels.artwork else Artwork(())
    if not rigs.parts:
        return alone
    others = [sheet for sheet in rigs.sheets if sheet.item != armature]
    if Part.TRUNK not in parts_keyed(settings.channels):
        return replace(alone, notes=(NEEDS_BODY.format(name=others[0].item.name, other=armature.name),))
    own = StandingRig.of(armature)
    found, notes = _usable(others, own, settings)
    kept = Artwork(tuple(sheet for sheet in rigs.sheets if sheet.item == armature or sheet.item in found))
    if not kept.parts:
        return replace(alone, notes=tuple(notes))
    padded = pad_cycle(motion)
    shown = shown_of(kept, padded).on(unpadded_frames(padded))
    views = _Views(shown, own, plan, settings, motion)
    plans, their_settings, visibility = [plan], [settings], _visibility(views, plan)
    for sheet in others:
        if sheet.item not in found:
            continue
        made, its_settings = _plan_view(views, sheet, found[sheet.item])
        visibility |= _visibility(views, made)
        plans.append(replace(made, visibility={}))
        their_settings.append(its_settings)
        if views.mirrored(sheet).any() and not _can_mirror(settings):
            notes.append(NOT_MIRRORED.format(name=sheet.item.name))
    plans[0] = replace(plan, visibility=visibility)
    return RigsPlan(tuple(plans), tuple(their_settings), tuple(notes))


def bake_rigs(plan: RigsPlan, early_keys: Sequence[ReducedKeys] = ()) -> list[RigBake]:
    """Write the bakes, the character's own rig first. `early_keys` are used where they were reduced from the same
    curves.
    """
    settings, armature = plan.settings[0], plan.plans[0].target.armature
    if not settings.channels.artwork:
        stop_rig_views(armature, settings.source.key)
    made = []
    for at, (each, its_settings) in enumerate(zip(plan.plans, plan.settings, strict=True)):
        rig = each.target.armature
        if at:
            if rig.delta_scale[0] < 0:
                back_to_plain(rig)  # what is keyed no more would stay
            if settings.channels.root is RootMotion.OBJECT:
                carrier = carrier_of(armature, settings.channels, settings.name)
                carrier_of(rig, replace(settings.channels, carrier=Block.of(carrier)), settings.name)
        made.append(write_plan(each, its_settings, early_keys[at] if at < len(early_keys) else None))
    made[0] = replace(made[0], notes=(*made[0].notes, *plan.notes))
    return made


def _usable(
    sheets: Sequence[Sheet], own: StandingRig, settings: RigBakeSettings
) -> tuple[dict[bpy.types.Object, StandingRig], list[str]]:
    """The rigs that can perform, and sentences about the others."""
    found, notes = {}, []
    for sheet in sheets:
        try:
            rig = StandingRig.of(sheet.item)
            check_view_rig(rig, own, settings.plane)
            if settings.channels.root is RootMotion.OBJECT:
                check_same_parent(rig, own)
        except ValueError as problem:
            notes.append(LEFT_OUT.format(name=sheet.item.name, other=own.armature.name, why=problem))
        else:
            found[sheet.item] = rig
    return found, notes


def _plan_view(views: _Views, sheet: Sheet, rig: StandingRig) -> tuple[RigBakePlan, RigBakeSettings]:
    """The bake onto the rig of another view. Where it is mirrored for a while only, it is solved for both sides."""
    left = views.mirrored(sheet) if _can_mirror(views.settings) else np.zeros(len(views.motion), dtype=np.bool_)
    settings = _settings_for(views, sheet, rig)
    solved = [
        _solved(views, rig, settings, mirrored=mirrored)
        for mirrored in (False, True)
        if (left if mirrored else ~left).any()
    ]
    plan = solved[0] if len(solved) == 1 else _joined(solved[0], solved[1], left)
    dense = [*plan.dense, *(mirror_keys(rig, views.plane, left, views.motion.frames) if left.any() else ())]
    return replace(plan, dense=dense, path=_path(views, rig)), settings


def _settings_for(views: _Views, sheet: Sheet, rig: StandingRig) -> RigBakeSettings:
    """Shoulders and hips are drawn for the view already, where it is not that of front or back. An object that carries
    the character carries all its rigs.
    """
    channels, plane = views.settings.channels, views.plane
    if any(view.looks for view in sheet.views):
        channels = replace(channels, follow_turn=0.0)
    if channels.root is RootMotion.OBJECT:
        channels = replace(channels, root=RootMotion.ARMATURE, carrier=None)
    if rig.is_mirrored_now:  # seen from its own space, right is where left is
        plane = replace(plane, right=-plane.right)
    return replace(views.settings, channels=channels, plane=plane, drawn_for=sheet.views)


def _solved(views: _Views, rig: StandingRig, settings: RigBakeSettings, *, mirrored: bool) -> RigBakePlan:
    motion = motion_for(rig, views.own, views.plane, views.motion, mirrored=mirrored)
    if views.plan.way is not None:
        world = views.plan.way @ np.array(views.own.armature.matrix_world)[:3, :3].T
        way = np.linalg.solve(rig.world[:3, :3], world.T).T
        if mirrored:
            across = rig.axes(views.plane)[0]
            way = way - 2 * (way @ across)[:, None] * across
        settings = replace(settings, way=way)
    settings = replace(settings, beside=beside_itself(rig, views.own, views.plane, mirrored=mirrored))
    return plan_rig_bake(rig.armature, rig.character.bone_map, motion, settings)


def _path(views: _Views, rig: StandingRig) -> Array | None:
    """(K, 3) how far the rig's own object is to go, in its space now; None where none carries it, or another does."""
    path, above = views.plan.path, rig.armature.parent
    if path is None or views.settings.channels.root is RootMotion.OBJECT:
        return None
    while above is not None:
        if above == views.own.armature:
            return None
        above = above.parent
    own, its = (np.array(each.armature.matrix_world)[:3, :3] for each in (views.own, rig))
    return np.asarray(np.linalg.solve(its, (path @ own.T).T).T)


def _joined(one: RigBakePlan, other: RigBakePlan, left: Mask) -> RigBakePlan:
    """One of two solved poses in each frame: the other where the rig looks to the `left` (K,)."""
    frames = one.target.motion.frames
    scales = {
        bone: np.where(left[:, None], other.target.scales.get(bone, 1.0), one.target.scales.get(bone, 1.0))
        for bone in {*one.target.scales, *other.target.scales}
    }
    visibility = {
        owner: _joined_curves(one.visibility.get(owner, ()), other.visibility.get(owner, ()), left, frames)
        for owner in {**one.visibility, **other.visibility}
    }
    return replace(
        one,
        target=replace(one.target, scales=scales),
        dense=_joined_curves(one.dense, other.dense, left, frames),
        notes=list(dict.fromkeys([*one.notes, *other.notes])),
        shifted=one.shifted | other.shifted,
        visibility=visibility,
    )


def _joined_curves(
    ours: Sequence[Curve], theirs: Sequence[Curve], left: Mask, frames: NDArray[np.int64]
) -> list[Curve]:
    """Our curves, and theirs where the rig looks to the `left` (K,). A channel that one of them lacks is the same for
    both.
    """
    others, found = {(curve.path, curve.index): curve for curve in theirs}, []
    for curve in ours:
        its = others.pop((curve.path, curve.index), curve)
        values = np.where(left, _each_frame(its, frames), _each_frame(curve, frames))
        at = np.arange(len(frames))
        if curve.interpolation is Interpolation.CONSTANT:
            at = np.flatnonzero(np.diff(values, prepend=np.nan) != 0)
        elif len(curve.frames) == len(its.frames) == 1:
            at = at[:1]
        dense = len(curve.frames) == len(frames) or curve.interpolation is Interpolation.CONSTANT
        found.append(replace(curve, frames=frames[at], values=values[at]) if dense or len(at) == 1 else curve)
    return [*found, *others.values()]


def _each_frame(curve: Curve, frames: NDArray[np.int64]) -> Array:
    return np.asarray(curve.values[np.maximum(np.searchsorted(curve.frames, frames, side="right") - 1, 0)])


def _visibility(views: _Views, plan: RigBakePlan) -> dict[bpy.types.ID, list[Curve]]:
    """When the pieces of a rig are seen."""
    armature = plan.target.armature
    sheet = next(sheet for sheet in views.shown.artwork.sheets if sheet.item == armature)
    return with_rig_shown(plan.visibility, pieces_of(armature), views.away(sheet), views.motion.frames)


def _can_mirror(settings: RigBakeSettings) -> bool:
    """Whether the keys that mirror a rig count as they are."""
    layers = settings.layers
    whole = layers.blending is Blending.REPLACE and layers.influence == 1
    return layers.mode is not LayerMode.LAYER or whole


def _shared(
    steps: Generator[float, None, ReducedKeys], done: float, share: float
) -> Generator[float, None, ReducedKeys]:
    while True:
        try:
            yield done + share * next(steps)
        except StopIteration as end:
            found: ReducedKeys = end.value
            return found
