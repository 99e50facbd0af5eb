"""Limbs by their shape alone: branches that come in pairs, and where in them shoulder, elbow and wrist (or hip, knee
and ankle) are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .tree import Tree

Array = NDArray[np.float64]

SHORTEST_LIMB = 0.12
"""Part of the rig's size that a limb at least reaches: what is shorter is a finger, an ear, a foot control."""
UNLIKE = 0.3
"""How unlike in length two limbs of a pair may be (natural logarithm)."""
FINGERS = 3
"""Branches from which a bone is a hand."""
SAMPLES = 9
"""Points along a limb at which the two of a pair are compared."""
APART = 0.03
"""Part of their length by which two limbs are apart, to have sides at all: in a profile they lie one over the other."""
CURLED = 0.35
"""Part of its length that a limb leads away from where it begins: what comes back to itself is a face."""
MOST_UNEVEN = 0.6
"""How far from mirror images two limbs may be, in lengths of theirs: a drawn character stands as it likes."""
CUT_OFF = 0.3
"""Length of what leads to a branch within a limb, in lengths of that branch, beyond which it is no limb by itself: an
arm below its clavicle is.
"""
NO_LIMB = re.compile(
    r"wing|hair|tail(?!or)|cape|cloak|skirt|feather|ribbon|tassel|tentacle|antenna|翼|髪|スカート|マント|リボン",
    re.IGNORECASE,
)
"""Names of what a character has besides its limbs."""


