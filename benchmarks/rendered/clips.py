"""The clips as a table: who does what, and how it is filmed."""

from __future__ import annotations

from dataclasses import dataclass

from .bodies import MEASURES
from .cameras import Camera
from .motions import MOTIONS

PROFILE, TOWARDS, AWAY = 90.0, 0.0, 180.0


@dataclass(frozen=True)
class Part:
    """One person of a clip: who, and which of MOTIONS; `at` metres and `heading` degrees (to the left of -Y) place it.

    A person of ours gets the proportions of the body that a recorded motion was captured on.
    """

    person: str
    motion: str
    at: tuple[float, float] = (0.0, 0.0)
    heading: float = 0.0


@dataclass(frozen=True)
class Clip:
    """One clip.

    `kinds` says what it shows and how it was filmed; `blur` is the part of a frame that the shutter is open, `noise`
    the standard deviation of a pixel's noise in steps of 255, `quality` that of the video as Blender names it.
    """

    name: str
    kinds: tuple[str, ...]
    parts: tuple[Part, ...]
    camera: Camera
    seconds: float = 4.0
    blur: float = 0.0
    noise: float = 0.0
    quality: str = "HIGH"

    @property
    def needs_data(self) -> bool:
        """Whether it takes motion or rigs of the data folder."""
        return any(part.person not in MEASURES or bool(MOTIONS[part.motion].recorded) for part in self.parts)


def _one(person: str, motion: str) -> tuple[Part, ...]:
    return (Part(person, motion),)


def _azimuths() -> tuple[Clip, ...]:
    """The same walk from twelve sides."""
    return tuple(
        Clip(f"azimuth_{angle:03d}", ("azimuths", "walk", "fixed"), _one("woman", "walk_woman"),
             Camera(float(angle if angle <= 180 else angle - 360)), 3.0)
        for angle in range(0, 360, 30)
    )  # fmt: skip


WIDE, LONG = 0.62, 2.0
"""Focal lengths of a wide and a long lens, in picture widths."""
PHONE = (360, 640)
SMALL = (384, 216)

