"""The bones of a rig as a tree of points: which is the parent of which, how far each branch reaches, and its main path."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..armature.rest_pose import RestPose

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

JOINT_TOLERANCE = 1e-3
"""Part of the rig's size within which bones meet in one joint: helpers and controls begin at their bone's head,
children at its tail.
"""
SAME_WAY = 0.98
"""Cosine of the angle within which two bones point the same way."""
STUB = 0.2
"""A leaf this part as long as the bone above it has no length of its own: an importer guessed its tail."""
STUB_LENGTH = 0.5
"""What such a leaf is taken to be long, in lengths of the bone above it."""
NEAR_CHILD, TELLING = 0.3, 0.3
"""Part of the way to its child that a bone's tail is off at most to end there; part of all bones that do so if tails
are to be believed.
"""
JOINED = 1.5
"""How much more a child that begins at its parent's tail weighs when the main path is looked for: toes before heels,
hands before twist bones.
"""


@dataclass(frozen=True, eq=False)
class Tree:
    """Some bones of a rig, under their nearest ancestors among them.

    `bones` are indices into `rest`, parents first; `parent` maps each to its parent, or −1.
    """

    rest: RestPose
    bones: tuple[int, ...]
    parent: dict[int, int]

    @classmethod
    def among(cls, rest: RestPose, chosen: Flags) -> Tree:
        """Return the tree of some bones, across those between them: control rigs parent bones to helpers that lie in
        the same place as another bone.

        Args:
            rest: the armature at rest.
            chosen: (N,) which of its bones are in the tree.
        """
        bones = [int(bone) for bone in np.flatnonzero(chosen)]
        if not bones:
            return cls(rest, (), {})
        lengths = np.linalg.norm(rest.tails - rest.heads, axis=-1)
        ways = (rest.tails - rest.heads) / np.maximum(lengths, 1e-12)[:, None]
        near = JOINT_TOLERANCE * float(np.linalg.norm(np.ptp(rest.heads, axis=0)))
        stands_for = {bone: bone for bone in bones}
        for at in np.flatnonzero(~chosen):
            same = (np.linalg.norm(rest.heads[bones] - rest.heads[at], axis=-1) <= near) & (
                ways[bones] @ ways[at] >= SAME_WAY
            )
            if same.any():
                stands_for[int(at)] = bones[int(same.argmax())]
        parent = {bone: _first_above(bone, rest, stands_for) for bone in bones}
        return cls(rest, tuple(_parents_first(bones, parent)), parent)

    @cached_property
    def children(self) -> dict[int, tuple[int, ...]]:
        """Each bone's children, −1 for the roots."""
        found: dict[int, list[int]] = {at: [] for at in (-1, *self.bones)}
        for bone in self.bones:
            found[self.parent[bone]].append(bone)
        return {bone: tuple(below) for bone, below in found.items()}

    @cached_property
    def size(self) -> float:
        """The diagonal of the box around all heads."""
        return float(np.linalg.norm(np.ptp(self.rest.heads[list(self.bones)], axis=0))) if self.bones else 0.0

    @cached_property
    def tails(self) -> Array:
        """(all bones, 3) tails, where those of leaves that have no length of their own are drawn out."""
        tails = self.rest.tails.copy()
        for bone in self.bones:
            above = self.parent[bone]
            if self.children[bone] or above < 0:
                continue
            way = self.rest.tails[bone] - self.rest.heads[bone]
            length, usual = (
                float(np.linalg.norm(way)),
                float(np.linalg.norm(self.rest.heads[bone] - self.rest.heads[above])),
            )
            if 0 < length < STUB * usual:
                tails[bone] = self.rest.heads[bone] + way * (STUB_LENGTH * usual / length)
        return tails

    @cached_property
    def tails_tell(self) -> bool:
        """Whether most bones with one child end where that begins: other tails were made up by an importer, and those
        of leaves say nothing.
        """
        pairs = [
            (bone, below[0])
            for bone, below in self.children.items()
            if bone >= 0 and len(below) == 1 and self.step(bone, below[0]) > 0
        ]
        at_child = [
            np.linalg.norm(self.rest.tails[bone] - self.rest.heads[child]) <= NEAR_CHILD * self.step(bone, child)
            for bone, child in pairs
        ]
        return sum(map(bool, at_child)) >= TELLING * len(pairs)

    @cached_property
    def reach(self) -> dict[int, float]:
        """How long the longest path from each bone's head to the end of its branch is."""
        found: dict[int, float] = {}
        for bone in reversed(self.bones):
            below = self.children[bone]
            found[bone] = max(
                (self.step(bone, child) + found[child] for child in below),
                default=float(np.linalg.norm(self.tails[bone] - self.rest.heads[bone])),
            )
        return found

    def step(self, bone: int, child: int) -> float:
        """From one bone's head to another's."""
        return float(np.linalg.norm(self.rest.heads[child] - self.rest.heads[bone]))

    def main_path(self, start: int) -> tuple[int, ...]:
        """From a bone to the end of its branch, where that reaches farthest."""
        path = [start]
        while below := self.children[path[-1]]:
            path.append(max(below, key=lambda child: self._pull(path[-1], child)))
        return tuple(path)

    def _pull(self, bone: int, child: int) -> float:
        joined = np.linalg.norm(self.rest.heads[child] - self.rest.tails[bone]) <= JOINT_TOLERANCE * self.size
        return (self.step(bone, child) + self.reach[child]) * (JOINED if joined else 1)

    def points(self, path: tuple[int, ...]) -> Array:
        """(len + 1, 3) heads along a path, and its last tail."""
        return np.concatenate((self.rest.heads[list(path)], self.tails[[path[-1]]]))

    def ancestors(self, bone: int) -> tuple[int, ...]:
        """The bone itself, its parent, … to the root."""
        found = [bone]
        while self.parent[found[-1]] >= 0:
            found.append(self.parent[found[-1]])
        return tuple(found)

    def branch(self, bone: int) -> set[int]:
        """The bone and all below it."""
        found, waiting = set[int](), [bone]
        while waiting:
            at = waiting.pop()
            found.add(at)
            waiting.extend(self.children[at])
        return found

    def common(self, *bones: int) -> int:
        """The lowest bone that is an ancestor of all, or one of them; −1 where they have different roots."""
        shared = [
            bone for bone in self.ancestors(bones[0]) if all(bone in self.ancestors(other) for other in bones[1:])
        ]
        return shared[0] if shared else -1


def _first_above(bone: int, rest: RestPose, stands_for: dict[int, int]) -> int:
    at = rest.parents[bone]
    while at >= 0:
        found = stands_for.get(at, -1)
        if found >= 0 and found != bone:
            return found
        at = rest.parents[at]
    return -1


def _parents_first(bones: list[int], parent: dict[int, int]) -> list[int]:
    """In the order of depth; a bone whose ancestors lead back to itself becomes a root."""
    depth: dict[int, int] = {}
    for bone in bones:
        passed = [bone]
        while parent[passed[-1]] >= 0:
            if parent[passed[-1]] in passed:
                parent[passed[-1]] = -1
                break
            passed.append(parent[passed[-1]])
        depth[bone] = len(passed)
    return sorted(bones, key=lambda bone: depth[bone])
