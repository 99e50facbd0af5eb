"""What an object plays and how it stands, kept while a preview plays on it."""

from __future__ import annotations

import bpy


class RETARGET2D_PG_preview(bpy.types.PropertyGroup):
    """The object's own animation while the preview plays on it: it is put back before the file is saved"""

    active: bpy.props.BoolProperty(name="Previewed")  # type: ignore[valid-type]
    action: bpy.props.PointerProperty(  # type: ignore[valid-type]
        name="Own Action", type=bpy.types.Action, description="The object's own Action, which keeps a user by this"
    )
    slot: bpy.props.StringProperty(name="Own Slot")  # type: ignore[valid-type]
    state: bpy.props.StringProperty(name="Own State", description="NLA and channels of the object, as JSON")  # type: ignore[valid-type]
