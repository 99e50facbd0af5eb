"""Joints of a drawn body: found where its pieces meet, picked by hand, or inferred where nothing is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...core.skeleton import JOINT_COUNT, Joint
from .body_parts import LIMB_PARTS, BodyPart, LimbParts
from .layer_pieces import LayerPiece
from .piece_masks import Area, Grid, joint_at_body, joint_between, meeting_point

Array = NDArray[np.float64]

STANDING_BODY: Mapping[Joint, tuple[float, float]] = {
    Joint.HEAD: (0.0, 1.45),
    Joint.NECK: (0.0, 1.0),
    Joint.RIGHT_SHOULDER: (-0.36, 1.0),
    Joint.RIGHT_ELBOW: (-0.42, 0.5),
    Joint.RIGHT_WRIST: (-0.44, 0.03),
    Joint.MID_HIP: (0.0, 0.0),
    Joint.RIGHT_HIP: (-0.18, 0.0),
    Joint.RIGHT_KNEE: (-0.19, -0.8),
    Joint.RIGHT_ANKLE: (-0.2, -1.57),
}
"""A standing body from the front, across and up from its mid-hip, in lengths of its trunk; the left is the mirror image
of the right.
"""
LEFT_OF = {
    limb.joints[at]: LIMB_PARTS[index + 1].joints[at]
    for index, limb in enumerate(LIMB_PARTS)
    if index % 2 == 0
    for at in range(3)
}

TRUNK_IN_TORSO = (0.12, 0.06)
"""Parts of a torso's height that neck and hips lie within it, from its top and its bottom, where no limb says more."""
HEAD_ON_NECK = 0.35
"""Part of a head's half height that its joint must be from its middle; nearer, and its lower edge is taken."""


@dataclass(eq=False)
class DrawnJoints:
    """Joints in the drawing's plane, (2,) each, right and up. `places` (15, 2); `ends` the far end of what a limb ends
    with; `neck` and `waist` where head and torso begin; `crown` the top of the head. What is `inferred` is not drawn.
    """

    places: Array
    ends: dict[BodyPart, Array]
    neck: Array
    waist: Array
    crown: Array
    inferred: frozenset[Joint] = frozenset()
    parts: frozenset[BodyPart] = field(default_factory=frozenset)


def find_joints(pieces: Sequence[LayerPiece], axes: Array) -> DrawnJoints:
    """Look at the pieces along `axes` (2, 3): the plane's right and up. ValueError where there is no torso and no two
    limbs to tell a body by.
    """
    return _Finder(pieces, axes).joints()


