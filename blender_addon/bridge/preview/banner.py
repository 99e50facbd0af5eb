"""The word *Preview* in every 3D view while one plays."""

from __future__ import annotations

from typing import Any

import blf  # type: ignore[import-not-found]
import bpy

from .preview import preview

TEXT = "Preview: not baked"
SIZE, MARGIN = 18.0, 60.0
"""Pixels at a resolution scale of 1."""
COLOUR = (1.0, 0.72, 0.2, 1.0)
FONT = 0

_handles: list[Any] = []


def register() -> None:
    """Draw from now on; without a window nothing is ever drawn."""
    if not bpy.app.background:
        _handles.append(bpy.types.SpaceView3D.draw_handler_add(_draw, (), "WINDOW", "POST_PIXEL"))


def unregister() -> None:
    """Draw no more."""
    while _handles:
        bpy.types.SpaceView3D.draw_handler_remove(_handles.pop(), "WINDOW")


def _draw() -> None:
    context = bpy.context
    space, region = context.space_data, context.region
    if not preview.on or context.scene.session_uid != preview.scene or not space.overlay.show_overlays:
        return
    scale = context.preferences.system.ui_scale
    blf.size(FONT, SIZE * scale)
    width, _ = blf.dimensions(FONT, TEXT)
    blf.position(FONT, (region.width - width) / 2, MARGIN * scale, 0)
    blf.color(FONT, *COLOUR)
    blf.draw(FONT, TEXT)
