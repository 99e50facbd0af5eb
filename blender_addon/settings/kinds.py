"""The kinds of settings: what each is in a property and on a command line, and how a topic declares it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from math import degrees, inf, isfinite, radians
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Self, TypeVar

from ..core.shown import quoted
from .setting import Option, Property, Setting, declared, path_of

_Value = TypeVar("_Value", bound=Enum)
_Chosen = TypeVar("_Chosen")

NONE = "none"
"""The word for no object, and for none of several."""


class Choice(StrEnum):
    """The values of a setting that is one of several, or some of them.

    A member is `NAME = "IDENTIFIER", "Label", "Description"`, and where they are needed its word on the command line,
    its icon, and its number in a .blend file. Identifiers and numbers stay as they are for good: saved files hold them.
    """

    label: str
    description: str
    word: str
    icon: str
    number: int | None

    def __new__(  # noqa: PLR0917 - an enum member is its arguments
        cls,
        identifier: str,
        label: str,
        description: str,
        word: str = "",
        icon: str = "NONE",
        number: int | None = None,
    ) -> Self:
        """A member that is the identifier, and knows the rest."""
        member = str.__new__(cls, identifier)
        member._value_ = identifier
        member.label, member.description, member.word = label, description, word or word_of(identifier)
        member.icon, member.number = icon, number
        return member


def word_of(identifier: str) -> str:
    """An identifier as the command line spells it: AS_FILMED is as-filmed."""
    return identifier.lower().replace("_", "-")


class Item(NamedTuple):
    """One value of an enum property: its identifier and words, and the `value` that the bake reads."""

    identifier: str
    label: str
    description: str
    word: str
    icon: str
    number: int
    value: Any


def items_of(choices: Iterable[Choice]) -> tuple[Item, ...]:
    """The items of an enum of choices, numbered in their order where they say no numbers."""
    numbered = [(one, at if one.number is None else one.number) for at, one in enumerate(choices)]
    return tuple(
        Item(one.value, one.label, one.description, one.word, one.icon, number, one) for one, number in numbered
    )


def labelled(labels: Mapping[_Value, tuple[str, str]]) -> tuple[Item, ...]:
    """The items of an enum of the core, with a label and a description each; their identifiers are their names."""
    return tuple(
        Item(one.name, *told, word_of(one.name), "NONE", at, one) for at, (one, told) in enumerate(labels.items())
    )


class Block(NamedTuple):
    """A data-block that outlives undo: found again by its session uid, whatever it is called by then."""

    uid: int
    name: str

    def __eq__(self, other: object) -> bool:
        """The same data-block."""
        return isinstance(other, Block) and self.uid == other.uid

    def __hash__(self) -> int:
        """By the uid."""
        return hash(self.uid)

    @classmethod
    def of(cls, block: Any) -> Block:
        """Remember the data-block."""
        return cls(block.session_uid, block.name)


@dataclass(frozen=True, kw_only=True)
class Switch(Setting):
    """On or off: `--word` and `--no-word`."""

    def properties(self) -> tuple[Property, ...]:
        return (self._property("BoolProperty", default=self.default),)

    def option(self, **arguments: Any) -> Option:
        made = super().option(action=argparse.BooleanOptionalAction)
        return made._replace(
            arguments={name: value for name, value in made.arguments.items() if name not in {"type", "metavar"}}
        )

    def said(self, value: bool) -> str:
        return "on" if value else "off"


@dataclass(frozen=True, kw_only=True)
class Number(Setting):
    """A number from `least` to `most`.

    `subtype` is Blender's; an ANGLE is in radians but for the command line and `least` and `most`. `scale` is what one
    of the property's units is for the bake: 0.01 for percent. `asked` is the range on the command line, where the
    property's is wider. `decimals`: the bake reads it rounded to so many, since a property holds single precision.
    """

    least: float = -inf
    most: float = inf
    soft: tuple[float | None, float | None] = (None, None)
    asked: tuple[float, float] | None = None
    subtype: str = "NONE"
    scale: float = 1.0
    precision: int | None = None
    step: int | None = None
    decimals: int | None = None
    metavar: str = "N"

    kind: ClassVar[str] = "FloatProperty"
    noun: ClassVar[str] = "number"
    largest: ClassVar[float] = 3e38
    """Blender holds no larger one."""

    def properties(self) -> tuple[Property, ...]:
        soft_least, soft_most = self.soft
        least, most = (self._turned(limit) if isfinite(limit) else None for limit in (self.least, self.most))
        told = {
            "min": least,
            "max": most,
            "soft_min": soft_least,
            "soft_max": soft_most,
            "precision": self.precision,
            "step": self.step,
        }
        limits = {name: value for name, value in told.items() if value is not None}
        return (self._property(self.kind, default=self.to_property(self.default), subtype=self.subtype, **limits),)

    def _turned(self, number: float) -> float:
        """Radians of degrees, for an angle."""
        return radians(number) if self.subtype == "ANGLE" else number

    def of_property(self, value: float) -> float:
        return value * self.scale if self.decimals is None else round(value * self.scale, self.decimals)

    def to_property(self, value: float) -> float:
        return value / self.scale

    def parse(self, text: str) -> float:
        try:
            number = self._number(text)
        except ValueError:
            number = inf
        least, most = self.asked or (self.least, self.most)
        if self.largest < abs(number) < inf:
            raise argparse.ArgumentTypeError(f"{quoted(text)} is too large a {self.noun}, give a smaller one")
        if not (least <= number <= most and isfinite(number)):
            limits = f"from {least:g} to {most:g}" if isfinite(most) else f"of at least {least:g}"
            raise argparse.ArgumentTypeError(f"{quoted(text)} is no {self.noun} {limits}")
        return self.of_property(self._turned(number))

    def _number(self, text: str) -> float:
        return float(text)

    def said(self, value: float) -> str:
        shown = self.to_property(value)
        return f"{degrees(shown) if self.subtype == 'ANGLE' else shown:.6g}"


@dataclass(frozen=True, kw_only=True)
class Whole(Number):
    """A whole number; `words` are numbers that have a name on the command line."""

    words: Mapping[str, int] = field(default_factory=dict)

    kind: ClassVar[str] = "IntProperty"
    noun: ClassVar[str] = "whole number"
    largest: ClassVar[float] = 2**31 - 1
    """Blender holds no larger one."""

    def of_property(self, value: float) -> int:
        return int(value)

    def to_property(self, value: float) -> int:
        return int(value)

    def parse(self, text: str) -> int:
        if text in self.words:
            return self.words[text]
        try:
            return int(super().parse(text))
        except argparse.ArgumentTypeError as error:
            raise argparse.ArgumentTypeError(f"{error}{''.join(f', nor {word}' for word in self.words)}") from error

    def _number(self, text: str) -> float:
        return int(text)

    def said(self, value: float) -> str:
        return next((word for word, number in self.words.items() if number == value), str(value))


@dataclass(frozen=True, kw_only=True)
class NumberOrNone(Number):
    """A number above 0; the property's 0, and `own` on the command line, stand for None: what the file says itself."""

    least: float = 0.0

    def of_property(self, value: float | None) -> float | None:  # type: ignore[override]
        return value or None

    def to_property(self, value: float | None) -> float:
        return value or 0.0

    def parse(self, text: str) -> float:
        """A number above 0, or 0 for own, so that it counts as given."""
        if text == "own":
            return 0.0
        number = super().parse(text)
        if not number:
            raise argparse.ArgumentTypeError(
                f"{quoted(text)} is no {self.noun} above 0 and at most {self.most:g}, nor own"
            )
        return number

    def said(self, value: float | None) -> str:
        return f"{value:g}" if value else "own"


