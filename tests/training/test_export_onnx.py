"""The graphs of a trained network are written into its file by one command, and the list of check sums follows."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

import pytest
import torch

from blender_addon.core.networks.inference import PAPER_GRAPHS
from blender_addon.core.networks.paper_channels import Normalisation
from blender_addon.core.networks.paper_network import PaperNetwork, save_weights
from blender_addon.core.networks.stored_networks import PAPER, graphs_of, load_model
from blender_addon.core.retargeting import Retargeter
from tests.core.clips import marching

pytest.importorskip("onnx", reason="NO ONNX: install the training requirements to export graphs")


def test_a_trained_file_gets_its_graphs_and_its_line_in_the_list(tmp_path: Path) -> None:
    from training.export_onnx import main

    torch.manual_seed(4)
    path = tmp_path / "paper.npz"
    save_weights(path, PaperNetwork(), Normalisation([[0, 0]] * 15, [[50, 50]] * 15), {})
    (tmp_path / "SHA256SUMS").write_text(f"{'0' * 64}  paper.npz\n{'1' * 64}  other.npz\n", encoding="utf-8")
    assert main([str(path)]) == 0
    assert tuple(graphs_of(load_model(path, PAPER))) == PAPER_GRAPHS
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    listed = (tmp_path / "SHA256SUMS").read_text(encoding="utf-8")
    assert listed == f"{digest}  paper.npz\n{'1' * 64}  other.npz\n"
    assert len(Retargeter.load("paper", "cpu", path).retarget(marching(20))) == 20


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    from training.export_onnx import main

    with caplog.at_level(logging.ERROR):
        assert main([str(tmp_path / "none.npz")]) == 1
    assert "none.npz does not exist" in caplog.text
