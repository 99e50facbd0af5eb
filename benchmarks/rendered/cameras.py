"""Cameras that film a body: where they stand, how they move, and what they see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FRAME_MARGIN = 0.86
"""Part of half the picture that the body's joints may reach to, where the camera is as near as it can be."""
SHAKE_BANDS = ((0.35, 1.0), (0.8, 0.55), (1.7, 0.3), (3.1, 0.16), (5.3, 0.08), (8.6, 0.05))
"""Frequencies in Hz and relative amplitudes of a hand that holds a camera: most of it is slow sway, with a tremor."""
SHAKE_TURN, SHAKE_WAY = 0.55, 0.012
"""Amplitude of the slowest sway: degrees of pan and tilt, and metres."""


@dataclass(frozen=True)
class Camera:
    """How a clip is filmed.

    Attributes:
        azimuth: which way a performer who faces -Y looks in the picture: 0 into the camera, 90 to the right.
        elevation: degrees of the camera above the hips.
        focal: in picture widths; 1.2 is a normal lens, 0.6 a wide one.
        size: (width, height) pixels.
        near: distance in parts of the least from which everything is seen.
        follow: 0 a fixed camera; 1 one that turns after the body; between, it lags.
        dolly: metres that the camera itself travels along the picture's right during the clip.
        approach: part of the distance that it comes nearer during the clip.
        zoom: by what the focal length is multiplied at the end.
        roll: degrees that the picture is tilted, + = turned clockwise.
        shake: of a hand, 1 = usual.
        aside: shifts what is looked at, in picture widths to the right; cuts the body by the picture's edge.
    """

    azimuth: float = 0.0
    elevation: float = 6.0
    focal: float = 1.2
    size: tuple[int, int] = (640, 360)
    near: float = 1.0
    follow: float = 0.0
    dolly: float = 0.0
    approach: float = 0.0
    zoom: float = 1.0
    roll: float = 0.0
    shake: float = 0.0
    aside: float = 0.0
    lift: float = 0.0


@dataclass(frozen=True, eq=False)
class CameraPath:
    """`to_world` (T, 4, 4) and `focal` (T,) in pixels; the principal point is the picture's centre."""

    to_world: Array
    focal: Array
    size: tuple[int, int]

    def project(self, points: Array) -> tuple[Array, Array]:
        """Pixels (…, T, N, 2) and depths (…, T, N) along the view of points (…, T, N, 3) in the world."""
        turn, place = self.to_world[:, :3, :3], self.to_world[:, :3, 3]
        local = np.einsum("tji,...tnj->...tni", turn, points - place[:, None])
        depth = -local[..., 2]
        scale = self.focal[:, None] / np.maximum(depth, 1e-6)
        pixels = np.stack((self.size[0] / 2 + local[..., 0] * scale, self.size[1] / 2 - local[..., 1] * scale), axis=-1)
        return pixels, depth

    def at(self, frame: float) -> tuple[Array, float]:
        """The matrix and the focal length at a frame, or between two."""
        low = int(np.clip(np.floor(frame), 0, len(self.focal) - 1))
        high, share = min(low + 1, len(self.focal) - 1), float(np.clip(frame - low, 0, 1))
        mixed = (1 - share) * self.to_world[low] + share * self.to_world[high]
        left, _, right = np.linalg.svd(mixed[:3, :3])
        matrix = np.eye(4)
        matrix[:3, :3], matrix[:3, 3] = left @ right, mixed[:3, 3]
        return matrix, float((1 - share) * self.focal[low] + share * self.focal[high])


