"""The bone map of any armature: what its structure says, in the words of its family where names and structure agree."""

from __future__ import annotations

from ...core.skeleton import Joint
from ..bone_map import BoneMap, BoneSwitch
from ..rest_pose import RestPose
from .controls import lift_to_controls
from .structure import Biped, NoBipedError, find_biped
from .tree import Tree

STRUCTURE = "structure"
SWITCHES: dict[str, float] = {"IK_FK": 1.0, "neck_follow": 1.0, "head_follow": 1.0}
"""Properties by which rigs choose what moves a bone, and the value at which turning the bone itself does: Rigify's."""


def map_bones(rest: RestPose) -> BoneMap:
    """The map of an armature's bones, with how sure it is.

    Raises ValueError (NoBipedError), in one sentence that says what is missing, where the armature is no character on two legs.
    """
    return named(rest, lift_to_controls(rest, _find(rest)), STRUCTURE)


def named(rest: RestPose, biped: Biped, origin: str) -> BoneMap:
    """A biped's bones by their names."""
    chains: dict[Joint, tuple[int, ...]] = {Joint.NECK: biped.trunk, Joint.HEAD: biped.head}
    extremities: dict[str, int] = {}
    for side, arm, leg in zip(("RIGHT", "LEFT"), biped.arms, biped.legs, strict=True):
        for limb, joints in ((arm, ("SHOULDER", "ELBOW", "WRIST")), (leg, ("HIP", "KNEE", "ANKLE"))):
            for joint, bones in zip(joints, (limb.girdle, limb.upper, limb.lower), strict=True):
                chains[Joint[f"{side}_{joint}"]] = bones
        extremities |= {f"{side.lower()}_hand": arm.end, f"{side.lower()}_foot": leg.end, f"{side.lower()}_toe": leg.tip}
    return BoneMap(
        chains={joint: tuple(rest.names[bone] for bone in bones) for joint, bones in chains.items()},
        root=rest.names[biped.root],
        extremities={name: rest.names[bone] for name, bone in extremities.items() if bone >= 0},
        origin=origin,
        confidence=biped.confidence,
        switches=tuple(BoneSwitch(bone, name, SWITCHES[name]) for bone, name in rest.switches if name in SWITCHES),
    )


def _find(rest: RestPose) -> Biped:
    """Among the bones that deform, if only some do; else, or where those make no body, among all."""
    if rest.deform.any() and not rest.deform.all():
        try:
            return find_biped(Tree.of_deforming(rest))
        except NoBipedError:
            pass
    return find_biped(Tree.of_all(rest))
