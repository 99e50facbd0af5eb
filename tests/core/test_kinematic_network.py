"""The kinematic network and what lies around it: frame rates, windows, pools, weights files."""

from __future__ import annotations

import json
import math
import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from blender_addon.core.networks.inference import TOKEN_FRAMES, PoolState
from blender_addon.core.networks.kinematic_network import (
    KinematicNetwork,
    ObservationTensors,
    PoolTensors,
    load_weights,
    save_weights,
    token_mask,
)
from blender_addon.core.networks.observation import Observation
from blender_addon.core.networks.resampling import MOST_SAMPLES_PER_FRAME, Resampling
from blender_addon.core.networks.stored_networks import KinematicSize
from blender_addon.core.networks.torch_weights import state_arrays
from blender_addon.core.networks.weights_file import load_state, save_state
from blender_addon.core.networks.windows import windows
from blender_addon.core.skeleton import JOINT_COUNT, MIRROR_JOINTS, Joint
from tests.core.clips import marching, observed, with_confidence

SMALL = KinematicSize(body_width=16, body_dilations=(1, 2), motion_width=24, motion_dilations=(1, 4), code_width=8)


@pytest.fixture(scope="module")
def network() -> KinematicNetwork:
    """A small network whose every layer says something."""
    generator = torch.Generator().manual_seed(5)
    untrained = KinematicNetwork(SMALL)
    with torch.no_grad():
        for parameter in untrained.parameters():
            parameter.copy_(
                torch.randn(parameter.shape, generator=generator) * 0.3 / max(1.0, math.sqrt(parameter.shape[-1]))
            )
    return untrained.eval()


def tensors(seen: Observation) -> ObservationTensors:
    return ObservationTensors(*(torch.from_numpy(getattr(seen, field.name)) for field in fields(Observation)))


def arrays(pool: PoolTensors) -> PoolState:
    return PoolState(pool.peak.numpy(), pool.mass.numpy(), pool.total.numpy())


def same(first: Tensor, second: Tensor, tolerance: float = 1e-5) -> bool:
    return first.shape == second.shape and float((first - second).abs().max()) <= tolerance


# Frame rates


@pytest.mark.parametrize("fps", [23.976, 24.0, 25.0, 29.97, 30.0, 42.0])
def test_common_frame_rates_go_in_as_they_are(fps: float) -> None:
    rate = Resampling.of(50, fps)
    assert np.array_equal(rate.network_frames, np.arange(50))
    assert np.array_equal(rate.clip_frames, np.arange(50))


@pytest.mark.parametrize("fps", [1.0, 8.0, 12.0, 12.5, 50.0, 59.94, 60.0, 120.0, 240.0, 1000.0])
@pytest.mark.parametrize("frames", [1, 2, 17, 121])
def test_other_frame_rates_come_back_to_the_frames_they_had(fps: float, frames: int) -> None:
    rate = Resampling.of(frames, fps)
    assert rate.network_frames[0] == 0
    assert rate.network_frames[-1] == frames - 1
    back = rate.to_clip(rate.network_frames.astype(np.float32))
    assert len(back) == frames
    assert np.abs(back - np.arange(frames)).max() < 1e-3


@pytest.mark.parametrize("fps", [60.0, 120.0])
def test_the_network_sees_about_thirty_frames_a_second(fps: float) -> None:
    assert len(Resampling.of(int(10 * fps) + 1, fps).network_frames) == 301


@pytest.mark.parametrize("fps", [1.0, 1e-3, 1e-9])
def test_the_slowest_time_lapse_is_not_looked_at_without_end(fps: float) -> None:
    assert len(Resampling.of(1000, fps).network_frames) <= MOST_SAMPLES_PER_FRAME * 1000


