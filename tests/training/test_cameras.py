"""Cameras: which way angles count, what is nearer is larger, and that draws keep to their ranges."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from blender_addon.core.skeleton import Joint
from tests.training.bvh_files import standing_wave
from training.cameras import NEAREST, Cameras, CameraSampler, QuartetCameras, picture
from training.motion_library import JOINT_WEIGHTS

HEIGHT = torch.tensor([1.7])
HERE = torch.zeros(1, 1, 3)
HEAD = (1, 0, int(Joint.HEAD))
LEFT_KNEE = (0, 0, int(Joint.LEFT_KNEE))


def camera(
    *, azimuth: float = 0.0, elevation: float = 0.0, roll: float = 0.0, closeness: float = 0.0, pixels: float = 500.0
) -> Cameras:
    """One camera, angles in degrees, with the performer on its axis."""
    azimuth, elevation, roll = (math.radians(angle) for angle in (azimuth, elevation, roll))
    one = torch.ones(1)
    return Cameras(azimuth * one, elevation * one, roll * one, closeness * one, torch.zeros(1, 2), pixels * one)


def standing() -> Tensor:
    """Joints (1, 1, 15, 3) of somebody who stands in the body-centred frame: faces −z, left at +x, y down."""
    joints = torch.tensor(JOINT_WEIGHTS @ standing_wave(seconds=0).joints())
    return (joints - joints[:, Joint.MID_HIP : Joint.MID_HIP + 1])[None] * torch.tensor([1.0, -1.0, -1.0])


def seen(joints: Tensor, by: Cameras, root: Tensor = HERE) -> Tensor:
    """Pixels (15, 2) of the first frame."""
    return picture(joints, root, HEIGHT, by)[0][0, 0]


def test_at_azimuth_0_the_performer_faces_us_with_the_left_hand_on_our_right() -> None:
    pixels = seen(standing(), camera())
    assert pixels[Joint.LEFT_HIP, 0] > pixels[Joint.MID_HIP, 0] > pixels[Joint.RIGHT_HIP, 0]
    assert pixels[Joint.HEAD, 1] < pixels[Joint.NECK, 1] < pixels[Joint.LEFT_ANKLE, 1]
    torch.testing.assert_close(pixels[Joint.MID_HIP], torch.zeros(2))


@pytest.mark.parametrize(("azimuth", "side"), [(90.0, 1.0), (-90.0, -1.0)])
def test_at_azimuth_90_the_performer_looks_to_the_right_of_the_picture(azimuth: float, side: float) -> None:
    pointing = standing()
    pointing[..., Joint.RIGHT_WRIST, :] = torch.tensor([0.0, -0.4, -0.7])
    pixels = seen(pointing, camera(azimuth=azimuth))
    assert float(pixels[Joint.RIGHT_WRIST, 0] * side) == pytest.approx(0.7 * 500 / 1.7, abs=0.01)
    shoulders = pixels[Joint.LEFT_SHOULDER] - pixels[Joint.RIGHT_SHOULDER]
    assert abs(float(shoulders[0])) < 0.02 * 500


def test_at_azimuth_180_we_see_the_back() -> None:
    pixels = seen(standing(), camera(azimuth=180))
    assert pixels[Joint.LEFT_HIP, 0] < pixels[Joint.RIGHT_HIP, 0]


@pytest.mark.parametrize(("elevation", "lower"), [(30.0, True), (-20.0, False)])
def test_a_camera_above_sees_nearer_points_of_the_floor_lower_and_one_below_higher(
    elevation: float, lower: bool
) -> None:
    feet = standing()
    feet[..., Joint.RIGHT_ANKLE, :] = torch.tensor([0.0, 0.8, -0.5])
    feet[..., Joint.LEFT_ANKLE, :] = torch.tensor([0.0, 0.8, 0.5])
    pixels = seen(feet, camera(elevation=elevation))
    assert (pixels[Joint.RIGHT_ANKLE, 1] > pixels[Joint.LEFT_ANKLE, 1]) == lower


def test_roll_turns_the_picture_clockwise() -> None:
    pixels = seen(standing(), camera(roll=10))
    assert pixels[Joint.HEAD, 0] > 0 > pixels[Joint.LEFT_ANKLE, 0]
    upright = seen(standing(), camera())
    torch.testing.assert_close(pixels.norm(dim=-1), upright.norm(dim=-1))


@pytest.mark.parametrize("azimuth", [0.0, 45.0, 130.0])
def test_in_perspective_the_nearer_hand_reaches_further(azimuth: float) -> None:
    spread = standing()
    turn = math.radians(azimuth)
    toward = torch.tensor([-math.sin(turn), 0.0, -math.cos(turn)])
    spread[..., Joint.RIGHT_WRIST, :] = 0.5 * toward + torch.tensor([0.0, -0.6, 0.0])
    spread[..., Joint.LEFT_WRIST, :] = -0.5 * toward + torch.tensor([0.0, -0.6, 0.0])
    flat, near = seen(spread, camera(azimuth=azimuth)), seen(spread, camera(azimuth=azimuth, closeness=0.5))
    torch.testing.assert_close(flat[Joint.RIGHT_WRIST], flat[Joint.LEFT_WRIST], atol=1e-3, rtol=0)
    assert float(near[Joint.RIGHT_WRIST, 1] / near[Joint.LEFT_WRIST, 1]) == pytest.approx(
        (2 + 0.5 / 1.7) / (2 - 0.5 / 1.7), rel=1e-4
    )


def test_who_comes_nearer_grows_and_is_of_the_stated_size_at_the_mean_distance() -> None:
    still = standing()
    here, per_metre, _ = picture(still, HERE, HEIGHT, camera(closeness=0.4))
    nearer, _, _ = picture(still, torch.tensor([[[0.0, 0.0, -1.0]]]), HEIGHT, camera(closeness=0.4))

    def hips(pixels: Tensor) -> float:
        return float(pixels[0, 0, Joint.LEFT_HIP, 0] - pixels[0, 0, Joint.RIGHT_HIP, 0])

    assert float(per_metre) == pytest.approx(500 / 1.7)
    assert hips(here) == pytest.approx(0.18 * 500 / 1.7, rel=0.01)
    assert hips(nearer) == pytest.approx(hips(here) * 2.5 / (2.5 - 1 / 1.7), rel=0.02)


def test_who_walks_through_the_camera_stays_finite_and_on_the_same_side() -> None:
    through = torch.tensor([[[0.0, 0.0, -10.0]]])
    pixels = seen(standing(), camera(closeness=0.6), through)
    assert bool(torch.isfinite(pixels).all())
    assert float(pixels[Joint.LEFT_HIP, 0]) == pytest.approx(0.09 / 1.7 * 500 / (NEAREST * 0.6), rel=0.01)


def test_the_performer_stands_where_the_centre_says_whatever_the_lens() -> None:
    for closeness in (0.0, 0.5):
        aside = replace(camera(closeness=closeness), centre=torch.tensor([[0.3, -0.2]]))
        torch.testing.assert_close(seen(standing(), aside)[Joint.MID_HIP], torch.tensor([150.0, -100.0]))


def drawn(sampler: CameraSampler) -> QuartetCameras:
    return sampler.sample(2000, torch.Generator().manual_seed(2), torch.device("cpu"))


def test_draws_fill_their_ranges() -> None:
    cameras = drawn(CameraSampler())
    azimuth, elevation, roll = (angle.rad2deg() for angle in (cameras.azimuth, cameras.elevation, cameras.roll))
    assert -180 <= float(azimuth.min()) < -175
    assert 175 < float(azimuth.max()) <= 180
    assert -20 <= float(elevation.min()) < -18
    assert 33 < float(elevation.max()) <= 35
    assert float((elevation == 0).float().mean()) == pytest.approx(0.4, abs=0.03)
    assert float((roll == 0).float().mean()) == pytest.approx(0.7, abs=0.03)
    assert 8 < float(roll.abs().max()) <= 12.5
    assert float((cameras.closeness == 0).float().mean()) == pytest.approx(0.5, abs=0.03)
    assert 0.6 < float(cameras.closeness.max()) <= 1 / 1.6


def test_level_upright_orthographic_cameras_can_be_asked_for() -> None:
    cameras = drawn(CameraSampler(level=1.0, upright=1.0, orthographic=1.0))
    for values in (cameras.elevation, cameras.roll, cameras.closeness):
        assert not bool(values.any())


def test_two_clips_of_a_quartet_share_a_view_but_not_the_camera() -> None:
    cameras = drawn(CameraSampler(upright=0.0, orthographic=0.0))
    first, second = cameras.of_view(0, 0), cameras.of_view(0, 2)
    assert torch.equal(first.azimuth, second.azimuth)
    assert torch.equal(first.elevation, second.elevation)
    for name in ("roll", "closeness", "pixels"):
        assert not torch.equal(getattr(first, name), getattr(second, name)), name
