"""What the detector knows between two frames, as data that is the same to the bit after it was written and read."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .landmarks import LAYOUT, Body, Crop
from .tracking import COLOUR_COUNT, Performer

COUNT = len(LAYOUT.points)
CROP = ("crop", np.float64, (4,))
PERFORMER = np.dtype(
    [
        ("id", np.int64),
        ("frame", np.int64),
        ("points", np.float32, (COUNT, 2)),
        ("visibility", np.float32, (COUNT,)),
        ("peaks", np.float32, (COUNT,)),
        ("depth", np.float32, (COUNT,)),
        ("presence", np.float64),
        CROP,
        ("next_crop", np.float64, (4,)),
        ("colours", np.float32, (COLOUR_COUNT,)),
        ("velocity", np.float32, (2,)),
        ("side", np.float64),
        ("unconfirmed", np.int64),
    ]
)
LOOK = np.dtype([("id", np.int64), CROP])
NUMBERS = struct.Struct("<4q2I")
"""The four numbers of a state, and how many performers and looks follow."""


@dataclass(frozen=True, eq=False)
class DetectorState:
    """The performers after `frame`, the next free id, in which frames people were searched for last, and `ahead`: the
    crop of each performer that is being looked at in the frame after.
    """

    frame: int
    performers: tuple[Performer, ...]
    next_id: int
    last_search: int
    last_closer_search: int
    ahead: Mapping[int, Crop]


def pack_state(state: DetectorState) -> bytes:
    """The state as bytes."""
    performers, looks = np.zeros(len(state.performers), PERFORMER), np.zeros(len(state.ahead), LOOK)
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
    numbers = NUMBERS.pack(
        state.frame, state.next_id, state.last_search, state.last_closer_search, len(performers), len(looks)
    )
    return numbers + performers.tobytes() + looks.tobytes()


def unpack_state(data: bytes) -> DetectorState:
    """The state of `pack_state`. Raises ValueError where it is none."""
    if len(data) < NUMBERS.size:
        raise ValueError("no state of a detector")
    *numbers, performer_count, look_count = NUMBERS.unpack_from(data)
    middle = NUMBERS.size + performer_count * PERFORMER.itemsize
    if len(data) != middle + look_count * LOOK.itemsize:
        raise ValueError("no state of a detector")
    performers = tuple(map(_performer, np.frombuffer(data, PERFORMER, performer_count, NUMBERS.size)))
    looks = np.frombuffer(data, LOOK, look_count, middle)
    frame, next_id, last_search, last_closer_search = numbers
    return DetectorState(
        frame,
        performers,
        next_id,
        last_search,
        last_closer_search,
        {int(look["id"]): _crop(look["crop"]) for look in looks},
    )


def _performer(row: np.void) -> Performer:
    points, visibility, peaks, depth = (row[name].copy() for name in ("points", "visibility", "peaks", "depth"))
    body = Body(points, visibility, peaks, depth, float(row["presence"]), _crop(row["crop"]), _crop(row["next_crop"]))
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