@pytest.mark.parametrize("fps", [1.0, 8.0, 12.5, 30.0, 50.0, 59.94, 60.0, 120.0, 240.0])
def test_every_sighting_is_shown_to_the_network_whatever_the_frame_rate(fps: float) -> None:
    poses = marching(61, fps)
    for frame in (0, 1, 7, 30, 59, 60):
        confidence = np.zeros_like(poses.confidence)
        confidence[frame, Joint.RIGHT_KNEE] = 0.75
        positions, seen = Resampling.of(61, fps).to_network(poses.positions, confidence)
        at = np.flatnonzero(seen[:, Joint.RIGHT_KNEE])
        assert len(at), frame
        assert seen[at, Joint.RIGHT_KNEE] == pytest.approx(0.75)
        assert np.allclose(positions[at, Joint.RIGHT_KNEE], poses.positions[frame, Joint.RIGHT_KNEE])


def test_nothing_unseen_is_mixed_into_what_is_shown() -> None:
    poses = marching(60, 60)
    gap = slice(20, 33)
    hidden = with_confidence(poses, 0, (Joint.HEAD,), gap)
    positions, confidence = Resampling.of(60, 59.94).to_network(hidden.positions, hidden.confidence)
    whole, _ = Resampling.of(60, 59.94).to_network(poses.positions, poses.confidence)
    seen = confidence[:, Joint.HEAD] > 0
    assert 4 <= (~seen).sum() <= 7
    assert np.abs(positions - whole)[seen, Joint.HEAD].max() < 5


# Windows


@given(
    frames=st.integers(1, 500),
    length=st.integers(1, 40),
    context=st.integers(0, 20),
    multiple=st.sampled_from([1, 2, 8]),
)
@settings(max_examples=200, deadline=None)
def test_windows_answer_for_every_frame_once_and_show_enough_around(
    frames: int, length: int, context: int, multiple: int
) -> None:
    length, context = length * multiple, context * multiple
    cut = list(windows(frames, length, context, multiple))
    assert [frame for window in cut for frame in range(window.first, window.last)] == list(range(frames))
    for window in cut:
        assert window.start % multiple == (window.stop - window.start) % multiple == 0
        assert window.start == max(0, window.first - context)
        assert min(window.last + context, frames) <= window.stop < frames + multiple
        assert range(window.start, window.stop)[window.kept] == range(window.first, window.last)


@torch.no_grad()
def test_a_window_with_enough_context_says_what_the_whole_clip_says(network: KinematicNetwork) -> None:
    clip = observed(marching(160))
    seen = tensors(clip)
    body = network.proportions(network.pool_body(seen, seen.valid).value(), seen.statistics)
    whole = network.camera_motion(seen, body)
    context = network.size.context
    for window in windows(160, 32, context, TOKEN_FRAMES):
        part = network.camera_motion(tensors(clip.frames(window.start, window.stop)), body)
        for name in ("bones", "depth_velocity", "contacts"):
            assert same(getattr(part, name)[:, window.kept], getattr(whole, name)[:, window.first : window.last]), name


@torch.no_grad()
def test_padding_around_a_clip_changes_none_of_its_answers(network: KinematicNetwork) -> None:
    clip = observed(marching(40))
    seen, around = tensors(clip), tensors(clip.frames(-16, 60))
    body = network.proportions(network.pool_body(seen, seen.valid).value(), seen.statistics)
    assert same(network.proportions(network.pool_body(around, around.valid).value(), around.statistics), body)
    assert same(network.camera_motion(around, body).bones[:, 16:56], network.camera_motion(seen, body).bones)


@torch.no_grad()
def test_pools_of_the_parts_are_the_pool_of_the_whole(network: KinematicNetwork) -> None:
    tokens = torch.randn(2, 50, SMALL.body_width, generator=torch.Generator().manual_seed(1)) * 20
    counted = torch.ones(2, 50)
    counted[1, 30:] = 0
    whole = network.body_pool.state(tokens, counted)
    parts = [
        arrays(network.body_pool.state(tokens[:, first : first + 10], counted[:, first : first + 10]))
        for first in range(0, 50, 10)
    ]
    merged = parts[0]
    for part in parts[1:]:
        merged = merged.merged(part)
    assert same(torch.from_numpy(merged.value()), whole.value())
    assert same(torch.from_numpy(merged.row(1).value()), whole.value()[1:])


