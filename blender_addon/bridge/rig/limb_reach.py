"""Turns of a limb's bones that bring its end to a place."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from ..armature.inheritance import Carried
from ..body.rotations import directions, product, shortest_arc
from ..foot_planting.two_bone_ik import solve_two_bones
from .bone_rotations import Chain
from .rig_pose import RigTarget

Array = NDArray[np.float64]

IK_PASSES = 3
"""IK passes. Bones between a limb's start and its end may bend more than the two-bone solver assumes."""
STILL = 1e-7
"""Heights of a body that an end moves at least for its limb to be turned."""


def limb_joints(carried: Carried, limb: tuple[Chain, Chain], path: Array) -> tuple[Array, Array, Array]:
    """(K, 3) each: where the start, the middle and the end of a limb are, the rig being on its path (K, 3)."""
    upper, lower = limb
    start, middle, end = (
        carried.place(bone, point) + path
        for bone, point in ((upper.bones[0], upper.start), (lower.bones[0], lower.start), (lower.bones[-1], lower.end))
    )
    return start, middle, end


def turns_that_reach(
    target: RigTarget,
    turns: Mapping[int, Array],
    limb: tuple[Chain, Chain],
    goal: Array,
    path: Array,
    *,
    bend: Callable[[Mapping[int, Array], tuple[Array, Array, Array]], Array],
) -> dict[int, Array]:
    """Turns of a limb's bones that bring its end to the goal.

    Args:
        target: the rig.
        turns: (K, 4) of all bones, the limb's among them.
        limb: its upper and its lower chain.
        goal: (K, 3).
        path: (K, 3) of the rig.
        bend: the side (K, 3) that the limb bends to, by the turns of its bones and its joints, (K, 3) each.

    Returns:
        (K, 4) by bone.
    """
    found = {bone: turns[bone] for chain in limb for bone in chain.bones}
    for _ in range(IK_PASSES):
        start, middle, end = limb_joints(target.carried({**turns, **found}), limb, path)
        new_middle, new_end = solve_two_bones(start, middle, end, goal, bend(found, (start, middle, end)))
        moved = np.abs(new_end - end).max(axis=-1) > STILL * target.motion.skeleton.height
        ways = ((middle - start, new_middle - start), (end - middle, new_end - new_middle))
        for chain, (old, new) in zip(limb, ways, strict=True):
            arc = shortest_arc(directions(old), directions(new))
            found |= {bone: np.where(moved[:, None], product(arc, found[bone]), found[bone]) for bone in chain.bones}
        if not moved.any():
            break
    return found
