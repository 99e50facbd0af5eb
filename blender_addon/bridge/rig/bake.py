"""A motion becomes an Action on a rig, step by step, each step in a module of its own.

`posed` works out the pose as arrays: the turns of bones, what the user wants of each limb, the root's path, then feet
and hands, each a function from a `RigPose` to the next. `channel_curves` makes curves of it, and what thins out keys
takes a list of curves and gives another. The Action is written last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

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
from ..retiming.cycles import own_frames, surrounded
from ..scene.animation.actions import Curve, mark_cycle
from ..scene.animation.layers import Source, check_layers, lay_down, left_behind
from .body import as_one_body, onto_rig
from .channels import channel_curves
from .cycle_bake import cropped, kept_in_place, repeating
from .extremities import ends_turned
from .ik_keys import keyed_by_ik
from .key_reduction import Thinned, thinned
from .limb_influence import alone, lock_notes, shared, unlocked, with_performing_legs
from .parting import parting_notes
from .planted import planted, rooted
from .pose import RigPose, RigTarget, read_target, solved
from .root_motion import carried_path, carrier_of, check_carrier, parted
from .standing_pose import remember, standing_of
from .stretching import let_go_of_scale, stretch_notes, stretched

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RigBakeSettings:
    """`plane` in world space; `depth` 0..1, how much of the motion's depth a rig takes on (a cut-out rig takes none);
    `name` of the take.

    `performance` tells whose motion it is from any other's, where the name alone does not; `layers`, how the bake joins
    the animation that is there; `channels`, which of them are keyed, and how much.
    """

    plane: Plane
    depth: float
    name: str
    performance: str = ""
    feet: FeetSettings = PLANTED
    keys: KeySettings = DENSE
    layers: LayerSettings = field(default_factory=LayerSettings)
    landmarks: LandmarkSettings = ALL_TURN
    channels: ChannelSettings = field(default_factory=ChannelSettings)

    @property
    def source(self) -> Source:
        """What a second bake of the same replaces: a layer with a title of its own is another one."""
        return Source(f"{self.performance or self.name} {self.layers.title}".strip(), self.layers.title or self.name)


@dataclass(frozen=True, eq=False)
class RigBake:
    """What was made: `action` with `keys` keys on `bones` bones, of the `dense` that a key a frame would be. `notes`:
    sentences about what the rig does not let through; `carriers`: the Actions of objects that carry the rig.
    """

    action: bpy.types.Action
    keys: int
    bones: int
    dense: int
    notes: tuple[str, ...] = ()
    carriers: tuple[bpy.types.Action, ...] = ()


@dataclass(frozen=True, eq=False)
class RigWork:
    """What a bake comes to before any key is thinned out: the `dense` curves, sentences on what the rig does not let
    through, and the `way` (K, 3) that the character goes where an object carries it.
    """

    target: RigTarget
    dense: list[Curve]
    notes: list[str]
    way: Array | None


def worked_out(
    armature: bpy.types.Object, bone_map: BoneMap, motion: SceneMotion, settings: RigBakeSettings
) -> RigWork:
    """A key a frame; nothing is changed. Raises ValueError, in one sentence, where the armature cannot be keyed or
    lacks a bone of the map.
    """
    check_layers(armature, settings.source, settings.layers)
    if armature.mode == "EDIT":
        raise ValueError(f"{armature.name} is being edited; leave Edit Mode first.")
    if not 0 <= settings.depth <= 1:
        raise ValueError(f"The depth {settings.depth:g} is not between 0 and 1; choose one that is.")
    check_carrier(armature, settings.channels)
    left_over = left_behind(armature, settings.source, settings.layers)
    target = read_target(
        armature,
        bone_map,
        surrounded(motion),
        plane=settings.plane,
        depth=settings.depth,
        reset=left_over,
        feet=settings.feet,
    )
    target = stretched(as_one_body(target, standing_of(armature, target.rest, bone_map)), settings.channels)
    pose, way = parted(target, posed(target, settings), settings.channels)
    target, pose = onto_rig(target, alone(target, pose, settings.channels.limbs), settings.channels.limbs)
    pose = keyed_by_ik(target, pose)
    curves, notes = channel_curves(target, pose, settings.channels.limbs)
    notes += [*lock_notes(target, pose), *stretch_notes(target, settings.channels)]
    carried_by_object = settings.channels.root is not RootMotion.IN_PLACE and Limb.BODY in settings.channels.limbs
    own = own_frames(target.motion)
    target = replace(
        target, motion=motion, scales={bone: scales[own] for bone, scales in target.scales.items()}, moved={}
    )
    return RigWork(target, cropped(curves, motion), notes, way[own] if carried_by_object and way is not None else None)


def bake_rig(
    armature: bpy.types.Object,
    bone_map: BoneMap,
    motion: SceneMotion,
    settings: RigBakeSettings,
    ahead: Thinned | None = None,
) -> RigBake:
    """Key the motion onto the armature's pose in a new Action, on the channels that move and as `keys` say; it joins
    what is there as `layers` say.

    All is computed before anything is changed; curves that were thinned out `ahead` are taken where they are still
    those. Raises ValueError as `worked_out`.
    """
    return _written(worked_out(armature, bone_map, motion, settings), settings, ahead)


def posed(target: RigTarget, settings: RigBakeSettings) -> RigPose:
    """The pose on every frame.

    What changes how limbs turn comes before the root is placed, what brings feet to their ground after it.
    """
    target = replace(target, motion=with_performing_legs(target.motion, settings.channels))
    pose = solved(target)
    pose = unlocked(target, shared(target, pose, settings.channels, set(pose.turns)))
    pose = planted(target, rooted(target, pose, settings.feet), settings.feet)
    ended = ends_turned(target, pose, settings.landmarks, settings.feet)
    return kept_in_place(
        target, unlocked(target, shared(target, ended, settings.channels, set(ended.turns) - set(pose.turns)))
    )


def _parting(target: RigTarget, told: Sequence[str]) -> list[str]:
    """The mapped bones that something was said of already."""
    return [name for name in target.bone_map.bones if any(note.startswith(f"{name} hangs on ") for note in told)]


def _written(work: RigWork, settings: RigBakeSettings, ahead: Thinned | None) -> RigBake:
    """Write the curves; the way that the character goes is its carrier's."""
    target, dense, way = work.target, work.dense, work.way
    armature, told, carriers = target.armature, list(work.notes), []
    few = ahead.curves if ahead is not None and ahead.is_of(dense) else thinned(target, dense, settings.keys)
    curves = repeating(few, target.motion)
    if way is not None:
        carrier = carrier_of(armature, settings.channels, settings.name)
        path = repeating(carried_path(armature, carrier, target.motion.frames, way), target.motion)
        if carrier == armature:
            dense, curves = [*dense, *path], [*curves, *path]
        else:
            carriers.append(lay_down(carrier, path, settings.source, settings.layers))
    laid = lay_down(armature, curves, settings.source, settings.layers)
    if target.standing is not None:
        remember(laid.action, armature, target.rest, target.bone_map, target.standing)
    told += let_go_of_scale(armature, [target.rest.names[bone] for bone in target.scales])
    if target.motion.cycle is not None:
        mark_cycle(laid.action, int(target.motion.frames[0]), int(target.motion.frames[-1]))
    told += parting_notes(target, _parting(target, told))
    after, before = (sum(len(curve.frames) for curve in each) for each in (curves, dense))
    return RigBake(
        laid.action,
        after,
        len({curve.group for curve in curves}),
        before,
        (*told, *laid.notes),
        tuple(each.action for each in carriers),
    )
