"""The evaluation in words and tables, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from statistics import mean, median, stdev
from typing import Any

from ..documents import replace_section, table
from .comparison import DRIFT_FRAMES, LEG_FACTORS, SLIDE_TARGETS, TRUTH, Results, Score
from .conditions import CONDITIONS, KNOWN_TARGETS, TARGETS, Condition, Given, Target
from .methods import ROWS, Row
from .metrics import ContactCounts, Slide

TITLE = "Evaluation"
SECTION = "evaluation"
GROUPED_ROW = "kinematic"
"""The row whose figures are also given by group of motion."""

NONE = "–"
NEGLIGIBLE = 0.01
"""% of height: nothing is measured as a multiple of less."""


@dataclass(frozen=True)
class Report:
    """The results, the `command` that made them, and the names of the rows and conditions that were asked for."""

    results: Results
    command: str
    seed: int

    @property
    def rows(self) -> list[Row]:
        """The rows that were measured, in their order."""
        measured = {score.row for score in self.results.scores}
        return [row for row in ROWS if row.name in measured]

    @property
    def conditions(self) -> list[Condition]:
        """The conditions that were measured, in their order."""
        measured = {score.condition for score in self.results.scores}
        return [condition for condition in CONDITIONS if condition.name in measured]

    def scores(self, row: str | None = None, condition: str | None = None, target: Target | None = None) -> list[Score]:
        """Those of a row, a condition and a column, each any where None."""
        wanted = ((row, "row"), (condition, "condition"), (target, "target"))
        return [
            score
            for score in self.results.scores
            if all(value is None or getattr(score, name) == value for value, name in wanted)
        ]


def write(report: Report, folder: Path) -> list[Path]:
    """Writes EVALUATION.md, whose other sections stay, and evaluation.json; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    page, figures = folder / "EVALUATION.md", folder / "evaluation.json"
    replace_section(page, SECTION, markdown(report), TITLE)
    figures.write_text(json.dumps(as_json(report), indent=1) + "\n", encoding="utf-8")
    return [page, figures]


def markdown(report: Report) -> str:
    """The generated section of EVALUATION.md."""
    parts = [_introduction(report), *(_condition(report, condition) for condition in report.conditions)]
    parts += [_groups(report), _drift(report), _sliding(report), _steadiness(report), _speed(report)]
    return "\n\n".join(part for part in parts if part)


def _introduction(report: Report) -> str:
    results = report.results
    lines = [
        f"Made by `{report.command}`.",
        "",
        "Motion that was not trained on, in windows of up to 120 frames at 30 a second, is played on a source and a target body, none of which was trained "
        "on: captured people, a stylised character, and a fixed set of random extreme ones. The truth is the same local rotations on the target body, the "
        "root's path scaled by the ratio of leg lengths, filmed by the same kind of camera from the target view. Every condition has the same "
        f"{results.cases} cases (motions, bodies and, stretched to its range, views). {results.unsteady} of them turn so much that they have no one facing "
        "direction (resultant length below 0.3), so no view can be asked for: they count in the columns *self* and *body* alone.",
        "",
        "**Error**: mean absolute difference of a coordinate, x or y, over all frames and the 14 joints other than the mid-hip, which is put at the origin in "
        "truth and answer, in % of the target's height (spine + head + thigh + shin).",
        "",
        "**Columns**: *self*: same body, same view; *body*: other body; *view*: other view; *both*. *clip*: the target is told by a clip of another motion on "
        "the target body from the target view, in pixels of its own scale, in which the answer is compared; *known*: by rest bone lengths and two angles.",
        "",
        "**Rows**:",
        *(f"- *{row.title}*: {row.meaning}." for row in report.rows),
        *(f"- *{name}* was not run: its weights are missing or cannot be used." for name in results.absent),
    ]
    return "\n".join(lines)


def _condition(report: Report, condition: Condition) -> str:
    head = ["% of height", *(target.title for target in TARGETS)]
    body = [
        [
            row.title,
            *(
                _number(mean_of(score.error for score in report.scores(row.name, condition.name, target)))
                for target in TARGETS
            ),
        ]
        for row in report.rows
    ]
    text = f"### {condition.title}\n\n{table(head, body)}"
    if not condition.hidden_joints:
        return text
    hidden = [
        [row.title, *(_hidden_cell(report.scores(row.name, condition.name, target)) for target in TARGETS)]
        for row in report.rows
    ]
    explained = "The error over the missing joints and frames alone, and, after the slash, how many times it is the error there when nothing is missing:"
    return f"{text}\n\n{explained}\n\n{table(head, hidden)}"


