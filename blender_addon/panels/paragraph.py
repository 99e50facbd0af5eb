"""Sentences in a layout: Blender's labels are one line each."""

from __future__ import annotations

import textwrap

import bpy

PIXELS_A_LETTER = 7.2
"""Width of a letter of the interface font at its default size, rounded up."""


def paragraph(layout: bpy.types.UILayout, context: bpy.types.Context, text: str, icon: str = "NONE") -> None:
    """Draw a sentence, wrapped to the panel's width."""
    scale = context.preferences.system.ui_scale
    letters = max(int((context.region.width / scale - 60) / PIXELS_A_LETTER), 16)
    column = layout.column(align=True)
    column.scale_y = 0.8
    for index, line in enumerate(textwrap.wrap(text, letters)):
        column.label(text=line, icon=(icon if index == 0 else "BLANK1") if icon != "NONE" else "NONE")
