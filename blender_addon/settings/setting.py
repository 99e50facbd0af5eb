"""How a setting is declared, and what a topic of settings is.

A topic is a frozen dataclass whose fields are declared with the functions of `kinds.py`:

    @dataclass(frozen=True)
    class TimingSettings(Topic):
        group = "timing"
        speed: float = number(1.0, "Speed", word="speed", least=0.1, most=10.0)
        "How much faster than it was filmed"

From these lines follow the property `scene.retarget2d.timing.speed`, its row in the panel, the option `--speed`, its line
in the manual, and `TimingSettings.of(scene.retarget2d).speed`, which the bake reads.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple, Self, cast

SETTING = "setting"
"""The key of a field's metadata that holds its Setting."""


class Property(NamedTuple):
    """A property in Blender: its identifier, the function of bpy.props that makes it, and that function's arguments."""

    name: str
    kind: str
    arguments: dict[str, Any]


class Option(NamedTuple):
    """An option of a command line: its word with dashes, old words that are still read, and the arguments of argparse."""

    word: str
    old_words: tuple[str, ...]
    arguments: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What all settings have; `kinds.py` has the kinds.

    Args:
        default: The value that the bake reads where nothing was set.
        label: Its name in the panel.
        description: Its tooltip, without a full stop; where empty, the docstring below its field.
        word: Its option, without dashes; empty where the option of another setting sets it too.
        set_by: The word of that other option.
        old_words: Earlier words of the option, with dashes, still read.
        metavar: What `--help` calls its value.
        name: The property's identifier, for good; empty for the name of the field.
        group: The property group that holds it; None for its topic's.
        motion: It changes the motion, which is made anew when it changes.
        applies: Whether it has a say, by the values of its topic; it is shown only then.
        targets: The bake targets that it is for, by identifier; empty for all. It is greyed where none of them is
            chosen.
        used: Whether anything uses it, by the settings of a scene; where not, it is greyed.
        placeholder: What its empty field says.
        animated: It may be keyed over time, and its row has the dot for that.
        drawn: The panel draws its row; False where a panel draws it in its own way.
    """

    default: Any = None
    label: str = ""
    description: str = ""
    word: str = ""
    set_by: str = ""
    old_words: tuple[str, ...] = ()
    metavar: str = "VALUE"
    name: str = ""
    group: str | None = None
    motion: bool = False
    applies: Callable[[Any], bool] | None = None
    targets: frozenset[str] = frozenset()
    used: Callable[[Any], bool] | None = None
    placeholder: str = ""
    animated: bool = False
    drawn: bool = True

    def properties(self) -> tuple[Property, ...]:
        """The properties in Blender that hold it."""
        raise NotImplementedError

    def read(self, group: Any) -> Any:
        """The value that the bake reads, from the group that holds the properties."""
        return self.of_property(getattr(group, self.name))

    def assigned(self, value: Any) -> dict[str, Any]:
        """What properties are set to for a value, each by its path below the scene's settings."""
        return {self.path: self.to_property(value)}

    def of_property(self, value: Any) -> Any:
        """A property's value, as the bake reads it."""
        return value

    def to_property(self, value: Any) -> Any:
        """The other way round."""
        return value

    def options(self) -> tuple[Option, ...]:
        """The options of the command line that set it; none where another setting's does."""
        return (self.option(),) if self.word else ()

    def option(self, **arguments: Any) -> Option:
        """The option `--WORD`, with arguments of argparse beside the usual ones."""
        told = f"{self.description[:1].lower()}{self.description[1:]}".replace("%", "%%")
        usual = {"dest": self.path, "default": None, "help": told, "type": self.parse, "metavar": self.metavar}
        return Option(f"--{self.word}", self.old_words, usual | arguments)

    def parse(self, text: str) -> Any:
        """The value that a text of the command line means; argparse.ArgumentTypeError where it means none."""
        raise NotImplementedError

    def given(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """What properties are set to by parsed arguments, each by its path; nothing where none of its options was
        given.
        """
        value = options.get(self.path)
        return self.assigned(value) if value is not None else {}

    def said(self, value: Any) -> str:
        """A value as the command line spells it."""
        return str(value)

    @property
    def path(self) -> str:
        """Where its property is below the scene's settings; what its value is called among parsed arguments too."""
        return path_of(self.group, self.name)

    def _property(self, kind: str, **arguments: Any) -> Property:
        return Property(self.name, kind, {"name": self.label, "description": self.description} | arguments)


def declared(setting: Setting) -> Any:
    """The field of a topic that a setting is declared by."""
    if setting.default.__hash__ is None:
        return field(default_factory=lambda: setting.default, metadata={SETTING: setting})
    return field(default=setting.default, metadata={SETTING: setting})


class Topic:
    """Settings that belong together.

    `group` is the property group that holds them ('' for the scene's own), `heading` stands above them.
    """

    group: ClassVar[str] = ""
    heading: ClassVar[str] = ""

    @classmethod
    def settings(cls) -> dict[str, Setting]:
        """Its settings by the names of its fields, each with its identifier and group filled in."""
        return _settings_of(cast(Any, cls))

    @classmethod
    def of(cls, chosen: Any) -> Self:
        """Read the properties of a scene, `scene.retarget2d`, as far as they are in force."""
        read = {name: setting.read(group_in(chosen, setting)) for name, setting in cls.settings().items()}
        return cls(**read).in_force()

    def in_force(self) -> Self:
        """The same with the default of each setting that has no say, as the others stand."""
        values = {
            name: getattr(self, name) if self.applies(name) else setting.default
            for name, setting in self.settings().items()
        }
        return type(self)(**values)

    def asked(self) -> tuple[Any, ...]:
        """The values that change the motion: what a motion is remembered by."""
        return tuple(getattr(self, name) for name, setting in self.settings().items() if setting.motion)

    def applies(self, name: str) -> bool:
        """Whether a setting has a say, as the others stand."""
        applies = self.settings()[name].applies
        return applies is None or applies(self)


@cache
def _settings_of(topic: Any) -> dict[str, Setting]:
    found = {one.name: (cast(Setting, one.metadata[SETTING])) for one in fields(topic) if SETTING in one.metadata}
    told = _docstrings_of(topic)
    return {
        name: replace(
            setting,
            name=setting.name or name,
            group=topic.group if setting.group is None else setting.group,
            description=setting.description or told.get(name, ""),
        )
        for name, setting in found.items()
    }


def _docstrings_of(topic: type) -> dict[str, str]:
    """The docstring below each field of a class. Python does not keep them, so they are read from the source."""
    module = ast.parse(inspect.getsource(sys.modules[topic.__module__]))
    written = next(one for one in module.body if isinstance(one, ast.ClassDef) and one.name == topic.__name__)
    return {
        ast.unparse(one.target): " ".join(str(below.value.value).split())
        for one, below in pairwise(written.body)
        if isinstance(one, ast.AnnAssign) and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
    }


def path_of(group: str | None, name: str) -> str:
    """A property's path below a scene's settings."""
    return f"{group}.{name}" if group else name


def group_in(chosen: Any, setting: Setting) -> Any:
    """The property group that holds a setting, below a scene's."""
    return getattr(chosen, setting.group) if setting.group else chosen
