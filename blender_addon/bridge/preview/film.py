"""The video in a corner of the 3D view while a preview plays, with the detected skeletons over it."""

from __future__ import annotations

from typing import Any

import bpy
import gpu
import numpy as np
from gpu_extras.batch import batch_for_shader
from numpy.typing import NDArray

from ..job.session import session
from ..scene.versions import PICTURE_SHADER
from .footage_overlay import bones_at, draw_bones
from .preview import preview
from .view_drawing import ViewDrawing

PICTURE_HEIGHT, MOST_PICTURES = 270, 400
"""Pixels of a picture, and how many are kept: 150 MB where they are wide."""
SHARE, MARGIN, TOP = 0.3, 60.0, 110.0
"""Part of the view's height that the picture takes, and how far it is from its side and from its top, in pixels at a
resolution scale of 1.
"""
LINEAR = np.array(
    [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in np.arange(256) / 255],
    dtype=np.float32,
)
"""The linear light of each value of a picture (sRGB, IEC 61966-2-1), as Blender's textures have it."""

_kept: dict[tuple[Any, ...], tuple[NDArray[np.uint8], NDArray[np.int64]]] = {}
"""The pictures of at most one performance, by its key."""
_texture: dict[tuple[int, int], Any] = {}
"""The texture of at most one picture, by its place and which pictures those are."""


def is_missing(key: tuple[Any, ...]) -> bool:
    """Whether there are no pictures of this performance."""
    return key not in _kept


def show(key: tuple[Any, ...], pictures: NDArray[np.uint8], rows: NDArray[np.int64]) -> None:
    """Take pictures (N, H, W, 3) of the video's frames `rows` (N,), in place of those there were."""
    forget()
    _kept[key] = (pictures, rows)


def forget() -> None:
    """Keep no pictures."""
    _kept.clear()
    _texture.clear()


def _draw() -> None:
    context, performance, evidence = bpy.context, session.performance, preview.evidence
    if not preview.on or not preview.shows_video or context.scene.session_uid != preview.scene:
        return
    if performance is None or evidence is None or not context.space_data.overlay.show_overlays:
        return
    seconds = evidence.seconds_at(context.scene.frame_current)
    if seconds is None or performance.key not in _kept:
        return
    pictures, rows = _kept[performance.key]
    poses = performance.people[0]
    place = int(np.abs(rows - seconds * poses.fps).argmin())
    height = SHARE * context.region.height
    width = height * pictures.shape[2] / pictures.shape[1]
    scale = context.preferences.system.ui_scale
    corner = np.array((MARGIN * scale, context.region.height - TOP * scale - height))
    _picture(pictures, place, corner, np.array((width, height)))
    for person in performance.people:
        if (bones := bones_at(person, person.start + seconds)) is not None and len(bones[0]):
            draw_bones(context, corner + bones[0] * (width, height), bones[1])


def _picture(pictures: NDArray[np.uint8], place: int, corner: NDArray[np.float64], size: NDArray[np.float64]) -> None:
    known = (id(pictures), place)
    if known not in _texture:
        pixels = np.ones((*pictures.shape[1:3], 4), dtype=np.float32)
        pixels[..., :3] = LINEAR[pictures[place][::-1]]
        content = gpu.types.Buffer("FLOAT", pixels.size, pixels.ravel())
        _texture.clear()
        _texture[known] = gpu.types.GPUTexture((pixels.shape[1], pixels.shape[0]), format="RGBA16F", data=content)
    corners = np.array(((0, 0), (1, 0), (1, 1), (0, 1)), dtype=np.float64)
    shader = gpu.shader.from_builtin(PICTURE_SHADER)
    content = {"pos": (corner + corners * size).astype(np.float32), "texCoord": corners.astype(np.float32)}
    batch = batch_for_shader(shader, "TRI_FAN", content)
    shader.bind()
    shader.uniform_sampler("image", _texture[known])
    batch.draw(shader)


DRAWING = ViewDrawing(_draw, bpy.types.SpaceView3D)