def test_a_pool_of_nothing_is_no_nan() -> None:
    nothing = PoolTensors(torch.full((1, 2), -1e4), torch.zeros(1, 2), torch.zeros(1, 2, 3))
    assert not nothing.value().any()
    assert not arrays(nothing).value().any()


def test_a_token_counts_where_one_of_its_frames_does() -> None:
    assert token_mask(torch.tensor([[1.0, 1.0, 1.0, 0.0, 0.0, 0.0]])).tolist() == [[1.0, 1.0, 0.0]]


@torch.no_grad()
def test_both_sides_of_the_body_have_one_length(network: KinematicNetwork) -> None:
    seen = tensors(observed(marching(20)))
    assert network.proportions(network.pool_body(seen, seen.valid).value(), seen.statistics).shape == (1, 8)
    assert len(set(MIRROR_JOINTS)) == JOINT_COUNT


# Weights files


def test_a_saved_network_comes_back(network: KinematicNetwork, tmp_path: Path) -> None:
    save_weights(tmp_path / "weights.npz", network, {"command": "test"})
    back = load_weights(tmp_path / "weights.npz")
    assert back.size == network.size
    assert not back.training
    for name, tensor in network.state_dict().items():
        assert torch.equal(back.state_dict()[name], tensor), name


@pytest.mark.parametrize(
    "size", ["[]", "5", "null", '{"body_width": "wide"}', '{"unknown": 1}', "{", '{"body_dilations": 3}']
)
def test_weights_that_do_not_say_their_size_are_refused_in_one_sentence(
    network: KinematicNetwork, tmp_path: Path, size: str
) -> None:
    save_state(tmp_path / "weights.npz", state_arrays(network), {}, {"model": "kinematic", "size": size})
    with pytest.raises(ValueError, match="does not say what size of network it holds; export it again"):
        load_weights(tmp_path / "weights.npz")


def test_weights_of_another_size_are_refused_in_one_sentence(network: KinematicNetwork, tmp_path: Path) -> None:
    size = json.dumps({"body_width": 8})
    save_state(tmp_path / "weights.npz", state_arrays(network), {}, {"model": "kinematic", "size": size})
    with pytest.raises(ValueError, match="holds the weights of another network"):
        load_weights(tmp_path / "weights.npz")


def test_a_weights_file_cut_short_is_refused_in_one_sentence(network: KinematicNetwork, tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    save_weights(path, network, {})
    whole = path.read_bytes()
    for length in (0, 1, 100, len(whole) // 2, len(whole) - 30):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=rf"^[^\n]*{re.escape(str(path))}[^\n]*; [^\n]*\.$"):
            load_weights(path)


def test_a_scratched_weights_file_is_refused_wherever_the_scratch_is_seen(
    network: KinematicNetwork, tmp_path: Path
) -> None:
    path = tmp_path / "weights.npz"
    save_weights(path, network, {})
    whole = path.read_bytes()
    directory = whole.find(b"PK\x01\x02")
    generator = np.random.default_rng(0)
    refused = 0
    for attempt in range(80):
        broken = bytearray(whole)
        for at in generator.integers(directory if attempt % 2 else 0, len(whole), size=3):
            broken[at] = generator.integers(256)
        path.write_bytes(broken)
        try:
            load_weights(path)
        except ValueError:
            refused += 1
    assert refused > 60


def test_numbers_of_a_strange_kind_are_refused_in_one_sentence(tmp_path: Path) -> None:
    save_state(tmp_path / "weights.npz", {}, {"text": np.array(["a"])}, {})
    assert load_state(tmp_path / "weights.npz").extras["text"] == ["a"]
    entries = {
        "header": np.frombuffer(b'{"format": "motion-retarget-2d-weights-1", "metadata": {}}', dtype=np.uint8),
        "state/name": np.array(["a"]),
    }
    with (tmp_path / "odd.npz").open("wb") as stream:
        np.savez(stream, **entries)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"odd\.npz is no weights file"):
        load_state(tmp_path / "odd.npz")
