"""Settings as properties in Blender. This is the one module here that knows bpy."""

from __future__ import annotations

from typing import Any

import bpy

from .footage import Other, OtherPerformance
from .kinds import DataBlock
from .setting import Property, Setting
from .topics import TOPICS

OTHER_PERFORMANCE = "other performance"
"""Stands for the group of another performance, of which there are several."""


def properties_in(group: str) -> list[Property]:
    """The properties of a group."""
    return [found for setting in _settings_in(group) for found in setting.properties()]


def property_of(group: str, name: str, **more: Any) -> Any:
    """One property of a group, with more arguments for bpy.props."""
    setting, found = next(
        (setting, found) for setting in _settings_in(group) for found in setting.properties() if found.name == name
    )
    return getattr(bpy.props, found.kind)(**found.arguments | _of_blender(setting) | more)


def _settings_in(group: str) -> list[Setting]:
    if group == OTHER_PERFORMANCE:
        return list(OtherPerformance.settings().values())
    return [setting for topic in TOPICS for setting in topic.settings().values() if setting.group == group]


def _of_blender(setting: Setting) -> dict[str, Any]:
    """The arguments that name Blender's own types."""
    match setting:
        case Other():
            return {"type": bpy.types.PropertyGroup.bl_rna_get_subclass_py("RETARGET2D_PG_source")}
        case DataBlock(kind=kind):
            return {"type": bpy.types.Object} | ({"poll": lambda _group, item: item.type == kind} if kind else {})
    return {}