@dataclass(frozen=True, kw_only=True)
class Automatic(Setting):
    """A number that is used only where a switch says so: another property, `flag`. Where the flag is `flag_unused` the
    value is `unused`.

    `unused_word` stands for that on the command line.
    """

    inner: Number
    flag: Switch
    flag_unused: bool = True
    unused: Any = None
    unused_word: str = "auto"

    def properties(self) -> tuple[Property, ...]:
        number = replace(self.inner, name=self.name, label=self.label, description=self.description)
        return (*self.flag.properties(), *number.properties())

    def read(self, group: Any) -> Any:
        return (
            self.unused
            if getattr(group, self.flag.name) == self.flag_unused
            else self.inner.of_property(getattr(group, self.name))
        )

    def assigned(self, value: Any) -> dict[str, Any]:
        """The switch, and the number where there is one: the old one stays for when it is switched on again."""
        used = value not in (self.unused, self.unused_word)
        switched = {path_of(self.group, self.flag.name): self.flag_unused != used}
        return switched | ({self.path: self.inner.to_property(value)} if used else {})

    def option(self, **arguments: Any) -> Option:
        return super().option(metavar=f"{self.inner.metavar}|{self.unused_word}")

    def parse(self, text: str) -> Any:
        if text == self.unused_word:
            return self.unused_word
        try:
            return self.inner.parse(text)
        except argparse.ArgumentTypeError as error:
            raise argparse.ArgumentTypeError(f"{error}, nor {self.unused_word}") from error

    def said(self, value: Any) -> str:
        return self.unused_word if value == self.unused else self.inner.said(value)


