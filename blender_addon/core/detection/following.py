"""From the frames of a video to everybody in it: people are found now and then, their landmarks in every frame, and
each keeps an identity.

Which networks find people and landmarks is the detector's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, partial
from itertools import chain, combinations, pairwise
from typing import ClassVar, Protocol

import numpy as np

from ..pose_sequence import Array
from ..skeleton import JointLayout
from ..video import Frame, Image
from .confidence import confidence
from .detector import Sighting
from .detector_state import DetectorState, pack_state, unpack_state
from .landmarks import NEAR_ANGLE, Body, Crop, crop_around
from .people import LAYOUT as COCO
from .people import Find, overlap
from .tracking import (
    LONGEST_ABSENCE,
    MOST_DIFFERENT,
    Performer,
    are_one,
    assigned,
    difference,
    least_unlike,
    torso_colours,
)

SEARCH_EVERY = 1 / 4
"""Seconds between two searches for people while everybody is in sight."""

SEARCH_SOON = 1 / 15
"""The same while somebody is missing."""

CLOSER_EVERY = 2.0
"""Seconds between two searches that look closer, for small people."""

CLEAR = 0.55
"""The quality of a body that is clear. Others are looked at again, from other crops too."""

LEAST_QUALITY = 0.38
"""Fainter bodies are none."""

TURNS = (45, -45, 90, -90, 180)
"""Degrees by which an unclear body may have turned since: in somersaults and falls no crop carried on is upright."""

WIDER = 1.15
"""Who is unclear may have left the crop: the others are wider by this."""

TURN_GAIN = 1.15
"""A turned crop must be better by this much to be believed."""

LONGEST_CARRY = 10
"""Frames for which somebody out of sight is looked for where they would be by now."""

LONGEST_STEP = 0.12
"""A body whose joints moved further than this on average in a frame, in body sizes, is looked at a second time."""

SAME_FIND = 0.12
"""A body and a find whose joints lie nearer than this on average, in body sizes, agree."""

MEETING = 0.3
"""A body belongs to a find whose box overlaps its own by so much."""

MOST_LOOKS = 3
"""More at somebody who was just found, while the crop turns."""

MOST_FAINT = 3
"""Faint finds, where nobody else is in sight, that are looked at: the surest ones."""

LEAST_SCORE = 0.3
"""Joints of a find below this say nothing about a body."""

_OTHER_SIDE = {"left": "right", "right": "left"}
_SWAPPED = [
    COCO.points.index("_".join(_OTHER_SIDE.get(word, word) for word in name.split("_"))) for name in COCO.points
]
"""The search's joints with left and right swapped."""

LONGEST_UNCONFIRMED = 8
"""Searches in a row that may miss somebody who is unsure, before they are given up."""

LOOKS_AT_ONCE = 2
"""While a frame is looked at, the next one is too, on the other half of the processors: so both are busy, where one
look alone cannot keep them.
"""


class FindPeople(Protocol):
    """A network that finds everybody in a (H, W, 3) BGR picture."""

    def __call__(self, image: Image) -> list[Find]:
        """Everybody, the surest first, each once."""

    def zoomed(self, image: Image) -> list[Find]:
        """The same, looking closer, for small people; it takes longer."""

    def faint(self, image: Image) -> list[Find]:
        """Who may be there as well, the surest first: only the landmarks tell whether it is somebody."""


FindLandmarks = Callable[[Image, Crop], Body]
"""A network that finds one person's landmarks in a crop of a (H, W, 3) BGR picture."""


