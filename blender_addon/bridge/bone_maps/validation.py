"""The problems of a bone map, in sentences that say what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..armature.bone_map import CONTROLS, PARTS, ROOT, BoneMap
from ..armature.loose_bones import loose_bones
from ..armature.rest_pose import RestPose
from .parts import PART_NAMES, other_side
from .sides import side_in_name

SIDES = ("right", "left")
HALVES: dict[str, tuple[str, str]] = {"arm": ("elbow", "wrist"), "leg": ("knee", "ankle")}
"""Each limb's upper and lower half, …"""
ENDS = {"arm": "hand", "leg": "foot"}
"""… and what is at its end."""
LIMBS: tuple[tuple[str, ...], ...] = (
    ("neck",),
    ("head",),
    *(
        tuple(f"{side}_{part}" for part in parts)
        for side in SIDES
        for parts in (("shoulder", "elbow", "wrist", "hand"), ("hip", "knee", "ankle", "foot", "toe"))
    ),
)
"""Parts that are children of one another, from the body outwards."""
NEEDED: tuple[str, ...] = (
    ROOT,
    "neck",
    "head",
    *(f"{side}_{half}" for side in SIDES for halves in HALVES.values() for half in halves),
)
"""The parts that every map needs."""

UNLIKE_SIDES = 1.5
"""How much longer a half of a limb may be than that of the other side."""
UNLIKE_HALVES = 3.0
"""How much longer one half of a limb may be than its other half."""
CROSSED = -0.5
"""Cosine between the line of the shoulders and that of the hips below which they are crossed."""

LONGEST_BONE = 63
"""Letters of a bone's name in Blender; a file may name longer ones."""


@dataclass(frozen=True)
class Problem:
    """One sentence about a map, and the parts that it is about.

    `stops`: the map cannot be used; otherwise the problem is a warning.
    """

    sentence: str
    parts: tuple[str, ...]
    stops: bool = True


def problems(rest: RestPose, bone_map: BoneMap) -> list[Problem]:
    """Return the problems of a map: first what keeps it from being used (bones that are gone, missing, doubled, out of
    order or driven), then what looks unreasonable.

    Args:
        rest: the armature at rest.
        bone_map: the map.
    """
    gone = list(_gone(rest, bone_map))
    here, said = _without(rest, bone_map), {part for problem in gone for part in problem.parts}
    found = [*gone, *_missing(rest, here, said), *_doubled(here), *_out_of_order(rest, here), *_driven(rest, here)]
    if not found:
        found = [*_upside_down(rest, here), *_wrong_side(rest, here), *_uneven(rest, here)]
    return [*found, *_one_sided(here), *_loose(rest, here)]


def _without(rest: RestPose, bone_map: BoneMap) -> BoneMap:
    """The map without bones that are gone."""
    for part in PARTS:
        if any(name not in rest for name in bone_map.part(part)):
            bone_map = bone_map.with_part(part, [name for name in bone_map.part(part) if name in rest])
    return bone_map


def _gone(rest: RestPose, bone_map: BoneMap) -> Iterator[Problem]:
    for part in PARTS:
        gone = [name for name in bone_map.part(part) if name not in rest]
        if gone:
            what = f"{rest.armature} has no bone {', '.join(name[:LONGEST_BONE] for name in gone)}"
            yield Problem(
                f"{what}; choose another one for the {PART_NAMES[part].name}, or find the bones again.", (part,)
            )
    for switch in bone_map.switches:
        if (switch.bone, switch.property) not in rest.switches:
            yield Problem(
                f"{rest.armature} has no number {switch.property} on the bone {switch.bone}; remove that switch, or find the bones again.",
                (),
            )


def _missing(rest: RestPose, bone_map: BoneMap, said: set[str]) -> Iterator[Problem]:
    for part in NEEDED:
        if not bone_map.part(part) and part not in said:
            yield Problem(f"No bone of {rest.armature} is mapped to the {PART_NAMES[part].name}; choose one.", (part,))


