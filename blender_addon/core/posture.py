"""Spine and head on a body that holds itself otherwise: the same motion, leaning so much more or less."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .skeleton import BONE_INDEX, Joint, Posture

Array = NDArray[np.float32]

_LEFT_HIP, _RIGHT_HIP = BONE_INDEX[Joint.LEFT_HIP], BONE_INDEX[Joint.RIGHT_HIP]
_LEFT_SHOULDER, _RIGHT_SHOULDER = BONE_INDEX[Joint.LEFT_SHOULDER], BONE_INDEX[Joint.RIGHT_SHOULDER]
_SPINE, _HEAD = BONE_INDEX[Joint.NECK], BONE_INDEX[Joint.HEAD]


def with_posture(bones: Array, own: Posture | None, other: Posture | None) -> Array:
    """Put a motion on a body of another posture.

    A body whose spine leans forward at rest keeps leaning as much more when the same joints turn alike. Both bones turn
    about the performer's own left: the spine about that of hips and shoulders together, the head about the shoulders'.

    Args:
        bones: (T, 14, 3) in any frame of x right, y down, z away.
        own: the posture of the body that the motion was read from.
        other: that of the body it goes onto.

    Returns:
        (T, 14, 3); `bones` themselves where either posture is unknown or both are one.
    """
    if own is None or other is None or own == other:
        return bones
    hips = _unit(bones[:, _LEFT_HIP] - bones[:, _RIGHT_HIP])
    shoulders = _unit(bones[:, _LEFT_SHOULDER] - bones[:, _RIGHT_SHOULDER])
    turned = bones.copy()
    turned[:, _SPINE] = _turned(bones[:, _SPINE], _unit(hips + shoulders), other.spine - own.spine)
    turned[:, _HEAD] = _turned(bones[:, _HEAD], shoulders, other.head - own.head)
    return turned


def _unit(vectors: Array) -> Array:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-4), dtype=np.float32)


def _turned(vectors: Array, axis: Array, degrees: float) -> Array:
    """Turn vectors (T, 3) about unit axes (T, 3) (Rodrigues)."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    along = (vectors * axis).sum(axis=-1, keepdims=True)
    turned = vectors * cos + np.cross(axis, vectors) * sin + axis * along * (1 - cos)
    return np.asarray(turned, dtype=np.float32)