class Follower:
    """Follows everybody through consecutive frames, in `at_once` looks at a time; the body of a detector that looks for
    people first and for the landmarks of each then.
    """

    layout: ClassVar[JointLayout]

    def __init__(self, fps: float, find_people: FindPeople, find_landmarks: FindLandmarks, at_once: int) -> None:
        self._find_people, self._find_landmarks = find_people, find_landmarks
        self._lookouts = ThreadPoolExecutor(at_once, "landmarks") if at_once > 1 else None
        self._ahead: dict[tuple[int, int], tuple[Crop, Future[Body]]] = {}
        self._longest_absence = round(LONGEST_ABSENCE * fps)
        self._search_every, self._search_soon, self._closer_every = (
            max(1, round(seconds * fps)) for seconds in (SEARCH_EVERY, SEARCH_SOON, CLOSER_EVERY)
        )
        self._performers: list[Performer] = []
        self._next_id = 0
        self._last_search = -self._search_every
        self._last_closer_search = -self._closer_every
        self._looks_to_repeat: Mapping[int, Crop] = {}

    def state(self, frame: int) -> bytes:
        """All that it goes on from after that frame, the last one it was given."""
        ahead = {performer: crop for (performer, awaited), (crop, _) in self._ahead.items() if awaited == frame + 1}
        state = DetectorState(
            tuple(self._performers), self._next_id, self._last_search, self._last_closer_search, ahead
        )
        return pack_state(self.layout, state)

    def go_on_from(self, state: bytes) -> None:
        """Follow everybody from the frame after that state's on, as the detector whose state it is would. ValueError
        where it is no state.
        """
        known = unpack_state(self.layout, state)
        self._performers, self._next_id = list(known.performers), known.next_id
        self._last_search, self._last_closer_search = known.last_search, known.last_closer_search
        self._looks_to_repeat = known.ahead

    def follow(self, frames: Iterable[Frame]) -> Iterator[tuple[Frame, list[Sighting]]]:
        """Each frame and everybody in it."""
        ends: tuple[Frame | None] = (None,)
        for frame, following in pairwise(chain(frames, ends)):
            assert frame is not None
            self._repeat_looks(frame)
            if following is not None:
                self._look_ahead(following.image, following.index)
            yield frame, self(frame.image, frame.index)

    def look_back(self, frames: Iterable[Frame], first: Sighting) -> Iterator[tuple[Frame, Sighting]]:
        """The performer of `first` in the frames before; time runs backwards, everything else as it does forwards."""
        performer: Performer | None = None
        for frame in frames:
            if performer is None:
                body = self._find_landmarks(frame.image, crop_around(self._as_find(first)))
                performer = Performer(first.id, body, -frame.index, torso_colours(frame.image, body))
                continue
            body = self._awaited(frame.image, performer, -frame.index)
            colours = torso_colours(frame.image, body)
            if body.quality < LEAST_QUALITY or not _in_picture(body, frame.image):
                return
            if difference(performer, body, colours, -frame.index) > MOST_DIFFERENT:
                return
            performer.see(body, colours, -frame.index)
            yield frame, self._sighting(performer.id, body, frame.image)

    def __call__(self, image: Image, frame: int) -> list[Sighting]:
        """Everybody in the (H, W, 3) BGR picture of that frame, which comes after all frames before."""
        self._performers = [one for one in self._performers if frame - one.frame <= self._longest_absence]
        carried = self._carried(image, frame)
        if self._search_is_due(frame, carried):
            self._search(image, frame, carried)
        sightings = []
        for index, body in carried.items():
            performer = self._performers[index]
            performer.see(body, torso_colours(image, body), frame)
            sightings.append(self._sighting(performer.id, body, image))
        return sightings

    def _sighting(self, performer: int, body: Body, image: Image) -> Sighting:
        height, width = image.shape[:2]
        return Sighting(performer, body.points, confidence(body, (width, height)), body.depth)

    def _as_find(self, sighting: Sighting) -> Find:
        """A sighting as the search would tell it."""
        rows = _common_rows(self.layout)
        points, scores = sighting.points[rows], sighting.confidence[rows]
        return Find(points, scores, np.concatenate([points.min(axis=0), points.max(axis=0)]), float(scores.max()))

    def _carried(self, image: Image, frame: int) -> dict[int, Body]:
        """Bodies found where they were awaited, by the index of their performer."""
        bodies: dict[int, Body] = {}
        for index, performer in enumerate(self._performers):
            if frame - performer.frame > LONGEST_CARRY:
                continue
            body = self._awaited(image, performer, frame)
            if body.quality >= LEAST_QUALITY and _in_picture(body, image):
                bodies[index] = body
        return self._without_doubles(image, bodies, frame)

    def _awaited(self, image: Image, performer: Performer, frame: int) -> Body:
        """The body where the performer should be by now; where it is unclear, the clearest of several looks."""
        crop = performer.crop(frame)
        ahead, look = self._ahead.pop((performer.id, frame), (None, None))
        body = (
            look.result()
            if ahead is not None and look is not None and ahead.is_near(crop)
            else self._find_landmarks(image, crop)
        )
        step = float(np.linalg.norm(body.points - performer.body.points - performer.way(frame), axis=1).mean())
        if body.quality >= CLEAR and step <= LONGEST_STEP * body.size:
            return body
        crop = crop.widened(WIDER * crop.side)
        body = max(body, self._find_landmarks(image, body.next_crop.widened(crop.side)), key=_quality)
        if body.quality >= CLEAR:
            return body
        turned = max(self._looks(image, [crop.turned(degrees) for degrees in TURNS]), key=_quality)
        return turned if turned.quality > TURN_GAIN * body.quality else body

    def _looks(self, image: Image, crops: Sequence[Crop]) -> Iterable[Body]:
        """What is seen in each crop, as many of them at once as there are lookouts."""
        look = partial(self._find_landmarks, image)
        return self._lookouts.map(look, crops) if self._lookouts else map(look, crops)

    def _look_ahead(self, image: Image, frame: int) -> None:
        """Begin to look at a frame before the one before it is done, where everybody should be by what is known so far."""
        self._ahead = {key: look for key, look in self._ahead.items() if key[1] == frame - 1}
        if self._lookouts is None:
            return
        for performer in self._performers:
            if frame - performer.frame <= LOOKS_AT_ONCE:
                crop = performer.crop(frame)
                self._ahead[performer.id, frame] = crop, self._lookouts.submit(self._find_landmarks, image, crop)

    def _repeat_looks(self, frame: Frame) -> None:
        """What had been begun of this frame when the state was taken."""
        if self._lookouts is not None:
            for performer, crop in self._looks_to_repeat.items():
                self._ahead[performer, frame.index] = (
                    crop,
                    self._lookouts.submit(self._find_landmarks, frame.image, crop),
                )
        self._looks_to_repeat = {}

    def _without_doubles(self, image: Image, bodies: dict[int, Body], frame: int) -> dict[int, Body]:
        """Where two performers were found in one body, the one it fits better keeps it; the other is out of sight."""
        kept = dict(bodies)
        for one, other in combinations(bodies, 2):
            if one in kept and other in kept and are_one(bodies[one], bodies[other]):
                colours = {index: torso_colours(image, bodies[index]) for index in (one, other)}
                worse = max(
                    (one, other),
                    key=lambda index: difference(self._performers[index], bodies[index], colours[index], frame),
                )
                del kept[worse]
        return kept

    def _search_is_due(self, frame: int, carried: dict[int, Body]) -> bool:
        missing = len(carried) < len(self._performers) or not carried
        return frame - self._last_search >= (self._search_soon if missing else self._search_every)

    def _search(self, image: Image, frame: int, carried: dict[int, Body]) -> None:
        """Look for everybody: correct who was carried to the wrong place, and take up who is new or back."""
        self._last_search = frame
        closer = frame - self._last_closer_search >= self._closer_every
        self._last_closer_search = frame if closer else self._last_closer_search
        finds = self._find_people.zoomed(image) if closer else self._find_people(image)
        own = _claimed(finds, carried)
        for index, body in list(carried.items()):
            find = own.get(index)
            if find is None:
                self._performers[index].unconfirmed += 1
                if self._performers[index].unconfirmed > LONGEST_UNCONFIRMED and body.quality < CLEAR:
                    del carried[index]
                continue
            self._performers[index].unconfirmed = 0
            if _disagreement(body, find) > SAME_FIND:
                again = self._find_landmarks(image, crop_around(find))
                if again.quality >= LEAST_QUALITY and _disagreement(again, find) < _disagreement(body, find):
                    carried[index] = again
        known = list(carried.values())
        fresh: list[Body] = []
        for find in finds:
            if any(find is claimed for claimed in own.values()) or _is_again(find, known):
                continue
            body = self._settled(image, find)
            beside_somebody = any(overlap(find.box, _box(other)) >= MEETING for other in known)
            if body.quality < (CLEAR if beside_somebody else LEAST_QUALITY):
                continue
            if not any(are_one(body, other) for other in (*known, *fresh)):
                fresh.append(body)
        if not carried and not fresh:
            fresh = self._hardly_found(image)
        self._take_up(image, frame, fresh, carried)

    def _hardly_found(self, image: Image) -> list[Body]:
        """Somebody whom the search hardly sees, for they lie or do push-ups, if their body is clear. In pictures without
        anybody no body around a faint find was half as clear as it has to be.
        """
        finds = self._find_people.faint(image)[:MOST_FAINT]
        clearest = max((self._settled(image, find) for find in finds), key=_quality, default=None)
        return [clearest] if clearest is not None and clearest.quality >= CLEAR else []

    def _settled(self, image: Image, find: Find) -> Body:
        """The body of somebody who was just found: the clearer of two looks. The crop around a find whose hips are out
        of sight may be turned; it is looked again until the body stands in it.
        """
        body = self._find_landmarks(image, crop_around(find))
        body = max(body, self._find_landmarks(image, body.next_crop), key=_quality)
        for _ in range(MOST_LOOKS):
            if body.crop.turn_from(body.next_crop) <= NEAR_ANGLE:
                break
            again = self._find_landmarks(image, body.next_crop)
            if again.quality < LEAST_QUALITY:
                break
            body = again
        return body

    def _take_up(self, image: Image, frame: int, fresh: Sequence[Body], carried: dict[int, Body]) -> None:
        """Bodies that nobody was carried to: somebody who is back, or somebody new."""
        missing = [index for index in range(len(self._performers)) if index not in carried]
        colours = [torso_colours(image, body) for body in fresh]
        back = assigned([self._performers[index] for index in missing], fresh, colours, frame)
        for column, body in enumerate(fresh):
            if column in back:
                carried[missing[back[column]]] = body
            else:
                self._performers.append(Performer(self._next_id, body, frame, colours[column]))
                carried[len(self._performers) - 1] = body
                self._next_id += 1


