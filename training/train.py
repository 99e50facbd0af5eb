"""Train a network: `python -m training.train --config kinematic --data FOLDER`.

Several processes: `torchrun --nproc_per_node 2 -m training.train …`. A run that was stopped goes on from its last
checkpoint when started again with the same `--run-folder`.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from .configuration import load_configuration
from .evaluate import count_above_zero, held_out_motion
from .motion_sources import add_motion_arguments, motion_library
from .processes import ProcessGroup
from .trainer import Trainer

log = logging.getLogger("training")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where the training came to its end."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = _parser().parse_args(arguments)
    try:
        configuration = load_configuration(options.config)
        if options.steps:
            configuration = replace(configuration, steps=options.steps)
        device = training_device(options.device)
        library = motion_library(options)
        torch.set_num_threads(options.threads or torch.get_num_threads())
        with ProcessGroup(device):
            run = options.run or Path("build/training") / configuration.model
            trainer = Trainer(
                configuration, library.training(), held_out_motion(library), device=device, run=run, seed=options.seed
            )
            if options.weights:
                trainer.start_from(options.weights)
            trainer.train()
            if options.export and trainer.leads:
                trainer.export(options.export)
    except (ValueError, OSError) as error:
        log.error("%s", error)
        return 1
    return 0


def training_device(name: str) -> torch.device:
    """`auto`, `cpu`, `cuda` or `mps` as a device; under torchrun each process takes its own GPU.

    Raises ValueError where that device is not there.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there[name]:
        raise ValueError(f"This machine has no {name} device that torch can use; choose --device auto or cpu.")
    return torch.device(name, int(os.environ.get("LOCAL_RANK", "0"))) if name == "cuda" else torch.device(name)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.train", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--config", default="kinematic", help="kinematic, paper, or a .toml file (default: %(default)s)"
    )
    add_motion_arguments(parser)
    # In full, since torchrun takes --run for the beginning of an option of its own.
    parser.add_argument(
        "--run-folder",
        dest="run",
        type=Path,
        metavar="RUN",
        help="folder for checkpoints and TensorBoard (default: build/training/MODEL)",
    )
    parser.add_argument(
        "--start-from",
        dest="weights",
        type=Path,
        metavar="WEIGHTS",
        help="begin a new run with the weights of this .npz file",
    )
    parser.add_argument("--steps", type=count_above_zero, help="train for so many steps instead of the configuration's")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument("--threads", type=count_above_zero, help="CPU threads (default: torch's choice)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--export", type=Path, help="at the end, write the averaged weights to this .npz file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