@dataclass(frozen=True, eq=False)
class Pair:
    """Two branches that mirror each other: main paths from the trunk outwards."""

    tree: Tree
    first: tuple[int, ...]
    second: tuple[int, ...]

    @property
    def paths(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Both main paths."""
        return self.first, self.second

    @cached_property
    def lengths(self) -> Array:
        """(2,) how long the limbs are, along their bones."""
        return np.array([np.linalg.norm(np.diff(self.tree.points(path), axis=0), axis=-1).sum() for path in self.paths])

    @cached_property
    def length(self) -> float:
        """How long the limbs are, averaged."""
        return float(self.lengths.mean())

    @cached_property
    def has_fingers(self) -> bool:
        """Whether both branch out as a hand does: wings, coats and hair do not."""
        return all(any(len(self.tree.children[bone]) >= FINGERS for bone in path) for path in self.paths)

    @cached_property
    def samples(self) -> Array:
        """(2, SAMPLES, 3) points evenly along both."""
        return np.stack([_along(self.tree.points(path)) for path in self.paths])

    @cached_property
    def start(self) -> Array:
        """(3,) the middle of where they begin."""
        return np.asarray(self.samples[:, 0].mean(axis=0))

    @cached_property
    def end(self) -> Array:
        """(3,) the middle of where they end."""
        return np.asarray(self.samples[:, -1].mean(axis=0))

    @cached_property
    def sideways(self) -> Array | None:
        """(3,) unit vector from the second to the first, where they begin to part: farther out they may cross. None
        where they lie one over the other.
        """
        between = self.samples[0] - self.samples[1]
        if np.linalg.norm(between, axis=-1).mean() < APART * self.length:
            return None
        across = np.linalg.svd(between)[2][0]
        along = between @ across
        return np.asarray(
            across * np.sign(along[(np.abs(along) >= min(APART * self.length, np.abs(along).max())).argmax()])
        )

    @cached_property
    def outstretched(self) -> float:
        """Part of its length that the more curled one leads away from where it begins."""
        away = np.linalg.norm(self.samples[:, -1] - self.samples[:, 0], axis=-1)
        return float((away / self.lengths).min())

    @cached_property
    def unevenness(self) -> float:
        """How far they are from mirror images, in lengths of theirs."""
        if self.sideways is None:
            return 0.0
        between, middles = self.samples[0] - self.samples[1], self.samples.mean(axis=0) @ self.sideways
        off = np.linalg.norm(between - np.outer(between @ self.sideways, self.sideways), axis=-1)
        return float((off.mean() + np.abs(middles - middles.mean()).mean()) / self.length)

    @cached_property
    def hangs_from(self) -> int:
        """The lowest bone above both, −1 where there is none."""
        return self.tree.common(self.first[0], self.second[0])

    @cached_property
    def bones(self) -> frozenset[int]:
        """All bones of both branches."""
        return frozenset(self.tree.branch(self.first[0]) | self.tree.branch(self.second[0]))


def limb_pairs(tree: Tree) -> list[Pair]:
    """Find every two branches that are much alike and long enough to be limbs."""
    starts = [bone for bone in tree.bones if _may_begin(tree, bone)]
    pairs = (
        Pair(tree, *paths)
        for first, second in combinations(starts, 2)
        if first not in tree.ancestors(second)
        and second not in tree.ancestors(first)
        and (paths := _alike(tree, first, second))
    )
    found = [
        pair
        for pair in pairs
        if pair.outstretched >= CURLED and pair.unevenness <= MOST_UNEVEN and not _says_otherwise(pair)
    ]
    return [pair for pair in found if not any(_is_cut_off(pair, other) for other in found)]


def _is_cut_off(pair: Pair, whole: Pair) -> bool:
    """Whether both branches are the outer parts of limbs, without much of what belongs to them."""
    before = []
    for path in pair.paths:
        around = next((other for other in whole.paths if path[0] in other[1:]), None)
        if around is None:
            return False
        heads = pair.tree.rest.heads[list(around[: around.index(path[0]) + 1])]
        before.append(float(np.linalg.norm(np.diff(heads, axis=0), axis=-1).sum()))
    return min(before) > CUT_OFF * pair.length


def _says_otherwise(pair: Pair) -> bool:
    """Whether most bones of both are called by what is no limb."""
    return all(
        sum(bool(NO_LIMB.search(pair.tree.rest.names[bone])) for bone in path) > len(path) / 2 for path in pair.paths
    )


def _alike(tree: Tree, first: int, second: int) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The main paths of two branches, as far as they are alike: one hand may hold a sword. None where that makes no
    limb.
    """
    paths = tree.main_path(first), tree.main_path(second)
    if abs(np.log(tree.reach[first] / tree.reach[second])) > UNLIKE:
        steps = [np.maximum(np.linalg.norm(np.diff(tree.points(path), axis=0), axis=-1), 1e-12) for path in paths]
        shared = min(map(len, paths))
        unlike = np.abs(np.log(steps[0][:shared] / steps[1][:shared])) > UNLIKE
        shared = int(unlike.argmax()) if unlike.any() else shared
        paths = paths[0][:shared], paths[1][:shared]
        if shared < 2 or any(
            np.linalg.norm(np.diff(tree.points(path), axis=0), axis=-1).sum() < SHORTEST_LIMB * tree.size
            for path in paths
        ):
            return None
    return paths if min(map(len, paths)) >= 2 else None


def _may_begin(tree: Tree, bone: int) -> bool:
    above = tree.parent[bone]
    return tree.reach[bone] >= SHORTEST_LIMB * tree.size and (above < 0 or len(tree.children[above]) > 1)


def _along(points: Array) -> Array:
    passed = np.concatenate(([0.0], np.linalg.norm(np.diff(points, axis=0), axis=-1).cumsum()))
    at = np.linspace(0, passed[-1], SAMPLES)
    return np.stack([np.interp(at, passed, points[:, axis]) for axis in range(3)], axis=-1)


class Joints(NamedTuple):
    """Where on a path the three joints of a limb are: places in its points; bones from `upper` to `lower` make the
    first half of the limb.
    """

    upper: int
    lower: int
    end: int


@dataclass(frozen=True)
class LimbShape:
    """What costs how much when the joints of a limb are looked for."""

    girdle: float
    """Length of clavicle or hip joint, in lengths of the upper half, beyond which it is doubtful."""
    girdle_along: float
    """Cost of a girdle that points along the limb, in lengths of the upper half."""
    rest: float
    """Length beyond the end joint, in lengths of the limb, beyond which it is doubtful."""
    bend: float
    """What a bend at the end joint is worth: a foot turns forwards."""


ARM = LimbShape(girdle=0.8, girdle_along=0.0, rest=0.7, bend=0.0)
LEG = LimbShape(girdle=0.8, girdle_along=3.0, rest=0.6, bend=0.5)
HALVES = 1.05
"""A thigh is about this much longer than a shin, and an upper arm than a forearm."""


def find_joints(tree: Tree, paths: tuple[tuple[int, ...], tuple[int, ...]], shape: LimbShape) -> tuple[Joints, Joints]:
    """Find the joints of both limbs of a pair, in the same places where both have as many bones.

    Args:
        tree: the bones.
        paths: the bones of each limb, from the body outwards.
        shape: where the joints of such a limb lie.
    """
    costs = [{joints: _cost(tree, path, joints, shape) for joints in _choices(len(path))} for path in paths]
    if len(paths[0]) == len(paths[1]):
        best = min(costs[0], key=lambda joints: costs[0][joints] + costs[1][joints])
        return best, best
    return min(costs[0], key=lambda joints: costs[0][joints]), min(costs[1], key=lambda joints: costs[1][joints])


def _choices(bones: int) -> Iterator[Joints]:
    for upper in range(min(3, bones - 1)):
        for lower in range(upper + 1, bones):
            for end in range(lower + 1, bones + 1):
                yield Joints(upper, lower, end)


def _cost(tree: Tree, path: tuple[int, ...], joints: Joints, shape: LimbShape) -> float:
    points = tree.points(path)
    steps = np.linalg.norm(np.diff(points, axis=0), axis=-1)
    upper, lower, end = points[list(joints)]
    halves = np.maximum((np.linalg.norm(lower - upper), np.linalg.norm(end - lower)), 1e-9)
    girdle, rest = upper - points[0], float(steps[joints.end :].sum())
    along = abs(float(girdle @ (end - upper))) / max(float(np.linalg.norm(end - upper)), 1e-9)
    cost: float = 4 * float(np.log(halves[0] / halves[1] / HALVES)) ** 2
    cost += (
        2 * max(0.0, float(np.linalg.norm(girdle)) / halves[0] - shape.girdle)
        + shape.girdle_along * along / halves[0]
        + (0.3 if joints.upper > 1 else 0.0)
    )
    cost += 2 * max(0.0, rest / halves.sum() - shape.rest)
    for first, last in ((joints.upper, joints.lower), (joints.lower, joints.end)):
        crooked = float(steps[first:last].sum()) / max(float(np.linalg.norm(points[last] - points[first])), 1e-9) - 1
        cost += 0.35 * (last - first - 1) + 6 * crooked
    if joints.end == len(path):
        return cost + 0.4
    fingers = len(tree.children[path[joints.end]]) >= FINGERS
    return cost - shape.bend * _turn(points, joints.end) - (0.6 if fingers else 0.0)


def _turn(points: Array, at: int) -> float:
    """Sine of the angle at an inner point, 1 from a right angle on."""
    before, after = points[at] - points[at - 1], points[at + 1] - points[at]
    lengths = float(np.linalg.norm(before) * np.linalg.norm(after))
    if lengths <= 0:
        return 0.0
    cosine = float(before @ after) / lengths
    return float(np.sqrt(max(0.0, 1.0 - cosine * cosine))) if cosine > 0 else 1.0
