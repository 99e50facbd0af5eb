"""Weights between torch networks and the arrays of a weights file."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from .weights_file import StoredWeights


def state_arrays(network: nn.Module) -> dict[str, NDArray[Any]]:
    """Return the parameters and buffers of a network by name, as `save_state` takes them."""
    return {name: np.asarray(tensor.detach().cpu().numpy()) for name, tensor in network.state_dict().items()}


def load_into(network: nn.Module, stored: StoredWeights) -> None:
    """Copy stored weights into a network.

    Raises:
        ValueError: a parameter is missing, unknown or of another shape.
    """
    expected = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    found = {name: array.shape for name, array in stored.state.items()}
    if expected != found:
        wrong = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
        raise ValueError(
            f"{stored.path} holds the weights of another network than {type(network).__name__} ({len(wrong)} tensors differ, "
            f"{wrong[0]} the first); choose a file that was trained for it."
        )
    network.load_state_dict({name: torch.from_numpy(array) for name, array in stored.state.items()})
