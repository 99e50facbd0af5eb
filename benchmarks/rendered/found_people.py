"""What the product's detection wrote, and which of the people it found is which of the clip."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from blender_addon.core.skeleton import JOINT_COUNT

from .clip_truth import ClipTruth, PersonTruth

Doubles = NDArray[np.float64]
FARTHEST = 0.5
"""Mean distance, in heights, from which on somebody found is nobody of the clip."""


@dataclass(frozen=True, eq=False)
class FoundPerson:
    """One person found in T frames.

    Attributes:
        performer: the product's number.
        pixels: (T, 15, 2) x right, y down.
        confidence: (T, 15), 0 = unseen.
        depth: (T, 15) pixels behind the mid-hip, and `depth_confidence` (T, 15); zeros where the product says nothing.
    """

    performer: int
    pixels: Doubles
    confidence: Doubles
    depth: Doubles
    depth_confidence: Doubles


def read_found(path: Path, frames: int) -> tuple[FoundPerson, ...]:
    """Everybody in a pose file, over so many frames."""
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    people = len(arrays["person"])
    nothing = np.zeros((people, frames, JOINT_COUNT))
    values = [
        _over(np.asarray(arrays.get(name, nothing), np.float64), frames)
        for name in ("positions", "confidence", "depth", "depth_confidence")
    ]
    return tuple(
        FoundPerson(int(performer), *(value[person] for value in values))
        for person, performer in enumerate(arrays["person"])
    )


def _over(values: Doubles, frames: int) -> Doubles:
    """(P, frames, …): cut, or with zeros behind."""
    whole = np.zeros((len(values), frames, *values.shape[2:]))
    there = min(frames, values.shape[1])
    whole[:, :there] = values[:, :there]
    return whole


def matched(clip: ClipTruth, found: tuple[FoundPerson, ...]) -> tuple[FoundPerson | None, ...]:
    """Who of `found` is each person of the clip: the nearest pairs first, each once; None where nobody is near."""
    costs = np.array([[_distance(truth, one) for one in found] for truth in clip.people]).reshape(-1, len(found))
    pairs: dict[int, FoundPerson] = {}
    while costs.size and costs.min() < FARTHEST:
        person, one = np.unravel_index(int(costs.argmin()), costs.shape)
        pairs[int(person)] = found[int(one)]
        costs[person, :], costs[:, one] = np.inf, np.inf
    return tuple(pairs.get(person) for person in range(len(clip.people)))


def _distance(truth: PersonTruth, found: FoundPerson) -> float:
    """Mean distance in heights over the frames in which the person is there; half a height where they are not found,
    so that who is followed longer is preferred.
    """
    if not truth.counts.any():
        return float("inf")
    seen = found.confidence > 0
    height = truth.height * truth.pixels_per_metre
    apart = np.linalg.norm(found.pixels - truth.pixels, axis=-1) / height[:, None]
    by_frame = np.where(seen.any(axis=1), _mean_where(apart, seen), FARTHEST)
    return float(np.minimum(by_frame, 1.0)[truth.counts].mean())


def _mean_where(values: Doubles, where: NDArray[np.bool_]) -> Doubles:
    return np.asarray((values * where).sum(axis=1) / np.maximum(where.sum(axis=1), 1))