def _doubled(bone_map: BoneMap) -> Iterator[Problem]:
    """The root may be the first bone of the trunk as well, and a foot what IK draws its leg to."""
    uses: dict[str, list[str]] = defaultdict(list)
    for part in PARTS:
        for name in bone_map.part(part) if part != ROOT and part not in CONTROLS else ():
            uses[name].append(part)
    for name, parts in uses.items():
        if len(parts) > 1:
            places = " and the ".join(PART_NAMES[part].name for part in parts)
            yield Problem(
                f"The bone {name} is mapped to the {places}; keep it in one of them.", tuple(dict.fromkeys(parts))
            )


def _out_of_order(rest: RestPose, bone_map: BoneMap) -> Iterator[Problem]:
    """Bones of a limb that are not children of the bone before them, or of the root, and cannot be kept on it."""
    said, loose = set(), {rest.names[bone] for bone in loose_bones(rest, bone_map)}
    for limb in LIMBS:
        above, part_above = bone_map.root, ROOT
        for part in limb:
            for name in bone_map.part(part):
                if (
                    above
                    and name != above
                    and name not in loose
                    and rest.index(above) not in rest.above(rest.index(name))
                    and (name, above) not in said
                ):
                    said.add((name, above))
                    what = f"The bone {name} is not a child of {above}, which is mapped before it"
                    yield Problem(
                        f"{what}; choose bones of one limb, from the body outwards.",
                        (part, *((part_above,) if part_above != part else ())),
                    )
                above, part_above = name, part


def _loose(rest: RestPose, bone_map: BoneMap) -> Iterator[Problem]:
    """Bones that are not children of their limb: their location is keyed where possible."""
    parts = {name: part for part in PARTS if part not in CONTROLS for name in bone_map.part(part)}
    for bone, above in loose_bones(rest, bone_map).items():
        name, limb = rest.names[bone], rest.names[above]
        what = f"The bone {name} is parented to {rest.parent_name(bone)} and not to {limb}"
        if rest.connected[bone]:
            sentence = f"{what}, and it is connected, so nothing keeps it there; disconnect it in Edit Mode, or make {limb} its parent."
        elif rest.pinned[bone]:
            sentence = f"{what}, and its location is locked, so nothing keeps it there; unlock its location, or make {limb} its parent."
        else:
            sentence = f"{what}; its location is keyed to keep it there, or make {limb} its parent."
        yield Problem(sentence, (parts[name],), stops=False)


def _driven(rest: RestPose, bone_map: BoneMap) -> Iterator[Problem]:
    rest = rest.released({(switch.bone, switch.property) for switch in bone_map.switches if switch.value == 0})
    driven = {part: [name for name in bone_map.part(part) if rest.driven[rest.index(name)]] for part in PARTS}
    names = dict.fromkeys(name for found in driven.values() for name in found)
    if names:
        parts = tuple(part for part, found in driven.items() if found)
        yield Problem(
            f"A constraint moves {', '.join(names)}, so keys would do nothing; map the controls instead.", parts
        )


