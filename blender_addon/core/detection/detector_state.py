"""What a follower knows between two frames, as data that is the same to the bit after it was written and read."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from ..skeleton import JointLayout
from .landmarks import Body, Crop
from .tracking import COLOUR_COUNT, Performer

CROP = ("crop", np.float64, (4,))
LOOK = np.dtype([("id", np.int64), CROP])
NUMBERS = struct.Struct("<3q2I")
"""The three numbers of a state, and how many performers and looks follow."""


@cache
def performer_type(layout: JointLayout) -> np.dtype[np.void]:
    """A performer whose body has the points of that layout."""
    count = len(layout.points)
    return np.dtype(
        [
            ("id", np.int64),
            ("frame", np.int64),
            ("points", np.float32, (count, 2)),
            ("visibility", np.float32, (count,)),
            ("peaks", np.float32, (count,)),
            ("depth", np.float32, (count,)),
            ("presence", np.float64),
            CROP,
            ("next_crop", np.float64, (4,)),
            ("colours", np.float32, (COLOUR_COUNT,)),
            ("velocity", np.float32, (2,)),
            ("side", np.float64),
            ("unconfirmed", np.int64),
        ]
    )


@dataclass(frozen=True, eq=False)
class DetectorState:
    """The performers after a frame, the next free id, in which frames people were searched for last, and `ahead`: the
    crop of each performer that is being looked at in the frame after.
    """

    performers: tuple[Performer, ...]
    next_id: int
    last_search: int
    last_closer_search: int
    ahead: Mapping[int, Crop]


def pack_state(layout: JointLayout, state: DetectorState) -> bytes:
    """The state as bytes."""
    performers, looks = np.zeros(len(state.performers), performer_type(layout)), np.zeros(len(state.ahead), LOOK)
    for row, performer in enumerate(state.performers):
        body = performer.body
        crops = _numbers(body.crop), _numbers(body.next_crop)
        seen = body.points, body.visibility, body.peaks, body.depth, body.presence, *crops
        performers[row] = (
            performer.id,
            performer.frame,
            *seen,
            performer.colours,
            performer.velocity,
            performer.side,
            performer.unconfirmed,
        )
    for row, (performer_id, crop) in enumerate(state.ahead.items()):
        looks[row] = performer_id, _numbers(crop)
    numbers = NUMBERS.pack(state.next_id, state.last_search, state.last_closer_search, len(performers), len(looks))
    return numbers + performers.tobytes() + looks.tobytes()


def unpack_state(layout: JointLayout, data: bytes) -> DetectorState:
    """The state of `pack_state`. Raises ValueError where it is none."""
    if len(data) < NUMBERS.size:
        raise ValueError("no state of a detector")
    kind = performer_type(layout)
    *numbers, performer_count, look_count = NUMBERS.unpack_from(data)
    middle = NUMBERS.size + performer_count * kind.itemsize
    if len(data) != middle + look_count * LOOK.itemsize:
        raise ValueError("no state of a detector")
    performers = tuple(_performer(layout, row) for row in np.frombuffer(data, kind, performer_count, NUMBERS.size))
    looks = np.frombuffer(data, LOOK, look_count, middle)
    next_id, last_search, last_closer_search = numbers
    return DetectorState(
        performers,
        next_id,
        last_search,
        last_closer_search,
        {int(look["id"]): _crop(look["crop"]) for look in looks},
    )


def _performer(layout: JointLayout, row: np.void) -> Performer:
    points, visibility, peaks, depth = (row[name].copy() for name in ("points", "visibility", "peaks", "depth"))
    crops = _crop(row["crop"]), _crop(row["next_crop"])
    body = Body(layout, points, visibility, peaks, depth, float(row["presence"]), *crops)
    performer = Performer(
        int(row["id"]),
        body,
        int(row["frame"]),
        row["colours"].copy(),
        row["velocity"].copy(),
        unconfirmed=int(row["unconfirmed"]),
    )
    performer.side = float(row["side"])
    return performer


def _numbers(crop: Crop) -> tuple[float, float, float, float]:
    return (*crop.centre, crop.side, crop.angle)


def _crop(numbers: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Crop:
    x, y, side, angle = numbers.tolist()
    return Crop((x, y), side, angle)
