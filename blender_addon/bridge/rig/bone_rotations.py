"""Rotations that point each bone of a rig where the motion points. Arrays alone, whole clips at once, in armature
space.

A *turn* rotates a bone from its rest to its pose, in armature space: unit quaternions (K, 4), one per frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.skeleton import BONE_INDEX, PARENTS, Joint
from ..armature.bone_map import BoneMap
from ..armature.measure import rest_joints
from ..armature.rest_pose import RestPose
from ..body.rotations import (
    IDENTITY,
    basis_matrices,
    directions,
    from_matrices,
    inverse,
    product,
    rotate,
    rotation_about,
    shortest_arc,
)
from ..body.scene_motion import SceneMotion
from .twist import steady_twist

Array = NDArray[np.float64]
Line = tuple[Array, Array]
"""A direction at rest (3,), and in every frame (K, 3)."""

SEEN, TRUSTED = 0.02, 0.05
"""Parts of a bone's length: shorter in the picture, and where it points cannot be seen at all, or wholly. In between
the direction fades into the one that leads from the last good frame to the next, so that a bone that points at the
viewer does not spin.
"""

CLEAR = 0.35
"""Part of a bone's length from which it is seen well enough to show each turn. Below, its angle is smoothed, the more the
less is seen of it: it swings past the viewer over some frames, and its end stays where it is.
"""
SWING = 0.6
"""How much the angles of bones that point at the viewer are smoothed."""

HANGING = 0.64
"""Cosine of the angle to straight sideways beyond which a resting arm hangs down.

Such an arm points opposite to its rest when it is raised, and there is no shortest arc there. So it goes by way of
straight sideways.

"""

POINT = 1e-3
"""Part of trunk and head below which a chain has no length of its own."""

BENT_BACK = (0.03, 0.3)
"""1 + cosine of the angle from a limb's rest to where it points, seen from what carries it: below the first, the
shortest arc says nothing about how the limb is twisted, and from the second on all.
"""
ACROSS = (0.2, 0.5)
"""Sine of the angle between trunk and hip or shoulder line: the same for how these twist the trunk."""

SPINE_IN_PELVIS = 2.0
"""How much more a flat pelvis leans with the spine than with the thighs: hips follow a trunk that bends, and less a leg
that is lifted.
"""

OUTWARDS: Mapping[Joint, tuple[Joint, Joint]] = {
    Joint.RIGHT_ELBOW: (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER),
    Joint.LEFT_ELBOW: (Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER),
}
"""Upper arms, and the line that points out of the body on their side."""


@dataclass(frozen=True, eq=False)
class Chain:
    """The rig's bones (indices) from one joint of ours to the next; `start` and `end` (3,) are those joints at rest."""

    bones: tuple[int, ...]
    start: Array
    end: Array

    @property
    def direction(self) -> Array:
        """(3,) where the chain points at rest, length 1."""
        return directions(self.end - self.start)


def chains_of(rest: RestPose, bone_map: BoneMap) -> dict[Joint, Chain]:
    """Every mapped chain, from its first bone's head to the joint where it ends; the spine ends where neck and head
    begin.
    """
    joints = rest_joints(rest, bone_map)
    chains = {}
    for joint, names in bone_map.chains.items():
        bones = tuple(rest.index(name) for name in names)
        start, end = rest.heads[bones[0]], joints[joint]
        if joint == Joint.NECK:
            end = rest.heads[rest.index(bone_map.chains[Joint.HEAD][0])]
        if np.linalg.norm(end - start) < POINT * np.linalg.norm(joints[Joint.HEAD] - joints[Joint.MID_HIP]):
            end = rest.tails[bones[-1]]
        chains[joint] = Chain(bones, start, end)
    return chains


