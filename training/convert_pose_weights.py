# /// script
# requires-python = "==3.11.*"
# dependencies = ["numpy==2.4.6", "onnx==1.19.1", "tflite==2.18.0"]
# ///
"""Makes `blazepose_heavy.onnx` of Google's published file: `python convert_pose_weights.py pose_landmark_heavy.tflite
blazepose_heavy.onnx`.

The file is in npm `@mediapipe/pose` 0.5.1675469404 (Apache-2.0). An environment of its own has what stands above;
nothing else of this project is needed. The numbers are not touched: they are half precision in both files. What the
add-on does not use, the outline of the body, is left out. The converted file is the same, byte for byte, wherever it is
made; its sha256 is printed.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import onnx  # type: ignore[import-not-found,unused-ignore]
import tflite  # type: ignore[import-not-found,unused-ignore]
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper  # type: ignore[import-not-found,unused-ignore]

Numbers = NDArray[np.generic]

SHA256 = "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe"
"""Of the published file."""

OUTPUTS = ("t696", "t701", "t641", "t698")
"""Landmarks, presence, heatmaps and world landmarks."""

OPSET, FORMAT = 13, 8
CHANNELS_FIRST = (0, 3, 1, 2)
"""Where TFLite's axes are in ONNX."""

HALF_FROM = 64
"""Numbers; smaller constants are kept in single precision."""

NO_ACTIVATION, RELU, RELU6 = 0, 1, 3
OPERATORS = {code: name for name, code in vars(tflite.BuiltinOperator).items() if isinstance(code, int)}
TYPES = {
    tflite.TensorType.FLOAT32: np.float32,
    tflite.TensorType.FLOAT16: np.float16,
    tflite.TensorType.INT32: np.int32,
}


class Table(Protocol):
    """What an operator's options are read from."""

    def Init(self, buffer: bytes, position: int) -> None:
        """Begin at that place of the file."""


Options = TypeVar("Options", bound=Table)


