"""What is set in a scene, and what is shown of the job that runs. A topic of settings is a module with a group of its own."""

from __future__ import annotations

import bpy

from ..bridge import portraits
from ..bridge.editing.looking import PROPERTY as VIEW_PROPERTY
from ..bridge.mapping.stored import PROPERTY
from .bone_map import RETARGET2D_PG_bone_map
from .channels import RETARGET2D_PG_channels
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
from .feet import RETARGET2D_PG_feet
from .keys import RETARGET2D_PG_keys
from .landmarks import RETARGET2D_PG_landmarks
from .layers import RETARGET2D_PG_layers
from .look import RETARGET2D_PG_look, RETARGET2D_PG_source
from .poses import RETARGET2D_PG_poses
from .settings import RETARGET2D_PG_settings
from .status import RETARGET2D_PG_status
from .timing import RETARGET2D_PG_timing

TOPICS: tuple[type[bpy.types.PropertyGroup], ...] = (
    RETARGET2D_PG_poses,
    RETARGET2D_PG_correction,
    RETARGET2D_PG_joint,
    RETARGET2D_PG_name,
    RETARGET2D_PG_selection,
    RETARGET2D_PG_edit,
    RETARGET2D_PG_editing,
    RETARGET2D_PG_layers,
    RETARGET2D_PG_channels,
    RETARGET2D_PG_bone_map,
    RETARGET2D_PG_drawing_layer,
    RETARGET2D_PG_drawing,
    RETARGET2D_PG_feet,
    RETARGET2D_PG_landmarks,
    RETARGET2D_PG_source,
    RETARGET2D_PG_look,
    RETARGET2D_PG_keys,
    RETARGET2D_PG_timing,
)
"""The groups that the settings point to; a group must be registered before the one that points to it."""

CLASSES: tuple[type[bpy.types.PropertyGroup], ...] = (*TOPICS, RETARGET2D_PG_settings, RETARGET2D_PG_status, RETARGET2D_PG_view)


def register() -> None:
    """Add them to scenes and to the window manager."""
    for kind in CLASSES:
        bpy.utils.register_class(kind)
    bpy.types.Scene.retarget2d = bpy.props.PointerProperty(type=RETARGET2D_PG_settings)
    carried = bpy.props.StringProperty(name="Bone Map", description="The bone map that this armature carries", override={"LIBRARY_OVERRIDABLE"})
    setattr(bpy.types.Object, PROPERTY, carried)
    setattr(bpy.types.View3DShading, VIEW_PROPERTY, bpy.props.PointerProperty(type=RETARGET2D_PG_view))
    bpy.types.WindowManager.retarget2d = bpy.props.PointerProperty(type=RETARGET2D_PG_status)


def unregister() -> None:
    """Take them out."""
    portraits.forget()
    del bpy.types.WindowManager.retarget2d
    delattr(bpy.types.View3DShading, VIEW_PROPERTY)
    delattr(bpy.types.Object, PROPERTY)
    del bpy.types.Scene.retarget2d
    for kind in reversed(CLASSES):
        bpy.utils.unregister_class(kind)
