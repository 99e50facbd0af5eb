"""The measure of detection itself: exact where views agree, and as far off as they do not."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from benchmarks import pose_accuracy
from benchmarks.pose_accuracy import (
    SCENE,
    Camera,
    Observed,
    agreed,
    calibration_error,
    corrections,
    reprojection_errors,
    scene,
    scene_errors,
    section,
    unbiased,
)

FRAMES, JOINTS = 5, 12


@pytest.fixture
def views() -> list[Camera]:
    """Four cameras around the origin, four metres away, with a lens that bends."""
    found = []
    for angle in np.radians([0, 80, 170, 260]):
        turn = np.array([[np.cos(angle), 0, -np.sin(angle)], [0, 1, 0], [np.sin(angle), 0, np.cos(angle)]])
        matrix = np.array([[1500.0, 0, 540], [0, 1500, 960], [0, 0, 1]])
        found.append(Camera(matrix, np.array([-0.05, 0.1, 0.001, 0.0]), turn, np.array([0.0, 0.0, 4.0])))
    return found


@pytest.fixture
def seen(views: list[Camera]) -> Observed:
    """Somebody whom all views see exactly where they are."""
    places = np.random.default_rng(1).uniform(-0.8, 0.8, (FRAMES * JOINTS, 3))
    points = np.array([view.project(places).reshape(FRAMES, JOINTS, 2) for view in views])
    return Observed(points, np.full(points.shape[:3], 0.95))


@pytest.mark.parametrize("without_itself", [False, True])
def test_views_that_agree_have_no_error(without_itself: bool, seen: Observed, views: list[Camera]) -> None:
    assert reprojection_errors(seen, views, without_itself=without_itself).max() < 0.01


def test_a_view_that_is_off_is_seen_in_full_by_the_others_alone(seen: Observed, views: list[Camera]) -> None:
    points = seen.points.copy()
    points[2, 3, 4] += [30, -40]
    off = Observed(points, seen.confidence)
    together, alone = (
        reprojection_errors(off, views, without_itself=without_itself)[2, 3, 4] for without_itself in (False, True)
    )
    assert alone == pytest.approx(50, abs=0.5)
    assert 10 < together < 45


def test_a_view_that_is_unsure_moves_the_others_less(seen: Observed, views: list[Camera]) -> None:
    points, sure = seen.points.copy(), seen.confidence.copy()
    points[2] += [30, -40]
    errors = []
    for confidence in (0.95, 0.1):
        sure[2] = confidence
        errors.append(reprojection_errors(Observed(points, sure), views, without_itself=False)[[0, 1, 3]].mean())
    assert errors[1] < 0.3 * errors[0]


def test_confidence_is_calibrated_where_it_is_the_share_that_is_right() -> None:
    right = np.arange(100) % 10 < 8
    assert calibration_error(np.full(100, 0.8), right) == pytest.approx(0, abs=1e-9)
    assert calibration_error(np.full(100, 1.0), right) == pytest.approx(0.2)
    assert calibration_error(np.where(right, 1.0, 0.0), right) == 0


def test_views_that_are_off_as_a_whole_are_put_right_by_what_stands_still(
    views: list[Camera], monkeypatch: pytest.MonkeyPatch
) -> None:
    places = np.random.default_rng(2).uniform(-0.5, 0.5, (10, 3))
    off = np.array([[12.0, 0], [-5, -6], [-3, 8], [4, -9]])
    points = np.array([view.project(places) + move for view, move in zip(views, off, strict=True)]).transpose(1, 0, 2)
    monkeypatch.setattr(pose_accuracy, "SCENE", tuple(tuple(tuple(place) for place in row) for row in points))
    assert np.nanmedian(scene_errors(scene(), views)) > 3
    assert np.nanmax(scene_errors(scene().moved(corrections(views)), views)) < 0.5


def test_a_hidden_point_of_the_scene_is_left_out(views: list[Camera]) -> None:
    errors = scene_errors(scene(), views)
    assert np.isnan(errors).sum() == sum(place is None for row in SCENE for place in row)


def test_what_agreeing_views_see_is_free_of_errors_where_they_are_put_right(
    seen: Observed, views: list[Camera]
) -> None:
    moves = np.array([[12.0, 0], [-5, -6], [-3, 8], [4, -9]])
    noise = np.random.default_rng(3).normal(0, 5, seen.points.shape)
    shown = agreed(Observed(seen.points + noise, seen.confidence).moved(-moves), views, moves)
    assert reprojection_errors(shown.moved(moves), views, without_itself=False).max() < 0.01
    assert reprojection_errors(shown, views, without_itself=False).mean() > 3


def test_only_the_mean_error_of_a_joint_in_a_view_is_taken_away(seen: Observed, views: list[Camera]) -> None:
    points = seen.points.copy()
    points[2, :, 4] += [3, -4]
    points[1, 3, 5] += [20, 0]
    off = Observed(points, seen.confidence)
    errors = reprojection_errors(unbiased(off, agreed(off, views, np.zeros((4, 2)))), views, without_itself=False)
    assert errors[:, :, 4].max() < 0.5
    assert errors[1, 3, 5] > 5


def test_the_section_tells_what_was_measured(seen: Observed, views: list[Camera]) -> None:
    text = section(seen, views, np.zeros((4, 2)), seen)
    assert "5 frames, four calibrated cameras" in text
    assert "| all four views | 0.0 | 0.0 | 0.00 % |" in text
    assert "| MediaPipe: all four views | 0.0 | 0.0 | 0.00 % |" in text
    assert "| joints without an error: all four views | 0.0 | 0.0 | 0.00 % |" in text
    assert "100.0 % of the joints are reported as seen" in text
    assert "the calibration error is 0.050" in text


def test_speed_that_was_measured_beside_others_is_not_told() -> None:
    assert "was not measured" in pose_accuracy._told([])
    assert "2 pairs of runs" in (told := pose_accuracy._told([(30, 15), (20, 20)]))
    assert "25.0 frames a second and 17.5, 1.50 times as many (1.00 to 2.00)" in told


@pytest.mark.skipif(not Path("/proc/stat").is_file(), reason="only Linux tells what other programs take")
def test_what_this_program_does_is_not_taken_for_others() -> None:
    before, began, own = pose_accuracy._others(), time.perf_counter(), time.process_time()
    while time.process_time() - own < 0.5:
        pass
    elapsed = time.perf_counter() - began
    assert pose_accuracy._others() - before < (os.cpu_count() or 1) * elapsed - 0.4
