"""What each part of the training is worth: train without it in turn, on equal short budgets, and compare: `python -m
training.ablate --data FOLDER`.

Stopped and started again with the same options, it goes on where it was. Writes ABLATION.md.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from blender_addon.core.gaps.interpolation import interpolate_gaps
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.retargeting import Retargeter

from .configuration import Configuration, load_configuration
from .documents import replace_section, table
from .evaluate import count_above_zero, held_out_motion, motion_of
from .evaluation.cases import Task, film
from .evaluation.comparison import Comparison, Score
from .evaluation.conditions import WINDOW, Column, Given, Target, condition_named
from .evaluation.draws import Lot
from .evaluation.methods import Network, Row, Sources
from .evaluation.prediction import Method, Prediction
from .evaluation.report import hidden_errors, mean_of
from .motion_library import MotionLibrary
from .motion_sources import add_motion_arguments
from .train import training_device
from .trainer import Trainer

log = logging.getLogger("training")

STEPS, QUARTETS, CASES = 1500, 8, 32
CONDITIONS = ("yaw180", "noise", "missing")
TARGETS = tuple(Target(column, Given.CLIP) for column in (Column.BODY, Column.VIEW, Column.BOTH))
WEIGHTS = "weights.npz"
PAGE, SECTION, TITLE = "ABLATION.md", "ablation", "Ablation"


@dataclass(frozen=True)
class Variant:
    """A way to train: what is replaced in the configuration's loss `weights`, `corruption`, `cameras` and `variety`,
    and the discriminator's weight.
    """

    name: str
    title: str
    weights: Mapping[str, float] = field(default_factory=dict)
    corruption: Mapping[str, Any] = field(default_factory=dict)
    cameras: Mapping[str, Any] = field(default_factory=dict)
    variety: Mapping[str, Any] = field(default_factory=dict)
    adversarial: float = 0.0

    def of(self, configuration: Configuration) -> Configuration:
        """The configuration with this variant's changes."""
        return replace(
            configuration,
            weights={**configuration.weights, **self.weights},
            corruption=replace(configuration.corruption, **self.corruption),
            cameras=replace(configuration.cameras, **self.cameras),
            variety=replace(configuration.variety, **self.variety),
            adversarial=self.adversarial,
        )

    @property
    def sees_confidence(self) -> bool:
        """Whether the network is told what was seen; where it never was in training, it is not when it is judged."""
        return self.corruption.get("untold", 0.0) < 1


VARIANTS: tuple[Variant, ...] = (
    Variant("full", "everything, no discriminator"),
    Variant(
        "triplet",
        "without the triplet losses",
        weights={"triplet_motion": 0.0, "triplet_skeleton": 0.0, "triplet_view": 0.0},
    ),
    Variant("adversarial", "with the discriminator, at a weight of 0.05", adversarial=0.05),
    Variant("foot", "without the foot velocity loss", weights={"foot_velocity": 0.0}),
    Variant(
        "augmentation",
        "without augmentation: no noise, swaps or gaps, no made variety, cameras level, upright and orthographic",
        corruption={"clean": 1.0},
        cameras={"level": 1.0, "upright": 1.0, "orthographic": 1.0},
        variety={"share": 0.0, "held": 0.0},
    ),
    Variant(
        "confidence",
        "without confidence: gaps bridged by curves, everything said to be seen",
        corruption={"untold": 1.0},
    ),
)
VARIANT_NAMES: tuple[str, ...] = tuple(variant.name for variant in VARIANTS)


@dataclass(frozen=True)
class Unconfident:
    """A method that is not told what was seen: gaps are filled for it, and every confidence is 1."""

    method: Method

    def __call__(self, tasks: Sequence[Task]) -> list[Prediction]:
        """The method's answers to the filled clips."""
        return self.method([replace(task, source=_certain(task.source)) for task in tasks])


def _certain(poses: PoseSequence) -> PoseSequence:
    filled = interpolate_gaps(poses.positions, poses.seen)
    return replace(poses, positions=filled, confidence=np.ones_like(poses.confidence))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where all variants were trained and compared."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = _parser().parse_args(arguments)
    try:
        if options.threads:
            torch.set_num_threads(options.threads)
        library = motion_of(options)
        variants = [variant for variant in VARIANTS if variant.name in options.variants]
        configuration = replace(load_configuration(options.config), steps=options.steps, quartets=options.quartets)
        rows = [_row(variant, configuration, library, options) for variant in variants]
        page = options.output / PAGE
        replace_section(page, SECTION, _report(rows, _scores(rows, library, options), options), TITLE)
    except (ValueError, OSError) as error:
        log.error("%s", error)
        return 1
    log.info("written: %s", page)
    return 0


