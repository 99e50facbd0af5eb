"""The parts of a body that bones are mapped to, in the words of animators."""

from __future__ import annotations

from typing import NamedTuple

from ..armature.bone_map import PARTS


class PartName(NamedTuple):
    """What a part is called, and which bone is meant."""

    name: str
    meaning: str

    @property
    def title(self) -> str:
        """The name as a short heading: "Upper Arm R"."""
        side, _, part = self.name.partition(" ")
        return f"{part.title()} {side[0].upper()}" if side in _OTHER_SIDE else self.name.title()


_OTHER_SIDE = {"right": "left", "left": "right"}

_SIDED: dict[str, PartName] = {
    "shoulder": PartName("clavicle", "The bones from the trunk to the shoulder, if there are any"),
    "elbow": PartName("upper arm", "The bones from shoulder to elbow, without twist bones beside them"),
    "wrist": PartName("forearm", "The bones from elbow to wrist, without twist bones beside them"),
    "hand": PartName("hand", "The bone that begins at the wrist, if there is one"),
    "hand_target": PartName(
        "hand target", "The bone that IK draws the hand to; without one the arm is keyed by its own bones"
    ),
    "elbow_pole": PartName("elbow pole", "The bone that the elbow looks at where IK bends the arm, if there is one"),
    "hip": PartName("hip joint", "The bones from the pelvis to the hip, if there are any"),
    "knee": PartName("thigh", "The bones from hip to knee, without twist bones beside them"),
    "ankle": PartName("shin", "The bones from knee to ankle, without twist bones beside them"),
    "foot": PartName("foot", "The bone that begins at the ankle, if there is one"),
    "toe": PartName("toe", "The bone that the toes turn with, if there is one"),
    "foot_target": PartName(
        "foot target", "The bone that IK draws the foot to; without one the leg is keyed by its own bones"
    ),
    "knee_pole": PartName("knee pole", "The bone that the knee looks at where IK bends the leg, if there is one"),
}

PART_NAMES: dict[str, PartName] = {
    "root": PartName("root", "The bone that carries the whole body along its path"),
    "neck": PartName("trunk", "The bones from the hips to the neck"),
    "head": PartName("head", "The bones of neck and head"),
    **{
        f"{side}_{part}": PartName(f"{side} {named.name}", named.meaning)
        for parts in (
            ("shoulder", "elbow", "wrist", "hand", "hand_target", "elbow_pole"),
            ("hip", "knee", "ankle", "foot", "toe", "foot_target", "knee_pole"),
        )
        for side in ("right", "left")
        for part, named in ((part, _SIDED[part]) for part in parts)
    },
}
"""Each of PARTS in the order of a list: trunk, arms, legs, from the body outwards."""
assert set(PART_NAMES) == set(PARTS)


def other_side(part: str) -> str:
    """The same part of the other side; the part itself where it has none."""
    side, _, rest = part.partition("_")
    return f"{_OTHER_SIDE[side]}_{rest}" if side in _OTHER_SIDE else part
