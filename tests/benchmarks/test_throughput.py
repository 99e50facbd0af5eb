"""The benchmark runs and reports; how fast anything is, no test says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from benchmarks import throughput
from blender_addon.core.networks import kinematic_network, paper_network
from blender_addon.core.networks.kinematic_network import KinematicNetwork
from blender_addon.core.networks.paper_channels import Normalisation
from blender_addon.core.networks.paper_network import PaperNetwork
from blender_addon.core.networks.stored_networks import KinematicSize
from blender_addon.core.skeleton import BONE_CHILDREN, BONE_PARENTS


def test_the_figure_moves_and_keeps_its_bones() -> None:
    positions = throughput.figure(200).positions
    lengths = np.linalg.norm(positions[:, BONE_CHILDREN] - positions[:, BONE_PARENTS], axis=-1)
    np.testing.assert_allclose(lengths, np.broadcast_to(throughput.BONES_PIXELS, lengths.shape), rtol=1e-3)
    assert np.abs(np.diff(positions, axis=0)).max(axis=(1, 2)).min() > 1


def test_the_rate_is_frames_over_the_median_time() -> None:
    turns: list[int] = []
    rate = throughput.frames_a_second(lambda: turns.append(sum(range(1000))), frames=100, seconds=0.0)
    assert len(turns) == 1 + throughput.LEAST_REPEATS
    assert rate > 100


def test_the_benchmark_writes_a_table_for_each_number_of_threads(tmp_path: Path) -> None:
    statistics = Normalisation(np.zeros((15, 2)), np.full((15, 2), 50.0))
    paper_network.save_weights(tmp_path / "paper.npz", PaperNetwork(), statistics, {})
    kinematic_network.save_weights(tmp_path / "kinematic.npz", KinematicNetwork(KinematicSize()), {})
    page = tmp_path / "PERFORMANCE.md"
    threads = torch.get_num_threads()
    weights = [f"--{name}-weights={tmp_path / name}.npz" for name in ("paper", "kinematic")]
    try:
        wanted = [*weights, "--device=cpu", "--threads", "1", "2", "--seconds=0", "--long=240", f"--output={page}"]
        assert throughput.main(wanted) == 0
    finally:
        torch.set_num_threads(threads)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Performance\n\n<!-- throughput-cpu:begin -->")
    assert text.count("| our `kinematic` |") == text.count(f"| {throughput.OFFICIAL_NETWORK} |") == 2
    assert "#### 1 thread\n" in text
    assert "#### 2 threads\n" in text
    assert str(tmp_path) not in text
