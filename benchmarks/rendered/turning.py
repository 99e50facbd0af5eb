"""How a flat character turns: the views that its artwork shows, and which of its limbs is in front."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from blender_addon.bridge.body.limb_ranks import CENTRE_LINES, HALF_WIDTH
from blender_addon.bridge.views.facing_summary import AWAY, MIXED, facing_summary
from blender_addon.bridge.views.facings import Facing
from blender_addon.bridge.views.view import View
from blender_addon.bridge.views.view_choice import shown_views
from blender_addon.core.limbs import Limb
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.skeleton import Joint

from .baked import LAYERS, Baked
from .clip_truth import PersonTruth
from .directions import wrapped
from .found_people import FoundPerson

Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]
Scores = dict[str, float]

DIRECTION = 45.0
"""Degrees that artwork is off the performer's facing at most where it shows the right one of four directions."""
PARTS = ("trunk", "head")
PAIRS = (
    (Limb.RIGHT_ARM, Limb.LEFT_ARM),
    (Limb.RIGHT_LEG, Limb.LEFT_LEG),
    *((arm, leg) for arm in (Limb.RIGHT_ARM, Limb.LEFT_ARM) for leg in (Limb.RIGHT_LEG, Limb.LEFT_LEG)),
    (Limb.RIGHT_ARM, Limb.BODY),
    (Limb.LEFT_ARM, Limb.BODY),
)
"""Limbs whose order is compared. Legs and trunk are not: a drawing has legs below the shirt while they stand."""
POINTS = 8
"""On each line of a limb."""
OVERLAP = 0.6
"""Part of the widths of two limbs within which their lines come where they overlap."""
APART = 0.02
"""Heights that they are apart in depth there at least, for the truth to tell an order."""
SHORT = 6
"""Frames that an order lasts at least."""
ABOUT, FEW = 12.0, 0.1
"""Degrees, and part of the frames, within which an advice on the true facing is as right."""
ANY_SIZE = (1, 1)
"""Of a picture: the facing is told without."""
STILL = 1e-3
"""Leg lengths that ankles of somebody who stands still tremble by."""
ANKLES = ((Joint.RIGHT_ANKLE, Joint.MID_HIP), (Joint.LEFT_ANKLE, Joint.MID_HIP))


def view_scores(truth: PersonTruth, baked: Baked, fps: float) -> Scores:
    """Of trunk and head: the percentage of frames with the right one of eight views, and of four directions, and how
    often the view changes; all against the true facing passed through the product's choice of views. Nothing of a
    character without artwork.
    """
    numbers: dict[str, float] = {}
    for part, name in enumerate(PARTS):
        shown, facing = baked.views[:, part], truth.facing_seen if part == 0 else truth.head_yaw_seen
        counts = truth.counts[: len(shown)] & np.isfinite(shown)
        if not counts.any():
            continue
        there = np.ones(len(facing), dtype=np.bool_)
        true = np.array([view.azimuth for view in shown_views(Facing(facing, there), tuple(View), fps)])[: len(shown)]
        off = np.abs(wrapped(shown - true))
        numbers |= {
            f"{name}_view": 100.0 * float((off < 1)[counts].mean()),
            f"{name}_direction": 100.0 * float((off <= DIRECTION)[counts].mean()),
            f"{name}_changes": _changes(shown),
            f"{name}_true_changes": _changes(true),
        }
    return numbers


def order_scores(truth: PersonTruth, baked: Baked) -> Scores:
    """The percentage of frames in which limbs that overlap are in the right order, and how many orders do not last."""
    right = total = short = 0
    for one, other in PAIRS:
        lead = baked.layers[:, LAYERS.index(other)] - baked.layers[:, LAYERS.index(one)]
        known = np.isfinite(lead)
        if not known.any():
            continue
        told = true_order(truth, one, other)[: len(lead)]
        counts = (told != 0) & truth.counts[: len(lead)] & known
        right += int((np.sign(lead) == told)[counts].sum())
        total += int(counts.sum())
        short += sum(length < SHORT for length in _inner_runs(lead[known] > 0))
    if not total:
        return {}
    return {"order": 100.0 * right / total, "order_short": float(short)}


