"""Foot contacts of known motion: a foot that stands is planted, one that is on its way or in the air is not."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from blender_addon.core.skeleton import JOINT_COUNT, Joint
from training.contact_labels import planted_feet
from training.motion_library import MotionLibrary, leg_length, load_motion
from training.synthetic import FPS, MotionBank, pose

LEG = 0.8
STRIDE, CYCLE, SWING = 1.2, 30, 12
"""Metres and frames to a step cycle, and how many of the frames the foot is in the air."""


def walk(frames: int = 90, leg: float = LEG, fps: float = FPS) -> tuple[Tensor, Tensor]:
    """Joints (1, T, 15, 3) of somebody who walks along z, y down, and (T, 2) where the right and the left foot stand."""
    joints = torch.zeros(1, frames, JOINT_COUNT, 3)
    planted = torch.zeros(frames, 2)
    time = torch.arange(frames) * FPS / fps
    for side, (ankle, phase) in enumerate(((Joint.RIGHT_ANKLE, 0), (Joint.LEFT_ANKLE, CYCLE / 2))):
        cycles = (time + phase) / CYCLE
        share = ((cycles % 1) * CYCLE - (CYCLE - SWING)).clamp_min(0) / SWING
        joints[0, :, ankle, 2] = STRIDE * (cycles.floor() + (1 - (torch.pi * share).cos()) / 2) * leg / LEG
        joints[0, :, ankle, 1] = leg - 0.15 * leg * (torch.pi * share).sin()
        planted[:, side] = (share == 0).float()
    return joints, planted


def labels(joints: Tensor, valid: Tensor | None = None, leg: float = LEG, fps: float = FPS) -> Tensor:
    """(T, 2) of one clip."""
    valid = torch.ones(joints.shape[:2]) if valid is None else valid
    return planted_feet(joints, valid, torch.tensor([leg]), fps)[0]


def disagreement(found: Tensor, wanted: Tensor) -> float:
    return float((found != wanted).float().mean())


def test_a_walker_stands_on_one_foot_while_the_other_swings() -> None:
    joints, planted = walk()
    found = labels(joints)
    assert disagreement(found, planted) < 0.07
    middle = (torch.arange(90) % CYCLE - (CYCLE - SWING / 2)).abs() < 2
    assert not bool(found[middle, 0].any())
    assert bool(found[middle, 1].all())


@pytest.mark.parametrize("leg", [0.05, 2.0])
def test_neither_the_size_of_the_body_nor_the_frame_rate_matters(leg: float) -> None:
    joints, _ = walk()
    resized, _ = walk(leg=leg)
    assert torch.equal(labels(resized, leg=leg), labels(joints))
    at_60, planted = walk(frames=180, fps=60)
    assert disagreement(labels(at_60, fps=60), planted) < 0.07


def test_a_foot_held_still_in_the_air_does_not_stand() -> None:
    joints, _ = walk()
    joints[0, :, Joint.RIGHT_ANKLE] = torch.tensor([0.0, 0.5 * LEG, 0.0])
    assert not bool(labels(joints)[:, 0].any())


def test_a_foot_that_slides_does_not_stand() -> None:
    joints = torch.zeros(1, 60, JOINT_COUNT, 3)
    joints[0, :, Joint.LEFT_ANKLE, 0] = torch.arange(60) * 0.5 * LEG / FPS
    found = labels(joints)
    assert bool(found[:, 0].all())
    assert not bool(found[:, 1].any())


def test_a_twitch_of_two_frames_breaks_no_contact() -> None:
    joints = torch.zeros(1, 60, JOINT_COUNT, 3)
    joints[0, 30, Joint.RIGHT_ANKLE, 0] = 0.1
    assert bool(labels(joints).all())


def test_what_lies_outside_the_clip_has_no_contact_and_takes_none_away() -> None:
    joints = torch.zeros(1, 60, JOINT_COUNT, 3)
    joints[0, 40:] = 5.0
    valid = (torch.arange(60) < 40).float()[None]
    found = labels(joints, valid)
    assert bool(found[:40].all())
    assert not bool(found[40:].any())


def test_a_glitch_does_not_take_the_contacts_beside_it_away() -> None:
    joints = torch.zeros(1, 60, JOINT_COUNT, 3)
    joints[0, 20:25] = 1.0
    valid = torch.ones(1, 60)
    valid[0, 20:25] = 0
    found = labels(joints, valid)
    assert bool(found[:20].all())
    assert bool(found[25:].all())


def test_a_clip_that_begins_with_a_glitch_has_its_contacts_from_then_on() -> None:
    joints = torch.zeros(1, 30, JOINT_COUNT, 3)
    joints[0, :4] = -1.0
    valid = (torch.arange(30) >= 4).float()[None]
    assert labels(joints, valid)[:, 0].tolist() == [0.0] * 4 + [1.0] * 26


def test_the_floor_is_found_in_the_valid_frames_alone() -> None:
    joints = torch.zeros(1, 40, JOINT_COUNT, 3)
    joints[0, 30:, :, 1] = 3.0
    valid = (torch.arange(40) < 30).float()[None]
    assert bool(labels(joints, valid)[:30].all())


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_a_pose_held_for_a_few_frames_stands(frames: int) -> None:
    assert bool(labels(torch.zeros(1, frames, JOINT_COUNT, 3)).all())


def test_a_captured_walker_stands_on_one_foot_and_the_other_in_turn(shared_data: Path) -> None:
    clip = next(clip for clip in load_motion(shared_data / "motion").clips if clip.name == "cmu_07_01")
    bank = MotionBank(MotionLibrary((clip,), {clip.body: clip.offsets}), torch.device("cpu"))
    windows = bank.cut(torch.tensor([0]), torch.zeros(1), torch.ones(1), len(clip), torch.tensor([False]))
    joints, root = pose(windows, torch.tensor(clip.offsets)[None])
    found = labels(joints + root.unsqueeze(2), leg=leg_length(clip.offsets))
    assert 0.6 < float(found.amax(dim=1).mean()) < 1
    assert bool(((found.mean(dim=0) > 0.25) & (found.mean(dim=0) < 0.6)).all())
    assert float(torch.corrcoef(found.T)[0, 1]) < -0.4