class _Finder:
    def __init__(self, pieces: Sequence[LayerPiece], axes: Array) -> None:
        reach = max((float(stroke.radii.max()) for piece in pieces for stroke in piece.strokes), default=0.0)
        self._grid = Grid.over([piece.points @ axes.T for piece in pieces], reach)
        masks = {piece.layer: self._grid.covered(piece, axes) for piece in pieces}
        self._areas = {
            part: area
            for part in BodyPart
            if (area := Area.of(self._grid, [masks[piece.layer] for piece in pieces if piece.part == part]))
        }
        self._pivots = {piece.part: piece.pivot @ axes.T for piece in pieces if piece.pivot is not None}
        self._body = Area.of(
            self._grid, [self._areas[part].mask for part in (BodyPart.TORSO, BodyPart.HIPS) if part in self._areas]
        )
        self._found: dict[Joint, Array] = {}
        self._ends: dict[BodyPart, Array] = {}

    def joints(self) -> DrawnJoints:
        for limb in LIMB_PARTS:
            self._limb(limb)
        trunk = self._trunk()
        places = self._with_inferred(*trunk)
        neck, crown = self._head(places, trunk[1])
        waist = self._waist(trunk[0])
        return DrawnJoints(
            places, self._ends, neck, waist, crown, frozenset(set(Joint) - set(self._found)), frozenset(self._areas)
        )

    def _limb(self, limb: LimbParts) -> None:
        """Root, middle and end, as far as they are drawn."""
        root, middle, end = limb.joints
        whole, upper, lower, last = (self._areas.get(part) for part in limb.parts)
        if whole is not None and upper is None and lower is None:
            self._whole_limb(limb, whole, last)
        elif upper is not None or lower is not None:
            if upper is not None and lower is not None:
                self._found[middle] = joint_between(upper, lower)
            elif upper is not None:
                self._found[middle] = upper.cap_far(self._body_near(upper))
            if upper is not None:
                self._found[root] = joint_at_body(upper, self._body or upper, self._found[middle])
            elif lower is not None:
                self._found[middle] = lower.cap_near(self._body_near(lower))
            if lower is not None:
                self._found[end] = (
                    joint_between(lower, last) if last is not None else lower.cap_far(self._found[middle])
                )
        for part, joint in zip(limb.parts, (root, root, middle, end), strict=True):
            if part in self._pivots:
                self._found[joint] = self._pivots[part]
        if last is not None and end in self._found:
            self._ends[limb.end] = 2 * last.middle - self._found[end]

    def _whole_limb(self, limb: LimbParts, whole: Area, last: Area | None) -> None:
        root, middle, end = limb.joints
        near = self._body_near(whole)
        self._found[root] = whole.cap_near(near)
        self._found[end] = joint_between(whole, last) if last is not None else whole.cap_far(near)
        self._found[middle] = whole.middle_slice()

    def _body_near(self, area: Area) -> Array:
        """Where a piece is nearest to the body: its own middle where there is no body."""
        return meeting_point(area, self._body)[0] if self._body is not None else area.points[area.points[:, 1].argmax()]

    def _trunk(self) -> tuple[Array, Array]:
        """Mid-hip and neck: the middles of hips and shoulders, where they are drawn, else by the torso's own height."""
        ends: list[Array] = []
        for (right, left), part, top in (
            ((LIMB_PARTS[2], LIMB_PARTS[3]), BodyPart.HIPS, False),
            ((LIMB_PARTS[0], LIMB_PARTS[1]), BodyPart.TORSO, True),
        ):
            sides = [self._found[limb.joints[0]] for limb in (right, left) if limb.joints[0] in self._found]
            if len(sides) == 2:
                ends.append(np.mean(sides, axis=0))
            elif self._body is not None:
                ends.append(self._end_of_torso(top=top))
            elif sides:
                ends.append(sides[0])
            else:
                raise ValueError("No layer is assigned to the torso; assign one, so that the body can be measured.")
            if part == BodyPart.HIPS and BodyPart.HIPS in self._pivots:
                ends[-1] = self._pivots[BodyPart.HIPS]
        mid_hip, neck = ends
        if not np.linalg.norm(neck - mid_hip) > self._grid.cell:
            raise ValueError("Shoulders and hips of the drawing lie in one point; assign its layers again.")
        return mid_hip, neck

    def _end_of_torso(self, *, top: bool) -> Array:
        assert self._body is not None
        points = self._body.points
        height = float(np.ptp(points[:, 1]))
        level = (
            points[:, 1].max() - TRUNK_IN_TORSO[0] * height if top else points[:, 1].min() + TRUNK_IN_TORSO[1] * height
        )
        return np.asarray(points[np.abs(points[:, 1] - level) <= max(self._grid.cell, height / 40)].mean(axis=0))

    def _with_inferred(self, mid_hip: Array, neck: Array) -> Array:
        """(15, 2) all joints: found ones, and the others inferred from the mirror image or from a standing body."""
        up = neck - mid_hip
        right = np.array((up[1], -up[0]))
        places = np.zeros((JOINT_COUNT, 2))
        for joint, (across, high) in STANDING_BODY.items():
            places[joint] = mid_hip + across * right + high * up
            if joint in LEFT_OF:
                places[LEFT_OF[joint]] = mid_hip - across * right + high * up
        places[Joint.MID_HIP], places[Joint.NECK] = mid_hip, neck
        drawn = dict(self._found)
        for limb in LIMB_PARTS:
            twin = next(other for other in LIMB_PARTS if other.extremity == _twin(limb.extremity))
            if not any(joint in self._found for joint in limb.joints):
                others = zip(limb.joints, twin.joints, strict=True)
                drawn |= {
                    joint: _mirrored(self._found[other], mid_hip, right)
                    for joint, other in others
                    if other in self._found
                }
            shift = np.zeros(2)
            for joint in limb.joints:
                shift = drawn[joint] - places[joint] if joint in drawn else shift
                places[joint] = places[joint] + shift
        return places

    def _head(self, places: Array, shoulders: Array) -> tuple[Array, Array]:
        """Where the head (or its neck) begins and the crown; the head's own joint is put half-way up."""
        up = places[Joint.NECK] - places[Joint.MID_HIP]
        head, neck = self._areas.get(BodyPart.HEAD), self._areas.get(BodyPart.NECK)
        if head is None:
            places[Joint.HEAD] = places[Joint.NECK] + (STANDING_BODY[Joint.HEAD][1] - 1) * up
            return shoulders + 0.1 * up, places[Joint.NECK] + 2 * (STANDING_BODY[Joint.HEAD][1] - 1) * up
        middle = (head.points.min(axis=0) + head.points.max(axis=0)) / 2
        body = neck or self._body
        base = self._pivots.get(BodyPart.HEAD)
        if base is None:
            base = meeting_point(head, body)[0] if body is not None else shoulders
            half = float(np.ptp(head.points[:, 1])) / 2
            if np.linalg.norm(base - middle) < HEAD_ON_NECK * half:
                base = middle - 0.9 * half * up / np.linalg.norm(up)
        self._found[Joint.HEAD] = middle
        places[Joint.HEAD] = middle
        if neck is not None:
            start = self._pivots.get(BodyPart.NECK)
            self._ends[BodyPart.NECK] = base
            return (
                start
                if start is not None
                else meeting_point(neck, self._body)[0]
                if self._body is not None
                else shoulders
            ), 2 * middle - base
        return base, 2 * middle - base

    def _waist(self, mid_hip: Array) -> Array:
        """Where the torso turns beside the hips."""
        if BodyPart.TORSO in self._pivots:
            return self._pivots[BodyPart.TORSO]
        if BodyPart.TORSO in self._areas and BodyPart.HIPS in self._areas:
            return joint_between(self._areas[BodyPart.TORSO], self._areas[BodyPart.HIPS])
        return mid_hip


def _twin(extremity: str) -> str:
    return extremity.replace("right", "left") if extremity.startswith("right") else extremity.replace("left", "right")


def _mirrored(point: Array, mid_hip: Array, right: Array) -> Array:
    """The point on the other side of the trunk."""
    across = right / np.linalg.norm(right)
    return np.asarray(point - 2 * ((point - mid_hip) @ across) * across)
