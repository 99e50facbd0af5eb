"""The networks run by onnxruntime on the CPU: `inference.KinematicInference` and `inference.PaperInference`.

A weights file holds its weights once, and the graphs of its network without them; `onnx_export` put those there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from ..onnx_sessions import SESSION_ERRORS, Session, new_session
from .inference import KINEMATIC_GRAPHS, PAPER_GRAPHS, MotionWindow, PoolState
from .observation import Observation
from .stored_networks import Graph, graphs_of, size_of, write_graphs
from .weights_file import StoredWeights

Array = NDArray[np.float32]


class OnnxKinematic:
    """The kinematic network of a weights file. Raises ValueError where that cannot be used."""

    def __init__(self, stored: StoredWeights, threads: int = 0) -> None:
        self._context = size_of(stored).context
        self._graphs = _Graphs(stored, KINEMATIC_GRAPHS, threads)

    @property
    def context(self) -> int:
        """As `KinematicInference` has it."""
        return self._context

    def body_window(self, seen: Observation, counted: Array) -> PoolState:
        """As `KinematicInference` has it."""
        return PoolState(**self._graphs.run("body_window", {**vars(seen), "counted": counted}))

    def proportions(self, pooled: Array, statistics: Array) -> Array:
        """As `KinematicInference` has it."""
        return self._graphs.run("proportions", {"pooled": pooled, "statistics": statistics})["log_proportions"]

    def motion_window(self, seen: Observation, log_proportions: Array, counted: Array) -> MotionWindow:
        """As `KinematicInference` has it."""
        given = {**vars(seen), "log_proportions": log_proportions, "counted": counted}
        return MotionWindow.of(self._graphs.run("motion_window", given))

    def view(self, pooled: Array, facing_sums: Array) -> Array:
        """As `KinematicInference` has it."""
        return self._graphs.run("view", {"pooled": pooled, "facing_sums": facing_sums})["angles"]


class OnnxPaper:
    """The paper's network of a weights file. Raises ValueError where that cannot be used."""

    def __init__(self, stored: StoredWeights, threads: int = 0) -> None:
        self._graphs = _Graphs(stored, PAPER_GRAPHS, threads)

    def encode_motion(self, channels: Array) -> Array:
        """As `PaperInference` has it."""
        return self._graphs.run("encode_motion", {"channels": channels})["motion"]

    def encode_skeleton(self, channels: Array) -> Array:
        """As `PaperInference` has it."""
        return self._graphs.run("encode_skeleton", {"channels": channels})["skeleton"]

    def encode_view(self, channels: Array) -> Array:
        """As `PaperInference` has it."""
        return self._graphs.run("encode_view", {"channels": channels})["view"]

    def decode(self, motion: Array, skeleton: Array, view: Array) -> Array:
        """As `PaperInference` has it."""
        return self._graphs.run("decode", {"motion": motion, "skeleton": skeleton, "view": view})["channels"]


class _Graphs:
    """The graphs of a weights file, ready to run with its weights."""

    def __init__(self, stored: StoredWeights, names: Iterable[str], threads: int) -> None:
        graphs = graphs_of(stored)
        try:
            self._sessions = {name: _session(graphs[name], stored.state, threads) for name in names}
        except (KeyError, *SESSION_ERRORS) as error:
            raise ValueError(
                f"The graphs in {stored.path} do not fit its weights, or are damaged; {write_graphs(stored.path)}."
            ) from error
        self._inputs = {name: [one.name for one in session.get_inputs()] for name, session in self._sessions.items()}
        self._outputs = {name: [one.name for one in session.get_outputs()] for name, session in self._sessions.items()}

    def run(self, name: str, given: Mapping[str, Array]) -> dict[str, Array]:
        """Return the outputs of a graph by name. It takes what it needs of what is given."""
        outputs = self._sessions[name].run(self._outputs[name], {word: given[word] for word in self._inputs[name]})
        return dict(zip(self._outputs[name], outputs, strict=True))


def _session(graph: Graph, weights: Mapping[str, Array], threads: int) -> Session:
    return new_session(graph.model, threads, weights={name: weights[name] for name in graph.weights})
