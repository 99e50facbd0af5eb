"""Mapped bones that their limb does not carry: feet parented to the root, arms and heads beside the trunk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .bone_map import PARTS, ROOT, BoneMap
from .rest_pose import RestPose

SIDES = ("right", "left")
TRUNK, HEAD = "neck", "head"
ARM = ("shoulder", "elbow", "wrist", "hand")
LEG = ("hip", "knee", "ankle", "foot", "toe")


class Link(NamedTuple):
    """A mapped bone, of one of PARTS, and the mapped bones that may carry it: the last of `above` is the one that it is
    to stay on.
    """

    part: str
    bone: str
    above: tuple[str, ...]


def links_of(bone_map: BoneMap) -> Iterator[Link]:
    """Every two mapped bones that meet, from the body outwards. Arms and head stay on the trunk, legs on the root."""
    root, spine = bone_map.root, bone_map.part(TRUNK)
    yield from _along(bone_map, (TRUNK,), (root,) if root else ())
    chest = spine[1:] if root in spine and len(spine) > 1 else spine
    yield from _along(bone_map, (HEAD,), chest or (root,))
    for side in SIDES:
        yield from _along(bone_map, tuple(f"{side}_{part}" for part in ARM), chest or (root,))
        yield from _along(bone_map, tuple(f"{side}_{part}" for part in LEG), (root,) if root else ())


def loose_bones(rest: RestPose, bone_map: BoneMap) -> dict[int, int]:
    """The mapped bones (indices) that nothing carries of what should, by the bone that each is to stay on.

    A bone that is parented to another limb, or carries what should carry it, is mapped wrongly and none of these. Constraints
    between a bone and the trunk may carry it in ways of their own.
    """
    limbs, rest = _limbs(bone_map), rest.released()
    found = {}
    for link in links_of(bone_map):
        if link.bone not in rest or any(name not in rest for name in link.above):
            continue
        bone, above = rest.index(link.bone), [rest.index(name) for name in link.above]
        if not above or _carried(rest, bone, above) or above[-1] == bone or bone in rest.above(above[-1]):
            continue
        if all(limbs.get(rest.names[at], "") in ("", limbs[link.bone]) for at in rest.above(bone)):
            found[bone] = above[-1]
    return found


def _along(bone_map: BoneMap, parts: tuple[str, ...], above: tuple[str, ...]) -> Iterator[Link]:
    for part in parts:
        for name in bone_map.part(part):
            if above and name not in above:
                yield Link(part, name, above)
            above = (name,)


def _limbs(bone_map: BoneMap) -> dict[str, str]:
    """The arm or leg that a mapped bone is of; trunk, head and root carry anything."""
    limb_of = {
        f"{side}_{part}": f"{side} {name}"
        for side in SIDES
        for name, parts in (("arm", ARM), ("leg", LEG))
        for part in parts
    }
    limbs = {name: limb_of[part] for part in PARTS if part in limb_of for name in bone_map.part(part)}
    whole = dict.fromkeys((*bone_map.part(ROOT), *bone_map.part(TRUNK), *bone_map.part(HEAD)), "")
    return whole | limbs


def _carried(rest: RestPose, bone: int, above: list[int]) -> bool:
    """Whether any of these bones carries it, or a constraint on the way up may."""
    upwards = rest.above(bone)
    return not upwards.isdisjoint(above) or any(rest.driven[at] for at in (bone, *upwards))
