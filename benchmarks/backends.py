"""onnxruntime beside torch on the CPU: `python -m benchmarks.backends`.

Both retarget the same clips through `Retargeter`, by turns, in one process. Then workers are started anew, by turns,
and timed to the first retargeted frame: one of the add-on as it is, one of a copy whose weights have no graphs, which
torch runs. Writes a table into docs/PERFORMANCE.md.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import torch

from blender_addon.core.networks.inference import Device
from blender_addon.core.networks.kinematic_model import KinematicModel
from blender_addon.core.networks.paper_model import PaperModel
from blender_addon.core.networks.stored_networks import add_graphs
from blender_addon.core.networks.torch_inference import TorchKinematic, load_paper
from blender_addon.core.onnx_sessions import onnxruntime_version
from blender_addon.core.retargeting import Model, Retargeter
from blender_addon.core.shipped_weights import FOLDER, list_anew, shipped_weights
from blender_addon.worker import client
from blender_addon.worker.client import connection
from training.documents import replace_section, table

from .throughput import MANY, WINDOW, Load, figure, machine

log = logging.getLogger("benchmarks")

ADDON = connection.PACKAGE
CPU = Device("cpu")
LONG = Load("one clip of 6000 frames", 1, 6000)
LIBRARIES = ("onnxruntime", "torch")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where everything was measured."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = _parser().parse_args(arguments)
    speed = [
        _row(model, load, threads, options.turns)
        for threads in options.threads
        for model in Model
        for load in (WINDOW, MANY, LONG)
    ]
    head = ["frames a second", *LIBRARIES, "times torch"]
    text = (
        f"### onnxruntime and torch on {machine(CPU)}\n\n"
        f"Made by `python -m benchmarks.backends`, onnxruntime {onnxruntime_version()}, torch {torch.__version__}: medians of {options.turns} turns. "
        "Each clip goes onto the body and into the view of another clip.\n\n"
        f"{table(head, speed)}\n\n"
        f"From the start of the worker to the first retargeted frame, medians of {options.starts} starts:\n\n"
        f"{table(['seconds', *LIBRARIES, 'of torch'], [_cold_starts(model, options.starts) for model in Model])}"
    )
    replace_section(options.output, "backends", text, "Performance")
    log.info("%s\n\nwritten: %s", text, options.output)
    return 0


def by_turns(runs: Sequence[Callable[[], object]], turns: int) -> list[float]:
    """The median seconds of each, after one run that does not count. What slows the machine down slows all of them."""
    for run in runs:
        run()
    took: list[list[float]] = [[] for _ in runs]
    for _ in range(turns):
        for run, times in zip(runs, took, strict=True):
            began = time.perf_counter()
            run()
            times.append(time.perf_counter() - began)
    return [median(times) for times in took]


def _row(model: Model, load: Load, threads: int, turns: int) -> list[str]:
    torch.set_num_threads(threads)
    sources = [figure(load.frames, phase=float(clip)) for clip in range(load.clips)]
    targets = [figure(min(load.frames, WINDOW.frames), phase=100.0 + clip) for clip in range(load.clips)]
    networks = (Retargeter.load(model, CPU.type, threads=threads), on_torch(model))
    runs = [lambda network=network: network.retarget_many(sources, targets, targets) for network in networks]
    onnx, other = by_turns(runs, turns)
    frames = load.clips * load.frames
    name = f"`{model}`, {load.name}, {threads} thread{'s' if threads > 1 else ''}"
    return [name, f"{frames / onnx:,.0f}", f"{frames / other:,.0f}", f"{other / onnx:.2f}"]


def on_torch(model: Model) -> Retargeter:
    """A network as it ships, run by torch on the CPU."""
    path = shipped_weights(f"{model}.npz")
    if model is Model.KINEMATIC:
        return Retargeter(model, KinematicModel(TorchKinematic.load(path, CPU)), CPU)
    return Retargeter(model, PaperModel(*load_paper(path, CPU)), CPU)


def _cold_starts(model: Model, starts: int) -> list[str]:
    with TemporaryDirectory() as folder:
        copy = Path(folder) / ADDON.name
        shutil.copytree(ADDON, copy, ignore=shutil.ignore_patterns("__pycache__"))
        for one in Model:
            path = copy / FOLDER.relative_to(ADDON) / f"{one}.npz"
            add_graphs(path, {})
            list_anew(path)
        runs = [lambda addon=addon: _first_frame(addon, model) for addon in (ADDON, copy)]
        onnx, other = by_turns(runs, starts)
    return [f"`{model}`", f"{onnx:.2f}", f"{other:.2f}", f"{onnx / other:.2f}"]


def _first_frame(addon: Path, model: Model) -> None:
    connection.PACKAGE = addon
    try:
        client.start(client.RetargetRequest(figure(1), model=model), Path(sys.executable)).wait()
    finally:
        client.stop()
        connection.PACKAGE = ADDON


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.backends", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="threads of the CPU, in turn")
    parser.add_argument("--turns", type=int, default=15, help="how often each is timed (default: %(default)s)")
    parser.add_argument("--starts", type=int, default=5, help="how many workers are started (default: %(default)s)")
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("docs/PERFORMANCE.md"),
        help="the page to write the table into (default: %(default)s)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
