"""Several training processes, as torchrun starts them: one a GPU, or some on the CPU."""

from __future__ import annotations

import os

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

RANK_SEEDS = 2_654_435_761
"""Between the random numbers of two processes; torch's generator on the CPU keeps 32 bits of a seed, of which this
leaves each process many.
"""


class ProcessGroup:
    """Joins the processes that torchrun started, for as long as the training runs; nothing where there is one."""

    def __init__(self, device: torch.device) -> None:
        self._backend = "nccl" if device.type == "cuda" else "gloo"

    def __enter__(self) -> None:
        if int(os.environ.get("WORLD_SIZE", "1")) > 1:
            dist.init_process_group(self._backend)

    def __exit__(self, *_: object) -> None:
        if dist.is_initialized():
            dist.destroy_process_group()


def process_rank() -> int:
    """Which of the processes this is; 0 leads."""
    return dist.get_rank() if dist.is_initialized() else 0


def shared(module: nn.Module) -> nn.Module:
    """The module with its gradients shared by all processes, where there are several."""
    return DistributedDataParallel(module) if dist.is_initialized() else module


def random_numbers(seed: int, rank: int, step: int, device: torch.device) -> torch.Generator:
    """Random numbers of one process and step alone, so that a resumed run draws what an unbroken one would, and no
    process what another does.
    """
    return torch.Generator(device).manual_seed((seed * 1_000_003 + rank * RANK_SEEDS + step) % 2**62)
