"""A training configuration: one small TOML file, checked whole before the first step."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from .cameras import CameraSampler
from .corruption import Corruption

CONFIGURATIONS = Path(__file__).parent / "configurations"


class Model(StrEnum):
    """The two networks."""

    KINEMATIC = "kinematic"
    PAPER = "paper"


@dataclass(frozen=True)
class Configuration:
    """How a network is trained.

    `quartets` a step and process; `frames` a clip, one of them drawn each step; the learning rate rises over `warmup_steps`, holds, and falls
    to 0 over the last `decay_share` of the steps; `average` is the decay of the averaged weights that are kept; `adversarial` the weight of
    the discriminator's say, 0 for none; `weights` of the loss terms, 0 where none is given.
    """

    model: Model
    steps: int
    quartets: int
    frames: tuple[int, ...]
    learning_rate: float
    weight_decay: float = 0.01
    warmup_steps: int = 200
    decay_share: float = 0.35
    average: float = 0.999
    adversarial: float = 0.0
    weights: Mapping[str, float] = field(default_factory=dict)
    corruption: Corruption = field(default_factory=Corruption)
    cameras: CameraSampler = field(default_factory=CameraSampler)

    def __post_init__(self) -> None:
        if self.steps < 1 or self.quartets < 1 or not self.frames or min(self.frames) < 2:
            raise ValueError("A training configuration needs at least one step, one quartet and clips of two frames; raise `steps`, `quartets` or `frames`.")
        if any(count % 2 for count in self.frames):
            raise ValueError("Every number in `frames` must be even; round it up.")

    def rate(self, step: int) -> float:
        """The learning rate of a step as a part of the highest."""
        rising = min(1.0, (step + 1) / max(1, self.warmup_steps))
        falling = (self.steps - step) / max(1.0, self.decay_share * self.steps)
        return max(0.0, min(rising, falling))


def load_configuration(name: str) -> Configuration:
    """The configuration in a TOML file, or one of ours by its name (`kinematic`, `paper`).

    Raises ValueError where there is none, or it holds a setting that is unknown or of the wrong type.
    """
    path = Path(name) if name.endswith(".toml") else CONFIGURATIONS / f"{name}.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        known = ", ".join(sorted(file.stem for file in CONFIGURATIONS.glob("*.toml")))
        raise ValueError(f"There is no training configuration {path}; name a .toml file or one of {known}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"The training configuration {path} is not valid TOML ({error}); mend it.") from error
    return _built(table, path)


def _built(table: dict[str, Any], path: Path) -> Configuration:
    parts = {"corruption": Corruption, "cameras": CameraSampler}
    try:
        for name, kind in parts.items():
            if name in table:
                table[name] = kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in table[name].items()})
        _check_names(table)
        return Configuration(**{**table, "model": Model(table["model"]), "frames": tuple(table["frames"])})
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(f"The training configuration {path} cannot be used ({error}); mend that setting.") from error


def _check_names(table: Mapping[str, Any]) -> None:
    known = {entry.name for entry in fields(Configuration)}
    if unknown := sorted(set(table) - known):
        raise ValueError(f"unknown: {', '.join(unknown)}")
