"""The body part of a layer, by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..bone_maps.side_words import FAR_WORDS, FORE, LEFT_WORDS, NEAR_WORDS, RIGHT_WORDS
from .body_parts import LIMB_PARTS, OTHER_SIDE, BodyPart

_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z]+")

UPPER_WORDS = frozenset({"upper", "up", "top"})
LOWER_WORDS = frozenset({"lower", "low", FORE, "bottom"})

TRUNK_WORDS: Mapping[str, BodyPart] = {
    **dict.fromkeys(
        (
            "head",
            "face",
            "hair",
            "skull",
            "eye",
            "eyes",
            "eyebrow",
            "eyebrows",
            "brow",
            "brows",
            "mouth",
            "nose",
            "ear",
            "ears",
        ),
        BodyPart.HEAD,
    ),
    **dict.fromkeys(
        ("pupil", "pupils", "cheek", "cheeks", "beard", "moustache", "hat", "cap", "glasses", "jaw", "lips", "teeth"),
        BodyPart.HEAD,
    ),
    **dict.fromkeys(("goggles", "eyelid", "eyelids", "lash", "lashes", "blink", "helmet", "bangs"), BodyPart.HEAD),
    **dict.fromkeys(("neck", "throat"), BodyPart.NECK),
    **dict.fromkeys(
        ("torso", "body", "trunk", "chest", "belly", "shirt", "ribcage", "spine", "jacket", "tie", "scarf"),
        BodyPart.TORSO,
    ),
    **dict.fromkeys(("hips", "hip", "pelvis", "waist", "belt", "skirt", "shorts", "tail"), BodyPart.HIPS),
}
LIMB_WORDS: Mapping[str, str] = {
    "arm": "ARM",
    **dict.fromkeys(("upperarm", "uparm", "bicep", "biceps", "shoulder", "sleeve", "armupper"), "UPPER_ARM"),
    **dict.fromkeys(("forearm", "lowerarm", "lowarm", "elbow", "bracer", "armlower"), "FOREARM"),
    **dict.fromkeys(("hand", "palm", "fist", "finger", "fingers", "thumb", "glove", "mitten", "wrist"), "HAND"),
    "leg": "LEG",
    **dict.fromkeys(("thigh", "upperleg", "upleg", "legupper"), "THIGH"),
    **dict.fromkeys(("shin", "shank", "calf", "lowerleg", "lowleg", "knee", "leglower"), "SHIN"),
    **dict.fromkeys(("foot", "feet", "shoe", "boot", "toe", "toes", "heel", "ankle"), "FOOT"),
}
PIECES: Mapping[str, tuple[str, str]] = {"ARM": ("UPPER_ARM", "FOREARM"), "LEG": ("THIGH", "SHIN")}


def parts_of_layers(names: Sequence[str]) -> dict[str, BodyPart]:
    """The part of each layer, from the lowest layer to the topmost; NONE where a name says nothing.

    *Arm* beside a forearm is the upper arm. Near limbs (*near*, *front*) are right, far ones (*far*, *rear*, *back*)
    left, as in a profile that looks to the picture's right. Of limbs whose names tell no side, the topmost is the near
    one.
    """
    words = _with_fore_told({name: _words(name) for name in names})
    found = {name: _part(words[name]) for name in names}
    sided = {name: side for name in names if (side := _side(words[name]))}
    taken: set[str] = set()
    parts: dict[str, BodyPart] = {}
    for name in reversed(names):
        word = found[name]
        if isinstance(word, BodyPart):
            parts[name] = word
            continue
        side = sided.get(name) or ("LEFT" if word in taken else "RIGHT")
        if name not in sided:
            taken.add(word)
        parts[name] = BodyPart[f"{side}_{word}"]
    return {name: _as_upper(parts[name], set(parts.values())) for name in names}


def mirrored(parts: Mapping[str, BodyPart]) -> dict[str, BodyPart]:
    """Exchange right and left: names may mean the sides of the viewer."""
    return {name: OTHER_SIDE[part] for name, part in parts.items()}


def _as_upper(part: BodyPart, present: set[BodyPart]) -> BodyPart:
    limb = next((limb for limb in LIMB_PARTS if limb.whole == part), None)
    return limb.upper if limb is not None and limb.lower in present and limb.upper not in present else part


def _words(name: str) -> list[str]:
    words: list[str] = []
    for word in (word.lower() for word in _WORDS.split(name) if word):
        words += _parted(word)
    return words


def _parted(word: str) -> list[str]:
    """A side that is written together with the part: `leftarm`, `armright`, `larm`, `reararm`. A word that says a side
    by itself stays whole: `rear`.
    """
    known = LIMB_WORDS.keys() | TRUNK_WORDS.keys()
    if word in known or word in RIGHT_WORDS | LEFT_WORDS | NEAR_WORDS | FAR_WORDS:
        return [word]
    for side in ("right", "left", *sorted(NEAR_WORDS | FAR_WORDS), FORE, "r", "l"):
        for rest in (
            word.removeprefix(side) if word.startswith(side) else "",
            word.removesuffix(side) if word.endswith(side) else "",
        ):
            if rest in known:
                return [side, rest]
    return [word]


def _with_fore_told(words: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The words of each layer; *fore* is *near* where limbs are called *back* or the like and none *front*, and else
    tells the lower half.
    """
    limbs = [said for said in words.values() if LIMB_WORDS.keys() & set(said)]
    said_of_limbs = {word for said in limbs for word in said}
    if not said_of_limbs & FAR_WORDS or said_of_limbs & NEAR_WORDS:
        return dict(words)
    told = RIGHT_WORDS | LEFT_WORDS | FAR_WORDS
    return {
        name: said if told & set(said) else ["near" if word == FORE else word for word in said]
        for name, said in words.items()
    }


def _side(words: Sequence[str]) -> str:
    for right, left in ((RIGHT_WORDS, LEFT_WORDS), (NEAR_WORDS, FAR_WORDS)):
        says = sum(word in right for word in words) - sum(word in left for word in words)
        if says:
            return "RIGHT" if says > 0 else "LEFT"
    return ""


def _part(words: Sequence[str]) -> str | BodyPart:
    """The word of a limb's part, or a part of the trunk."""
    limb = next((LIMB_WORDS[word] for word in words if word in LIMB_WORDS), None)
    if limb is None and "body" in words and LOWER_WORDS.intersection(words):
        return BodyPart.HIPS
    if limb is None:
        return next((TRUNK_WORDS[word] for word in words if word in TRUNK_WORDS), BodyPart.NONE)
    if limb in PIECES:
        more = [LIMB_WORDS[word] for word in words if word in LIMB_WORDS and LIMB_WORDS[word] not in PIECES]
        if more:
            return more[0]
        upper, lower = PIECES[limb]
        if UPPER_WORDS.intersection(words):
            return upper
        if LOWER_WORDS.intersection(words):
            return lower
    return limb
