"""Gaps between the limbs of a baked rig, measured in Blender on a few frames."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ..armature.bone_map import BoneMap
from ..armature.loose_bones import TRUNK, Link, links_of
from .bone_limbs import limbs_of_bones
from .rig_pose import RigTarget

Array = NDArray[np.float64]

SAMPLED_FRAMES = 9
"""Frames of a bake, evenly spread, that are looked at."""
LIMB_GAP, TRUNK_GAP = 0.02, 0.08
"""Part of the character's height that a joint of a limb, or of the trunk, may be open: control rigs bend a trunk
between its bones.
"""
MOST_FRAMES_NAMED = 3
"""Frames that are named at most."""


def joint_gap_notes(target: RigTarget, apart: Collection[str]) -> list[str]:
    """A sentence for each joint that is open on one of the motion's frames; none about bones that are known to be
    `apart`.

    Limbs of a cut-out lie before and behind its body on purpose.
    """
    armature, bone_map, frames, height = (
        target.armature,
        target.bone_map,
        target.motion.frames,
        target.motion.skeleton.height,
    )
    if armature.hide_viewport or armature.data.pose_position == "REST" or not len(frames):
        return []
    links = [link for link in links_of(bone_map) if link.bone not in apart]
    looked_at = frames[
        np.unique(np.linspace(0, len(frames) - 1, min(SAMPLED_FRAMES, len(frames))).round().astype(np.intp))
    ]
    spine = (bone_map.root, *bone_map.part(TRUNK))
    gaps = np.zeros((len(looked_at), len(links)))
    shown = np.eye(3) - np.outer(target.axes[2], target.axes[2]) if target.planar else np.eye(3)
    with _scene_of_armature(armature) as scene:
        for at, frame in enumerate(looked_at):
            scene.frame_set(int(frame))
            posed = armature.evaluated_get(scene.view_layers[0].depsgraph).pose.bones
            moved = {
                name: posed[name].matrix @ armature.data.bones[name].matrix_local.inverted() for name in bone_map.bones
            }
            gaps[at] = [_gap(armature, moved, link, spine, shown) / height for link in links]
    return [
        _sentence(armature, bone_map, link, float(gaps[:, at].max()), looked_at[gaps[:, at] > limit])
        for at, link in enumerate(links)
        if gaps[:, at].max() > (limit := TRUNK_GAP if link.part == TRUNK else LIMB_GAP)
    ]


@contextmanager
def _scene_of_armature(armature: bpy.types.Object) -> Iterator[bpy.types.Scene]:
    """A scene with nothing but the armature and what it depends on: quick to evaluate, and nobody's own."""
    scene = bpy.data.scenes.new("Parting")
    try:
        scene.collection.objects.link(armature)
        yield scene
    finally:
        bpy.data.scenes.remove(scene)


def _gap(
    armature: bpy.types.Object, moved: dict[str, Matrix], link: Link, spine: tuple[str, ...], shown: Array
) -> float:
    """How far a bone is from where those that may carry it would take it, of what is `shown` (3, 3).

    A leg may be parented to any bone of the trunk.
    """
    head = armature.data.bones[link.bone].head_local
    above = spine if link.above == spine[:1] and link.part != TRUNK else link.above
    return min(float(np.linalg.norm(shown @ (moved[link.bone] @ head - moved[name] @ head))) for name in above)


def _sentence(armature: bpy.types.Object, bone_map: BoneMap, link: Link, gap: float, frames: NDArray[np.int64]) -> str:
    limb = limbs_of_bones(bone_map)[link.bone].name.lower().replace("_", " ")
    named = ", ".join(str(frame) for frame in frames[:MOST_FRAMES_NAMED])
    more = f" and {len(frames) - MOST_FRAMES_NAMED} more" if len(frames) > MOST_FRAMES_NAMED else ""
    where = f"frame{'s' if len(frames) > 1 else ''} {named}{more}"
    what = f"The {limb} of {armature.name} comes apart: {link.bone} is up to {gap:.0%} of its height away from {link.above[-1]}, on {where}"
    return f"{what}; make {link.above[-1]} its parent, or look at its constraints and locks."