@dataclass(frozen=True, kw_only=True)
class Size(Setting):
    """Width and height in pixels; 0 for both stands for None."""

    metavar: Any = ("WIDTH", "HEIGHT")
    most: int = 65536

    def properties(self) -> tuple[Property, ...]:
        return (self._property("IntVectorProperty", size=2, min=0, max=self.most),)

    def of_property(self, value: Sequence[int]) -> tuple[int, int] | None:
        width, height = value
        return (width, height) if width and height else None

    def to_property(self, value: Sequence[int] | None) -> tuple[int, int]:
        width, height = value or (0, 0)
        if bool(width) != bool(height):
            raise ValueError(
                f"--{self.word} has one side of 0 pixels; give both sides, or 0 0 for what the file says itself."
            )
        return width, height

    def option(self, **arguments: Any) -> Option:
        return super().option(nargs=2)

    def parse(self, text: str) -> int:
        """One of the two numbers."""
        if not (text.isascii() and text.isdigit() and int(text) <= self.most):
            raise argparse.ArgumentTypeError(f"{quoted(text)} is no number of pixels up to {self.most}")
        return int(text)

    def said(self, value: Sequence[int] | None) -> str:
        return " ".join(map(str, value or (0, 0)))


@dataclass(frozen=True, kw_only=True)
class Text(Setting):
    """A line of text; blanks around it do not count."""

    default: str = ""
    metavar: str = "TEXT"

    def properties(self) -> tuple[Property, ...]:
        return (self._property("StringProperty", default=self.default),)

    def of_property(self, value: str) -> str:
        return value.strip()

    def parse(self, text: str) -> str:
        return text

    def said(self, value: str) -> str:
        return value or "empty"


@dataclass(frozen=True, kw_only=True)
class FilePath(Text):
    """The path of a file or folder; the command line makes it absolute, for the .blend file lies elsewhere."""

    metavar: str = "PATH"

    def parse(self, text: str) -> str:
        return str(Path(text).absolute())


@dataclass(frozen=True, kw_only=True)
class OneOf(Setting):
    """One of several."""

    items: tuple[Item, ...]

    def properties(self) -> tuple[Property, ...]:
        return (self._property("EnumProperty", items=self.rows, default=self.to_property(self.default)),)

    @property
    def rows(self) -> list[tuple[str, str, str, str, int]]:
        """The items as bpy.props takes them."""
        return [(item.identifier, item.label, item.description, item.icon, item.number) for item in self.items]

    @property
    def words(self) -> dict[str, Any]:
        """The values by their words on the command line."""
        return {item.word: item.value for item in self.items}

    def of_property(self, value: str) -> Any:
        return next(item.value for item in self.items if item.identifier == value)

    def to_property(self, value: Any) -> Any:
        return next(item.identifier for item in self.items if item.value == value)

    def option(self, **arguments: Any) -> Option:
        return super().option(**{"metavar": "|".join(self.words)} | arguments)

    def parse(self, text: str) -> Any:
        if text not in self.words:
            raise argparse.ArgumentTypeError(f"{quoted(text)} is none of {', '.join(self.words)}")
        return self.words[text]

    def said(self, value: Any) -> str:
        return next(item.word for item in self.items if item.value == value)


