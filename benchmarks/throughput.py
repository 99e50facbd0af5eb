"""Frames a second of retargeting, beside the official network: `python -m benchmarks.throughput --data FOLDER`.

Every clip goes onto the body and into the view of another clip, in one process. Writes a table into
docs/PERFORMANCE.md.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import torch

from blender_addon.core.networks.backends import chosen_device
from blender_addon.core.networks.inference import Device
from blender_addon.core.networks.paper_channels import MOTION_CHANNELS
from blender_addon.core.networks.paper_network import PaperNetwork
from blender_addon.core.onnx_sessions import onnxruntime_version
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.retargeting import Retargeter
from blender_addon.core.skeleton import BONE_COUNT, BONE_PATHS, JOINT_COUNT
from training.documents import replace_section, table
from training.motion_sources import DATA_VARIABLE

log = logging.getLogger("benchmarks")

FPS = 30.0
LEAST_REPEATS = 3
OFFICIAL_NETWORK = "official network alone"
OFFICIAL_PIPELINE = "LCM, official weights"

BONES_PIXELS = (55, 160, 50, 90, 80, 50, 90, 80, 30, 130, 130, 30, 130, 130)
"""Bone lengths of the figure that is retargeted."""
BONES_DOWN = (180, 180, 90, 15, 5, -90, -15, -5, 90, 5, -5, -90, -5, 5)
"""Degrees from straight down, towards the picture's left, that its bones hang at."""


@dataclass(frozen=True)
class Load:
    """So many clips of so many frames."""

    name: str
    clips: int
    frames: int


WINDOW = Load("one clip of 120 frames", 1, 120)
MANY = Load("16 clips of 120 frames", 16, 120)
LONG_FRAMES = 6000


@dataclass(frozen=True)
class Contender:
    """Something that retargets; `prepare` gives, for a load, what is to be timed."""

    name: str
    prepare: Callable[[Load], Callable[[], object]]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where everything was measured."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = _parser().parse_args(arguments)
    try:
        device = chosen_device(options.device)
        loads = (WINDOW, Load(f"one clip of {options.long} frames", 1, options.long), MANY)
        sections = []
        for threads in options.threads if device.type == "cpu" else options.threads[:1]:
            torch.set_num_threads(threads)
            contenders = list(_contenders(options, device, threads))
            sections.append(_section(contenders, loads, threads, device, seconds=options.seconds))
    except (ValueError, OSError) as error:
        log.error("%s", error)
        return 1
    text = "\n\n".join((_introduction(device), *sections))
    replace_section(options.output, f"throughput-{device.type}", text, "Performance")
    log.info("%s\n\nwritten: %s", text, options.output)
    return 0


def figure(frames: int, phase: float = 0.0) -> PoseSequence:
    """A figure that swings its limbs and walks to the right: no two frames are alike."""
    seconds = np.arange(frames)[:, None] / FPS
    swing = 40 * np.sin(2 * np.pi * (0.5 + 0.07 * np.arange(BONE_COUNT)) * seconds + phase + np.arange(BONE_COUNT))
    angles = np.radians(np.array(BONES_DOWN) + swing)
    bones = np.stack((-np.sin(angles), np.cos(angles)), axis=-1) * np.array(BONES_PIXELS)[:, None]
    walk = np.stack((400 + 300 * np.sin(0.3 * seconds), 540 + 10 * np.sin(5 * seconds)), axis=-1)
    positions = (BONE_PATHS @ bones + walk).astype(np.float32)
    return PoseSequence(positions, np.ones((frames, JOINT_COUNT), dtype=np.float32), FPS, (1920, 1080))


def frames_a_second(run: Callable[[], object], frames: int, seconds: float) -> float:
    """The median over as many runs as go into `seconds`, three at least, after one that does not count."""
    run()
    took: list[float] = []
    while len(took) < LEAST_REPEATS or sum(took) < seconds:
        began = time.perf_counter()
        run()
        took.append(time.perf_counter() - began)
    return frames / median(took)