class Converter:
    """Builds the ONNX graph of one TFLite graph, operator by operator."""

    def __init__(self, model: tflite.Model) -> None:
        self._model, self._graph = model, model.Subgraphs(0)
        self._constants = {
            index: constant
            for index in range(self._graph.TensorsLength())
            if (constant := self._constant(index)) is not None
        }
        self._nodes: list[onnx.NodeProto] = []
        self._initializers: list[onnx.TensorProto] = []

    def converted(self) -> onnx.ModelProto:
        """The whole model with OUTPUTS alone; raises ValueError where it has an operator that is not known here."""
        for index in range(self._graph.OperatorsLength()):
            self._convert(self._graph.Operators(index))
        wanted, nodes = set(OUTPUTS), []
        for node in reversed(self._nodes):
            if wanted.intersection(node.output):
                nodes.append(node)
                wanted.update(node.input)
        halves, casts = _halved([one for one in self._initializers if one.name in wanted])
        image = self._graph.Inputs(0)
        outputs = [
            index for index in map(self._graph.Outputs, range(self._graph.OutputsLength())) if _name(index) in OUTPUTS
        ]
        graph = helper.make_graph(
            [*casts, *reversed(nodes)],
            "blazepose",
            [self._described(image)],
            [self._described(index) for index in outputs],
            halves,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=FORMAT)
        onnx.checker.check_model(model)
        return model

    def _constant(self, index: int) -> Numbers | None:
        """The numbers of a tensor; None where it is computed."""
        tensor = self._graph.Tensors(index)
        buffer = self._model.Buffers(tensor.Buffer())
        return (
            np.frombuffer(buffer.DataAsNumpy().tobytes(), TYPES[tensor.Type()]).reshape(self._shape(index))
            if buffer.DataLength()
            else None
        )

    def _shape(self, index: int) -> list[int]:
        tensor = self._graph.Tensors(index)
        return [tensor.Shape(axis) for axis in range(tensor.ShapeLength())]

    def _described(self, index: int) -> onnx.ValueInfoProto:
        shape = self._shape(index)
        return helper.make_tensor_value_info(
            _name(index), TensorProto.FLOAT, [shape[axis] for axis in CHANNELS_FIRST] if len(shape) == 4 else shape
        )

    def _kept(self, numbers: Numbers | np.generic) -> str:
        """The name of a new constant."""
        name = f"c{len(self._initializers) + 1}"
        self._initializers.append(numpy_helper.from_array(np.ascontiguousarray(numbers), name))
        return name

    def _node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> None:  # noqa: ANN401
        self._nodes.append(helper.make_node(kind, inputs, [output], **attributes))

    def _convert(self, operator: tflite.Operator) -> None:
        code = self._model.OperatorCodes(operator.OpcodeIndex())
        kind = OPERATORS[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
        inputs, output = operator.InputsAsNumpy().tolist(), int(operator.Outputs(0))
        if kind == "DEQUANTIZE":
            self._constants[output] = self._constants[inputs[0]].astype(np.float32)
            return
        if kind not in CONVERSIONS:
            raise ValueError(
                f"The network has an operator {kind}, which is not converted here; take the file named above."
            )
        CONVERSIONS[kind](self, operator, inputs, output)

    def _activated(self, code: int, output: str) -> None:
        """Put the activation that TFLite keeps inside an operator behind the last node."""
        if code == NO_ACTIVATION:
            return
        before = f"{output}_p"
        self._nodes[-1].output[0] = before
        if code == RELU:
            self._node("Relu", [before], output)
        elif code == RELU6:
            self._node("Clip", [before, self._kept(np.float32(0)), self._kept(np.float32(6))], output)
        else:
            raise ValueError(
                f"The network has an activation of kind {code}, which is not converted here; take the file named above."
            )

    def convolution(self, operator: tflite.Operator, inputs: list[int], output: int) -> None:
        """Ordinary and depthwise ones: (out, h, w, in) and (1, h, w, channels) kernels."""
        depthwise = (
            self._constants[inputs[1]].shape[0] == 1
            and operator.BuiltinOptionsType() == tflite.BuiltinOptions.DepthwiseConv2DOptions
        )
        options = _options(operator, tflite.DepthwiseConv2DOptions if depthwise else tflite.Conv2DOptions)
        kernel = self._constants[inputs[1]].transpose((3, 0, 1, 2) if depthwise else CHANNELS_FIRST)
        sides, strides = list(kernel.shape[2:]), [options.StrideH(), options.StrideW()]
        pads = self._pads(options, inputs[0], sides, strides)
        names = [
            _name(inputs[0]),
            self._kept(kernel.astype(np.float32)),
            self._kept(self._constants[inputs[2]].astype(np.float32)),
        ]
        self._node(
            "Conv",
            names,
            _name(output),
            kernel_shape=sides,
            strides=strides,
            pads=pads,
            group=kernel.shape[0] if depthwise else 1,
        )
        self._activated(options.FusedActivationFunction(), _name(output))

    def addition(self, operator: tflite.Operator, inputs: list[int], output: int) -> None:
        """Of two computed tensors."""
        self._node("Add", [_name(inputs[0]), _name(inputs[1])], _name(output))
        self._activated(_options(operator, tflite.AddOptions).FusedActivationFunction(), _name(output))

    def padding(self, operator: tflite.Operator, inputs: list[int], output: int) -> None:
        """With zeros; used to add channels."""
        pads = self._constants[inputs[1]][list(CHANNELS_FIRST)]
        self._node("Pad", [_name(inputs[0]), self._kept(pads.T.reshape(-1).astype(np.int64))], _name(output))

    def pooling(self, operator: tflite.Operator, inputs: list[int], output: int) -> None:
        """The greatest of each window."""
        options = _options(operator, tflite.Pool2DOptions)
        sides, strides = [options.FilterHeight(), options.FilterWidth()], [options.StrideH(), options.StrideW()]
        pads = self._pads(options, inputs[0], sides, strides)
        self._node("MaxPool", [_name(inputs[0])], _name(output), kernel_shape=sides, strides=strides, pads=pads)

    def resizing(self, operator: tflite.Operator, inputs: list[int], output: int) -> None:
        """Bilinear."""
        options = _options(operator, tflite.ResizeBilinearOptions)
        corners = (
            "align_corners" if options.AlignCorners() else "half_pixel" if options.HalfPixelCenters() else "asymmetric"
        )
        sides = self._kept(np.array([self._shape(output)[axis] for axis in CHANNELS_FIRST], np.int64))
        self._node(
            "Resize",
            [_name(inputs[0]), "", "", sides],
            _name(output),
            mode="linear",
            coordinate_transformation_mode=corners,
        )

    def reshaping(self, operator: tflite.Operator, inputs: list[int], output: int) -> None:
        """In TFLite's order of axes."""
        name = _name(inputs[0])
        if len(self._shape(inputs[0])) == 4:
            self._node("Transpose", [name], f"{_name(output)}_t", perm=[0, 2, 3, 1])
            name = f"{_name(output)}_t"
        self._node("Reshape", [name, self._kept(np.array(self._shape(output), np.int64))], _name(output))

    def sigmoid(self, operator: tflite.Operator, inputs: list[int], output: int) -> None:
        """1 / (1 + exp(−x))."""
        self._node("Sigmoid", [_name(inputs[0])], _name(output))

    def _pads(
        self, options: tflite.Conv2DOptions | tflite.Pool2DOptions, image: int, sides: list[int], strides: list[int]
    ) -> list[int]:
        """TFLite's "same": as much at the beginning as at the end, or one less."""
        if options.Padding() != tflite.Padding.SAME:
            return [0, 0, 0, 0]
        lengths = self._shape(image)[1:3]
        whole = [
            max(0, (-(-length // stride) - 1) * stride + side - length)
            for length, side, stride in zip(lengths, sides, strides, strict=True)
        ]
        return [*(pad // 2 for pad in whole), *(pad - pad // 2 for pad in whole)]


CONVERSIONS: dict[str, Callable[[Converter, tflite.Operator, list[int], int], None]] = {
    "CONV_2D": Converter.convolution,
    "DEPTHWISE_CONV_2D": Converter.convolution,
    "ADD": Converter.addition,
    "PAD": Converter.padding,
    "MAX_POOL_2D": Converter.pooling,
    "RESIZE_BILINEAR": Converter.resizing,
    "RESHAPE": Converter.reshaping,
    "LOGISTIC": Converter.sigmoid,
}


def main(arguments: list[str] | None = None) -> int:
    """The command line; gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("published", type=Path, metavar="pose_landmark_heavy.tflite")
    parser.add_argument("out", type=Path, metavar="blazepose_heavy.onnx")
    options = parser.parse_args(arguments)
    published = options.published.read_bytes()
    if hashlib.sha256(published).hexdigest() != SHA256:
        parser.error(
            f"{options.published} is not the file that was published; take package/pose_landmark_heavy.tflite of that npm package."
        )
    onnx.save(Converter(tflite.Model.GetRootAsModel(published, 0)).converted(), str(options.out))
    sys.stdout.write(f"{hashlib.sha256(options.out.read_bytes()).hexdigest()}  {options.out.name}\n")
    return 0


def _name(index: int) -> str:
    return f"t{index}"


def _options(operator: tflite.Operator, kind: type[Options]) -> Options:
    options, table = kind(), operator.BuiltinOptions()
    options.Init(table.Bytes, table.Pos)
    return options


def _halved(initializers: list[onnx.TensorProto]) -> tuple[list[onnx.TensorProto], list[onnx.NodeProto]]:
    """The constants with large ones in half precision, and the nodes that make them single again; ValueError where a
    number would change.
    """
    kept, casts = [], []
    for initializer in initializers:
        numbers = numpy_helper.to_array(initializer)
        if numbers.dtype != np.float32 or numbers.size <= HALF_FROM:
            kept.append(initializer)
            continue
        half = numbers.astype(np.float16)
        if not np.array_equal(half.astype(np.float32), numbers):
            raise ValueError(f"The constant {initializer.name} is no half precision; take the file named above.")
        kept.append(numpy_helper.from_array(half, f"{initializer.name}_h"))
        casts.append(helper.make_node("Cast", [f"{initializer.name}_h"], [initializer.name], to=TensorProto.FLOAT))
    return kept, casts


if __name__ == "__main__":
    sys.exit(main())
