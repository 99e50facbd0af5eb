"""The graphs of a network, exported from torch to ONNX for `onnx_inference`.

They hold no weights: those stay in the weights file, which the graphs are put into (`add_graphs`). Shapes are not
written down here: the model itself is run on clips of two lengths, and what it gives to the network, and which of that
varies, is what a graph takes.
"""

from __future__ import annotations

import inspect
import os
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..motion import View
from ..pose_sequence import PoseSequence
from ..skeleton import JOINT_COUNT, Skeleton
from . import kinematic_network, paper_network
from .example_clip import ORDINARY_BODY, example_clip
from .inference import KINEMATIC_GRAPHS, PAPER_GRAPHS, Device, KinematicInference, PaperInference
from .kinematic_model import KinematicModel
from .kinematic_network import KinematicNetwork, ObservationTensors
from .observation import Observation
from .paper_channels import Normalisation
from .paper_model import PaperModel
from .paper_network import PaperNetwork
from .stored_networks import PAPER, add_graphs
from .stored_networks import Graph as ExportedGraph
from .torch_graphs import GRAPHS, Graph
from .torch_inference import TorchKinematic, TorchPaper
from .weights_file import load_state

Array = NDArray[Any]
Arguments = dict[str, Any]

OPSET = 17
"""The first that knows LayerNorm."""
WEIGHTS_LOCATION = "weights file"
"""Where a graph says that its weights are; `onnx_inference` has them at hand."""
EXAMPLE_FRAMES = (40, 56)
"""Of the clips that the model is run on."""
_CPU = Device("cpu")
_NETWORK = "network"


@dataclass(frozen=True)
class _Call:
    """What a method of a network was given, in two examples."""

    method: str
    first: Arguments
    second: Arguments


def export_graphs(path: str | os.PathLike[str]) -> None:
    """Export the graphs of a weights file's network into the file. Its weights stay as they are stored.

    Raises:
        ValueError: the file is missing, damaged, or of an unknown model.
    """
    add_graphs(path, graphs_for(path))


def graphs_for(path: str | os.PathLike[str]) -> dict[str, ExportedGraph]:
    """Return the graphs of a weights file's network. Raises as `export_graphs` does."""
    model = load_state(path).metadata.get("model")
    if model == PAPER:
        return paper_graphs(paper_network.load_weights(path).network)
    return kinematic_graphs(kinematic_network.load_weights(path))


def kinematic_graphs(network: KinematicNetwork) -> dict[str, ExportedGraph]:
    """Return the ONNX graph of each of KINEMATIC_GRAPHS."""

    def example(frames: int) -> dict[str, Arguments]:
        watched = _Watched(TorchKinematic(network, _CPU), KinematicInference, KINEMATIC_GRAPHS)
        KinematicModel(watched).encode(_clips(frames))
        return watched.calls

    return _exported(network, example)


def paper_graphs(network: PaperNetwork) -> dict[str, ExportedGraph]:
    """Return the ONNX graph of each of PAPER_GRAPHS."""

    def example(frames: int) -> dict[str, Arguments]:
        watched = _Watched(TorchPaper(network, _CPU), PaperInference, PAPER_GRAPHS)
        model = PaperModel(watched, Normalisation(np.zeros((15, 2)), np.ones((15, 2))))
        model.decode(model.encode(_clips(frames))[0])
        return watched.calls

    return _exported(network, example)


