"""What the picture that an object shows is called: pictures that are dropped into a scene are named, their objects are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

import bpy

from .view_names import COPY, ViewName, view_name

FILE = re.compile(
    r"(?:[\s._\-]*\d+)?\.(?:png|jpe?g|tiff?|exr|webp|tga|bmp|hdr|dpx|psd|gif|mp4|mov|webm|avi|mkv)$", re.I
)
"""The end of a file's name, with the number of a frame before it."""
UNNAMED = frozenset({"", "empty", "image", "plane"})
"""What Blender calls objects that nobody named."""


def picture_name(item: bpy.types.Object) -> ViewName | None:
    """What an object's picture is named for; None where it shows no picture, or has a name of its own and the picture
    is named for no view.
    """
    found = [view_name(FILE.sub("", COPY.sub("", name))) for name in _names(item)]
    with_views = next((named for named in found if named.views), None)
    if with_views is not None or not found or view_name(item.name).base not in UNNAMED:
        return with_views
    return found[0]


def _names(item: bpy.types.Object) -> Iterator[str]:
    """The names of its pictures and of their files."""
    for image in _pictures(item):
        yield image.name
        if image.filepath:
            yield PurePath(image.filepath.replace("\\", "/")).name


def _pictures(item: bpy.types.Object) -> Iterator[bpy.types.Image]:
    if item.type == "EMPTY" and isinstance(item.data, bpy.types.Image):
        yield item.data
    for slot in item.material_slots:
        tree = slot.material.node_tree if slot.material is not None else None
        for node in tree.nodes if tree is not None else ():
            if node.type == "TEX_IMAGE" and node.image is not None:
                yield node.image
