"""When filmed feet stand: what is slow and low stands, and a body that doesn't fly stands on something."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from ..skeleton import Joint
from .foot_points import Doubles

Array = NDArray[np.float32]

SPEED_SECONDS = 0.03
"""Standard deviation of the smoothing before speeds are read."""
SMEARED_SECONDS = 0.042
"""Standard deviation of all that smears a speed over time: of cleaning, of that smoothing, and of a speed's two frames."""
STANDING, SPEED_WEIGHT, SLOWEST = 0.8, 1.4, 0.1
"""Log odds of a foot on the ground that moves by a leg length a second; how much they fall with the logarithm of its
speed; and the speed in leg lengths a second that a foot seems to have where it stands.
"""
HEIGHT_WEIGHT, LOWEST, HIGHEST = 18.0, -0.03, 0.25
"""How much they fall with a leg length above the ground, and the heights between which that counts: on a step, a foot may
stand as well.
"""
DEPTH_WEIGHT, DEPTH_SECONDS, DEPTH_SLACK = 0.7, 0.05, 0.3
"""Share of the speed in depth that counts, its smoothing, and the leg lengths a second of it that may be an error."""
OPINION, LARGEST_OPINION = 0.3, 3.0
"""How much the network's log odds count, and how large they may be."""
AGAINST, ROLLING = 3.0, 0.5
"""How many times as much they count where they speak against a foot, and the leg lengths a second at which it rolls that
make them count for nothing then. The network reads ankles: it knows that a foot is still coming down where the picture
hardly shows that, as where it comes towards the camera; of one whose heel is up while its toe stands, or whose toe is up
while its heel stands, it knows nothing.
"""
OVER_TOE, OVER_HEEL = 0.3, 3.0
"""A foot rolls as fast as the one end rises or comes down, less so many times the speed of the end that it rolls over. A
heel that strikes stops at once; a toe turns, and is seldom seen at rest.
"""
ENDS_SECONDS = 0.2
"""So near to the clip's ends, it has not seen what comes before or after, and counts the less against a foot."""
BEFORE_FLIGHT, FLIGHT = 3.5, 5.0
"""Log odds against a body on no foot, and what speaks for it where the body falls freely."""
FREE_FALL = 11.5
"""Leg lengths per square second, of an adult."""
FEWEST_FRAMES = 3
CHANGE = 2.0
"""Log odds that a foot which comes down or goes up needs."""
MASS_SECONDS = 0.05
MASSES = {
    Joint.HEAD: 0.08,
    Joint.NECK: 0.24,
    Joint.MID_HIP: 0.28,
    Joint.RIGHT_ELBOW: 0.03,
    Joint.RIGHT_WRIST: 0.02,
    Joint.LEFT_ELBOW: 0.03,
    Joint.LEFT_WRIST: 0.02,
    Joint.RIGHT_KNEE: 0.1,
    Joint.RIGHT_ANKLE: 0.05,
    Joint.LEFT_KNEE: 0.1,
    Joint.LEFT_ANKLE: 0.05,
}
"""Shares of the body's mass about its joints."""
_STATES = np.array(((0, 0), (1, 0), (0, 1), (1, 1)), dtype=np.float64)
_SWITCHES = np.abs(_STATES[:, None] - _STATES).sum(axis=-1)
SURELY, HARDLY = 0.62, 0.14
"""Contacts of standing feet are above the first, all others below the second: nothing later doubts which is which."""


@dataclass(frozen=True, eq=False)
class SeenFeet:
    """Two feet over T frames.

    Attributes:
        points: (T, 2, 3, 2) pixels of ankle, heel and toe, as a camera that stands still sees them.
        soles: whether heels and toes were seen.
        heights: (T, 2) leg lengths above the ground.
        away: (T, 2) leg lengths from the camera, from anywhere.
        legs: (T,) pixels of a leg.
        fps: frames per second.
    """

    points: Doubles
    soles: bool
    heights: Doubles
    away: Doubles
    legs: Doubles
    fps: float


