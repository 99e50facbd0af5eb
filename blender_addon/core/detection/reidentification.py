"""Who is who over the whole video: people who come in again after any absence, and people who met, are told by their
appearance.

What was followed is cut where an identity is not sure by itself: where somebody was out of sight, and where two were at
one place. The pieces are put together again. Two that look alike are one person if nothing speaks against it: a person is
in one place at a time, and who is seen beside each other differs by as much as people in this video do. Where appearance
does not tell, what was followed stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import Array
from ..skeleton import JointLayout
from ..video import Video
from .appearance import Body2D, appearance_difference, can_be_told, part_colours
from .following import LONGEST_CARRY
from .people import overlap

Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]

METHOD = "people, 1"
"""What people are told by: it stands in the key of cached poses, as a detector's `method` does."""

MEETING = 0.4
"""Two bodies whose points lie nearer than this on average, in sizes of the smaller one, may be taken for each other."""

MOST_SAMPLES, FEWEST_SAMPLES = 32, 3
"""Moments in which a piece is looked at."""

APART = 0.1
"""Nobody is looked at while a box around somebody else overlaps theirs by more (intersection over union)."""

SAME = 12.0
"""Who differs by less may be the same. Halves of one stay in sight differ by about 10, and people in other clothes by 35
and more; against the light by 20.
"""

OTHER = 30.0
"""Who differs by more is somebody else, even if they are where somebody was lost."""

LIKELIER = 0.6
"""Who is the same differs by less than this part of what people who are surely not the same differ by."""

DOUBLE_SECONDS, WITHIN = 0.5, 0.5
"""Who is first seen for no longer than this, and mostly with this part of their box or of the other's within somebody's
who is there for longer, is that body found a second time.
"""