def _hidden_cell(scores: Sequence[Score]) -> str:
    hidden, unhidden = hidden_errors(scores)
    if hidden is None or unhidden is None:
        return NONE
    return f"{hidden:.2f} / {hidden / unhidden:.2f}" if unhidden > NEGLIGIBLE else f"{hidden:.2f} / {NONE}"


def hidden_errors(scores: Iterable[Score]) -> tuple[float | None, float | None]:
    """The mean error over the missing joints and frames, and over the same ones when they are seen."""
    pairs = [
        (score.hidden_error, score.unhidden_error)
        for score in scores
        if score.hidden_error is not None and score.unhidden_error is not None
    ]
    return mean_of(hidden for hidden, _ in pairs), mean_of(unhidden for _, unhidden in pairs)


def _groups(report: Report) -> str:
    shown = [condition for condition in report.conditions if condition.name in ("yaw90", "yaw180")]
    if GROUPED_ROW not in {row.name for row in report.rows} or not shown:
        return ""
    columns = [(condition, target) for condition in shown for target in TARGETS if target.given is Given.CLIP]
    groups = sorted({score.group for score in report.scores(GROUPED_ROW)})
    body = []
    for group in groups:
        found = [
            mean_of(score.error for score in report.scores(GROUPED_ROW, c.name, t) if score.group == group)
            for c, t in columns
        ]
        body.append([group, *map(_number, found)])
    title = next(row.title for row in report.rows if row.name == GROUPED_ROW)
    return f"### By motion\n\nError of {title} by group of motion:\n\n{table(['', *(f'{c.name} {t.column}' for c, t in columns)], body)}"


def _drift(report: Report) -> str:
    if not report.results.drifts:
        return ""
    body = []
    for row in report.rows:
        found = [
            [drift.percent for drift in report.results.drifts if (drift.row, drift.target) == (row.name, target)]
            for target in KNOWN_TARGETS
        ]
        body.append(
            [
                row.title,
                *(
                    f"{mean(values):.2f} ± {_standard_error(values):.2f} / {median(values):.2f}" if values else NONE
                    for values in found
                ),
            ]
        )
    explained = (
        f"Distance of the mid-hip from the truth after {DRIFT_FRAMES} frames (10 seconds), both from one starting point, yaw ±180°, "
        "mean ± its standard error / median:"
    )
    return (
        f"### Root drift\n\n{explained}\n\n{table(['% of height', *(target.title for target in KNOWN_TARGETS)], body)}"
    )


def _standard_error(values: Sequence[float]) -> float:
    """Of the mean; 0 of a single value."""
    return stdev(values) / len(values) ** 0.5 if len(values) > 1 else 0.0


def _sliding(report: Report) -> str:
    columns = [(factor, target) for factor in LEG_FACTORS for target in SLIDE_TARGETS]
    titles = {TRUTH: "the truth"} | {row.name: row.title for row in report.rows}
    body = []
    for row, title in titles.items():
        cells = []
        for factor, target in columns:
            found = [
                slide
                for slide in report.results.slides
                if (slide.row, slide.factor, slide.target) == (row, factor, target)
            ]
            planted, still = (
                sum((slide.planted for slide in found), Slide()),
                sum((slide.still for slide in found), Slide()),
            )
            cells.append(f"{planted.speed:.2f} / {still.speed:.2f}" if planted.seconds else NONE)
        if any(cell != NONE for cell in cells):
            body.append([title, *cells])
    explained = (
        "Mean speed in the picture of the ankles of feet that are planted in the truth, on the source's body with other legs, yaw ±180°; after the slash, of "
        "those alone that truly stand still (below 5 % of height a second in space):"
    )
    return f"### Sliding feet\n\n{explained}\n\n{table(['% of height a second', *(f'legs × {f:g}, {t.column}' for f, t in columns)], body)}"


