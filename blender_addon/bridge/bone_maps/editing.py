"""Edits of a bone map by hand: order picked bones, mirror one side, swap both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from ..armature.bone_map import BY_HAND, BoneMap
from ..armature.rest_pose import RestPose
from .parts import PART_NAMES, other_side
from .sides import mirrored_name

MIRROR_TOLERANCE = 0.01
"""Part of the rig's size within which a bone lies where the mirror image of another one does."""


def in_order(rest: RestPose, names: Sequence[str]) -> tuple[str, ...]:
    """Return bones in the order of their chain, from the body outwards.

    Args:
        rest: the armature at rest.
        names: the bones, in any order.

    Raises:
        ValueError: one is not a child of the one before.
    """
    chain = sorted(dict.fromkeys(names), key=lambda name: len(rest.above(rest.index(name))))
    for above, name in pairwise(chain):
        if rest.index(above) not in rest.above(rest.index(name)):
            raise ValueError(
                f"{name} is not a child of {above}; select the bones of one chain, such as all from shoulder to elbow."
            )
    return tuple(chain)


def mirrored(rest: RestPose, bone_map: BoneMap, side: str) -> BoneMap:
    """Return the map with the bones of one side taken from the other, by their names, else by their place.

    Args:
        rest: the armature at rest.
        bone_map: the map.
        side: the side that stays, "right" or "left".

    Raises:
        ValueError: bones have no counterpart; the error names all of them.
    """
    counterparts = {name: mirror_bone(rest, name) for part in _of_side(side) for name in bone_map.part(part)}
    if alone := [name for name, found in counterparts.items() if not found]:
        raise ValueError(
            f"{', '.join(alone)} has no counterpart on the other side, by name or by place; choose the bones of that side one by one."
        )
    for part in _of_side(side):
        bone_map = bone_map.with_part(other_side(part), [counterparts[name] for name in bone_map.part(part)])
    switches = {(switch.bone, switch.property): switch for switch in bone_map.switches}
    for switch in bone_map.switches:
        bone = mirrored_name(switch.bone)
        switches.setdefault((bone, switch.property), replace(switch, bone=bone))
    return replace(bone_map, switches=tuple(switch for switch in switches.values() if switch.bone in rest))


def swapped(bone_map: BoneMap) -> BoneMap:
    """The map with right and left swapped."""
    swapped_map = bone_map
    for part in PART_NAMES:
        if other_side(part) != part:
            swapped_map = swapped_map.with_part(part, bone_map.part(other_side(part)), BY_HAND)
    return swapped_map


def mirror_bone(rest: RestPose, name: str) -> str:
    """Return the bone on the other side: the one of the mirrored name, else the only one whose place is the mirror image
    across the armature's X.

    Returns:
        Its name, "" for none.
    """
    flipped = mirrored_name(name)
    if flipped != name and flipped in rest:
        return flipped
    at, size = rest.index(name), float(np.linalg.norm(np.ptp(rest.heads, axis=0)))
    away = np.maximum(
        np.linalg.norm(rest.heads - rest.heads[at] * (-1, 1, 1), axis=-1),
        np.linalg.norm(rest.tails - rest.tails[at] * (-1, 1, 1), axis=-1),
    )
    there = [place for place in np.flatnonzero(away <= MIRROR_TOLERANCE * size) if place != at]
    return rest.names[there[0]] if len(there) == 1 else ""


def _of_side(side: str) -> list[str]:
    return [part for part in PART_NAMES if part.startswith(f"{side}_")]
