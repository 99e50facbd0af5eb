"""Draws the decoded skeleton and its contacts over the character while a preview plays; off with *Overlays*."""

from __future__ import annotations

import bpy
import gpu
import numpy as np
from gpu_extras.batch import batch_for_shader
from numpy.typing import NDArray

from ...core.skeleton import BONE_CHILDREN, BONE_PARENTS, Joint
from .preview import preview
from .view_drawing import ViewDrawing

RIGHT, LEFT, MIDDLE = (1.0, 0.45, 0.2, 0.9), (0.2, 0.6, 1.0, 0.9), (0.95, 0.95, 0.95, 0.9)
STANDING = (0.3, 1.0, 0.35, 1.0)
"""Colours of the performer's sides, and of feet that stand."""
BONE_WIDTH, CONTACT_WIDTH = 2.5, 7.0
"""Pixels at a resolution scale of 1."""
CONTACT_LENGTH = 0.06
"""Of the line below a standing foot, in parts of the skeleton's size."""


def _draw() -> None:
    context = bpy.context
    if not preview.on or preview.skeleton is None or context.scene.session_uid != preview.scene:
        return
    if not context.space_data.overlay.show_overlays or not preview.shows_skeleton:
        return
    found = preview.skeleton.at(context.scene.frame_current)
    if found is None:
        return
    joints, standing = found
    scale = context.preferences.system.ui_scale
    gpu.state.blend_set("ALPHA")
    gpu.state.depth_test_set("NONE")
    bones = joints[[joint for bone in zip(BONE_PARENTS, BONE_CHILDREN, strict=True) for joint in bone]]
    _lines(bones, [colour for child in BONE_CHILDREN for colour in (_colour(child),) * 2], BONE_WIDTH * scale)
    across = CONTACT_LENGTH * float(np.ptp(joints, axis=0).max()) / 2 * _right_of_view(context)
    for foot, ankle in enumerate((Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE)):
        if standing[foot]:
            _lines(joints[ankle] + np.stack((-across, across)), [STANDING] * 2, CONTACT_WIDTH * scale)
    gpu.state.blend_set("NONE")


def _lines(points: NDArray[np.float64], colours: list[tuple[float, ...]], width: float) -> None:
    """Lines from each first to each second of the points (2 N, 3)."""
    shader = gpu.shader.from_builtin("POLYLINE_SMOOTH_COLOR")
    batch = batch_for_shader(shader, "LINES", {"pos": points.astype(np.float32).tolist(), "color": colours})
    shader.uniform_float("viewportSize", gpu.state.viewport_get()[2:])
    shader.uniform_float("lineWidth", width)
    batch.draw(shader)


def _colour(joint: int) -> tuple[float, ...]:
    name = Joint(joint).name
    return RIGHT if name.startswith("RIGHT") else LEFT if name.startswith("LEFT") else MIDDLE


def _right_of_view(context: bpy.types.Context) -> NDArray[np.float64]:
    """(3,) the view's right, in the world."""
    return np.array(context.region_data.view_matrix.inverted().col[0][:3])


DRAWING = ViewDrawing(_draw, bpy.types.SpaceView3D, in_world=True)
