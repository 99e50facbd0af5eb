"""After a bake: select its results, and fit the frame range of the scene to its frames."""

from __future__ import annotations

from collections.abc import Sequence

import bpy

from ..scene.animation.nla import strips_of
from ..scene.data_blocks import data_blocks

UNTOUCHED = (1, 250)
"""The frames that every new scene plays."""


def select_results(scene: bpy.types.Scene, results: Sequence[bpy.types.Object]) -> None:
    """Select these objects alone and make the first one active.

    While something is edited or posed, the selection stays as it is.
    """
    layer = bpy.context.view_layer if bpy.context.scene == scene else scene.view_layers[0]
    active, shown = layer.objects.active, [item for item in results if layer.objects.get(item.name) == item]
    if not shown or (active is not None and active.mode != "OBJECT"):
        return
    for item in layer.objects:
        item.select_set(item in shown, view_layer=layer)
    layer.objects.active = shown[0]


def fit_frame_range(scene: bpy.types.Scene, first: int, last: int, baked: Sequence[bpy.types.ID]) -> None:
    """Let the scene play the frames from `first` to `last`: exactly those where its range is untouched and nothing
    moves but what was `baked` (Actions and Grease Pencil data), else up to `last` at least.
    """
    if (scene.frame_start, scene.frame_end) == UNTOUCHED and not _moves_beside(
        scene, {block.session_uid for block in baked}
    ):
        scene.frame_end = last
        scene.frame_start = first
    else:
        scene.frame_end = max(scene.frame_end, last)


def _moves_beside(scene: bpy.types.Scene, baked: set[int]) -> bool:
    """Whether anything in the file is animated that was not baked; what lays out a performance to be edited does not
    count.
    """
    edits = {
        item
        for group in scene.retarget2d.editing.edits
        if group.collection is not None
        for item in group.collection.all_objects
    }
    ours = baked | {block.session_uid for item in edits for block in (item, item.data) if block is not None}
    return any(
        block.session_uid not in ours and (_plays(block, baked) or _is_drawn_anew(block))
        for block in data_blocks().values()
    )


def _plays(block: bpy.types.ID, baked: set[int]) -> bool:
    """Whether the data-block, or its nodes, has an Action or a strip that was not baked."""
    holders = [
        holder
        for holder in (block, getattr(block, "node_tree", None))
        if holder is not None and getattr(holder, "animation_data", None) is not None
    ]
    actions = [
        action
        for holder in holders
        for action in (holder.animation_data.action, *(strip.action for _, strip in strips_of(holder)))
    ]
    return any(action is not None and action.session_uid not in baked for action in actions)


def _is_drawn_anew(block: bpy.types.ID) -> bool:
    """Whether it is Grease Pencil with more than one drawing on a layer."""
    return (
        any(len(layer.frames) > 1 for layer in block.layers)
        if block.bl_rna.identifier.startswith("GreasePencil")
        else False
    )
