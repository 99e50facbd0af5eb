"""A biped found by structure alone: two legs below a trunk, two arms and a head above. No name is needed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from .limbs import ARM, LEG, Joints, Pair, find_joints, limb_pairs
from .sides import find_sides
from .tree import Tree

Array = NDArray[np.float64]

HANGS = 0.5
"""Cosine between leg and downward trunk from which a leg carries the character."""
KNUCKLES = 0.1
"""Part of the legs' length by which hands may reach below the feet, as an ape's do."""
GOOD_ENOUGH = 3.0
"""Score of a body that is believed: rigs of people have about five, the best of a wolf's limbs one."""
SHORTEST_TRUNK = 0.05
"""Part of the rig's size that lies at least between hips and shoulders."""
FOUR_LEGS = 0.7
"""Cosine between front and hind limbs, and sine between them and the trunk, from which they are four legs …"""
EVEN = 0.15
"""… if each pair is at least this close to mirror images, in its lengths."""
SHORT_FRONT = 0.6
"""Part of the hind limbs' length below which front limbs do not reach the ground."""
CENTRAL = 0.12
"""Part of the rig's size that neck and head may be beside the middle."""
LONG_STEP = 0.33
"""Part of the trunk's length beyond which a step up from a bone leads over a head and not along a neck."""
LONGER_STEP = 1.6
"""How much longer than the steps before it the step over a head is."""
INSIDE = 0.7
"""Part of a bone's length before which a child bone begins inside it."""
USUAL, BACK, RAISED, LIKE_WINGS = 0.05, 6.0, 6.0, 1.5
"""Part of their length by which arms may lie behind their shoulders or rise above them, what more of either costs, and
what both cost at most: wings do.
"""
LONG_ARMS, TOO_LONG = 1.2, 2.0
"""Lengths of a leg that arms are at most without costing anything, and what the logarithm of more costs."""
FAR_FROM_HIPS = 0.2
"""Part of the way from hips to shoulders that a root is above the hips at least for its parent to be
asked, …
"""
NEARER = 0.5
"""… which is the root if it is this part as far from them."""
AT_HIPS = 0.35
"""Part of the way from hips to shoulders within which the root lies to turn with the trunk."""


@dataclass(frozen=True)
class Limb:
    """One limb's bones, from the trunk outwards: clavicle or hip joint, upper and lower half; `end` is hand or foot,
    `tip` the toe, −1 where there is none.
    """

    girdle: tuple[int, ...]
    upper: tuple[int, ...]
    lower: tuple[int, ...]
    end: int = -1
    tip: int = -1

    @property
    def bones(self) -> tuple[int, ...]:
        """All of them that there are."""
        return (*self.girdle, *self.upper, *self.lower, *(bone for bone in (self.end, self.tip) if bone >= 0))


@dataclass(frozen=True)
class Biped:
    """The bones (indices into the rest pose) of a character on two legs; limbs are (right, left)."""

    root: int
    trunk: tuple[int, ...]
    head: tuple[int, ...]
    arms: tuple[Limb, Limb]
    legs: tuple[Limb, Limb]
    confidence: float

    @property
    def bones(self) -> tuple[int, ...]:
        """All of them, each once."""
        limbs = (bone for limb in (*self.arms, *self.legs) for bone in limb.bones)
        return tuple(dict.fromkeys((self.root, *self.trunk, *self.head, *limbs)))


@dataclass(frozen=True, eq=False)
class BipedCandidate:
    """Two pairs as legs and arms, what lies between, and how good a body that is."""

    legs: Pair
    arms: Pair
    up: Array
    height: float
    head: tuple[int, ...]
    score: float


class NoBipedError(ValueError):
    """The armature has no two legs, two arms and trunk; one sentence that says what is missing. `four_legs`: it is an
    animal.
    """

    def __init__(self, sentence: str, *, four_legs: bool = False) -> None:
        super().__init__(sentence)
        self.four_legs = four_legs


