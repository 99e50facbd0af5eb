"""A motion becomes an Action on a rig, step by step, each step in a module of its own.

`posed` works out the pose as arrays: the turns of bones, what the user wants of each limb, the root's path, then feet and hands, each a function from a
`RigPose` to the next. `channel_curves` makes curves of it, and what thins out keys takes a list of curves and gives another. The Action is written last.
"""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from .actions import check_writable, new_action
from .bone_map import BoneMap
from .feet_settings import PLANTED, FeetSettings
from .planes import Plane
from .planted import planted, rooted
from .rig_channels import channel_curves
from .rig_pose import RigPose, RigTarget, read_target, solved
from .timing import SceneMotion


@dataclass(frozen=True, eq=False)
class RigBakeSettings:
    """`plane` in world space; `depth` 0..1, how much of the motion's depth a rig takes on (a cut-out rig takes none); `name` of the take.

    `push_down`: the Action that was there goes onto an NLA track, muted.
    """

    plane: Plane
    depth: float
    name: str
    push_down: bool = True
    feet: FeetSettings = PLANTED


@dataclass(frozen=True, eq=False)
class RigBake:
    """What was made: `action` with `keys` keys on `bones` bones. `notes`: sentences about what the rig does not let through."""

    action: bpy.types.Action
    keys: int
    bones: int
    notes: tuple[str, ...] = ()


def bake_rig(armature: bpy.types.Object, bone_map: BoneMap, motion: SceneMotion, settings: RigBakeSettings) -> RigBake:
    """Key the motion onto the armature's pose in a new Action, a key a frame on the channels that move.

    All is computed before anything is changed. Raises ValueError, in one sentence, where the armature cannot be keyed or lacks a bone of the map.
    """
    check_writable(armature)
    if armature.mode == "EDIT":
        raise ValueError(f"{armature.name} is being edited; leave Edit Mode first.")
    if not 0 <= settings.depth <= 1:
        raise ValueError(f"The depth {settings.depth:g} is not between 0 and 1; choose one that is.")
    target = read_target(armature, bone_map, motion, settings.plane, settings.depth)
    curves, notes = channel_curves(target, posed(target, settings))
    action = new_action(armature, f"{settings.name} → {armature.name}", curves, settings.push_down)
    return RigBake(action, sum(len(curve.frames) for curve in curves), len({curve.group for curve in curves}), tuple(notes))


def posed(target: RigTarget, settings: RigBakeSettings) -> RigPose:
    """The pose on every frame. What changes how limbs turn comes before the root is placed, what brings feet to their ground after it."""
    pose = solved(target)
    return planted(target, rooted(target, pose, settings.feet), settings.feet)
