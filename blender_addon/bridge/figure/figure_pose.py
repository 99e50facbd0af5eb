"""The pose of the figure: directions of trunk, head and feet, frame by frame, from 15 joints with depth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.skeleton import Joint
from ..body.scene_motion import SceneMotion
from ..body.smoothing import gaussian
from ..foot_planting.contact_spans import ContactSpan, contact_spans, ease_between_spans
from ..foot_planting.planted_legs import ease_frames
from ..projection.planes import ground_line

Array = NDArray[np.float64]

SMOOTHING_FRAMES = 2.0
"""Standard deviation, in frames, of the smoothing of directions: depth trembles more than the picture, and a face shows
it first.
"""

TOES_DOWN = 0.35
"""How far a foot in the air points down along its shin, as a tangent."""

CHEAT_TO_VIEWER = 0.4
"""How far a face is turned to the viewer, as a tangent in profile: actors and cartoons cheat so that their faces are
seen.
"""

EARS_AHEAD = 0.3
"""How far before the neck the ears are of one who looks straight ahead, as a tangent."""

NEAR_GROUND = 0.04
"""A foot this high above the ground, as a part of the height, is in the air. Nearer it lies flatter, or its toes would
be below the ground.
"""

MOST_PIVOT = 0.4
"""Feet that turn by less than this while standing keep one direction; others pivot. Distance of unit vectors.
"""

TINY = 1e-9


@dataclass(frozen=True, eq=False)
class FigurePose:
    """Camera space, x right, y down, z away, in the motion's unit.

    `joints` (K, 15, 3); unit vectors (K, 3): `left` and `forward` of the trunk; `face_left`, `face_up` and
    `face_forward` of the head; `feet` (K, 2, 3) from heel to toe and `soles` (K, 2, 3) from ankle to heel, right and
    left; `height` is the skeleton's.
    """

    joints: Array
    left: Array
    forward: Array
    face_left: Array
    face_up: Array
    face_forward: Array
    feet: Array
    soles: Array
    height: float

    def __len__(self) -> int:
        return len(self.joints)

    def joint(self, joint: Joint) -> Array:
        """(K, 2) where it is in the picture."""
        return self.joints[:, joint, :2]


def figure_pose(motion: SceneMotion, splay: float) -> FigurePose:
    """The pose of every frame; feet turn outwards by `splay`, a tangent."""
    joints = np.concatenate((motion.positions, motion.depth[..., None]), axis=-1)
    left, _, forward = trunk_axes(joints)
    raised = unit(joints[:, Joint.HEAD] - joints[:, Joint.NECK], (0.0, -1.0, 0.0))
    face_up = unit(smooth(raised) - EARS_AHEAD * forward, (0.0, -1.0, 0.0))
    face_forward = unit(perpendicular_to(forward - (0.0, 0.0, CHEAT_TO_VIEWER), face_up), (0.0, 0.0, -1.0))
    feet = [_foot(motion, joints, left, forward, side=side, splay=splay) for side in range(2)]
    return FigurePose(
        joints=joints,
        left=left,
        forward=forward,
        face_left=np.cross(face_up, face_forward),
        face_up=face_up,
        face_forward=face_forward,
        feet=np.stack([toes for toes, _ in feet], axis=1),
        soles=np.stack([sole for _, sole in feet], axis=1),
        height=motion.skeleton.height,
    )


def trunk_axes(joints: Array) -> tuple[Array, Array, Array]:
    """(K, 3) each: where the trunk's left, its head's end and its front point, of joints (K, 15, 3) in camera space;
    steadied.
    """
    across = (
        joints[:, Joint.LEFT_SHOULDER]
        - joints[:, Joint.RIGHT_SHOULDER]
        + joints[:, Joint.LEFT_HIP]
        - joints[:, Joint.RIGHT_HIP]
    )
    up = smooth(unit(joints[:, Joint.NECK] - joints[:, Joint.MID_HIP], (0.0, -1.0, 0.0)))
    left = unit(smooth(unit(across, (1.0, 0.0, 0.0))), (1.0, 0.0, 0.0))
    return left, up, unit(np.cross(left, up), (0.0, 0.0, -1.0))


def unit(vectors: Array, otherwise: tuple[float, ...]) -> Array:
    """(…, C) vectors at length 1; those without a direction become `otherwise`."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.where(lengths > TINY, vectors / np.maximum(lengths, TINY), otherwise)


def perpendicular_to(vectors: Array, axes: Array) -> Array:
    """(…, 3) the part of the vectors perpendicular to the unit axes."""
    along = (vectors * axes).sum(axis=-1, keepdims=True)
    return np.asarray(vectors - along * axes, dtype=np.float64)


def smooth(values: Array) -> Array:
    """(K, …) smoothed over time by a Gaussian of STEADY_FRAMES; the ends are held."""
    return gaussian(values, SMOOTHING_FRAMES, int(3 * SMOOTHING_FRAMES))


def _foot(
    motion: SceneMotion, joints: Array, left: Array, forward: Array, *, side: int, splay: float
) -> tuple[Array, Array]:
    """(K, 3) from heel to toe, and from ankle to heel: flat where the foot stands or nearly does; in the air square to
    the shin, toes a little down.
    """
    if motion.leg_turns is not None:
        left, forward = (_turned(vectors, motion.leg_turns[:, side]) for vectors in (left, forward))
    knee, ankle = ((Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE), (Joint.LEFT_KNEE, Joint.LEFT_ANKLE))[side]
    shin = unit(joints[:, ankle] - joints[:, knee], (0.0, 1.0, 0.0))
    outwards = unit(forward + (splay if side else -splay) * left, (0.0, 0.0, -1.0))
    in_the_air = unit(perpendicular_to(outwards, shin), (0.0, 0.0, -1.0)) + TOES_DOWN * shin
    spans = contact_spans(motion.contacts[:, side])
    flat = _same_direction_while_standing(motion, unit(outwards * (1.0, 0.0, 1.0), (0.0, 0.0, -1.0)), spans)
    near = 1 - np.abs(ground_line(motion) - motion.positions[:, ankle, 1:]) / (NEAR_GROUND * motion.skeleton.height)
    stands = np.maximum(
        ease_between_spans(np.ones((len(motion), 1)), spans, ease_frames(motion.fps)), smooth(np.clip(near, 0, 1))
    )
    toes = unit(stands * flat + (1 - stands) * unit(in_the_air, (0.0, 0.0, -1.0)), (0.0, 0.0, -1.0))
    return toes, unit(stands * (0.0, 1.0, 0.0) + (1 - stands) * shin, (0.0, 1.0, 0.0))


def _same_direction_while_standing(motion: SceneMotion, flat: Array, spans: Sequence[ContactSpan]) -> Array:
    """Directions (K, 3), constant over each contact span unless the foot pivots or the view moves."""
    if motion.view_moves:
        return flat
    shift = np.zeros_like(flat)
    for span in spans:
        way = flat[span.frames].mean(axis=0) - flat[span.frames]
        shift[span.frames] = way if np.linalg.norm(way, axis=-1).max() < MOST_PIVOT else 0.0
    return unit(flat + ease_between_spans(shift, spans, ease_frames(motion.fps)), (0.0, 0.0, -1.0))


def _turned(vectors: Array, azimuth: Array) -> Array:
    """Vectors (K, 3) rotated about the vertical by azimuths (K,)."""
    x, y, z = vectors.T
    return np.stack((x * np.cos(azimuth) - z * np.sin(azimuth), y, x * np.sin(azimuth) + z * np.cos(azimuth)), axis=-1)
