"""Dataclasses as JSON values and named arrays, and back again.

The fields of a dataclass and their type hints declare what travels and what is kept in files; nothing else lists them.
A field holds an array, a number, a text, a path, an enum, another dataclass, a tuple of these, or None.

- `pack` and `unpack` split a value into a header (JSON values) and arrays, as messages carry it. An array is named for
  its field: `poses.landmarks.positions`, `people.0.confidence`.
- `flatten` and `build` make an array of everything, as archives keep it. What is None has no array. What an archive
  lacks gets its field's default, or is None, so that files written before a field was added stay readable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from enum import Enum
from functools import cache, cached_property
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

FRAMES = "frames"
"""The first side of an array that has a value a frame."""

_CLASS = "is"
"""The key in a header that says which dataclass is meant."""

_T = TypeVar("_T")
_Function = TypeVar("_Function", bound=Callable[..., Any])


def _once(function: _Function) -> _Function:
    """`functools.cache`, whose own hints refuse classes."""
    return cast(_Function, cache(function))


@dataclass(frozen=True)
class Shape:
    """Declares the shape of a field in its type hint: `Annotated[Array, Shape((FRAMES, 15, 2))]`.

    A side is a number, or a word for one that differs from clip to clip.
    """

    sides: tuple[int | str, ...]


@dataclass(frozen=True)
class Leaf:
    """A value that a dataclass holds, itself or inside a dataclass that is one of its fields.

    Attributes:
        path: names of the fields that lead there.
        kind: of its array: "f", "i", "U", "b" as NumPy calls them.
        shape: of its array.
        is_required: whether its own field can neither be None nor has a default.
    """

    path: tuple[str, ...]
    kind: str
    shape: tuple[int | str, ...]
    is_required: bool

    @property
    def name(self) -> str:
        """`landmarks.positions`."""
        return ".".join(self.path)

    @property
    def is_by_frame(self) -> bool:
        """Whether it has a value a frame."""
        return self.shape[:1] == (FRAMES,)


def pack(value: object) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the header and the arrays of a dataclass. Paths become absolute: the reader's working folder may be
    another one.
    """
    arrays: dict[str, NDArray[Any]] = {}
    return _packed_fields(value, "", arrays), arrays


def unpack(kind: type[_T], header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> _T:
    """Return the dataclass `kind` again. What the header says beside its fields is ignored.

    Raises:
        KeyError: a field is missing, or an enum or a union has no such member.
        TypeError: a value is not what the field's type hint says.
    """
    return _unpacked_fields(kind, header, "", arrays)


@_once
def leaves(kind: type) -> tuple[Leaf, ...]:
    """Return all values that the dataclass may hold, in the order of its fields."""
    found = []
    for field in _declared(kind):
        if field.hint.classes:
            inner = leaves(field.hint.classes[0])
            found += [replace(leaf, path=(field.name, *leaf.path)) for leaf in inner]
        else:
            found.append(Leaf((field.name,), *_array_kind(field.hint), field.is_required))
    return tuple(found)


def flatten(value: object) -> dict[Leaf, NDArray[Any]]:
    """Return an array for each value that a dataclass holds, but for what is None."""
    held = {}
    for leaf in leaves(type(value)):
        inner: Any = value
        for name in leaf.path:
            inner = getattr(inner, name) if inner is not None else None
        if inner is not None:
            held[leaf] = inner if isinstance(inner, np.ndarray) else np.array(inner, _DTYPES[leaf.kind])
    return held


def build(kind: type[_T], values: Mapping[Leaf, NDArray[Any]]) -> _T:
    """Return the dataclass `kind` from the arrays of `flatten`. What has none gets its field's default, or is None.

    Raises:
        KeyError: a field that needs an array has none.
        TypeError: an array is not what the field's type hint says.
    """
    return _built(kind, {leaf.path: array for leaf, array in values.items()})


def change_frames(value: _T, change: Callable[[NDArray[Any]], NDArray[Any]]) -> _T:
    """Return the dataclass with `change` of every array that has a value a frame, also in the dataclasses inside."""
    changed = _by_frame(value, change, change_frames)
    return replace(value, **changed)  # type: ignore[type-var]


def part_of_frames(value: _T, frames: slice) -> _T:
    """Return the dataclass with those frames of every array that has a value a frame, as views. They come from checked
    values and are not checked again.
    """
    part = copy(value)
    changed = _by_frame(value, lambda array: array[frames], lambda inner, _: part_of_frames(inner, frames))
    for name, array in changed.items():
        object.__setattr__(part, name, array)
    return part


def _by_frame(
    value: object,
    change: Callable[[NDArray[Any]], NDArray[Any]],
    inside: Callable[[Any, Callable[[NDArray[Any]], NDArray[Any]]], object],
) -> dict[str, object]:
    """The fields that have a value a frame, changed; `inside` changes the dataclasses inside."""
    changed: dict[str, object] = {}
    for field in _declared(type(value)):
        held = getattr(value, field.name)
        if is_dataclass(held):
            changed[field.name] = inside(held, change)
        elif isinstance(held, np.ndarray) and field.hint.sides[:1] == (FRAMES,):
            changed[field.name] = change(held)
    return changed


_DTYPES: Mapping[str, type[np.generic]] = {"f": np.float64, "i": np.int64, "U": np.str_, "b": np.bool_}
"""What a number or a text is written as."""

_KINDS: Mapping[type, str] = {float: "f", int: "i", str: "U", bool: "b"}


@dataclass(frozen=True)
class _Hint:
    """A type hint: the types that it allows, and the shape that it declares."""

    types: tuple[Any, ...]
    sides: tuple[int | str, ...] = ()

    @cached_property
    def classes(self) -> tuple[Any, ...]:
        """The dataclasses among them."""
        return tuple(one for one in self.types if is_dataclass(one))

    @cached_property
    def array(self) -> Any:  # noqa: ANN401
        """The array among them, or None."""
        return next((one for one in self.types if get_origin(one) is np.ndarray), None)

    def items(self, count: int) -> tuple[Any, ...] | None:
        """The hints of the items of a tuple of so many; None where it may not have them."""
        inner = next((get_args(one) for one in self.types if get_origin(one) is tuple), None)
        if inner is not None and inner[1:] == (...,):
            return inner[:1] * count
        return inner if inner is not None and len(inner) == count else None


@dataclass(frozen=True)
class _Field:
    name: str
    hint: _Hint
    has_default: bool

    @property
    def is_required(self) -> bool:
        return not self.has_default and NoneType not in self.hint.types


@_once
def _declared(kind: type) -> tuple[_Field, ...]:
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        _Field(
            field.name,
            _hint(hints[field.name]),
            field.default is not MISSING or field.default_factory is not MISSING,
        )
        for field in fields(kind)
    )


