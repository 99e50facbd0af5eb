"""A network that is given more inputs and outputs answers as before until it is trained on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from blender_addon.core.networks.kinematic_network import KinematicNetwork, save_weights
from blender_addon.core.networks.stored_networks import KinematicSize
from blender_addon.core.networks.torch_weights import load_into
from blender_addon.core.networks.weights_file import load_state, save_state
from training.growth import grown, main
from training.observation import observe

SMALL = KinematicSize(body_width=16, body_dilations=(1,), motion_width=16, motion_dilations=(1,), code_width=8)
NEW_LAYERS = ("support_head", "posture_head")


def older(path: Path) -> Path:
    """A file of a network from before it was told of depth, and had no supports and no posture."""
    torch.manual_seed(0)
    whole = path.with_name("whole.npz")
    save_weights(whole, KinematicNetwork(SMALL), {})
    stored = load_state(whole)
    state = {name: values for name, values in stored.state.items() if not name.startswith(NEW_LAYERS)}
    for stem in ("body_trunk.stem.weight", "motion_trunk.stem.weight"):
        frames = state[stem].reshape(len(state[stem]), 2, -1)
        state[stem] = frames[:, :, :-28].reshape(len(frames), -1)
    save_state(path, state, {}, stored.metadata)
    return path


def test_depth_says_nothing_to_a_grown_network_and_all_else_is_read_as_before(tmp_path: Path) -> None:
    old = older(tmp_path / "old.npz")
    network = KinematicNetwork(SMALL)
    load_into(network, grown(load_state(old), network))
    generator = torch.Generator().manual_seed(1)
    positions = 100 * torch.randn(2, 20, 15, 2, generator=generator)
    certain, valid = torch.ones(2, 20, 15), torch.ones(2, 20)
    without = observe(positions, certain, valid)
    told = observe(positions, certain, valid, 50 * torch.randn(2, 20, 15, generator=generator), certain)
    assert bool(told.depth.any())
    with torch.no_grad():
        for seen in (without, told):
            pooled = network.pool_body(seen, valid).value()
            torch.testing.assert_close(pooled, network.pool_body(without, valid).value())
    stem = load_state(old).state["motion_trunk.stem.weight"]
    kept = network.motion_trunk.stem.weight.detach().numpy().reshape(len(stem), 2, -1)
    np.testing.assert_array_equal(kept[:, :, :-28].reshape(stem.shape), stem)
    assert not kept[:, :, -28:].any()


def test_what_has_grown_is_not_grown_again(tmp_path: Path) -> None:
    path = tmp_path / "new.npz"
    network = KinematicNetwork(SMALL)
    save_weights(path, network, {})
    stored = load_state(path)
    for name, values in grown(stored, network).state.items():
        np.testing.assert_array_equal(values, stored.state[name])
    assert grown(replace(stored, state={}), network).state.keys() == stored.state.keys()


def test_the_command_writes_a_file_that_loads(tmp_path: Path) -> None:
    new = tmp_path / "new.npz"
    assert main([str(older(tmp_path / "old.npz")), str(new)]) == 0
    assert (
        load_state(new).state["motion_trunk.stem.weight"].shape[1]
        > load_state(tmp_path / "old.npz").state["motion_trunk.stem.weight"].shape[1]
    )
    assert main([str(tmp_path / "missing.npz"), str(new)]) == 1
