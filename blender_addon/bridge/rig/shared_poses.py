"""Poses that all bones share keys on, as an animator blocks: at contacts, extremes and holds, and breakdowns between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...core.keys import Track, fewest_keys, turning_points
from ..body.contacts import contact_changes
from ..body.scene_motion import SceneMotion
from .curve_groups import CurveGroup

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

TURNING_DISTANCE = 0.03
"""A turning point counts if the joint comes back by this part of the height."""
NEAR = 2
"""Frames on both sides whose turning points make one extreme."""
TURNING_JOINTS = 3
"""How many joints turn back in an extreme at least."""
ALL_TOGETHER = 2.0
"""How far all channels together may be from their curves between poses, in their tolerances, by a root of the sum of
squares.
"""
HELD_WITHIN, HELD_SECONDS = 0.01, 0.25
"""A pose is held where no joint goes farther away than this part of the height, for so long at least: shorter stops are
turns.
"""
EXTREME, BREAKDOWN, OWN = "EXTREME", "BREAKDOWN", "GENERATED"
"""Key types: of a pose at a contact or an extreme, of a pose between, and of a key that one bone has alone."""


@dataclass(frozen=True, eq=False)
class Poses:
    """The frames (n,) of the motion that all bones are keyed on, and which of the motion's frames (K,) are extremes."""

    at: NDArray[np.intp]
    extreme: Mask

    def types(self, at: NDArray[np.intp]) -> tuple[str, ...]:
        """The type of a key on each of these frames."""
        shared = np.isin(at, self.at)
        kinds = np.where(self.extreme[at] & shared, EXTREME, np.where(shared, BREAKDOWN, OWN))
        return tuple(kinds.tolist())


def shared_poses(motion: SceneMotion, groups: Sequence[CurveGroup]) -> Poses:
    """The fewest poses between which all channels together keep to their curves."""
    extreme = _extremes(motion)
    moving = [group for group in groups if not is_stretch(group) and np.ptp(group.track.values, axis=0).any()]
    if not moving:
        return Poses(np.zeros(1, dtype=np.intp), extreme)
    together = np.concatenate([group.track.values / group.track.tolerance[:, None] for group in moving], axis=1)
    closing = [group.track.end_slopes for group in moving]
    slopes = (
        np.concatenate(
            [
                slope / group.track.tolerance[0]
                for slope, group in zip(closing, moving, strict=True)
                if slope is not None
            ]
        )
        if all(slope is not None for slope in closing)
        else None
    )
    kept = extreme.copy()
    kept[[0, -1]] = True
    limit = np.full(len(together), ALL_TOGETHER)
    [keys] = fewest_keys([Track(together, limit, kept, slopes)])
    return Poses(keys.at, extreme)


def keyed_on_poses(group: CurveGroup, poses: Poses) -> CurveGroup:
    """The group with a key on every pose; one that stretches a bone begins with those, and keeps what it needs."""
    track = group.track
    shared = np.zeros(len(track.values), dtype=np.bool_)
    shared[poses.at] = True
    if is_stretch(group):
        return replace(group, track=replace(track, offered=shared))
    return replace(group, track=replace(track, kept=shared))


def is_stretch(group: CurveGroup) -> bool:
    """Whether the group scales a bone: most poses do without a key of that."""
    return group.channels[0][0].endswith("scale")


def _extremes(motion: SceneMotion) -> Mask:
    """(K,) frames where a foot comes down or goes up, where a pose begins and ends to be held, and those about which
    most joints turn back together.
    """
    extreme: Mask = np.any(contact_changes(motion.contacts), axis=1)
    for first, last in _holds(motion):
        extreme[[first, last]] = True
    turning = np.zeros(len(motion))
    for joint in range(motion.positions.shape[1]):
        turning += turning_points(motion.positions[:, joint], TURNING_DISTANCE * motion.skeleton.height)
    around = (
        np.convolve(turning, np.ones(2 * NEAR + 1), mode="same")[: len(turning)] if len(turning) > 2 * NEAR else turning
    )
    order = np.argsort(-around, kind="stable")
    taken = extreme.copy()
    for frame in order[around[order] >= TURNING_JOINTS]:
        if not taken[max(frame - NEAR, 0) : frame + NEAR + 1].any():
            extreme[frame] = taken[frame] = True
    return extreme


def _holds(motion: SceneMotion) -> Iterator[tuple[int, int]]:
    """First and last frames for which no joint leaves its place."""
    space = np.concatenate((motion.positions, motion.depth[..., None]), axis=-1)
    near, least, first = HELD_WITHIN * motion.skeleton.height, max(2, round(HELD_SECONDS * motion.fps)), 0
    while first + least < len(motion):
        away = np.linalg.norm(space[first + 1 :] - space[first], axis=-1).max(axis=1) > near
        length = int(away.argmax()) if away.any() else len(away)
        if length >= least:
            yield first, first + length
        first += max(1, length)
