"""When and how high the performer's feet stand: stretches of contact, and how a correction of theirs is eased in and
out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

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
        """All of them."""
        return slice(self.first, self.last)


def contact_spans(contacts: Array) -> list[ContactSpan]:
    """Every stretch in which a foot's contact (K,) stands."""
    edges = np.flatnonzero(np.diff((contacts >= CONTACT_THRESHOLD).astype(np.int8), prepend=0, append=0))
    return [ContactSpan(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def ease_between_spans(values: Array, spans: Sequence[ContactSpan], ease: int) -> Array:
    """(K, …) the values of the stances, led on smoothly between them: to 0 within `ease` frames, or straight to the
    next one where that is nearer.
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
    """Fill the frames between two with what lies between their values, beginning and ending gently."""
    at = np.arange(max(start + 1, 0), min(end, len(result)))
    gently = smoothstep((at - start) / (end - start)).reshape(-1, *(1,) * (result.ndim - 1))
    result[at] = (1 - gently) * one + gently * other
