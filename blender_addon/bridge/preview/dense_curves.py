"""The curves of a preview: a key on every frame, as a bake would solve them."""

from __future__ import annotations

from dataclasses import dataclass, replace

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


def dense_curves(
    plan: TargetPlan, armature: bpy.types.Object, take: Take, motion: SceneMotion
) -> dict[bpy.types.Object, list[Curve]]:
    """A key on every frame for what the bake would key of the armature, which itself carries the path that an object
    would, and the keys of its artwork. ValueError as the bake.
    """
    character = plan.subject.character
    assert character is not None
    settings = replace(rig_settings(plan, take), keys=DENSE, reduced_features=False)
    check_carrier(armature, settings.channels)
    if settings.channels.root is RootMotion.OBJECT:  # every rig carries itself
        settings = replace(settings, channels=replace(settings.channels, root=RootMotion.ARMATURE, carrier=None))
    poses: dict[bpy.types.Object, list[Curve]] = {}
    artwork: dict[bpy.types.Object, list[Curve]] = {}
    for solved in plan_rigs_bake(armature, character.bone_map, motion, settings).plans:
        rig, curves = solved.target.armature, list(solved.dense)
        if solved.path is not None:
            curves += carrier_curves(rig, rig, motion.frames, solved.path)
        poses[rig] = curves
        artwork |= {
            item: shown
            for item, keys in solved.visibility.items()
            if isinstance(item, bpy.types.Object) and item.is_editable and (shown := _there(item, keys))
        }
    return poses | artwork


def _there(item: bpy.types.Object, curves: list[Curve]) -> list[Curve]:
    """The curves of what an object has: a bake adds the modifier that shows a frame of a drawing."""
    return [curve for curve in curves if not curve.path.startswith("modifiers[") or len(item.modifiers)]