@dataclass(frozen=True, kw_only=True)
class SomeOf(OneOf):
    """Some of several, joined by commas on the command line; `old_item_words`: earlier words of values."""

    old_item_words: Mapping[str, Any] = field(default_factory=dict)

    def properties(self) -> tuple[Property, ...]:
        chosen = self.to_property(self.default)
        return (self._property("EnumProperty", items=self.rows, default=chosen, options={"ENUM_FLAG"}),)

    def of_property(self, value: Iterable[str]) -> frozenset[Any]:
        return frozenset(item.value for item in self.items if item.identifier in value)

    def to_property(self, value: Iterable[Any]) -> set[str]:
        return {item.identifier for item in self.items if item.value in value}

    def option(self, **arguments: Any) -> Option:
        return super().option(metavar=",".join(self.words))

    def parse(self, text: str) -> frozenset[Any]:
        known = self.words | dict(self.old_item_words)
        chosen = [] if text == NONE else text.split(",")
        if unknown := [word for word in chosen if word not in known]:
            raise argparse.ArgumentTypeError(
                f"{quoted(unknown[0])} is none of {', '.join(self.words)}; join several by commas"
            )
        return frozenset(known[word] for word in chosen)

    def said(self, value: Iterable[Any]) -> str:
        chosen = [item.word for item in self.items if item.value in value]
        return "all" if len(chosen) == len(self.items) else ", ".join(chosen)


@dataclass(frozen=True, kw_only=True)
class DataBlock(Setting):
    """An object of the scene, of Blender's `kind` of objects (any where empty); on the command line it goes by its
    name.

    The bake reads a Block, which is found again after undo, and None where none was chosen.
    """

    kind: str = ""
    noun: str = "object"
    metavar: str = "NAME"

    def properties(self) -> tuple[Property, ...]:
        """A pointer to an object; whoever makes it adds the type and what may be chosen."""
        return (self._property("PointerProperty"),)

    def of_property(self, value: Any) -> Block | None:
        return Block.of(value) if value is not None else None

    def parse(self, text: str) -> str:
        return text

    def found(self, objects: Mapping[str, Any], scene: str, name: str) -> Any:
        """The object of that name among those of the scene, None for `none`; ValueError where there is none of the
        kind.
        """
        known = {key: item for key, item in objects.items() if not self.kind or item.type == self.kind}
        if name not in known and name != NONE:
            others = f"choose among {', '.join(known)}" if known else "the scene has none"
            raise ValueError(f"There is no {self.noun} {name} in the scene {scene}; {others}.")
        return known.get(name)

    def said(self, value: Block | None) -> str:
        return value.name if value is not None else NONE


def switch(default: bool, label: str, description: str = "", **more: Any) -> bool:
    """Declare a Switch."""
    return declared(Switch(default=default, label=label, description=description, **more))


def number(default: float, label: str, description: str = "", **more: Any) -> float:
    """Declare a Number."""
    return declared(Number(default=default, label=label, description=description, **more))


SHARE: Mapping[str, Any] = {"least": 0.0, "most": 1.0, "subtype": "FACTOR", "metavar": "0..1"}
"""What makes a Number one from 0 to 1, drawn as a slider."""


def share(default: float, label: str, description: str = "", **more: Any) -> float:
    """Declare a share."""
    return number(default, label, description, **{**SHARE, **more})


def whole(default: int, label: str, description: str = "", **more: Any) -> int:
    """Declare a Whole."""
    return declared(Whole(default=default, label=label, description=description, **more))


def text(label: str, description: str = "", **more: Any) -> str:
    """Declare a Text."""
    return declared(Text(label=label, description=description, **more))


def one_of(default: _Chosen, label: str, description: str = "", items: tuple[Item, ...] = (), **more: Any) -> _Chosen:
    """Declare one of several, by default those of the default's enum."""
    items = items or items_of(type(default))  # type: ignore[arg-type]
    return declared(OneOf(default=default, label=label, description=description, items=items, **more))


def automatic(default: float | None, label: str, inner: Number, flag: Switch, **more: Any) -> Any:
    """Declare an Automatic: `inner` is the number, without a label, `flag` the property that says whether it is used."""
    return declared(Automatic(default=default, label=label, inner=inner, flag=flag, **more))


def data_block(label: str, description: str = "", **more: Any) -> Block | None:
    """Declare a DataBlock."""
    return declared(DataBlock(label=label, description=description, **more))