def _steadiness(report: Report) -> str:
    head = ["", "contact F1", *(f"jitter, {condition.name}" for condition in report.conditions), "bone variation, %"]
    body = []
    for row in report.rows:
        jitters = [
            mean_of(score.jitter for score in report.scores(row.name, condition.name))
            for condition in report.conditions
        ]
        body.append(
            [
                row.title,
                _number(contact_f1(report.scores(row.name))),
                *(_number(value, 3) for value in jitters),
                _number(_variation(report, row.name)),
            ]
        )
    explained = (
        "*Contact F1*: frames in which the right and left foot are found on the ground, against the truth (an ankle below 0.35 leg lengths a second and "
        "within a quarter of one of its lowest place). *Jitter*: mean absolute second difference in time of the error about the mid-hip, % of height a "
        "frame². *Bone variation*: standard deviation over mean of the 3D bone lengths, of methods that find depth, where the view is another and the camera "
        "orthographic."
    )
    return f"### Contacts and steadiness\n\n{explained}\n\n{table(head, body)}"


def contact_f1(scores: Iterable[Score]) -> float | None:
    """Of all feet and frames together; None where the method finds no contacts."""
    counts = [score.contacts for score in scores if score.contacts is not None]
    return sum(counts, ContactCounts()).f1 if counts else None


def _variation(report: Report, row: str) -> float | None:
    orthographic = {condition.name for condition in report.conditions if condition.nearest is None}
    scores = [
        score for score in report.scores(row) if score.condition in orthographic and score.target.column.other_view
    ]
    return mean_of(score.bone_variation for score in scores if score.bone_variation is not None)


def _speed(report: Report) -> str:
    body = [[row.title, f"{report.results.rates[row.name]:,.0f}"] for row in report.rows]
    return f"### Speed of this run\n\nOne clip at a time is measured in PERFORMANCE.md; here clips go in batches.\n\n{table(['', 'frames a second'], body)}"


def as_json(report: Report) -> dict[str, Any]:
    """Every figure of the report, and the errors by group of motion."""
    results = report.results
    return {
        "command": report.command,
        "seed": report.seed,
        "cases": results.cases,
        "unsteady": results.unsteady,
        "absent": list(results.absent),
        "errors": [
            _error_entry(report, row, condition, target)
            for row in report.rows
            for condition in report.conditions
            for target in TARGETS
        ],
        "root_drift": [
            {"row": drift.row, "target": drift.target.title, "percent": _rounded(drift.percent)}
            for drift in results.drifts
        ],
        "foot_sliding": [
            {"row": slide.row, "legs": slide.factor, "target": slide.target.title}
            | {
                "planted": _rounded(slide.planted.speed),
                "still": _rounded(slide.still.speed),
                "planted_seconds": _rounded(slide.planted.seconds),
            }
            for slide in results.slides
        ],
        "contact_f1": {row.name: _rounded(contact_f1(report.scores(row.name))) for row in report.rows},
        "bone_variation": {row.name: _rounded(_variation(report, row.name)) for row in report.rows},
        "frames_a_second": {row: round(rate) for row, rate in results.rates.items()},
    }


def _error_entry(report: Report, row: Row, condition: Condition, target: Target) -> dict[str, Any]:
    scores = report.scores(row.name, condition.name, target)
    hidden, unhidden = hidden_errors(scores)
    groups = {
        group: mean_of(score.error for score in scores if score.group == group)
        for group in sorted({score.group for score in scores})
    }
    return {
        "row": row.name,
        "condition": condition.name,
        "target": target.title,
        "cases": len(scores),
        "error": _rounded(mean_of(score.error for score in scores)),
        "jitter": _rounded(mean_of(score.jitter for score in scores)),
        "missing_joints_error": _rounded(hidden),
        "same_joints_error_when_seen": _rounded(unhidden),
        "groups": {group: _rounded(value) for group, value in groups.items()},
    }


def mean_of(values: Iterable[float]) -> float | None:
    """Their mean; None where there are none."""
    found = list(values)
    return mean(found) if found else None


def _number(value: float | None, digits: int = 2) -> str:
    return NONE if value is None else f"{value:.{digits}f}"


def _rounded(value: float | None) -> float | None:
    return None if value is None or isnan(value) else round(value, 4)
