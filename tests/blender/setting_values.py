"""The values of the add-on's settings in the open file, by their data paths in a scene, as plain data to compare."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import bpy

from blender_addon.bridge.scene.grease_pencil_data import grease_pencils
from tests.blender.rna_properties import rounded

ROOT = "retarget2d"
BONE_MAP = "RETARGET2D_PG_bone_map"
SAVED_OF_BONE_MAP = "part"
"""All else in that group is read from the armature."""
READ = frozenset({"performer_choice", "label"})
"""Properties that are read from others, or from what was detected."""

LONG_TEXT = 1000
"""Characters; a longer text, such as a stored detection, is told by its hash."""


def setting_values(scene: bpy.types.Scene) -> dict[str, Any]:
    """Every setting that a file saves; of a collection its length, and all of its rows."""
    return {path: value_at(scene, path) for path in _paths(getattr(scene, ROOT), ROOT)}


def value_at(scene: bpy.types.Scene, path: str) -> Any:  # noqa: ANN401
    """One setting, as JSON holds it. ValueError where there is none of that path."""
    return _plain(scene.path_resolve(path))


def saved_properties(group: bpy.types.PropertyGroup, *, is_row: bool = False) -> list[bpy.types.Property]:
    """The properties of a group that a file saves; rows of collections have names."""
    skipped = {"rna_type", *READ, *(() if is_row else ("name",))}
    rows = [row for row in group.bl_rna.properties if row.identifier not in skipped and not row.is_skip_save]
    return [row for row in rows if group.bl_rna.identifier != BONE_MAP or row.identifier == SAVED_OF_BONE_MAP]


def own_properties() -> dict[str, Any]:
    """The custom properties of all Actions, objects and drawings: marks of bakes, confidences of joints."""
    drawings = grease_pencils()
    kinds = {"Action": bpy.data.actions, "Object": bpy.data.objects, "Drawing": drawings}
    blocks = [(kind, block) for kind, found in kinds.items() for block in found]
    return {
        f'{kind} {block.name}["{name}"]': value.to_dict() if hasattr(value, "to_dict") else _plain(value)
        for kind, block in blocks
        for name, value in block.items()
        if name not in block.bl_rna.properties
    }


def _paths(group: bpy.types.PropertyGroup, path: str, *, is_row: bool = False) -> Iterator[str]:
    for row in saved_properties(group, is_row=is_row):
        own, value = f"{path}.{row.identifier}", getattr(group, row.identifier)
        if isinstance(value, bpy.types.PropertyGroup):
            yield from _paths(value, own)
            continue
        yield own
        if row.type == "COLLECTION":
            for index, each in enumerate(value):
                yield from _paths(each, f"{own}[{index}]", is_row=True)


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, bpy.types.ID):
        return f"{value.bl_rna.identifier} {value.name}"
    if isinstance(value, set):
        return sorted(value)
    if isinstance(value, bpy.types.bpy_prop_collection):
        return len(value)
    if isinstance(value, str):
        return (
            value
            if len(value) <= LONG_TEXT
            else f"{len(value)} characters, SHA-256 {sha256(value.encode()).hexdigest()}"
        )
    if value is None or isinstance(value, bool | int | float):
        return rounded(value) if isinstance(value, float) else value
    return [_plain(number) for number in value]