CLIPS: tuple[Clip, ...] = (
    Clip("walk_profile", ("walk", "fixed"), _one("worker", "walk"), Camera(PROFILE)),
    Clip("walk_towards", ("walk", "fixed"), _one("woman", "walk_woman"), Camera(TOWARDS)),
    Clip("run_panned", ("run", "panned"), _one("tall_man", "run"), Camera(PROFILE, follow=1.0), 3.0),
    Clip("push_up", ("push_up", "fixed"), _one("tall_man", "scripted_push_up"), Camera(70.0), 4.3),
    Clip("lie", ("lie", "fixed"), _one("woman", "scripted_lie"), Camera(75.0), 5.6),
    Clip("sit", ("sit", "fixed"), _one("stout_man", "scripted_sit"), Camera(60.0), 4.5),
    Clip("head", ("head", "fixed"), _one("stout_man", "scripted_head"), Camera(TOWARDS), 6.0),
    Clip("two_cross", ("two", "walk", "fixed"),
         (Part("tall_man", "walk", (-0.4, 2.6)), Part("woman", "walk_woman", (0.4, -2.6), 180.0)), Camera(PROFILE), 4.0),
    Clip("two_touch", ("two", "reach", "fixed"),
         (Part("tall_man", "scripted_meet", (0.0, 1.63)), Part("woman", "scripted_meet", (0.0, -1.63), 180.0)),
         Camera(PROFILE), 5.5),
    Clip("walk_away", ("walk", "back", "fixed"), _one("stout_man", "stroll"), Camera(AWAY)),
    Clip("walk_left", ("walk", "fixed"), _one("tall_man", "walk_captured"), Camera(-PROFILE), 3.0),
    Clip("run_profile", ("run", "fixed"), _one("worker", "run"), Camera(PROFILE), 3.0),
    Clip("run_towards", ("run", "fixed"), _one("tall_man", "run_captured"), Camera(TOWARDS), 3.0),
    Clip("run_away", ("run", "back", "fixed"), _one("woman", "run_captured"), Camera(AWAY), 3.0),
    Clip("turn_captured", ("turn", "fixed"), _one("tall_man", "turn"), Camera(TOWARDS), 3.2),
    Clip("turn", ("turn", "fixed"), _one("woman", "scripted_turn"), Camera(TOWARDS)),
    Clip("wave_back", ("back", "fixed"), _one("worker", "wave"), Camera(160.0), 4.0),
    Clip("head_aside", ("head", "fixed"), _one("tall_man", "scripted_head"), Camera(50.0), 6.0),
    Clip("jump", ("jump", "fixed"), _one("woman", "scripted_jump"), Camera(40.0)),
    Clip("jump_captured", ("jump", "fixed"), _one("tall_man", "jump"), Camera(PROFILE), 3.4),
    Clip("kick", ("kick", "fixed"), _one("tall_man", "scripted_kick"), Camera(65.0)),
    Clip("kick_captured", ("kick", "panned"), _one("stout_man", "kick"), Camera(70.0, follow=0.8), 4.0),
    Clip("sit_captured", ("sit", "fixed"), _one("tall_man", "sit"), Camera(-50.0), 3.6),
    Clip("stand_up_captured", ("sit", "fixed"), _one("woman", "stand_up"), Camera(35.0), 4.0),
    Clip("crawl", ("crawl", "fixed"), _one("stout_man", "scripted_crawl"), Camera(75.0)),
    Clip("kneel", ("kneel", "fixed"), _one("woman", "scripted_kneel"), Camera(60.0), 4.5),
    Clip("kneel_captured", ("kneel", "fixed"), _one("stout_man", "fix"), Camera(-60.0), 5.0),
    Clip("reach", ("reach", "near"), _one("woman", "scripted_reach"), Camera(TOWARDS, focal=WIDE)),
    Clip("cut", ("cut", "walk", "fixed"), _one("woman", "scripted_walk"), Camera(40.0, aside=-0.3, near=0.8), 3.5),
    Clip("small", ("small", "walk", "fixed"), _one("tall_man", "walk"), Camera(PROFILE, near=2.2, elevation=8.0)),
    Clip("root_feet", ("root_feet", "walk", "fixed"), _one("stout_man", "scripted_walk"), Camera(70.0), 3.5),
    Clip("walk_scripted", ("walk", "fixed"), _one("tall_man", "scripted_walk"), Camera(PROFILE), 4.0),
    Clip("hand_held", ("walk", "hand_held", "panned"), _one("tall_man", "walk"),
         Camera(PROFILE, follow=0.85, shake=1.0), 4.0),
    Clip("hand_held_own", ("walk", "hand_held"), _one("woman", "scripted_walk"), Camera(60.0, shake=1.3), 3.5),
    Clip("dollied", ("walk", "dollied"), _one("woman", "walk"), Camera(PROFILE, follow=1.0, dolly=4.8)),
    Clip("dollied_in", ("kick", "dollied"), _one("woman", "scripted_kick"), Camera(30.0, approach=0.35), 4.0),
    Clip("zoomed", ("turn", "zoomed"), _one("tall_man", "scripted_turn"), Camera(TOWARDS, zoom=1.8)),
    Clip("tilted_left", ("walk", "tilted"), _one("worker", "walk"), Camera(75.0, roll=-20.0, follow=0.6), 3.5),
    Clip("tilted_right", ("jump", "tilted"), _one("stout_man", "scripted_jump"), Camera(30.0, roll=20.0), 4.0),
    Clip("below", ("walk", "below"), _one("tall_man", "scripted_walk"), Camera(30.0, elevation=-18.0, focal=0.8), 3.5),
    Clip("above", ("walk", "above"), _one("woman", "walk_woman"), Camera(45.0, elevation=38.0, follow=0.8), 3.5),
    Clip("near", ("walk", "near"), _one("tall_man", "walk"), Camera(20.0, focal=WIDE), 3.0),
    Clip("upright", ("walk", "upright", "panned", "hand_held"), _one("woman", "walk"),
         Camera(50.0, size=PHONE, focal=1.3, follow=1.0, shake=0.7), 3.5),
    Clip("upright_own", ("kneel", "upright"), _one("tall_man", "scripted_kneel"), Camera(-30.0, size=PHONE, focal=1.3),
         4.5),
    Clip("blurred", ("kick", "blur"), _one("stout_man", "scripted_kick"), Camera(50.0), 3.0, blur=0.6),
    Clip("noisy", ("walk", "noise", "hand_held"), _one("woman", "scripted_walk"), Camera(PROFILE, shake=0.6), 3.5,
         noise=9.0),
    Clip("knight", ("walk", "fixed"), _one("knight", "walk"), Camera(40.0, near=1.5), 3.0),
    *_azimuths(),
)  # fmt: skip
"""What the first few show is what matters most, for who lets it run for a while only."""

SHORT_CLIPS: tuple[Clip, ...] = (
    Clip("short_walk", ("walk", "hand_held"), _one("tall_man", "scripted_walk"),
         Camera(70.0, size=SMALL, shake=0.6), 1.5, quality="LOW"),
    Clip("short_push_up", ("push_up", "fixed"), _one("woman", "scripted_push_up"), Camera(70.0, size=SMALL), 2.0, quality="LOW"),
)  # fmt: skip
"""Clips of our own that are small enough to be part of the repository, for tests that cannot render."""
