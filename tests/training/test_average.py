"""The mean of two trainings of one network: loads as any weights do; other networks and other beginnings are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from blender_addon.core.networks.paper_network import PaperNetwork
from blender_addon.core.networks.stored_networks import Graph, add_graphs
from blender_addon.core.networks.torch_weights import load_into, state_arrays
from blender_addon.core.networks.weights_file import load_state, save_state
from training.average import main

EXTRAS = {"mean": np.arange(3, dtype=np.float32)}


def stored(path: Path, seed: int, extras: dict[str, NDArray[np.float32]] = EXTRAS) -> Path:
    """A file of the paper's network, with weights of its own."""
    torch.manual_seed(seed)
    save_state(path, state_arrays(PaperNetwork()), extras, {"steps": str(seed)})
    return path


def test_every_parameter_is_the_mean(tmp_path: Path) -> None:
    files = [stored(tmp_path / f"{seed}.npz", seed) for seed in (1, 2, 3)]
    assert main([*map(str, files), "--export", str(tmp_path / "new" / "mean.npz")]) == 0
    mean = load_state(tmp_path / "new" / "mean.npz")
    parts = [load_state(file) for file in files]
    for name, values in mean.state.items():
        assert np.allclose(values, np.mean([part.state[name] for part in parts], axis=0), atol=1e-3)
    assert np.array_equal(mean.extras["mean"], EXTRAS["mean"])
    assert mean.metadata["steps"] == "mean of 1, 2, 3"
    load_into(PaperNetwork(), mean)


def test_another_network_is_refused(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    save_state(tmp_path / "other.npz", state_arrays(torch.nn.Linear(2, 2)), EXTRAS, {})
    files = [str(stored(tmp_path / "paper.npz", 1)), str(tmp_path / "other.npz")]
    assert main([*files, "--export", str(tmp_path / "mean.npz")]) == 1
    assert "other.npz holds the weights of another network than" in caplog.text
    assert not (tmp_path / "mean.npz").exists()


def test_another_beginning_is_refused(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    files = [
        str(stored(tmp_path / "first.npz", 1)),
        str(stored(tmp_path / "second.npz", 2, {"mean": np.zeros(3, dtype=np.float32)})),
    ]
    assert main([*files, "--export", str(tmp_path / "mean.npz")]) == 1
    assert "its normalisation differs" in caplog.text


def test_a_missing_file_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert main([str(tmp_path / "none.npz"), "--export", str(tmp_path / "mean.npz")]) == 1
    assert "none.npz does not exist" in caplog.text


def test_graphs_beside_the_weights_do_not_matter(tmp_path: Path) -> None:
    files = [stored(tmp_path / f"{seed}.npz", seed) for seed in (1, 2)]
    add_graphs(files[1], {"decode": Graph(b"any", ("decoder.1.weight",))})
    assert main([*map(str, files), "--export", str(tmp_path / "mean.npz")]) == 0
