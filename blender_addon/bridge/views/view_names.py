"""Which views artwork is named for, by the habits of those who draw it: `Head.side`, `Body_3q`, `hand.L.back`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from .view import View, turned

QUARTERS = re.compile(r"(?:three|3)[\s_\-./]*(?:quarters?|qtr|q|4)(?![a-z0-9])|(?<![0-9])34(?![0-9])")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
COPY = re.compile(r"\.\d{3,}$")
WORD = re.compile(r"[a-z0-9]+")
QUARTER = "3q"
TURNS = {"front": 0, QUARTER: 45, "side": 90, "profile": 90, "back": 180, "rear": 180}
"""How far a word says that the character is turned away."""
BACK_QUARTER = 135
LOOKS = {"r": 1, "right": 1, "l": -1, "left": -1}
"""A side behind the word for a view is where the character looks, as the picture has it."""


@dataclass(frozen=True)
class ViewName:
    """A name taken apart: `base` is what is left without the views; `views` none where it names none.

    A side view of which nothing says where it looks is for both: `either`.
    """

    base: str
    views: frozenset[View]
    either: bool = False


@lru_cache(maxsize=1024)
def view_name(name: str) -> ViewName:
    """Take a name apart. Blender's numbers of copies count for nothing."""
    words = WORD.findall(QUARTERS.sub(f" {QUARTER} ", CAMEL.sub(" ", COPY.sub("", name)).lower()))
    base: list[str] = []
    views: set[View] = set()
    either, at = False, 0
    while at < len(words):
        turns, at = _turns(words, at)
        if not turns:
            base.append(words[at])
            at += 1
            continue
        turned_away = any(away % 180 != 0 for away in turns)
        looks = LOOKS.get(words[at], 0) if at < len(words) and turned_away else 0
        at += looks != 0
        either |= turned_away and not looks
        views |= {view for away in turns for view in _views(away, looks)}
    return ViewName(" ".join(base), frozenset(views), either)


def _turns(words: list[str], at: int) -> tuple[list[int], int]:
    """How far the words from `at` on say that the character is turned away, one view after the other, and where what
    follows begins.
    """
    turns = []
    while at < len(words) and words[at] in TURNS:
        both = {*words[at : at + 2]}
        if both in ({QUARTER, "back"}, {QUARTER, "rear"}):
            turns.append(BACK_QUARTER)
        else:
            turns.append(TURNS[QUARTER] if both == {QUARTER, "front"} else TURNS[words[at]])
        at += 2 if len(both) == 2 and QUARTER in both and both - {QUARTER} <= {"front", "back", "rear"} else 1
    return turns, at


def _views(away: int, looks: int) -> Iterator[View]:
    for side in (looks,) if looks or away % 180 == 0 else (1, -1):
        yield turned(away, side)
