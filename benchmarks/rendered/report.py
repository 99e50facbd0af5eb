"""The page and the JSON: tables by kind and by clip, a column for each version of the product."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.documents import replace_section, table

from .depth_errors import SECTOR, DepthErrors, by_joint_and_view
from .measures import NEARLY_ALL, TABLES, Column, Numbers

Products = dict[str, dict[str, Any]]
"""What the JSON holds: by product, its clips and its depth errors."""
CLIPS_OF, DEPTHS_OF = "clips", "depths"
KINDS, PEOPLE, SUPPORTS = "kinds", "people", "supports"
TITLE = "Rendered clips"
DIGITS = 3
NOTHING = "–"


@dataclass(frozen=True, eq=False)
class Measured:
    """A clip: what it shows, the numbers of everybody in it, how high each support of the rig is where it stands, and
    the detector's depth errors.
    """

    name: str
    kinds: tuple[str, ...]
    people: tuple[Numbers, ...]
    supports: Mapping[str, NDArray[np.float64]]
    depths: DepthErrors

    def as_json(self) -> dict[str, Any]:
        """Numbers alone: of supports the median, the 95th percentile without sign, and how many frames."""
        supports = {
            name: [
                round(float(np.median(heights)), DIGITS),
                round(float(np.percentile(np.abs(heights), NEARLY_ALL)), DIGITS),
                len(heights),
            ]
            for name, heights in self.supports.items()
        }
        people = [{name: round(value, DIGITS) for name, value in numbers.items()} for numbers in self.people]
        return {KINDS: list(self.kinds), PEOPLE: people, SUPPORTS: supports}


def depths_as_json(errors: DepthErrors) -> dict[str, list[list[float | None]]]:
    """Bias and spread by joint and view; None where there are none."""
    return {
        joint: [[round(value, 2) if np.isfinite(value) else None for value in pair] for pair in row]
        for joint, row in by_joint_and_view(errors).items()
    }


def write_page(products: Products, page: Path) -> None:
    """Make the tables anew; what people wrote around them stays."""
    for label, product in products.items():
        clips = product[CLIPS_OF]
        replace_section(page, f"kinds-{label}", "\n\n".join(_kind_tables(clips)), TITLE)
        replace_section(page, f"supports-{label}", _support_table(clips), TITLE)
        replace_section(page, f"depths-{label}", _depth_table(product[DEPTHS_OF]), TITLE)
        replace_section(page, f"clips-{label}", "\n\n".join(_clip_tables(clips)), TITLE)


def _kind_tables(clips: Mapping[str, Any]) -> Iterable[str]:
    """A table a topic, a row a kind: the mean of its clips."""
    kinds = dict.fromkeys(kind for clip in clips.values() for kind in clip[KINDS])
    for title, columns in TABLES.items():
        rows = []
        for kind in kinds:
            people = [person for clip in clips.values() if kind in clip[KINDS] for person in clip[PEOPLE]]
            rows.append([kind, str(sum(kind in clip[KINDS] for clip in clips.values())), *_means(people, columns)])
        everybody = [person for clip in clips.values() for person in clip[PEOPLE]]
        rows.append(["**all**", str(len(clips)), *_means(everybody, columns)])
        yield f"**{title}**\n\n" + table(["kind", "clips", *(column.heading for column in columns)], rows)


def _means(people: Sequence[Numbers], columns: Sequence[Column]) -> list[str]:
    return [_said(_mean([person.get(column.name) for person in people]), column) for column in columns]


def _clip_tables(clips: Mapping[str, Any]) -> Iterable[str]:
    for title, columns in TABLES.items():
        rows = [
            [f"{name} {number}" if len(clip[PEOPLE]) > 1 else name, *_means([person], columns)]
            for name, clip in clips.items()
            for number, person in enumerate(clip[PEOPLE], 1)
        ]
        yield f"**{title}**\n\n" + table(["clip", *(column.heading for column in columns)], rows)


def _support_table(clips: Mapping[str, Any]) -> str:
    """How high each support is where it stands: the medians of the clips that have it."""
    names = dict.fromkeys(name for clip in clips.values() for name in clip[SUPPORTS])
    rows = []
    for name in names:
        values = [clip[SUPPORTS][name] for clip in clips.values() if name in clip[SUPPORTS]]
        above, off = (median(value[index] for value in values) for index in range(2))
        frames = sum(value[2] for value in values)
        rows.append([name.replace("_", " "), str(len(values)), str(frames), f"{above:.1f}", f"{off:.1f}"])
    return table(["support of the rig", "clips", "frames", "above the ground, median, %", "off it, 95 %, %"], rows)


def _depth_table(depths: Mapping[str, Sequence[Sequence[float | None]]]) -> str:
    """Bias ± spread by joint and azimuth."""
    if not depths:
        return ""
    views = [f"{angle:.0f}°" for angle in np.arange(0, 360, SECTOR)]
    rows = [
        [joint.replace("_", " "), *(f"{pair[0]:.0f} ± {pair[1]:.0f}" if _known(pair) else NOTHING for pair in row)]
        for joint, row in depths.items()
    ]
    return table(["depth error, % of the height", *views], rows)


def _known(pair: Sequence[float | None]) -> bool:
    return None not in pair


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _said(value: float | None, column: Column) -> str:
    return NOTHING if value is None else f"{value:.{column.digits}f}"
