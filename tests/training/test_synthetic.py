"""Quartets: which clips share what, where everybody faces, and that the pictures show what the labels say."""

from __future__ import annotations

import math
from dataclasses import fields
from itertools import combinations

import numpy as np
import pytest
import torch
from torch import Tensor

from blender_addon.core.skeleton import BONE_INDEX, LEG_BONES, MIRROR_JOINTS, PARENTS, Joint
from tests.training.bvh_files import BODY, waving_walk
from training.cameras import CameraSampler
from training.corruption import Corruption
from training.kinematics import view_rotation
from training.motion_library import JOINT_WEIGHTS, MotionLibrary
from training.synthetic import (
    CLIP_FACTORS,
    RECOMBINATIONS,
    MotionBank,
    Quartets,
    SyntheticClips,
    across,
    body_height,
    face_camera,
    pose,
)

CPU = torch.device("cpu")
PLAIN_CAMERAS = CameraSampler(upright=1.0, orthographic=1.0)
CLEAN = Corruption(clean=1.0)


def draw(motion: MotionLibrary, *, seed: int = 0, quartets: int = 6, frames: int = 32) -> Quartets:
    """Quartets as level orthographic cameras and a perfect detector give them."""
    clips = SyntheticClips(motion, CPU, PLAIN_CAMERAS, CLEAN)
    return clips.sample(quartets, frames, torch.Generator().manual_seed(seed))


def bank_of_one_walk() -> MotionBank:
    return MotionBank(MotionLibrary((waving_walk(),), {"body": BODY}), CPU)


def body(count: int = 1) -> Tensor:
    return torch.as_tensor(BODY).expand(count, -1, -1)


def cut(
    bank: MotionBank, begin: float, speed: float, frames: int, *, mirrored: bool = False
) -> tuple[Tensor, Tensor, Tensor]:
    """Joints (T, 15, 3), path (T, 3) and validity (T,) of a stretch of the first clip on the body that it was made on."""
    windows = bank.cut(
        torch.tensor([0]), torch.tensor([float(begin)]), torch.tensor([float(speed)]), frames, torch.tensor([mirrored])
    )
    joints, root = pose(windows, body())
    return joints[0], root[0], windows.valid[0]


def test_any_two_clips_of_a_quartet_share_exactly_one_factor() -> None:
    for first, second in combinations(CLIP_FACTORS, 2):
        assert sum(one == other for one, other in zip(first, second, strict=True)) == 1
    assert len(set(RECOMBINATIONS)) == 8
    assert set(CLIP_FACTORS) < set(RECOMBINATIONS)


def test_clips_that_share_a_motion_move_alike_and_those_that_share_a_body_are_alike(motion: MotionLibrary) -> None:
    batch = draw(motion)
    for first, second in combinations(range(2), 2):
        assert float((batch.lengths[:, first] - batch.lengths[:, second]).abs().amax(dim=-1).min()) > 0.01
        assert float((batch.azimuth[:, first] - batch.azimuth[:, second]).abs().min()) > 0.01
    directions = torch.diff(batch.joints[..., (Joint.RIGHT_HIP, Joint.RIGHT_KNEE), :], dim=-2).squeeze(-2)
    directions = directions / directions.norm(dim=-1, keepdim=True)
    same_motion = (directions[:, :, 0] * directions[:, :, 1]).sum(dim=-1)
    other_motion = (directions[:, 0] * directions[:, 1]).sum(dim=-1)
    assert float(same_motion.mean()) > 0.99 > float(other_motion.mean())


def test_everybody_faces_the_camera_on_average(motion: MotionLibrary) -> None:
    batch = draw(motion)
    lines = across(batch.joints.flatten(0, 2))[..., (0, 2)]
    unit = lines / lines.norm(dim=-1, keepdim=True)
    valid = batch.valid[:, [0, 2]].repeat_interleave(2, dim=1).flatten(0, 1).unsqueeze(-1)
    mean = (unit * valid).sum(dim=1) / valid.sum(dim=1)
    torch.testing.assert_close(torch.atan2(mean[:, 1], mean[:, 0]), torch.zeros(len(mean)), atol=1e-4, rtol=0)
    assert float(mean[:, 0].min()) > 0
    path = (batch.root.flatten(0, 2) * valid).sum(dim=1) / valid.sum(dim=1)
    torch.testing.assert_close(path, torch.zeros_like(path), atol=1e-4, rtol=0)
    rise = (batch.joints[..., Joint.HEAD, :] - batch.joints[..., Joint.MID_HIP, :]).flatten(0, 3)
    assert float((-rise[:, 1] / rise.norm(dim=-1)).min()) > 0.8


def test_steadiness_tells_who_turns_from_who_does_not() -> None:
    bank = bank_of_one_walk()
    joints, root, valid = cut(bank, 0, 1, 60)
    turning = joints @ view_rotation(torch.linspace(0, 2 * math.pi, 61)[:-1], torch.zeros(60)).mT
    _, _, steady = face_camera(joints[None], root[None], valid[None])
    _, _, lost = face_camera(turning[None], root[None], valid[None])
    assert float(steady) > 0.8
    assert float(lost) < 0.3


