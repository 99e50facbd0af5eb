"""The paper's network: the official weights give the official outputs, any length goes through, and weights files are
read with care.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from blender_addon.core.networks.paper_channels import (
    STATIC_CHANNELS,
    Normalisation,
    padded,
    reconstructable_length,
    to_channels,
    to_positions,
)
from blender_addon.core.networks.paper_network import PaperNetwork, load_official, load_weights, save_weights
from blender_addon.core.networks.torch_weights import state_arrays
from blender_addon.core.networks.weights_file import load_state, save_state
from training.channels import measure_normalisation

Array = NDArray[np.float32]

CLIPS = ("tall_man", "small_man", "workout_march", "model")
RECOMBINATIONS = (
    ("tall_man", "small_man", "workout_march"),
    ("model", "tall_man", "tall_man"),
    ("workout_march", "workout_march", "workout_march"),
    ("small_man", "model", "small_man"),
)
PICTURE_CENTRE = np.array([256.0, 256.0], dtype=np.float32)


class Official:
    """The official weights and what the official code computed with them."""

    def __init__(self, folder: Path) -> None:
        self.network = load_official(folder / "pretrained_full.pth")
        with np.load(folder / "reference_outputs.npz") as arrays:
            self.arrays = {name: torch.from_numpy(arrays[name]) for name in arrays.files}
        self.normalisation = Normalisation(self.arrays["mean"].numpy(), self.arrays["std"].numpy())

    def positions(self, clip: str) -> Array:
        positions: Array = self.arrays[f"pose_{clip}"].permute(2, 0, 1).numpy().astype(np.float32)
        return positions

    def channels(self, clip: str) -> torch.Tensor:
        return torch.from_numpy(to_channels(self.positions(clip), self.normalisation)[None])


@pytest.fixture
def official(shared_data: Path) -> Official:
    return Official(shared_data / "baselines" / "lcm")


@pytest.fixture
def network() -> PaperNetwork:
    torch.manual_seed(3)
    return PaperNetwork().eval()


def a_normalisation() -> Normalisation:
    return Normalisation(np.linspace(-50, 50, 30).reshape(15, 2), np.linspace(2, 40, 30).reshape(15, 2))


def largest_difference(found: torch.Tensor, wanted: torch.Tensor) -> float:
    assert found.shape == wanted.shape
    return float((found - wanted).abs().max())


def test_it_has_as_many_parameters_as_the_official_one() -> None:
    assert sum(parameter.numel() for parameter in PaperNetwork().parameters()) == 449_206


@pytest.mark.parametrize("clip", CLIPS)
@torch.no_grad()
def test_official_weights_give_the_official_codes(official: Official, clip: str) -> None:
    channels = official.channels(clip)
    codes = {
        "motion": official.network.encode_motion(channels),
        "skeleton": official.network.encode_skeleton(channels[:, :STATIC_CHANNELS]),
        "view": official.network.encode_view(channels[:, :STATIC_CHANNELS]),
    }
    for kind, code in codes.items():
        assert largest_difference(code, official.arrays[f"{kind}_code_{clip}"]) < 1e-4, kind


@pytest.mark.parametrize("clips", RECOMBINATIONS, ids="+".join)
@torch.no_grad()
def test_official_weights_give_the_official_recombinations(official: Official, clips: tuple[str, str, str]) -> None:
    name = "+".join(clips)
    decoded = official.network(*(official.channels(clip) for clip in clips))
    assert largest_difference(decoded, official.arrays[f"decoded_{name}"]) < 1e-4
    positions = to_positions(decoded[0].numpy(), official.normalisation, PICTURE_CENTRE)
    assert largest_difference(torch.from_numpy(positions).permute(1, 2, 0), official.arrays[f"pixels_{name}"]) < 2e-3


def test_channels_lead_back_to_the_positions_they_came_from(official: Official) -> None:
    positions = np.stack([official.positions(clip) for clip in CLIPS])
    there_and_back = to_positions(
        to_channels(positions, official.normalisation), official.normalisation, positions[:, 0, 8]
    )
    assert np.abs(there_and_back - positions).max() < 2e-3


def test_measured_channels_have_mean_zero_and_deviation_one(official: Official) -> None:
    positions = np.stack([official.positions(clip) for clip in CLIPS])
    channels = to_channels(positions, measure_normalisation(torch.from_numpy(positions)))
    assert np.abs(channels.mean(axis=(0, 2))).max() < 1e-4
    assert np.abs(channels.std(axis=(0, 2)) - 1).max() < 0.01


@pytest.mark.parametrize(("frames", "length"), [(1, 16), (15, 16), (16, 16), (17, 24), (64, 64), (121, 128)])
@torch.no_grad()
def test_any_length_goes_through(network: PaperNetwork, frames: int, length: int) -> None:
    assert reconstructable_length(frames) == length
    channels = torch.randn(2, 30, frames)
    decoded = network(channels, torch.randn(2, 30, 5), torch.randn(2, 30, 33))
    assert decoded.shape == (2, 30, frames)
    assert bool(torch.isfinite(decoded).all())


def test_padding_leaves_the_official_lengths_alone_and_holds_the_last_frame_of_others() -> None:
    whole = np.random.default_rng(0).normal(size=(1, 30, 24)).astype(np.float32)
    assert padded(whole) is whole
    assert np.array_equal(
        padded(whole[..., :19]), np.concatenate((whole[..., :19], np.repeat(whole[..., 18:19], 5, axis=-1)), axis=-1)
    )


@torch.no_grad()
def test_frames_far_from_a_ragged_end_are_what_the_whole_clip_gives(official: Official) -> None:
    channels = official.channels("model").numpy()
    motion = official.network.encode_motion(torch.from_numpy(padded(channels[..., :117])))
    assert largest_difference(motion[..., :11], official.arrays["motion_code_model"][..., :11]) < 1e-4


@torch.no_grad()
def test_saved_weights_come_back_bit_for_bit(network: PaperNetwork, tmp_path: Path) -> None:
    save_weights(tmp_path / "w.npz", network, a_normalisation(), {"trained on": "nothing"})
    loaded = load_weights(tmp_path / "w.npz")
    channels = torch.randn(1, 30, 32)
    assert torch.equal(loaded.network(channels, channels, channels), network(channels, channels, channels))
    assert np.array_equal(loaded.normalisation.mean, a_normalisation().mean)
    assert np.array_equal(loaded.normalisation.std, a_normalisation().std)
    assert loaded.metadata == {"trained on": "nothing", "model": "paper"}
    assert [entry.name for entry in tmp_path.iterdir()] == ["w.npz"]


@torch.no_grad()
def test_half_precision_halves_the_file_and_hardly_moves_the_result(official: Official, tmp_path: Path) -> None:
    save_weights(tmp_path / "whole.npz", official.network, official.normalisation, {})
    save_weights(tmp_path / "half.npz", official.network, official.normalisation, {}, dtype=np.float16)
    assert (tmp_path / "half.npz").stat().st_size < 0.6 * (tmp_path / "whole.npz").stat().st_size
    half = load_weights(tmp_path / "half.npz").network
    assert {parameter.dtype for parameter in half.parameters()} == {torch.float32}
    channels = official.channels("model")
    assert largest_difference(half(channels, channels, channels), official.network(channels, channels, channels)) < 0.01


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-2000])


def with_a_changed_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(bytes(content))


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def of_text(file: Path) -> None:
    file.write_text("these are no weights")


def of_one_array(file: Path) -> None:
    with file.open("wb") as stream:
        np.save(stream, np.zeros(3))


def of_foreign_arrays(file: Path) -> None:
    np.savez(file, positions=np.zeros((4, 15, 2)))


def of_another_model(file: Path) -> None:
    save_state(file, state_arrays(PaperNetwork()), {}, {"model": "kinematic"})


def of_other_layers(file: Path) -> None:
    save_state(file, {"layer.weight": np.zeros(3)}, {}, {"model": "paper"})


def without_normalisation(file: Path) -> None:
    save_state(file, state_arrays(PaperNetwork()), {}, {"model": "paper"})


def missing(file: Path) -> None:
    file.unlink()


SPOILED = (
    truncated, with_a_changed_byte, emptied, of_text, of_one_array, of_foreign_arrays, of_another_model, of_other_layers,
    without_normalisation, missing,
)  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
def test_a_spoiled_weights_file_is_refused_in_one_sentence_that_names_it(
    network: PaperNetwork, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    file = tmp_path / "spoiled.npz"
    save_weights(file, network, a_normalisation(), {})
    spoil(file)
    with pytest.raises(ValueError, match=r"^[^\n]*spoiled\.npz[^\n]*; [^\n]*\.$"):
        load_weights(file)


@pytest.mark.parametrize(
    "spoil", [truncated, emptied, of_text, of_foreign_arrays, missing], ids=lambda spoil: spoil.__name__
)
def test_a_spoiled_official_file_is_refused_in_one_sentence_that_names_it(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    file = tmp_path / "spoiled.npz"
    torch.save(state_arrays(PaperNetwork()), file)
    spoil(file)
    with pytest.raises(ValueError, match=r"^[^\n]*spoiled\.npz[^\n]*; [^\n]*\.$"):
        load_official(file)


def test_a_state_dict_of_another_network_is_not_taken_for_the_official_one(tmp_path: Path) -> None:
    torch.save(state_arrays(PaperNetwork()), tmp_path / "ours.pth")
    with pytest.raises(ValueError, match=r"ours\.pth"):
        load_official(tmp_path / "ours.pth")


def test_a_save_that_fails_leaves_the_earlier_file_as_it_was(network: PaperNetwork, tmp_path: Path) -> None:
    file = tmp_path / "w.npz"
    save_weights(file, network, a_normalisation(), {})
    before = file.read_bytes()
    with torch.no_grad():
        network.get_parameter("decoder.1.bias")[0] = 1e6
    with pytest.raises(ValueError, match=r"decoder\.1\.bias .*float16"):
        save_weights(file, network, a_normalisation(), {}, dtype=np.float16)
    assert file.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["w.npz"]


def test_whole_numbers_in_a_state_stay_whole_when_the_rest_is_halved(tmp_path: Path) -> None:
    save_state(tmp_path / "w.npz", {"steps": np.array(70001), "scale": np.array([0.5])}, {}, {}, dtype=np.float16)
    state = load_state(tmp_path / "w.npz").state
    assert state["steps"].dtype == np.int64
    assert int(state["steps"]) == 70001
    assert state["scale"].dtype == np.float32


def test_a_normalisation_that_would_divide_by_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="above zero"):
        Normalisation(np.zeros((15, 2)), np.zeros((15, 2)))
