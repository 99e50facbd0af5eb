"""Which of two mirrored limbs is the character's right: by where it faces, and by names where its shape does not tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .limbs import Joints, Pair
from .side_words import FAR_WORDS, FORE, LEFT_WORDS, NEAR_WORDS, RIGHT_WORDS, joined_side

Array = NDArray[np.float64]

LEANS = 0.15
"""Share of the evidence for one side from which the shape decides where the character faces."""
KNEE, ELBOW = 0.5, 0.35
"""What a bent knee and a bent elbow weigh beside a foot."""
BEND_SEEN = 0.1
"""Bend of a knee or elbow, in lengths of the limb, that is full evidence."""
FLAT = 0.02
"""Part of a limb's length that joints may be apart across a plane and still lie in it."""
LOOKS_ALONG = 0.5
"""Part of their length by which both feet of a cut-out must point to one side of the picture for it to be a profile."""
DRAWN_TOWARDS = np.array(((0.0, -1.0, 0.0), (0.0, 0.0, 1.0)))
"""Where a cut-out looks from its plane when nothing else tells: at Blender's front view, or up at one who looks down on
it.
"""
SURE, NAMED, DISPUTED, ASSUMED, GUESSED = 1.0, 0.97, 0.85, 0.6, 0.4
"""The confidence in right and left: by shape; by names; by shape against the names; by the way cut-outs are drawn; by
nothing but order.
"""

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z右左]+|(?<=[右左])|(?=[右左])")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[右左]")
_OTHER_WORDS = {"right": "left", "r": "l", "rt": "lt", "右": "左"}
_SIDE_WORDS = dict.fromkeys((*RIGHT_WORDS, "右"), 1) | dict.fromkeys((*LEFT_WORDS, "左"), -1)
_OTHER_WORDS |= {other: word for word, other in _OTHER_WORDS.items()}


def side_in_name(name: str) -> int:
    """1 where a bone's name says right, −1 where it says left, 0 where it says neither (`upper_arm.R`, `LeftArm`,
    `LHipJoint`, `thigh_l`, `Bip01 R Foot`).
    """
    words = [word.lower() for word in _WORDS.split(name.rpartition(":")[2]) if word]
    return int(np.sign(sum(_SIDE_WORDS.get(_said(word), 0) for word in words)))


def _said(word: str) -> str:
    """The part of a word, in lower case, that may say the side: all of it, or what is written together with the rest,
    as in `rightarm`.
    """
    joined = None if word in _SIDE_WORDS else joined_side(word)
    return word[slice(*joined)] if joined else word


def mirrored_name(name: str) -> str:
    """The name with right and left swapped, in the same spelling; the name itself where it says neither."""
    space, colon, bare = name.rpartition(":")
    return space + colon + _WORD.sub(lambda word: _mirrored_word(word[0]), bare)


def _mirrored_word(word: str) -> str:
    lower = word.lower()
    start, end = (0, len(word)) if lower in _OTHER_WORDS else joined_side(lower) or (0, 0)
    if start == end:
        return word
    said, other = word[start:end], _OTHER_WORDS[lower[start:end]]
    return (
        word[:start]
        + (other.upper() if said.isupper() else other.capitalize() if said[0].isupper() else other)
        + word[end:]
    )


@dataclass(frozen=True)
class Sides:
    """For each pair, the place in it (0 or 1) of the character's right limb; `confidence` 0..1."""

    right: tuple[int, ...]
    confidence: float


def find_sides(pairs: Sequence[Pair], joints: Sequence[tuple[Joints, Joints]], up: Array) -> Sides:
    """Find which of two limbs is the right one, for legs and for arms.

    Args:
        pairs: (legs, arms).
        joints: those of each pair.
        up: (3,) the character's up.
    """
    votes = [_names_say(pair) for pair in pairs]
    across = [pair.sideways for pair in pairs]
    known = [axis for axis in across if axis is not None]
    if not known or _is_profile(pairs, joints, known[0], up):
        votes = [vote or nearer for vote, nearer in zip(votes, _nearer_is_right(pairs, joints[0], up), strict=True)]
        right = tuple(0 if vote >= 0 else 1 for vote in votes)
        return Sides(right, NAMED if all(votes) else GUESSED)
    sideways = _across(known, up)
    turned = [1.0 if axis is None else float(np.sign(axis @ sideways)) or 1.0 for axis in across]
    named = sum(vote * turn for vote, turn, axis in zip(votes, turned, across, strict=True) if axis is not None)
    # With the first limbs on the right the character faces where up × sideways points.
    faces = np.cross(up, sideways)
    evidence = _forwards(pairs[0], joints[0], pairs[1], joints[1], faces)
    if abs(evidence) >= LEANS:
        sign, confidence = np.sign(evidence), DISPUTED if named * evidence < 0 else SURE
    elif named:
        sign, confidence = np.sign(named), NAMED
    else:
        towards = DRAWN_TOWARDS @ faces
        sign, confidence = (np.sign(towards[np.abs(towards).argmax()]) or 1.0), ASSUMED
    right = tuple(
        (0 if vote >= 0 else 1) if axis is None else 0 if sign * turn > 0 else 1
        for vote, turn, axis in zip(votes, turned, across, strict=True)
    )
    return Sides(
        right,
        min(
            confidence,
            *(NAMED if vote else GUESSED for vote, axis in zip(votes, across, strict=True) if axis is None),
            1.0,
        ),
    )