def true_order(truth: PersonTruth, one: Limb, other: Limb) -> NDArray[np.int64]:
    """(T,) 1 where the first limb is in front of the other and they overlap in the picture, −1 where it is behind, 0
    where they are apart or equally near.
    """
    picture = truth.pixels / truth.pixels_per_metre[:, None, None]
    space = np.concatenate((picture, truth.depths[..., None]), axis=-1)
    first, second = (_line(space, limb) for limb in (one, other))
    apart = np.linalg.norm(first[:, :, None, :2] - second[:, None, :, :2], axis=-1)
    row = np.arange(len(apart))
    at, beside = np.unravel_index(apart.reshape(len(apart), -1).argmin(axis=1), apart.shape[1:])
    lead = second[row, beside, 2] - first[row, at, 2]
    width = OVERLAP * (HALF_WIDTH[one] + HALF_WIDTH[other]) * truth.height
    told = (apart[row, at, beside] < width) & (np.abs(lead) > APART * truth.height)
    return np.where(told, np.sign(lead), 0).astype(np.int64)


def ankles_kept(truth: PersonTruth, baked: Baked) -> float:
    """How much the ankles rise and sink beside the hips, in percent of what the performer's do in the picture."""
    counts = truth.counts[: len(baked.joints)]
    if not counts.any():
        return float("nan")
    scale = (truth.leg * truth.pixels_per_metre)[: len(counts), None]
    picture = truth.pixels[: len(counts), :, 1] / scale
    own = baked.joints[..., 2] / baked.leg
    kept = [(_spread(own, pair, counts) + STILL) / (_spread(picture, pair, counts) + STILL) for pair in ANKLES]
    return 100.0 * float(np.mean(kept))


def advice_is_right(truth: PersonTruth, found: FoundPerson, fps: float) -> bool:
    """Whether what the panel says of the facing is so: how much of it is turned away and shows the back, within what
    cannot be told, and whether that is nearly all.
    """
    seen = PoseSequence(found.pixels.astype(np.float32), found.confidence.astype(np.float32), fps, ANY_SIZE)
    told = facing_summary(seen)
    away = np.abs(truth.facing_seen[truth.counts])
    if told is None or not len(away):
        return told is None
    limit = np.degrees(np.arccos(AWAY))
    most, least = (float((away >= limit + by).mean()) for by in (-ABOUT, ABOUT))
    back_most, back_least = (float((away > 180 - limit + by).mean()) for by in (-ABOUT, ABOUT))
    right = least - FEW <= told.away <= most + FEW and back_least - FEW <= told.back <= back_most + FEW
    return right and (not told.steadily_away or most >= MIXED - FEW)


def _spread(heights: Doubles, pair: tuple[Joint, Joint], counts: Mask) -> float:
    return float((heights[:, pair[0]] - heights[:, pair[1]])[counts].std())


def _line(space: Doubles, limb: Limb) -> Doubles:
    """(T, P, 3) points along a limb."""
    parts = []
    for start, end, begin, finish in CENTRE_LINES[limb]:
        along = np.linspace(begin, finish, POINTS)[:, None]
        parts.append(space[:, None, start] + along * (space[:, end] - space[:, start])[:, None])
    return np.concatenate(parts, axis=1)


def _changes(values: Doubles) -> float:
    known = values[np.isfinite(values)]
    return float(sum(one != other for one, other in pairwise(known)))


def _inner_runs(states: Mask) -> Iterator[int]:
    """The lengths of stretches of one state between two of the other."""
    at = np.flatnonzero(np.diff(states.astype(np.int64)))
    yield from (int(length) for length in np.diff(at))
