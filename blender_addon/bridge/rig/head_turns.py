"""The head turns, nods and tilts as nose and ears do; in a plane it tilts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ...core.skeleton import Joint
from ..armature.measure import rest_joints
from ..rotations import directions, from_matrices, from_vectors, inverse, of_frames, product, rotated, shortest_arc, to_vectors
from .leading import belief, calmed
from .pose import RigTarget
from .sightings import Sighting, sighting
from .solve import Chain, chains_of

Array = NDArray[np.float64]

LIMIT = np.radians(65)
"""How far a head turns from where its neck carries it."""
NOSE_DROP = np.radians(12)
"""How much lower than the ears the nose is of a head that is held upright."""
PASSES = 8
"""How often the neck makes up for where the head's turn has brought the ears."""


def head_turns(target: RigTarget, turns: Mapping[int, Array]) -> dict[int, Array]:
    """Turns of the head, and of the neck that keeps the ears where the motion has them; a head without a neck only turns about its own axis."""
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
    turned = {**turns, head: product(turns[head], from_vectors(away))}
    return {head: turned[head]} if len(chain.bones) == 1 else _with_neck(target, turns, turned, chain)


def _away(target: RigTarget, base: Array) -> Array | None:
    """(K, 3) how far nose and ears say that the head is turned from its `base` (K, 4), as vectors at rest; None where they say nothing."""
    nose, ears = sighting(target, "nose"), sighting(target, "left_ear", "right_ear")
    if nose is None and ears is None:
        return None
    base = np.broadcast_to(base, (len(target.motion), 4))
    tell = _tilts if target.flat else _looks
    told = tell(target, base, nose, ears)
    weights = [weight for _, weight in told]
    total = np.sum(weights, axis=0)
    mean = np.sum([weight[:, None] * to_vectors(product(inverse(base), seen)) for seen, weight in told], axis=0) / np.maximum(total, 1e-9)[:, None]
    return calmed(mean, np.minimum(total, 1), LIMIT, target.motion.fps)


def _looks(target: RigTarget, base: Array, nose: Sighting | None, ears: Sighting | None) -> list[tuple[Array, Array]]:
    """What each of them says in space: turns (K, 4), and how much to believe them (K,). With both ears and the nose the whole head is known."""
    joints = rest_joints(target.rest, target.bone_map)
    up = directions(joints[Joint.NECK] - joints[Joint.MID_HIP])
    left = directions(joints[Joint.LEFT_SHOULDER] - joints[Joint.RIGHT_SHOULDER])
    front = np.cos(NOSE_DROP) * directions(np.cross(left, up)) - np.sin(NOSE_DROP) * up
    told = []
    both = np.zeros(len(base))
    if nose is not None and ears is not None:
        both = belief(nose.confidence, ears.confidence)
        resting = of_frames(left, front)
        told.append((from_matrices(of_frames(directions(ears.vectors), directions(nose.vectors)) @ resting.T), both))
    if nose is not None:
        told.append((product(shortest_arc(rotated(base, front), directions(nose.vectors)), base), belief(nose.confidence) * (1 - both)))
    return told


def _tilts(target: RigTarget, base: Array, nose: Sighting | None, ears: Sighting | None) -> list[tuple[Array, Array]]:
    """What each of them says in the plane, the more the longer it looks there: ears lie across an upright head, and the nose before it."""
    right, up, away = target.axes
    upright = rotated(base, up)
    upright = directions(upright - (upright @ away)[:, None] * away)
    told = []
    for seen, drop in ((ears, 0.0), (nose, NOSE_DROP)):
        if seen is None:
            continue
        ahead = directions(seen.vectors)
        crown = (ahead @ right)[:, None] * up - (ahead @ up)[:, None] * right
        side = np.where((crown * upright).sum(axis=-1) < 0, -1.0, 1.0)
        # The nose of an upright head points down a little.
        crown = np.cos(drop) * side[:, None] * crown - np.sin(drop) * ahead
        told.append((product(shortest_arc(upright, directions(crown)), base), belief(seen.confidence) * seen.shown**2))
    return told


def _with_neck(target: RigTarget, before: Mapping[int, Array], turned: Mapping[int, Array], chain: Chain) -> dict[int, Array]:
    """The neck turned so that the way from the shoulders to the ears stays what it was."""
    found = {bone: turned[bone] for bone in chain.bones}
    wanted = _way(target, before, chain)
    for _ in range(PASSES):
        arc = shortest_arc(directions(_way(target, {**turned, **found}, chain)), directions(wanted))
        found |= {bone: product(arc, found[bone]) for bone in chain.bones[:-1]}
    return found


def _way(target: RigTarget, turns: Mapping[int, Array], chain: Chain) -> Array:
    carried = target.carried(turns)
    return carried.place(chain.bones[-1], chain.end) - carried.place(chain.bones[0], chain.start)