def _names_say(pair: Pair) -> int:
    """1 where the names call the first limb right, −1 where the second, 0 where they do not tell."""
    return _says(pair, side_in_name)


def _says(pair: Pair, in_name: Callable[[str], int]) -> int:
    first, second = (np.sign(sum(in_name(pair.tree.rest.names[bone]) for bone in path)) for path in pair.paths)
    return int(first) if first == -second else 0


def _nearer_is_right(pairs: Sequence[Pair], legs: tuple[Joints, Joints], up: Array) -> list[int]:
    """As `_names_say`, for profiles whose limbs are called near and far, or front and back: which of them is right
    depends on where the feet point.

    Without feet the character is taken to look to the picture's right, so that near is right.
    """
    forward = np.sum([_foot(pairs[0], path, at.end) for path, at in zip(pairs[0].paths, legs, strict=True)], axis=0)
    towards = DRAWN_TOWARDS @ np.cross(forward, up)
    sign = int(np.sign(towards[np.abs(towards).argmax()])) or 1
    return [sign * _says(pair, _nearness) for pair in pairs]


def _nearness(name: str) -> int:
    """1 where a bone's name says near, −1 where it says far (`front-thigh`, `RearFoot`, `backleg`); *fore* says near
    where nothing else says either.
    """
    words = [word.lower() for word in _WORDS.split(name.rpartition(":")[2]) if word]
    near, far = (sum(word.startswith(tuple(said)) for word in words) for said in (NEAR_WORDS, FAR_WORDS))
    return int(np.sign(near - far)) if near or far else int(FORE in words)


def _across(axes: Iterable[Array], up: Array) -> Array:
    total = np.zeros(3)
    for axis in axes:
        total += axis if total @ axis >= 0 else -axis
    flat = total - (total @ up) * up
    return np.asarray(flat / max(float(np.linalg.norm(flat)), 1e-12))


def _is_profile(pairs: Sequence[Pair], joints: Sequence[tuple[Joints, Joints]], sideways: Array, up: Array) -> bool:
    """Whether all limbs lie in one plane, and both feet point the same way in it or, where no foot tells, names call
    all limbs near and far alone.

    Then what is apart in the plane is no side.
    """
    normal = np.cross(up, sideways)
    points = np.concatenate([pair.samples.reshape(-1, 3) for pair in pairs])
    if np.ptp(points @ normal) > FLAT * pairs[0].length:
        return False
    feet = [_foot(pairs[0], path, at.end) @ sideways for path, at in zip(pairs[0].paths, joints[0], strict=True)]
    if not np.any(feet):
        return all(_says(pair, _nearness) and not _names_say(pair) for pair in pairs)
    return bool(np.sign(feet[0]) == np.sign(feet[1]) and min(np.abs(feet)) > LOOKS_ALONG)


def _forwards(
    legs: Pair, leg_joints: tuple[Joints, Joints], arms: Pair, arm_joints: tuple[Joints, Joints], faces: Array
) -> float:
    """−1..1: how much feet, knees and elbows agree that the character faces that way."""
    evidence = [(1.0, _foot(legs, path, at.end) @ faces) for path, at in zip(legs.paths, leg_joints, strict=True)]
    evidence += [(KNEE, _bend(legs, path, at) @ faces) for path, at in zip(legs.paths, leg_joints, strict=True)]
    evidence += [(ELBOW, -_bend(arms, path, at) @ faces) for path, at in zip(arms.paths, arm_joints, strict=True)]
    return float(sum(weight * value for weight, value in evidence) / sum(weight for weight, _ in evidence))


def _foot(pair: Pair, path: tuple[int, ...], ankle: int) -> Array:
    """(3,) unit vector along the foot, zero where there is none."""
    points = pair.tree.points(path)
    if ankle >= len(path) or (ankle == len(path) - 1 and not pair.tree.tails_tell):
        return np.zeros(3)
    foot = points[-1] - points[ankle]
    return np.asarray(foot / max(float(np.linalg.norm(foot)), 1e-12))


def _bend(pair: Pair, path: tuple[int, ...], joints: Joints) -> Array:
    """(3,) where the middle joint lies beside the line between the other two, 1 long where that is plain."""
    upper, lower, end = pair.tree.points(path)[list(joints)]
    line = end - upper
    length = max(float(np.linalg.norm(line)), 1e-12)
    aside = lower - upper - line * float((lower - upper) @ line) / length**2
    strength = float(np.linalg.norm(aside)) / length / BEND_SEEN
    return np.asarray(aside / length / BEND_SEEN / max(1.0, strength))