def _claimed(finds: list[Find], bodies: Mapping[int, Body]) -> dict[int, Find]:
    """For each performer whose body meets a find, that find. Each find is one performer's: where two stand in each
    other's arms and the search sees one, it is the one it agrees with.
    """
    indices = list(bodies)
    if not finds or not indices:
        return {}
    meet = np.array([[overlap(find.box, _box(bodies[index])) >= MEETING for find in finds] for index in indices])
    unlike = np.array([[_disagreement(bodies[index], find) for find in finds] for index in indices])
    return {indices[row]: finds[column] for row, column in least_unlike(unlike, meet)}


def _is_again(find: Find, bodies: Sequence[Body]) -> bool:
    """Whether a find that nobody claimed is a part of somebody known, or the same joints with the sides swapped."""
    swapped = Find(find.points[_SWAPPED], find.scores[_SWAPPED], find.box, find.score)
    return any(
        overlap(find.box, _box(body)) >= MEETING
        and min(_disagreement(body, find), _disagreement(body, swapped)) <= SAME_FIND
        for body in bodies
    )


@cache
def _common_rows(layout: JointLayout) -> list[int]:
    """The points of a layout in the order of the search's joints."""
    return [layout.points.index(name) for name in COCO.points]


def _box(body: Body) -> Array:
    """(4,) around the joints that the search tells too."""
    points = body.points[_common_rows(body.layout)]
    return np.concatenate([points.min(axis=0), points.max(axis=0)])


def _disagreement(body: Body, find: Find) -> float:
    """The mean distance of the joints that a find is sure of from the body's, in body sizes."""
    sure = find.scores >= LEAST_SCORE
    if not sure.any():
        return 0.0
    return (
        float(np.linalg.norm(body.points[_common_rows(body.layout)][sure] - find.points[sure], axis=1).mean())
        / body.size
    )


def _in_picture(body: Body, image: Image) -> bool:
    """Whether any of the body that is in sight lies in the picture."""
    inside = ((body.points >= 0) & (body.points < image.shape[1::-1])).all(axis=1)
    return bool((inside & (body.visibility >= 0.5)).sum() >= 3)


def _quality(body: Body) -> float:
    return body.quality