def flat_turns(rest: RestPose, bone_map: BoneMap, motion: SceneMotion, axes: Array) -> dict[int, Array]:
    """(K, 4) turns of every bone that is keyed, all of them in the picture's plane: one angle a bone about the plane's
    normal.

    `axes` (3, 3) are the plane's right, up and away. What points out of the plane at rest is first laid into it, the
    shortest way.
    """
    turns: dict[int, Array] = {}
    for joint, chain in chains_of(rest, bone_map).items():
        angle = steady_angles(_flat_vectors(motion, joint), float(motion.skeleton.lengths[BONE_INDEX[joint]]))
        laid = chain.direction - (chain.direction @ axes[2]) * axes[2]
        laid = directions(laid) if np.linalg.norm(laid) > 1e-6 else axes[0]
        resting = np.arctan2(laid @ axes[1], laid @ axes[0])
        turn = product(rotation_about(-axes[2], angle - resting), shortest_arc(chain.direction, laid))
        turns |= dict.fromkeys(chain.bones, turn)
    root = rest.index(bone_map.root)
    if root not in turns:
        joints = rest_joints(rest, bone_map)
        flat_rest = np.stack((joints @ axes[0], -joints @ axes[1]), axis=-1)
        lean = steady_angles(_pelvis(motion.positions, motion), 1 + SPINE_IN_PELVIS)
        resting = np.arctan2(*(_pelvis(flat_rest[None], motion)[0, ::-1] * (-1, 1)))
        turns[root] = rotation_about(-axes[2], lean - resting)
    return turns


def aims_of(motion: SceneMotion, axes: Array, depth: float) -> dict[Joint, Array]:
    """(K, 3) where each of our bones points: along (x, −y, `depth` · z) in the plane's `axes` (3, 3)."""
    space, lengths = _in_space(motion, axes, depth), motion.skeleton.lengths
    return {
        joint: steady_directions(space[:, joint] - space[:, PARENTS[joint]], float(lengths[BONE_INDEX[joint]]))
        for joint in PARENTS
    }


def deep_turns(rest: RestPose, bone_map: BoneMap, motion: SceneMotion, axes: Array, depth: float) -> dict[int, Array]:
    """(K, 4) turns of every bone that is keyed, each pointing as in `aims_of`.

    Pelvis and chest follow the hip line, the spine and the shoulder line together. Their children inherit that
    rotation, and bend from it by the shortest arc.
    """
    chains = chains_of(rest, bone_map)
    joints = rest_joints(rest, bone_map)
    space, lengths = _in_space(motion, axes, depth), motion.skeleton.lengths
    aims = aims_of(motion, axes, depth)
    hips, shoulders = (
        _line(space, joints, left, right, float(lengths[[BONE_INDEX[left], BONE_INDEX[right]]].sum()))
        for left, right in ((Joint.LEFT_HIP, Joint.RIGHT_HIP), (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER))
    )
    root = rest.index(bone_map.root)
    spine = chains.get(Joint.NECK)
    spine_rest = spine.direction if spine else directions(joints[Joint.NECK] - joints[Joint.MID_HIP])
    pelvis = from_matrices(basis_matrices(hips[1], aims[Joint.NECK]) @ basis_matrices(hips[0], spine_rest).T)
    pelvis = steady_twist(pelvis, aims[Joint.NECK], _says(_sine(hips[1], aims[Joint.NECK]), ACROSS), motion.fps)
    turns = {root: pelvis}
    if spine is not None:
        turns |= _spine_turns(rest, spine, turns, aims[Joint.NECK], (hips, shoulders), fps=motion.fps)
    chest = turns[spine.bones[-1]] if spine is not None else pelvis
    carried = {Joint.MID_HIP: pelvis, Joint.NECK: chest}
    for joint in (joint for joint in PARENTS if joint != Joint.NECK):
        parent = carried.get(PARENTS[joint])
        if parent is None:
            parent = carried[PARENTS[PARENTS[joint]]]
        carried[joint] = parent
        if joint in chains:
            carried[joint] = _bent(chains[joint].direction, aims[joint], parent, _way_out(joints, joint), motion.fps)
            turns |= dict.fromkeys(chains[joint].bones, carried[joint])
    return turns


