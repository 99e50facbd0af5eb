"""Clips look the same to a network that trains, in torch, as to one that infers, in NumPy."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from blender_addon.core.gaps import interpolation
from blender_addon.core.networks import observation, paper_channels
from blender_addon.core.networks.observation import Observation
from blender_addon.core.networks.paper_channels import Normalisation
from blender_addon.core.skeleton import JOINT_COUNT, Joint
from training import channels
from training.observation import complete_midpoints, interpolate_gaps, observe

Array = NDArray[np.float32]


def clips(seed: int, frames: int = 40) -> tuple[Array, Array]:
    """Give four walks with gaps of every kind: bursts, joints never seen, frames in which nothing is seen, a mid-hip
    never seen.
    """
    generator = np.random.default_rng(seed)
    positions = (
        300
        + np.cumsum(generator.normal(scale=4, size=(4, frames, JOINT_COUNT, 2)), axis=1)
        + generator.normal(scale=60, size=(4, 1, JOINT_COUNT, 2))
    )
    confidence = generator.uniform(0.05, 1, size=(4, frames, JOINT_COUNT))
    for _ in range(40):
        first, length = generator.integers(frames), generator.integers(1, 20)
        confidence[generator.integers(4), first : first + length, generator.integers(JOINT_COUNT)] = 0
    confidence[1, 10:16] = 0
    confidence[2, :, [Joint.RIGHT_WRIST, Joint.LEFT_KNEE, Joint.LEFT_ANKLE]] = 0
    confidence[3, :, [Joint.MID_HIP, Joint.RIGHT_HIP]] = 0
    return np.where(confidence[..., None] > 0, positions, 0).astype(np.float32), confidence.astype(np.float32)


@pytest.mark.parametrize("seed", range(4))
def test_midpoints_are_completed_alike(seed: int) -> None:
    positions, confidence = clips(seed)
    in_torch = complete_midpoints(torch.from_numpy(positions), torch.from_numpy(confidence))
    for found, wanted in zip(in_torch, interpolation.complete_midpoints(positions, confidence), strict=True):
        assert np.abs(found.numpy() - wanted).max() < 1e-3


@pytest.mark.parametrize("fps", [12.0, 30.0, 60.0, 240.0])
@pytest.mark.parametrize("frames", [1, 2, 40])
def test_gaps_are_interpolated_alike(fps: float, frames: int) -> None:
    positions, confidence = clips(7, frames)
    in_torch = interpolate_gaps(torch.from_numpy(positions), torch.from_numpy(confidence > 0), fps).numpy()
    assert np.abs(in_torch - interpolation.interpolate_gaps(positions, confidence > 0, fps)).max() < 1e-2


@pytest.mark.parametrize("seed", range(4))
def test_clips_are_observed_alike(seed: int) -> None:
    positions, confidence = clips(seed)
    valid = np.ones(confidence.shape[:2], dtype=np.float32)
    valid[0, 33:] = 0
    depth = np.random.default_rng(seed).normal(0, 40, confidence.shape).astype(np.float32)
    told = (confidence * (np.arange(15) % 4 > 0)).astype(np.float32)
    shown = (positions, confidence, valid, depth, told)
    in_torch = observe(*map(torch.from_numpy, shown))
    assert bool(in_torch.depth.any())
    completed, known = interpolation.complete_midpoints(positions, confidence * valid[..., None])
    in_numpy = observation.observe(interpolation.interpolate_gaps(completed, known > 0), known, valid, depth, told)
    for field in fields(Observation):
        found, wanted = getattr(in_torch, field.name).numpy(), getattr(in_numpy, field.name)
        np.testing.assert_allclose(
            found, wanted, rtol=1e-4, atol=1e-4 * max(1.0, float(np.abs(wanted).max())), err_msg=field.name
        )


def test_poses_become_the_same_channels() -> None:
    positions, _ = clips(3)
    normalisation = Normalisation(np.linspace(-50, 50, 30).reshape(15, 2), np.linspace(2, 40, 30).reshape(15, 2))
    mean, std = torch.from_numpy(normalisation.mean), torch.from_numpy(normalisation.std)
    in_torch = channels.to_channels(torch.from_numpy(positions), mean, std)
    np.testing.assert_allclose(in_torch.numpy(), paper_channels.to_channels(positions, normalisation), atol=1e-3)
