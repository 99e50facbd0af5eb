"""Portraits of the performers, as icons for the menu that chooses one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import bpy.utils.previews
import numpy as np
from numpy.typing import NDArray

_shown: dict[tuple[Any, ...], bpy.utils.previews.ImagePreviewCollection] = {}
"""The portraits of at most one performance, by its key."""


def are_missing(key: tuple[Any, ...]) -> bool:
    """Whether there are no portraits of this performance."""
    return key not in _shown


def show(key: tuple[Any, ...], pictures: NDArray[np.uint8], ids: Sequence[int]) -> None:
    """Take pictures (P, side, side, 3) uint8 red, green, blue, the first row on top, of the performers with these ids,
    in place of those there were.
    """
    forget()
    icons = _shown[key] = bpy.utils.previews.new()
    for performer, picture in zip(ids, pictures, strict=True):
        height, width = picture.shape[:2]
        pixels = np.ones((height, width, 4), np.float32)
        pixels[..., :3] = picture[::-1] / np.float32(255)
        icon = icons.new(str(performer))
        icon.icon_size = icon.image_size = (width, height)
        icon.icon_pixels_float.foreach_set(pixels.ravel())
        icon.image_pixels_float.foreach_set(pixels.ravel())


def icon_of(key: tuple[Any, ...], performer: int) -> int:
    """The icon's number; 0 where there is no portrait."""
    return int(_shown[key][str(performer)].icon_id) if key in _shown and str(performer) in _shown[key] else 0


def forget() -> None:
    """Free all portraits."""
    while _shown:
        bpy.utils.previews.remove(_shown.popitem()[1])
