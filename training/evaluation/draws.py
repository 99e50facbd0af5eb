"""What is drawn by lot: stretches of held-out motion, bodies, and where the cameras stand. The same for the same seed,
and for every condition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np
import torch

from ..bodies import BodySampler
from ..motion_library import MotionClip, MotionLibrary
from .played_motion import STEADY, Body, Stretch, perform

HELD_OUT_GROUPS: dict[str, str] = {
    "cmu_131_*": "131 dance",
    "cmu_49_*": "49 balance",
    "cmu_35_*": "35 walk",
    "cmu_fbx_135_*": "135 karate",
    "cmu_fbx_85_*": "85 dance",
    "cmu_fbx_91_*": "91 walk",
    "cmu_daz_martial_*": "martial arts",
    "cmu_eval_*walking*": "eval walk",
}
"""Clip names to what they are told apart by; the cases are shared evenly between the groups. Other clips go by their
subject.
"""

SHORTEST = 32
"""Frames: what is shorter between two glitches, or as a clip, is left out."""

MOST_REDRAWS = 20
"""Of a target clip that has no facing direction."""

EXTREME_BODIES = 16
EXTREME_SEED = 20_190_501
"""That of the extreme bodies alone: they are the same in every evaluation."""

EXTREME_SOURCES = 0.25
EXTREME_TARGETS = 0.5
"""How often the source's and the target's body is one of the extreme ones."""


@dataclass(frozen=True, eq=False)
class Draw:
    """One case before it is filmed: `source` and `target` body, the motion, and another motion that shows the target.

    The rest are numbers that conditions stretch to their own ranges: `azimuths` (2,) and `elevations` (2,) of source
    and target view, in −1..1 and 0..1; `nearness` in 0..1; `sizes` (2,) of the performer in source and target clip, in
    0..1; `seed` of noise and gaps.
    """

    group: str
    motion: Stretch
    example: Stretch
    source: Body
    target: Body
    azimuths: tuple[float, float]
    elevations: tuple[float, float]
    nearness: float
    sizes: tuple[float, float]
    seed: int


class Lot:
    """Draws cases from a library of held-out motion."""

    def __init__(self, library: MotionLibrary, seed: int = 0) -> None:
        """Raises ValueError where the library holds no motion long enough."""
        self._seed = seed
        self._real = tuple(Body(name, np.asarray(offsets)) for name, offsets in sorted(library.bodies.items()))
        self._extreme = extreme_bodies(library)
        self._clips = grouped(library.clips)
        if len(self._runs(self._all(), SHORTEST)) < 2:
            raise ValueError(
                f"The motion holds fewer than two stretches of {SHORTEST} sound frames to evaluate on; give longer clips."
            )

    def cases(self, count: int, frames: int, shortest: int = SHORTEST) -> tuple[Draw, ...]:
        """`count` cases of up to `frames` and at least `shortest` frames, the groups taking turns; groups without such
        motion are left out.
        """
        generator = np.random.default_rng((self._seed, frames))
        groups = [name for name, clips in self._clips.items() if self._runs(clips, shortest)]
        if not groups:
            return ()
        return tuple(self._draw(groups[index % len(groups)], frames, shortest, generator) for index in range(count))

    def _draw(self, group: str, frames: int, shortest: int, generator: np.random.Generator) -> Draw:
        motion = self._stretch(self._clips[group], frames, shortest, generator)
        source = self._source_body(motion.clip, generator)
        target = self._other_body(source, generator)
        return Draw(
            group=group,
            motion=motion,
            example=self._example(motion.clip, frames, target, generator),
            source=source,
            target=target,
            azimuths=_pair(generator.uniform(-1, 1, 2)),
            elevations=_pair(generator.random(2)),
            nearness=float(generator.random()),
            sizes=_pair(generator.random(2)),
            seed=int(generator.integers(2**31)),
        )

    def _example(self, clip: MotionClip, frames: int, body: Body, generator: np.random.Generator) -> Stretch:
        """Another clip's motion, one that has a facing direction where that can be had."""
        others = [other for other in self._all() if other.name != clip.name] or self._all()
        for _ in range(MOST_REDRAWS):
            stretch = self._stretch(others, frames, SHORTEST, generator)
            if perform(stretch, (body,))[0].steadiness >= STEADY:
                break
        return stretch

    def _all(self) -> list[MotionClip]:
        return [clip for clips in self._clips.values() for clip in clips]

    def _runs(self, clips: Sequence[MotionClip], shortest: int) -> list[Stretch]:
        return [run for clip in clips for run in sound_runs(clip) if run.frames >= shortest]

    def _stretch(
        self, clips: Sequence[MotionClip], frames: int, shortest: int, generator: np.random.Generator
    ) -> Stretch:
        runs = self._runs(clips, shortest)
        lengths = np.array([run.frames for run in runs], dtype=np.float64)
        run = runs[int(generator.choice(len(runs), p=lengths / lengths.sum()))]
        taken = min(frames, run.frames)
        return Stretch(run.clip, run.begin + int(generator.integers(run.frames - taken + 1)), taken)

    def _source_body(self, clip: MotionClip, generator: np.random.Generator) -> Body:
        if generator.random() < EXTREME_SOURCES:
            return self._extreme[int(generator.integers(len(self._extreme)))]
        own = [body for body in self._real if body.name == clip.body]
        choice = own if own and generator.random() < 0.5 else self._real
        return choice[int(generator.integers(len(choice)))]

    def _other_body(self, source: Body, generator: np.random.Generator) -> Body:
        family = self._extreme if generator.random() < EXTREME_TARGETS else self._real
        others = [body for body in family if body.name != source.name] or list(self._extreme)
        return others[int(generator.integers(len(others)))]


def extreme_bodies(library: MotionLibrary) -> tuple[Body, ...]:
    """Random bodies with every limb group anywhere in its widest range, made of the library's own; the same ones every
    time.
    """
    generator = torch.Generator().manual_seed(EXTREME_SEED)
    offsets = BodySampler(library, torch.device("cpu"), ordinary=0.0).sample(EXTREME_BODIES, generator).numpy()
    return tuple(Body(f"extreme_{index:02d}", table) for index, table in enumerate(offsets))


def sound_runs(clip: MotionClip) -> list[Stretch]:
    """The stretches of a clip between its glitches."""
    return [Stretch(clip, run.start, run.stop - run.start) for run in clip.sound_runs()]


def grouped(clips: Sequence[MotionClip]) -> Mapping[str, list[MotionClip]]:
    """Clips by the group they belong to, in a fixed order."""
    groups: dict[str, list[MotionClip]] = {}
    for clip in sorted(clips, key=lambda clip: clip.name):
        groups.setdefault(group_of(clip), []).append(clip)
    return dict(sorted(groups.items()))


def group_of(clip: MotionClip) -> str:
    """The group that a clip's figures are reported with."""
    return next((group for pattern, group in HELD_OUT_GROUPS.items() if fnmatchcase(clip.name, pattern)), clip.subject)


def _pair(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[float, float]:
    first, second = (float(value) for value in values)
    return first, second
