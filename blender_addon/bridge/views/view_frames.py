"""Views that are frames: of a sequence of images, or of the drawings of a Grease Pencil object."""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from .view import View

FRAMES = "retarget2d_view_frames"
"""The property of an object that says which frame shows each view, in the order of View; 0 where none does."""
MODIFIER = "Retarget 2D View"
IMAGE_USER = "image_user.frame_offset"
MOVING = frozenset({"SEQUENCE", "MOVIE"})
"""Sources of images that have frames."""


@dataclass(frozen=True, eq=False)
class FrameChannel:
    """The channel that chooses a frame: at `path` of `owner`; its value is the number of the frame less `first`."""

    owner: bpy.types.ID
    path: str
    first: int


def frame_channel(item: bpy.types.Object) -> FrameChannel | None:
    """What chooses the frame that an object shows; None where it has no frames."""
    if item.type == "EMPTY" and item.data is not None and item.data.source in MOVING:
        return FrameChannel(item, IMAGE_USER, 1)
    if item.type == "GREASEPENCIL" and any(len(layer.frames) > 1 for layer in item.data.layers):
        modifier = _fixed_frame(item)
        name = modifier.name if modifier is not None else MODIFIER
        return FrameChannel(item, f'modifiers["{bpy.utils.escape_identifier(name)}"].offset', 0)
    if (found := _texture(item)) is not None:
        tree, node = found
        return FrameChannel(tree, f'nodes["{bpy.utils.escape_identifier(node.name)}"].{IMAGE_USER}', 1)
    return None


def frames_of_views(item: bpy.types.Object) -> dict[View, int]:
    """The frame that was picked for each view; none where there are fewer than two, or the object has no frames."""
    picked = [int(number) for number in getattr(item, FRAMES, ())]
    found = {view: number for view, number in zip(View, picked, strict=False) if number > 0}
    return found if len(found) > 1 and frame_channel(item) is not None else {}


def hold_frames(item: bpy.types.Object, first: int) -> None:
    """Let an object show one frame at a time, the one that its channel says, from scene frame `first` on."""
    if item.type == "GREASEPENCIL":
        if _fixed_frame(item) is None:
            modifier = item.modifiers.new(MODIFIER, "GREASE_PENCIL_TIME")
            modifier.name, modifier.mode = MODIFIER, "FIX"
        return
    channel = frame_channel(item)
    if channel is None:
        return
    for path, value in held_image(item, first).items():
        holder, _, name = path.rpartition(".")
        setattr(channel.owner.path_resolve(holder), name, value)


def held_image(item: bpy.types.Object, first: int) -> dict[str, int | bool]:
    """How what an object shows of a sequence of images stands while it shows one at a time, from scene frame `first` on,
    by data path of the channel's owner; none where it shows no images.
    """
    channel = frame_channel(item)
    if channel is None or not channel.path.endswith(IMAGE_USER):
        return {}
    user = channel.path.rpartition(".")[0]
    start = min(channel.owner.path_resolve(user).frame_start, first)
    return {
        f"{user}.frame_duration": 1,
        f"{user}.use_auto_refresh": True,
        f"{user}.use_cyclic": False,
        f"{user}.frame_start": start,
    }


def show_frame(item: bpy.types.Object, number: int) -> None:
    """Show a frame where no key does."""
    channel = frame_channel(item)
    if channel is None:
        return
    holder, _, name = channel.path.rpartition(".")
    try:
        setattr(channel.owner.path_resolve(holder), name, number - channel.first)
    except ValueError:  # its modifier was removed
        return


def _fixed_frame(item: bpy.types.Object) -> bpy.types.Modifier | None:
    """The modifier that fixes which drawings a Grease Pencil object shows."""
    fixed = (each for each in item.modifiers if each.type == "GREASE_PENCIL_TIME" and each.mode == "FIX")
    return next(fixed, None)


def _texture(item: bpy.types.Object) -> tuple[bpy.types.NodeTree, bpy.types.Node] | None:
    """The first texture of the object's materials that is a sequence of images, and the node tree that it is in."""
    for slot in item.material_slots:
        tree = slot.material.node_tree if slot.material is not None else None
        for node in tree.nodes if tree is not None else ():
            if node.type == "TEX_IMAGE" and node.image is not None and node.image.source in MOVING:
                return tree, node
    return None
