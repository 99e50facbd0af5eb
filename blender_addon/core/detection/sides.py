"""Which leg is the left one: where the network takes one limb for the other for some frames, the motion tells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import Array
from ..skeleton import JointLayout

LIMB_PAIRS: tuple[tuple[str, ...], ...] = (
    ("hip", "knee", "ankle", "heel", "toe"),
    ("shoulder", "elbow", "wrist", "pinky", "index_knuckle", "thumb"),
)
"""The legs and the arms, as far as a layout has them: a leg is mistaken for the other as a whole, and so is an arm."""

DOUBT = 0.04
"""What it costs a frame to say that the network is wrong, in body sizes of motion that are spared by it."""

LONGEST_GAP = 5
"""Frames out of sight over which motion tells nothing any more."""


def swapped_frames(
    layout: JointLayout, frames: NDArray[np.int64], positions: Array, seen: Array, parts: tuple[str, ...]
) -> NDArray[np.bool_]:
    """(N,) whether left and right of the parts are to be swapped, for one person's (N,) frames, (N, K, 2) positions
    and (N, K) confidence.

    The choice for the whole clip that moves least, each swap paid for with DOUBT: the shortest path through two states
    a frame (Viterbi).
    """
    sides = [[layout.points.index(f"{side}_{part}") for part in parts] for side in ("left", "right")]
    visible = (seen > 0)[..., None]
    lowest, highest = (
        np.where(visible, positions, -np.inf).max(axis=1),
        np.where(visible, positions, np.inf).min(axis=1),
    )
    size = np.maximum((lowest - highest).max(axis=1), 1.0)
    as_is, crossed = (
        _motion(positions, seen, sides[0] + sides[1], after) / size[1:]
        for after in (sides[0] + sides[1], sides[1] + sides[0])
    )
    apart = np.diff(frames)
    as_is, crossed = (np.where(apart <= LONGEST_GAP, step / np.maximum(apart, 1), 0.0) for step in (as_is, crossed))
    cost = np.array([0.0, DOUBT])
    came_from = np.zeros((len(frames), 2), dtype=np.int64)
    for row, (same, other) in enumerate(zip(as_is, crossed, strict=True), 1):
        ways = cost[:, None] + np.array([[same, other], [other, same]])
        came_from[row] = ways.argmin(axis=0)
        cost = ways.min(axis=0) + np.array([0.0, DOUBT])
    swapped = np.zeros(len(frames), dtype=np.bool_)
    state = int(cost.argmin())
    for row in range(len(frames) - 1, -1, -1):
        swapped[row] = bool(state)
        state = int(came_from[row, state])
    return swapped


def with_sides_kept(
    layout: JointLayout, frames: NDArray[np.int64], positions: Array, seen: Array
) -> tuple[Array, Array]:
    """One person's (N, K, 2) positions and (N, K) confidence with the limbs of swapped frames put right.

    Depth needs no such thing: the network knows which side is the near one even where it lays the near leg over the far
    one.
    """
    kept_positions, kept_seen = positions.copy(), seen.copy()
    for pair in LIMB_PAIRS:
        parts = tuple(part for part in pair if {f"left_{part}", f"right_{part}"} <= set(layout.points))
        if not parts:
            continue
        left, right = (
            np.array([layout.points.index(f"{side}_{part}") for part in parts]) for side in ("left", "right")
        )
        rows = np.flatnonzero(swapped_frames(layout, frames, positions, seen, parts))[:, None]
        for kept, source in ((kept_positions, positions), (kept_seen, seen)):
            kept[rows, left], kept[rows, right] = source[rows, right], source[rows, left]
    return kept_positions, kept_seen


def _motion(positions: Array, seen: Array, before: list[int], after: list[int]) -> NDArray[np.float64]:
    """(N − 1,) the mean way in pixels from the landmarks `before` of each frame to those `after` of the next, each
    weighed by how surely both were seen.
    """
    ways = np.linalg.norm(positions[1:, after] - positions[:-1, before], axis=-1).astype(np.float64)
    weights = np.sqrt(seen[1:, after] * seen[:-1, before])
    total: NDArray[np.float64] = (ways * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-6)
    return total
