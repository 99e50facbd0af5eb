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


@dataclass(frozen=True)
class Fault:
    """What is known to go wrong: the column that shows it, over the clips of some of the `kinds`."""

    title: str
    column: str
    kinds: tuple[str, ...]


MOVING = ("panned", "hand_held", "dollied", "zoomed")
FAULTS = (
    Fault("legs that cross on the puppet in profile: frames crossed, %", "puppet_crossed", ("seen in profile",)),
    Fault("the same from the front, to compare", "puppet_crossed", ("seen from the front",)),
    Fault("contacts under a moving camera: F1, %", "contacts", MOVING),
    Fault("the same under a fixed camera", "contacts", ("fixed",)),
    Fault("slide under a moving camera: 95 %, % of height", "rig_slide_95", MOVING),
    Fault("supports off the ground under a moving camera: 95 %, % of height", "rig_off", MOVING),
    Fault("straight legs that bend from the front: median, °", "legs_bent", ("seen from the front",)),
    Fault("the same from behind", "legs_bent", ("seen from behind",)),
    Fault("the same in profile", "legs_bent", ("seen in profile",)),
    Fault("heads that tilt: roll, 95 %, °", "head_roll_95", ()),
    Fault("heads that tilt where heads are meant to move: roll, 95 %, °", "head_roll_95", ("head",)),
    Fault("heads that tilt on the puppet: 95 %, °", "puppet_tilt_95", ()),
    Fault("heads that nod where they turn: pitch, 95 %, °", "head_pitch_95", ("head",)),
    Fault("heads that nod: pitch, 95 %, °", "head_pitch_95", ()),
    Fault(
        "ankles of a puppet seen from the front rise: % of the performer's", "puppet_ankles", ("seen from the front",)
    ),
    Fault("artwork of the trunk: right one of eight views, %", "trunk_view", ()),
    Fault("artwork of the head: right one of eight views, %", "head_view", ()),
    Fault("limbs of the puppet that overlap in the right order, %", "order", ()),
    Fault("path towards and away from the camera: 95 %, legs", "path_towards", ()),
)
"""What the table of faults shows; no kinds are all clips."""
VIEWS = ((30, "seen from the front"), (60, "seen at an angle"), (120, "seen in profile"), (150, "seen at an angle"))
"""Degrees of azimuth, either way, up to which a clip is seen so."""
BEHIND = "seen from behind"


def view_of(azimuths: NDArray[np.float64]) -> str:
    """How somebody who faces so (T,) is seen most of the time."""
    usual = float(np.median(np.abs(azimuths)))
    return next((name for most, name in VIEWS if usual <= most), BEHIND)


def write_page(products: Products, page: Path) -> None:
    """Make the tables anew; what people wrote around them stays."""
    replace_section(page, "faults", _fault_table(products), TITLE)
    replace_section(page, "summary", _summary(products), TITLE)
    for label, product in sorted(products.items()):
        clips = product[CLIPS_OF]
        parts = [f"## By kind: {label}", *_kind_tables(clips), _support_table(clips), _depth_table(product[DEPTHS_OF])]
        replace_section(page, f"kinds-{label}", "\n\n".join(parts), TITLE)
    for label, product in sorted(products.items()):
        parts = [f"## By clip: {label}", *_clip_tables(product[CLIPS_OF])]
        replace_section(page, f"clips-{label}", "\n\n".join(parts), TITLE)


def _people(clips: Mapping[str, Any], kinds: Sequence[str] = ()) -> list[Numbers]:
    """Everybody of the clips of one of these kinds; of all where none is given."""
    chosen = (clip for clip in clips.values() if not kinds or set(kinds) & set(clip[KINDS]))
    return [person for clip in chosen for person in clip[PEOPLE]]


def _fault_table(products: Products) -> str:
    """A row a fault, a column a product: means over the clips that show it."""
    columns = {column.name: column for columns in TABLES.values() for column in columns}
    rows = [
        [
            fault.title,
            *(_means(_people(product[CLIPS_OF], fault.kinds), [columns[fault.column]])[0] for product in _of(products)),
        ]
        for fault in FAULTS
    ]
    return table(["fault", *sorted(products)], rows)


def _summary(products: Products) -> str:
    """A row a number, a column a product: means over everybody of all clips."""
    rows = [
        [
            f"{title}: {column.heading}" if place == 0 else column.heading,
            *(_means(_people(product[CLIPS_OF]), [column])[0] for product in _of(products)),
        ]
        for title, columns in TABLES.items()
        for place, column in enumerate(columns)
    ]
    return table(["mean of all clips", *sorted(products)], rows)


def _of(products: Products) -> list[dict[str, Any]]:
    return [products[label] for label in sorted(products)]


def _kind_tables(clips: Mapping[str, Any]) -> Iterable[str]:
    """A table a topic, a row a kind: the mean of its clips."""
    kinds = dict.fromkeys(kind for clip in clips.values() for kind in clip[KINDS])
    for title, columns in TABLES.items():
        rows = []
        for kind in kinds:
            many = str(sum(kind in clip[KINDS] for clip in clips.values()))
            rows.append([kind.replace("_", " "), many, *_means(_people(clips, (kind,)), columns)])
        rows.append(["**all**", str(len(clips)), *_means(_people(clips), columns)])
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
