"""What a layer of a drawing may be of a body, and which bone carries it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from ...core.limbs import Limb
from ...core.skeleton import Joint
from ..armature.bone_map import BoneMap


class BodyPart(StrEnum):
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


FEET = frozenset({BodyPart.RIGHT_FOOT, BodyPart.LEFT_FOOT})


@dataclass(frozen=True)
class LimbParts:
    """An arm or a leg: the parts it is drawn in, its joints from the body outwards, the names of its bones, and what it
    is called in a bone map.
    """

    limb: Limb
    whole: BodyPart
    upper: BodyPart
    lower: BodyPart
    end: BodyPart
    joints: tuple[Joint, Joint, Joint]
    bones: tuple[str, str, str]
    extremity: str

    @property
    def parts(self) -> tuple[BodyPart, BodyPart, BodyPart, BodyPart]:
        """All of its parts, the whole first."""
        return self.whole, self.upper, self.lower, self.end


def _limb(side: str, whole: str, parts: tuple[str, str, str], joints: tuple[str, str, str]) -> LimbParts:
    return LimbParts(
        limb=Limb[f"{side}_{whole}"],
        whole=BodyPart[f"{side}_{whole}"],
        upper=BodyPart[f"{side}_{parts[0]}"],
        lower=BodyPart[f"{side}_{parts[1]}"],
        end=BodyPart[f"{side}_{parts[2]}"],
        joints=(Joint[f"{side}_{joints[0]}"], Joint[f"{side}_{joints[1]}"], Joint[f"{side}_{joints[2]}"]),
        bones=(f"{parts[0].lower()}.{side[0]}", f"{parts[1].lower()}.{side[0]}", f"{parts[2].lower()}.{side[0]}"),
        extremity=f"{side}_{parts[2]}".lower(),
    )


LIMB_PARTS: tuple[LimbParts, ...] = tuple(
    _limb(side, whole, parts, joints)
    for whole, parts, joints in (
        ("ARM", ("UPPER_ARM", "FOREARM", "HAND"), ("SHOULDER", "ELBOW", "WRIST")),
        ("LEG", ("THIGH", "SHIN", "FOOT"), ("HIP", "KNEE", "ANKLE")),
    )
    for side in ("RIGHT", "LEFT")
)
"""Arms, then legs, right before left."""

TRUNK: tuple[BodyPart, ...] = (BodyPart.HIPS, BodyPart.TORSO, BodyPart.NECK, BodyPart.HEAD)

LIMB_OF_PART: Mapping[BodyPart, Limb] = MappingProxyType(
    dict.fromkeys((*TRUNK, BodyPart.WHOLE), Limb.BODY)
    | {part: limb.limb for limb in LIMB_PARTS for part in limb.parts},
)
"""Which limb a part lies with, before and behind others."""

OTHER_SIDE: Mapping[BodyPart, BodyPart] = MappingProxyType(
    {
        part: BodyPart[
            part.name.replace("RIGHT", "LEFT") if part.name.startswith("RIGHT") else part.name.replace("LEFT", "RIGHT")
        ]
        for part in BodyPart
    }
)


def part_title(part: BodyPart) -> str:
    """What the part is called in a sentence and in the panel: "right upper arm"."""
    return part.value.replace("_", " ").lower()


def bone_of(part: BodyPart, bone_map: BoneMap) -> str | None:
    """The bone that carries the part; None where the map has none for it."""
    return next((name for name in _candidates(part, bone_map) if name), None)


def _candidates(part: BodyPart, bone_map: BoneMap) -> Iterator[str | None]:
    chains = bone_map.chains
    if part in (BodyPart.HEAD, BodyPart.NECK):
        chain = chains.get(Joint.HEAD, ())
        yield from chain[-1:] if part == BodyPart.HEAD else chain[:1]
    elif part == BodyPart.TORSO:
        yield from chains.get(Joint.NECK, ())[-1:]
        yield bone_map.root
    elif part == BodyPart.HIPS:
        yield bone_map.root
    for limb in LIMB_PARTS:
        if part in (limb.whole, limb.upper):
            yield from chains.get(limb.joints[1], ())[:1]
        elif part == limb.lower:
            yield from chains.get(limb.joints[2], ())[:1]
        elif part == limb.end:
            yield bone_map.extremities.get(limb.extremity)
            yield from chains.get(limb.joints[2], ())[-1:]


def bones_of_limb(part: BodyPart, bone_map: BoneMap) -> tuple[str, ...]:
    """All bones that a layer of this part may be bent by: those of its own limb, or of the trunk."""
    if part == BodyPart.WHOLE:
        return bone_map.bones
    parts = next((limb.parts for limb in LIMB_PARTS if part in limb.parts), TRUNK if part in TRUNK else ())
    found = [name for each in parts for name in _candidates(each, bone_map) if name]
    if part in (BodyPart.TORSO, BodyPart.NECK):
        found += bone_map.chains.get(Joint.NECK, ())
    if part in (BodyPart.HEAD, BodyPart.HIPS):
        found = [name for name in (bone_of(part, bone_map),) if name]
    for limb in LIMB_PARTS:
        if part in limb.parts:
            found += [name for joint in limb.joints[1:] for name in bone_map.chains.get(joint, ())]
    return tuple(dict.fromkeys(found))
