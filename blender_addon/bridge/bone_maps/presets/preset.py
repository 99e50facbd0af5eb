"""What a family calls its bones."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LimbNames:
    """One limb's bones from the body outwards; `{side}` stands for the word of its side, `{initial}` for that word's
    first letter.

    Names that a rig lacks are passed over; upper and lower need one each. `end` and `tip` are what hand and foot, and
    toes, may be called: the first one that is there counts.
    """

    upper: tuple[str, ...]
    lower: tuple[str, ...]
    girdle: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    tip: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preset:
    """A family's name, its words for (right, left), and its bones; case, spaces and punctuation do not count, nor does
    a prefix that all bones share.

    `root` is what the bone that carries the body may be called; `trunk` goes from mid-hip to neck, `head` from neck to
    head.
    """

    family: str
    sides: tuple[str, str]
    root: tuple[str, ...]
    trunk: tuple[str, ...]
    head: tuple[str, ...]
    arm: LimbNames
    leg: LimbNames
