"""An example clip of any body from any view, for a network that takes bodies and views from examples only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..motion import View, rotation
from ..skeleton import BONE_COUNT, BONE_INDEX, BONE_PATHS, Joint, Skeleton

Array = NDArray[np.float32]

FRAMES = 64
_STRIDES = 2
"""Full gait cycles in the clip."""

ORDINARY_BODY = Skeleton.from_proportions((0.17, 0.50, 0.18, 0.28, 0.25, 0.09, 0.41, 0.40))
"""An adult's proportions in metres, for a view that is asked for without a body."""


def example_clip(skeleton: Skeleton, view: View) -> Array:
    """Return a march on the spot, with high knees and swinging arms, that shows every limb at full length once.

    Returns:
        (64, 15, 2) in the skeleton's unit.
    """
    joints = BONE_PATHS @ (_march() * skeleton.lengths[:, None])
    turn = np.broadcast_to(rotation(mean_view(view)), (FRAMES, 3, 3)).transpose(0, 2, 1)
    return np.asarray((joints @ turn)[..., :2], dtype=np.float32)


def mean_view(view: View) -> View:
    """Return the mean of a moving view: a code stands for one view."""
    if view.frame_count is None:
        return view
    azimuth = np.angle(np.exp(1j * np.radians(view.azimuth)).mean(), deg=True)
    return View(float(azimuth), float(np.mean(view.elevation)))


def _march() -> Array:
    """Unit bone directions (64, 14, 3) in the body-centred frame: x to the performer's left, y down, z back."""
    phase = np.arange(FRAMES) / FRAMES * 2 * np.pi * _STRIDES
    directions = np.zeros((FRAMES, BONE_COUNT, 3))
    directions[:, BONE_INDEX[Joint.NECK]] = _swung(0.06 * np.sin(2 * phase), up=True)
    directions[:, BONE_INDEX[Joint.HEAD]] = _swung(0.15 + 0.05 * np.sin(phase), up=True)
    for side, sign in (("RIGHT", -1.0), ("LEFT", 1.0)):
        swing = sign * np.sin(phase)
        twist = 0.15 * np.sin(phase)
        across = sign * np.stack((np.cos(twist), np.zeros(FRAMES), np.sin(twist)), axis=-1)
        directions[:, BONE_INDEX[Joint[f"{side}_SHOULDER"]]] = across
        directions[:, BONE_INDEX[Joint[f"{side}_HIP"]]] = across * np.array([1.0, 1.0, -1.0])
        thigh, knee = 0.35 * swing + 0.25, 0.15 + 0.45 * (1 + sign * np.cos(phase)) / 2
        arm, elbow, out = -0.5 * swing, 0.25 + 0.2 * (1 - swing), 0.15 + 0.1 * np.cos(phase)
        directions[:, BONE_INDEX[Joint[f"{side}_KNEE"]]] = _swung(thigh)
        directions[:, BONE_INDEX[Joint[f"{side}_ANKLE"]]] = _swung(thigh - knee)
        directions[:, BONE_INDEX[Joint[f"{side}_ELBOW"]]] = _swung(arm, sideways=sign * out)
        directions[:, BONE_INDEX[Joint[f"{side}_WRIST"]]] = _swung(arm + elbow, sideways=sign * out)
    return np.asarray(directions, dtype=np.float32)


def _swung(
    forward: NDArray[np.float64], *, sideways: NDArray[np.float64] | float = 0.0, up: bool = False
) -> NDArray[np.float64]:
    """Return directions (T, 3) of a bone that points down (or `up`), turned forward and then to the left, in radians."""
    height = -np.cos(forward) if up else np.cos(forward)
    tilt = np.broadcast_to(sideways, forward.shape)
    return np.stack((np.sin(tilt) * np.cos(forward), height * np.cos(tilt), -np.sin(forward)), axis=-1)