def find_biped(tree: Tree) -> Biped:
    """Find the best biped among a rig's bones.

    Raises:
        NoBipedError: there is none; the error says what is missing.
    """
    pairs = limb_pairs(tree)
    candidates = [
        candidate
        for legs, arms in permutations(pairs, 2)
        if (candidate := _candidate(tree, legs, arms)) and candidate.score >= GOOD_ENOUGH
    ]
    if not candidates:
        raise _what_is_missing(tree, pairs)
    best: BipedCandidate = max(candidates, key=lambda candidate: candidate.score)
    return _read(tree, best)


def _candidate(tree: Tree, legs: Pair, arms: Pair) -> BipedCandidate | None:
    if legs.bones & arms.bones:
        return None
    trunk = arms.start - legs.start
    height = float(np.linalg.norm(trunk))
    if height < SHORTEST_TRUNK * tree.size:
        return None
    up = trunk / height
    if _drop(legs, up) < HANGS or (legs.end - arms.end) @ up > KNUCKLES * legs.length:
        return None
    root = tree.common(legs.hangs_from, arms.hangs_from) if min(legs.hangs_from, arms.hangs_from) >= 0 else -1
    if root < 0 or root in legs.bones | arms.bones:
        return None
    head = _head(tree, legs, arms, up)
    length = (legs.length + arms.length) / tree.size
    spread = float(np.linalg.norm(arms.samples[0, -1] - arms.samples[1, -1])) / tree.size
    score = (
        2 * _drop(legs, up)
        + 2 * length
        + spread
        + (1.0 if head else 0.0)
        + (1.0 if arms.has_fingers else 0.0)
        - 2 * (legs.unevenness + arms.unevenness)
    )
    score -= (
        2 * abs(1 - _agreement(legs, arms, up)) + 4 * _beside(legs, arms, up) / tree.size + _like_wings(legs, arms, up)
    )
    return BipedCandidate(legs, arms, up, height, head, score)


def _drop(legs: Pair, up: Array) -> float:
    """Cosine between the legs and down: how far they go down, in lengths of their way out."""
    ways = legs.samples[:, -1] - legs.samples[:, 0]
    return float(np.mean([-(way @ up) / max(float(np.linalg.norm(way)), 1e-12) for way in ways]))


def _agreement(legs: Pair, arms: Pair, up: Array) -> float:
    """1 where legs and arms are apart along one axis that is across the trunk, less where not."""
    axes = [pair.sideways for pair in (legs, arms) if pair.sideways is not None]
    level = min((_sine(axis, up) for axis in axes), default=1.0)
    return level * abs(float(axes[0] @ axes[1])) if len(axes) == 2 else level


def _beside(legs: Pair, arms: Pair, up: Array) -> float:
    """How far the middle of the feet is beside the trunk."""
    if legs.sideways is None:
        return 0.0
    return abs(float((legs.end - legs.start) @ legs.sideways)) + abs(float((arms.end - arms.start) @ legs.sideways))


def _like_wings(legs: Pair, arms: Pair, up: Array) -> float:
    """What it costs that arms are raised, lie on the other side of the trunk than where the feet point, and are much
    longer than legs.
    """
    ways = arms.samples - arms.samples[:, :1]
    raised = max(0.0, float((ways @ up).mean(axis=0).max())) / arms.length
    feet = legs.samples[:, -1] - legs.samples[:, -2]
    forward = feet.mean(axis=0) - (feet.mean(axis=0) @ up) * up
    behind = (
        max(0.0, -float(ways.mean(axis=(0, 1)) @ forward) / max(float(np.linalg.norm(forward)), 1e-12)) / arms.length
    )
    too_long = max(0.0, math.log(arms.length / legs.length / LONG_ARMS))
    odd = max(0.0, behind - USUAL) * BACK + max(0.0, raised - USUAL) * RAISED
    return min(LIKE_WINGS, odd) + TOO_LONG * too_long