def _contenders(options: argparse.Namespace, device: Device, threads: int) -> Iterator[Contender]:
    yield Contender(OFFICIAL_NETWORK, lambda load: _network(load, device))
    official = options.data / "baselines" / "lcm" if options.data else None
    if official is not None:
        yield _pipeline(OFFICIAL_PIPELINE, Retargeter.load("paper", options.device, official))
    else:
        log.warning(
            "The official weights are left out; name the folder that holds baselines/lcm with --data or $%s.",
            DATA_VARIABLE,
        )
    for model, weights in (("paper", options.paper_weights), ("kinematic", options.kinematic_weights)):
        retargeter = Retargeter.load(model, options.device, weights, threads=threads)
        yield _pipeline(f"our `{model}`", retargeter)


def _network(load: Load, device: Device) -> Callable[[], object]:
    """Three encoders and a decoder, channels to channels; what its weights are does not change its speed."""
    network = PaperNetwork().eval().to(device.type)
    source, target = (torch.randn(load.clips, MOTION_CHANNELS, load.frames, device=device.type) for _ in range(2))

    def run() -> object:
        with torch.inference_mode():
            return network(source, target, target).cpu()

    return run


def _pipeline(name: str, retargeter: Retargeter) -> Contender:
    """Poses to poses."""

    def prepare(load: Load) -> Callable[[], object]:
        sources = [figure(load.frames, phase=float(clip)) for clip in range(load.clips)]
        targets = [figure(min(load.frames, WINDOW.frames), phase=100.0 + clip) for clip in range(load.clips)]
        return lambda: retargeter.retarget_many(sources, targets, targets)

    return Contender(name, prepare)


def _section(
    contenders: Sequence[Contender], loads: Sequence[Load], threads: int, device: Device, *, seconds: float
) -> str:
    rates = {
        (contender.name, load): frames_a_second(contender.prepare(load), load.clips * load.frames, seconds)
        for contender in contenders
        for load in loads
    }
    head = ["frames a second", *(load.name for load in loads), f"times the {OFFICIAL_NETWORK}, {WINDOW.name}"]
    reference = rates[OFFICIAL_NETWORK, WINDOW]
    body = [
        [
            contender.name,
            *(f"{rates[contender.name, load]:,.0f}" for load in loads),
            f"{rates[contender.name, WINDOW] / reference:.2f}",
        ]
        for contender in contenders
    ]
    title = f"{threads} thread{'s' if threads > 1 else ''}" if device.type == "cpu" else str(device)
    return f"#### {title}\n\n{table(head, body)}"


def _introduction(device: Device) -> str:
    return (
        f"### Retargeting on {machine(device)}\n\n"
        f"Made by `python -m benchmarks.throughput --data DATA_FOLDER`, onnxruntime {onnxruntime_version()}, and torch {torch.__version__} for the official "
        "network. Each clip goes onto the body and into the view of another clip; frames of the source count. "
        f"*{OFFICIAL_NETWORK}* takes normalised channels and gives normalised channels; the others take poses and give poses, with all that lies between."
    )


def machine(device: Device) -> str:
    """The name of the processor or the GPU."""
    if device.type == "cuda":
        return str(torch.cuda.get_device_name(device.type))
    described = Path("/proc/cpuinfo")
    lines = described.read_text(encoding="utf-8").splitlines() if described.exists() else []
    name = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    return f"{name}, {os.cpu_count()} cores"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.throughput",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    data = os.environ.get(DATA_VARIABLE)
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(data) if data else None,
        help=f"folder that holds baselines/lcm (default: ${DATA_VARIABLE})",
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="cpu")
    parser.add_argument(
        "--threads",
        type=int,
        nargs="+",
        default=sorted({1, os.cpu_count() or 1}),
        help="CPU threads, measured in turn (default: 1 and all)",
    )
    parser.add_argument("--long", type=int, default=LONG_FRAMES, help="frames of the long clip (default: %(default)s)")
    parser.add_argument(
        "--seconds", type=float, default=3.0, help="how long to measure each number (default: %(default)s)"
    )
    parser.add_argument("--paper-weights", type=Path, help="other weights than our own `paper`")
    parser.add_argument("--kinematic-weights", type=Path, help="other weights than our own `kinematic`")
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("docs/PERFORMANCE.md"),
        help="the page to write the table into (default: %(default)s)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
