"""How the picture moves from frame to frame, told by its background: corners that are followed, people left out.

Corners of a *key* frame are looked for in every later frame (Lucas-Kanade), until too few of them are left; so errors
do not add up from frame to frame. A robust homography tells where they went, drawn towards a similarity as far as the
corners leave it open. Where the camera itself travels, the ground goes by faster than a wall behind it: the ground at the
people's feet has the last word. A picture that stays within the noise of the tracking stands still exactly.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import Array
from ..video import Frame, Image
from .detector import Sighting

Matrix = NDArray[np.float64]
Mask = NDArray[np.bool_]

METHOD = "background, 2"
"""What the camera's motion is found with: it stands in the key of cached poses, as a detector's `method` does."""

LONGEST_SIDE = 512
"""Pixels of the picture that is looked at, at most."""

MOST_CORNERS, CORNER_QUALITY, CORNER_DISTANCE = 160, 0.01, 8
"""How many corners are followed, how clear each is beside the clearest, and how many pixels they are apart."""

CELLS = 8
"""In so many cells the picture's longer side is parted, each of which has one voice: what fills a corner of the picture, as a
caption does, has no say for all of it.
"""

FEWEST_CORNERS = 12
"""With fewer that agree, nothing is known of the motion."""

WINDOW, LEVELS = 15, 3
"""Pixels around a corner that are compared, and how often the picture is halved for large steps."""

AGREEMENT = 1.5
"""Pixels of the small picture: a corner further from where the motion has it is none of the background."""

LEAST_AGREEMENT = 0.3
"""Share of the corners in sight that must agree on a motion for it to be believed."""

STILL = 0.2
"""Pixels of the small picture: where its corners move no further, it does not move."""

STANDARD_DEVIATIONS = 3.0
"""The same in standard deviations of what the motion leaves unexplained, where tracking is noisier than that.

Errors of compression are alike all over the picture, so that many corners are no surer than one.
"""

STILL_SECONDS = 0.5
"""After so long at one place the picture is said to stand still there."""

FURTHEST, FEWEST_LEFT, LARGEST_LOSS = 0.25, 0.5, 0.15
"""A new key is taken where the picture has moved by more than this part of its longer side, fewer than this part of the
corners are in sight, or the share that agrees is lower than at first by this: things nearer and further part ways.
"""

PERSPECTIVE, LEAST_PERSPECTIVE = 0.5, 1e-3
"""What a homography may have beside a similarity: this part of the picture's shift, and so much in any case."""

GROUND_CORNERS, GROUND_QUALITY, GROUND_DISTANCE = 80, 0.02, 6
"""The same as for the corners of the background, of those of the ground."""

ABOVE_FEET, BELOW_FEET = 0.15, 0.6
"""The ground is looked for from so far above the feet to so far below them, in sizes of the largest person."""

RETURN = 0.3
"""Pixels of the small picture: a corner of the ground that is followed forth and back ends up nearer than this."""

STAYS, STAYS_SHARE = 0.15, 0.2
"""Pixels of the small picture, and part of what the background moves by: what moves no further while the background does is
drawn over the picture, as captions and logos are, and no ground.
"""

NEARBY = 0.25
"""Part of the picture's longer side: corners further than this from the anchor count for less."""

MARGIN = 0.1
"""Around a person, as a part of the longer side of the box around the joints."""

DIRECTIONS = np.stack([np.cos(np.arange(16) * np.pi / 8), np.sin(np.arange(16) * np.pi / 8)], axis=1)
"""(16, 2) in which the outline of a person has a corner each."""

STEP = np.dtype(
    [("frame", np.int64), ("step", np.float64, (3, 3)), ("anchor", np.float64, (2,)), ("confidence", np.float64)]
)
"""How a frame lies on the one before: `step` (3, 3) maps pixels of this one to those of the one before; `anchor` is where
that matters most, between the feet of the people; `confidence` 0..1 is the share of the corners that agree.
"""

_STATE = struct.Struct("<3q2I?d")


