"""Which ends of the body turn by what was seen beside the joints."""

from __future__ import annotations

import bpy


class RETARGET2D_PG_landmarks(bpy.types.PropertyGroup):
    """Which ends of the body turn by what was seen of them, on rigs that have the bones"""

    hands: bpy.props.BoolProperty(name="Hands", description="Hands turn as the index knuckles tell", default=True)  # type: ignore[valid-type]
    feet: bpy.props.BoolProperty(name="Feet", description="Feet turn as heels and toes tell", default=True)  # type: ignore[valid-type]
    head: bpy.props.BoolProperty(name="Head", description="The head turns, nods and tilts as nose and ears tell", default=True)  # type: ignore[valid-type]
