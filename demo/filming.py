"""Frames out of Blender, and a film out of frames."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy

from blender_addon.bridge.scene.versions import MEDIA_ARE_CHOSEN_FIRST

from .progress import Progress


def render_frames(scene: bpy.types.Scene, folder: Path) -> None:
    """Render every frame of the scene into `folder` as 0001.png and on."""
    settings, path = scene.render, scene.render.filepath
    settings.image_settings.file_format = "PNG"
    frames = range(scene.frame_start, scene.frame_end + 1)
    with Progress("Rendering", len(frames)) as progress:
        for number, frame in enumerate(frames, 1):
            scene.frame_set(frame)
            settings.filepath = str(folder / f"{number:04d}.png")
            with quiet():
                bpy.ops.render.render(write_still=True, scene=scene.name)
            progress.advance()
    settings.filepath = path


def write_film(frames: Path, fps: int, path: Path) -> None:
    """Write the pictures of a folder as H.264 in an mp4, by Blender's own FFmpeg."""
    pictures = sorted(frames.glob("*.png"))
    scene = bpy.data.scenes.new("Film")
    scene.view_settings.view_transform = "Standard"
    editor = scene.sequence_editor_create()
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    strip = strips.new_image(name="Film", filepath=str(pictures[0]), channel=1, frame_start=1)
    for picture in pictures[1:]:
        strip.elements.append(picture.name)
    size = strip.elements[0]
    settings = scene.render
    settings.resolution_x, settings.resolution_y, settings.resolution_percentage = (
        size.orig_width,
        size.orig_height,
        100,
    )
    settings.fps = fps
    scene.frame_start, scene.frame_end = 1, len(pictures)
    _choose_h264(settings)
    settings.use_file_extension = False
    settings.filepath = str(path)
    with Progress("Writing the film", len(pictures)) as progress, quiet():
        bpy.app.handlers.render_write.append(lambda *_: progress.advance())
        try:
            bpy.ops.render.render(animation=True, scene=scene.name)
        finally:
            bpy.app.handlers.render_write.pop()
    bpy.data.scenes.remove(scene)


def _choose_h264(settings: bpy.types.RenderSettings) -> None:
    if MEDIA_ARE_CHOSEN_FIRST:
        settings.image_settings.media_type = "VIDEO"
    settings.image_settings.file_format = "FFMPEG"
    settings.ffmpeg.format, settings.ffmpeg.codec = "MPEG4", "H264"
    settings.ffmpeg.constant_rate_factor, settings.ffmpeg.gopsize = "HIGH", 15
    settings.ffmpeg.audio_codec = "NONE"


@contextmanager
def quiet() -> Iterator[None]:
    """Blender writes lines of its own to standard output, past Python; what is for the user goes to stderr meanwhile."""
    kept, silence = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(silence)
