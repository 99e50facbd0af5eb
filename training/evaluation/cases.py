"""What is filmed, and its truth: the same local rotations on the target body, seen by the same kind of camera from the
target view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from blender_addon.core.motion import View, rotation
from blender_addon.core.pose_sequence import DepthEvidence, PoseSequence
from blender_addon.core.skeleton import JOINT_COUNT, Joint, Skeleton

from ..depth_evidence import DepthErrors, depth_evidence
from ..motion_library import Array
from ..synthetic import FPS
from .conditions import Condition, Given, Target
from .draws import Draw
from .played_motion import STEADY, PlayedMotion, perform, posed

Mask = NDArray[np.bool_]

PICTURE = (1920, 1080)
BODY_IN_PICTURE = (0.4, 0.7)
"""Body heights in picture heights, lowest and highest."""


@dataclass(frozen=True, eq=False)
class Task:
    """One retargeting and its truth.

    `source`, `skeleton` and `view` are what `Retargeter.retarget` takes. `truth` (T, 15, 2) and `truth_depth` (T, 15)
    are in the answer's unit, of which the target's body has `height` and a source pixel, at the true scale of the two
    pictures, `magnification`. `contacts` (T, 2) are 1 where a foot is planted, `ankle_speed` (T, 2) in heights a
    second; `hidden` (T, 15) is where the source was made unseen; `filmed` is what is true of the source, where it was filmed.
    """

    group: str
    source: PoseSequence
    skeleton: Skeleton | PoseSequence | None
    view: View | PoseSequence | None
    truth: Array
    truth_depth: Array
    height: float
    magnification: float
    contacts: Array
    ankle_speed: Array
    hidden: Mask
    filmed: FilmedTruth | None = None


@dataclass(frozen=True, eq=False)
class FilmedTruth:
    """What is true of the source clip, in its pixels.

    `joints` (T, 15, 3) about the mid-hip in the camera's frame, `skeleton` the performer's body, `view` the camera,
    `contacts` (T, 2) 1 where a foot is planted.
    """

    joints: Array
    skeleton: Skeleton
    view: View
    contacts: Array


@dataclass(frozen=True, eq=False)
class Case:
    """A source clip, and everything that may be asked of it: index 0 is the source's body or view, 1 the target's.

    `played` are the source's motion on both bodies, `examples` another motion on both, `per_metre` the scales of
    source and target clip, `closeness` of the cameras to the performer in both.
    """

    group: str
    condition: Condition
    played: tuple[PlayedMotion, PlayedMotion]
    examples: tuple[PlayedMotion, PlayedMotion]
    views: tuple[View, View]
    per_metre: tuple[float, float]
    closeness: tuple[float, float]
    hidden: Mask
    seed: int

    @property
    def steady(self) -> bool:
        """Whether the motion has a facing direction, so that other views of it can be asked for."""
        return self.played[0].steadiness >= STEADY

    def offers(self, target: Target) -> bool:
        """Whether this column can be asked of this motion."""
        return self.steady or not target.column.other_view

    def task(self, target: Target) -> Task:
        """What is asked in one column."""
        column = target.column
        body, view = self.played[column.other_body], self.views[column.other_view]
        example = self._filmed(self.examples[column.other_body], view, clip=1) if target.given is Given.CLIP else None
        told_skeleton, told_view = (body.skeleton, view) if target.given is Given.KNOWN else (example, example)
        per_metre = self._unit(target)
        return Task(
            group=self.group,
            source=_hide(self._source(), self.hidden),
            filmed=self._truth_of_source(),
            skeleton=told_skeleton if column.other_body else None,
            view=told_view if column.other_view else None,
            truth=body.seen(view, per_metre, self.closeness[0]),
            truth_depth=body.depth(view, per_metre),
            height=body.skeleton.height * per_metre,
            magnification=per_metre / self.per_metre[0],
            contacts=body.contacts.numpy(),
            ankle_speed=body.ankle_speed,
            hidden=self.hidden,
        )

    def unhidden(self) -> Case:
        """The same with every joint seen."""
        return replace(self, hidden=np.zeros_like(self.hidden))

    def _source(self) -> PoseSequence:
        """The source clip, with depth where the condition says so."""
        poses = self._filmed(self.played[0], self.views[0], clip=0)
        if not self.condition.depth:
            return poses
        truth = self._truth_of_source()
        told, certain = depth_evidence(
            torch.from_numpy(truth.joints[None, ..., 2]),
            torch.from_numpy(poses.confidence[None]),
            torch.tensor([truth.skeleton.height]),
            DepthErrors(absent=0.0, exact=0.0),
            torch.Generator().manual_seed(self.seed),
        )
        return replace(poses, depth=DepthEvidence(told[0].numpy(), certain[0].numpy()))

    def _truth_of_source(self) -> FilmedTruth:
        body, per_metre = self.played[0], np.float32(self.per_metre[0])
        joints = body.joints.numpy() @ rotation(self.views[0]).T * per_metre
        return FilmedTruth(joints, body.skeleton.scaled(float(per_metre)), self.views[0], body.contacts.numpy())

    def _unit(self, target: Target) -> float:
        """Units to the metre in the answer: the target clip's pixels, metres where a skeleton was given, else the
        source's pixels.
        """
        if not target.column.other_body:
            return self.per_metre[0]
        return self.per_metre[1] if target.given is Given.CLIP else 1.0

    def _filmed(self, played: PlayedMotion, view: View, clip: int) -> PoseSequence:
        """The source clip (0) or the target clip (1) as a detector gives it."""
        positions = (
            played.seen(view, self.per_metre[clip], self.closeness[clip]) + np.array(PICTURE, dtype=np.float32) / 2
        )
        deviation = self.condition.noise * played.skeleton.height * self.per_metre[clip]
        noise = np.random.default_rng((self.seed, clip)).standard_normal(positions.shape) * deviation
        return PoseSequence(
            (positions + noise).astype(np.float32), np.ones(positions.shape[:2], dtype=np.float32), FPS, PICTURE
        )


def film(draw: Draw, condition: Condition) -> Case:
    """A draw under a condition."""
    bodies = (draw.source, draw.target)
    example = draw.example if condition.held_pose is None else posed(draw.example, condition.held_pose)
    first, second = perform(draw.motion, bodies)
    (shown_first,), (shown_second,) = (perform(example, (body,)) for body in bodies)
    low, high = condition.elevation
    rolls = (condition.roll * (1 if draw.seed % 2 else -1), 0.0)
    views = [
        View(condition.azimuth * draw.azimuths[index], low + (high - low) * draw.elevations[index], rolls[index])
        for index in range(2)
    ]
    size_low, size_high = BODY_IN_PICTURE
    sizes = [PICTURE[1] * (size_low + (size_high - size_low) * size) for size in draw.sizes]
    return Case(
        group=draw.group,
        condition=condition,
        played=(first, second),
        examples=(shown_first, shown_second),
        views=(views[0], views[1]),
        per_metre=(sizes[0] / first.skeleton.height, sizes[1] / second.skeleton.height),
        closeness=(
            _closeness(draw, condition, (first, second)),
            _closeness(draw, condition, (shown_first, shown_second)),
        ),
        hidden=_hidden(draw, condition),
        seed=draw.seed,
    )


def _closeness(draw: Draw, condition: Condition, played: Sequence[PlayedMotion]) -> float:
    if condition.nearest is None:
        return 0.0
    low, high = condition.nearest
    return 1 / (low + (high - low) * draw.nearness + max(one.reach for one in played))


def _hidden(draw: Draw, condition: Condition) -> Mask:
    hidden = np.zeros((draw.motion.frames, JOINT_COUNT), dtype=np.bool_)
    generator = np.random.default_rng((draw.seed, 2))
    joints = generator.choice(
        [int(joint) for joint in Joint if joint != Joint.MID_HIP], condition.hidden_joints, replace=False
    )
    begin = int(generator.integers(max(1, draw.motion.frames - condition.hidden_frames + 1)))
    hidden[begin : begin + condition.hidden_frames, joints] = True
    return hidden


def _hide(poses: PoseSequence, hidden: Mask) -> PoseSequence:
    return replace(poses, confidence=np.where(hidden, np.float32(0), poses.confidence)) if hidden.any() else poses


def tasks(cases: Sequence[Case], target: Target) -> list[Task]:
    """What is asked in one column, of the cases that can be asked it."""
    return [case.task(target) for case in cases if case.offers(target)]
