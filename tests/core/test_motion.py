"""Views, and the motion that comes out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from blender_addon.core.motion import PREDICTED_CONFIDENCE, LandmarkOffsets, RetargetedMotion, View, rotation
from blender_addon.core.skeleton import Skeleton

FRAMES = 4
FACING, UP, LEFT = (0, 0, -1), (0, -1, 0), (1, 0, 0)
"""In the body-centred frame."""


def motion(**changes: object) -> RetargetedMotion:
    random = np.random.default_rng(0)
    given: dict[str, Any] = {
        "positions": random.normal(size=(FRAMES, 15, 2)),
        "depth": random.normal(size=(FRAMES, 15)),
        "contacts": random.uniform(size=(FRAMES, 2)),
        "confidence": random.uniform(size=(FRAMES, 15)),
        "skeleton": Skeleton(np.ones(14, np.float32)),
        "view": View(0),
        "fps": 25,
    }
    return RetargetedMotion(**{**given, **changes})


@pytest.mark.parametrize(
    ("azimuth", "elevation", "direction", "seen"),
    [
        (0, 0, FACING, (0, 0, -1)),
        (0, 0, LEFT, (1, 0, 0)),
        (90, 0, FACING, (1, 0, 0)),
        (-90, 0, FACING, (-1, 0, 0)),
        (180, 0, FACING, (0, 0, 1)),
        (90, 0, LEFT, (0, 0, 1)),
        (0, 90, UP, (0, 0, -1)),
        (0, 90, FACING, (0, 1, 0)),
        (90, 90, FACING, (1, 0, 0)),
    ],
)
def test_a_view_turns_the_body_as_a_camera_sees_it(
    azimuth: float, elevation: float, direction: tuple[int, ...], seen: tuple[int, ...]
) -> None:
    np.testing.assert_allclose(rotation(View(azimuth, elevation)) @ np.array(direction), seen, atol=1e-6)


def test_a_camera_above_sees_the_crown_nearer_than_the_feet() -> None:
    assert (rotation(View(30, 20)) @ np.array(UP))[2] < 0


def test_a_camera_that_rolls_turns_the_picture_clockwise() -> None:
    np.testing.assert_allclose(rotation(View(0, 0, 90)) @ np.array(UP), (1, 0, 0), atol=1e-6)
    np.testing.assert_allclose(rotation(View(40, 15, 0)), rotation(View(40, 15)), atol=0)


def test_roll_goes_the_shorter_way_and_keeps_its_frames() -> None:
    half_way = View(0, 0, 170).towards(View(0, 0, -170), 0.5)
    assert half_way.roll == 180
    turning = View(0, 0, np.linspace(0, 20, 5))
    assert turning.frame_count == 5
    np.testing.assert_allclose(turning.at(np.array([0.5])).roll, [2.5])
    with pytest.raises(ValueError, match="5 rolls"):
        View(np.zeros(2), 0, np.zeros(5))


def test_a_view_a_frame_is_a_rotation_a_frame() -> None:
    turning = View(np.linspace(0, 90, 7), 10)
    matrices = rotation(turning)
    assert matrices.shape == (7, 3, 3)
    assert turning.frame_count == 7
    np.testing.assert_allclose(matrices[3], rotation(View(45, 10)), atol=1e-6)
    np.testing.assert_allclose(matrices @ matrices.swapaxes(1, 2), np.broadcast_to(np.eye(3), (7, 3, 3)), atol=1e-6)
    assert rotation(View(0)).shape == (3, 3)
    assert View(0).frame_count is None


@pytest.mark.parametrize(
    ("given", "kept"), [(190, -170), (-190, 170), (180, 180), (-180, 180), (540, 180), (720.5, 0.5), (-0.25, -0.25)]
)
def test_azimuths_are_wrapped_and_180_is_never_negative(given: float, kept: float) -> None:
    assert View(given).azimuth == kept
    assert np.array_equal(View(np.array([given, 0])).azimuth, [kept, 0])


@pytest.mark.parametrize(
    ("azimuth", "elevation"),
    [(np.nan, 0), (0, np.inf), ([0, np.nan], 0), ([], 0), ([[0]], 0), ("front", 0), ([0, 1], [0, 1, 2])],
)
def test_impossible_views_are_refused(azimuth: float, elevation: float) -> None:
    with pytest.raises(ValueError, match=r"view (must|has)|of a view"):
        View(azimuth, elevation)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"leg_turns": np.ones((FRAMES, 3))}, "Leg turns"),
        ({"leg_turns": np.full((FRAMES, 2), np.nan)}, "Leg turns"),
        ({"positions": np.ones((FRAMES, 14, 2))}, r"\(frames, 15, 2\)"),
        ({"positions": np.ones((0, 15, 2))}, "a frame at least"),
        ({"positions": np.full((FRAMES, 15, 2), np.nan)}, "finite number"),
        ({"depth": np.ones((FRAMES, 14))}, "depths must have the shape"),
        ({"depth": np.full((FRAMES, 15), np.inf)}, "finite number"),
        ({"contacts": np.ones((FRAMES, 3))}, "Foot contacts must have the shape"),
        ({"contacts": np.full((FRAMES, 2), 2)}, "Foot contacts must lie between 0 and 1"),
        ({"confidence": np.full((FRAMES, 15), np.nan)}, "confidences must lie between 0 and 1"),
        ({"view": View(np.array([0.0, 1.0]))}, "view has 2 frames and the motion 4"),
        ({"fps": 0}, "frame rate"),
        ({"start": np.nan}, "start time"),
        ({"image_size": (0, 1)}, "image size"),
        (
            {"landmarks": LandmarkOffsets(("nose",), np.zeros((3, 1, 3), np.float32), np.ones((3, 1), np.float32))},
            "landmarks cover 3 frames and the motion 4",
        ),
    ],
)
def test_a_motion_that_makes_no_sense_is_refused(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        motion(**changes)


@pytest.mark.parametrize(
    ("names", "offsets", "confidence", "problem"),
    [
        (("chin",), np.zeros((4, 1, 3)), np.ones((4, 1)), "choose among nose"),
        (("nose", "nose"), np.zeros((4, 2, 3)), np.ones((4, 2)), "named twice"),
        (("nose",), np.zeros((4, 1, 2)), np.ones((4, 1)), "must have the shape"),
        (("nose",), np.zeros((4, 1, 3)), np.full((4, 1), 2), "between 0 and 1"),
        (("nose",), np.full((4, 1, 3), np.nan), np.zeros((4, 1)), "finite number"),
    ],
)
def test_landmarks_that_make_no_sense_are_refused(
    names: tuple[str, ...],
    offsets: Any,  # noqa: ANN401
    confidence: Any,  # noqa: ANN401
    problem: str,
) -> None:
    with pytest.raises(ValueError, match=problem):
        LandmarkOffsets(names, offsets, confidence)


def test_a_motion_cannot_be_changed_by_accident() -> None:
    with pytest.raises(ValueError, match="read-only"):
        motion().positions[0] = 0


def test_a_motion_becomes_poses_that_keep_what_nobody_saw() -> None:
    made = motion(confidence=np.zeros((FRAMES, 15)), start=1.5)
    poses = made.to_pose_sequence("made")
    assert np.array_equal(poses.positions, made.positions)
    assert (poses.confidence == np.float32(PREDICTED_CONFIDENCE)).all()
    assert poses.depth is not None
    assert np.array_equal(poses.depth.values, made.depth)
    assert (poses.start, poses.source, len(poses), len(made)) == (1.5, "made", FRAMES, FRAMES)
