"""The settings of a scene: its own, and the groups of the others."""

from __future__ import annotations

from .groups import group_class
from .performer_choice import CHOICE_OF_SCENE

GROUPS = (
    "poses",
    "look",
    "feet",
    "landmarks",
    "editing",
    "layers",
    "channels",
    "bone_map",
    "drawing",
    "keys",
    "timing",
)

RETARGET2D_PG_settings = group_class(
    "",
    "Settings of the scene",
    name="settings",
    more=CHOICE_OF_SCENE
    | {group: f"pointer_to({group!r})" for group in GROUPS}
    | {"settings_version": "bpy.props.IntProperty(name='Settings Version', options={'HIDDEN'})"},
)
