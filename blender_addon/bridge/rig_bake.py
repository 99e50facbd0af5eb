"""A motion becomes an Action on a rig, step by step, each step in a module of its own.

`posed` works out the pose as arrays: the turns of bones, what the user wants of each limb, the root's path, then feet and hands, each a function from a
`RigPose` to the next. `channel_curves` makes curves of it, and what thins out keys takes a list of curves and gives another. The Action is written last.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import bpy

from .bone_map import BoneMap
from .extremities import ends_turned
from .feet_settings import PLANTED, FeetSettings
from .ik_keys import keyed_by_ik
from .landmark_settings import ALL_TURN, LandmarkSettings
from .layers import LayerSettings, Source, check_layers, lay_down, left_behind
from .planes import Plane
from .planted import planted, rooted
from .rig_channels import channel_curves
from .rig_pose import RigPose, RigTarget, read_target, solved
from .timing import SceneMotion


@dataclass(frozen=True, eq=False)
class RigBakeSettings:
    """`plane` in world space; `depth` 0..1, how much of the motion's depth a rig takes on (a cut-out rig takes none); `name` of the take.

    `performance` tells whose motion it is from any other's, where the name alone does not; `layers`, how the bake joins the animation that is there.
    """

    plane: Plane
    depth: float
    name: str
    performance: str = ""
    feet: FeetSettings = PLANTED
    layers: LayerSettings = field(default_factory=LayerSettings)
    landmarks: LandmarkSettings = ALL_TURN

    @property
    def source(self) -> Source:
        """What a second bake of the same replaces: a layer with a title of its own is another one."""
        return Source(f"{self.performance or self.name} {self.layers.title}".strip(), self.layers.title or self.name)


@dataclass(frozen=True, eq=False)
class RigBake:
    """What was made: `action` with `keys` keys on `bones` bones. `notes`: sentences about what the rig does not let through."""

    action: bpy.types.Action
    keys: int
    bones: int
    notes: tuple[str, ...] = ()


def bake_rig(armature: bpy.types.Object, bone_map: BoneMap, motion: SceneMotion, settings: RigBakeSettings) -> RigBake:
    """Key the motion onto the armature's pose in a new Action, a key a frame on the channels that move; it joins what is there as `layers` say.

    All is computed before anything is changed. Raises ValueError, in one sentence, where the armature cannot be keyed or lacks a bone of the map.
    """
    check_layers(armature, settings.source, settings.layers)
    if armature.mode == "EDIT":
        raise ValueError(f"{armature.name} is being edited; leave Edit Mode first.")
    if not 0 <= settings.depth <= 1:
        raise ValueError(f"The depth {settings.depth:g} is not between 0 and 1; choose one that is.")
    left_over = left_behind(armature, settings.source, settings.layers)
    target = read_target(armature, bone_map, motion, plane=settings.plane, depth=settings.depth, reset=left_over, feet=settings.feet)
    curves, notes = channel_curves(target, posed(target, settings))
    laid = lay_down(armature, curves, settings.source, settings.layers)
    return RigBake(laid.action, sum(len(curve.frames) for curve in curves), len({curve.group for curve in curves}), (*notes, *laid.notes))


def posed(target: RigTarget, settings: RigBakeSettings) -> RigPose:
    """The pose on every frame. What changes how limbs turn comes before the root is placed, what brings feet to their ground after it."""
    pose = rooted(target, solved(target), settings.feet)
    return keyed_by_ik(target, ends_turned(target, planted(target, pose, settings.feet), settings.landmarks, settings.feet))
