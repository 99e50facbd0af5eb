"""What is drawn: the tab Retarget 2D beside the 3D view, and the menu entries."""

from __future__ import annotations

import bpy

from . import bone_map, drawing, menus, topics
from .blend import RETARGET2D_PT_blend
from .channels import RETARGET2D_PT_channels, RETARGET2D_PT_stretch
from .editing import RETARGET2D_PT_edit, RETARGET2D_PT_performers
from .retarget import RETARGET2D_PT_bake, RETARGET2D_PT_character, RETARGET2D_PT_footage, RETARGET2D_PT_steps
from .views import RETARGET2D_PT_view_rigs, RETARGET2D_PT_views

CLASSES: tuple[type, ...] = (
    RETARGET2D_PT_footage,
    topics.CLEANING,
    RETARGET2D_PT_performers,
    RETARGET2D_PT_edit,
    topics.POSES,
    RETARGET2D_PT_character,
    RETARGET2D_PT_blend,
    *bone_map.CLASSES,
    topics.FEET,
    RETARGET2D_PT_bake,
    *drawing.CLASSES,
    RETARGET2D_PT_channels,
    RETARGET2D_PT_views,
    RETARGET2D_PT_view_rigs,
    RETARGET2D_PT_stretch,
    topics.TIMING,
    topics.KEYS,
    topics.LAYERS,
    RETARGET2D_PT_steps,
    menus.RETARGET2D_MT_retarget,
)


def register() -> None:
    """Add them."""
    for kind in CLASSES:
        bpy.utils.register_class(kind)
    menus.register()


def unregister() -> None:
    """Take them out."""
    menus.unregister()
    for kind in reversed(CLASSES):
        bpy.utils.unregister_class(kind)
