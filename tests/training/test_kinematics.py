"""Rotations and forward kinematics in torch: the conventions of the project, and the same as in NumPy."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from blender_addon.core import posture
from blender_addon.core.motion import View, rotation
from blender_addon.core.networks.kinematic_network import ViewCode, bones_of
from blender_addon.core.skeleton import BONE_COUNT, BONE_INDEX, Joint, Posture
from training.bodies import BodyRanges, BodySampler
from training.bodies import posture as posture_of
from training.kinematics import (
    camera_rotation,
    forward_kinematics,
    mean_facing,
    roll_rotation,
    view_rotation,
    with_posture,
)
from training.motion_library import load_motion
from training.synthetic import MotionBank, play


@pytest.mark.parametrize(("azimuth", "elevation"), [(0.0, 0.0), (90.0, 0.0), (-120.0, 25.0), (180.0, -20.0)])
def test_torch_and_numpy_turn_bodies_alike(azimuth: float, elevation: float) -> None:
    in_torch = view_rotation(torch.tensor(math.radians(azimuth)), torch.tensor(math.radians(elevation)))
    assert np.allclose(in_torch.numpy(), rotation(View(azimuth, elevation)), atol=1e-6)
    rolled = roll_rotation(torch.tensor(math.radians(20.0))) @ in_torch
    assert np.allclose(rolled.numpy(), rotation(View(azimuth, elevation, 20)), atol=1e-6)


def test_a_performer_at_ninety_degrees_faces_the_right_of_the_picture() -> None:
    facing = view_rotation(torch.tensor(math.pi / 2), torch.tensor(0.0)) @ torch.tensor([0.0, 0.0, -1.0])
    assert facing.tolist() == pytest.approx([1, 0, 0], abs=1e-6)


def test_the_azimuth_of_a_clip_is_the_circular_mean_of_where_it_faces() -> None:
    angles = torch.tensor([170.0, -170.0]).deg2rad()
    across = torch.stack((angles.cos(), torch.zeros(2), angles.sin()), dim=-1)
    mean = mean_facing(across[None], torch.ones(1, 2))[0]
    assert math.degrees(math.atan2(mean[1], mean[0])) == pytest.approx(180)


def test_the_rotation_of_a_view_code_undoes_the_camera() -> None:
    facing = torch.tensor([[math.cos(0.7), math.sin(0.7)]])
    code = ViewCode(facing, torch.tensor([0.3]), torch.tensor([0.1]), torch.zeros(1, 2))
    turn = camera_rotation(code)[0]
    assert float(code.azimuth) == pytest.approx(0.7)
    torch.testing.assert_close(turn @ turn.T, torch.eye(3), atol=1e-6, rtol=0)
    assert float(torch.linalg.det(turn)) == pytest.approx(1)


def test_a_posture_is_put_on_a_motion_as_at_inference() -> None:
    bones = torch.randn(5, BONE_COUNT, 3, generator=torch.Generator().manual_seed(2))
    change = torch.tensor([0.2, -0.4])
    inference = posture.with_posture(bones.numpy(), Posture(0, 0), Posture(*map(math.degrees, change.tolist())))
    np.testing.assert_allclose(with_posture(bones, change.expand(5, 2)).numpy(), inference, atol=1e-5)


def test_spine_and_head_of_a_motion_come_nearer_to_those_of_a_body_that_stands_otherwise(shared_data: Path) -> None:
    library = load_motion(shared_data / "motion").training()
    generator, device = torch.Generator().manual_seed(1), torch.device("cpu")
    windows = MotionBank(library, device).sample(32, 32, generator)
    sampler = BodySampler(library, device, ranges=BodyRanges(spine_degrees=5, head_degrees=10))
    one, other = sampler.sample(32, generator), sampler.sample(32, generator)
    own, wanted = (bones_of(play(windows, body).joints) for body in (one, other))
    change = (posture_of(other) - posture_of(one))[:, None].expand(-1, 32, -1)

    def off(bones: Tensor, bone: Joint) -> float:
        cosine = torch.cosine_similarity(bones[..., BONE_INDEX[bone], :], wanted[..., BONE_INDEX[bone], :], dim=-1)
        return float(cosine.clamp(-1, 1).arccos().rad2deg().mean())

    for bone in (Joint.NECK, Joint.HEAD):
        assert off(with_posture(own, change), bone) < 0.45 * off(own, bone)


def test_bones_put_end_to_end_are_joints() -> None:
    bones = torch.nn.functional.normalize(
        torch.randn(BONE_COUNT, 3, generator=torch.Generator().manual_seed(0)), dim=-1
    )
    lengths = torch.arange(1.0, BONE_COUNT + 1)
    joints = forward_kinematics(bones, lengths)
    knee, ankle = BONE_INDEX[Joint.LEFT_KNEE], BONE_INDEX[Joint.LEFT_ANKLE]
    torch.testing.assert_close(
        joints[Joint.LEFT_ANKLE] - joints[Joint.LEFT_KNEE], bones[ankle] * lengths[ankle], atol=1e-5, rtol=0
    )
    torch.testing.assert_close(
        joints[Joint.LEFT_KNEE] - joints[Joint.LEFT_HIP], bones[knee] * lengths[knee], atol=1e-5, rtol=0
    )
    assert not joints[Joint.MID_HIP].any()
