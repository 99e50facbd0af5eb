"""Every property of the registered add-on as RNA describes it: of its groups, operators and preferences; plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import bpy

OPERATORS = "retarget2d"
ROOTS = (
    (bpy.types.Scene, "retarget2d"),
    (bpy.types.WindowManager, "retarget2d"),
    (bpy.types.Object, "retarget2d_bone_map"),
)
"""Where the add-on's properties begin."""
BLENDERS_OWN = frozenset({"rna_type", "name", "bl_idname"})
"""Properties that Blender gives every group and all preferences."""
NUMBERS = frozenset({"INT", "FLOAT"})
LINKS = frozenset({"POINTER", "COLLECTION"})
FLAGS = {
    "is_animatable": "ANIMATABLE",
    "is_enum_flag": "ENUM_FLAG",
    "is_overridable": "LIBRARY_OVERRIDABLE",
    "is_readonly": "READONLY",
    "is_skip_save": "SKIP_SAVE",
}

Described = dict[str, Any]
"""One property, as JSON holds it: its type, default, ranges, enum items with their numbers and so on."""


def described_properties(preferences: bpy.types.AddonPreferences) -> dict[str, Described]:
    """All that is registered, by `GROUP.property`, `retarget2d.operator` and `retarget2d.operator.property`."""
    found: dict[str, Described] = {}
    for owner, name in ROOTS:
        row = owner.bl_rna.properties[name]
        found[f"{owner.__name__}.{name}"] = _described(row)
        if row.type == "POINTER":
            found |= _described_group(row.fixed_type)
    found |= _described_group(preferences.bl_rna)
    operators = getattr(bpy.ops, OPERATORS)
    for name in dir(operators):
        found[f"{OPERATORS}.{name}"] = {"type": "OPERATOR"}
        for row in getattr(operators, name).get_rna_type().properties:
            if row.identifier != "rna_type":
                found[f"{OPERATORS}.{name}.{row.identifier}"] = _described(row)
    return found


def broken_promises(pinned: Mapping[str, Described], now: Mapping[str, Described]) -> list[str]:
    """What is pinned and no longer so, a line each. More properties are welcome, and so are more items of an enum."""
    gone = [f"{name} is gone" for name in pinned if name not in now]
    return gone + [line for name, row in pinned.items() if name in now for line in _changes(name, row, now[name])]


def rounded(number: float) -> float:
    """As far as single precision tells numbers apart, so that a pin is easy to read; whole numbers as they are."""
    return number if isinstance(number, int) else float(f"{number:.6g}")


def _changes(name: str, pinned: Described, now: Described) -> Iterator[str]:
    for what in dict.fromkeys((*pinned, *now)):
        if what == "items":
            items = now.get(what, {})
            for item, number in pinned.get(what, {}).items():
                if items.get(item) != number:
                    yield f"{name}: the item {item} was number {number} and is {items.get(item)}"
        elif pinned.get(what) != now.get(what):
            yield f"{name}: {what} was {pinned.get(what)} and is {now.get(what)}"


def _described_group(group: bpy.types.Struct) -> dict[str, Described]:
    """The properties of a group, and of those that it points to."""
    found: dict[str, Described] = {}
    for row in group.properties:
        if row.identifier not in BLENDERS_OWN:
            found[f"{group.identifier}.{row.identifier}"] = _described(row)
            if (
                row.type in LINKS
                and row.fixed_type.base is not None
                and row.fixed_type.base.identifier == "PropertyGroup"
            ):
                found |= _described_group(row.fixed_type)
    return found


def _described(row: bpy.types.Property) -> Described:
    told: Described = {"type": row.type}
    if row.type in LINKS:
        told["to"] = row.fixed_type.identifier
    elif not (row.is_hidden and row.is_skip_save):  # what file browsers are told: which files there are may change
        told |= _value_of(row)
    for what in ("subtype", "unit"):
        if (value := getattr(row, what)) != "NONE":
            told[what] = value
    told["flags"] = [word for attribute, word in FLAGS.items() if getattr(row, attribute)]
    return told


def _value_of(row: bpy.types.Property) -> Described:
    """The default, and what bounds the value."""
    if row.type == "ENUM":
        return _choices_of(row)
    if row.type not in NUMBERS:
        return {"default": row.default}
    bounds = {name: [rounded(getattr(row, f"{name}_{end}")) for end in ("min", "max")] for name in ("hard", "soft")}
    default = [rounded(number) for number in row.default_array] if row.is_array else rounded(row.default)
    return {"default": default, **bounds}


def _choices_of(row: bpy.types.Property) -> Described:
    """The items and the default; neither is told where items are made as the list is opened."""
    items = {item.identifier: item.value for item in row.enum_items_static}
    if not items:
        return {"items": {}}
    default = sorted(row.default_flag, key=items.__getitem__) if row.is_enum_flag else row.default
    return {"default": default, "items": items}
