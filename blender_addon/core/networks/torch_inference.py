"""The networks run by torch, on the CPU or a GPU: `inference.KinematicInference` and `inference.PaperInference`."""

from __future__ import annotations

import logging
import os
from dataclasses import fields
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from . import kinematic_network, paper_network, torch_graphs
from .inference import Device, MotionWindow, PoolState
from .kinematic_network import KinematicNetwork, ObservationTensors
from .observation import Observation
from .paper_channels import Normalisation
from .paper_network import PaperNetwork
from .weights_file import DAMAGE

log = logging.getLogger(__name__)

Array = NDArray[np.float32]

OFFICIAL_WEIGHTS = "pretrained_full.pth"
OFFICIAL_REFERENCE = "reference_outputs.npz"


def available_device(name: str) -> Device:
    """Return the device of that name, `auto` for the fastest there is; the CPU, with a warning, where it is not there.

    Raises:
        ValueError: no device is called that.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return Device(next(device for device, found in there.items() if found))
    if name not in there:
        raise ValueError(f"There is no device {name}; choose auto, cpu, cuda or mps.")
    if not there[name]:
        log.warning("This machine has no %s device that torch can use; the CPU is used instead.", name)
        return Device("cpu")
    return Device(name)


class TorchKinematic:
    """A `KinematicNetwork` on one device."""

    def __init__(self, network: KinematicNetwork, device: Device) -> None:
        self._network = network.to(device.type).eval()
        self._device = device.type

    @classmethod
    def load(cls, path: str | os.PathLike[str], device: Device) -> TorchKinematic:
        """Read a weights file. Raises ValueError where it is missing, damaged or of another model."""
        return cls(kinematic_network.load_weights(path), device)

    @property
    def context(self) -> int:
        """As `KinematicInference` has it."""
        return self._network.size.context

    @torch.inference_mode()
    def body_window(self, seen: Observation, counted: Array) -> PoolState:
        """As `KinematicInference` has it."""
        return PoolState(
            **_arrays(torch_graphs.body_window(self._network, self._observation(seen), self._tensor(counted)))
        )

    @torch.inference_mode()
    def proportions(self, pooled: Array, statistics: Array) -> Array:
        """As `KinematicInference` has it."""
        found = torch_graphs.proportions(self._network, self._tensor(pooled), self._tensor(statistics))
        return _arrays(found)["log_proportions"]

    @torch.inference_mode()
    def motion_window(self, seen: Observation, log_proportions: Array, counted: Array) -> MotionWindow:
        """As `KinematicInference` has it."""
        given = self._observation(seen), self._tensor(log_proportions), self._tensor(counted)
        return MotionWindow.of(_arrays(torch_graphs.motion_window(self._network, *given)))

    @torch.inference_mode()
    def view(self, pooled: Array, facing_sums: Array) -> Array:
        """As `KinematicInference` has it."""
        return _arrays(torch_graphs.view(self._network, self._tensor(pooled), self._tensor(facing_sums)))["angles"]

    def _observation(self, seen: Observation) -> ObservationTensors:
        return ObservationTensors(
            **{field.name: self._tensor(getattr(seen, field.name)) for field in fields(ObservationTensors)}
        )

    def _tensor(self, array: Array) -> Tensor:
        return _tensor(array, self._device)


class TorchPaper:
    """A `PaperNetwork` on one device."""

    def __init__(self, network: PaperNetwork, device: Device) -> None:
        self._network = network.to(device.type).eval()
        self._device = device.type

    @torch.inference_mode()
    def encode_motion(self, channels: Array) -> Array:
        """As `PaperInference` has it."""
        return _array(self._network.encode_motion(_tensor(channels, self._device)))

    @torch.inference_mode()
    def encode_skeleton(self, channels: Array) -> Array:
        """As `PaperInference` has it."""
        return _array(self._network.encode_skeleton(_tensor(channels, self._device)))

    @torch.inference_mode()
    def encode_view(self, channels: Array) -> Array:
        """As `PaperInference` has it."""
        return _array(self._network.encode_view(_tensor(channels, self._device)))

    @torch.inference_mode()
    def decode(self, motion: Array, skeleton: Array, view: Array) -> Array:
        """As `PaperInference` has it."""
        return _array(self._network.decode(*(_tensor(code, self._device) for code in (motion, skeleton, view))))


def load_paper(path: Path, device: Device) -> tuple[TorchPaper, Normalisation]:
    """Read a weights file of the paper's network, and the normalisation it was trained with.

    Raises:
        ValueError: the file is missing, damaged or of another model.
    """
    weights = paper_network.load_weights(path)
    return TorchPaper(weights.network, device), weights.normalisation


def load_official_paper(path: Path, device: Device) -> tuple[TorchPaper, Normalisation]:
    """Read the official weights.

    Args:
        path: the folder that holds OFFICIAL_WEIGHTS, and OFFICIAL_REFERENCE for their normalisation; or the `.pth` file
            with the other beside it.
        device: where they run.

    Raises:
        ValueError: one of the two files is missing or damaged.
    """
    weights = path / OFFICIAL_WEIGHTS if path.is_dir() else path
    reference = weights.parent / OFFICIAL_REFERENCE
    network = paper_network.load_official(weights)
    try:
        with np.load(reference, allow_pickle=False) as arrays:
            mean, std = (arrays[name].astype(np.float32) for name in ("mean", "std"))
    except (*DAMAGE, KeyError, ValueError) as error:
        raise ValueError(
            f"The official weights need the normalisation in {reference}; put that file beside them."
        ) from error
    return TorchPaper(network, device), Normalisation(mean, std)


def _tensor(array: Array, device: str) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array)).to(device)


def _array(tensor: Tensor) -> Array:
    array: Array = tensor.cpu().numpy()
    return array


def _arrays(outputs: torch_graphs.Outputs) -> dict[str, Array]:
    return {name: _array(tensor) for name, tensor in outputs.items()}
