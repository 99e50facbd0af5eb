"""The property groups of the scene's settings, made from their declarations. The modules beside this one add the
properties that are no settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import bpy

from ..settings.as_properties import properties_in, property_of
from .performer_choice import performer_choice

__all__ = ["collection_of", "group_class", "performer_choice", "pointer_to", "setting"]

NOTHING: Mapping[str, Any] = MappingProxyType({})

_callbacks: dict[tuple[str, str], Mapping[str, Any]] = {}


def group_class(
    group: str,
    description: str,
    *,
    name: str = "",
    more: Mapping[str, str] = NOTHING,
    callbacks: Mapping[str, Mapping[str, Any]] = NOTHING,
) -> type[bpy.types.PropertyGroup]:
    """The class of a property group: its settings, `callbacks` as further arguments of them, and `more` annotations.

    Annotations are texts, which Blender evaluates in this module. Blender 4.3 leaks the class, and functions held in
    its annotations would keep bpy itself alive until it crashes.
    """
    _callbacks.update({(group, of): arguments for of, arguments in callbacks.items()})
    annotations = {found.name: f"setting({group!r}, {found.name!r})" for found in properties_in(group)} | dict(more)
    body = {"__doc__": description, "__module__": __name__, "__annotations__": annotations}
    return type(f"RETARGET2D_PG_{name or group}", (bpy.types.PropertyGroup,), body)


def setting(group: str, name: str) -> Any:  # noqa: ANN401
    """The property of a setting."""
    return property_of(group, name, **_callbacks.get((group, name), NOTHING))


def pointer_to(group: str) -> Any:  # noqa: ANN401
    """A pointer to a registered group."""
    return bpy.props.PointerProperty(type=_registered(group))


def collection_of(group: str, name: str) -> Any:  # noqa: ANN401
    """A list of a registered group."""
    return bpy.props.CollectionProperty(type=_registered(group), name=name)


def _registered(group: str) -> Any:  # noqa: ANN401
    return bpy.types.PropertyGroup.bl_rna_get_subclass_py(f"RETARGET2D_PG_{group}")
