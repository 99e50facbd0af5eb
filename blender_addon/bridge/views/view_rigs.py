"""Rigs beside a character's own that are drawn for other views: picked, or named for them."""

from __future__ import annotations

import bpy

from .view import View
from .view_names import COPY, view_name

RIGS = "retarget2d_view_rigs"
"""The property of a character's armature that holds the armature picked for each view, by the view's name."""


def picked_rigs(armature: bpy.types.Object) -> dict[View, bpy.types.Object]:
    """The armatures that were picked for views of a character."""
    group = getattr(armature, RIGS, None)
    picked = {view: getattr(group, view.name.lower(), None) for view in View} if group is not None else {}
    return {view: rig for view, rig in picked.items() if rig is not None and rig.type == "ARMATURE"}


def named_rigs(armature: bpy.types.Object) -> list[bpy.types.Object]:
    """The armatures in its scenes that are named as the character is, but for a view: `Hero.side` beside `Hero`. A copy
    that Blender numbered belongs to those of its number.
    """
    base, number = view_name(armature.name).base, _number(armature)
    scenes = set(armature.users_scene)
    return [
        item
        for item in bpy.data.objects
        if item.type == "ARMATURE"
        and item != armature
        and view_name(item.name).base == base != ""
        and _number(item) == number
        and not scenes.isdisjoint(item.users_scene)
    ]


def _number(item: bpy.types.Object) -> str:
    found = COPY.search(item.name)
    return found.group() if found else ""
