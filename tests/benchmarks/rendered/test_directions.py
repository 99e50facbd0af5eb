"""Angles of trunks and heads say what the table of truth says."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.rendered.directions import as_camera_space, facing, head_angles, head_axes, wrapped
from tests.benchmarks.rendered.made_people import Doubles, standing

UP, RIGHT, TOWARDS = (0, -1, 0), (1, 0, 0), (0, 0, -1)
"""In camera space."""


def axes(yaw: float, pitch: float, roll: float) -> Doubles:
    return np.asarray(head_axes(np.array([[yaw, pitch, roll]]))[0])


@pytest.mark.parametrize("azimuth", [0.0, 90.0, -135.0, 179.0])
def test_a_turned_trunk_faces_where_it_is_turned(azimuth: float) -> None:
    assert facing(standing(azimuth)) == pytest.approx(azimuth)


def test_a_head_without_angles_looks_at_the_camera_upright() -> None:
    np.testing.assert_allclose(axes(0, 0, 0), np.stack((RIGHT, UP, TOWARDS), axis=-1), atol=1e-12)


def test_yaw_of_90_looks_to_the_right_of_the_picture() -> None:
    np.testing.assert_allclose(axes(90, 0, 0)[:, 2], RIGHT, atol=1e-12)


def test_pitch_looks_up() -> None:
    np.testing.assert_allclose(axes(0, 90, 0)[:, 2], UP, atol=1e-12)


def test_roll_tilts_the_head_clockwise_in_the_picture() -> None:
    np.testing.assert_allclose(axes(0, 0, 90)[:, 1], RIGHT, atol=1e-12)


def test_axes_are_a_turned_body_of_the_same_hand() -> None:
    assert np.linalg.det(axes(40, 20, -30)) == pytest.approx(np.linalg.det(axes(0, 0, 0)))


@pytest.mark.parametrize("angles", [(10, 20, 30), (-150, -40, 5), (89, 60, -70)])
def test_angles_come_back_from_axes(angles: tuple[float, float, float]) -> None:
    np.testing.assert_allclose(head_angles(axes(*angles)[None])[0], angles, atol=1e-9)


def test_an_upright_camera_sees_up_as_up() -> None:
    seen = as_camera_space(np.eye(3))
    np.testing.assert_allclose(seen[:, 2], UP)
    np.testing.assert_allclose(seen[:, 1], (0, 0, 1))


def test_wrapping_goes_the_shorter_way_round() -> None:
    np.testing.assert_allclose(wrapped(np.array((190.0, -190.0, 360.0))), (-170, 170, 0))
