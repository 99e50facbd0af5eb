"""Where the pose networks run: onnxruntime's execution providers, and which of them is taken."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray

from ..onnx_sessions import available_providers, new_session
from ..shipped_weights import shipped_weights

AUTO = "auto"
"""The word for the fastest device that is there."""


class Provider(Enum):
    """Execution providers in the order of preference; each value is onnxruntime's name for it."""

    CUDA = "CUDAExecutionProvider"
    DIRECTML = "DmlExecutionProvider"
    COREML = "CoreMLExecutionProvider"
    CPU = "CPUExecutionProvider"

    @property
    def device(self) -> str:
        """The word for what it runs on: cuda, directml, mps or cpu."""
        return "mps" if self is Provider.COREML else self.name.lower()


def available() -> tuple[Provider, ...]:
    """Those that the installed onnxruntime brings, the fastest first."""
    installed = available_providers()
    return tuple(provider for provider in Provider if provider.value in installed)


def provider_of(device: str) -> Provider:
    """The provider of a device: auto, or one of `Provider.device`; auto is CUDA where it is installed, and else the CPU.
    ValueError where no such device is known.
    """
    if device == AUTO:
        return Provider.CUDA if Provider.CUDA in available() else Provider.CPU
    known = {provider.device: provider for provider in Provider}
    if device not in known:
        raise ValueError(f"There is no device {device}; choose {AUTO}, {', '.join(known)}.")
    return known[device]


def provider_or_cpu(device: str) -> Provider:
    """The same, but the CPU where the device's provider is not installed."""
    wanted = provider_of(device)
    return wanted if wanted in available() else Provider.CPU


class Network:
    """One of the networks that ship with the extension, ready to run.

    `provider` is the one it really runs on: onnxruntime falls back to the CPU where a device is missing. Raises
    ValueError where the wanted provider is not installed, or the weights are missing or not the ones that were shipped.
    """

    def __init__(self, weights: str, provider: Provider = Provider.CPU, threads: int = 0) -> None:
        if provider not in available():
            names = ", ".join(one.device for one in available())
            raise ValueError(
                f"onnxruntime has no {provider.device} here; choose one of {names}, or install the onnxruntime made for it."
            )
        path = shipped_weights(weights)
        self._session = new_session(path, threads, list(dict.fromkeys((provider.value, Provider.CPU.value))))
        self.provider = Provider(self._session.get_providers()[0])
        self._input = self._session.get_inputs()[0].name

    def run(self, image: NDArray[np.generic], *outputs: str) -> list[NDArray[np.float32]]:
        """The named outputs for one input."""
        return [
            np.asarray(output, dtype=np.float32) for output in self._session.run(list(outputs), {self._input: image})
        ]
