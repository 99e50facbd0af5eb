"""Walks, runs and turns on the spot whose truth is known: directions of bones in space, played on any body, seen from
any view.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.core.motion import View, rotation
from blender_addon.core.skeleton import BONE_COUNT, BONE_INDEX, BONE_PATHS, Joint, Skeleton

Array = NDArray[np.float64]

FPS = 30.0
ANKLES = (Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE)


@dataclass(frozen=True)
class Gait:
    """How somebody goes: frames of a stride, radians that thighs and upper arms swing, how far knees and elbows bend,
    how far the trunk leans, and the part of half a stride in which a foot stands.
    """

    frames: int
    swing: float
    knee: float
    elbow: float
    lean: float
    stance: float


WALK = Gait(frames=32, swing=0.42, knee=0.95, elbow=0.35, lean=0.04, stance=0.8)
RUN = Gait(frames=21, swing=0.75, knee=1.7, elbow=1.4, lean=0.2, stance=0.45)
STEPPING = Gait(frames=32, swing=0.25, knee=0.7, elbow=0.5, lean=0.03, stance=0.7)


def known_motion(
    skeleton: Skeleton, gait: Gait, azimuth: float | Array, frames: int = 96, *, on_the_spot: bool = False
) -> SceneMotion:
    """The gait of that body, seen from an azimuth (0 faces the camera, +90 looks to the picture's right), or from one a
    frame (T,): somebody who turns. On the spot it slides, and no foot stands still.
    """
    phase = 2 * np.pi * np.arange(frames) / gait.frames
    space = BONE_PATHS @ (_directions(gait, phase) * skeleton.lengths[:, None])
    contacts = np.stack([_stands(gait, phase + shift) for shift in (0.0, np.pi)], axis=-1).astype(np.float64)
    if on_the_spot:
        contacts[:] = 0
    turned = np.broadcast_to(rotation(View(azimuth)), (frames, 3, 3)).transpose(0, 2, 1)
    seen = space @ turned
    seen += _path(seen[:, list(ANKLES)], contacts, on_the_spot)[:, None]
    depth = seen[..., 2] - seen[:, Joint.MID_HIP, None, 2]
    sure = np.ones(seen.shape[:2])
    return SceneMotion(np.arange(frames) + 1, seen[..., :2], depth, contacts, sure, skeleton, fps=FPS)


def _stands(gait: Gait, phase: Array) -> NDArray[np.bool_]:
    """(T,) whether the foot stands whose leg is in the middle of its way back at phase 0."""
    return np.abs((phase + np.pi) % (2 * np.pi) - np.pi) < gait.stance * np.pi / 2


def _directions(gait: Gait, phase: Array) -> Array:
    """(T, 14, 3) unit bone directions, x to the performer's left, y down, z back."""
    found = np.zeros((len(phase), BONE_COUNT, 3))
    found[:, BONE_INDEX[Joint.NECK]] = _swung(gait.lean + 0 * phase, -1.0)
    found[:, BONE_INDEX[Joint.HEAD]] = _swung(0.1 + gait.lean / 2 + 0 * phase, -1.0)
    for side, sign, shift in (("RIGHT", -1.0, 0.0), ("LEFT", 1.0, np.pi)):
        back = np.sin(phase + shift)
        twist = 0.1 * np.sin(phase)
        across = sign * np.stack((np.cos(twist), 0 * phase, np.sin(twist)), axis=-1)
        found[:, BONE_INDEX[Joint[f"{side}_SHOULDER"]]] = across
        found[:, BONE_INDEX[Joint[f"{side}_HIP"]]] = across * (1.0, 1.0, -1.0)
        thigh = 0.12 - gait.swing * back
        bend = 0.12 + gait.knee * np.maximum(0, -np.cos(phase + shift - 0.5)) ** 1.5
        found[:, BONE_INDEX[Joint[f"{side}_KNEE"]]] = _swung(thigh)
        found[:, BONE_INDEX[Joint[f"{side}_ANKLE"]]] = _swung(thigh - bend)
        arm = 0.8 * gait.swing * back
        found[:, BONE_INDEX[Joint[f"{side}_ELBOW"]]] = _swung(arm, sideways=0.12 * sign)
        found[:, BONE_INDEX[Joint[f"{side}_WRIST"]]] = _swung(arm + gait.elbow, sideways=0.05 * sign)
    return found


def _swung(forward: Array, down: float = 1.0, sideways: float = 0.0) -> Array:
    """(T, 3) directions of a bone that points down, or up at −1, turned forward, then to the performer's left."""
    cosine, sine = np.cos(sideways), np.sin(sideways)
    return np.stack((sine * np.cos(forward), down * cosine * np.cos(forward), -np.sin(forward)), axis=-1)


def _path(ankles: Array, contacts: Array, on_the_spot: bool) -> Array:
    """(T, 3) where the hips go: the foot that stands stays where it is, and the lower one is on the ground."""
    path = np.zeros((len(ankles), 3))
    if not on_the_spot:
        stays = contacts[1:] * contacts[:-1]
        moved = -(np.diff(ankles, axis=0) * stays[..., None]).sum(axis=1) / np.maximum(stays.sum(axis=1), 1)[:, None]
        flying = ~stays.any(axis=1)
        held = np.flatnonzero(~flying)
        for axis in (0, 2):
            moved[flying, axis] = np.interp(np.flatnonzero(flying), held, moved[held, axis])
        path[1:] = np.cumsum(moved, axis=0)
    path[:, 1] = -ankles[..., 1].max(axis=1)
    return path
