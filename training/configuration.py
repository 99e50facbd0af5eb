"""A training configuration: one small TOML file, checked whole before the first step."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from blender_addon.core.networks.paper import MOTION_STRIDE, SHORTEST, reconstructable_length

from .cameras import CameraSampler
from .corruption import Corruption
from .variety import Variety

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
    variety: Variety = field(default_factory=Variety)

    def __post_init__(self) -> None:
        if self.steps < 1 or self.quartets < 1 or not self.frames or min(self.frames) < 2:
            raise ValueError("A training configuration needs at least one step, one quartet and clips of two frames; raise `steps`, `quartets` or `frames`.")
        if any(count % 2 for count in self.frames):
            raise ValueError("Every number in `frames` must be even; round it up.")
        if self.model is Model.PAPER and any(count != reconstructable_length(count) for count in self.frames):
            raise ValueError(f"Every number in `frames` of the paper's network must be a multiple of {MOTION_STRIDE} and at least {SHORTEST}; round it up.")

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
        raise ValueError(f"The training configuration {path} is not valid TOML ({error}); mend it.") from error
    try:
        return _section(table, Configuration)
    except ValueError as error:
        raise ValueError(f"The training configuration {path} cannot be used ({error}); mend that setting.") from error


_Section = TypeVar("_Section")

_KINDS: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    Model: " or ".join(Model),
    tuple[int, ...]: "a list of whole numbers",
    tuple[float, float]: "a list of two numbers",
    Mapping[str, float]: "a table of numbers",
}
"""The types that settings have, in words."""


def _section(table: Any, kind: type[_Section], name: str = "") -> _Section:
    """A TOML table as the dataclass that it sets; `name` is what it stands under. Raises ValueError, half a sentence, where it cannot be."""
    if not isinstance(table, dict):
        raise ValueError(f"`{name}` must be a table, not {table!r}")
    kinds = get_type_hints(kind)
    names = {setting: f"{name}.{setting}" if name else setting for setting in (*kinds, *table)}
    for setting in table:
        if setting not in kinds:
            raise ValueError(f"`{names[setting]}` is no setting")
    for entry in fields(kind):  # type: ignore[arg-type]
        if entry.name not in table and entry.default is MISSING and entry.default_factory is MISSING:
            raise ValueError(f"`{names[entry.name]}` is missing")
    return kind(**{setting: _setting(value, kinds[setting], names[setting]) for setting, value in table.items()})


def _setting(value: Any, kind: Any, name: str) -> Any:
    """A TOML value as the type that its setting has."""
    if is_dataclass(kind):
        return _section(value, kind, name)  # type: ignore[arg-type]
    form, parts = get_origin(kind), get_args(kind)
    if form is tuple and isinstance(value, list) and (parts[-1] is Ellipsis or len(parts) == len(value)) and all(_is_a(item, parts[0]) for item in value):
        return tuple(parts[0](item) for item in value)
    if form is Mapping and isinstance(value, dict):
        return {key: _setting(item, parts[1], f"{name}.{key}") for key, item in value.items()}
    if form is None and _is_a(value, kind):
        return kind(value)
    raise ValueError(f"`{name}` must be {_KINDS[kind]}, not {value!r}")


def _is_a(value: Any, kind: Any) -> bool:
    """Whether TOML wrote a value of this type: a whole number will do for any number, true and false for none."""
    return value in list(Model) if kind is Model else type(value) is kind or (kind is float and type(value) is int)
