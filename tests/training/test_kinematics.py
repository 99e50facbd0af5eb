"""Rotations and forward kinematics in torch: the conventions of the project, and the same as in NumPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from blender_addon.core.motion import View, rotation
from blender_addon.core.networks.kinematic_network import ViewCode
from blender_addon.core.skeleton import BONE_COUNT, BONE_INDEX, Joint
from training.kinematics import camera_rotation, forward_kinematics, mean_facing, view_rotation


@pytest.mark.parametrize(("azimuth", "elevation"), [(0.0, 0.0), (90.0, 0.0), (-120.0, 25.0), (180.0, -20.0)])
def test_torch_and_numpy_turn_bodies_alike(azimuth: float, elevation: float) -> None:
    in_torch = view_rotation(torch.tensor(math.radians(azimuth)), torch.tensor(math.radians(elevation)))
    assert np.allclose(in_torch.numpy(), rotation(View(azimuth, elevation)), atol=1e-6)


def test_a_performer_at_ninety_degrees_faces_the_right_of_the_picture() -> None:
    facing = view_rotation(torch.tensor(math.pi / 2), torch.tensor(0.0)) @ torch.tensor([0.0, 0.0, -1.0])
    assert facing.tolist() == pytest.approx([1, 0, 0], abs=1e-6)


def test_the_azimuth_of_a_clip_is_the_circular_mean_of_where_it_faces() -> None:
    angles = torch.tensor([170.0, -170.0]).deg2rad()
    across = torch.stack((angles.cos(), torch.zeros(2), angles.sin()), dim=-1)
    mean = mean_facing(across[None], torch.ones(1, 2))[0]
    assert math.degrees(math.atan2(mean[1], mean[0])) == pytest.approx(180)


def test_the_rotation_of_a_view_code_undoes_the_camera() -> None:
    code = ViewCode(torch.tensor([[math.cos(0.7), math.sin(0.7)]]), torch.tensor([0.3]), torch.tensor([0.1]))
    turn = camera_rotation(code)[0]
    assert float(code.azimuth) == pytest.approx(0.7)
    torch.testing.assert_close(turn @ turn.T, torch.eye(3), atol=1e-6, rtol=0)
    assert float(torch.linalg.det(turn)) == pytest.approx(1)


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
