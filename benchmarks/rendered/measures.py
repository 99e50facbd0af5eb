"""All that is measured of one person of one clip, as numbers by name, and what each is called in tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from .bake_jobs import FIGURE, PUPPET, RIG
from .baked import Baked
from .clip_truth import PersonTruth
from .contact_scores import contact_f1
from .detection_errors import detection_errors
from .found_people import FoundPerson
from .ground_errors import own_slides, penetrations, slides, support_heights
from .pose_errors import (
    ARMS,
    LEGS,
    facing_errors,
    head_errors,
    joint_errors,
    path_errors,
    straightness_errors,
    tilt_errors,
)
from .strides import source_separation, strides
from .turning import advice_is_right, ankles_kept, order_scores, view_scores

Doubles = NDArray[np.float64]
Numbers = dict[str, float]

USUAL_FPS = 30.0
NEARLY_ALL = 95
"""The percentile that stands for the worst."""


@dataclass(frozen=True)
class Column:
    """A number in a table: its name, its heading, its digits after the point."""

    name: str
    heading: str
    digits: int = 0


TABLES: Mapping[str, tuple[Column, ...]] = {
    "Detection and contacts": (
        Column("right", "joints right, %"),
        Column("swapped", "sides swapped, %", 1),
        Column("late", "found late, %"),
        Column("lost", "lost, %"),
        Column("contacts", "contact F1, %"),
    ),
    "The rig on the ground, in % of the height": (
        Column("rig_above", "supports above ground, median", 1),
        Column("rig_off", "off it, 95 %", 1),
        Column("rig_deepest", "deepest under it", 1),
        Column("rig_slide", "slide, median", 1),
        Column("rig_slide_95", "slide, 95 %", 1),
        Column("own_slide_95", "the performer's own, 95 %", 1),
        Column("path_along", "path along, 95 %, legs", 2),
        Column("path_towards", "path towards, 95 %, legs", 2),
    ),
    "The rig's pose": (
        Column("facing", "facing, °"),
        Column("facing_95", "95 %, °"),
        Column("head_yaw", "head yaw, °"),
        Column("head_pitch", "pitch, °"),
        Column("head_roll", "roll, °"),
        Column("head_pitch_95", "pitch, 95 %, °"),
        Column("head_roll_95", "roll, 95 %, °"),
        Column("joints", "3D joints, % of height", 1),
        Column("joints_95", "95 %", 1),
        Column("legs_bent", "straight legs bent by, °"),
        Column("legs_bent_95", "95 %, °"),
        Column("arms_bent", "straight arms bent by, °"),
        Column("arms_bent_95", "95 %, °"),
    ),
    "Strides, in leg lengths, and flat characters": (
        Column("source_least", "source, least", 2),
        Column("source_most", "most", 2),
        Column("puppet_least", "puppet, least", 2),
        Column("puppet_most", "most", 2),
        Column("puppet_crossed", "puppet's legs crossed, %"),
        Column("figure_crossed", "figure's, %"),
        Column("puppet_tilt", "puppet's head tilted by, °"),
        Column("puppet_tilt_95", "95 %, °"),
        Column("puppet_ankles", "puppet's ankles rise, % of the performer's"),
        Column("puppet_off", "puppet's soles off the ground, 95 %, % of height", 1),
        Column("figure_off", "figure's", 1),
        Column("puppet_slide_95", "puppet's slide, 95 %, % of height", 1),
        Column("figure_slide_95", "figure's", 1),
    ),
    "The puppet turns": (
        Column("trunk_view", "trunk: right one of eight views, %"),
        Column("trunk_direction", "of four directions, %"),
        Column("trunk_changes", "changes", 1),
        Column("trunk_true_changes", "in truth", 1),
        Column("head_view", "head: right one of eight views, %"),
        Column("head_direction", "of four directions, %"),
        Column("head_changes", "changes", 1),
        Column("head_true_changes", "in truth", 1),
        Column("order", "limbs that overlap in the right order, %"),
        Column("order_short", "orders of under six frames", 1),
        Column("advice", "advice right, %"),
    ),
}


def measures(
    truth: PersonTruth, found: FoundPerson | None, baked: Mapping[str, Baked], fps: float = USUAL_FPS
) -> Numbers:
    """By the names of TABLES; what cannot be told is left out. `baked` by character, as many as were baked."""
    numbers = asdict(detection_errors(truth, found))
    numbers["own_slide_95"] = _nearly_all(own_slides(truth))
    apart = source_separation(truth)[truth.counts]
    if len(apart):
        numbers |= {"source_least": float(apart.min()), "source_most": float(apart.max())}
    if RIG in baked:
        numbers["contacts"] = contact_f1(truth, baked[RIG].contact_names, baked[RIG].contacts)
        numbers |= _pose(truth, baked[RIG])
    for character, each in baked.items():
        numbers |= _ground(truth, each, character)
    for character in (PUPPET, FIGURE):
        if character in baked:
            numbers |= _strides(truth, baked[character], character)
    if PUPPET in baked:
        numbers |= view_scores(truth, baked[PUPPET], fps) | order_scores(truth, baked[PUPPET])
        numbers["puppet_ankles"] = ankles_kept(truth, baked[PUPPET])
    if found is not None:
        numbers["advice"] = 100.0 * advice_is_right(truth, found, fps)
    return {name: float(value) for name, value in numbers.items() if np.isfinite(value)}


def _pose(truth: PersonTruth, rig: Baked) -> Numbers:
    counts = truth.counts
    if not counts.any():
        return {}
    facing, head = facing_errors(truth, rig)[counts], head_errors(truth, rig)[counts]
    joints, path = joint_errors(truth, rig)[counts], path_errors(truth, rig)[counts]
    legs, arms = (straightness_errors(truth, rig, limbs) for limbs in (LEGS, ARMS))
    yaw, pitch, roll = np.nanmedian(head, axis=0)
    along, towards = np.percentile(path, NEARLY_ALL, axis=0)
    return {
        "facing": float(np.median(facing)),
        "facing_95": _nearly_all(facing),
        "head_yaw": yaw,
        "head_pitch": pitch,
        "head_roll": roll,
        "joints": float(joints.mean()),
        "joints_95": _nearly_all(joints),
        "head_pitch_95": _nearly_all(head[:, 1]),
        "head_roll_95": _nearly_all(head[:, 2]),
        "legs_bent": _median(legs),
        "legs_bent_95": _nearly_all(legs),
        "arms_bent": _median(arms),
        "arms_bent_95": _nearly_all(arms),
        "path_along": along,
        "path_towards": towards,
    }


def _ground(truth: PersonTruth, baked: Baked, character: str) -> Numbers:
    heights, slid = support_heights(truth, baked), slides(truth, baked)
    deepest = penetrations(truth, baked)
    return {
        f"{character}_above": _median(heights),
        f"{character}_off": _nearly_all(np.abs(heights)),
        f"{character}_deepest": float(np.nanmax(deepest)) if np.isfinite(deepest).any() else float("nan"),
        f"{character}_slide": _median(slid),
        f"{character}_slide_95": _nearly_all(slid),
    }


def _strides(truth: PersonTruth, baked: Baked, character: str) -> Numbers:
    # Legs alone: a drawn figure shows no other joints that can be read.
    picture = baked.joints[..., [0, 2]]
    told = asdict(strides(truth, picture, baked.leg))
    tilts = tilt_errors(truth, baked)[truth.counts]
    told |= {"tilt": _median(tilts), "tilt_95": _nearly_all(tilts)}
    return {f"{character}_{name}": value for name, value in told.items()}


def _median(values: Doubles) -> float:
    return float(np.nanmedian(values)) if np.isfinite(values).any() else float("nan")


def _nearly_all(values: Doubles) -> float:
    return float(np.nanpercentile(values, NEARLY_ALL)) if np.isfinite(values).any() else float("nan")
