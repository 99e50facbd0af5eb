"""Spread a correction to the doubtful frames around it, and swap right and left from a frame of the scene on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum

import bpy
import numpy as np
from numpy.typing import NDArray

from ...core.keys import smoothstep
from ...core.pose_sequence import PoseSequence
from ...core.skeleton import Joint
from ..scene.animation.actions import curves_in_use, mark_keys
from ..scene.animation.key_arrays import Keys
from .edit import Edit
from .keys import DOUBTFUL, INVENTED, WrittenKeys, written_keys
from .objects import ACROSS, CONFIDENCE_PATH, DOWN

Array = NDArray[np.float64]

PULLED = "JITTER"
"""The type of keys that followed a correction. Those of joints that nobody saw have it too, and their confidence tells
which are which.
"""
MOVED = 0.05
"""Pixels by which a key must differ to count as moved."""


class Spread(StrEnum):
    """The frames that follow a correction."""

    ONWARD = "ONWARD"
    """Doubtful frames after it, up to the next certain or corrected one."""
    BETWEEN = "BETWEEN"
    """All frames between the corrections before and after."""


class Limbs(StrEnum):
    """Limbs that a detection may mistake for those of the other side."""

    ARMS = "ARMS"
    LEGS = "LEGS"


PAIRS: dict[Limbs, tuple[tuple[Joint, Joint], ...]] = {
    Limbs.ARMS: (
        (Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER),
        (Joint.RIGHT_ELBOW, Joint.LEFT_ELBOW),
        (Joint.RIGHT_WRIST, Joint.LEFT_WRIST),
    ),
    Limbs.LEGS: (
        (Joint.RIGHT_HIP, Joint.LEFT_HIP),
        (Joint.RIGHT_KNEE, Joint.LEFT_KNEE),
        (Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE),
    ),
}
CARRIED: dict[Limbs, tuple[str, ...]] = {Limbs.ARMS: ("index_knuckle",), Limbs.LEGS: ("heel", "toe")}
"""The extra landmarks of these limbs."""


@dataclass(frozen=True, eq=False)
class _Track:
    """A joint's keys on the written frames: `offset` (K, 2) from where it was detected, and which keys (K,) were set
    `by_hand`.
    """

    offset: Array
    by_hand: NDArray[np.bool_]


def spread_corrections(edit: Edit, frame: int, spread: Spread) -> tuple[Joint, ...]:
    """Let the frames of each corrected joint follow its correction, and key them. Returns these joints; the others stay
    as they are.
    """
    keys = written_keys(edit.detection())
    row = int(np.clip(frame - keys.frames[0], 0, len(keys.frames) - 1))
    pulled = []
    for joint, item in zip(Joint, edit.joints, strict=True):
        if item is None:
            continue
        track = _track(item, joint, keys)
        found = _STRETCHES[spread](track, keys.confidence[:, joint], row)
        if found is not None:
            first, offsets = found
            _key(item, joint, keys, first, offsets)
            pulled.append(joint)
    return tuple(pulled)


def swap_sides(edit: Edit, frame: int, limbs: frozenset[Limbs]) -> None:
    """Swap right and left of these limbs from the frame on, in the detection and in the edit."""
    for pair in (pair for limb in limbs for pair in PAIRS[limb]):
        items = [edit.joints[joint] for joint in pair]
        if None in items:
            continue
        curves = [
            {(curve.data_path, curve.array_index): curve for curve in curves_in_use(item)}
            for item in items
            if item is not None
        ]
        for address in curves[0].keys() & curves[1].keys():
            both = [Keys.of(side[address]) for side in curves]
            for side, (own, other) in zip(curves, (both, both[::-1]), strict=True):
                own.part(own.frames < frame).followed_by(other.part(other.frames >= frame)).write(side[address])
    detection = edit.detection()
    row = int(np.ceil(round((frame - detection.clock.first) * detection.clock.pace, 6)))
    edit.group.detected = replace(
        detection, poses=_swapped(detection.poses, row, limbs), places=_swapped_rows(detection.places, row, limbs)
    ).packed()


@contextmanager
def edit_kept_on_failure(edit: Edit) -> Iterator[None]:
    """Restore the keys of all joints if the block raises or is closed."""
    before = [
        (item, {(curve.data_path, curve.array_index): Keys.of(curve) for curve in curves_in_use(item)})
        for item in edit.joints
        if item is not None
    ]
    detected = edit.group.detected
    try:
        yield
    except BaseException:
        for item, kept in before:
            for curve in curves_in_use(item):
                kept[curve.data_path, curve.array_index].write(curve)
        edit.group.detected = detected
        raise


def _track(item: bpy.types.Object, joint: Joint, keys: WrittenKeys) -> _Track:
    made_up = {
        frame
        for curve in curves_in_use(item)
        if curve.data_path == CONFIDENCE_PATH
        for frame in keys.frames.tolist()
        if curve.evaluate(frame) <= INVENTED
    }
    offset = np.zeros((len(keys.frames), 2))
    by_hand = np.zeros(len(keys.frames), np.bool_)
    for curve in curves_in_use(item):
        if curve.data_path == "location" and curve.array_index in (ACROSS, DOWN):
            axis, sign = (0, 1) if curve.array_index == ACROSS else (1, -1)
            offset[:, axis] = (
                sign * np.array([curve.evaluate(frame) for frame in keys.frames]) - keys.places[:, joint, axis]
            )
            pulled = {round(key.co[0]) for key in curve.keyframe_points if key.type == PULLED} - made_up
            keyed = {round(key.co[0]) for key in curve.keyframe_points} - pulled
            by_hand |= np.isin(keys.frames, list(keyed)) & (np.abs(offset[:, axis]) > MOVED)
    return _Track(offset, by_hand)


def _onward(track: _Track, confidence: Array, row: int) -> tuple[int, Array] | None:
    """The first row that is pulled, and offsets (N, 2) from there on; None where nothing is."""
    if not track.by_hand[row]:
        return None
    ends = np.flatnonzero((confidence[row + 1 :] >= DOUBTFUL) | track.by_hand[row + 1 :])
    count = int(ends[0]) if len(ends) else len(confidence) - row - 1
    if not count:
        return None
    if not len(ends):  # nothing is certain any more: the correction holds
        return row + 1, np.repeat(track.offset[row : row + 1], count, axis=0)
    end = row + 1 + count
    after = track.offset[end] if track.by_hand[end] else np.zeros(2)
    return row + 1, _between(track.offset[row], after, count)


def _around(track: _Track, _confidence: Array, row: int) -> tuple[int, Array] | None:
    earlier, later = np.flatnonzero(track.by_hand[: row + 1]), np.flatnonzero(track.by_hand[row + 1 :])
    if not len(earlier) or not len(later):
        return None
    first, last = int(earlier[-1]), row + 1 + int(later[0])
    return (
        (first + 1, _between(track.offset[first], track.offset[last], last - first - 1)) if last > first + 1 else None
    )


_STRETCHES: dict[Spread, Callable[[_Track, Array, int], tuple[int, Array] | None]] = {
    Spread.ONWARD: _onward,
    Spread.BETWEEN: _around,
}


def _between(before: Array, after: Array, count: int) -> Array:
    """(N, 2) from one offset to the other, without the two, with ease."""
    return np.asarray(before + (after - before) * smoothstep(np.arange(1, count + 1) / (count + 1))[:, None])


def _key(item: bpy.types.Object, joint: Joint, keys: WrittenKeys, first: int, offsets: Array) -> None:
    """Key the pulled stretch where it was detected plus the offsets, and mark it."""
    rows = np.arange(first, first + len(offsets))
    frames = keys.frames[rows]
    places = keys.places[rows, joint] + offsets
    values = {
        ("location", ACROSS): places[:, 0],
        ("location", DOWN): -places[:, 1],
        (CONFIDENCE_PATH, 0): np.full(len(rows), DOUBTFUL),
    }
    for curve in curves_in_use(item):
        wanted = values.get((curve.data_path, curve.array_index))
        if wanted is None:
            continue
        for frame, value in zip(frames.tolist(), wanted.tolist(), strict=True):
            key = curve.keyframe_points.insert(frame, value, options={"FAST"})
            key.interpolation = "LINEAR"
        curve.update()
        pulled = set(frames.tolist())
        mark_keys(curve, [PULLED if round(key.co[0]) in pulled else key.type for key in curve.keyframe_points])


def _swapped(poses: PoseSequence, row: int, limbs: frozenset[Limbs]) -> PoseSequence:
    depth, landmarks = poses.depth, poses.landmarks
    if depth is not None:
        depth = replace(
            depth,
            values=_swapped_rows(depth.values, row, limbs),
            confidence=_swapped_rows(depth.confidence, row, limbs),
        )
    if landmarks is not None:
        places, confidence = landmarks.positions.copy(), landmarks.confidence.copy()
        for part in (part for limb in limbs for part in CARRIED[limb]):
            sides = [f"{side}_{part}" for side in ("right", "left")]
            if set(sides) <= set(landmarks.names):
                columns = [landmarks.names.index(name) for name in sides]
                places[row:, columns] = landmarks.positions[row:, columns[::-1]]
                confidence[row:, columns] = landmarks.confidence[row:, columns[::-1]]
        landmarks = replace(landmarks, positions=places, confidence=confidence)
    return replace(
        poses,
        positions=_swapped_rows(poses.positions, row, limbs),
        confidence=_swapped_rows(poses.confidence, row, limbs),
        depth=depth,
        landmarks=landmarks,
    )


def _swapped_rows(values: NDArray[np.float32], row: int, limbs: frozenset[Limbs]) -> NDArray[np.float32]:
    """(T, 15, …) with right and left of the limbs swapped from the row on."""
    changed = values.copy()
    for right, left in (pair for limb in limbs for pair in PAIRS[limb]):
        changed[row:, right], changed[row:, left] = values[row:, left], values[row:, right]
    return changed
