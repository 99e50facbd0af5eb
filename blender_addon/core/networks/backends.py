"""Which library runs the retargeting networks: onnxruntime on the CPU, PyTorch on a GPU.

PyTorch is no part of what is installed by default. It is loaded where a GPU is asked for, where `auto` may find one,
and for weights that onnxruntime cannot run: the official ones, and files that were saved without graphs.
"""

from __future__ import annotations

import ctypes
import logging
import platform
import sys
from importlib.util import find_spec
from pathlib import Path

from .inference import Device, KinematicInference, PaperInference
from .paper_channels import Normalisation
from .stored_networks import KINEMATIC, PAPER, graphs_of, load_model, normalisation_of, write_graphs

log = logging.getLogger(__name__)

AUTO, CPU = "auto", "cpu"
GPUS = ("cuda", "mps")
"""What PyTorch calls the GPUs that it can use; `cuda` are AMD's too, in PyTorch's build for ROCm."""
_NVIDIA_DRIVERS = {"win32": "nvcuda.dll", "linux": "libcuda.so.1"}
_ROCM_DRIVER = Path("/dev/kfd")


def chosen_device(name: str) -> Device:
    """Return the device of that name, `auto` for the fastest there is; the CPU, with a warning, where it is not there.

    Raises:
        ValueError: no device is called that, or it needs PyTorch, which is not installed.
    """
    if name not in (AUTO, CPU, *GPUS):
        raise ValueError(f"There is no device {name}; choose {AUTO}, {CPU}, {' or '.join(GPUS)}.")
    if name == CPU or (name == AUTO and not (torch_is_installed() and _may_have_a_gpu())):
        return Device(CPU)
    _need_torch(f"Retargeting on {name}", f"choose {AUTO} or {CPU}")
    try:
        from .torch_inference import available_device
    except (ImportError, OSError) as error:
        if name != AUTO:
            raise
        log.warning("PyTorch cannot be loaded here (%s); retargeting runs on the CPU without it.", error)
        return Device(CPU)
    return available_device(name)


def load_kinematic(path: Path, device: Device, threads: int = 0) -> KinematicInference:
    """Read a weights file of the kinematic network.

    Args:
        path: the weights file.
        device: one of `chosen_device`.
        threads: on the CPU, 0 for as many as there are cores.

    Raises:
        ValueError: the file is missing, damaged or of another model, or needs PyTorch, which is not installed.
    """
    stored = load_model(path, KINEMATIC)
    if device.type == CPU and graphs_of(stored):
        from .onnx_inference import OnnxKinematic

        return OnnxKinematic(stored, threads)
    _need_torch(f"The weights file {path} holds no graphs for onnxruntime and", write_graphs(path))
    from .torch_inference import TorchKinematic

    return TorchKinematic.load(path, device)


def load_paper(path: Path, device: Device, threads: int = 0) -> tuple[PaperInference, Normalisation]:
    """Read a weights file of the paper's network, and the normalisation it was trained with; arguments and errors as in
    `load_kinematic`.
    """
    stored = load_model(path, PAPER)
    if device.type == CPU and graphs_of(stored):
        from .onnx_inference import OnnxPaper

        return OnnxPaper(stored, threads), normalisation_of(stored)
    _need_torch(f"The weights file {path} holds no graphs for onnxruntime and", write_graphs(path))
    from . import torch_inference

    return torch_inference.load_paper(path, device)


def load_official_paper(path: Path, device: Device) -> tuple[PaperInference, Normalisation]:
    """Read the paper's official weights, a folder or the `.pth` file in it, which PyTorch alone can read.

    Raises:
        ValueError: a file is missing or damaged, or PyTorch is not installed.
    """
    _need_torch("Reading the paper's official weights", "install it, or use weights of this project")
    from . import torch_inference

    return torch_inference.load_official_paper(path, device)


def torch_is_installed() -> bool:
    """Whether PyTorch can be imported; it is not loaded."""
    return find_spec("torch") is not None


def _need_torch(what: str, cure: str) -> None:
    if not torch_is_installed():
        raise ValueError(f"{what} needs PyTorch, which is not installed in {sys.executable}; {cure}.")


def _may_have_a_gpu() -> bool:
    """Whether a driver is there that PyTorch could use; asking PyTorch itself takes seconds."""
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    if _ROCM_DRIVER.exists():
        return True
    try:
        ctypes.CDLL(_NVIDIA_DRIVERS.get(sys.platform, ""))
    except OSError:
        return False
    return sys.platform in _NVIDIA_DRIVERS
