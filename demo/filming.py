"""Frames out of Blender, and a film out of frames."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import bpy

from blender_addon.bridge.scene.versions import MEDIA_ARE_CHOSEN_FIRST, STRIPS

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
    """Write the pictures of a folder as a film, and say how far that is."""
    pictures = sorted(frames.glob("*.png"))
    with Progress("Writing the film", len(pictures)) as progress:
        bpy.app.handlers.render_write.append(lambda *_: progress.advance())
        try:
            write_video(pictures, fps, path)
        finally:
            bpy.app.handlers.render_write.pop()


def write_video(pictures: Sequence[Path], fps: int, path: Path, *, quality: str = "HIGH") -> None:
    """Write pictures of one folder as H.264 in an mp4, by Blender's own FFmpeg; `quality` is Blender's, a constant rate
    factor.
    """
    scene = bpy.data.scenes.new("Film")
    scene.view_settings.view_transform = "Standard"
    strips = getattr(scene.sequence_editor_create(), STRIPS)
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
    """Blender writes lines of its own to standard output, past Python; what is for the user goes to stderr meanwhile."""
    kept, silence = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(silence)
