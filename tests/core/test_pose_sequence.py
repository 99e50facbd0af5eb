"""What was seen, checked once at the door."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from blender_addon.core.pose_sequence import Array, DepthEvidence, Landmarks, PoseSequence
from blender_addon.core.skeleton import Joint

FRAMES = 5
POSITIONS = np.random.default_rng(0).uniform(10, 600, (FRAMES, 15, 2)).astype(np.float32)
CONFIDENCE = np.full((FRAMES, 15), 0.9, np.float32)


def sequence(**changes: object) -> PoseSequence:
    given: dict[str, Any] = {"positions": POSITIONS, "confidence": CONFIDENCE, "fps": 25, "image_size": (640, 480)}
    return PoseSequence(**{**given, **changes})


def ones(*shape: int) -> Array:
    return np.ones(shape, np.float32)


def with_value(array: Array, value: float) -> Array:
    changed = array.copy()
    changed[2, Joint.LEFT_KNEE] = value
    return changed


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"positions": POSITIONS[:, :14]}, r"shape \(frames, 15, 2\), not \(5, 14, 2\)"),
        ({"positions": POSITIONS[..., 0]}, r"shape \(frames, 15, 2\)"),
        ({"positions": [[1, 2], [3]]}, "one array of numbers"),
        ({"positions": POSITIONS[:0], "confidence": CONFIDENCE[:0]}, "holds no frame"),
        ({"confidence": CONFIDENCE[:4]}, r"shape \(5, 15\), not \(4, 15\)"),
        ({"confidence": CONFIDENCE * 0}, "No joint is seen in any frame"),
        ({"confidence": with_value(CONFIDENCE, 1.5)}, "between 0 and 1"),
        ({"confidence": with_value(CONFIDENCE, -0.1)}, "between 0 and 1"),
        ({"confidence": with_value(CONFIDENCE, np.nan)}, "between 0 and 1"),
        ({"positions": with_value(POSITIONS, np.nan)}, "position of left_knee in frame 2 is not a finite number"),
        ({"positions": with_value(POSITIONS, np.inf)}, "position of left_knee in frame 2 is not a finite number"),
        ({"fps": 0}, "frame rate"),
        ({"fps": -25}, "frame rate"),
        ({"fps": np.nan}, "frame rate"),
        ({"fps": "fast"}, "frame rate"),
        ({"start": np.inf}, "start time"),
        ({"image_size": (640, 0)}, "image size"),
        ({"image_size": (640.5, 480)}, "image size"),
        ({"image_size": (640,)}, "image size"),
        ({"image_size": "large"}, "image size"),
        ({"landmarks": Landmarks(("nose",), ones(4, 1, 2), ones(4, 1))}, "landmarks cover 4 frames and the joints 5"),
        ({"depth": DepthEvidence(ones(4, 15), ones(4, 15))}, "depth cover 4 frames and the joints 5"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem) as caught:
        sequence(**changes)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("junk", [np.nan, np.inf, -np.inf, 1e30, 7])
def test_positions_without_confidence_are_ignored_whatever_they_hold(junk: float) -> None:
    poses = sequence(positions=with_value(POSITIONS, junk), confidence=with_value(CONFIDENCE, 0))
    assert poses.positions[2, Joint.LEFT_KNEE].tolist() == [0, 0]
    assert not poses.seen[2, Joint.LEFT_KNEE]
    assert poses.seen.sum() == FRAMES * 15 - 1


def test_a_clip_of_one_frame_with_one_joint_seen_is_a_clip() -> None:
    confidence = np.zeros((1, 15), np.float32)
    confidence[0, Joint.NECK] = 1
    assert len(sequence(positions=POSITIONS[:1], confidence=confidence)) == 1


def test_clean_arrays_are_taken_as_they_are_and_cannot_be_written_through_the_sequence() -> None:
    poses = sequence()
    assert np.shares_memory(poses.positions, POSITIONS)
    assert POSITIONS.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        poses.positions[0] = 0


def test_arrays_are_never_changed_in_the_callers_hands() -> None:
    given = with_value(POSITIONS, 7)
    sequence(positions=given, confidence=with_value(CONFIDENCE, 0))
    assert (given[2, Joint.LEFT_KNEE] == 7).all()


def test_lists_and_doubles_become_float32() -> None:
    poses = sequence(positions=POSITIONS.astype(np.float64).tolist(), confidence=CONFIDENCE.astype(np.float64))
    assert poses.positions.dtype == poses.confidence.dtype == np.float32
    assert np.array_equal(poses.positions, POSITIONS)


def test_a_part_is_a_view_that_starts_later() -> None:
    landmarks = Landmarks(("nose",), ones(FRAMES, 1, 2), np.arange(FRAMES, dtype=np.float32)[:, None] / np.float32(10))
    depth = DepthEvidence(np.arange(FRAMES * 15, dtype=np.float32).reshape(FRAMES, 15), ones(FRAMES, 15))
    poses = sequence(start=2.0, landmarks=landmarks, depth=depth)
    part = poses[1:3]
    assert np.shares_memory(part.positions, poses.positions)
    assert part.start == pytest.approx(2.04)
    assert part.duration == pytest.approx(0.08)
    assert part.landmarks is not None
    assert part.depth is not None
    assert part.landmarks.confidence[:, 0].tolist() == pytest.approx([0.1, 0.2])
    assert part.depth.values[0, 0] == 15
    assert len(poses[-2:]) == 2


def test_a_part_may_hold_nothing_seen() -> None:
    confidence = CONFIDENCE.copy()
    confidence[:2] = 0
    assert not sequence(confidence=confidence)[:2].seen.any()


@pytest.mark.parametrize("frames", [slice(3, 3), slice(9, 12), slice(None, None, 2), slice(None, None, -1)])
def test_a_part_that_is_no_run_of_frames_is_refused(frames: slice) -> None:
    with pytest.raises(ValueError, match="no run of frames"):
        sequence()[frames]


@pytest.mark.parametrize(
    ("names", "positions", "confidence", "problem"),
    [
        (("nose", "nose"), (2, 2, 2), (2, 2), "named twice"),
        (("nose",), (2, 2, 2), (2, 2), r"shape \(frames, 1, 2\)"),
        (("nose",), (2, 1, 2), (3, 1), r"shape \(2, 1\)"),
    ],
)
def test_landmarks_are_checked_too(
    names: tuple[str, ...], positions: tuple[int, ...], confidence: tuple[int, ...], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        Landmarks(names, ones(*positions), ones(*confidence))


def test_depth_that_is_not_finite_counts_only_where_it_is_sure() -> None:
    values = np.full((1, 15), np.nan, np.float32)
    assert not DepthEvidence(values, np.zeros((1, 15), np.float32)).values.any()
    with pytest.raises(ValueError, match="depth of head in frame 0"):
        DepthEvidence(values, ones(1, 15))
