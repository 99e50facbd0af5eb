"""Which way trunk and head face, frame by frame, beside how they lean in the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.keys import smoothstep
from ...core.skeleton import Joint
from ..body.scene_motion import SceneMotion

Array = NDArray[np.float64]

ACROSS = ((Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER), (Joint.RIGHT_HIP, Joint.LEFT_HIP))
"""Lines across the body, from the right to the left."""
SURE = 0.3
"""Mean confidence from which shoulders, hips, nose and ears tell a facing."""
UPRIGHT = 0.3
"""Part of the trunk's length that is seen of it at least: of one that points at the viewer no view is told."""
BROAD = 0.35
"""Part of shoulders and hips that lies across the trunk at least."""
NECK_TURN = 95.0
"""Degrees that a head turns beside the trunk at most: a neck does 80, and trunks are read wrong by 15."""
FACE_IN_SIGHT, FACE_HIDDEN = 45.0, 120.0
"""Degrees away from the viewer up to which nose and ears are all seen, and from which detectors guess where they are."""
DOUBTS = 10.0, 40.0
"""Degrees by which nose and ears are wrong about the head in sight, and hidden: as much as they are over rendered heads,
nearly always.
"""
TURNED = 2.0
"""Doubts by which the head is surely turned beside the trunk; a single one is none."""
SURELY = 2 / 3
"""How sure it must be that the head is turned, or not, for it to be known."""


@dataclass(frozen=True, eq=False)
class Facing:
    """`azimuth` (K,) in degrees, 0 at the viewer and 90 to the right of the picture as it is leaned with the trunk;
    `certain` (K,) whether the frame tells it.
    """

    azimuth: Array
    certain: NDArray[np.bool_]


def trunk_facing(motion: SceneMotion) -> Facing:
    """How the trunk faces: by shoulders and hips, across the way from the hips to the neck."""
    space = np.concatenate((motion.positions, motion.depth[..., None]), axis=-1)
    trunk = space[:, Joint.NECK] - space[:, Joint.MID_HIP]
    across, shown = across_of(trunk[:, :2])
    lines = np.sum([space[:, left] - space[:, right] for right, left in ACROSS], axis=0)
    sideways, away = (lines[:, :2] * across).sum(axis=-1), lines[:, 2]
    wide = np.hypot(sideways, away) / np.maximum(np.linalg.norm(lines, axis=-1), 1e-9)
    joints = [joint for line in ACROSS for joint in line]
    certain = (motion.confidence[:, joints].mean(axis=-1) >= SURE) & (wide >= BROAD)
    certain &= shown >= UPRIGHT * np.linalg.norm(trunk, axis=-1)
    return Facing(np.degrees(np.arctan2(away, sideways)), certain)


def head_facing(motion: SceneMotion) -> Facing:
    """How the head faces: as the trunk does, but where nose and ears say more than they may be wrong by that it is
    turned beside the trunk, within what a neck allows. Between the two nobody knows.
    """
    trunk, face = trunk_facing(motion), _face_facing(motion)
    if face is None:
        return trunk
    beside = _wrapped(face.azimuth - trunk.azimuth)
    doubt = _doubt(np.maximum(np.abs(trunk.azimuth), np.abs(face.azimuth)))
    surely = np.where(face.certain, smoothstep((np.abs(beside) / doubt - 1) / (TURNED - 1)), 0.0)
    known = ~face.certain | (surely <= 1 - SURELY) | (surely >= SURELY)
    turn = np.clip(surely * beside, -NECK_TURN, NECK_TURN)
    alone = face.certain & ~trunk.certain
    return Facing(
        np.where(alone, face.azimuth, _wrapped(trunk.azimuth + turn)),
        np.where(alone, doubt < DOUBTS[1], trunk.certain & known),
    )


def _doubt(away: Array) -> Array:
    """(K,) degrees by which nose and ears may be wrong of a head that faces so far `away` (K,) from the viewer."""
    hidden = smoothstep((away - FACE_IN_SIGHT) / (FACE_HIDDEN - FACE_IN_SIGHT))
    return np.asarray(DOUBTS[0] + hidden * (DOUBTS[1] - DOUBTS[0]))


def _face_facing(motion: SceneMotion) -> Facing | None:
    """What nose and ears alone say; None where they are not known."""
    marks = motion.landmarks
    if not {"nose", "left_ear", "right_ear"} <= set(marks):
        return None
    nose, left, right = (marks[name].offsets for name in ("nose", "left_ear", "right_ear"))
    neck = motion.positions[:, Joint.HEAD] - motion.positions[:, Joint.NECK]
    across, shown = across_of(neck)
    ways = ((nose - (left + right) / 2)[:, None, :2] * across[:, None]).sum(axis=-1)[:, 0]
    line = left - right
    sideways, away = (line[:, :2] * across).sum(axis=-1), line[:, 2]
    front = (left + right)[:, 2] / 2 - nose[:, 2]
    azimuth = np.degrees(
        np.arctan2(_unit(ways, front)[0] + _unit(sideways, away)[1], _unit(ways, front)[1] + _unit(sideways, away)[0])
    )
    seen = np.mean([marks[name].confidence for name in ("nose", "left_ear", "right_ear")], axis=0) >= SURE
    return Facing(azimuth, seen & (shown > 0))


def _wrapped(degrees: Array) -> Array:
    return np.asarray((degrees + 180) % 360 - 180)


def across_of(along: Array) -> tuple[Array, Array]:
    """(K, 2) the way to the right beside a part of the body that points along (K, 2) in the picture, and (K,) how much of
    it is seen.
    """
    length = np.linalg.norm(along, axis=-1)
    unit = along / np.maximum(length, 1e-9)[:, None]
    return np.stack((-unit[:, 1], unit[:, 0]), axis=-1), length


def _unit(one: Array, other: Array) -> tuple[Array, Array]:
    length = np.maximum(np.hypot(one, other), 1e-9)
    return one / length, other / length