def _head_of(rest: RestPose, bone_map: BoneMap, part: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.asarray(rest.heads[rest.index(bone_map.part(part)[0])])


def _upside_down(rest: RestPose, bone_map: BoneMap) -> Iterator[Problem]:
    """Halves of a limb that lead back into the body, and a head below the hips."""
    hips, shoulders = (
        np.mean([_head_of(rest, bone_map, f"{side}_{part}") for side in SIDES], axis=0) for part in ("knee", "elbow")
    )
    head = rest.tails[rest.index(bone_map.part("head")[-1])]
    if (head - hips) @ (shoulders - hips) <= 0:
        yield Problem(
            f"The head of {rest.armature} lies below its hips, seen from the shoulders; map the trunk and the head again.",
            ("head", "neck"),
        )
    up = shoulders - hips
    for side in SIDES:
        knee = _head_of(rest, bone_map, f"{side}_ankle") - _head_of(rest, bone_map, f"{side}_knee")
        if knee @ up > np.cos(np.pi / 4) * float(np.linalg.norm(knee) * np.linalg.norm(up)):
            what = f"The {side} thigh of {rest.armature} points up along the trunk"
            yield Problem(f"{what}; if arms and legs are mixed up, map them again.", (f"{side}_knee",), stops=False)


def _wrong_side(rest: RestPose, bone_map: BoneMap) -> Iterator[Problem]:
    """Names that say the other side, in both limbs of a pair; and limbs whose bones are crossed between the sides."""
    for limb, halves in HALVES.items():
        bones = {side: [name for half in halves for name in bone_map.part(f"{side}_{half}")] for side in SIDES}
        says = {side: sum(side_in_name(name) for name in names) for side, names in bones.items()}
        if says["right"] < 0 < says["left"]:
            what = f"The right {limb} of {rest.armature} is mapped to {bones['right'][0]} and the left one to {bones['left'][0]}"
            yield Problem(
                f"{what}; swap them if the names are right.",
                tuple(f"{side}_{half}" for side in SIDES for half in halves),
                stops=False,
            )
    hips, shoulders = (
        _head_of(rest, bone_map, f"left_{part}") - _head_of(rest, bone_map, f"right_{part}")
        for part in ("knee", "elbow")
    )
    if shoulders @ hips < CROSSED * float(np.linalg.norm(shoulders) * np.linalg.norm(hips)):
        what = f"The arms and legs of {rest.armature} are mapped to opposite sides"
        yield Problem(
            f"{what}; swap right and left of one of them.",
            ("right_elbow", "left_elbow", "right_knee", "left_knee"),
            stops=False,
        )


def _uneven(rest: RestPose, bone_map: BoneMap) -> Iterator[Problem]:
    """Halves of limbs that are much longer than the same of the other side, or than each other: a bone too many or too
    few.
    """
    for limb, (upper, lower) in HALVES.items():
        lengths = {
            side: float(
                np.linalg.norm(
                    _head_of(rest, bone_map, f"{side}_{lower}") - _head_of(rest, bone_map, f"{side}_{upper}")
                )
            )
            for side in SIDES
        }
        longer, shorter = sorted(SIDES, key=lambda side: -lengths[side])
        if lengths[longer] > UNLIKE_SIDES * lengths[shorter]:
            name, other = PART_NAMES[f"{longer}_{upper}"].name, PART_NAMES[f"{shorter}_{upper}"].name
            what = (
                f"The {name} of {rest.armature} is {_times(lengths[longer], lengths[shorter])} as long as the {other}"
            )
            yield Problem(
                f"{what}; check that both are mapped to the same bones.",
                (f"{longer}_{upper}", f"{shorter}_{upper}"),
                stops=False,
            )
        for side in SIDES:
            end = bone_map.part(f"{side}_{ENDS[limb]}")
            below = (
                float(np.linalg.norm(rest.heads[rest.index(end[0])] - _head_of(rest, bone_map, f"{side}_{lower}")))
                if end
                else lengths[side]
            )
            if max(lengths[side], below) > UNLIKE_HALVES * min(lengths[side], below):
                what = f"The {PART_NAMES[f'{side}_{upper}'].name} and the {PART_NAMES[f'{side}_{lower}'].name} of {rest.armature} differ a lot in length"
                yield Problem(
                    f"{what}; check that each bone between them is mapped to the right one.",
                    (f"{side}_{upper}", f"{side}_{lower}"),
                    stops=False,
                )


def _times(longer: float, shorter: float) -> str:
    return f"{longer / shorter:.1f} times" if shorter > 0 else "many times"


def _one_sided(bone_map: BoneMap) -> Iterator[Problem]:
    """Optional parts that are mapped on one side only."""
    for part in PARTS:
        other = other_side(part)
        if bone_map.part(part) and not bone_map.part(other) and other not in NEEDED:
            what = f"The {PART_NAMES[part].name} is mapped and the {PART_NAMES[other].name} is not"
            yield Problem(
                f"{what}; mirror the map, or leave it so if the character has only one.", (other,), stops=False
            )