def _between(tree: Tree, legs: Pair, arms: Pair) -> tuple[int, ...]:
    """The bones from the common root of legs and arms up to where the arms hang, root first."""
    root = tree.common(legs.hangs_from, arms.hangs_from)
    ancestors = tree.ancestors(arms.hangs_from)
    return tuple(reversed(ancestors[: ancestors.index(root) + 1]))


def _down_to(tree: Tree, hips: Array, trunk: tuple[int, ...], height: float) -> tuple[int, ...]:
    """The trunk with the pelvis above it, where the legs are children of the spine above that."""
    above = tree.parent[trunk[0]]
    if above < 0:
        return trunk
    away, away_above = (float(np.linalg.norm(tree.rest.heads[bone] - hips)) for bone in (trunk[0], above))
    return (above, *trunk) if away > FAR_FROM_HIPS * height and away_above < NEARER * away else trunk


def _head(tree: Tree, legs: Pair, arms: Pair, up: Array) -> tuple[int, ...]:
    """Neck and head: the branch in the middle of the trunk that rises highest above the shoulders; empty where none
    does.
    """
    trunk = _between(tree, legs, arms)
    taken = {*trunk, *tree.ancestors(legs.hangs_from), *legs.bones, *arms.bones}
    height = float((arms.start - legs.start) @ up)
    found = [
        path
        for bone in trunk
        for child in tree.children[bone]
        if child not in taken
        and not tree.branch(child) & taken
        and (path := _up_the_middle(tree, child, arms.start, up, height))
    ]
    return max(found, key=lambda path: _rise(tree.tails[path[-1]] - arms.start, up), default=())


def _up_the_middle(tree: Tree, start: int, shoulders: Array, up: Array, height: float) -> tuple[int, ...]:
    """From a bone upwards to the head; empty where it leads elsewhere or ends below the shoulders."""
    heads, path, steps = tree.rest.heads, [start], list[float]()
    if _aside(heads[start] - shoulders, up) > CENTRAL * tree.size + abs(float((heads[start] - shoulders) @ up)):
        return ()
    while following := _above(tree, path[-1], up):
        step = float((heads[following] - heads[path[-1]]) @ up)
        leaf_ends_it = not tree.children[following] and (
            (steps and step > LONGER_STEP * max(steps)) or _is_jaw(tree, path[-1], following, up)
        )
        if leaf_ends_it or step > LONG_STEP * height:
            break
        path.append(following)
        steps.append(step)
    top = max(float((heads[path[-1]] - shoulders) @ up), float((tree.tails[path[-1]] - shoulders) @ up))
    rise = float((tree.tails[path[-1]] - heads[start]) @ up)
    return tuple(path) if top > 0 and rise > 0.3 * float(np.linalg.norm(tree.tails[path[-1]] - heads[start])) else ()


def _is_jaw(tree: Tree, head: int, leaf: int, up: Array) -> bool:
    """Whether a leaf begins inside its parent, and does not go on upwards."""
    way = tree.rest.tails[leaf] - tree.rest.heads[leaf]
    inside = tree.step(head, leaf) < INSIDE * float(np.linalg.norm(tree.rest.tails[head] - tree.rest.heads[head]))
    return inside and not _rises(way, up)


def _above(tree: Tree, bone: int, up: Array) -> int:
    """The child that goes on along the neck; 0 (a root, never a child) where a face, hair or nothing follows."""
    below = tree.children[bone]
    rising = [child for child in below if _rises(tree.rest.heads[child] - tree.rest.heads[bone], up)]
    if len(below) > 2 or len(rising) != 1:
        return 0
    others = [child for child in below if child != rising[0]]
    return 0 if any(tree.children[child] for child in others) else rising[0]


def _rises(way: Array, up: Array) -> bool:
    rise = float(way @ up)
    return rise > 0 and rise > 0.6 * float(np.linalg.norm(way))


def _sine(first: Array, second: Array) -> float:
    """Of the angle between two unit vectors."""
    cosine = float(first @ second)
    return math.sqrt(max(0.0, 1.0 - cosine * cosine))


def _rise(way: Array, up: Array) -> float:
    return float(way @ up)


