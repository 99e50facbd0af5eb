"""The curves of a preview: a key on every frame, as a bake would solve them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import bpy
import numpy as np

from ...settings.channels import RootMotion
from ...settings.keys import DENSE
from ..body.scene_motion import SceneMotion
from ..job.session import Take
from ..rig.rigs_bake import plan_rigs_bake
from ..rig.root_motion import carrier_curves, check_carrier
from ..scene.animation.actions import Curve
from ..targets.rig import rig_settings
from ..targets.target import TargetPlan
from ..views.shown_artwork import ShownArtwork
from ..views.view_frames import frame_channel, held_image

FIRST_FRAMES, AROUND = 600, 30
"""A longer motion is first solved for so many frames on both sides of the frame that is shown: feet that stand, and what
is smoothed, look so far about them.
"""


@dataclass(frozen=True, eq=False)
class Part:
    """A part of a motion; `whole` where it is all of it."""

    motion: SceneMotion
    whole: bool


def parts_of(motion: SceneMotion, frame: int) -> list[Part]:
    """What is solved one after the other: of a long motion first what is around the frame that is shown."""
    if len(motion) <= FIRST_FRAMES or motion.cycle is not None:
        return [Part(motion, True)]
    shown = (motion.frames >= frame - AROUND) & (motion.frames <= frame + AROUND)
    if shown.sum() < 2:
        return [Part(motion, True)]
    return [Part(motion.part(np.flatnonzero(shown)), False), Part(motion, True)]


@dataclass(frozen=True, eq=False)
class Performance:
    """What a data-block performs: the `curves`, and how other channels stand meanwhile, by data path."""

    curves: list[Curve]
    stands: Mapping[str, int | bool] = field(default_factory=dict)


def dense_curves(
    plan: TargetPlan, armature: bpy.types.Object, take: Take, motion: SceneMotion
) -> dict[bpy.types.ID, Performance]:
    """A key on every frame for what the bake would key of the armature and the rigs of its other views, which themselves
    carry the path that an object would, and the keys of their artwork. ValueError as the bake.
    """
    character = plan.subject.character
    assert character is not None
    settings = replace(rig_settings(plan, take), keys=DENSE, reduced_features=False)
    check_carrier(armature, settings.channels)
    if settings.channels.root is RootMotion.OBJECT:  # every rig carries itself
        settings = replace(settings, channels=replace(settings.channels, root=RootMotion.ARMATURE, carrier=None))
    poses: dict[bpy.types.ID, Performance] = {}
    artwork: dict[bpy.types.ID, Performance] = {}
    for solved in plan_rigs_bake(armature, character.bone_map, motion, settings).plans:
        rig, curves = solved.target.armature, list(solved.dense)
        if solved.path is not None:
            curves += carrier_curves(rig, rig, motion.frames, solved.path)
        poses[rig] = Performance(curves)
        held = _held_images(solved.target.artwork, int(motion.frames[0]))
        artwork |= {
            owner: Performance(shown, held.get(owner, {}))
            for owner, keys in solved.visibility.items()
            if owner.is_editable and owner.library is None and (shown := _there(owner, keys))
        }
    return poses | artwork


def _held_images(shown: ShownArtwork | None, first: int) -> dict[bpy.types.ID, dict[str, int | bool]]:
    """How sequences of images stand that show one at a time."""
    items = {sheet.item for sheet in shown.artwork.sheets if sheet.frame} if shown is not None else set()
    channels = {item: frame_channel(item) for item in items}
    return {channel.owner: held_image(item, first) for item, channel in channels.items() if channel is not None}


def _there(owner: bpy.types.ID, curves: list[Curve]) -> list[Curve]:
    """The curves of what is there: a bake adds the modifier that shows a frame of a drawing."""
    return [curve for curve in curves if _has(owner, curve.path)]


def _has(owner: bpy.types.ID, path: str) -> bool:
    try:
        owner.path_resolve(path)
    except ValueError:
        return False
    return True
