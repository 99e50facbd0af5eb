"""The bone map of any armature: what its structure says, in the words of its family where names and structure agree."""

from __future__ import annotations

from dataclasses import replace

from ...core.skeleton import Joint
from ..armature.bone_map import BoneMap, BoneSwitch
from ..armature.rest_pose import RestPose
from .controls import lift_to_controls
from .detached_bones import reattached_at_ends, reattached_by_place
from .names import read_names, same_joints, swaps_sides
from .presets import Preset
from .structure import Biped, NoBipedError, find_biped
from .tree import Tree

STRUCTURE = "structure"
PARTED = 0.85
"""Factor of the confidence in a map of a rig whose limbs are not children of one another."""
AGREED, NAMES_AGAINST_SHAPE, NAMES_ALONE = 0.98, 0.75, 0.7
"""The confidence in a map where names and structure say the same, where names of a known family say another thing, and where
there are only names.
"""
SWITCHES: dict[str, float] = {"IK_FK": 1.0, "neck_follow": 1.0, "head_follow": 1.0}
"""Properties by which rigs choose what moves a bone, and the value at which turning the bone itself does: Rigify's."""


def map_bones(rest: RestPose) -> BoneMap:
    """Find the map of an armature's bones, with its confidence.

    - Structure comes first and needs no name.
    - The names of a known family are believed where they form chains and mean the same body: they then say which bones
      of the same place are to be keyed. Names that only swap right and left against the shape are not believed.
    - Bones that IK moves are mapped with a switch that turns it off, where the rig has no controls in their place.
    - Where more of a body is found once detached bones are reattached, such as feet on the root, these are mapped
      with it.

    Args:
        rest: the armature at rest.

    Raises:
        NoBipedError: the armature is no character on two legs; the error is one sentence that says what is missing.
    """
    try:
        found = _map(rest)
    except NoBipedError as error:
        joined = None if error.four_legs else _more_of(rest, None)
        if joined is None:
            raise
        return joined
    return _more_of(rest, found) or found


def _more_of(rest: RestPose, found: BoneMap | None) -> BoneMap | None:
    """The map of the rig with its loose bones joined; None where that finds no more of a body than was `found`."""
    at_ends = reattached_at_ends(rest)
    for joined in (at_ends, reattached_by_place(at_ends)):
        if joined is rest or (
            joined is not at_ends and found is not None and found.part("head") and found.part("neck") != (found.root,)
        ):
            continue
        try:
            more = _map(joined)
        except NoBipedError:
            continue
        if found is None or len(more.bones) > len(found.bones):
            return replace(more, confidence=PARTED * more.confidence)
    return None


def _map(rest: RestPose) -> BoneMap:
    """The map of a rig by its bones' parents. Raises NoBipedError as `map_bones`."""
    free = rest.released()
    named = read_names(rest)
    if named is not None and rest.driven[list(named[1].bones)].any() and not free.driven[list(named[1].bones)].any():
        return _without_ik(rest, _read(free, named))
    try:
        return _read(rest, named)
    except NoBipedError as error:
        if free is rest or error.four_legs:
            raise
        return _without_ik(rest, _read(free, named))


def _without_ik(rest: RestPose, bone_map: BoneMap) -> BoneMap:
    """The map with a switch for every IK that moves one of its bones."""
    mapped = {rest.index(name) for name in bone_map.bones}
    off = tuple(BoneSwitch(solver.bone, solver.switch, 0.0) for solver in rest.solvers if mapped & set(solver.moves))
    return replace(bone_map, switches=(*bone_map.switches, *off))


def _read(rest: RestPose, named: tuple[Preset, Biped] | None) -> BoneMap:
    """What structure and names say together."""
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
        extremities |= {
            f"{side.lower()}_hand": arm.end,
            f"{side.lower()}_foot": leg.end,
            f"{side.lower()}_toe": leg.tip,
        }
    return BoneMap(
        chains={joint: tuple(rest.names[bone] for bone in bones) for joint, bones in chains.items()},
        root=rest.names[biped.root],
        extremities={name: rest.names[bone] for name, bone in extremities.items() if bone >= 0},
        origin=origin,
        confidence=biped.confidence,
        switches=tuple(BoneSwitch(bone, name, SWITCHES[name]) for bone, name in rest.switches if name in SWITCHES),
    )
