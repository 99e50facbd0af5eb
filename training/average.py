"""The mean of weights that began as one network: `python -m training.average FIRST.npz SECOND.npz --export MEAN.npz`.

What runs have in common stays, what each took from the noise of its last steps goes (Wortsman et al., "Model soups",
ICML 2022). Runs that began at other weights have nothing in common, and their mean is of no use.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from blender_addon.core.networks.stored_networks import without_graphs
from blender_addon.core.networks.weights_file import StoredWeights, load_state, save_state

log = logging.getLogger("training")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where the file was written."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(
        prog="python -m training.average", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "weights",
        type=Path,
        nargs="+",
        metavar="WEIGHTS",
        help=".npz files of one network, from runs that began at the same weights",
    )
    parser.add_argument("--export", type=Path, required=True, help="the .npz file to write, half precision")
    options = parser.parse_args(arguments)
    try:
        mean = averaged([load_state(path) for path in options.weights])
        options.export.parent.mkdir(parents=True, exist_ok=True)
        save_state(options.export, mean.state, mean.extras, mean.metadata, np.float16)
    except (ValueError, OSError) as error:
        log.error("%s", error)
        return 1
    log.info("written: %s", options.export)
    return 0


def averaged(weights: Sequence[StoredWeights]) -> StoredWeights:
    """The mean of every parameter, with the extra arrays of the first file.

    Raises ValueError where a file is of another network or of another normalisation than the first.
    """
    first = weights[0]
    for other in weights[1:]:
        if {name: values.shape for name, values in first.state.items()} != {
            name: values.shape for name, values in other.state.items()
        }:
            raise ValueError(
                f"{other.path} holds the weights of another network than {first.path}; average files of one network."
            )
        given, others = without_graphs(first.extras), without_graphs(other.extras)
        if given.keys() != others.keys() or not all(np.array_equal(given[name], others[name]) for name in given):
            raise ValueError(
                f"{other.path} does not go back to the same weights as {first.path}: its normalisation differs; average runs with one beginning."
            )
    state = {
        name: np.mean([other.state[name] for other in weights], axis=0, dtype=np.float64).astype(values.dtype)
        for name, values in first.state.items()
    }
    steps = ", ".join(other.metadata.get("steps", "?") for other in weights)
    return StoredWeights(first.path, state, first.extras, first.metadata | {"steps": f"mean of {steps}"})


if __name__ == "__main__":
    sys.exit(main())
