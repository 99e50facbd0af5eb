"""What the networks run on."""

from __future__ import annotations

from .kinds import Choice


class Device(Choice):
    """A device, by the name that PyTorch has for it: the CPU needs none, the others do."""

    AUTO = "auto", "Automatic", "The fastest that is there"
    CPU = "cpu", "CPU", "The processor"
    CUDA = "cuda", "CUDA", "A graphics card of NVIDIA"
    MPS = "mps", "MPS", "The graphics of Apple's processors"
