"""What a weights file says of its network, whatever library is to run it: which model, of what size, with which
normalisation, and the graphs that onnxruntime runs.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .inference import TOKEN_FRAMES
from .paper_channels import Normalisation
from .weights_file import StoredWeights, load_state, replace_extras

KINEMATIC = "kinematic"
PAPER = "paper"

_GRAPHS = "graph/"
_MODEL, _WEIGHTS = f"{_GRAPHS}model/", f"{_GRAPHS}weights/"


@dataclass(frozen=True)
class KinematicSize:
    """Widths and depths of the two trunks; `dilations` are in tokens, one residual block each."""

    body_width: int = 128
    body_dilations: tuple[int, ...] = (1, 2, 4, 8)
    motion_width: int = 256
    motion_dilations: tuple[int, ...] = (1, 2, 4, 8, 16, 1)
    code_width: int = 64

    @classmethod
    def from_json(cls, text: str) -> KinematicSize:
        """What `json.dumps` made of `dataclasses.asdict`."""
        table: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(text).items()
        }
        size = cls(**table)
        dilations = (*size.body_dilations, *size.motion_dilations)
        if not all(isinstance(one, int) and one > 0 for one in (*dilations, *size.widths)):
            raise TypeError("widths and dilations are whole numbers above 0")
        return size

    @property
    def widths(self) -> tuple[int, int, int]:
        """Of both trunks and of the codes."""
        return self.body_width, self.motion_width, self.code_width

    @property
    def context(self) -> int:
        """Frames on either side that the trunks can see: what a window needs beyond the frames it answers for."""
        return TOKEN_FRAMES * (max(sum(self.body_dilations), sum(self.motion_dilations)) + 1)


def load_model(path: str | os.PathLike[str], model: str) -> StoredWeights:
    """Read a weights file. Raises ValueError where it is missing, damaged or of another model than that."""
    stored = load_state(path)
    if stored.metadata.get("model") != model:
        raise ValueError(
            f"{stored.path} holds a {stored.metadata.get('model', 'nameless')} model, not the {model} one; choose another file."
        )
    return stored


def size_of(stored: StoredWeights) -> KinematicSize:
    """Return the size of a kinematic network. Raises ValueError where its file doesn't say it."""
    try:
        return KinematicSize.from_json(stored.metadata["size"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{stored.path} does not say what size of network it holds; export it again.") from error


def normalisation_of(stored: StoredWeights) -> Normalisation:
    """Return what a paper network was trained with. Raises ValueError where its file lacks it."""
    try:
        return Normalisation(stored.extras["mean"], stored.extras["std"])
    except KeyError as error:
        raise ValueError(
            f"{stored.path} lacks the {error.args[0]} of its normalisation; save it again with `save_weights`."
        ) from error


@dataclass(frozen=True)
class Graph:
    """What onnxruntime runs for one method of `inference`.

    Attributes:
        model: the graph as ONNX, without weights.
        weights: the names of those that it takes from the weights file.
    """

    model: bytes
    weights: tuple[str, ...]


def graphs_of(stored: StoredWeights) -> dict[str, Graph]:
    """Return the graphs of a file, by the names of the methods that run them; none of one that was saved without.

    Raises ValueError where they are damaged.
    """
    models = {name.removeprefix(_MODEL): array for name, array in stored.extras.items() if name.startswith(_MODEL)}
    try:
        return {
            name: Graph(model.tobytes(), tuple(map(str, stored.extras[_WEIGHTS + name])))
            for name, model in models.items()
        }
    except (KeyError, TypeError) as error:
        raise ValueError(f"The graphs in {stored.path} are damaged; {write_graphs(stored.path)}.") from error


def add_graphs(path: str | os.PathLike[str], graphs: Mapping[str, Graph]) -> None:
    """Put graphs into a weights file, in place of those it has. All else stays as it is stored."""
    extras: dict[str, NDArray[Any]] = {}
    for name, graph in graphs.items():
        extras[_MODEL + name] = np.frombuffer(graph.model, dtype=np.uint8)
        extras[_WEIGHTS + name] = np.array(graph.weights)
    replace_extras(path, _GRAPHS, extras)


def without_graphs(extras: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return the extra arrays of a weights file that are no graphs."""
    return {name: array for name, array in extras.items() if not name.startswith(_GRAPHS)}


def write_graphs(path: str | os.PathLike[str]) -> str:
    """Return what to do where a file's graphs are missing or wrong, for the end of a sentence."""
    return f"write them with `python -m training.export_onnx {os.fspath(path)}`"
