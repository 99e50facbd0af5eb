"""Which frame it is: the numbers in a file decide, gaps and all."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from .pose_file import Source

ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}$")
"""What a file's name ends in; `.0001` is a number."""

NUMBER = re.compile(r"((?:(?<![^\W_])-)?\d+)")
"""A minus counts where no letter or digit is before it: `frame_-5`, but not `frame-5`."""

FRAME_WORDS = ("frame", "image", "img", "f")
"""What stands before the number of a frame."""

PART = re.compile(r"[+-]?\d*\.\d*[1-9]\d*(?:[eE][+-]?\d+)?")
"""A number between two frames."""

MOST_DIGITS = 18
HIGHEST = 1 << 31
"""Frames from here on are no numbers of frames."""


def frame_number(value: object) -> int | None:
    """A whole number, given as one, as 12.0 or as text; None where it is none."""
    if isinstance(value, str):
        text = value.strip()
        if not re.fullmatch(r"[+-]?\d{1,18}(\.0*)?", text, re.ASCII):
            return None
        value = int(text.partition(".")[0])
    if isinstance(value, bool) or not isinstance(value, int | float) or not -HIGHEST < value < HIGHEST:
        return None
    return int(value) if value == int(value) else None


@dataclass(frozen=True)
class _Name:
    """A name taken apart: the `texts` between its numbers, and those."""

    name: str
    texts: tuple[str, ...]
    numbers: tuple[int, ...]

    @classmethod
    def of(cls, name: str) -> _Name:
        parts = NUMBER.split(ENDING.sub("", name.replace("\\", "/")))
        return cls(name, tuple(parts[::2]), tuple(int(part[:MOST_DIGITS]) for part in parts[1::2]))


def frames_of_names(source: Source, names: Iterable[str]) -> dict[str, int]:
    """The frame of each name: the number in it that differs from name to name.

    Args:
        source: The file that has the names, for errors.
        names: Names of pictures or files, the same ones any number of times.

    Returns:
        The number of each name that has one; empty where no name has a number.

    Raises:
        PoseFileError: The names are of several clips, two are the same frame, or some have no number.
    """
    parted = [_Name.of(name) for name in dict.fromkeys(names)]
    if between := [one.name for one in parted if PART.fullmatch(one.name.strip())]:
        raise source.error(f"has a frame {between[0][:40]}, which is no whole number; number its frames 0, 1, 2.")
    if not any(one.numbers for one in parted):
        return {}
    if unnumbered := [one.name for one in parted if not one.numbers]:
        raise source.error(f"has a frame {unnumbered[0][-40:]}, whose name has no number; number its frames 0, 1, 2.")
    if len({one.texts for one in parted}) > 1:
        raise several_clips(source, [_clip(one.texts) for one in parted])
    column = _column_of_frames(source, parted)
    signs = [one.numbers[column] for one in parted]
    # Where every number has a minus, that is a hyphen.
    frames = {one.name: abs(number) if max(signs) < 0 else number for one, number in zip(parted, signs, strict=True)}
    return only_once(source, frames)


def same_but_for_numbers(one: str, other: str) -> bool:
    """Whether two names differ in nothing but their numbers."""
    return _Name.of(one).texts == _Name.of(other).texts


def only_once(source: Source, frames: dict[str, int]) -> dict[str, int]:
    """The frames; PoseFileError where two names are of one frame, or one is absurdly high."""
    by_frame: dict[int, str] = {}
    for name, frame in frames.items():
        if abs(frame) >= HIGHEST:
            raise source.error("numbers a frame absurdly high; number them 0, 1, 2.")
        if by_frame.setdefault(frame, name) != name:
            raise source.error(
                f"has two frames {frame} ({by_frame[frame][-40:]} and {name[-40:]}); give each clip a file of its own."
            )
    return frames


def several_clips(source: Source, clips: Sequence[Hashable]) -> Exception:
    """The error that a file holds more than one clip."""
    told = [str(clip)[-40:] for clip in dict.fromkeys(clips)]
    more = "…" if len(told) > 3 else ""
    return source.error(f"holds {len(told)} clips ({', '.join(told[:3])}{more}); give each a file of its own.")


def _column_of_frames(source: Source, parted: Sequence[_Name]) -> int:
    """Which of the numbers in the names is the frame."""
    columns = list(zip(*(one.numbers for one in parted), strict=True))
    differing = [at for at, numbers in enumerate(columns) if len(set(numbers)) > 1]
    if not differing:
        return _only_number(parted[0])
    own = [at for at in differing if len(set(columns[at])) == len(parted)]
    if len(differing) == 1 or own:
        candidates = own or differing
        named = [at for at in candidates if _is_named(parted[0].texts[at])]
        return min(named or candidates, key=lambda at: (max(columns[at]) - min(columns[at]), -at))
    others = differing[:-1]
    raise several_clips(
        source,
        [_clip(one.texts, [one.numbers[at] if at in others else None for at in range(len(columns))]) for one in parted],
    )


def _only_number(one: _Name) -> int:
    """Of a single name, the last number that no letter follows (1080p), else the last."""
    free = [at for at in range(len(one.numbers)) if not one.texts[at + 1][:1].isalpha()]
    return (free or list(range(len(one.numbers))))[-1]


def _is_named(text: str) -> bool:
    """Whether a text before a number says that it is the frame."""
    words = re.findall(r"[a-z]+", text.lower())
    return bool(words) and words[-1] in FRAME_WORDS


def _clip(texts: Sequence[str], numbers: Sequence[int | None] = ()) -> str:
    """What a clip is called: the texts of its names, and the numbers that tell it from others."""
    numbers = [*numbers, *[None] * len(texts)]
    parts = (text + ("" if number is None else str(number)) for text, number in zip(texts, numbers, strict=False))
    return "".join(parts).strip("/_-. ") or "without a name"
