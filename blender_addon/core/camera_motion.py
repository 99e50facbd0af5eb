"""The camera's own motion: chained from frame to frame, and taken out of what the performers do."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from .codec import part_of_frames
from .pose_sequence import CameraPath, PoseSequence

Complex = NDArray[np.complex128]
Matrix = NDArray[np.float64]

MOST_UNFOLLOWED = 0.2
"""Share of the frames whose background may be lost, as by cuts, and the camera's motion still counts as known."""


LEAST_PAN, LEAST_EXPLAINED = 0.25, 0.5
"""A picture that moves across by more than this part of its width, and whose turning is explained by that for the larger
part, is one of a camera that looks down or up while it pans.
"""


class CameraHandling(StrEnum):
    """What becomes of the camera's motion: taken out where the background could be followed, always, or never."""

    AUTOMATIC = "automatic"
    TAKEN_OUT = "taken out"
    KEPT = "kept"


def chained(steps: Matrix, anchors: Matrix, confidence: Matrix, image_size: tuple[int, int]) -> CameraPath:
    """Put the steps of a camera together.

    Turn and size are those of the picture's middle, which stay what they are while a level camera pans. One that looks
    down turns its picture as it pans, and yet who stands in it stands upright: that turn is left out. The shift is that
    of the anchor, so that what stands there stays where it is. Where nothing is known, the camera rests.

    Args:
        steps: (T, 3, 3) homographies: pixels of the frame before ← pixels of each frame.
        anchors: (T, 2) pixels of each frame.
        confidence: (T,) of each step, in 0..1.
        image_size: (width, height) in pixels.
    """
    middle = np.array(image_size, np.float64) / 2
    # Forth and back: what the perspective of a large step adds to one, it adds to the other.
    forth, back = (np.array([_turn(step, middle) for step in some]) for some in (steps, np.linalg.inv(steps)))
    growth = np.sqrt(np.abs(forth / back)) * np.exp(0.5j * np.angle(forth / back))
    growth *= np.exp(-1j * _turned_by_panning(steps, growth, image_size))
    turns, shifts = np.ones(len(steps), np.complex128), np.zeros(len(steps), np.complex128)
    for frame in range(1, len(steps)):
        turn, shift = turns[frame - 1], shifts[frame - 1]
        if not np.array_equal(steps[frame], np.eye(3)):
            before = turn * (_moved(steps[frame], anchors[frame]) @ (1, 1j)) + shift
            turn = turn * growth[frame]
            shift = before - turn * (anchors[frame] @ (1, 1j))
        turns[frame], shifts[frame] = turn, shift
    shift_pairs = np.stack([shifts.real, shifts.imag], axis=1)
    rotation = np.unwrap(np.angle(turns))
    return CameraPath(shift_pairs, rotation, np.log(np.abs(turns)), confidence)  # type: ignore[arg-type]


def _turned_by_panning(steps: Matrix, growth: Complex, image_size: tuple[int, int]) -> Matrix:
    """(T,) radians of each step that come of panning with a camera that looks down or up."""
    middle = np.array(image_size, np.float64) / 2
    across = np.array([_moved(step, middle)[0] - middle[0] for step in steps])
    # Of the whole way, so that a hand that trembles hides nothing.
    way, turned = np.cumsum(across), np.cumsum(np.angle(growth))
    common, spread = float(way @ turned), float(way @ way)
    if np.ptp(way) <= LEAST_PAN * image_size[0] or common**2 <= LEAST_EXPLAINED * spread * float(turned @ turned):
        return np.zeros(len(steps))
    return common / spread * across


def handled(poses: PoseSequence, handling: CameraHandling) -> PoseSequence:
    """Return the poses with the camera's motion where it is to be taken out, and without where it is kept."""
    camera = poses.camera
    kept = handling is CameraHandling.KEPT or (handling is CameraHandling.AUTOMATIC and not _is_followed(camera))
    return replace(poses, camera=None) if kept and camera is not None else poses


