"""Draws the detected skeletons over the video in the Movie Clip and Image editors; off with *Overlays* there."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import gpu
import numpy as np
from gpu_extras.batch import batch_for_shader
from numpy.typing import NDArray

from ...core.pose_sequence import PoseSequence
from ...core.skeleton import BONE_CHILDREN, BONE_PARENTS
from ..job.session import session
from ..scene.media import same_video
from .evidence_strip import colours_of
from .view_drawing import ViewDrawing

WIDTH = 2.5
"""Of bones, in pixels at a resolution scale of 1."""


def bones_at(poses: PoseSequence, seconds: float) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """(N, 2, 2) both ends of every bone that is seen at a moment of the video, in parts of the picture, y up, and (N,)
    how sure it is; None where the performer is not in the video then.
    """
    row = round((seconds - poses.start) * poses.fps)
    if poses.image_size is None or not 0 <= row < len(poses.positions):
        return None
    joints = poses.positions[row] / np.array(poses.image_size, dtype=np.float64)
    joints[:, 1] = 1 - joints[:, 1]
    ends = np.stack((joints[list(BONE_PARENTS)], joints[list(BONE_CHILDREN)]), axis=1)
    sure = np.minimum(poses.confidence[row][list(BONE_PARENTS)], poses.confidence[row][list(BONE_CHILDREN)])
    return ends[sure > 0], sure[sure > 0].astype(np.float64)


def _clip(space: bpy.types.Space, frame: int) -> tuple[str, float] | None:
    """Which video a Movie Clip editor shows, and at how many seconds."""
    clip = space.clip
    if clip is None or clip.fps <= 0:
        return None
    return clip.filepath, (frame - clip.frame_start + clip.frame_offset) / clip.fps


def _image(space: bpy.types.Space, _frame: int) -> tuple[str, float] | None:
    """The same of an Image editor."""
    image = space.image
    if image is None or image.source != "MOVIE" or session.performance is None:
        return None
    return image.filepath, (space.image_user.frame_current - 1) / session.performance.people[0].fps


def _draw(shown: Callable[[bpy.types.Space, int], tuple[str, float] | None]) -> None:
    context = bpy.context
    space, performance = context.space_data, session.performance
    overlay = getattr(space, "overlay", None)
    if performance is None or (overlay is not None and not overlay.show_overlays):
        return
    found = shown(space, context.scene.frame_current)
    if found is None or not same_video(found[0], performance.video):
        return
    for poses in performance.people:
        if (bones := bones_at(poses, found[1])) is not None and len(bones[0]):
            view = context.region.view2d
            corner, across = (np.array(view.view_to_region(*at, clip=False), dtype=float) for at in ((0, 0), (1, 1)))
            draw_bones(context, corner + bones[0] * (across - corner), bones[1])


def draw_bones(context: bpy.types.Context, ends: NDArray[np.float64], sure: NDArray[np.float64]) -> None:
    """Draw bones between their ends (N, 2, 2), in pixels, coloured by how sure (N,) they are."""
    points = ends.reshape(-1, 2)
    gpu.state.blend_set("ALPHA")
    shader = gpu.shader.from_builtin("POLYLINE_SMOOTH_COLOR")
    content = {
        "pos": np.pad(points, ((0, 0), (0, 1))).astype(np.float32),
        "color": np.repeat(colours_of(sure), 2, axis=0),
    }
    batch = batch_for_shader(shader, "LINES", content)
    shader.uniform_float("viewportSize", gpu.state.viewport_get()[2:])
    shader.uniform_float("lineWidth", WIDTH * context.preferences.system.ui_scale)
    batch.draw(shader)
    gpu.state.blend_set("NONE")


DRAWINGS = (
    ViewDrawing(_draw, bpy.types.SpaceClipEditor, _clip),
    ViewDrawing(_draw, bpy.types.SpaceImageEditor, _image),
)
