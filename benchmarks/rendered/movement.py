"""A body's movement: rotations of the canonical joints and the way of its hips, to be read at any time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.motion_library import CANONICAL_COUNT, CANONICAL_INDEX, CANONICAL_PARENTS

from .body_mesh import TO_BLENDER

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Movement:
    """`rotations` (T, 24, 4) local unit quaternions w x y z and `root` (T, 3) metres of the hips' joint, in the motion's
    axes (Y up, facing +Z), on the body of `offsets` (24, 3).
    """

    rotations: Array
    root: Array
    offsets: Array
    fps: float

    def __len__(self) -> int:
        return len(self.root)

    @property
    def leg(self) -> float:
        """Thigh and shin, metres."""
        shins = [CANONICAL_INDEX[name] for name in ("LLeg", "LFoot", "RLeg", "RFoot")]
        return float(np.linalg.norm(self.offsets[shins], axis=1).sum()) / 2

    def cut(self, first: int, last: int | None = None) -> Movement:
        """The frames from first to last, without the last."""
        return Movement(self.rotations[first:last], self.root[first:last], self.offsets, self.fps)

    def looped(self, seconds: float) -> Movement:
        """The same again and again, each time from where it ended, for so long; a last frame like the first is left
        out, and a rest of a difference is spread over the last frames.
        """
        pose, root = self.rotations, self.root
        if _difference(pose[-1], pose[0]) < _difference(pose[-2], pose[0]) * 0.6:
            step = root[-1] - root[0]
            pose, root = pose[:-1], root[:-1]
        else:
            step = root[-1] - root[0] + (root[-1] - root[-2])
        step = step * (1, 0, 1)
        blend = min(6, len(pose) // 4)
        share = np.linspace(0, 1, blend + 2)[1:-1, None, None] * 0.5
        pose, root = pose.copy(), root.copy()
        before = np.concatenate([pose[-blend:], pose[:1]])
        lead = nlerp(before[-2], pose[0], 0.5)
        for k in range(blend):
            pose[-blend + k] = nlerp(pose[-blend + k], lead, float(share[k, 0, 0]))
        count = int(np.ceil(seconds * self.fps / len(pose))) + 1
        return Movement(
            np.concatenate([pose] * count),
            np.concatenate([root + n * step for n in range(count)]),
            self.offsets,
            self.fps,
        ).cut(0, round(seconds * self.fps))

    def held(self, frames: int) -> Movement:
        """With the first pose held for so many frames before, and the last after."""
        before, after = [self.rotations[:1]] * frames, [self.rotations[-1:]] * frames
        roots = [self.root[:1]] * frames, [self.root[-1:]] * frames
        return Movement(
            np.concatenate([*before, self.rotations, *after]),
            np.concatenate([*roots[0], self.root, *roots[1]]),
            self.offsets,
            self.fps,
        )

    def turned(self, degrees: float) -> Movement:
        """Turned about the vertical, to the body's left for positive degrees."""
        half = np.radians(degrees) / 2
        spin = np.array((np.cos(half), 0.0, np.sin(half), 0.0))
        rotations = self.rotations.copy()
        rotations[:, 0] = quaternion_product(np.broadcast_to(spin, (len(self), 4)), rotations[:, 0])
        turn = quaternion_matrix(spin[None])[0]
        return Movement(rotations, self.root @ turn.T, self.offsets, self.fps)

    def facing(self) -> Array:
        """(T,) degrees about the vertical of the hips' forward axis, 0 at +Z, to the left positive."""
        forward = quaternion_matrix(self.rotations[:, 0])[:, :, 2]
        return np.degrees(np.arctan2(forward[:, 0], forward[:, 2]))

    def at(self, frame: float) -> tuple[Array, Array]:
        """World rotations (24, 3, 3) in Blender's axes and the middle of the hips' joints (3,) at a frame, or between
        two.
        """
        low = int(np.clip(np.floor(frame), 0, len(self) - 1))
        high, share = min(low + 1, len(self) - 1), float(np.clip(frame - low, 0, 1))
        local = quaternion_matrix(nlerp(self.rotations[low], self.rotations[high], share))
        world = np.empty((CANONICAL_COUNT, 3, 3))
        for joint, parent in enumerate(CANONICAL_PARENTS):
            world[joint] = local[joint] if parent < 0 else world[parent] @ local[joint]
        root = (1 - share) * self.root[low] + share * self.root[high]
        middle = (self.offsets[CANONICAL_INDEX["LUpLeg"]] + self.offsets[CANONICAL_INDEX["RUpLeg"]]) / 2
        return TO_BLENDER @ world @ TO_BLENDER.T, TO_BLENDER @ (root + world[0] @ middle)


def nlerp(first: Array, second: Array, share: float) -> Array:
    """Between quaternions (…, 4), along the shorter way."""
    near = np.where((first * second).sum(axis=-1, keepdims=True) < 0, -second, second)
    mixed = (1 - share) * first + share * near
    unit: Array = mixed / np.linalg.norm(mixed, axis=-1, keepdims=True)
    return unit


def quaternion_product(first: Array, second: Array) -> Array:
    """(…, 4) the turn `second` followed by `first`."""
    a, b, c, d = np.moveaxis(first, -1, 0)
    w, x, y, z = np.moveaxis(second, -1, 0)
    return np.stack(
        (
            a * w - b * x - c * y - d * z,
            a * x + b * w + c * z - d * y,
            a * y - b * z + c * w + d * x,
            a * z + b * y - c * x + d * w,
        ),
        axis=-1,
    )


def quaternion_matrix(quaternions: Array) -> Array:
    """(…, 4) unit quaternions w x y z to (…, 3, 3) matrices, in double precision."""
    w, x, y, z = np.moveaxis(np.asarray(quaternions, dtype=np.float64), -1, 0)
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )
    matrices: Array = np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)
    return matrices


def _difference(first: Array, second: Array) -> float:
    return float((1 - np.abs((first * second).sum(axis=-1))).sum())
