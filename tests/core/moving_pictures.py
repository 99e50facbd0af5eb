"""Videos with a background that moves as is known, and somebody in front of it who moves otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from blender_addon.core.camera_motion import chained
from blender_addon.core.detection.background import STEP, BackgroundFollower
from blender_addon.core.detection.detector import Sighting
from blender_addon.core.pose_sequence import CameraPath
from blender_addon.core.video import Frame, Image

FPS = 25.0
WIDTH, HEIGHT = 480, 270
FOCAL = 450.0
"""Pixels: a field of view of 56 degrees."""


@cache
def wall(seed: int = 0) -> Image:
    """A large picture with things of all sizes in it."""
    random = np.random.default_rng(seed)
    picture = np.full((3 * HEIGHT, 4 * WIDTH, 3), 120, np.float32)
    for size in (4, 12, 40, 120):
        small = random.normal(0, 1, (3 * HEIGHT // size + 2, 4 * WIDTH // size + 2, 3)).astype(np.float32)
        picture += 18 * cv2.resize(small, picture.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    return np.clip(picture, 0, 255).astype(np.uint8)


def similarity(shift: tuple[float, float], degrees: float = 0.0, scale: float = 1.0) -> NDArray[np.float64]:
    """First frame's pixels ← this frame's, turned and scaled about the picture's middle."""
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), -degrees, scale)
    turn[:, 2] += np.array(shift)
    return np.concatenate([turn, [[0.0, 0.0, 1.0]]])


def panned(degrees: float, down: float = 0.0) -> NDArray[np.float64]:
    """First frame's pixels ← those of a camera that stands still, looks so many degrees down and has turned right."""
    yaw, pitch = np.radians(degrees), np.radians(down)
    about = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    tilt = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    lens = np.array([[FOCAL, 0, WIDTH / 2], [0, FOCAL, HEIGHT / 2], [0, 0, 1]])
    motion = lens @ tilt.T @ about @ tilt @ np.linalg.inv(lens)
    return np.asarray(motion / motion[2, 2])


def person(frame: int, at: float) -> Sighting:
    """Somebody at that column of the picture, who swings about."""
    sway = 15 * np.sin(0.4 * frame + np.arange(8))
    points = np.stack([at + sway, np.linspace(0.3, 0.9, 8) * HEIGHT], axis=1).astype(np.float32)
    return Sighting(1, points, np.ones(8, np.float32))


def frames(
    motions: Sequence[NDArray[np.float64]], *, at: float = WIDTH / 2, noise: float = 3.0, walls: Sequence[Image] = ()
) -> list[tuple[Frame, list[Sighting]]]:
    """Frames of a wall under those motions, the person in front, and the noise of a sensor in grey levels."""
    random = np.random.default_rng(1)
    walls = walls or [wall()] * len(motions)
    middle = np.array([[1, 0, 1.5 * WIDTH], [0, 1, HEIGHT], [0, 0, 1]])
    found = []
    for index, (motion, picture) in enumerate(zip(motions, walls, strict=True)):
        image = cv2.warpPerspective(
            picture, middle @ motion, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        ).astype(np.float32)
        somebody = person(index, at)
        for (x, y), following in zip(somebody.points[:-1], somebody.points[1:], strict=True):
            cv2.line(image, (int(x), int(y)), following.astype(int).tolist(), (40, 200, 90), 20)
        image += random.normal(0, noise, image.shape)
        found.append((Frame(index, np.clip(image, 0, 255).astype(np.uint8)), [somebody]))
    return found


def followed(shown: Sequence[tuple[Frame, list[Sighting]]], follower: BackgroundFollower | None = None) -> CameraPath:
    """The camera's path through those frames."""
    background = follower or BackgroundFollower(FPS, (WIDTH, HEIGHT))
    rows = np.frombuffer(b"".join(background(frame, people) for frame, people in shown), STEP)
    return chained(rows["step"], rows["anchor"], rows["confidence"], (WIDTH, HEIGHT))


def shown_at(path: CameraPath, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(T, 2) where the first frame's picture has the (T, 2) points of each frame."""
    turns = np.exp(path.log_scale + 1j * path.rotation)
    moved = turns * (points @ (1, 1j)) + path.shift @ (1, 1j)
    return np.stack([moved.real, moved.imag], axis=1)