BESIDE = 10
"""Frames that two must be seen together for the difference between them to count."""


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of what was followed: the `rows` of the sightings (n,), in the `frames` (n,), of the tracked `person`."""

    person: int
    rows: NDArray[np.intp]
    frames: NDArray[np.int64]


def reidentified(
    video: Video, layout: JointLayout, found: NDArray[np.void], progress: Callable[[], object] = lambda: None
) -> NDArray[np.void]:
    """The sightings with one id a person.

    Args:
        video: what was looked at.
        layout: of the points.
        found: (N,) rows of `sighting_type`, frame by frame.
        progress: called after each frame that is read.

    Returns:
        (M,) the same rows under other ids, without bodies that were found twice; `found` itself where all are sure.
    """
    if not len(found) or not can_be_told(layout):
        return found
    found = without_doubles(found, DOUBLE_SECONDS * video.fps)
    pieces = cut(found)
    if len(pieces) == len(np.unique(found["person"])) and not _one_may_be_another(pieces):
        return found
    galleries = _galleries(video, layout, found, pieces, progress)
    together = joined(pieces, *differences(galleries))
    ids = found["person"].copy()
    taken: set[int] = set()
    for group in sorted(together, key=lambda group: min(int(pieces[one].frames[0]) for one in group)):
        own = pieces[min(group, key=lambda one: int(pieces[one].frames[0]))].person
        id_ = own if own not in taken else max(int(ids.max()), *taken) + 1
        taken.add(id_)
        for one in group:
            ids[pieces[one].rows] = id_
    result = found.copy()
    result["person"] = ids
    return result


def without_doubles(found: NDArray[np.void], longest: float) -> NDArray[np.void]:
    """The sightings without bodies that were found a second time, in as many frames at most; `found` itself where none
    were. Where that body was not found the first time, it is the same person's.
    """
    low, high = found["points"].min(axis=1), found["points"].max(axis=1)
    runs = [_runs(found, int(person)) for person in np.unique(found["person"])]
    longer = [run for each in runs for run in each if len(run.rows) > longest]
    kept, ids = np.ones(len(found), np.bool_), found["person"].copy()
    for run in (each[0] for each in runs if len(each[0].rows) <= longest):
        for other in longer:
            frames, own, theirs = np.intersect1d(run.frames, other.frames, assume_unique=True, return_indices=True)
            if 2 * len(frames) < len(run.frames):
                continue
            one, two = run.rows[own], other.rows[theirs]
            common = np.maximum(np.minimum(high[one], high[two]) - np.maximum(low[one], low[two]), 0).prod(axis=1)
            smaller = np.minimum((high[one] - low[one]).prod(axis=1), (high[two] - low[two]).prod(axis=1))
            if (common >= WITHIN * smaller).all():
                kept[one], ids[run.rows] = False, other.person
                break
    if kept.all():
        return found
    result = found[kept]
    result["person"] = ids[kept]
    return result


def _runs(found: NDArray[np.void], person: int) -> list[Piece]:
    """What was followed of somebody without a longer break."""
    rows = np.flatnonzero(found["person"] == person)
    frames = found["frame"][rows]
    breaks = np.flatnonzero(np.diff(frames) > LONGEST_CARRY + 1) + 1
    return [Piece(person, rows[part], frames[part]) for part in np.split(np.arange(len(rows)), breaks)]


def cut(found: NDArray[np.void]) -> list[Piece]:
    """What was followed, cut where an identity is not sure by itself."""
    ends = _meetings(found)
    pieces: list[Piece] = []
    for person in np.unique(found["person"]):
        for run in _runs(found, int(person)):
            cuts = set(np.searchsorted(run.frames, ends.get(int(person), []))) - {0, len(run.frames)}
            parts = np.split(np.arange(len(run.rows)), sorted(cuts))
            pieces.extend(Piece(int(person), run.rows[part], run.frames[part]) for part in parts)
    return pieces


def differences(galleries: Sequence[Array]) -> tuple[Doubles, Doubles]:
    """(P, P) how much the people of pieces differ by their galleries, at least and at most; nan where that is not known."""
    least, most = np.full((2, len(galleries), len(galleries)), np.nan)
    for one, other in combinations(range(len(galleries)), 2):
        if min(len(galleries[one]), len(galleries[other])) >= FEWEST_SAMPLES:
            least[one, other], most[one, other] = appearance_difference(galleries[one], galleries[other])
    return np.fmax(least, least.T), np.fmax(most, most.T)


def joined(pieces: Sequence[Piece], least: Doubles, most: Doubles) -> list[list[int]]:
    """The pieces of each person, by their places in `pieces`.

    Args:
        pieces: all of them.
        least: (P, P) how much they differ at least, and `most`, at most: see `differences`.
        most: see `least`.
    """
    beside = np.zeros(most.shape, np.int64)
    for one, other in combinations(range(len(pieces)), 2):
        beside[one, other] = beside[other, one] = _together(pieces[one], pieces[other])
    groups = _Groups(least, most, beside)
    groups.join_alike()
    groups.join_followed(pieces)
    return groups.members


class _Groups:
    """Pieces that are one person. `members`: the pieces of each."""

    def __init__(self, least: Doubles, most: Doubles, beside: NDArray[np.int64]) -> None:
        self._least, self._most, self._beside = least, most, beside
        self.members = [[one] for one in range(len(most))]

    def join_alike(self) -> None:
        """Join those who look alike, the likest first, as long as it is clear."""
        known = self._most[(self._beside >= BESIDE) & np.isfinite(self._most)]
        limit = min(SAME, LIKELIER * float(known.min(initial=np.inf)))
        alike = np.argwhere(np.triu(self._most <= limit, 1))
        for one, other in sorted(alike.tolist(), key=lambda pair: float(self._most[pair[0], pair[1]])):
            first, second = self._group_of(one), self._group_of(other)
            if first is not second and self._is_clear(first, second, float(self._most[one, other])):
                self._join(first, second)

    def join_followed(self, pieces: Sequence[Piece]) -> None:
        """Join what was followed from one piece to the next where nothing speaks against it, the shortest ways first."""
        ways = []
        for person in {piece.person for piece in pieces}:
            own = sorted((int(piece.frames[0]), one) for one, piece in enumerate(pieces) if piece.person == person)
            for (_, before), (first_frame, after) in pairwise(own):
                ways.append((first_frame - int(pieces[before].frames[-1]) - 1, before, after))
        for missed, before, after in sorted(ways):
            first, second = self._group_of(before), self._group_of(after)
            is_another = missed > LONGEST_CARRY and self._least[before, after] > OTHER
            if first is not second and not is_another and not self._conflict(first, second):
                self._join(first, second)

    def _group_of(self, piece: int) -> list[int]:
        return next(group for group in self.members if piece in group)

    def _join(self, first: list[int], second: list[int]) -> None:
        self.members = [group for group in self.members if group is not second]
        first.extend(second)

    def _conflict(self, first: Sequence[int], second: Sequence[int]) -> bool:
        """Whether both are in sight at a time."""
        return bool(self._beside[np.ix_(first, second)].any())

    def _is_clear(self, first: Sequence[int], second: Sequence[int], apart: float) -> bool:
        """Whether both can be one person, and nobody who is surely someone else is nearly as alike to either."""
        if self._conflict(first, second):
            return False
        for own, other in ((first, second), (second, first)):
            for third in self.members:
                if third is not own and self._conflict(third, other):
                    known = self._most[np.ix_(own, third)]
                    if (known < apart / LIKELIER).any():
                        return False
        return True


def _together(one: Piece, other: Piece) -> int:
    """In how many frames both are in sight."""
    if one.frames[0] > other.frames[-1] or other.frames[0] > one.frames[-1]:
        return 0
    return len(np.intersect1d(one.frames, other.frames, assume_unique=True))


def _one_may_be_another(pieces: Sequence[Piece]) -> bool:
    """Whether there are two who are never in sight together."""
    return any(not _together(one, other) for one, other in combinations(pieces, 2))


def _meetings(found: NDArray[np.void]) -> dict[int, list[int]]:
    """By person: a frame of each time that they were at one place with somebody, that in which both were nearest."""
    met: dict[tuple[int, int], list[tuple[int, float]]] = {}
    frames, starts = np.unique(found["frame"], return_index=True)
    for frame, rows in zip(frames, np.split(np.arange(len(found)), starts[1:]), strict=True):
        for one, other in combinations(rows, 2):
            sizes = [float(np.linalg.norm(np.ptp(found["points"][row], axis=0))) for row in (one, other)]
            way = float(np.linalg.norm(found["points"][one] - found["points"][other], axis=1).mean()) / min(sizes)
            if way < MEETING:
                low, high = sorted((int(found["person"][one]), int(found["person"][other])))
                met.setdefault((low, high), []).append((int(frame), way))
    ends: dict[int, list[int]] = {}
    for pair, ways in met.items():
        times = np.array([frame for frame, _ in ways])
        apart = np.array([way for _, way in ways])
        for run in np.split(np.arange(len(ways)), np.flatnonzero(np.diff(times) > LONGEST_CARRY) + 1):
            for person in pair:
                ends.setdefault(person, []).append(int(times[run[apart[run].argmin()]]))
    return ends


def _galleries(
    video: Video,
    layout: JointLayout,
    found: NDArray[np.void],
    pieces: Sequence[Piece],
    progress: Callable[[], object],
) -> list[Array]:
    """(N, parts, 3) of each piece: what it looks like in moments spread over it, in which nobody else is near."""
    alone = _alone(found)
    wanted: dict[int, list[tuple[int, int]]] = {}
    for piece, each in enumerate(pieces):
        rows = each.rows[alone[each.rows]]
        chosen = np.unique(np.linspace(0, len(rows) - 1, min(MOST_SAMPLES, len(rows))).round().astype(int))
        for row in rows[chosen]:
            wanted.setdefault(int(found["frame"][row]), []).append((piece, int(row)))
    samples: list[list[Array]] = [[] for _ in pieces]
    with closing(video.frames()) as frames:
        for frame in frames:
            for piece, row in wanted.pop(frame.index, ()):
                body = Body2D(layout, found["points"][row], found["confidence"][row])
                samples[piece].append(part_colours(frame.image, body))
            progress()
            if not wanted:
                break
    return [np.array(each, np.float32) for each in samples]


def _alone(found: NDArray[np.void]) -> Mask:
    """(N,) whether nobody else is near."""
    boxes = np.concatenate([found["points"].min(axis=1), found["points"].max(axis=1)], axis=1)
    alone = np.ones(len(found), np.bool_)
    starts = np.unique(found["frame"], return_index=True)[1]
    for rows in np.split(np.arange(len(found)), starts[1:]):
        for one, other in combinations(rows, 2):
            if overlap(boxes[one], boxes[other]) > APART:
                alone[[one, other]] = False
    return alone
