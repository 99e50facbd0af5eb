"""All methods side by side on the same tasks."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NoReturn, TypeAlias

from tqdm import tqdm

from ..synthetic import FPS
from .cases import Case, Task, film, tasks
from .conditions import KNOWN_TARGETS, TARGETS, WINDOW, Column, Condition, Given, Motion, Target, condition_named
from .draws import Draw, Lot
from .methods import Row, Sources
from .metrics import (
    CERTAIN,
    ContactCounts,
    Slide,
    bone_variation,
    coordinate_error,
    coordinate_error_where,
    jitter,
    root_drift,
)
from .played_motion import STEADY, perform, with_legs
from .prediction import Method, Prediction

log = logging.getLogger(__name__)

BATCH = 16
"""Clips that a method is given at once."""

DRIFT_FRAMES = 300
DRIFT_CONDITION = "yaw180"
SLIDE_CONDITION = "yaw180"
LEG_FACTORS = (0.5, 1.4)
SLIDE_TARGETS = tuple(Target(column, Given.KNOWN) for column in (Column.BODY, Column.BOTH))
STILL = 0.05
"""Body heights a second: a planted foot whose true speed is below stands still."""

_Progress: TypeAlias = "tqdm[NoReturn]"

TRUTH = "truth"
"""The row that the truth itself is reported in."""


@dataclass(frozen=True)
class Score:
    """What one method made of one task.

    Errors, jitter and variation are those of `metrics`; None where the task or method has no such thing.
    """

    row: str
    condition: str
    target: Target
    group: str
    error: float
    jitter: float
    hidden_error: float | None = None
    unhidden_error: float | None = None
    bone_variation: float | None = None
    contacts: ContactCounts | None = None


@dataclass(frozen=True)
class Drift:
    """How far from the true mid-hip a method ended after DRIFT_FRAMES frames, in % of height."""

    row: str
    target: Target
    percent: float


@dataclass(frozen=True)
class FootSlide:
    """How fast feet slid that are planted in the truth, on legs `factor` times as long; `still` are the planted feet
    that truly stand still.
    """

    row: str
    factor: float
    target: Target
    planted: Slide
    still: Slide


@dataclass
class Stopwatch:
    """What each row took."""

    frames: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, row: str, frames: int, seconds: float) -> None:
        """So many frames in so many seconds."""
        self.frames[row] = self.frames.get(row, 0) + frames
        self.seconds[row] = self.seconds.get(row, 0.0) + seconds

    def rates(self) -> dict[str, float]:
        """Frames a second of each row."""
        return {row: frames / max(self.seconds[row], 1e-9) for row, frames in self.frames.items()}


@dataclass(frozen=True)
class Results:
    """Everything that was measured.

    `unsteady`: how many of the `cases` have no azimuth and are left out of the view columns.
    """

    cases: int
    unsteady: int
    scores: tuple[Score, ...]
    drifts: tuple[Drift, ...]
    slides: tuple[FootSlide, ...]
    rates: Mapping[str, float]
    absent: Mapping[str, str]


class Comparison:
    """Runs methods over cases, with one progress bar."""

    def __init__(self, rows: Sequence[Row], sources: Sources) -> None:
        """Loads the methods; a row whose weights are missing is left out, and `absent` says why."""
        self.absent: dict[str, str] = {}
        self._methods: dict[Row, Method] = {}
        self._stopwatch = Stopwatch()
        for row in rows:
            try:
                self._methods[row] = row.load(sources)
            except (ValueError, OSError) as error:
                log.warning("The row %s is left out: %s", row.name, error)
                self.absent[row.name] = str(error)

    def run(self, lots: Mapping[Motion, Lot], conditions: Sequence[Condition], count: int) -> Results:
        """Every row on `count` cases of each condition and of the root's drift, and half as many for the sliding of
        feet. A condition whose motion is not at hand is left out.
        """
        conditions = [condition for condition in conditions if condition.motion in lots]
        drawn = {motion: lot.cases(count, WINDOW) for motion, lot in lots.items()}
        draws = drawn[Motion.CAPTURED]
        long = lots[Motion.CAPTURED].cases(count, DRIFT_FRAMES, DRIFT_FRAMES)
        steps = len(conditions) * len(TARGETS) + len(KNOWN_TARGETS) * bool(long) + len(LEG_FACTORS) * len(SLIDE_TARGETS)
        with tqdm(total=steps * len(self._methods), unit="column", desc="evaluating", mininterval=1) as progress:
            scores = [
                score
                for condition in conditions
                for score in self.scores([film(draw, condition) for draw in drawn[condition.motion]], progress)
            ]
            drifts = list(self._drifts([film(draw, condition_named(DRIFT_CONDITION)) for draw in long], progress))
            slides = [
                slide for factor in LEG_FACTORS for slide in self._slides(draws[: max(1, count // 2)], factor, progress)
            ]
        unsteady = sum(perform(draw.motion, (draw.source,))[0].steadiness < STEADY for draw in draws)
        return Results(
            len(draws), unsteady, tuple(scores), tuple(drifts), tuple(slides), self._stopwatch.rates(), self.absent
        )

    def scores(
        self, cases: Sequence[Case], progress: _Progress | None = None, targets: Sequence[Target] = TARGETS
    ) -> Iterator[Score]:
        """Every row on cases of one condition, in the columns that it has an answer in."""
        for target in targets:
            asked = tasks(cases, target)
            seen = (
                tasks([case.unhidden() for case in cases], target)
                if any(task.hidden.any() for task in asked)
                else asked
            )
            for row in self._methods:
                if row.answers(target) and asked:
                    found = self._predict(row, asked)
                    unhidden = self._predict(row, seen) if seen is not asked else found
                    for index, task in enumerate(asked):
                        yield _score(row, cases[0].condition.name, target, task, (found[index], unhidden[index]))
                if progress is not None:
                    progress.update()

    def _drifts(self, cases: Sequence[Case], progress: _Progress) -> Iterator[Drift]:
        for target in KNOWN_TARGETS if cases else ():
            asked = tasks(cases, target)
            for row in self._methods:
                if row.answers(target) and asked:
                    for task, found in zip(asked, self._predict(row, asked), strict=True):
                        yield Drift(row.name, target, root_drift(found.positions, task.truth, task.height))
                progress.update()

    def _slides(self, draws: Sequence[Draw], factor: float, progress: _Progress) -> Iterator[FootSlide]:
        condition = condition_named(SLIDE_CONDITION)
        cases = [film(replace(draw, target=with_legs(draw.source, factor)), condition) for draw in draws]
        for target in SLIDE_TARGETS:
            asked = tasks(cases, target)
            yield _foot_slide(TRUTH, factor, target, asked, [Prediction(task.truth) for task in asked])
            for row in self._methods:
                if row.answers(target) and asked:
                    yield _foot_slide(row.name, factor, target, asked, self._predict(row, asked))
                progress.update()

    def _predict(self, row: Row, asked: Sequence[Task]) -> list[Prediction]:
        method = self._methods[row]
        began = time.perf_counter()
        found = [
            prediction for first in range(0, len(asked), BATCH) for prediction in method(asked[first : first + BATCH])
        ]
        self._stopwatch.add(row.name, sum(len(task.source) for task in asked), time.perf_counter() - began)
        return found


def _score(row: Row, condition: str, target: Target, task: Task, predictions: tuple[Prediction, Prediction]) -> Score:
    """Of the prediction from what was seen, and of that from a source with nothing hidden."""
    found, unhidden = predictions
    masked = task.hidden.any()
    return Score(
        row=row.name,
        condition=condition,
        target=target,
        group=task.group,
        error=coordinate_error(found.positions, task.truth, task.height),
        jitter=jitter(found.positions, task.truth, task.height),
        hidden_error=coordinate_error_where(found.positions, task.truth, task.height, task.hidden) if masked else None,
        unhidden_error=coordinate_error_where(unhidden.positions, task.truth, task.height, task.hidden)
        if masked
        else None,
        bone_variation=bone_variation(found.positions, found.depth)
        if row.has_depth and found.depth is not None
        else None,
        contacts=ContactCounts.of(found.contacts, task.contacts) if found.contacts is not None else None,
    )


def _foot_slide(
    row: str, factor: float, target: Target, asked: Sequence[Task], found: Sequence[Prediction]
) -> FootSlide:
    planted, still = Slide(), Slide()
    for task, prediction in zip(asked, found, strict=True):
        standing = task.contacts >= CERTAIN
        planted += Slide.of(prediction.positions, standing, task.height, FPS)
        still += Slide.of(prediction.positions, standing & (task.ankle_speed < STILL), task.height, FPS)
    return FootSlide(row, factor, target, planted, still)