def notice(poses: PoseSequence, handling: CameraHandling) -> str:
    """A sentence for the user where the background could not be followed; empty where it could, or where the camera's
    motion is kept.
    """
    if poses.camera is None or handling is CameraHandling.KEPT or _is_followed(poses.camera):
        return ""
    lost, count = int((poses.camera.confidence == 0).sum()), len(poses)
    name = poses.source or "the video"
    begins = f"The background of {name} could not be followed in {lost} of {count} frames"
    if handling is CameraHandling.TAKEN_OUT:
        return f"{begins}; where the camera moved there, set Camera Motion to Kept and move the character by hand."
    return f"{begins}, so the camera's motion is kept; set Camera Motion to Taken Out to use what was found of it."


def to_first_frame(poses: PoseSequence) -> PoseSequence:
    """Return the poses in the picture of their first frame, as a camera that stands still would have seen them, without
    the camera's path; the same ones where the camera stands still, or nothing is known of it.
    """
    camera = poses.camera
    if camera is None or not _moves(camera):
        return poses
    return replace(_mapped(poses, *_relative(camera)), camera=None)


def to_picture(poses: PoseSequence, camera: CameraPath | None) -> PoseSequence:
    """Undo `to_first_frame`: return the poses where the moving camera saw them, with its path."""
    if camera is None or not _moves(camera):
        return poses
    turns, shifts = _relative(camera)
    return replace(_mapped(poses, 1 / turns, -shifts / turns), camera=camera)


def with_camera_of(poses: PoseSequence, source: PoseSequence) -> PoseSequence:
    """Return the poses with the camera of their source, of which they may be the first frames."""
    if source.camera is None or poses.camera is not None:
        return poses
    return replace(poses, camera=part_of_frames(source.camera, slice(0, len(poses))))


def _is_followed(camera: CameraPath | None) -> bool:
    return camera is None or float((camera.confidence == 0).mean()) <= MOST_UNFOLLOWED


def _moves(camera: CameraPath) -> bool:
    return any(bool((values != values[:1]).any()) for values in (camera.shift, camera.rotation, camera.log_scale))


def _relative(camera: CameraPath) -> tuple[Complex, Complex]:
    """(T,) turn and shift of each frame as complex numbers, relative to the first one: a point x + iy of the first frame
    is turn · point + shift.
    """
    turns = np.exp(camera.log_scale.astype(np.float64) + 1j * camera.rotation.astype(np.float64))
    shifts = camera.shift.astype(np.float64) @ (1, 1j)
    return turns / turns[0], (shifts - shifts[0]) / turns[0]


def _mapped(poses: PoseSequence, turns: Complex, shifts: Complex) -> PoseSequence:
    """The poses with every pixel mapped, frame by frame."""

    def mapped(points: NDArray[np.float32]) -> NDArray[np.float32]:
        moved = turns[:, None] * (points.astype(np.float64) @ (1, 1j)) + shifts[:, None]
        return np.stack([moved.real, moved.imag], axis=-1).astype(np.float32)

    landmarks, depth = poses.landmarks, poses.depth
    if landmarks is not None:
        landmarks = replace(landmarks, positions=mapped(landmarks.positions))
    if depth is not None:
        depth = replace(depth, values=depth.values * np.abs(turns).astype(np.float32)[:, None])
    return replace(poses, positions=mapped(poses.positions), landmarks=landmarks, depth=depth)


def _moved(motion: Matrix, point: Matrix) -> Matrix:
    """(2,) a point moved by a (3, 3) homography."""
    moved = motion[:, :2] @ point + motion[:, 2]
    return np.asarray(moved[:2] / moved[2])


def _turn(motion: Matrix, point: Matrix) -> complex:
    """How a homography turns and scales what is near a point, as a complex number."""
    depth = motion[2, :2] @ point + motion[2, 2]
    slope = (motion[:2, :2] - np.outer(_moved(motion, point), motion[2, :2])) / depth
    size = np.sqrt(max(float(np.linalg.det(slope)), 1e-6))
    return complex(size * np.exp(1j * np.arctan2(slope[1, 0] - slope[0, 1], slope[0, 0] + slope[1, 1])))
