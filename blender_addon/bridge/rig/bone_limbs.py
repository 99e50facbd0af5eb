"""Which limb each bone of a rig belongs to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...core.limbs import Limb
from ...core.skeleton import Joint
from ..armature.bone_map import BoneMap
from ..armature.rest_pose import RestPose

LIMB_OF_CHAIN: Mapping[Joint, Limb] = {
    Joint.NECK: Limb.BODY,
    Joint.HEAD: Limb.HEAD,
    **dict.fromkeys((Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST), Limb.RIGHT_ARM),
    **dict.fromkeys((Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, Joint.LEFT_WRIST), Limb.LEFT_ARM),
    **dict.fromkeys((Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE), Limb.RIGHT_LEG),
    **dict.fromkeys((Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE), Limb.LEFT_LEG),
}
LIMB_OF_EXTREMITY: Mapping[str, Limb] = {
    "right_hand": Limb.RIGHT_ARM,
    "left_hand": Limb.LEFT_ARM,
    **dict.fromkeys(("right_foot", "right_toe"), Limb.RIGHT_LEG),
    **dict.fromkeys(("left_foot", "left_toe"), Limb.LEFT_LEG),
}
LIMB_STARTS = frozenset({Joint.RIGHT_ELBOW, Joint.LEFT_ELBOW, Joint.RIGHT_KNEE, Joint.LEFT_KNEE})
"""First joints of arms and legs: control rigs put the IK switch of a limb there."""


def limbs_of_bones(bone_map: BoneMap) -> dict[str, Limb]:
    """The limb of every mapped bone by name; the root is the body's."""
    named = {name: limb for joint, limb in LIMB_OF_CHAIN.items() for name in bone_map.chains.get(joint, ())}
    named |= {bone: LIMB_OF_EXTREMITY[name] for name, bone in bone_map.extremities.items()}
    return named | {bone_map.root: Limb.BODY}


def limb_of_control(rest: RestPose, bone_map: BoneMap, name: str) -> Limb:
    """The limb that an unmapped bone controls.

    It is the only limb below the bone, the only limb that begins at the bone, or the limb above it; else the body.
    """
    limbs = limbs_of_bones(bone_map)
    if name in limbs:
        return limbs[name]
    if name not in rest:
        return Limb.BODY
    bone = rest.index(name)
    beneath = {limb for mapped, limb in limbs.items() if bone in rest.above(rest.index(mapped))}
    if len(beneath) == 1:
        return beneath.pop()
    begins = {
        limbs[chain[0]]
        for joint, chain in bone_map.chains.items()
        if joint in LIMB_STARTS and _apart(rest, bone, chain[0]) < rest.same_place
    }
    if len(begins) == 1:
        return begins.pop()
    above = sorted((other for other in rest.above(bone) if rest.names[other] in limbs), reverse=True)
    return limbs[rest.names[above[0]]] if not beneath and above else Limb.BODY


def _apart(rest: RestPose, one: int, other: str) -> float:
    return float(np.linalg.norm(rest.heads[one] - rest.heads[rest.index(other)]))
