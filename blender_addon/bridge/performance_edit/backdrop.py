"""The video behind the joints: as a camera's background, or as an image in the scene. The one place that knows how
Blender turns and times it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from numpy.typing import NDArray

from ...core.presentation import Presentation
from ..scene.animation.actions import Curve, Interpolation, assign, made_action
from ..scene.versions import VIDEOS_ARE_TURNED
from .clip_clock import ClipClock
from .picture import Picture, drive_by_resolution, frame_camera

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"})
OPACITY = 0.8

SAME_RATE = 1e-3
"""Relative difference within which two frame rates are one."""

LONGEST = 1_048_574
"""The longest duration that an image can have in Blender, in frames; Blender stops at the video's end by itself."""


def first_file(path: Path) -> Path:
    """The video itself, or the first of a folder's pictures."""
    if not path.is_dir():
        return path
    return min(
        (file for file in path.iterdir() if file.suffix.lower() in PICTURES),
        key=lambda file: (len(file.name), file.name),
    )


@dataclass(frozen=True)
class Showing:
    """What of the video is shown when: `count` frames of the clip that begins with the video's frame `first`, at `fps`,
    and the `clock` of the scene.

    `presentation`: how the file asks for its pictures to be shown.
    """

    path: Path
    first: int
    count: int
    fps: float
    presentation: Presentation
    clock: ClipClock

    def shifts(self, file_fps: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(K,) scene frames, and the offset in file frames from each of them on: the frame to show minus the frame that
        Blender would show.

        Blender shows one frame of the file per frame of the scene, whatever their rates.
        """
        clock = self.clock
        frames = np.arange(clock.first, int(np.ceil(clock.scene_frames(self.count - 1))) + 1)
        at = np.clip(np.floor((frames - clock.first) * clock.pace + 0.5), 0, self.count - 1)
        rate = 1.0 if abs(file_fps / self.fps - 1) < SAME_RATE else file_fps / self.fps
        shifts = np.floor((self.first + at) * rate + 0.5).astype(np.int64) - (frames - clock.first)
        changes = np.concatenate(([True], np.diff(shifts) != 0))
        return frames[changes], shifts[changes]

    @property
    def turned(self) -> int:
        """Degrees by which the add-on must turn the video in this version of Blender."""
        return 0 if VIDEOS_ARE_TURNED else self.presentation.rotation

    @property
    def flips(self) -> tuple[bool, bool]:
        """Whether the add-on must mirror the video left to right, and whether top to bottom.

        Where Blender turns videos, it takes a mirrored one for one that is turned by 180 degrees more.
        """
        if not self.presentation.mirrored:
            return False, False
        is_upside_down = VIDEOS_ARE_TURNED and not self.presentation.rotation % 180
        return not is_upside_down, is_upside_down

    @property
    def pixel_aspect(self) -> float:
        """How many times as wide as high the pixels are that Blender shows."""
        aspect = self.presentation.pixel_aspect
        return 1 / aspect if VIDEOS_ARE_TURNED and self.presentation.rotation % 180 else aspect


def show_behind_camera(camera: bpy.types.Object, scene: bpy.types.Scene, showing: Showing, picture: Picture) -> None:
    """Show the video behind what the camera sees, pixel for pixel, and let its frame hold the picture at any size that
    the scene renders.
    """
    clip = bpy.data.movieclips.load(str(first_file(showing.path)))
    background = camera.data.background_images.new()
    background.source, background.clip, background.frame_method, background.alpha = "MOVIE_CLIP", clip, "FIT", OPACITY
    camera.data.show_background_images = True
    background.rotation = np.radians(showing.turned)
    background.use_flip_x, background.use_flip_y = showing.flips
    clip.tracking.camera.pixel_aspect = showing.pixel_aspect
    frame_camera(camera, scene, picture.width * picture.scale, picture.height * picture.scale)
    if showing.turned % 180:
        # Blender fits it into the frame lying: as much is made up for by its scale.
        width, height = picture.width, picture.height
        fits = f"min(x * a / {width!r}, y * b / {height!r}) / min(x * a / {height!r}, y * b / {width!r})"
        drive_by_resolution(camera.data, "background_images[0].scale", scene, fits)
    frames, shifts = showing.shifts(clip.fps if clip.source == "MOVIE" else showing.fps)
    clip.frame_start, clip.frame_offset = showing.clock.first, int(shifts[0])
    if len(frames) > 1:
        _key_shifts(clip, "frame_offset", frames, shifts)


def show_as_plane(root: bpy.types.Object, name: str, showing: Showing, picture: Picture) -> bpy.types.Object:
    """A new object that shows the video where the picture is, from every side; it cannot be selected."""
    path = first_file(showing.path)
    clip = bpy.data.movieclips.load(str(path))
    file_fps = clip.fps if clip.source == "MOVIE" else showing.fps
    bpy.data.movieclips.remove(clip)
    image = bpy.data.images.load(str(path))
    if showing.path.is_dir():
        image.source = "SEQUENCE"
    plane = bpy.data.objects.new(f"{name} Video", None)
    plane.empty_display_type, plane.empty_display_size = "IMAGE", 1.0
    side = max(picture.width, picture.height)
    plane.scale = (*(-side if flip else side for flip in showing.flips), side)
    image.display_aspect = (showing.pixel_aspect, 1.0)
    plane.data, plane.parent, plane.hide_select = image, root, True
    plane.empty_image_depth, plane.use_empty_image_alpha, plane.color[3] = "BACK", True, OPACITY
    plane.location = (picture.width / 2, 0.0, -picture.height / 2)
    plane.rotation_euler = (np.pi / 2, np.radians(showing.turned), 0.0)
    frames, shifts = showing.shifts(file_fps)
    user = plane.image_user
    user.frame_start, user.frame_duration, user.use_auto_refresh = showing.clock.first, LONGEST, True
    user.frame_offset = int(shifts[0])
    if len(frames) > 1:
        _key_shifts(plane, "image_user.frame_offset", frames, shifts)
    return plane


def _key_shifts(owner: bpy.types.ID, path: str, frames: NDArray[np.int64], shifts: NDArray[np.int64]) -> None:
    curve = Curve(path, 0, frames, shifts.astype(np.float64), "Video", Interpolation.CONSTANT)
    assign(owner.animation_data_create(), *made_action(owner, f"{owner.name} Time", [curve]))
