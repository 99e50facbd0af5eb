"""From the bones that constraints move to the controls that an animator keys: on control rigs, both lie in the same
place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..armature.rest_pose import RestPose
from .structure import Biped, Limb
from .tree import JOINT_TOLERANCE, Tree

Array = NDArray[np.float64]

ALIKE = 0.9
"""Cosine between a bone and its control at least."""
AS_LONG = 0.05
"""Difference in length of a bone (or several in line) and its control at most."""


def lift_to_controls(rest: RestPose, biped: Biped) -> Biped:
    """Return the same body in bones that answer to keys.

    Args:
        rest: the armature at rest.
        biped: the body, in whatever bones it was found.

    Returns:
        `biped` itself where its own bones answer to keys, or where the rig has no such controls.
    """
    if not rest.driven[list(biped.bones)].any():
        return biped
    whole = Tree.among(rest, np.ones(len(rest.names), dtype=np.bool_))
    arms, legs = ([_limb(whole, limb) for limb in limbs] for limbs in (biped.arms, biped.legs))
    if None in (*arms, *legs):
        return biped
    limbs = [limb for limb in (*arms, *legs) if limb is not None]
    root = whole.common(*(limb.upper[0] for limb in limbs))
    while root >= 0 and rest.driven[root]:
        root = rest.parents[root]
    if root < 0:
        return biped
    head = _chain(whole, biped.head, ())
    return replace(biped, root=root, trunk=(root,), head=head, arms=(limbs[0], limbs[1]), legs=(limbs[2], limbs[3]))


def _limb(tree: Tree, limb: Limb) -> Limb | None:
    """The control chain of one limb, None where halves have none."""
    for upper in _same(tree, limb.upper, as_long=True):
        for lower in _same(tree, limb.lower, as_long=True):
            if upper in tree.ancestors(lower):
                end = _below(tree, limb.end, lower)
                tip = _below(tree, limb.tip, end if end >= 0 else lower)
                return Limb(_chain(tree, limb.girdle, (upper,)), (upper,), (lower,), end, tip)
    return None


def _below(tree: Tree, bone: int, above: int) -> int:
    if bone < 0:
        return -1
    return next((found for found in _same(tree, (bone,), as_long=True) if above in tree.ancestors(found)), -1)


def _chain(tree: Tree, bones: Sequence[int], beyond: tuple[int, ...]) -> tuple[int, ...]:
    """The controls of bones in line, where those have some: each must carry the next one, and the last what lies
    `beyond`.
    """
    found = list(beyond)
    for bone in reversed(bones):
        choices = [
            control
            for control in _same(tree, (bone,), as_long=not found)
            if not found or control in tree.rest.above(found[0])
        ]
        found = choices[:1] + found
    return tuple(found[: len(found) - len(beyond)])


def _same(tree: Tree, bones: tuple[int, ...], *, as_long: bool) -> list[int]:
    """The free bones in the place of some bones in line: same head, same direction and, where it matters, as long."""
    rest = tree.rest
    start, end = rest.heads[bones[0]], rest.tails[bones[-1]]
    length = float(np.linalg.norm(end - start))
    ways = rest.tails - rest.heads
    lengths = np.linalg.norm(ways, axis=-1)
    fits = ~rest.driven & (np.linalg.norm(rest.heads - start, axis=-1) <= JOINT_TOLERANCE * tree.size)
    fits &= ways @ (end - start) >= ALIKE * lengths * length
    if as_long:
        fits &= np.abs(lengths - length) <= AS_LONG * length
    return [int(bone) for bone in np.flatnonzero(fits)]
