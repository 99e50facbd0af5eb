"""How far the detector's depths are off, joint by joint and view by view: what training can draw from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from blender_addon.core.skeleton import JOINT_COUNT, Joint

from .clip_truth import PersonTruth
from .found_people import FoundPerson

Doubles = NDArray[np.float64]
SECTOR = 45.0
"""Degrees of azimuth that one view of the table spans."""


@dataclass(frozen=True, eq=False)
class DepthErrors:
    """N joints of N moments, one array a column, all (N,) float32 but `joint`, which is int8.

    Attributes:
        joint: which of the 15.
        azimuth: degrees, the trunk's as the camera sees it.
        elevation: degrees that the camera looks down by.
        confidence: the detector's, of the depth.
        told: how far behind the mid-hip the detector says the joint is, in the performer's heights.
        true: how far it is.
        off: how far the joint is off in the picture, in heights.
    """

    joint: NDArray[np.int8]
    azimuth: NDArray[np.float32]
    elevation: NDArray[np.float32]
    confidence: NDArray[np.float32]
    told: NDArray[np.float32]
    true: NDArray[np.float32]
    off: NDArray[np.float32]


def depth_errors(truth: PersonTruth, found: FoundPerson | None) -> DepthErrors:
    """Of one person; empty where nobody was found."""
    shape = truth.joints.shape[:2]
    if found is None:
        return DepthErrors(np.zeros(0, np.int8), *(np.zeros(0, np.float32) for _ in fields(DepthErrors)[1:]))
    height = truth.height * truth.pixels_per_metre[:, None]
    there = (found.depth_confidence > 0) & truth.counts[:, None]
    columns = (
        np.broadcast_to(truth.facing[:, None], shape),
        np.broadcast_to(truth.elevation[:, None], shape),
        found.depth_confidence,
        found.depth / height,
        (truth.depths - truth.depths[:, [Joint.MID_HIP]]) / truth.height,
        np.linalg.norm(found.pixels - truth.pixels, axis=-1) / height,
    )
    joint = np.broadcast_to(np.arange(JOINT_COUNT, dtype=np.int8), shape)
    return DepthErrors(joint[there], *(column[there].astype(np.float32) for column in columns))


def joined(parts: Sequence[DepthErrors]) -> DepthErrors:
    """All of them in one."""
    return DepthErrors(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(DepthErrors)))


def by_joint_and_view(errors: DepthErrors) -> dict[str, list[tuple[float, float]]]:
    """Bias and spread in percent of the height, of each joint in each of the eight views, 0 faces the camera; nan
    where there are none.
    """
    views = np.round(errors.azimuth / SECTOR).astype(int) % round(360 / SECTOR)
    off = 100.0 * (errors.told - errors.true).astype(np.float64)
    table = {}
    for joint in Joint:
        if joint is Joint.MID_HIP:
            continue
        rows = [off[(errors.joint == joint) & (views == view)] for view in range(round(360 / SECTOR))]
        table[joint.name.lower()] = [
            (float(row.mean()), float(row.std())) if len(row) else (float("nan"), float("nan")) for row in rows
        ]
    return table