def film(camera: Camera, joints: Array, *, fps: float, seed: int) -> CameraPath:
    """The path of a camera that films joints (P, T, N, 3) in the world, metres."""
    frames = joints.shape[1]
    share = np.linspace(0, 1, frames)
    middle = (joints.min(axis=(0, 2)) + joints.max(axis=(0, 2))) / 2
    whole = (joints.min(axis=(0, 1, 2)) + joints.max(axis=(0, 1, 2))) / 2
    target = whole + camera.follow * (_slow(middle, 0.35 * fps) - whole)
    target[:, 2] = whole[2] + camera.lift
    focal = camera.focal * camera.size[0] * camera.zoom**share
    azimuth, elevation = np.radians(camera.azimuth), np.radians(camera.elevation)
    away = np.array((np.sin(azimuth) * np.cos(elevation), np.cos(azimuth) * np.cos(elevation), -np.sin(elevation)))
    right = np.array((np.cos(azimuth), -np.sin(azimuth), 0.0))
    stand = whole if camera.follow < 1 or not camera.dolly else whole - right * camera.dolly / 2
    base = _least_distance(camera, joints, focal, target=target, stand=stand, away=away) * camera.near
    distance = base * (1 - camera.approach * share)
    place = stand - away * distance[:, None] + right * (camera.dolly * (share - 0.5))[:, None]
    place[:, 2] = np.maximum(place[:, 2] + camera.lift, 0.15)
    sway, tremble = _shake(camera.shake, frames, fps, seed)
    aim = target + right * (camera.aside * base / camera.focal)
    path = CameraPath(
        np.stack([_look_at(p, a, camera.roll, t) for p, a, t in zip(place + sway, aim, tremble, strict=True)]),
        focal,
        camera.size,
    )
    return path


def _least_distance(camera: Camera, joints: Array, focal: Array, *, target: Array, stand: Array, away: Array) -> float:
    """The distance from which all joints are within the picture's margin."""
    low, high = 0.8, 60.0
    for _ in range(40):
        distance = (low + high) / 2
        place = stand - away * (distance * (1 - camera.approach * np.linspace(0, 1, len(focal))))[:, None]
        matrices = np.stack([_look_at(p, a, camera.roll, np.zeros(3)) for p, a in zip(place, target, strict=True)])
        pixels, depth = CameraPath(matrices, focal, camera.size).project(joints)
        half = np.array(camera.size) / 2
        seen = (np.abs(pixels - half) < FRAME_MARGIN * half).all() and (depth > 0.5).all()
        low, high = (low, distance) if seen else (distance, high)
    return high


def _look_at(place: Array, target: Array, roll: float, tremble: Array) -> Array:
    """A camera's matrix: it looks along its -Z, up is +Y; `tremble` (3,) radians of pan, tilt and roll are added."""
    back = place - target
    back /= np.linalg.norm(back)
    right = np.cross((0.0, 0.0, 1.0), back)
    right /= np.linalg.norm(right)
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack((right, np.cross(back, right), back), axis=-1)
    pan, tilt, turn = tremble + np.array((0.0, 0.0, np.radians(roll)))
    matrix[:3, :3] = matrix[:3, :3] @ _turn(1, pan) @ _turn(0, tilt) @ _turn(2, turn)
    matrix[:3, 3] = place
    return matrix


def _turn(axis: int, angle: float) -> Array:
    matrix = np.eye(3)
    one, other = (axis + 1) % 3, (axis + 2) % 3
    matrix[one, one] = matrix[other, other] = np.cos(angle)
    matrix[one, other], matrix[other, one] = -np.sin(angle), np.sin(angle)
    return matrix


def _shake(strength: float, frames: int, fps: float, seed: int) -> tuple[Array, Array]:
    """(T, 3) metres and (T, 3) radians by which a hand moves the camera."""
    random = np.random.default_rng(seed)
    seconds = np.arange(frames) / fps
    sway = np.zeros((frames, 6))
    for frequency, amplitude in SHAKE_BANDS:
        phases, near = random.uniform(0, 2 * np.pi, 6), random.uniform(0.8, 1.25, 6)
        sway += amplitude * np.sin(2 * np.pi * frequency * near * seconds[:, None] + phases)
    turn = np.radians(SHAKE_TURN) * np.array((1.0, 1.0, 0.7))
    return strength * SHAKE_WAY * sway[:, :3], strength * turn * sway[:, 3:]


def _slow(values: Array, sigma: float) -> Array:
    """Smoothed in time, as a person turns a camera."""
    reach = int(np.ceil(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    padded = np.pad(values, ((reach, reach), (0, 0)), mode="reflect", reflect_type="odd")
    return np.stack([np.convolve(column, kernel / kernel.sum(), mode="valid") for column in padded.T], axis=-1)
