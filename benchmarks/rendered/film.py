"""Frames out of Blender, and a video out of frames."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy
import numpy as np
from numpy.typing import NDArray

from blender_addon.bridge.scene.versions import MEDIA_ARE_CHOSEN_FIRST

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


def write_video(pictures: list[Path], fps: int, path: Path, *, quality: str = "HIGH") -> None:
    """Write pictures as H.264 in an mp4, by Blender's own FFmpeg."""
    scene = bpy.data.scenes.new("Film")
    scene.view_settings.view_transform = "Standard"
    editor = scene.sequence_editor_create()
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    strip = strips.new_image(name="Film", filepath=str(pictures[0]), channel=1, frame_start=1)
    for picture in pictures[1:]:
        strip.elements.append(picture.name)
    settings = scene.render
    settings.resolution_x, settings.resolution_y = strip.elements[0].orig_width, strip.elements[0].orig_height
    settings.resolution_percentage = 100
    settings.fps = fps
    scene.frame_start, scene.frame_end = 1, len(pictures)
    if MEDIA_ARE_CHOSEN_FIRST:
        settings.image_settings.media_type = "VIDEO"
    settings.image_settings.file_format = "FFMPEG"
    settings.ffmpeg.format, settings.ffmpeg.codec = "MPEG4", "H264"
    settings.ffmpeg.constant_rate_factor, settings.ffmpeg.gopsize = quality, 15
    settings.ffmpeg.audio_codec = "NONE"
    for name in (name for name in dir(settings) if name.startswith("use_stamp_")):
        setattr(settings, name, False)  # dates, which would make each run's file another
    settings.use_file_extension = False
    settings.filepath = str(path)
    with quiet():
        bpy.ops.render.render(animation=True, scene=scene.name)
    bpy.data.scenes.remove(scene)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what Blender writes to standard output, past Python, to itself."""
    kept, silence = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(silence)