def steady_angles(vectors: Array, length: float) -> Array:
    """(K,) angles of picture vectors (K, 2), x right, y down, against the clock from the picture's right; radians
    without jumps.

    Where a vector is too short beside its bone's `length` to point anywhere, the angle leads evenly from the last good
    frame to the next.
    """
    seen = np.linalg.norm(vectors, axis=-1) / length
    raw = np.arctan2(-vectors[:, 1], vectors[:, 0])
    good = np.flatnonzero(seen >= TRUSTED)
    if not good.size:
        good = np.array([seen.argmax()])
    even = np.interp(np.arange(len(raw)), good, np.unwrap(raw[good]))
    off = (raw - even + np.pi) % (2 * np.pi) - np.pi
    return _without_flips(even + _trust(seen) * off, seen)


def _without_flips(angles: Array, seen: Array) -> Array:
    """(K,) angles smoothed where little is `seen` (K,) of a bone, as a part of its length: the least sum of the squares
    of how far its end is moved, and of how far it turns from frame to frame. Those that are clearly seen stay.
    """
    short = 1 - np.clip(seen / CLEAR, 0, 1)
    if len(angles) < 2 or not short.any():
        return np.asarray(angles, dtype=np.float64)
    steady = np.unwrap(angles)
    weight = np.maximum(np.clip(seen / CLEAR, 0, 1) ** 2, 1e-3)
    pull = SWING * np.minimum(short[1:] + short[:-1], 1)
    return _pulled_together(steady, weight, pull)


def _pulled_together(values: Array, weight: Array, pull: Array) -> Array:
    """(K,) the values of least Σ weight · (new − old)² + Σ pull · (new − new before)²: a system with three diagonals
    (Thomas 1949).
    """
    diagonal = weight.copy()
    diagonal[1:] += pull
    diagonal[:-1] += pull
    right = weight * values
    for frame in range(1, len(values)):
        factor = pull[frame - 1] / diagonal[frame - 1]
        diagonal[frame] -= factor * pull[frame - 1]
        right[frame] += factor * right[frame - 1]
    found = right / diagonal
    for frame in range(len(values) - 2, -1, -1):
        found[frame] += pull[frame] * found[frame + 1] / diagonal[frame]
    return np.asarray(found, dtype=np.float64)


def steady_directions(vectors: Array, length: float) -> Array:
    """(K, 3) directions of vectors (K, 3), as `steady_angles` does it in space."""
    seen = np.linalg.norm(vectors, axis=-1) / length
    raw = directions(vectors)
    good = np.flatnonzero(seen >= TRUSTED)
    if len(good) == len(raw):
        return raw
    if not good.size:
        return np.broadcast_to(raw[seen.argmax()], raw.shape)
    at = np.arange(len(raw))
    even = np.stack([np.interp(at, good, raw[good, axis]) for axis in range(3)], axis=-1)
    trust = _trust(seen)[:, None]
    return directions(trust * raw + (1 - trust) * directions(even))


def _in_space(motion: SceneMotion, axes: Array, depth: float) -> Array:
    """(K, 15, 3) the joints along the plane's axes."""
    return np.asarray(
        np.concatenate((motion.positions * (1, -1), depth * motion.depth[..., None]), axis=-1) @ axes, dtype=np.float64
    )


def _trust(seen: Array) -> Array:
    return np.clip((seen - SEEN) / (TRUSTED - SEEN), 0, 1)


def _flat_vectors(motion: SceneMotion, joint: Joint) -> Array:
    return motion.positions[:, joint] - motion.positions[:, PARENTS[joint]]


def _pelvis(positions: Array, motion: SceneMotion) -> Array:
    """(K, 2) where a flat pelvis points: with the spine, and less with the thighs, each as long as it shows of itself."""
    lengths = motion.skeleton.lengths
    spine = (positions[:, Joint.NECK] - positions[:, Joint.MID_HIP]) / lengths[BONE_INDEX[Joint.NECK]]
    knees = positions[:, [Joint.RIGHT_KNEE, Joint.LEFT_KNEE]].mean(axis=1)
    thighs = (positions[:, Joint.MID_HIP] - knees) / lengths[
        [BONE_INDEX[Joint.RIGHT_KNEE], BONE_INDEX[Joint.LEFT_KNEE]]
    ].mean()
    return np.asarray(SPINE_IN_PELVIS * spine + thighs, dtype=np.float64)


