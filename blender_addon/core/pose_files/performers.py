"""From the poses found in each frame, in no order, to people on one timeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import Array, DepthEvidence, Landmarks, PoseSequence
from ..skeleton import JOINT_COUNT, Joint, JointLayout
from .frame_numbers import frame_number
from .pose_file import DEFAULT_FPS, MAX_FRAMES, MAX_POSES, PoseFile, Source

FARTHEST = 1e6
"""From the picture's corner, in any unit; beyond it nothing was seen."""

LARGEST_PICTURE = 8192
"""Pixels a side that a picture of unknown size may have."""

NOWHERE = (0.0, -1.0)
"""Where both coordinates are exactly this, tools mean that they found nothing."""

UNKNOWN = -1
"""The id of a pose that the file gives no identity."""

NOBODY = frozenset({"", "none", "null", "nan", "na", "n/a", "unknown", "untracked", "undefined", "?"})
"""Words in place of an id that mean none."""

LONGEST_SPARSE, SPARSEST = 100_000, 100
"""Frames that a timeline may span of which a file has fewer than one in so many."""

LONGEST_ABSENCE = 2.0
"""Seconds after which somebody who comes back is somebody new."""

NORMALISED = 2.0
"""Coordinates this small are no pixels: they are parts of the picture, some outside it."""

REACH, REACH_PER_FRAME, LONGEST_REACH = 0.4, 0.1, 1.5
"""How far, in body sizes, a person's joints move on average from one frame to the next at most, more for every frame
missed, and never further.
"""


@dataclass
class Poses:
    """The poses of a file as it is read, one after the other."""

    points: list[NDArray[np.float64]] = field(default_factory=list)
    frames: list[int] = field(default_factory=list)
    people: list[int | str] = field(default_factory=list)

    def add(self, frame: int, points: NDArray[np.float64], person: int | str = UNKNOWN) -> None:
        """One pose: (K, 3) x, y in pixels and confidence; and whose it is, as a number or as a name."""
        self.points.append(points)
        self.frames.append(frame)
        self.people.append(person)

    def detections(self, source: Source) -> tuple[Array, Array, NDArray[np.int64], NDArray[np.int64]]:
        """(N, K, 2) positions, (N, K) confidence, (N,) frames and (N,) people; PoseFileError where poses differ in
        their number of points.
        """
        if not self.points:
            raise source.error("shows nobody in any frame; choose another file.")
        if max(map(abs, self.frames)) >= 1 << 31:
            raise source.error("numbers a frame absurdly high; number them 0, 1, 2.")
        if len({points.shape for points in self.points}) > 1:
            raise source.error("holds poses of different numbers of points; export all frames with one model.")
        positions, confidence = seen_points(np.stack(self.points))
        return positions, confidence, np.array(self.frames, dtype=np.int64), numbered_ids(self.people)


@dataclass(frozen=True, eq=False)
class Detections:
    """N poses, in any order, each in a frame.

    `positions` (N, K, 2) float32 pixels and `confidence` (N, K) float32 in the order of `layout`; `frames` (N,), and
    `people` (N,) ids, UNKNOWN where the file gives none. `depth` (N, K) float32 pixels, + away from the camera, from
    any origin, where there is any. The timeline is `first_frame` to `last_frame`.
    """

    layout: JointLayout
    positions: Array
    confidence: Array
    frames: NDArray[np.int64]
    people: NDArray[np.int64]
    first_frame: int
    last_frame: int
    depth: Array | None = None


def seen_points(points: NDArray[np.float64]) -> tuple[Array, Array]:
    """(…, K, 3) x, y, confidence to (…, K, 2) float32 and (…, K) float32 in 0..1: what is not finite or lies at exactly
    (0, 0) was not seen, scores above 1 are 1.
    """
    positions, confidence = finite_points(points)
    nowhere = (positions == NOWHERE[0]).all(axis=-1)
    return positions, np.where(nowhere, np.float32(0), confidence)


def finite_points(points: NDArray[Any]) -> tuple[Array, Array]:
    """The same, where a point at (0, 0) may have been seen."""
    with np.errstate(over="ignore", invalid="ignore"):
        points = points.astype(np.float32)
    unseen = np.logical_not(np.isfinite(points).all(axis=-1) & (np.abs(points[..., :2]) <= FARTHEST).all(axis=-1))
    positions = np.where(unseen[..., None], np.float32(0), points[..., :2])
    return positions, np.where(unseen, np.float32(0), np.clip(points[..., 2], 0, 1))