def foot_contacts(feet: SeenFeet, opinion: Array, positions: Array, held: Doubles | None = None) -> Array:
    """Find out when the feet stand.

    What comes of each foot by itself is made one story: feet don't come and go by the frame, and a body falls freely
    where nothing holds it. Where neither heels nor toes were seen, ankles alone don't tell whether a foot rolls or has
    left the ground, and the network's opinion stands.

    Args:
        feet: as they are seen.
        opinion: (T, 2) the network's probabilities.
        positions: (T, 15, 2) pixels of all joints, none of them unknown.
        held: (T,) log odds that something else than feet holds the body up; None where nothing is known of that.

    Returns:
        (T, 2) probabilities that the right and the left foot stand: above SURELY or below HARDLY.
    """
    if len(positions) < FEWEST_FRAMES or not feet.soles:
        return opinion
    odds = _odds(feet, opinion)
    flies = -BEFORE_FLIGHT + FLIGHT * np.clip(_falling(positions, feet), 0, 1)
    if held is not None:
        flies = np.maximum(flies, held)
    stands = _likeliest(odds @ _STATES.T + np.outer(flies, (1, 0, 0, 0)))
    probability = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    sure = np.maximum(0.5 + probability / 2, SURELY)
    return np.asarray(np.where(stands, sure, HARDLY * probability), dtype=np.float32)


def _odds(feet: SeenFeet, opinion: Array) -> Doubles:
    """(T, 2) log odds that each foot stands, by itself."""
    velocities = _velocities(feet)
    speed = np.linalg.norm(velocities, axis=-1).min(axis=-1)
    smooth = gaussian_filter1d(feet.away, DEPTH_SECONDS * feet.fps, axis=0, mode="nearest")
    deep = np.maximum(0, DEPTH_WEIGHT * np.abs(np.gradient(smooth, axis=0)) * feet.fps - DEPTH_SLACK)
    moving = SPEED_WEIGHT * np.log(SLOWEST + np.hypot(speed, deep))
    own = STANDING - moving - HEIGHT_WEIGHT * np.clip(feet.heights, LOWEST, HIGHEST)
    told = np.log((opinion + 0.02) / (1.02 - opinion)).astype(np.float64)
    told = np.clip(told, -LARGEST_OPINION, LARGEST_OPINION)
    frames = np.arange(len(told))
    known = np.clip(np.minimum(frames, frames[::-1]) / (ENDS_SECONDS * feet.fps), 0, 1)[:, None]
    against = 1 + known * (AGAINST * (1 - np.clip(_rolling(velocities) / ROLLING, 0, 1)) - 1)
    return np.asarray(own + OPINION * np.where(told < 0, against, 1) * told)


def _rolling(velocities: Doubles) -> Doubles:
    """(T, 2) leg lengths a second at which feet roll off over their toes or land on their heels, by `_velocities`."""
    _, heel, toe = np.moveaxis(np.linalg.norm(velocities, axis=-1), -1, 0)
    off = -velocities[:, :, :2, 1].mean(axis=-1) - OVER_TOE * toe
    return np.asarray(np.maximum(off, velocities[:, :, 2, 1] - OVER_HEEL * heel))


def _velocities(feet: SeenFeet) -> Doubles:
    """(T, 2, 3, 2) leg lengths a second of ankles, heels and toes in the picture, to the right and down; less what was
    smeared into them, so that a foot that stops at once is still at once.
    """
    smooth = gaussian_filter1d(feet.points, SPEED_SECONDS * feet.fps, axis=0, mode="nearest")
    steps = np.gradient(smooth, axis=0)
    bends = np.diff(np.pad(steps, ((1, 1), (0, 0), (0, 0), (0, 0)), mode="edge"), n=2, axis=0)
    sharp = steps - (SMEARED_SECONDS * feet.fps) ** 2 / 2 * bends
    turns_back = (sharp * steps).sum(axis=-1, keepdims=True) < 0
    return np.asarray(np.where(turns_back, 0, sharp) * feet.fps / feet.legs[:, None, None, None])


def _falling(positions: Array, feet: SeenFeet) -> Doubles:
    """(T,) how fast the body's middle is accelerated downwards, in parts of free fall."""
    middle = sum(share * positions[:, joint, 1].astype(np.float64) for joint, share in MASSES.items()) / feet.legs
    smooth = gaussian_filter1d(middle, MASS_SECONDS * feet.fps, mode="nearest")
    return np.asarray(np.gradient(np.gradient(smooth)) * feet.fps**2 / FREE_FALL)


def _likeliest(odds: Doubles) -> NDArray[np.bool_]:
    """(T, 2) which feet stand in the likeliest sequence, from log odds (T, 4) of _STATES (Viterbi)."""
    best, before = odds[0], np.zeros(odds.shape, dtype=np.int64)
    for frame in range(1, len(odds)):
        reached = best[:, None] - CHANGE * _SWITCHES
        before[frame] = reached.argmax(axis=0)
        best = odds[frame] + reached.max(axis=0)
    backwards = [int(best.argmax())]
    for frame in range(len(odds) - 1, 0, -1):
        backwards.append(int(before[frame, backwards[-1]]))
    return np.asarray(_STATES[backwards[::-1]] > 0)
