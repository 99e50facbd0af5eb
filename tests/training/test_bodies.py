"""Random bodies: as varied as they should be, symmetric, and half of them ordinary."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from blender_addon.core.skeleton import BONE_INDEX, LEG_BONES, MIRROR_BONES, Joint
from training.bodies import BodySampler, bone_lengths
from training.motion_library import CANONICAL_INDEX, CANONICAL_MIRROR, MotionLibrary, leg_length, load_motion

CPU = torch.device("cpu")
ROUNDING = 1.02
"""A limb shared out anew between its two bones is longer or shorter by up to this."""


def bodies(motion: MotionLibrary, ordinary: float, count: int = 2000) -> Tensor:
    return BodySampler(motion, CPU, ordinary=ordinary).sample(count, torch.Generator().manual_seed(4))


def bone(lengths: Tensor, *joints: Joint) -> Tensor:
    """(N,): the sum of these bones."""
    return lengths[:, [BONE_INDEX[joint] for joint in joints]].sum(dim=-1)


def assert_fills(values: Tensor, low: float, high: float) -> None:
    """All within the range, and the range used to nine tenths."""
    assert low / ROUNDING <= float(values.min()) < low * (high / low) ** 0.05
    assert low * (high / low) ** 0.95 < float(values.max()) <= high * ROUNDING


def test_wide_bodies_fill_the_ranges_of_every_limb_group(motion: MotionLibrary) -> None:
    slender = MotionLibrary((), {"slender": motion.bodies["bvh/walk/slender"]})
    rest_offsets = torch.tensor(slender.bodies["slender"])
    rest = bone_lengths(rest_offsets[None])
    lengths = bone_lengths(bodies(slender, ordinary=0.0))
    legs = bone(lengths, Joint.LEFT_KNEE, Joint.LEFT_ANKLE)
    assert_fills(bone(lengths, Joint.LEFT_ELBOW, Joint.LEFT_WRIST) / legs, 0.4, 1.5)
    assert_fills(legs / bone(rest, Joint.LEFT_KNEE, Joint.LEFT_ANKLE), 0.5, 1.4)
    assert_fills(bone(lengths, Joint.LEFT_KNEE) / bone(lengths, Joint.LEFT_ANKLE), 0.8, 1.3)
    assert_fills(bone(lengths, Joint.LEFT_ELBOW) / bone(lengths, Joint.LEFT_WRIST) * 0.26 / 0.29, 0.8, 1.3)
    assert_fills(bone(lengths, Joint.LEFT_SHOULDER) / bone(rest, Joint.LEFT_SHOULDER), 0.7, 1.5)
    scales = bodies(slender, ordinary=0.0) / rest_offsets
    assert_fills(scales[:, CANONICAL_INDEX["Spine"], 1], 0.6, 2.0)
    assert_fills(scales[:, CANONICAL_INDEX["HeadEnd"], 1], 0.7, 2.5)
    assert_fills(scales[:, CANONICAL_INDEX["LUpLeg"], 0], 0.7, 1.7)


def test_limb_groups_vary_independently(motion: MotionLibrary) -> None:
    lengths = bone_lengths(bodies(motion, ordinary=0.0))
    groups = torch.stack(
        (
            lengths[:, BONE_INDEX[Joint.HEAD]],
            lengths[:, BONE_INDEX[Joint.LEFT_HIP]],
            bone(lengths, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
        )
    )
    assert float((torch.corrcoef(groups.log()) - torch.eye(3)).abs().max()) < 0.3


def test_ordinary_bodies_are_within_a_tenth_of_the_captured_ones(motion: MotionLibrary) -> None:
    lengths = bone_lengths(bodies(motion, ordinary=1.0))
    legs = bone(lengths, Joint.LEFT_KNEE, Joint.LEFT_ANKLE)
    captured = [leg_length(offsets) for offsets in motion.bodies.values()]
    assert float(legs.min()) > 0.88 * min(captured)
    assert float(legs.max()) < 1.12 * max(captured)
    assert float(legs.std()) > 0.02


def test_half_of_the_bodies_are_ordinary_unless_told(motion: MotionLibrary) -> None:
    offsets = BodySampler(motion, CPU).sample(2000, torch.Generator().manual_seed(4))
    heads = offsets[:, CANONICAL_INDEX["HeadEnd"], 1]
    captured = torch.tensor([float(table[CANONICAL_INDEX["HeadEnd"], 1]) for table in motion.bodies.values()])
    ordinary = ((heads[:, None] / captured - 1).abs() < 0.101).any(dim=-1).float().mean()
    assert 0.4 < float(ordinary) < 0.75


@pytest.mark.parametrize("ordinary", [0.0, 1.0])
def test_every_body_is_symmetric(motion: MotionLibrary, ordinary: float) -> None:
    offsets = bodies(motion, ordinary, count=50)
    torch.testing.assert_close(offsets[:, CANONICAL_MIRROR] * torch.tensor([-1.0, 1.0, 1.0]), offsets)
    lengths = bone_lengths(offsets)
    torch.testing.assert_close(lengths[:, MIRROR_BONES], lengths)


def test_captured_bodies_become_symmetric_without_growing(shared_data: Path) -> None:
    training = load_motion(shared_data / "motion").training()
    offsets = BodySampler(training, CPU, ordinary=1.0).sample(200, torch.Generator().manual_seed(0))
    lengths = bone_lengths(offsets)
    torch.testing.assert_close(lengths[:, MIRROR_BONES], lengths)
    legs = lengths[:, LEG_BONES].sum(dim=-1) / 2
    captured = [leg_length(table) for table in training.bodies.values()]
    assert 0.88 * min(captured) < float(legs.min()) < float(legs.max()) < 1.12 * max(captured)
