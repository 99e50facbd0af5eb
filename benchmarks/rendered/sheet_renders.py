"""Renders baked characters for the sheets: `python -m benchmarks.rendered.sheet_renders JOBS.json`, where bpy is.
`sheets.py` writes JOBS.json and runs it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Vector

from blender_addon.core.skeleton import Joint

from ..gallery import add_ground, set_look
from .bake_characters import names_in_file
from .bake_jobs import FIGURE, RIG
from .baked import read_baked
from .sheet_jobs import CELL, SheetJob, View, read_jobs

TALL = 1.5
"""Height of what is rendered, in heights of the character."""
BELOW = 0.16
"""What is seen below the ground, in heights of the character."""
FIGURE_TALL = 1.8
UP = Vector((0.0, 0.0, 1.0))
AXES = {
    View.FRONT: (Vector((1.0, 0.0, 0.0)), Vector((0.0, 1.0, 0.0))),
    View.SIDE: (Vector((0, 1, 0)), Vector((-1, 0, 0))),
}
"""To the right and away, of each view."""
HIGHEST, LOWEST = 0.85, 0.15
"""Heights of the hips between which the camera stays where it is, in heights of the character."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    for job in read_jobs(Path((sys.argv[1:] if arguments is None else arguments)[0])):
        _render(job)
    return 0


def _render(job: SheetJob) -> None:
    """The frames of one character, seen from the front or the side; the camera goes along with the hips."""
    bpy.ops.wm.open_mainfile(filepath=job.blend, load_ui=False)
    scene = bpy.context.scene
    joints = read_baked(Path(job.blend).with_suffix(".npz")).joints
    hips = np.nan_to_num(joints[:, [Joint.RIGHT_HIP, Joint.LEFT_HIP]].mean(axis=1))
    tall = _height(job)
    right, away = AXES[job.view]
    turn = Matrix((right, UP, -away)).transposed()
    camera = bpy.data.objects.new("Sheet", bpy.data.cameras.new("Sheet"))
    scene.collection.objects.link(camera)
    scene.camera = camera
    camera.data.type, camera.data.sensor_fit, camera.data.ortho_scale = "ORTHO", "VERTICAL", TALL * tall
    camera.data.clip_end = 100 * tall
    add_ground(scene, Matrix.Translation(away * 50 * tall) @ turn.to_4x4(), tall)
    set_look(scene)
    if job.character == RIG and all(body.data.materials for body in _bodies()):
        # Bone shapes beside the body have no material, and no picture either.
        scene.display.shading.color_type, scene.display.shading.light = "MATERIAL", "STUDIO"
    scene.render.resolution_x, scene.render.resolution_y = CELL
    folder = Path(job.folder)
    folder.mkdir(parents=True, exist_ok=True)
    for number, frame in enumerate(job.frames):
        scene.frame_set(frame + 1)
        middle = Vector(hips[min(frame, len(hips) - 1)])
        moved = max(0.0, middle.z - HIGHEST * tall) + min(0.0, middle.z - LOWEST * tall)
        place = right * (right @ middle) + UP * (moved + (TALL / 2 - BELOW) * tall) + away * (away @ middle - 20 * tall)
        camera.matrix_world = Matrix.Translation(place) @ turn.to_4x4()
        scene.render.filepath = str(folder / f"{number:02d}.png")
        bpy.ops.render.render(write_still=True, scene=scene.name)


def _bodies() -> list[bpy.types.Object]:
    """The meshes of the armature in the open file."""
    return [item for item in bpy.data.objects[names_in_file().armature].children_recursive if item.type == "MESH"]


def _height(job: SheetJob) -> float:
    """Of the character's mesh, or of the figure."""
    if job.character == FIGURE:
        return FIGURE_TALL
    heights = [(item.matrix_world @ Vector(corner)).z for item in _bodies() for corner in item.bound_box]
    return float(max(heights) - min(heights))


if __name__ == "__main__":
    sys.exit(main())
