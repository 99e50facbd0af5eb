"""The same motion on a body of other proportions, and the mirror image of one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...core.limbs import Limb
from ...core.skeleton import BONE_CHILDREN, BONE_PARENTS, BONE_PATHS, MIRROR_BONES, MIRROR_JOINTS, Joint, Skeleton
from ..body.scene_motion import SceneLandmark, SceneMotion
from ..projection.planes import ground_line

Array = NDArray[np.float64]

OTHER_LIMB = {
    Limb.RIGHT_ARM: Limb.LEFT_ARM,
    Limb.LEFT_ARM: Limb.RIGHT_ARM,
    Limb.RIGHT_LEG: Limb.LEFT_LEG,
    Limb.LEFT_LEG: Limb.RIGHT_LEG,
}


def on_body(motion: SceneMotion, skeleton: Skeleton, unit: float) -> SceneMotion:
    """Every bone points where it does, and is as long as the skeleton's. The body goes as far as before, one unit of the
    motion being `unit` of the skeleton's, and rises and sinks as its legs are long.
    """
    space = np.concatenate((motion.positions, motion.depth[..., None]), axis=-1)
    longer = skeleton.lengths.astype(np.float64) / motion.skeleton.lengths
    bones = (space[:, list(BONE_CHILDREN)] - space[:, list(BONE_PARENTS)]) * longer[:, None]
    legs = skeleton.leg_length / motion.skeleton.leg_length
    hips, ground = space[:, Joint.MID_HIP].copy(), ground_line(motion)
    hips[:, 0] *= unit
    hips[:, 1] = (hips[:, 1] - ground) * legs + ground * unit
    joints = hips[:, None] + np.einsum("jb,kbc->kjc", BONE_PATHS.astype(np.float64), bones)
    cycle = motion.cycle
    return replace(
        motion,
        positions=joints[..., :2],
        depth=joints[..., 2],
        skeleton=skeleton,
        landmarks={
            name: SceneLandmark(landmark.offsets * legs, landmark.confidence)
            for name, landmark in motion.landmarks.items()
        },
        way=motion.way * unit if motion.way is not None else None,
        cycle=replace(cycle, travel=cycle.travel * unit) if cycle is not None else None,
        part_of=on_body(motion.part_of, skeleton, unit) if motion.part_of is not None else None,
    )


def mirror_image(motion: SceneMotion) -> SceneMotion:
    """Who looks to the right looks to the left, and does with the right hand what the left one did."""
    joints, cycle = list(MIRROR_JOINTS), motion.cycle
    return replace(
        motion,
        positions=motion.positions[:, joints] * (-1, 1),
        depth=motion.depth[:, joints],
        contacts=motion.contacts[:, ::-1],
        confidence=motion.confidence[:, joints],
        skeleton=replace(motion.skeleton, lengths=motion.skeleton.lengths[list(MIRROR_BONES)]),
        landmarks={
            _other_side(name): SceneLandmark(landmark.offsets * (-1, 1, 1), landmark.confidence)
            for name, landmark in motion.landmarks.items()
        },
        leg_turns=-motion.leg_turns[:, ::-1] if motion.leg_turns is not None else None,
        rolls=motion.rolls[:, ::-1] if motion.rolls is not None else None,
        unseen={OTHER_LIMB.get(limb, limb): mask for limb, mask in motion.unseen.items()}
        if motion.unseen is not None
        else None,
        cycle=replace(cycle, travel=-cycle.travel) if cycle is not None else None,
        part_of=mirror_image(motion.part_of) if motion.part_of is not None else None,
    )


def _other_side(name: str) -> str:
    side, _, rest = name.partition("_")
    other = {"right": "left", "left": "right"}.get(side)
    return f"{other}_{rest}" if other is not None else name
