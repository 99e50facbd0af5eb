"""Turn, nod and tilt of the head by nose and ears, within the limits of a neck. In a plane it only tilts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ...core.head_pose import NOSE_DROP, head_angles, head_axes
from ...core.skeleton import Joint
from ..armature.measure import rest_joints
from ..body.rotations import (
    IDENTITY,
    basis_matrices,
    directions,
    from_matrices,
    from_vectors,
    inverse,
    product,
    rotate,
    shortest_arc,
    to_matrices,
    to_vectors,
)
from .bone_rotations import Chain, chains_of
from .head_leans import crown_leans
from .landmark_rotation import landmark_weight, limit_and_smooth
from .landmark_vectors import LandmarkVector, landmark_vector
from .rig_pose import RigTarget

Array = NDArray[np.float64]

LIMIT = np.radians(65)
"""Largest rotation of the head beside its neck."""
NECK_LIMITS = np.radians((80, 60, 55))
"""Largest turn, nod and tilt of the head beside the trunk."""
NECK_BEND = np.radians(40)
"""How far the neck of a cut-out bends at most to bring the ears back: a short one under a large head cannot, and would
turn over.
"""
PASSES = 8
"""Passes in which the neck brings the ears back to their place."""


def head_turns(target: RigTarget, turns: Mapping[int, Array]) -> dict[int, Array]:
    """Turns of the head, and of the neck that keeps the ears where the motion has them; a head without a neck only
    turns about its own axis.
    """
    chain = chains_of(target.rest, target.bone_map).get(Joint.HEAD)
    if chain is None or not all(bone in turns for bone in chain.bones):
        return {}
    head = chain.bones[-1]
    away = _away(target, turns[head])
    if away is None:
        return {}
    if len(chain.bones) == 1:
        if target.flat:
            return {}
        axis = chain.direction
        away = (away @ axis)[:, None] * axis
    turn = product(turns[head], from_vectors(away))
    turned = {**turns, head: turn if target.flat else _within_neck_limits(target, turns, turn)}
    return {head: turned[head]} if len(chain.bones) == 1 else _with_neck(target, turns, turned, chain)


def _away(target: RigTarget, base: Array) -> Array | None:
    """(K, 3) how far nose and ears say that the head is turned from its `base` (K, 4), as vectors at rest; None where
    they say nothing.
    """
    nose, ears = landmark_vector(target, "nose"), landmark_vector(target, "left_ear", "right_ear")
    if nose is None and ears is None:
        return None
    base = np.broadcast_to(base, (len(target.motion), 4))
    tell = _tilts_in_plane if target.flat else _head_rotations
    estimates = tell(target, base, nose, ears)
    weights = [weight for _, weight in estimates]
    total = np.sum(weights, axis=0)
    mean = (
        np.sum([weight[:, None] * to_vectors(product(inverse(base), seen)) for seen, weight in estimates], axis=0)
        / np.maximum(total, 1e-9)[:, None]
    )
    return limit_and_smooth(mean, np.minimum(total, 1), LIMIT, target.motion.fps)


def _head_rotations(
    target: RigTarget, base: Array, nose: LandmarkVector | None, ears: LandmarkVector | None
) -> list[tuple[Array, Array]]:
    """What they say in space: turns (K, 4), and how much to believe them (K,). With both ears and the nose the whole
    head is known; with the nose alone its ears are taken to be level on the neck.
    """
    left, up, level = _resting_axes(target).T
    front = np.cos(NOSE_DROP) * level - np.sin(NOSE_DROP) * up
    if nose is None:
        return []
    estimates = []
    both = np.zeros(len(base))
    resting = basis_matrices(left, front).T
    if ears is not None:
        both = landmark_weight(nose.confidence, ears.confidence)
        estimates.append(
            (from_matrices(basis_matrices(directions(ears.vectors), directions(nose.vectors)) @ resting), both)
        )
    level = np.cross(rotate(base, up), nose.vectors)
    estimates.append(
        (
            from_matrices(basis_matrices(level, directions(nose.vectors)) @ resting),
            landmark_weight(nose.confidence) * (1 - both),
        )
    )
    return estimates


def _tilts_in_plane(
    target: RigTarget, base: Array, nose: LandmarkVector | None, ears: LandmarkVector | None
) -> list[tuple[Array, Array]]:
    """What they say in the plane: where the crown of the head leans there. Without the nose the ears do, the more the
    longer they look there.
    """
    right, up, away = target.axes
    upright = rotate(base, up)
    upright = directions(upright - (upright @ away)[:, None] * away)
    leans = crown_leans(target.motion)
    estimates = [(lean.crown[:, :1] * right - lean.crown[:, 1:] * up, lean.weight) for lean in leans]
    if ears is not None:
        across = directions(ears.vectors)
        crown = (across @ right)[:, None] * up - (across @ up)[:, None] * right
        side = np.where((crown * upright).sum(axis=-1) < 0, -1.0, 1.0)
        known = np.sum([lean.confidence for lean in leans], axis=0)
        estimates.append((side[:, None] * crown, landmark_weight(ears.confidence) * ears.shown**2 * (1 - known)))
    return [(product(shortest_arc(upright, directions(crown)), base), weight) for crown, weight in estimates]


def _resting_axes(target: RigTarget) -> Array:
    """(3, 3) the resting body's left, up and front in columns, in the armature's space."""
    joints = rest_joints(target.rest, target.bone_map)
    up = directions(joints[Joint.NECK] - joints[Joint.MID_HIP])
    front = directions(np.cross(joints[Joint.LEFT_SHOULDER] - joints[Joint.RIGHT_SHOULDER], up))
    return np.stack((np.cross(up, front), up, front), axis=-1)


def _within_neck_limits(target: RigTarget, turns: Mapping[int, Array], head: Array) -> Array:
    """(K, 4) the head's turns `head` (K, 4), within what a neck lets it turn, nod and tilt beside the chest."""
    spine = chains_of(target.rest, target.bone_map).get(Joint.NECK)
    chest = turns.get(spine.bones[-1] if spine else target.root, IDENTITY)
    axes = _resting_axes(target)
    angles = head_angles(axes.T @ to_matrices(product(inverse(np.broadcast_to(chest, head.shape)), head)) @ axes)
    within = np.clip(angles, -NECK_LIMITS, NECK_LIMITS)
    return np.where(
        (angles == within).all(axis=-1)[:, None], head, product(chest, from_matrices(axes @ head_axes(within) @ axes.T))
    )


