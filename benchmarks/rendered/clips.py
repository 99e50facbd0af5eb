"""The clips as a table: who does what, and how it is filmed."""

from __future__ import annotations

from dataclasses import dataclass

from .cameras import Camera

PROFILE, TOWARDS, AWAY = 90.0, 0.0, 180.0


@dataclass(frozen=True)
class Part:
    """One person of a clip: who, and which of MOTIONS; `at` metres and `heading` degrees (to the left of -Y) place it.

    `captured` builds a person of ours with the proportions of the body that the motion was captured on.
    """

    person: str
    motion: str
    at: tuple[float, float] = (0.0, 0.0)
    heading: float = 0.0
    captured: bool = False


@dataclass(frozen=True)
class Clip:
    """One clip.

    `kinds` says what it shows and how it was filmed; `blur` is the part of a frame that the shutter is open, `noise`
    the standard deviation of a pixel's noise in steps of 255.
    """

    name: str
    kinds: tuple[str, ...]
    parts: tuple[Part, ...]
    camera: Camera
    seconds: float = 4.0
    blur: float = 0.0
    noise: float = 0.0

    @property
    def needs_data(self) -> bool:
        """Whether it takes motion or rigs of the data folder."""
        from .motions import MOTIONS
        from .rigs import IMPORTED

        return any(part.person in IMPORTED or MOTIONS[part.motion].recorded for part in self.parts)


def _one(person: str, motion: str, *, captured: bool = False) -> tuple[Part, ...]:
    return (Part(person, motion, captured=captured),)


CLIPS: tuple[Clip, ...] = (
    Clip("walk_profile", ("walk", "fixed"), _one("worker", "walk"), Camera(PROFILE)),
    Clip("walk_towards", ("walk", "fixed"), _one("woman", "walk"), Camera(TOWARDS)),
    Clip("run_panned", ("run", "panned"), _one("tall_man", "run"), Camera(PROFILE, follow=1.0)),
    Clip("floor_work", ("push_up", "kneel", "fixed"), _one("tall_man", "push_up", captured=True), Camera(70.0)),
)