def identity(*given: object) -> int | str:
    """The first id that a file gives, as a number, as a name or as a list of one; UNKNOWN where there is none."""
    for one in given:
        own = one[0] if isinstance(one, list) and len(one) == 1 else one
        number = frame_number(own)
        if number is not None and number >= 0:
            return number
        if isinstance(own, str) and number is None and own.strip().lower() not in NOBODY:
            return own.strip()
    return UNKNOWN


def numbered_ids(people: list[int | str]) -> NDArray[np.int64]:
    """(N,) ids: names have numbers above all others, in the order in which they come."""
    above = max((one for one in people if isinstance(one, int)), default=UNKNOWN) + 1
    names = dict.fromkeys(one for one in people if isinstance(one, str))
    numbers = {name: above + at for at, name in enumerate(names)}
    return np.array([one if isinstance(one, int) else numbers[one] for one in people], dtype=np.int64)


def are_parts_of_picture(positions: Array, confidence: Array) -> bool:
    """Whether the (…, 2) coordinates are parts of the picture's sides and not pixels: nearly all of what is seen is
    that small.
    """
    seen = positions[confidence > 0]
    return bool(len(seen)) and bool(np.quantile(np.abs(seen), 0.95) <= NORMALISED)


def picture_sides(source: Source) -> Array:
    """Return width and height of the picture, (2,) in pixels.

    Raises:
        PoseFileError: neither the file nor the user gives them.
    """
    if source.image_size is None:
        raise source.error(
            "holds coordinates as parts of the picture; say how large that was with --image-size WIDTH HEIGHT."
        )
    return np.array(source.image_size, dtype=np.float32)


def performers_of_file(source: Source, found: Detections, fps: float | None = None) -> PoseFile:
    """Everybody in another tool's file: its places in pixels, without those that are none, and people with whom they
    are, where an id of the file tells two of them apart.

    Args:
        source: The file.
        found: Its poses, in pixels or in parts of the picture's sides.
        fps: The file's own frame rate.

    Raises:
        PoseFileError: As `performers` does, or the places are parts of a picture whose size nobody gave.
    """
    positions, depth = found.positions, found.depth
    confidence = np.where((positions == NOWHERE[1]).all(axis=-1), np.float32(0), found.confidence)
    if are_parts_of_picture(positions, confidence):
        sides = picture_sides(source)
        positions = positions * sides
        depth = depth * sides[0] if depth is not None else None
    confidence = np.where(_is_far_outside(source, positions), np.float32(0), confidence)
    positions = np.where(confidence[..., None] > 0, positions, np.float32(0))
    found = replace(found, positions=positions, confidence=confidence, depth=depth)
    return performers(source, replace(found, people=_true_identities(found)), fps)


def _is_far_outside(source: Source, positions: Array) -> NDArray[np.bool_]:
    """(N, K) whether a place is farther outside the picture than the picture is long."""
    size = np.array(source.image_size or (LARGEST_PICTURE, LARGEST_PICTURE), dtype=np.float32)
    longest = size.max()
    outside: NDArray[np.bool_] = ((positions < -longest) | (positions > size + longest)).any(axis=-1)
    return outside


def _true_identities(found: Detections) -> NDArray[np.int64]:
    """(N,) ids, UNKNOWN in place of each that two people of a frame share, and of all where none ever comes again, or
    where they are but places in lists, by which people swap.
    """
    people = found.people.copy()
    known = people >= 0
    pairs, counts = np.unique(np.column_stack([found.frames, people])[known], axis=0, return_counts=True)
    people[np.isin(people, pairs[counts > 1][:, 1])] = UNKNOWN
    known = people >= 0
    if len(np.unique(found.frames[known])) > 1 and len(np.unique(people[known])) == known.sum():
        people[:] = UNKNOWN
    if _are_places_in_lists(found.frames, people) and _jumps(found, people):
        people[:] = UNKNOWN
    return people


def _are_places_in_lists(frames: NDArray[np.int64], people: NDArray[np.int64]) -> bool:
    """Whether the ids count from 0 or 1 in each frame, in the order of the file."""
    if not len(people) or people.min() < 0:
        return False
    rows = list(_by_frame(frames))
    lists = [people[row] for row in rows]
    return len({len(one) for one in lists} | {1}) > 1 and any(
        all(np.array_equal(one, np.arange(first, first + len(one))) for one in lists) for first in (0, 1)
    )


