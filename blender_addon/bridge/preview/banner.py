"""The word *Preview* in every 3D view while one plays."""

from __future__ import annotations

import blf  # type: ignore[import-not-found]
import bpy

from .preview import preview
from .view_drawing import ViewDrawing

TEXT = "Preview: not baked"
SIZE, MARGIN = 18.0, 60.0
"""Pixels at a resolution scale of 1."""
COLOUR = (1.0, 0.72, 0.2, 1.0)
FONT = 0


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


DRAWING = ViewDrawing(_draw, bpy.types.SpaceView3D)
