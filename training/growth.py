"""Weights of a network from before it was given more inputs and outputs: `python -m training.growth OLD NEW`.

What is new says nothing at first: new inputs come last and are weighed with 0, new layers are as they begin. So the
network answers as before until it is trained on.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from torch import nn

from blender_addon.core.networks.inference import TOKEN_FRAMES
from blender_addon.core.networks.kinematic_network import KinematicNetwork, save_weights
from blender_addon.core.networks.stored_networks import KinematicSize
from blender_addon.core.networks.torch_weights import load_into, state_arrays
from blender_addon.core.networks.weights_file import StoredWeights, load_state

log = logging.getLogger("training")


def grown(stored: StoredWeights, network: nn.Module) -> StoredWeights:
    """The weights with inputs and layers that they lack as `network` begins with them.

    Inputs of a trunk's first layer are TOKEN_FRAMES frames of features: each frame's new ones come after its old ones.
    """
    state = dict(stored.state)
    for name, fresh in state_arrays(network).items():
        found = state.get(name)
        if found is None:
            state[name] = fresh
        elif found.ndim == 2 and found.shape[0] == fresh.shape[0] and found.shape[1] < fresh.shape[1]:
            frames = found.reshape(len(found), TOKEN_FRAMES, -1)
            more = (fresh.shape[1] - found.shape[1]) // TOKEN_FRAMES
            state[name] = np.pad(frames, ((0, 0), (0, 0), (0, more))).reshape(fresh.shape)
    return replace(stored, state=state)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where the new file was written."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(prog="python -m training.growth", description=__doc__)
    parser.add_argument("old", type=Path, help="weights of the kinematic network")
    parser.add_argument("new", type=Path, help="the file to write")
    options = parser.parse_args(arguments)
    try:
        stored = load_state(options.old)
        network = KinematicNetwork(KinematicSize.from_json(stored.metadata["size"]))
        load_into(network, grown(stored, network))
        save_weights(options.new, network, stored.metadata, np.float16)
    except (KeyError, OSError, ValueError) as error:
        log.error("%s", error)
        return 1
    log.info("written: %s", options.new)
    return 0


if __name__ == "__main__":
    sys.exit(main())
