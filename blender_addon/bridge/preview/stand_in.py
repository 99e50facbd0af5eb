"""A drawing performs as a copy that stands in for it.

The artist's own drawing is hidden meanwhile, and nothing else of it is changed: no layer, no key, no stroke.
"""

from __future__ import annotations

from collections.abc import Iterator

import bpy
import numpy as np

from ..drawing.drawing_bake import LayerPlan
from ..drawing.layer_stack import MODIFIER
from ..scene.animation.actions import Curve, Interpolation
from ..scene.animation.visibility import HIDDEN


def make_stand_in(plan: LayerPlan, name: str) -> bpy.types.Object:
    """Make a copy of the drawing, where that is, whose layers perform in an Action of that name, with a key a frame."""
    drawing = plan.drawn.drawing
    copy = drawing.copy()
    copy.data = drawing.data.copy()
    copy.name, copy.hide_select = f"{drawing.name} {name}", True  # what is drawn in it would go with the preview
    if (order := copy.modifiers.get(MODIFIER)) is not None and order.node_group is not None:
        order.node_group = order.node_group.copy()
    for collection in drawing.users_collection:
        collection.objects.link(copy)
    show_in_local_views(copy)
    plan.write(copy, plan.dense).name = name
    return copy


def hiding_curves(frame: int) -> list[Curve]:
    """Keys that hide an object in the view and in renders, on whatever frame."""
    return [Curve(path, 0, np.array([frame]), np.ones(1), "Preview", Interpolation.CONSTANT) for path in HIDDEN]


def show_in_local_views(item: bpy.types.Object) -> None:
    """Show an object that was just made in the views that show chosen objects alone."""
    for space in _local_views():
        try:
            item.local_view_set(space, True)
        except RuntimeError:  # the scene or the view layer of that window does not have it
            continue


def _local_views() -> Iterator[bpy.types.SpaceView3D]:
    for window in (window for manager in bpy.data.window_managers for window in manager.windows):
        for area in window.screen.areas:
            if area.type == "VIEW_3D" and area.spaces.active.local_view is not None:
                yield area.spaces.active