class _Watched:
    """A network that keeps what its methods were given last, by the names of the arguments."""

    def __init__(self, network: object, protocol: type, methods: Sequence[str]) -> None:
        self._network, self._protocol, self._methods = network, protocol, methods
        self.calls: dict[str, Arguments] = {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        found = getattr(self._network, name)
        if name not in self._methods:
            return found
        words = list(inspect.signature(getattr(self._protocol, name)).parameters)[1:]

        def watched(*given: Any) -> Any:  # noqa: ANN401
            self.calls[name] = dict(zip(words, given, strict=True))
            return found(*given)

        return watched


def _clips(frames: int) -> list[PoseSequence]:
    """As many clips as the length has dozens, so that neither number of clips nor length is the same in two examples."""
    body: Skeleton = ORDINARY_BODY.scaled(300)
    positions = example_clip(body, View(30))[:frames]
    clip = PoseSequence(positions, np.ones((frames, JOINT_COUNT), dtype=np.float32), 30.0, None)
    return [clip] * (frames // 12)


def _exported(network: nn.Module, example: Callable[[int], dict[str, Arguments]]) -> dict[str, ExportedGraph]:
    first, second = map(example, EXAMPLE_FRAMES)
    weights = network.state_dict()
    return {
        name: _without_weights(_export(network, GRAPHS[name], _Call(name, first[name], second[name])), weights)
        for name in first
    }


class _Traced(nn.Module):
    """A graph as torch exports it: tensors in, tensors out, in the order of their names."""

    def __init__(self, network: nn.Module, graph: Graph, arguments: Arguments) -> None:
        super().__init__()
        self.add_module(_NETWORK, network)
        self._graph, self._arguments = graph, arguments
        self.outputs: list[str] = []

    def forward(self, *tensors: Tensor) -> tuple[Tensor, ...]:
        """Run the graph."""
        given = dict(zip(_flat(self._arguments), tensors, strict=True))
        arguments = {
            name: ObservationTensors(**{field.name: given[field.name] for field in fields(ObservationTensors)})
            if isinstance(value, Observation)
            else given[name]
            for name, value in self._arguments.items()
        }
        outputs = self._graph(self.get_submodule(_NETWORK), **arguments)
        self.outputs = list(outputs)
        return tuple(outputs.values())


def _flat(arguments: Arguments) -> dict[str, Array]:
    """Return the arrays of a method's arguments by name; those of an observation by the names of its fields."""
    flat: dict[str, Array] = {}
    for name, value in arguments.items():
        if isinstance(value, Observation):
            flat |= {field.name: getattr(value, field.name) for field in fields(value)}
        else:
            flat[name] = value
    return flat


def _export(network: nn.Module, graph: Graph, call: _Call) -> bytes:
    first, second = _flat(call.first), _flat(call.second)
    traced = _Traced(network, graph, call.first)
    tensors = tuple(torch.from_numpy(np.ascontiguousarray(array)) for array in first.values())
    with torch.inference_mode():
        shown = traced(*tensors)
        again = traced(*(torch.from_numpy(np.ascontiguousarray(array)) for array in second.values()))
    axes = {name: _varying(first[name].shape, second[name].shape) for name in first}
    axes |= {
        name: _varying(tuple(one.shape), tuple(other.shape))
        for name, one, other in zip(traced.outputs, shown, again, strict=True)
    }
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        file = Path(folder) / "graph.onnx"
        # The exporter by tracing is what writes graphs that keep the names of the weights.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            traced,
            tensors,
            file,
            input_names=list(first),
            output_names=traced.outputs,
            dynamic_axes=axes,
            opset_version=OPSET,
            do_constant_folding=False,
            dynamo=False,
        )
        return file.read_bytes()


def _varying(first: tuple[int, ...], second: tuple[int, ...]) -> dict[int, str]:
    """Return the axes that are not fixed: the first, which is the batch's, and those of which two examples differ."""
    return {
        axis: f"axis {axis}"
        for axis, pair in enumerate(zip(first, second, strict=True))
        if not axis or pair[0] != pair[1]
    }


def _without_weights(graph: bytes, weights: dict[str, Tensor]) -> ExportedGraph:
    """Leave the weights out: a graph names them, the weights file holds them."""
    model = onnx.load_from_string(graph)
    left_out = []
    for held in model.graph.initializer:
        if (name := held.name.removeprefix(f"{_NETWORK}.")) in weights:
            left_out.append(name)
            _rename(model.graph, held.name, name)
            held.ClearField("raw_data")
            held.data_location = onnx.TensorProto.EXTERNAL
            held.external_data.add(key="location", value=WEIGHTS_LOCATION)
    model.ClearField("producer_version")
    return ExportedGraph(model.SerializeToString(deterministic=True), tuple(left_out))


def _rename(graph: onnx.GraphProto, old: str, new: str) -> None:
    for held in graph.initializer:
        held.name = new if held.name == old else held.name
    for node in graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