def _jumps(found: Detections, people: NDArray[np.int64]) -> bool:
    """Whether somebody is once farther from where they were in the frame before than anybody gets."""
    joints, confidence = found.layout.joints(found.positions, found.confidence)
    for one in np.unique(people):
        rows = np.flatnonzero((people == one) & confidence.any(axis=1))
        rows = rows[np.argsort(found.frames[rows], kind="stable")]
        before, after = rows[:-1], rows[1:]
        both = (confidence[before] > 0) & (confidence[after] > 0)
        apart = np.linalg.norm(joints[before] - joints[after], axis=-1)
        distance = (apart * both).sum(axis=1) / np.maximum(both.sum(axis=1), 1)
        size = np.maximum(_sizes(joints[before], confidence[before]), _sizes(joints[after], confidence[after]))
        if (distance > size * _reach(found.frames[after] - found.frames[before] - 1)).any():
            return True
    return False


def _reach(missed: NDArray[np.int64]) -> NDArray[np.float64]:
    """How far somebody gets, in body sizes, who was missed in so many frames."""
    reach: NDArray[np.float64] = np.minimum(REACH + REACH_PER_FRAME * missed, LONGEST_REACH)
    return reach


def performers(source: Source, found: Detections, fps: float | None = None) -> PoseFile:
    """Return everybody in a file on one timeline.

    Args:
        source: the file, and what the user says of it.
        found: the poses of each frame.
        fps: frames per second that the file itself tells.

    Raises:
        PoseFileError: nobody is seen, or the timeline is too long.
    """
    frame_count = found.last_frame - found.first_frame + 1
    if not 0 < frame_count <= MAX_FRAMES:
        raise source.error(f"spans {frame_count} frames; number its frames from 0, in clips of {MAX_FRAMES} at most.")
    told = len(np.unique(found.frames))
    if frame_count > LONGEST_SPARSE and told * SPARSEST < frame_count:
        raise source.error(f"spans {frame_count} frames and has {told}; number its frames from 0, in shorter clips.")
    joints, confidence = found.layout.joints(found.positions, found.confidence)
    present = np.flatnonzero(confidence.any(axis=1))
    if not len(present):
        raise source.error("shows nobody in any frame; choose another file.")
    rate = source.fps or fps or DEFAULT_FPS
    joints, confidence, frames = joints[present], confidence[present], found.frames[present] - found.first_frame
    ids = follow(frames, found.people[present], joints, confidence, rate)
    order = tuple(dict.fromkeys(ids.tolist()))
    if len(order) * frame_count > MAX_POSES:
        raise source.error(f"holds {len(order)} people over {frame_count} frames; cut it into shorter clips.")
    people = []
    for one in order:
        rows = ids == one
        positions, sure = (
            np.zeros((frame_count, JOINT_COUNT, 2), np.float32),
            np.zeros((frame_count, JOINT_COUNT), np.float32),
        )
        positions[frames[rows]], sure[frames[rows]] = joints[rows], confidence[rows]
        people.append(
            PoseSequence(
                positions,
                sure,
                rate,
                source.image_size,
                start=found.first_frame / rate,
                landmarks=_landmarks(found, present[rows], frames[rows], frame_count),
                depth=_depth(found, present[rows], frames[rows], frame_count),
                source=source.path.name,
            )
        )
    return PoseFile(tuple(people), order)