@dataclass(frozen=True, eq=False)
class _Known:
    """What is known after a frame.

    Attributes:
        frame: that frame.
        key: the frame whose `corners` (N, 2), in pixels of the small picture, are followed.
        motion: (3, 3) pixels of the key ← pixels of `frame`.
        is_still: whether the picture has not moved since the key.
        share: of the corners that agreed in the frame after the key; 0 where there was none yet.
        resting: (3, 3) the motion of the frame `since`; from then on the picture moved no further than STILL.
        people: (P, 16, 2) pixels, the outlines of the people in `frame`.
    """

    frame: int
    key: int
    corners: Array
    motion: Matrix
    is_still: bool
    share: float
    since: int
    resting: Matrix
    people: Matrix


class BackgroundFollower:
    """Follows the background through consecutive frames of a video of so many frames a second."""

    def __init__(self, fps: float, image_size: tuple[int, int]) -> None:
        self._still_frames = max(2, round(STILL_SECONDS * fps))
        self._size = image_size
        self._shrink = -(-max(image_size) // LONGEST_SIDE)
        self._known: _Known | None = None
        self._pictures: dict[int, Image] = {}

    def state(self) -> bytes:
        """All that it goes on from, but for the pictures of the key and of the last frame."""
        known = self._known
        if known is None:
            return b""
        counts = known.frame, known.key, known.since, len(known.corners), len(known.people)
        arrays = known.corners, known.motion, known.resting, known.people
        return _STATE.pack(*counts, known.is_still, known.share) + b"".join(array.tobytes() for array in arrays)

    def go_on_from(self, state: bytes) -> None:
        """Follow on from the frame of that state; `remember` gives it the frames up to there again."""
        if not state:
            return
        frame, key, since, corner_count, person_count, is_still, share = _STATE.unpack_from(state)
        corners = np.frombuffer(state, np.float32, 2 * corner_count, _STATE.size).reshape(-1, 2)
        numbers = np.frombuffer(state, np.float64, 18 + DIRECTIONS.size * person_count, _STATE.size + corners.nbytes)
        motion, resting = numbers[:18].reshape(2, 3, 3)
        people = numbers[18:].reshape(-1, *DIRECTIONS.shape)
        self._known = _Known(frame, key, corners, motion, is_still, share, since, resting, people)

    def remember(self, frame: Frame) -> None:
        """Take the pictures of the state that it goes on from."""
        if self._known is not None and frame.index in (self._known.key, self._known.frame):
            self._pictures[frame.index] = self._small(frame.image)

    def __call__(self, frame: Frame, people: Sequence[Sighting]) -> bytes:
        """How the frame lies on the one before, as a row of STEP."""
        small, outlines = self._small(frame.image), _outlines(people)
        step, confidence = np.eye(3), 1.0
        known = self._known
        if known is None:
            self._begin(frame.index, small, outlines)
        else:
            motion, key, confidence = self._motion_to(small, outlines, known)
            if motion is None:
                self._begin(frame.index, small, outlines)
            else:
                step = self._with_ground(_between(key.motion, motion), small, outlines, known)
                self._go_on(
                    frame.index, small, outlines, replace(key, share=key.share or confidence), motion, confidence
                )
        return np.array((frame.index, step, self._anchor(outlines), confidence), STEP).tobytes()

    def _with_ground(self, step: Matrix, small: Image, people: Matrix, known: _Known) -> Matrix:
        """The step, shifted to what the ground at the people's feet does, where that can be told."""
        if np.array_equal(step, np.eye(3)) or not len(known.people) or not len(people):
            return step
        size = float(np.ptp(known.people, axis=1).max())
        feet = self._anchor(people)
        corners, places = self._ground(step, small, people, known, size)
        if len(corners) < FEWEST_CORNERS:
            return step
        # Nearer ground goes by faster: the shift is a line over the height in the picture.
        left, heights = corners - _moved(step, places), (places[:, 1] - feet[1]) / size
        rows = np.stack([np.ones(len(heights)), heights], axis=1)
        line = np.array([np.median(left, axis=0), (0.0, 0.0)])
        reach, weights = AGREEMENT * self._shrink, np.ones(len(left))
        for widened in (8, 4, 2, 1, 1, 1):
            errors = np.linalg.norm(left - rows @ line, axis=1)
            weights = np.maximum(1 - (errors / (widened * reach)) ** 2, 0.0) ** 2
            if np.count_nonzero(weights) < max(FEWEST_CORNERS, len(left) / 2):
                return step
            line = np.linalg.lstsq(rows * np.sqrt(weights)[:, None], left * np.sqrt(weights)[:, None], rcond=None)[0]
        noise = np.sqrt((weights * errors**2).sum() / weights.sum() / max(weights.sum() - 2, 1.0))
        if np.linalg.norm(line[0]) <= STANDARD_DEVIATIONS * noise:
            return step
        shift = np.eye(3)
        shift[:2, 2] = line[0]
        return np.asarray(shift @ step)

    def _ground(self, step: Matrix, small: Image, people: Matrix, known: _Known, size: float) -> tuple[Matrix, Matrix]:
        """(N, 2) corners of the ground in the frame before, and where they are in this one."""
        before = self._pictures[known.frame]
        mask = self._mask(before, known.people)
        feet = self._anchor(known.people)[1]
        first, last = (round((feet + part * size) / self._shrink) for part in (-ABOVE_FEET, BELOW_FEET))
        mask[: max(first, 0)], mask[max(last, 0) :] = 0, 0
        corners = cv2.goodFeaturesToTrack(before, GROUND_CORNERS, GROUND_QUALITY, GROUND_DISTANCE, mask=mask)
        if corners is None:
            return np.zeros((0, 2)), np.zeros((0, 2))
        corners = np.asarray(corners, np.float32).reshape(-1, 2)
        guess = (_moved(_inverse(step), self._full(corners)) / self._shrink - 0.5).astype(np.float32)
        found, was_found = _tracked(before, small, corners, guess)
        again, was_again = _tracked(small, before, found, corners)
        there = was_found & was_again & (np.linalg.norm(again - corners, axis=1) <= RETURN)
        places = self._full(found)
        there &= self._is_background(places, self._mask(small, people))
        there &= ~_stays(corners, guess, found)
        return self._full(corners)[there], places[there]

    def _motion_to(self, small: Image, people: Matrix, known: _Known) -> tuple[Matrix | None, _Known, float]:
        """The key's motion to a picture, None where nothing is known; with what it was told by, and how surely. Where the
        key is out of sight, the frame before is asked.
        """
        motion, confidence = self._follow(known, small, people)
        if motion is None and known.frame != known.key:
            known = self._keyed(known.frame, self._pictures[known.frame], known.people)
            motion, confidence = self._follow(known, small, people)
        return motion, known, confidence

    def _keyed(self, frame: int, small: Image, people: Matrix) -> _Known:
        corners = _corners(small, self._mask(small, people))
        return _Known(frame, frame, corners, np.eye(3), True, 0.0, frame, np.eye(3), people)

    def _begin(self, frame: int, small: Image, people: Matrix) -> None:
        """Take the frame as the key."""
        self._known = self._keyed(frame, small, people)
        self._pictures = {frame: small}

    def _go_on(  # noqa: PLR0917 - what is known after a frame
        self, frame: int, small: Image, people: Matrix, key: _Known, motion: Matrix, share: float
    ) -> None:
        """Keep what is known after the frame; take it as the next key where the old one is used up, or where the picture
        came to rest.
        """
        is_still = bool((motion == np.eye(3)).all())
        rests = self._largest_move(_between(key.resting, motion)) <= STILL
        since, resting = (key.since, key.resting) if rests else (frame, motion)
        came_to_rest = not is_still and frame - since >= self._still_frames
        parts = not is_still and share < key.share - LARGEST_LOSS
        if came_to_rest or parts or self._is_used_up(key, small, people, motion):
            self._begin(frame, small, people)
            return
        self._known = replace(
            key, frame=frame, motion=motion, is_still=is_still, since=since, resting=resting, people=people
        )
        self._pictures = {key.key: self._pictures[key.key], frame: small}

    def _is_used_up(self, key: _Known, small: Image, people: Matrix, motion: Matrix) -> bool:
        """Whether too little of the key is in sight."""
        if self._largest_move(motion) > FURTHEST * max(small.shape):
            return True
        places = _moved(_inverse(motion), self._full(key.corners))
        there = self._is_background(places, self._mask(small, people))
        return bool(there.mean() < FEWEST_LEFT)

    def _follow(self, known: _Known, small: Image, people: Matrix) -> tuple[Matrix | None, float]:
        """(3, 3) pixels of the key ← pixels of a picture, and the share of the corners that agree; None and 0 where too
        few do.
        """
        if len(known.corners) < FEWEST_CORNERS:
            return None, 0.0
        expected = _moved(_inverse(known.motion), self._full(known.corners))
        guess = (expected / self._shrink - 0.5).astype(np.float32)
        found, was_found = _tracked(self._pictures[known.key], small, known.corners, guess)
        places = self._full(found)
        mask = self._mask(small, people)
        seen = was_found & self._is_background(places, mask)
        in_sight = seen | self._is_background(expected, mask)
        if seen.sum() < FEWEST_CORNERS:
            return None, 0.0
        corners, places = self._full(known.corners[seen]), places[seen]
        if known.is_still and (share := self._share_still(corners, places)) is not None:
            return np.eye(3), share * float(seen.sum() / in_sight.sum())
        motion, agree = self._fit(corners, places, self._anchor(people))
        share = float(agree.sum() / in_sight.sum())
        if motion is None or agree.sum() < FEWEST_CORNERS or share < LEAST_AGREEMENT:
            return None, 0.0
        return motion, min(share, 1.0)

    def _share_still(self, corners: Matrix, places: Matrix) -> float | None:
        """The share of the corners that stayed, None where the picture moved."""
        reach = AGREEMENT * self._shrink
        near = np.linalg.norm(places - corners, axis=1) <= reach
        voices = _voices(corners, self._size)
        if near @ voices < 2 * LEAST_AGREEMENT or near.sum() < FEWEST_CORNERS:
            return None
        motion, weights = _similarity(places[near], corners[near], reach, voices[near])
        left = np.linalg.norm(_moved(motion, places[near]) - corners[near], axis=1)
        noise = STANDARD_DEVIATIONS * np.sqrt((weights * left**2).sum() / max(weights.sum(), 1e-6)) / self._shrink
        return float(near.mean()) if self._largest_move(motion) <= max(STILL, noise) else None

    def _fit(self, corners: Matrix, places: Matrix, anchor: Matrix) -> tuple[Matrix | None, Mask]:
        """(3, 3) corners ← places, and which of them agree."""
        reach, moved = AGREEMENT * self._shrink, np.linalg.norm(places - corners, axis=1) > STAYS * self._shrink
        starts = _starts(places, corners, reach)
        if FEWEST_CORNERS <= moved.sum() < len(moved):
            starts += _starts(places[moved], corners[moved], reach)
        near = [np.linalg.norm(_moved(start, places) - corners, axis=1) <= reach for start in starts]
        voices = _voices(corners, self._size)
        agree = max(near, key=lambda some: float(some @ voices), default=np.zeros(len(corners), np.bool_))
        if agree.sum() < FEWEST_CORNERS:
            return None, agree
        nearby = 1 / (1 + (np.linalg.norm(places - anchor, axis=1) / (NEARBY * max(self._size))) ** 2)
        motion = _homography(places[agree], corners[agree], reach, nearby[agree])
        return motion, np.linalg.norm(_moved(motion, places) - corners, axis=1) <= reach

    def _largest_move(self, motion: Matrix) -> float:
        """How far a corner of the picture moves, in pixels of the small one."""
        width, height = self._size
        edges = np.array([[0, 0], [width, 0], [0, height], [width, height]], np.float64)
        return float(np.linalg.norm(_moved(motion, edges) - edges, axis=1).max()) / self._shrink

    def _anchor(self, people: Matrix) -> Matrix:
        """(2,) pixels between the feet of the people, the larger ones counting for more; the picture's middle where
        nobody is.
        """
        size = np.array(self._size, np.float64)
        if not len(people):
            return size / 2
        low, high = people.min(axis=1), people.max(axis=1)
        sizes = (high - low).max(axis=1)
        feet = np.stack([(low[:, 0] + high[:, 0]) / 2, high[:, 1] - MARGIN / (1 + 2 * MARGIN) * sizes], axis=1)
        return np.clip(np.average(feet, axis=0, weights=sizes**2), 0, size)

    def _mask(self, small: Image, people: Matrix) -> Image:
        """(h, w) uint8: 255 in the background, 0 where people are."""
        mask = np.full(small.shape, 255, np.uint8)
        for outline in people:
            cv2.fillConvexPoly(mask, np.round(outline / self._shrink - 0.5).astype(np.int32), 0)
        return mask

    def _is_background(self, points: Matrix, mask: Image) -> Mask:
        """(N,) whether points (N, 2) lie in the picture, and outside the people."""
        columns, rows = np.floor(points / self._shrink).astype(int).T
        there = (columns >= 0) & (rows >= 0) & (columns < mask.shape[1]) & (rows < mask.shape[0])
        found: Mask = np.zeros(len(points), np.bool_)
        found[there] = mask[rows[there], columns[there]] > 0
        return found

    def _small(self, image: Image) -> Image:
        """(h, w) uint8: the grey picture, smaller."""
        height, width = (side // self._shrink * self._shrink for side in image.shape[:2])
        whole = image[:height, :width]
        if self._shrink > 1:
            size = width // self._shrink, height // self._shrink
            whole = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        grey: Image = cv2.cvtColor(whole, cv2.COLOR_BGR2GRAY)  # type: ignore[assignment]
        return grey

    def _full(self, corners: Array) -> Matrix:
        """(N, 2) places in the small picture to pixels of the whole one."""
        places = (corners.reshape(-1, 2).astype(np.float64) + 0.5) * self._shrink
        return np.asarray(places, np.float64)


def _outlines(people: Sequence[Sighting]) -> Matrix:
    """(P, 16, 2) convex outlines of what is seen of each, with a margin."""
    outlines = []
    for sighting in people:
        seen = sighting.points[sighting.confidence > 0].astype(np.float64)
        if len(seen) > 2:
            furthest = seen[(seen @ DIRECTIONS.T).argmax(axis=0)]
            outlines.append(furthest + MARGIN * np.ptp(seen, axis=0).max() * DIRECTIONS)
    return np.array(outlines, np.float64).reshape(-1, *DIRECTIONS.shape)


def _corners(small: Image, mask: Image) -> Array:
    """(N, 2) float32 corners of the background, in pixels of the small picture."""
    found = cv2.goodFeaturesToTrack(small, MOST_CORNERS, CORNER_QUALITY, CORNER_DISTANCE, mask=mask)
    return np.zeros((0, 2), np.float32) if found is None else np.asarray(found, np.float32).reshape(-1, 2)


def _tracked(before: Image, after: Image, corners: Array, guess: Array) -> tuple[Array, Mask]:
    """(N, 2) where corners of one picture are in another, and (N,) whether they are in it."""
    found, was_found, _ = cv2.calcOpticalFlowPyrLK(
        before,
        after,
        corners,
        guess.copy(),
        winSize=(WINDOW, WINDOW),
        maxLevel=LEVELS,
        criteria=(cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 15, 0.01),
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )
    return np.asarray(found, np.float32), np.asarray(was_found).ravel() > 0


def _stays(corners: Array, expected: Array, found: Array) -> Mask:
    """(N,) which corners (N, 2) of the small picture stayed where they were, though they were `expected` elsewhere."""
    away, moved = (np.linalg.norm(places - corners, axis=1) for places in (expected, found))
    return np.asarray(moved <= np.maximum(STAYS, STAYS_SHARE * away))


def _voices(points: Matrix, size: tuple[int, int]) -> Matrix:
    """(N,) how much each point (N, 2) of a picture counts, 1 together: all in one cell as much as all in another."""
    cells = np.floor(points * CELLS / max(size)).astype(int)
    _, cell, counts = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    return np.asarray(1 / (counts[cell.ravel()] * len(counts)))


def _starts(places: Matrix, corners: Matrix, reach: float) -> list[Matrix]:
    """(3, 3) corners ← places, as most of them agree on a similarity and on a homography."""
    similar, _ = cv2.estimateAffinePartial2D(places, corners, ransacReprojThreshold=reach, maxIters=500)
    free, _ = cv2.findHomography(places, corners, cv2.RANSAC, reach, maxIters=500)
    return [_square(start) for start in (similar, free) if start is not None]


def _similarity(places: Matrix, corners: Matrix, reach: float, counts: Matrix | float = 1.0) -> tuple[Matrix, Matrix]:
    """(3, 3) corners ← places as a robust least-squares similarity, and the (N,) weights of the corners; `counts` (N,) is
    how much each corner counts.
    """
    here, there = places @ (1, 1j), corners @ (1, 1j)
    weights = np.ones(len(places)) * counts
    turn, shift = 1.0 + 0j, 0j
    for _ in range(5):
        total = weights.sum()
        middle, goal = (weights * here).sum() / total, (weights * there).sum() / total
        spread = (weights * np.abs(here - middle) ** 2).sum()
        turn = (weights * (here - middle).conj() * (there - goal)).sum() / max(spread, 1e-12)
        shift = goal - turn * middle
        weights = _tukey(np.abs(turn * here + shift - there), reach) * counts
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag], [0, 0, 1]]), weights


