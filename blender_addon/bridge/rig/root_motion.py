"""What carries the character's path: the root bone, nothing, or an object. With an object, the bone keeps the bob and
sway.
"""

from __future__ import annotations

from dataclasses import replace

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ...settings.channels import ChannelSettings, RootMotion
from ..body.smoothing import hann_trend
from ..scene.animation.actions import Curve
from ..scene.animation.layers import location_before_bakes
from ..scene.data_blocks import object_of
from .rig_pose import RigPose, RigTarget

Array = NDArray[np.float64]

TREND_SECONDS = 0.6
"""Half width of the smoothing of the path, in seconds. The sway from step to step stays on the bone."""
CARRIES = "motion_retarget_2d_carries"
"""Custom property of an empty that a bake made to carry a rig."""
GROUP = "Object Transforms"


def split_root_motion(
    target: RigTarget, pose: RigPose, settings: ChannelSettings, way: Array | None = None
) -> tuple[RigPose, Array | None]:
    """Split the path of the root into a part that the bone keeps and a part (K, 3) that an object carries: `way` where
    that is known.

    The second part starts at 0, in the armature's space. It is None where the bone carries the whole path.
    """
    if settings.root is RootMotion.BONE or pose.path is None:
        return pose, None
    if way is not None:
        return replace(pose, path=pose.path - way), way
    up = target.axes[1]
    flat = pose.path - (pose.path @ up)[:, None] * up
    reach = min(max(1, round(TREND_SECONDS * target.motion.fps)), len(flat) - 1)
    trend = hann_trend(flat, reach)
    trend -= trend[0]
    return replace(pose, path=pose.path - trend), trend


def check_carrier(armature: bpy.types.Object, settings: ChannelSettings) -> None:
    """ValueError, in one sentence, where the object cannot carry the rig."""
    if settings.root is not RootMotion.OBJECT:
        return
    chosen = _chosen(settings)
    if chosen is not None and (chosen == armature or chosen in armature.children_recursive):
        raise ValueError(
            f"{chosen.name} is parented to {armature.name} itself, so it cannot carry it; choose another object, or leave the carrier empty."
        )
    if chosen is not None and (chosen.library is not None or not chosen.is_editable):
        raise ValueError(
            f"{chosen.name} is linked from another file and cannot be animated here; choose another object to carry the path."
        )
    if (
        armature.parent is not None
        and chosen not in _carriers(armature)
        and not _made_for(armature)
        and armature.parent_type != "OBJECT"
    ):
        raise ValueError(
            f"{armature.name} is parented to a part of {armature.parent.name}; choose an object above it to carry the path, or the armature itself."
        )
    if chosen is not None and armature.parent is not None and chosen not in _carriers(armature):
        raise ValueError(
            f"{armature.name} is parented to {armature.parent.name} already; choose that to carry the path, or leave the carrier empty."
        )


def carrier_of(armature: bpy.types.Object, settings: ChannelSettings, name: str) -> bpy.types.Object:
    """The object that carries the path: the armature itself, the one that was chosen, or an empty, made where there is
    none; the rig stays where it is.
    """
    if settings.root is RootMotion.ARMATURE:
        return armature
    chosen = _chosen(settings) or _made_for(armature)
    if chosen is None:
        chosen = bpy.data.objects.new(f"{name} path", None)
        chosen[CARRIES] = True
        for collection in armature.users_collection:
            collection.objects.link(chosen)
        chosen.parent = armature.parent
        chosen.matrix_parent_inverse = armature.matrix_parent_inverse
        chosen.location = _place(armature)
    if chosen not in _carriers(armature):
        above = _space(armature)
        armature.parent = chosen
        armature.matrix_parent_inverse = (
            _space(chosen) @ Matrix.Translation(_place(chosen)) @ chosen.matrix_basis.to_3x3().to_4x4()
        ).inverted() @ above
    return chosen


def carrier_curves(
    armature: bpy.types.Object, carrier: bpy.types.Object, frames: NDArray[np.int64], way: Array
) -> list[Curve]:
    """Location curves of the carrier that move the armature along `way` (K, 3), given in the armature's space.

    Channels that do not move get no keys.
    """
    world = np.array(armature.matrix_world.to_3x3())
    own = np.linalg.inv(np.array(_space(carrier).to_3x3()))
    moves = way @ (own @ world).T
    place = np.array(_place(carrier))
    size = max(float(np.abs(moves).max()), 1e-9)
    return [
        Curve("location", axis, frames, place[axis] + moves[:, axis], GROUP)
        for axis in range(3)
        if np.abs(moves[:, axis]).max() > 1e-6 * size and not carrier.lock_location[axis]
    ]


def _chosen(settings: ChannelSettings) -> bpy.types.Object | None:
    return object_of(*settings.carrier) if settings.carrier is not None else None


def _made_for(armature: bpy.types.Object) -> bpy.types.Object | None:
    return next((item for item in _carriers(armature) if item.get(CARRIES)), None)


def _carriers(armature: bpy.types.Object) -> list[bpy.types.Object]:
    """The parents of the armature, nearest first."""
    found, above = [], armature.parent
    while above is not None:
        found.append(above)
        above = above.parent
    return found


def _space(item: bpy.types.Object) -> Matrix:
    """The space of an object's own transform."""
    return item.parent.matrix_world @ item.matrix_parent_inverse if item.parent is not None else Matrix()


def _place(item: bpy.types.Object) -> tuple[float, float, float]:
    """An object's location before any bake moved it."""
    return location_before_bakes(item) or tuple(item.location)