def _line(space: Array, joints: Array, left: Joint, right: Joint, length: float) -> Line:
    """From the right one to the left one: (3,) at rest, and (K, 3)."""
    return directions(joints[left] - joints[right]), steady_directions(space[:, left] - space[:, right], length)


def _spine_turns(
    rest: RestPose, spine: Chain, pelvis: Mapping[int, Array], aim: Array, lines: tuple[Line, Line], *, fps: float
) -> dict[int, Array]:
    """Turns of the spine's bones: twisted evenly from the hips' line to the shoulders', and together pointing along
    `aim` (K, 3).
    """
    with_hips, with_shoulders = (
        steady_twist(
            from_matrices(basis_matrices(aim, moving) @ basis_matrices(spine.direction, resting).T),
            aim,
            _says(_sine(moving, aim), ACROSS),
            fps,
        )
        for resting, moving in lines
    )
    bones = spine.bones
    if len(bones) == 1 and bones[0] in pelvis:
        return {bones[0]: with_hips}
    between = product(with_shoulders, inverse(with_hips))
    twist = np.unwrap(2 * np.arctan2((between[:, 1:] * aim).sum(axis=-1), between[:, 0]), period=2 * np.pi)
    twist -= 2 * np.pi * np.round(np.median(twist) / (2 * np.pi))
    vectors = np.concatenate((rest.heads[list(bones[1:])], spine.end[None])) - rest.heads[list(bones)]
    fixed = np.zeros_like(aim)
    if bones[0] in pelvis:
        fixed, bones, vectors = rotate(pelvis[bones[0]], vectors[0]), bones[1:], vectors[1:]
    parts = np.linspace(0, 1, len(bones)) if len(bones) > 1 else np.ones(1)
    turns = [product(rotation_about(aim, part * twist), with_hips) for part in parts]
    reach = np.sum([rotate(turn, vector) for turn, vector in zip(turns, vectors, strict=True)], axis=0)
    # The twist bends a curved spine, and the pelvis holds its first bone: correct both with the other bones.
    along = (fixed * aim).sum(axis=-1, keepdims=True)
    square = along**2 - (fixed**2).sum(axis=-1, keepdims=True) + (reach**2).sum(axis=-1, keepdims=True)
    wanted = (along + np.sqrt(np.maximum(square, 0))) * aim - fixed
    correction = shortest_arc(directions(reach), directions(wanted))
    return {bone: product(correction, turn) for bone, turn in zip(bones, turns, strict=True)}


def _way_out(joints: Array, joint: Joint) -> Array | None:
    if joint not in OUTWARDS:
        return None
    start, end = OUTWARDS[joint]
    return directions(joints[end] - joints[start])


def _bent(resting: Array, aim: Array, parent: Array, way_out: Array | None, fps: float) -> Array:
    """(K, 4) the parent's turn, and the arc from where that carries `resting` (3,) to `aim` (K, 3); steady where it
    bends all the way back.
    """
    local = rotate(inverse(parent), aim)
    by_way_of = way_out if way_out is not None and resting @ way_out < HANGING else resting
    first = shortest_arc(resting, by_way_of) if by_way_of is not resting else IDENTITY
    turn = product(parent, product(shortest_arc(by_way_of, local), first))
    return steady_twist(turn, aim, _says(1 + local @ by_way_of, BENT_BACK), fps)


def _sine(line: Array, aim: Array) -> Array:
    return np.asarray(np.linalg.norm(np.cross(line, aim), axis=-1), dtype=np.float64)


def _says(value: Array, limits: tuple[float, float]) -> Array:
    """(K,) 0..1: nothing up to the lower limit, all from the upper one on."""
    return np.clip((value - limits[0]) / (limits[1] - limits[0]), 0, 1)