def _aside(way: Array, up: Array) -> float:
    return float(np.linalg.norm(way - (way @ up) * up))


def _read(tree: Tree, candidate: BipedCandidate) -> Biped:
    pairs: Sequence[Pair] = (candidate.legs, candidate.arms)
    joints = [find_joints(tree, candidate.legs.paths, LEG), find_joints(tree, candidate.arms.paths, ARM)]
    sides = find_sides(pairs, joints, candidate.up)
    legs, arms = (
        tuple(_limb(pair.paths[side], places[side]) for side in (right, 1 - right))
        for pair, places, right in zip(pairs, joints, sides.right, strict=True)
    )
    hips, neck = (tree.rest.heads[[limb.upper[0] for limb in limbs]].mean(axis=0) for limbs in (legs, arms))
    trunk = _down_to(tree, hips, _between(tree, candidate.legs, candidate.arms), float(np.linalg.norm(neck - hips)))
    root = trunk[0]
    near = np.linalg.norm(tree.rest.heads[root] - hips) <= AT_HIPS * np.linalg.norm(neck - hips)
    uneven = min(0.3, (candidate.legs.unevenness + candidate.arms.unevenness) / 2)
    whole = 1.0 if candidate.head else 0.7
    return Biped(
        root=root,
        trunk=trunk if near or len(trunk) == 1 else trunk[1:],
        head=candidate.head,
        arms=(arms[0], arms[1]),
        legs=(legs[0], legs[1]),
        confidence=0.95 * sides.confidence * (1 - uneven) * whole,
    )


def _limb(path: tuple[int, ...], joints: Joints) -> Limb:
    beyond = path[joints.end : joints.end + 2]
    return Limb(
        girdle=path[: joints.upper],
        upper=path[joints.upper : joints.lower],
        lower=path[joints.lower : joints.end],
        end=beyond[0] if beyond else -1,
        tip=beyond[1] if len(beyond) > 1 else -1,
    )


def _what_is_missing(tree: Tree, pairs: Sequence[Pair]) -> NoBipedError:
    name = tree.rest.armature
    even = [pair for pair in pairs if pair.sideways is not None and pair.unevenness <= EVEN]
    apart = [(first, second) for first, second in permutations(even, 2) if not first.bones & second.bones]
    level = [(hind, front) for hind, front in apart if _stands_on_four(hind, front)]
    if level and all(
        front.length < SHORT_FRONT * hind.length or hind.length < SHORT_FRONT * front.length for hind, front in level
    ):
        what = "stands on two legs with a level trunk, as birds and dinosaurs do, and a person's motion would set it upright; choose an upright character"
        return NoBipedError(f"{name} {what}, or map its bones by hand.", four_legs=True)
    if level:
        what = "goes on four legs, and a person's motion needs two legs and two arms; choose a character on two legs"
        return NoBipedError(f"{name} {what}, or map its bones by hand.", four_legs=True)
    if not pairs:
        what = "has no two legs and no two arms below one trunk; choose a character's armature"
    elif not apart:
        what = "has only one pair of limbs, and its legs or its arms are missing; choose a character with both"
    elif all(min(first.hangs_from, second.hangs_from) < 0 for first, second in apart):
        what = "has limbs without a common parent; parent them to a trunk below the hips"
    else:
        what = "has no trunk with two legs below it and two arms above; choose a character on two legs"
    return NoBipedError(f"{name} {what}, or map its bones by hand.")


def _stands_on_four(hind: Pair, front: Pair) -> bool:
    ways = [pair.end - pair.start for pair in (hind, front)]
    trunk = front.start - hind.start
    hind_way, front_way, along = (way / max(float(np.linalg.norm(way)), 1e-12) for way in (*ways, trunk))
    across = min(_sine(way, along) for way in (hind_way, front_way))
    if hind.sideways is None or front.sideways is None or abs(hind.sideways @ front.sideways) < FOUR_LEGS:
        return False
    return bool(hind_way @ front_way > FOUR_LEGS and across > FOUR_LEGS)