@_once
def _hint(hint: Any) -> _Hint:  # noqa: ANN401
    alias = get_origin(hint)
    if hasattr(alias, "__value__"):  # a `type` statement, as NumPy 2.5 and later declare NDArray
        hint = alias.__value__[get_args(hint)]
    if get_origin(hint) is Annotated:
        inner, *notes = get_args(hint)
        return _Hint(_hint(inner).types, next(note.sides for note in notes if isinstance(note, Shape)))
    if get_origin(hint) in (Union, UnionType):
        parts = [_hint(part) for part in get_args(hint)]
        return _Hint(
            tuple(one for part in parts for one in part.types), next((part.sides for part in parts if part.sides), ())
        )
    return _Hint((hint,))


def _array_kind(hint: _Hint) -> tuple[str, tuple[int | str, ...]]:
    """Kind and shape of the array of a leaf."""
    if hint.array is not None:
        return np.dtype(get_args(get_args(hint.array)[1])[0]).kind, hint.sides
    one = next(one for one in hint.types if one is not NoneType)
    if get_origin(one) is tuple:
        return _KINDS[get_args(one)[0]], hint.sides or (len(get_args(one)),)
    return _KINDS.get(one, "U"), hint.sides


def _packed_fields(value: object, prefix: str, arrays: dict[str, NDArray[Any]]) -> dict[str, Any]:
    header = {}
    for field in _declared(type(value)):
        held, name = getattr(value, field.name), prefix + field.name
        if isinstance(held, np.ndarray):
            arrays[name] = held
        else:
            header[field.name] = _packed(held, name, arrays)
    return header


def _packed(value: object, name: str, arrays: dict[str, NDArray[Any]]) -> object:
    """What a value is in a header. What is no JSON value stays as it is: whoever writes JSON refuses it."""
    if is_dataclass(value):
        return {_CLASS: type(value).__name__} | _packed_fields(value, f"{name}.", arrays)
    if isinstance(value, tuple):
        return [_packed(one, f"{name}.{index}", arrays) for index, one in enumerate(value)]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(value.absolute())
    return value


def _unpacked_fields(kind: type[_T], header: Mapping[str, Any], prefix: str, arrays: Mapping[str, NDArray[Any]]) -> _T:
    given: dict[str, Any] = {}
    for field in _declared(kind):
        name = prefix + field.name
        if name not in arrays:
            given[field.name] = _unpacked(field.hint, header[field.name], name, arrays)
        elif field.hint.array is not None:
            given[field.name] = arrays[name]
        else:
            raise TypeError(f"{name} is an array")
    return kind(**given)


def _unpacked(hint: _Hint, value: object, name: str, arrays: Mapping[str, NDArray[Any]]) -> object:
    if isinstance(value, Mapping):
        chosen = {one.__name__: one for one in hint.classes}[value[_CLASS]]
        return _unpacked_fields(chosen, value, f"{name}.", arrays)
    if isinstance(value, list | tuple) and (items := hint.items(len(value))) is not None:
        return tuple(
            _unpacked(_hint(item), one, f"{name}.{index}", arrays)
            for index, (item, one) in enumerate(zip(items, value, strict=True))
        )
    if isinstance(value, str):
        for one in hint.types:
            if one is Path:
                return Path(value)
            if isinstance(one, type) and issubclass(one, Enum):
                return {member.value: member for member in one}[value]
    if type(value) in hint.types or (type(value) is int and float in hint.types):
        return value
    raise TypeError(f"{name} is {type(value).__name__}")


def _built(kind: type[_T], values: Mapping[tuple[str, ...], NDArray[Any]]) -> _T:
    given: dict[str, Any] = {}
    for field in _declared(kind):
        inside = {path[1:]: array for path, array in values.items() if path[0] == field.name}
        if not inside:
            if field.is_required:
                raise KeyError(field.name)
            if not field.has_default:
                given[field.name] = None
        elif field.hint.classes:
            given[field.name] = _built(field.hint.classes[0], inside)
        elif field.hint.array is not None:
            given[field.name] = inside[()]
        else:
            given[field.name] = _unpacked(field.hint, inside[()].tolist(), field.name, {})
    return kind(**given)