def _homography(places: Matrix, corners: Matrix, reach: float, counts: Matrix) -> Matrix:
    """(3, 3) corners ← places as a robust least-squares homography, near the best similarity; `counts` (N,) is how much
    each corner counts.
    """
    middle, size = places.mean(axis=0), max(float(places.std()), 1e-6)
    near, far = (places - middle) / size, (corners - middle) / size
    (x, y), one, none = near.T, np.ones(len(near)), np.zeros(len(near))
    across = np.stack([x, y, one, none, none, none, -far[:, 0] * x, -far[:, 0] * y], axis=1)
    down = np.stack([none, none, none, x, y, one, -far[:, 1] * x, -far[:, 1] * y], axis=1)
    # No shear, no stretching, no perspective.
    plain = np.array([[1, 0, 0, 0, -1, 0, 0, 0], [0, 1, 0, 1, 0, 0, 0, 0], [0] * 6 + [1, 0], [0] * 7 + [1]], np.float64)
    plain /= PERSPECTIVE * float(np.linalg.norm(np.median(far - near, axis=0))) + LEAST_PERSPECTIVE
    start, weights = _similarity(near, far, reach / size)
    errors = np.linalg.norm(_moved(start, near) - far, axis=1)
    found = np.eye(3)
    for _ in range(4):
        # The noise of the corners says how firmly they are held against what is plain.
        noise = max(1.4826 * float(np.median(errors)), 1e-4)
        held = np.sqrt(weights * counts)[:, None] / noise
        rows = np.concatenate([across * held, down * held, plain])
        goal = np.concatenate([far[:, 0] * held[:, 0], far[:, 1] * held[:, 0], np.zeros(len(plain))])
        found = np.append(np.linalg.lstsq(rows, goal, rcond=None)[0], 1.0).reshape(3, 3)
        errors = np.linalg.norm(_moved(found, near) - far, axis=1)
        weights = _tukey(errors * size, reach)
    normal = np.array([[1 / size, 0, -middle[0] / size], [0, 1 / size, -middle[1] / size], [0, 0, 1]])
    motion = np.linalg.inv(normal) @ found @ normal
    return np.asarray(motion / motion[2, 2])


