"""The rows: methods that put a motion on another body and into another view, from a plain copy to the networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from blender_addon.core.gaps.interpolation import interpolate_gaps
from blender_addon.core.motion import CameraAngle
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.retargeting import Retargeter
from blender_addon.core.skeleton import (
    BONE_CHILDREN,
    BONE_PARENTS,
    BONE_PATHS,
    HEIGHT_BONES,
    MIRROR_BONES,
    Joint,
    Skeleton,
)

from ..motion_library import Array
from .cases import FilmedTruth, Task
from .conditions import Column, Given, Target
from .oracles import Known, Oracle
from .prediction import Method, Prediction

EVERY_COLUMN = frozenset(Column)
SCALING_COLUMNS = frozenset({Column.BODY, Column.BOTH})
"""Where nothing is to be scaled, the scaling methods are the copy."""


def copied(tasks: Sequence[Task]) -> list[Prediction]:
    """The source's picture at the true scale: the performer as they are, gaps bridged by curves in time."""
    return [Prediction(_filled(task.source) * np.float32(task.magnification)) for task in tasks]


def globally_scaled(tasks: Sequence[Task]) -> list[Prediction]:
    """The source's picture times the ratio of the heights."""
    return [
        Prediction(
            _filled(task.source) * np.float32(_height(_target_lengths(task)) / _height(longest_bones(task.source)))
        )
        for task in tasks
    ]


def limb_scaled(tasks: Sequence[Task]) -> list[Prediction]:
    """Each bone as the picture shows it, times the ratio of its lengths; the root's path times the ratio of the legs'."""
    return [Prediction(_limb_scaled(task)) for task in tasks]


def _limb_scaled(task: Task) -> Array:
    source, target = longest_bones(task.source), _target_lengths(task)
    filled = _filled(task.source)
    bones = _bones(filled) * (target / source)[:, None]
    path = filled[:, Joint.MID_HIP, None] * np.float32(Skeleton(target).leg_length / Skeleton(source).leg_length)
    return (BONE_PATHS @ bones + path).astype(np.float32)


def longest_bones(poses: PoseSequence) -> Array:
    """(14,) float32: each bone's greatest length in the picture over the clip, right and left shared; in the frames
    where both of its ends are seen.
    """
    lengths = np.linalg.norm(_bones(poses.positions), axis=-1)
    seen = poses.seen[:, BONE_CHILDREN] & poses.seen[:, BONE_PARENTS]
    longest: Array = np.maximum(np.where(seen, lengths, np.float32(0)).max(axis=0), np.float32(1e-3))
    return np.maximum(longest, longest[list(MIRROR_BONES)])


def _bones(joints: Array) -> Array:
    """Bone vectors (T, 14, 2) of joints (T, 15, 2)."""
    return joints[:, BONE_CHILDREN] - joints[:, BONE_PARENTS]


def _target_lengths(task: Task) -> Array:
    if isinstance(task.skeleton, PoseSequence):
        return longest_bones(task.skeleton)
    return task.skeleton.lengths if task.skeleton else longest_bones(task.source)


def _height(lengths: Array) -> float:
    return float(lengths[list(HEIGHT_BONES)].sum())


def _filled(poses: PoseSequence) -> Array:
    return interpolate_gaps(poses.positions, poses.seen)


@dataclass(frozen=True)
class Network:
    """A retargeter as a method; told the `tilt` and the `height` of the source's camera, as a user can tell it."""

    retargeter: Retargeter
    tilt: bool = False
    height: bool = False

    def __call__(self, tasks: Sequence[Task]) -> list[Prediction]:
        """All tasks, which are of one column, in one batch."""
        motions = self.retargeter.retarget_many(
            [task.source for task in tasks],
            [task.skeleton for task in tasks],
            [task.view for task in tasks],
            cameras=[_held(task.filmed, self.tilt, self.height) for task in tasks],
        )
        return [Prediction(motion.positions, motion.depth, motion.contacts) for motion in motions]


def _held(filmed: FilmedTruth | None, tilt: bool, height: bool) -> CameraAngle:
    if filmed is None:
        return CameraAngle()
    view = filmed.view
    return CameraAngle(float(view.roll) if tilt else None, float(view.elevation) if height else None)


@dataclass(frozen=True)
class Sources:
    """Where networks come from: the `data` folder with `baselines/lcm`, None where there is none; the `device`; other
    weights than the shipped ones.
    """

    data: Path | None
    device: str = "auto"
    paper: Path | None = None
    kinematic: Path | None = None