def _row(variant: Variant, configuration: Configuration, library: MotionLibrary, options: argparse.Namespace) -> Row:
    """The variant as a method, trained now unless it was before.

    Its run folder is named for all that makes it what it is.
    """
    changed = variant.of(configuration)
    digest = hashlib.sha256(f"{changed} {options.seed}".encode()).hexdigest()[:10]
    run = options.run / f"{variant.name}-{digest}"
    weights = run / WEIGHTS
    if weights.exists():
        log.info("%s: trained before, in %s", variant.name, run)
    else:
        log.info("%s: %d steps, in %s", variant.name, changed.steps, run)
        device = training_device(options.device)
        trainer = Trainer(
            changed, library.training(), held_out_motion(library), device=device, run=run, seed=options.seed
        )
        trainer.train()
        trainer.export(weights)
    return Row(variant.name, variant.title, variant.title, partial(_method, variant, changed, weights))


def _method(variant: Variant, configuration: Configuration, weights: Path, sources: Sources) -> Method:
    network = Network(Retargeter.load(configuration.model, device=sources.device, weights=weights))
    return network if variant.sees_confidence else Unconfident(network)


def _scores(rows: Sequence[Row], library: MotionLibrary, options: argparse.Namespace) -> list[Score]:
    comparison = Comparison(rows, Sources(data=None, device=options.device))
    draws = Lot(held_out_motion(library)).cases(options.cases, WINDOW)
    with tqdm(total=len(CONDITIONS) * len(TARGETS) * len(rows), unit="column", desc="evaluating") as progress:
        return [
            score
            for name in CONDITIONS
            for score in comparison.scores(
                [film(draw, condition_named(name)) for draw in draws], progress, targets=TARGETS
            )
        ]


def _report(rows: Sequence[Row], scores: Sequence[Score], options: argparse.Namespace) -> str:
    head = [
        "% of height",
        *(f"{condition} {target.column}" for condition in CONDITIONS for target in TARGETS),
        "missing joints",
        "jitter",
    ]
    body = []
    for row in rows:
        own = [score for score in scores if score.row == row.name]
        cells = [
            mean_of(s.error for s in own if (s.condition, s.target) == (condition, target))
            for condition in CONDITIONS
            for target in TARGETS
        ]
        cells += [hidden_errors(own)[0], mean_of(score.jitter for score in own)]
        body.append([row.title, *("–" if cell is None else f"{cell:.2f}" for cell in cells)])
    explained = (
        f"Made by `python -m training.ablate --data DATA_FOLDER --config {options.config} --steps {options.steps} --quartets {options.quartets} --cases "
        f"{options.cases}`: every row is trained from nothing with the same seed and budget, far short of convergence. {options.cases} cases as in "
        "EVALUATION.md, targets given by a clip; beside them the error over the missing joints and frames alone, and the mean jitter. A difference that "
        "another seed would undo says nothing: read the large ones."
    )
    return f"{explained}\n\n{table(head, body)}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.ablate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_motion_arguments(parser)
    parser.add_argument(
        "--config", default="kinematic", help="kinematic, paper, or a .toml file (default: %(default)s)"
    )
    parser.add_argument(
        "--variants",
        nargs="+",
        choices=VARIANT_NAMES,
        default=list(VARIANT_NAMES),
        metavar="VARIANT",
        help=f"of {', '.join(VARIANT_NAMES)}",
    )
    parser.add_argument(
        "--steps", type=count_above_zero, default=STEPS, help="steps each variant is trained for (default: %(default)s)"
    )
    parser.add_argument(
        "--quartets", type=count_above_zero, default=QUARTETS, help="quartets a step (default: %(default)s)"
    )
    parser.add_argument(
        "--cases", type=count_above_zero, default=CASES, help="cases a condition (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument("--threads", type=count_above_zero, help="CPU threads (default: torch's choice)")
    parser.add_argument(
        "--run",
        type=Path,
        default=Path("build/training/ablation"),
        help="folder for checkpoints (default: %(default)s)",
    )
    parser.add_argument(
        "--output", type=Path, default=Path("docs"), help="folder for ABLATION.md (default: %(default)s)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
