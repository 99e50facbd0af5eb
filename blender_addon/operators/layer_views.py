"""The list of artwork for views: what its rows do that are layers of Grease Pencil."""

from __future__ import annotations

import bpy

from ..bridge.views.picked_views import CHOICES, pick_layer_view
from .idle_operator import IdleOperator


class RETARGET2D_OT_pick_layer_view(IdleOperator):
    """Pick the view of the character that a layer is drawn for"""

    bl_idname = "retarget2d.pick_layer_view"
    bl_label = "Pick View of Layer"
    bl_options = frozenset({"REGISTER", "UNDO", "INTERNAL"})

    item: bpy.props.StringProperty(name="Drawing", description="The Grease Pencil object")  # type: ignore[valid-type]
    layer: bpy.props.StringProperty(name="Layer", description="Its layer")  # type: ignore[valid-type]
    view: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="View",
        description="The view that the layer is drawn for. Left and right are where it looks",
        items=CHOICES,
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Pick it."""
        item = context.scene.objects.get(self.item)
        try:
            if item is None:
                raise ValueError(f"{self.item} is not in the scene any more; pick a view for another drawing.")
            pick_layer_view(item, self.layer, self.view)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return {"FINISHED"}
