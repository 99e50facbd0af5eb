"""What is wrong with a bone map, in sentences that say what to do."""

from __future__ import annotations

from collections import Counter

import numpy as np

from ...core.skeleton import MIRROR_JOINTS, Joint
from ..bone_map import BoneMap
from ..rest_pose import RestPose
from .sides import side_in_name

NEEDED = tuple(Joint[f"{side}_{part}"] for side in ("RIGHT", "LEFT") for part in ("ELBOW", "WRIST", "KNEE", "ANKLE"))
"""Without these, nothing of a body moves."""
PART_NAMES: dict[Joint, str] = {
    Joint.HEAD: "head",
    Joint.NECK: "trunk",
    Joint.RIGHT_SHOULDER: "right clavicle",
    Joint.RIGHT_ELBOW: "right upper arm",
    Joint.RIGHT_WRIST: "right forearm",
    Joint.LEFT_SHOULDER: "left clavicle",
    Joint.LEFT_ELBOW: "left upper arm",
    Joint.LEFT_WRIST: "left forearm",
    Joint.RIGHT_HIP: "right hip joint",
    Joint.RIGHT_KNEE: "right thigh",
    Joint.RIGHT_ANKLE: "right shin",
    Joint.LEFT_HIP: "left hip joint",
    Joint.LEFT_KNEE: "left thigh",
    Joint.LEFT_ANKLE: "left shin",
}
"""What animators call each of our bones."""
LIMBS: tuple[tuple[tuple[Joint, ...], str], ...] = tuple(
    (tuple(Joint[f"{side}_{part}"] for part in parts), f"{side.lower()}_{end}")
    for side in ("RIGHT", "LEFT")
    for parts, end in ((("SHOULDER", "ELBOW", "WRIST"), "hand"), (("HIP", "KNEE", "ANKLE"), "foot"))
)
"""Each limb's bones from the body outwards, and what is at its end."""


def problems(rest: RestPose, bone_map: BoneMap) -> list[str]:
    """A sentence for each thing that keeps the map from being used: bones that are gone, missing, doubled, out of order, driven, or on the wrong side."""
    gone = [name for name in bone_map.bones if name not in rest]
    if gone:
        return [f"{rest.armature} has no bone {', '.join(gone)}; map the bones anew, or choose the armature that the map was made for."]
    return [*_missing(rest, bone_map), *_doubled(bone_map), *_out_of_order(rest, bone_map), *_driven(rest, bone_map), *_wrong_side(rest, bone_map)]


def _missing(rest: RestPose, bone_map: BoneMap) -> list[str]:
    needed = [Joint.NECK, Joint.HEAD, *NEEDED]
    return [f"No bone of {rest.armature} is mapped to the {PART_NAMES[bone]}; choose one." for bone in needed if bone not in bone_map.chains]


def _doubled(bone_map: BoneMap) -> list[str]:
    uses = [(name, PART_NAMES[bone]) for bone, chain in bone_map.chains.items() for name in chain]
    uses += [(name, part.replace("_", " ")) for part, name in bone_map.extremities.items()]
    counts = Counter(name for name, _ in uses)
    return [
        f"The bone {name} is mapped to the {' and the '.join(part for used, part in uses if used == name)}; keep it in one of them."
        for name, count in counts.items()
        if count > 1
    ]


def _out_of_order(rest: RestPose, bone_map: BoneMap) -> list[str]:
    """Bones of a limb hang from each other, and all of it from the root."""
    found: list[str] = []
    chains = [bone_map.chains.get(Joint.NECK, ()), bone_map.chains.get(Joint.HEAD, ())]
    for parts, end in LIMBS:
        limb = tuple(name for part in parts for name in bone_map.chains.get(part, ()))
        chains.append((*limb, *((bone_map.extremities[end],) if end in bone_map.extremities else ())))
    for chain in chains:
        above = bone_map.root
        for name in chain:
            if name != above and rest.index(above) not in rest.above(rest.index(name)):
                found.append(f"The bone {name} does not hang from {above}, which is mapped before it; choose bones of one limb, from the body outwards.")
            above = name
    return list(dict.fromkeys(found))


def _driven(rest: RestPose, bone_map: BoneMap) -> list[str]:
    driven = [name for name in bone_map.bones if rest.driven[rest.index(name)]]
    return [f"A constraint moves {', '.join(driven)}, so keys would do nothing; map the controls instead."] if driven else []


def _wrong_side(rest: RestPose, bone_map: BoneMap) -> list[str]:
    """Names that say the other side, in most bones of a limb; and limbs whose bones are crossed between the sides."""
    found = []
    for right in (Joint.RIGHT_ELBOW, Joint.RIGHT_KNEE):
        left = Joint(MIRROR_JOINTS[right])
        limbs = [(*bone_map.chains.get(upper, ()), *bone_map.chains.get(Joint(upper + 1), ())) for upper in (right, left)]
        says = [sum(side_in_name(name) for name in limb) for limb in limbs]
        if says[0] < 0 < says[1]:
            part = "arm" if right == Joint.RIGHT_ELBOW else "leg"
            found.append(
                f"The right {part} of {rest.armature} is mapped to {limbs[0][0]} and the left one to {limbs[1][0]}; swap them if names tell the truth."
            )
    if all(bone in bone_map.chains for bone in NEEDED):
        corners = (Joint.RIGHT_ELBOW, Joint.LEFT_ELBOW, Joint.RIGHT_KNEE, Joint.LEFT_KNEE)
        right_arm, left_arm, right_leg, left_leg = (rest.heads[rest.index(bone_map.chains[bone][0])] for bone in corners)
        shoulders, hips = left_arm - right_arm, left_leg - right_leg
        if shoulders @ hips < -0.5 * float(np.linalg.norm(shoulders) * np.linalg.norm(hips)):
            found.append(f"The arms and legs of {rest.armature} are mapped to opposite sides; swap right and left of one of them.")
    return found