@pytest.mark.parametrize("clip", range(len(CLIP_FACTORS)))
def test_a_clean_picture_is_the_truth_turned_to_its_view(motion: MotionLibrary, clip: int) -> None:
    batch = draw(motion)
    performance, body, view = CLIP_FACTORS[clip]
    turn = view_rotation(batch.azimuth[:, view], batch.elevation[:, view]).mT
    places = batch.joints[:, performance, body] + batch.root[:, performance, body].unsqueeze(2)
    expected = (places @ turn.unsqueeze(1))[..., :2] * batch.pixels_per_metre[:, clip, None, None, None]
    offset = batch.observed[:, clip] - expected
    standing = offset.mean(dim=(1, 2), keepdim=True)
    height = (body_height(batch.lengths[:, body]) * batch.pixels_per_metre[:, clip])[:, None, None, None]
    assert float(((offset - standing) / height).abs().max()) < 1e-5
    torch.testing.assert_close(batch.confidence[:, clip], batch.valid[:, clip].unsqueeze(-1).expand(-1, -1, 15))


def test_the_labels_of_the_two_bodies_differ_by_their_legs_where_the_root_goes(motion: MotionLibrary) -> None:
    batch = draw(motion)
    legs = batch.lengths[..., LEG_BONES].sum(dim=-1) / 2
    travelled = (batch.root[..., -1, :] - batch.root[..., 0, :]).norm(dim=-1) / legs[:, None]
    torch.testing.assert_close(travelled[:, 0, 0], travelled[:, 0, 1], atol=0.15, rtol=0.1)


def test_motion_plays_on_its_own_body_as_it_was_made() -> None:
    clip = waving_walk()
    joints, root, valid = cut(bank_of_one_walk(), 0, 1, len(clip))
    expected = JOINT_WEIGHTS @ clip.joints() * np.array([1, -1, -1])
    np.testing.assert_allclose((joints + root.unsqueeze(1)).numpy(), expected, atol=1e-5)
    assert bool((valid == 1).all())


def test_a_slower_pace_shows_the_same_poses_later_and_no_bone_shortens_between_frames() -> None:
    bank = bank_of_one_walk()
    at_pace, _, _ = cut(bank, 3, 1, 20)
    at_half, _, _ = cut(bank, 3, 0.5, 40)
    torch.testing.assert_close(at_half[::2], at_pace)
    shin = (at_half[:, Joint.LEFT_ANKLE] - at_half[:, Joint.LEFT_KNEE]).norm(dim=-1)
    torch.testing.assert_close(shin, torch.full_like(shin, 0.42))


def test_past_the_end_of_a_clip_and_in_a_glitch_nothing_is_valid() -> None:
    clip = waving_walk()
    clip.glitch[30:33] = True
    bank = MotionBank(MotionLibrary((clip,), {"body": BODY}), CPU)
    _, _, valid = cut(bank, 20.5, 1, 60)
    assert valid.tolist() == [1.0] * 9 + [0.0] * 4 + [1.0] * 27 + [0.0] * 20


def test_a_mirrored_walk_swaps_the_sides() -> None:
    bank = bank_of_one_walk()
    joints, root, _ = cut(bank, 0, 1, 30)
    mirrored, mirrored_root, _ = cut(bank, 0, 1, 30, mirrored=True)
    flip = torch.tensor([-1.0, 1.0, 1.0])
    torch.testing.assert_close(mirrored, joints[:, MIRROR_JOINTS] * flip)
    torch.testing.assert_close(mirrored_root, root * flip)
    assert float(mirrored[0, Joint.LEFT_HIP, 0]) > 0 > float(mirrored[0, Joint.RIGHT_HIP, 0])


def test_the_bones_of_a_mirrored_performer_are_as_long_as_their_labels_say(motion: MotionLibrary) -> None:
    batch = draw(motion, quartets=16)
    for end in (Joint.RIGHT_ELBOW, Joint.LEFT_WRIST, Joint.RIGHT_KNEE, Joint.LEFT_ANKLE):
        seen = (batch.joints[..., end, :] - batch.joints[..., PARENTS[end], :]).norm(dim=-1)
        torch.testing.assert_close(
            seen, batch.lengths[:, None, :, BONE_INDEX[end], None].expand_as(seen), atol=1e-4, rtol=1e-3
        )


def test_the_same_seed_draws_the_same_batch_and_another_seed_another(motion: MotionLibrary) -> None:
    clips = SyntheticClips(motion, CPU, CameraSampler(), Corruption())
    once, again, other = (clips.sample(2, 16, torch.Generator().manual_seed(seed)) for seed in (3, 3, 4))
    for field in fields(Quartets):
        assert torch.equal(getattr(once, field.name), getattr(again, field.name)), field.name
    assert not torch.equal(once.joints, other.joints)
    assert not torch.equal(once.lengths, other.lengths)


@pytest.mark.parametrize("frames", [2, 16, 200])
def test_clips_longer_than_any_motion_and_very_short_ones_are_finite(motion: MotionLibrary, frames: int) -> None:
    batch = SyntheticClips(motion, CPU, CameraSampler(), Corruption(clean=0.0)).sample(
        4, frames, torch.Generator().manual_seed(1)
    )
    for field in fields(Quartets):
        assert bool(torch.isfinite(getattr(batch, field.name)).all()), field.name
    assert batch.observed.shape == (4, 4, frames, 15, 2)
    assert bool((batch.valid.sum(dim=-1) >= 1).all())
    assert bool((batch.confidence[batch.valid == 0] == 0).all())


def test_motion_that_is_all_glitch_is_said_to_be_no_motion() -> None:
    clip = waving_walk()
    clip.glitch[:] = True
    with pytest.raises(
        ValueError, match=r"^The motion has no sound frame: every one lies in a jump; give smoother clips\.$"
    ):
        MotionBank(MotionLibrary((clip,), {"body": BODY}), CPU)
