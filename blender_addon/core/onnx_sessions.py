"""Sessions of onnxruntime: where a network runs, on how many threads, and that nothing is reported to anybody."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

# Nobody was asked whether onnxruntime may number this machine and report what it runs; it does so from its import on.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as _states

Session: TypeAlias = onnxruntime.InferenceSession

CPU = "CPUExecutionProvider"
SESSION_ERRORS = (
    _states.Fail,
    _states.InvalidArgument,
    _states.InvalidGraph,
    _states.InvalidProtobuf,
    _states.NotImplemented,
    _states.RuntimeException,
)
"""What onnxruntime raises where a model cannot be used."""
_ERRORS_ONLY = 3


def available_providers() -> list[str]:
    """Return the execution providers that the installed onnxruntime brings."""
    return list(onnxruntime.get_available_providers())


def onnxruntime_version() -> str:
    """Return the version of the installed onnxruntime."""
    return str(onnxruntime.__version__)


def new_session(
    model: Path | bytes,
    threads: int = 0,
    providers: Sequence[str] = (CPU,),
    weights: Mapping[str, NDArray[np.float32]] | None = None,
) -> Session:
    """Return a session that is ready to run.

    Args:
        model: an ONNX file, or what stands in one.
        threads: that the work of one step is shared by; 0 for as many as there are cores.
        providers: execution providers, the first that can is taken.
        weights: those that the model names and doesn't hold.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = _ERRORS_ONLY
    # Spinning threads slow everything else that runs, several times over.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if weights:
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in weights.values()]
        options.add_external_initializers(list(weights), values)
    return Session(model if isinstance(model, bytes) else str(model), options, providers=list(providers))
