"""A motion sampled on the frames of the scene."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ...core.limbs import Limb
from ...core.skeleton import Skeleton

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SceneLandmark:
    """One point beside the joints: `offsets` (K, 3) from the joint that carries it, x right, y down, z away;
    `confidence` (K,) in 0..1, 0 = unseen.
    """

    offsets: Array
    confidence: Array


@dataclass(frozen=True)
class Cycle:
    """A motion that repeats every `frames` frames, and moves by `travel` to the right of the picture, in the motion's
    unit.

    `in_place`: it is to be performed without that. `endless`: it goes on beyond its keys. `first_frame` is the scene's
    frame at which its first frame was, and `closing_error` how far the two frames that it closes with were apart,
    beside all that moves in it. `padding_cycles`: cycles that lie before the motion's own first frame.
    """

    frames: int
    travel: float
    in_place: bool
    endless: bool
    first_frame: int
    closing_error: float
    padding_cycles: int = 0


@dataclass(frozen=True, eq=False)
class SceneMotion:
    """A `RetargetedMotion` with one pose a scene frame.

    `frames` (K,) int, whole scene frames in order; `positions` (K, 15, 2), x right, y down, and `depth` (K, 15), + away
    from the camera, in the unit of `skeleton`; `contacts` (K, 2) in 0..1, right and left foot; `confidence` (K, 15) in
    0..1. All float64. `landmarks`: points beside the joints, by name. `fps`: the scene's frames a second. `view_moves`:
    the camera moves around the performer, so standing feet move in the picture. `leg_turns` (K, 2) radians: how far
    right and left leg are turned in the picture beside the trunk; None where they are not. `cycle` is None where the
    motion is performed once. `way` (K,): how far away the mid-hip goes, in depth; None where it stays in the plane.
    `rolls` (K, 2) in 0..1: how far right and left foot roll over their toes while they stand; None where unknown.
    `unseen` (K,): where each limb was out of sight for a while, and is made up; `hides`: drawings leave it out there.
    `part_of`: the longer motion that it is a part of, whose start says where the character stands; None of a whole one.
    """

    frames: NDArray[np.int64]
    positions: Array
    depth: Array
    contacts: Array
    confidence: Array
    skeleton: Skeleton
    landmarks: Mapping[str, SceneLandmark] = field(default_factory=dict)
    fps: float = 24.0
    view_moves: bool = False
    leg_turns: Array | None = None
    cycle: Cycle | None = None
    way: Array | None = None
    rolls: Array | None = None
    unseen: Mapping[Limb, NDArray[np.bool_]] | None = None
    hides: bool = False
    part_of: SceneMotion | None = None

    def __len__(self) -> int:
        return len(self.frames)

    def rolls_of(self, foot: int) -> Array:
        """(K,) how far a foot, a column of contacts, rolls over its toes while it stands."""
        return self.rolls[:, foot] if self.rolls is not None else np.zeros(len(self))

    def part(self, chosen: NDArray[np.intp]) -> SceneMotion:
        """Some of its frames (n,), by their places."""
        landmarks = {
            name: SceneLandmark(landmark.offsets[chosen], landmark.confidence[chosen])
            for name, landmark in self.landmarks.items()
        }
        return replace(
            self,
            frames=self.frames[chosen],
            positions=self.positions[chosen],
            depth=self.depth[chosen],
            contacts=self.contacts[chosen],
            confidence=self.confidence[chosen],
            landmarks=landmarks,
            leg_turns=self.leg_turns[chosen] if self.leg_turns is not None else None,
            way=self.way[chosen] if self.way is not None else None,
            rolls=self.rolls[chosen] if self.rolls is not None else None,
            unseen={limb: mask[chosen] for limb, mask in self.unseen.items()} if self.unseen is not None else None,
            part_of=self.part_of or self,
        )
