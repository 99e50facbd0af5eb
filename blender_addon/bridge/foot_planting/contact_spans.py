"""Spans of foot contact, and the easing of a correction between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ...core.contacts import runs
from ...core.keys import smoothstep
from ..body.contacts import CONTACT_THRESHOLD

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class ContactSpan:
    """One foot on the ground, from frame `first` to before `last`."""

    first: int
    last: int

    @property
    def frames(self) -> slice:
        """The frames of the span."""
        return slice(self.first, self.last)


def contact_spans(contacts: Array) -> list[ContactSpan]:
    """All spans in which the contact (K,) of one foot is at least CONTACT_THRESHOLD."""
    return [ContactSpan(first, last) for first, last in runs(contacts >= CONTACT_THRESHOLD)]


def ease_between_spans(values: Array, spans: Sequence[ContactSpan], ease: int) -> Array:
    """(K, …) the values in the spans, eased to 0 within `ease` frames outside them.

    Between two near spans the values go straight from the one to the next.
    """
    result = np.zeros_like(values)
    for span in spans:
        result[span.frames] = values[span.frames]
    if not spans:
        return result
    count, nothing = len(values), np.zeros(values.shape[1:])
    _fill_between(result, spans[0].first - ease, spans[0].first, nothing, values[spans[0].first])
    for before, after in pairwise(spans):
        end, start = before.last - 1, after.first
        if start - end <= 2 * ease:
            _fill_between(result, end, start, values[end], values[start])
        else:
            _fill_between(result, end, end + ease, values[end], nothing)
            _fill_between(result, start - ease, start, nothing, values[start])
    _fill_between(result, spans[-1].last - 1, spans[-1].last - 1 + ease, values[spans[-1].last - 1], nothing)
    assert len(result) == count
    return result


def _fill_between(result: Array, start: int, end: int, one: Array, other: Array) -> None:
    """Fill the frames between `start` and `end` with an ease from one value to the other."""
    at = np.arange(max(start + 1, 0), min(end, len(result)))
    gently = smoothstep((at - start) / (end - start)).reshape(-1, *(1,) * (result.ndim - 1))
    result[at] = (1 - gently) * one + gently * other