def _with_neck(
    target: RigTarget, before: Mapping[int, Array], turned: Mapping[int, Array], chain: Chain
) -> dict[int, Array]:
    """Rotate the neck so that the ears stay where they were above the shoulders."""
    found = {bone: turned[bone] for bone in chain.bones}
    wanted = _way(target, before, chain)
    for _ in range(PASSES):
        arc = shortest_arc(directions(_way(target, {**turned, **found}, chain)), directions(wanted))
        found |= {bone: product(arc, found[bone]) for bone in chain.bones[:-1]}
    if not target.flat:
        return found
    return found | {bone: _bent_at_most(found[bone], turned[bone], NECK_BEND) for bone in chain.bones[:-1]}


def _bent_at_most(turn: Array, base: Array, most: float) -> Array:
    """(K, 4) turns no farther than `most` radians from their `base` (K, 4)."""
    bend = to_vectors(product(turn, inverse(base)))
    length = np.linalg.norm(bend, axis=-1, keepdims=True)
    within = np.minimum(1, most / np.maximum(length, 1e-9))
    return np.where(within < 1, product(from_vectors(within * bend), base), turn)


def _way(target: RigTarget, turns: Mapping[int, Array], chain: Chain) -> Array:
    carried = target.carried(turns)
    return carried.place(chain.bones[-1], chain.end) - carried.place(chain.bones[0], chain.start)