def _tukey(errors: Matrix, reach: float) -> Matrix:
    """Weights of errors: 1 where there is none, 0 beyond the reach or three times what is usual."""
    limit = min(reach, max(4.685 * 1.4826 * float(np.median(errors)), 0.05 * reach))
    weights: Matrix = np.where(errors < limit, (1 - np.minimum(errors / limit, 1) ** 2) ** 2, 0.0)
    return weights if weights.sum() > 2 else np.ones_like(errors)


def _square(motion: object) -> Matrix:
    """(3, 3) of an affine (2, 3), or of a homography."""
    rows = np.asarray(motion, np.float64)
    return rows if len(rows) == 3 else np.concatenate([rows, [[0.0, 0.0, 1.0]]])


def _inverse(motion: Matrix) -> Matrix:
    return np.asarray(np.linalg.inv(motion), np.float64)


def _between(before: Matrix, after: Matrix) -> Matrix:
    """(3, 3) from the picture of `after` to that of `before`, which both lead to the same third one."""
    if np.array_equal(before, after):
        return np.eye(3)
    step = np.linalg.solve(before, after)
    return np.asarray(step / step[2, 2])


def _moved(motion: Matrix, points: Matrix) -> Matrix:
    """(N, 2) points moved by a (3, 3) homography."""
    moved = points @ motion[:, :2].T + motion[:, 2]
    return np.asarray(moved[:, :2] / moved[:, 2:])
