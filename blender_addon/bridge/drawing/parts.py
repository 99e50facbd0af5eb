"""What a layer of a drawing may be of a body, and which bone carries it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from ...core.limbs import Limb
from ...core.skeleton import Joint
from ..armature.bone_map import BoneMap


class Part(StrEnum):
    """The parts of a body. *Right* is the character's right."""

    NONE = "NONE"
    WHOLE = "WHOLE"
    HEAD = "HEAD"
    NECK = "NECK"
    TORSO = "TORSO"
    HIPS = "HIPS"
    RIGHT_ARM = "RIGHT_ARM"
    RIGHT_UPPER_ARM = "RIGHT_UPPER_ARM"
    RIGHT_FOREARM = "RIGHT_FOREARM"
    RIGHT_HAND = "RIGHT_HAND"
    LEFT_ARM = "LEFT_ARM"
    LEFT_UPPER_ARM = "LEFT_UPPER_ARM"
    LEFT_FOREARM = "LEFT_FOREARM"
    LEFT_HAND = "LEFT_HAND"
    RIGHT_LEG = "RIGHT_LEG"
    RIGHT_THIGH = "RIGHT_THIGH"
    RIGHT_SHIN = "RIGHT_SHIN"
    RIGHT_FOOT = "RIGHT_FOOT"
    LEFT_LEG = "LEFT_LEG"
    LEFT_THIGH = "LEFT_THIGH"
    LEFT_SHIN = "LEFT_SHIN"
    LEFT_FOOT = "LEFT_FOOT"


@dataclass(frozen=True)
class LimbOfParts:
    """An arm or a leg: the parts it is drawn in, its joints from the body outwards, the names of its bones, and what it
    is called in a bone map.
    """

    limb: Limb
    whole: Part
    upper: Part
    lower: Part
    end: Part
    joints: tuple[Joint, Joint, Joint]
    bones: tuple[str, str, str]
    extremity: str

    @property
    def parts(self) -> tuple[Part, Part, Part, Part]:
        """All of its parts, the whole first."""
        return self.whole, self.upper, self.lower, self.end


def _limb(side: str, whole: str, parts: tuple[str, str, str], joints: tuple[str, str, str]) -> LimbOfParts:
    return LimbOfParts(
        limb=Limb[f"{side}_{whole}"],
        whole=Part[f"{side}_{whole}"],
        upper=Part[f"{side}_{parts[0]}"],
        lower=Part[f"{side}_{parts[1]}"],
        end=Part[f"{side}_{parts[2]}"],
        joints=(Joint[f"{side}_{joints[0]}"], Joint[f"{side}_{joints[1]}"], Joint[f"{side}_{joints[2]}"]),
        bones=(f"{parts[0].lower()}.{side[0]}", f"{parts[1].lower()}.{side[0]}", f"{parts[2].lower()}.{side[0]}"),
        extremity=f"{side}_{parts[2]}".lower(),
    )


LIMBS: tuple[LimbOfParts, ...] = tuple(
    _limb(side, whole, parts, joints)
    for whole, parts, joints in (
        ("ARM", ("UPPER_ARM", "FOREARM", "HAND"), ("SHOULDER", "ELBOW", "WRIST")),
        ("LEG", ("THIGH", "SHIN", "FOOT"), ("HIP", "KNEE", "ANKLE")),
    )
    for side in ("RIGHT", "LEFT")
)
"""Arms, then legs, right before left."""

TRUNK: tuple[Part, ...] = (Part.HIPS, Part.TORSO, Part.NECK, Part.HEAD)

LIMB_OF: Mapping[Part, Limb] = MappingProxyType(
    dict.fromkeys((*TRUNK, Part.WHOLE), Limb.BODY) | {part: limb.limb for limb in LIMBS for part in limb.parts},
)
"""Which limb a part lies with, before and behind others."""

OTHER_SIDE: Mapping[Part, Part] = MappingProxyType(
    {
        part: Part[
            part.name.replace("RIGHT", "LEFT") if part.name.startswith("RIGHT") else part.name.replace("LEFT", "RIGHT")
        ]
        for part in Part
    }
)


def title(part: Part) -> str:
    """What the part is called in a sentence and in the panel: "right upper arm"."""
    return part.value.replace("_", " ").lower()


def bone_of(part: Part, bone_map: BoneMap) -> str | None:
    """The bone that carries the part; None where the map has none for it."""
    return next((name for name in _candidates(part, bone_map) if name), None)


def _candidates(part: Part, bone_map: BoneMap) -> Iterator[str | None]:
    chains = bone_map.chains
    if part in (Part.HEAD, Part.NECK):
        chain = chains.get(Joint.HEAD, ())
        yield from chain[-1:] if part == Part.HEAD else chain[:1]
    elif part == Part.TORSO:
        yield from chains.get(Joint.NECK, ())[-1:]
        yield bone_map.root
    elif part == Part.HIPS:
        yield bone_map.root
    for limb in LIMBS:
        if part in (limb.whole, limb.upper):
            yield from chains.get(limb.joints[1], ())[:1]
        elif part == limb.lower:
            yield from chains.get(limb.joints[2], ())[:1]
        elif part == limb.end:
            yield bone_map.extremities.get(limb.extremity)
            yield from chains.get(limb.joints[2], ())[-1:]


def bones_of_limb(part: Part, bone_map: BoneMap) -> tuple[str, ...]:
    """All bones that a layer of this part may be bent by: those of its own limb, or of the trunk."""
    if part == Part.WHOLE:
        return bone_map.bones
    parts = next((limb.parts for limb in LIMBS if part in limb.parts), TRUNK if part in TRUNK else ())
    found = [name for each in parts for name in _candidates(each, bone_map) if name]
    if part in (Part.TORSO, Part.NECK):
        found += bone_map.chains.get(Joint.NECK, ())
    if part in (Part.HEAD, Part.HIPS):
        found = [name for name in (bone_of(part, bone_map),) if name]
    for limb in LIMBS:
        if part in limb.parts:
            found += [name for joint in limb.joints[1:] for name in bone_map.chains.get(joint, ())]
    return tuple(dict.fromkeys(found))
