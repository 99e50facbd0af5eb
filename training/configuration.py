"""A training configuration: one small TOML file, checked whole before the first step."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, is_dataclass
from enum import StrEnum
from inspect import Parameter, signature
from pathlib import Path
from typing import TypeVar, get_type_hints

from blender_addon.core.networks.paper_channels import MOTION_STRIDE, SHORTEST, reconstructable_length

from .bodies import BodyRanges
from .cameras import CameraSampler
from .corruption import Corruption
from .depth_evidence import DepthErrors
from .motion_augmentation import Variety

CONFIGURATIONS = Path(__file__).parent / "configurations"


class Model(StrEnum):
    """The two networks."""

    KINEMATIC = "kinematic"
    PAPER = "paper"


@dataclass(frozen=True)
class Configuration:
    """How a network is trained.

    `quartets` a step and process; `frames` a clip, one of them drawn each step; short walks and runs go on up to
    `walk_frames`, 0 where they end as captured; the learning rate rises over `warmup_steps`, holds, and falls to 0 over
    the last `decay_share` of the steps; `average` is the decay of the averaged weights that are kept; `adversarial` the
    weight of the discriminator's say, 0 for none; `dropout` that of the network's layers, None where it is as they have
    it; `weights` of the loss terms, 0 where none is given.
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
    dropout: float | None = None
    walk_frames: int = 0
    weights: Mapping[str, float] = field(default_factory=dict)
    corruption: Corruption = field(default_factory=Corruption)
    cameras: CameraSampler = field(default_factory=CameraSampler)
    variety: Variety = field(default_factory=Variety)
    bodies: BodyRanges = field(default_factory=BodyRanges)
    depth_errors: DepthErrors = field(default_factory=DepthErrors)

    def __post_init__(self) -> None:
        if self.steps < 1 or self.quartets < 1 or not self.frames or min(self.frames) < 2:
            raise ValueError(
                "A training configuration needs at least one step, one quartet and clips of two frames; raise `steps`, `quartets` or `frames`."
            )
        if any(count % 2 for count in self.frames):
            raise ValueError("Every number in `frames` must be even; round it up.")
        if self.model is Model.PAPER and any(count != reconstructable_length(count) for count in self.frames):
            raise ValueError(
                f"Every number in `frames` of the paper's network must be a multiple of {MOTION_STRIDE} and at least {SHORTEST}; round it up."
            )

    def rate(self, step: int) -> float:
        """The learning rate of a step as a part of the highest."""
        rising = min(1.0, (step + 1) / max(1, self.warmup_steps))
        falling = (self.steps - step) / max(1.0, self.decay_share * self.steps)
        return max(0.0, min(rising, falling))


def load_configuration(name: str) -> Configuration:
    """The configuration in a TOML file, or one of ours by its name (`kinematic`, `paper`).

    Raises ValueError where there is none, or where a setting is unknown, missing or of the wrong type.
    """
    path = Path(name) if name.endswith(".toml") else CONFIGURATIONS / f"{name}.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        known = ", ".join(sorted(file.stem for file in CONFIGURATIONS.glob("*.toml")))
        raise ValueError(f"There is no training configuration {path}; name a .toml file or one of {known}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"The training configuration {path} is not valid TOML ({error}); fix it.") from error
    try:
        return _section(table, Configuration)
    except ValueError as error:
        raise ValueError(f"The training configuration {path} cannot be used ({error}); fix that setting.") from error


_Value = TypeVar("_Value")
_Section = TypeVar("_Section")


def _of(value: object, kind: type[_Value]) -> _Value:
    """The value, if it is of this very type: true and false are no numbers."""
    if type(value) is not kind:
        raise TypeError
    return value


def _number(value: object) -> float:
    return float(value) if type(value) is int else _of(value, float)


def _pair(value: object) -> tuple[float, float]:
    low, high = (_number(item) for item in _of(value, list))
    return low, high


@dataclass(frozen=True)
class _Kind:
    """A type that settings have: in words, and how TOML's value becomes one; `read` raises TypeError or ValueError
    where it cannot.
    """

    words: str
    read: Callable[[object], object]

    def of(self, value: object, name: str) -> object:
        """The setting `name`. Raises ValueError, half a sentence, where the value is of another type."""
        try:
            return self.read(value)
        except (TypeError, ValueError) as error:
            raise ValueError(f"`{name}` must be {self.words}, not {value!r}") from error


_KINDS: dict[object, _Kind] = {
    int: _Kind("a whole number", lambda value: _of(value, int)),
    float: _Kind("a number", _number),
    float | None: _Kind("a number", _number),
    Model: _Kind(" or ".join(Model), lambda value: Model(_of(value, str))),
    tuple[int, ...]: _Kind("a list of whole numbers", lambda value: tuple(_of(item, int) for item in _of(value, list))),
    tuple[float, float]: _Kind("a list of two numbers", _pair),
    Mapping[str, float]: _Kind(
        "a table of numbers", lambda value: {key: _number(item) for key, item in _of(value, dict).items()}
    ),
}


def _section(table: Mapping[str, object], kind: type[_Section], prefix: str = "") -> _Section:
    """A TOML table as the dataclass that it sets. Raises ValueError, half a sentence, where it cannot be."""
    hints = get_type_hints(kind)
    if unknown := [name for name in table if name not in hints]:
        raise ValueError(f"`{prefix}{unknown[0]}` is no setting")
    required = [name for name, setting in signature(kind).parameters.items() if setting.default is Parameter.empty]
    if missing := [name for name in required if name not in table]:
        raise ValueError(f"`{prefix}{missing[0]}` is missing")
    return kind(**{name: _setting(value, hints[name], prefix + name) for name, value in table.items()})


def _setting(value: object, hint: object, name: str) -> object:
    """A TOML value as the type that its setting is declared with."""
    if not (isinstance(hint, type) and is_dataclass(hint)):
        return _KINDS[hint].of(value, name)
    if not isinstance(value, dict):
        raise ValueError(f"`{name}` must be a table, not {value!r}")
    return _section(value, hint, f"{name}.")
