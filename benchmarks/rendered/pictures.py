"""Pictures out of Blender, and into files."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
from numpy.typing import NDArray

from demo.filming import quiet

Array = NDArray[np.float32]


def render_picture(path: Path) -> None:
    """Render the open scene as it is into a PNG."""
    scene = bpy.context.scene
    scene.render.filepath = str(path)
    with quiet():
        bpy.ops.render.render(write_still=True)


def read_picture(path: Path) -> Array:
    """(H, W, 4) float32 in 0..1 as stored, the lowest row first."""
    image = bpy.data.images.load(str(path))
    image.colorspace_settings.name = "Non-Color"
    width, height = image.size
    pixels = np.empty(width * height * 4, dtype=np.float32)
    image.pixels.foreach_get(pixels)
    bpy.data.images.remove(image)
    return pixels.reshape(height, width, 4)


def write_picture(path: Path, pixels: Array) -> None:
    """Write (H, W, 4) as a PNG, as it is."""
    image = bpy.data.images.new("Frame", pixels.shape[1], pixels.shape[0])
    image.colorspace_settings.name = "Non-Color"
    image.pixels.foreach_set(np.clip(pixels, 0, 1).astype(np.float32).ravel())
    image.filepath_raw, image.file_format = str(path), "PNG"
    image.save()
    bpy.data.images.remove(image)
