"""The bone map of any armature: what its structure says, in the words of its family where names and structure agree."""

from __future__ import annotations

from dataclasses import replace

from ...core.skeleton import Joint
from ..bone_map import BoneMap, BoneSwitch
from ..rest_pose import RestPose
from .controls import lift_to_controls
from .names import read_names, same_joints, swaps_sides
from .structure import Biped, NoBipedError, find_biped
from .tree import Tree

STRUCTURE = "structure"
AGREED, NAMES_AGAINST_SHAPE, NAMES_ALONE = 0.98, 0.75, 0.7
"""How sure a map is where names and structure say the same, where names of a known family say another thing, and where there are only names."""
SWITCHES: dict[str, float] = {"IK_FK": 1.0, "neck_follow": 1.0, "head_follow": 1.0}
"""Properties by which rigs choose what moves a bone, and the value at which turning the bone itself does: Rigify's."""


def map_bones(rest: RestPose) -> BoneMap:
    """The map of an armature's bones, with how sure it is.

    Structure comes first and needs no name. The names of a known family are believed where they hang together and mean the same body: they then say which
    bones of the same place are to be keyed. Names that only swap right and left against the shape are not believed.
    Raises ValueError (NoBipedError), in one sentence that says what is missing, where the armature is no character on two legs.
    """
    named = read_names(rest)
    try:
        biped = lift_to_controls(rest, _find(rest))
    except NoBipedError as error:
        if named is None or error.four_legs:
            raise
        return _named(rest, replace(named[1], confidence=NAMES_ALONE), named[0].family)
    agreed = named is not None and same_joints(rest, biped, named[1])
    if named is None or (not agreed and swaps_sides(rest, biped, named[1])) or rest.driven[list(named[1].bones)].any():
        return _named(rest, biped, STRUCTURE)
    confidence = AGREED if agreed else NAMES_AGAINST_SHAPE
    return _named(rest, replace(named[1], confidence=confidence), named[0].family)


def _find(rest: RestPose) -> Biped:
    """Among the bones that deform, if only some do; where those make no body, among all that answer to keys."""
    if rest.deform.any() and not rest.deform.all():
        try:
            return find_biped(Tree.among(rest, rest.deform))
        except NoBipedError as error:
            if error.four_legs:
                raise
    return find_biped(Tree.among(rest, ~rest.driven))


def _named(rest: RestPose, biped: Biped, origin: str) -> BoneMap:
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
