"""The picture's place in the scene: a plane in which one unit of its objects is a pixel."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix, Vector

from ...core.pose_sequence import PoseSequence

PICTURE_HEIGHT = 4.0
"""Height of the picture in world units: a performer who fills half of it is as tall as a figure."""

MARGIN = 0.1
"""Margin around everything that was seen, as a part of the longer side, where the picture's size is unknown."""

CAMERA_AWAY = 10.0
"""World units from the picture to its camera, which is orthographic."""


@dataclass(frozen=True)
class Picture:
    """A picture of (`width`, `height`) pixels that stands on the world's ground and faces −Y.

    Its root lies at the picture's top left corner and is scaled so that children are placed in pixels: (x, 0, −y).
    """

    width: float
    height: float

    @classmethod
    def of(cls, poses: PoseSequence) -> Picture:
        """The picture of the video; one that holds all seen joints where its size is unknown."""
        if poses.image_size is not None:
            return cls(*map(float, poses.image_size))
        highest = poses.positions[poses.seen].max(axis=0)
        return cls(*(float(side) for side in np.maximum(highest * (1 + MARGIN), 1)))

    @property
    def scale(self) -> float:
        """World units per pixel."""
        return PICTURE_HEIGHT / self.height

    def root(self, name: str) -> bpy.types.Object:
        """The new object that is the parent of everything in the picture."""
        root = bpy.data.objects.new(name, None)
        root.empty_display_type, root.empty_display_size = "ARROWS", self.height / 20
        root.matrix_world = Matrix.LocRotScale(
            Vector((-self.width * self.scale / 2, 0, PICTURE_HEIGHT)), None, (self.scale,) * 3
        )
        return root

    def camera(self, name: str) -> bpy.types.Object:
        """A new orthographic camera that sees the picture straight on; `frame_camera` lets its frame hold it."""
        camera = bpy.data.objects.new(name, bpy.data.cameras.new(name))
        camera.data.type, camera.data.sensor_fit = "ORTHO", "HORIZONTAL"
        camera.data.clip_end = 2 * CAMERA_AWAY
        camera.matrix_basis = Matrix.Translation(
            (self.width / 2, -CAMERA_AWAY / self.scale, -self.height / 2)
        ) @ Matrix.Rotation(np.pi / 2, 4, "X")
        return camera


def frame_camera(camera: bpy.types.Object, scene: bpy.types.Scene, width: float, height: float) -> None:
    """Drive how much the camera takes in, so that a picture of (width, height) world units just fits into its frame,
    whatever the scene renders.
    """
    drive_by_resolution(camera.data, "ortho_scale", scene, f"max({width!r}, {height!r} * (x * a) / (y * b))")


def drive_by_resolution(owner: bpy.types.ID, path: str, scene: bpy.types.Scene, expression: str) -> None:
    """Drive a property by the size that the scene renders: in the expression, `x` and `y` are pixels and `a` and `b`
    their sides.

    Where it is as simple as arithmetic, min and max, Blender works it out by itself, and scripts in files need not be
    allowed.
    """
    driver = owner.driver_add(path).driver
    for name, source in (
        ("x", "resolution_x"),
        ("y", "resolution_y"),
        ("a", "pixel_aspect_x"),
        ("b", "pixel_aspect_y"),
    ):
        variable = driver.variables.new()
        variable.name, variable.type = name, "SINGLE_PROP"
        variable.targets[0].id_type, variable.targets[0].id, variable.targets[0].data_path = (
            "SCENE",
            scene,
            f"render.{source}",
        )
    driver.type, driver.expression = "SCRIPTED", expression
