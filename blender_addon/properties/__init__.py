"""The settings of a scene, and the state of the running job."""

from __future__ import annotations

import bpy

from ..bridge.bone_maps.stored import PROPERTY
from ..bridge.performance_edit.edit_viewports import PROPERTY as VIEW_PROPERTY
from ..bridge.preview.kept_animation import KEEPERS
from ..bridge.preview.kept_animation import PROPERTY as PREVIEW_PROPERTY
from ..bridge.scene import portraits
from ..settings.as_properties import OTHER_PERFORMANCE
from . import versions_of_scenes, views
from .bone_map import RETARGET2D_PG_bone_map
from .drawing import RETARGET2D_PG_drawing, RETARGET2D_PG_drawing_layer
from .editing import (
    RETARGET2D_PG_correction,
    RETARGET2D_PG_edit,
    RETARGET2D_PG_editing,
    RETARGET2D_PG_joint,
    RETARGET2D_PG_name,
    RETARGET2D_PG_selection,
    RETARGET2D_PG_view,
)
from .groups import group_class
from .performer_choice import CHOICE_OF_SOURCE
from .preview import RETARGET2D_PG_preview
from .settings import RETARGET2D_PG_settings
from .status import RETARGET2D_PG_status

CLASSES: tuple[type[bpy.types.PropertyGroup], ...] = (
    group_class("poses", "What a video or a pose file does not say about itself"),
    RETARGET2D_PG_correction,
    RETARGET2D_PG_joint,
    RETARGET2D_PG_name,
    RETARGET2D_PG_selection,
    RETARGET2D_PG_edit,
    RETARGET2D_PG_editing,
    group_class("layers", "How a bake combines with existing animation"),
    group_class("channels", "Which channels of a rig are keyed"),
    RETARGET2D_PG_bone_map,
    RETARGET2D_PG_drawing_layer,
    RETARGET2D_PG_drawing,
    group_class("feet", "Foot planting, and what legs and arms are keyed by"),
    group_class("landmarks", "Whether hands, feet and head turn, on rigs that have the bones"),
    group_class(OTHER_PERFORMANCE, "Another performance", name="source", more=CHOICE_OF_SOURCE),
    group_class("look", "The view, the body, and the performance to blend with"),
    group_class("keys", "How many keys, and where"),
    group_class("timing", "Speed and cycles"),
    RETARGET2D_PG_settings,
    RETARGET2D_PG_status,
    RETARGET2D_PG_view,
    RETARGET2D_PG_preview,
)
"""In the order in which they are registered: a group comes before the one that points to it."""


def register() -> None:
    """Add them to scenes and to the window manager."""
    for kind in CLASSES:
        bpy.utils.register_class(kind)
    bpy.types.Scene.retarget2d = bpy.props.PointerProperty(type=RETARGET2D_PG_settings)
    carried = bpy.props.StringProperty(
        name="Bone Map", description="The bone map stored with this armature", override={"LIBRARY_OVERRIDABLE"}
    )
    setattr(bpy.types.Object, PROPERTY, carried)
    views.register()
    setattr(bpy.types.View3DShading, VIEW_PROPERTY, bpy.props.PointerProperty(type=RETARGET2D_PG_view))
    for kind in KEEPERS:
        setattr(kind, PREVIEW_PROPERTY, bpy.props.PointerProperty(type=RETARGET2D_PG_preview))
    bpy.types.WindowManager.retarget2d = bpy.props.PointerProperty(type=RETARGET2D_PG_status)
    versions_of_scenes.register()


def unregister() -> None:
    """Take them out."""
    versions_of_scenes.unregister()
    portraits.forget()
    del bpy.types.WindowManager.retarget2d
    for kind in KEEPERS:
        delattr(kind, PREVIEW_PROPERTY)
    delattr(bpy.types.View3DShading, VIEW_PROPERTY)
    views.unregister()
    delattr(bpy.types.Object, PROPERTY)
    del bpy.types.Scene.retarget2d
    for kind in reversed(CLASSES):
        bpy.utils.unregister_class(kind)