def follow(
    frames: NDArray[np.int64], people: NDArray[np.int64], joints: Array, confidence: Array, fps: float
) -> NDArray[np.int64]:
    """Return who each of N poses is: the file's own id where it gives one, else that of the nearest person of the frames
    before, else a new one. Nearest pairs go first; nobody is two people in one frame.

    Args:
        frames: (N,) the frame of each pose.
        people: (N,) the file's id of each pose, UNKNOWN where it gives none.
        joints: (N, 15, 2) pixels.
        confidence: (N, 15).
        fps: frames per second.

    Returns:
        (N,) ids.
    """
    ids = np.full(len(frames), UNKNOWN, dtype=np.int64)
    unused = max(0, int(people.max())) + 1
    step = _usual_step(frames)
    last_pose: dict[int, int] = {}
    for rows in _by_frame(frames):
        here: set[int] = set()
        for row in rows:
            if people[row] >= 0 and people[row] not in here:
                ids[row] = people[row]
                here.add(int(people[row]))
        free = np.array([row for row in rows if ids[row] == UNKNOWN], dtype=np.int64)
        recent = {
            one: pose
            for one, pose in last_pose.items()
            if frames[rows[0]] - frames[pose] <= LONGEST_ABSENCE * fps * step
        }
        waiting = np.array([pose for one, pose in recent.items() if one not in here], dtype=np.int64)
        for pose, row in _nearest_pairs(waiting, free, frames, joints, confidence):
            ids[row] = ids[pose]
        for row in rows:
            if ids[row] == UNKNOWN:
                ids[row] = unused
                unused += 1
            recent[int(ids[row])] = int(row)
        last_pose = recent
    return ids


def _usual_step(frames: NDArray[np.int64]) -> int:
    """How many frames lie from one that the file has to the next, as a rule: 5 where every fifth frame was labelled."""
    steps = np.diff(np.unique(frames))
    return max(1, int(np.median(steps))) if len(steps) else 1


def _by_frame(frames: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """The rows of each frame, the frames in order."""
    order = np.argsort(frames, kind="stable")
    return iter(np.split(order, np.flatnonzero(np.diff(frames[order])) + 1))


def _nearest_pairs(
    waiting: NDArray[np.int64], free: NDArray[np.int64], frames: NDArray[np.int64], joints: Array, confidence: Array
) -> Iterator[tuple[np.int64, np.int64]]:
    """Pairs of an earlier pose and a present one, the nearest first, each pose in one pair at most."""
    if not len(waiting) or not len(free):
        return
    both = (confidence[waiting][:, None] > 0) & (confidence[free][None] > 0)
    apart = np.linalg.norm(joints[waiting][:, None] - joints[free][None], axis=-1)
    common = both.sum(axis=-1)
    distance = np.where(common > 0, (apart * both).sum(axis=-1) / np.maximum(common, 1), np.inf)
    size = np.maximum(
        _sizes(joints[waiting], confidence[waiting])[:, None], _sizes(joints[free], confidence[free])[None]
    )
    missed = frames[free][None] - frames[waiting][:, None] - 1
    distance = np.where(distance <= size * _reach(missed), distance, np.inf)
    for _ in range(min(distance.shape)):
        earlier, present = np.unravel_index(int(distance.argmin()), distance.shape)
        if not np.isfinite(distance[earlier, present]):
            return
        yield waiting[earlier], free[present]
        distance[earlier], distance[:, present] = np.inf, np.inf


def _sizes(joints: Array, confidence: Array) -> Array:
    """(N,) the longer side of the box around what is seen of each pose."""
    seen = (confidence > 0)[..., None]
    sides = np.where(seen, joints, -np.inf).max(axis=1) - np.where(seen, joints, np.inf).min(axis=1)
    longest: Array = sides.max(axis=1)
    return longest


def _landmarks(
    found: Detections, rows: NDArray[np.int64], frames: NDArray[np.int64], frame_count: int
) -> Landmarks | None:
    indices = found.layout.extra_landmarks()
    if not indices:
        return None
    columns = list(indices.values())
    positions, confidence = (
        np.zeros((frame_count, len(columns), 2), np.float32),
        np.zeros((frame_count, len(columns)), np.float32),
    )
    positions[frames], confidence[frames] = found.positions[rows][:, columns], found.confidence[rows][:, columns]
    return Landmarks(tuple(indices), positions, confidence)


def _depth(
    found: Detections, rows: NDArray[np.int64], frames: NDArray[np.int64], frame_count: int
) -> DepthEvidence | None:
    """The file's depth, about the mid-hip; where the mid-hip is unseen it says nothing."""
    if found.depth is None:
        return None
    depth, sure = found.layout.joints(found.depth[rows][..., None], found.confidence[rows])
    depth, sure = depth[..., 0] - depth[:, [Joint.MID_HIP], 0], np.where(sure[:, [Joint.MID_HIP]] > 0, sure, 0)
    values, confidence = (
        np.zeros((frame_count, JOINT_COUNT), np.float32),
        np.zeros((frame_count, JOINT_COUNT), np.float32),
    )
    values[frames], confidence[frames] = depth, sure
    return DepthEvidence(values, confidence)
