"""Poses on the ground: the lowest of the body touches it, and what is down is labelled as standing on it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from blender_addon.core.skeleton import JOINT_COUNT, LEG_BONES, Joint
from tests.training.bvh_files import BODY
from training.bodies import bone_lengths
from training.contact_labels import SKIN, SUPPORT_JOINTS, other_supports
from training.ground_poses import GROUND_POSES, ground_poses
from training.motion_augmentation import on_the_ground
from training.synthetic import Windows, parent_rotations, play

CPU = torch.device("cpu")
LEG = 0.8


def lying(height: dict[Joint, float], frames: int = 20) -> Tensor:
    """Joints (1, T, 15, 3), y down, that keep still a metre above the ground, or as high above it as `height` says."""
    joints = torch.zeros(1, frames, JOINT_COUNT, 3)
    joints[..., 1] = -1.0
    for joint, above in height.items():
        joints[0, :, joint, 1] = -above
    return joints


def labels(joints: Tensor, *, grounded: bool = True) -> dict[str, tuple[bool, bool]]:
    """Whether each support stands in the middle frame, and whether that is known."""
    valid = torch.ones(joints.shape[:2])
    stands, known = other_supports(joints, valid, torch.tensor([LEG]), torch.tensor([float(grounded)]), 30.0)
    middle = joints.shape[1] // 2
    return {
        name: (bool(stands[0, middle, index]), bool(known[0, middle, index]))
        for index, name in enumerate(SUPPORT_JOINTS)
    }


def test_a_hand_on_the_ground_stands_and_one_in_the_air_does_not() -> None:
    found = labels(lying({Joint.RIGHT_WRIST: 0.05}))
    assert found["right_hand"] == (True, True)
    assert found["left_hand"] == (False, True)


def test_who_lies_on_the_back_has_seat_and_back_down() -> None:
    found = labels(lying({Joint.MID_HIP: 0.1, Joint.NECK: 0.1}))
    assert found["seat"] == found["back"] == (True, True)


def test_whether_a_still_seat_above_the_ground_is_on_a_chair_is_not_known() -> None:
    assert labels(lying({Joint.MID_HIP: 0.5}))["seat"] == (False, False)
    assert labels(lying({Joint.MID_HIP: 0.9}))["seat"] == (False, True)


def test_a_hand_that_slides_over_the_ground_does_not_stand() -> None:
    joints = lying({Joint.RIGHT_WRIST: 0.05})
    joints[0, :, Joint.RIGHT_WRIST, 0] = torch.arange(20) * 0.03
    assert labels(joints)["right_hand"] == (False, True)


def test_without_a_known_ground_it_is_where_the_lowest_point_of_the_clip_is() -> None:
    joints = lying({Joint.RIGHT_WRIST: 0.05, Joint.LEFT_WRIST: 0.05})
    joints[..., 1] -= 5.0
    assert labels(joints, grounded=False)["right_hand"] == (True, True)
    assert labels(joints, grounded=True)["right_hand"] == (False, True)


def test_on_the_ground_the_lowest_of_the_body_touches_it_in_every_frame() -> None:
    count, frames = 40, 24
    local = on_the_ground(count, frames, torch.Generator().manual_seed(1), CPU)
    windows = Windows(
        parent_rotations(local),
        torch.zeros(count, frames, 3),
        torch.ones(count, frames),
        torch.zeros(count, dtype=torch.bool),
        torch.ones(count),
    )
    body = torch.as_tensor(BODY).expand(count, -1, -1)
    played = play(windows, body)
    legs = bone_lengths(body)[:, LEG_BONES].sum(dim=-1) / 2
    path = played.root - played.root.mean(dim=1, keepdim=True)
    lowest = (played.joints[..., 1] + legs[:, None, None] * torch.tensor(SKIN)).amax(dim=-1) + played.root[..., 1]
    assert float((lowest - lowest.mean(dim=1, keepdim=True)).abs().max()) < 1e-4
    assert float(path[..., [0, 2]].abs().max()) < 0.5
    assert bool((played.supports.sum(dim=(0, 1)) > 0).all()), "every support stands somewhere"


@pytest.mark.parametrize("pose", range(len(GROUND_POSES)))
def test_every_pose_is_drawn(pose: int) -> None:
    drawn = ground_poses(400, torch.Generator().manual_seed(0), CPU)
    wanted = torch.tensor(GROUND_POSES[pose].root) * (torch.pi / 180)
    assert float((drawn[:, 0] - wanted).norm(dim=-1).min()) < 0.3