def _official(sources: Sources) -> Method:
    if sources.data is None:
        raise ValueError(
            "The official weights are needed for the row lcm; name the folder that holds baselines/lcm with --data."
        )
    return Network(Retargeter.load("paper", device=sources.device, weights=sources.data / "baselines" / "lcm"))


def _paper(sources: Sources) -> Method:
    return Network(Retargeter.load("paper", device=sources.device, weights=sources.paper))


def _kinematic(sources: Sources, *, tilt: bool = False, height: bool = False) -> Method:
    return Network(Retargeter.load("kinematic", device=sources.device, weights=sources.kinematic), tilt, height)


def _without_posture(sources: Sources) -> Method:
    network = _kinematic(sources)

    def told_less(tasks: Sequence[Task]) -> list[Prediction]:
        return network(
            [
                replace(task, skeleton=Skeleton(task.skeleton.lengths) if isinstance(task.skeleton, Skeleton) else None)
                if not isinstance(task.skeleton, PoseSequence)
                else task
                for task in tasks
            ]
        )

    return told_less


def _oracle(known: Known = Known.NOTHING, *, planted: bool = True) -> Callable[[Sources], Method]:
    def load(sources: Sources) -> Method:
        weights = sources.kinematic
        return Oracle(Retargeter.load("kinematic", device=sources.device, weights=weights), known, planted)

    return load


ORACLES: dict[str, Known] = {
    "lengths": Known.LENGTHS,
    "view": Known.VIEW,
    "depth-signs": Known.DEPTH_SIGNS,
    "depth-sizes": Known.DEPTH_SIZES,
    "depth": Known.DEPTH,
    "contacts": Known.CONTACTS,
    "posture": Known.POSTURE,
    "source": Known.ALL,
}
"""What of the source the oracle rows are told."""


@dataclass(frozen=True)
class Row:
    """A method in the tables: which columns it has an answer of its own in, and what it is."""

    name: str
    title: str
    meaning: str
    load: Callable[[Sources], Method]
    columns: frozenset[Column] = EVERY_COLUMN
    has_depth: bool = False
    is_oracle: bool = False

    def answers(self, target: Target) -> bool:
        """Whether the row has an answer in a column: an oracle where the target is known and something is to be done."""
        if self.is_oracle:
            return target.given is Given.KNOWN
        return target.column in self.columns


ROWS: tuple[Row, ...] = (
    Row("copy", "copy", "the source's picture at the true scale, gaps bridged by curves in time", lambda _: copied),
    Row(
        "global",
        "global scale",
        "the same times one factor, the ratio of the heights",
        lambda _: globally_scaled,
        SCALING_COLUMNS,
    ),
    Row(
        "limbs",
        "limb scaling",
        "each bone's picture times the ratio of its lengths, which are each clip's maximum 2D length, left and right shared, or the target's known one",
        lambda _: limb_scaled,
        SCALING_COLUMNS,
    ),
    Row("lcm", "LCM, official weights", "the network of Aberman et al. 2019 with its published weights", _official),
    Row("paper", "our `paper`", "the same network, trained by this project", _paper),
    Row("kinematic", "our `kinematic`", "as `Retargeter.load()` gives it", _kinematic, has_depth=True),
    Row(
        "tilt",
        "our `kinematic`, tilt given",
        "the same, told how far the source's camera is tilted",
        partial(_kinematic, tilt=True),
    ),
    Row(
        "camera",
        "our `kinematic`, camera given",
        "the same, told the tilt and the height of the source's camera",
        partial(_kinematic, tilt=True, height=True),
    ),
    Row("upright", "our `kinematic`, no posture", "the same, told nothing of the target's posture", _without_posture),
    Row(
        "unplanted",
        "our `kinematic`, no planting",
        "the same, without foot planting",
        _oracle(planted=False),
        is_oracle=True,
    ),
    *(
        Row(f"true-{name}", f"true {name}", f"the same, with the source's true {name}", _oracle(known), is_oracle=True)
        for name, known in ORACLES.items()
    ),
    Row(
        "floor",
        "all true, no planting",
        "the least that our codes can be off",
        _oracle(Known.ALL, planted=False),
        is_oracle=True,
    ),
)
ROW_NAMES: tuple[str, ...] = tuple(row.name for row in ROWS)


def row_named(name: str) -> Row:
    """The row of this name; ValueError where there is none."""
    for row in ROWS:
        if row.name == name:
            return row
    raise ValueError(f"There is no row {name}; choose of {', '.join(ROW_NAMES)}.")
