"""Contact sheets of every performance on every character: `python -m benchmarks.gallery --data DIR`, in a Python that
has bpy, after `make rendered`.

The extension does the whole job as a user would have it, with its defaults; sixteen frames of each are rendered and set
below the source. DIR holds `footage/openpose` and `rigs`; without it, the shipped video and our own characters are
shown.
"""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Vector
from numpy.typing import NDArray

from blender_addon.bridge.armature.rest_pose import RestPose
from tests.blender.rigs import RIGS

from .mannequin import dress

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[1]
WORKER = ROOT / ".venv/bin/python"
STREET = ROOT / "assets/footage/street.mp4"
OUT = ROOT / "docs/gallery"

COUNT = 16
SIZE = (150, 190)
"""Frames of a sheet, and pixels of each."""
TALL = 1.45
"""Height of what is rendered, in heights of the character."""
BELOW = 0.12
"""What is seen below the ground, in heights of the character."""
FALLEN = 0.2
"""Height of the hips above the ground, in heights of the character, below which the camera goes down with them."""
GROUND = (0.42, 0.38, 0.34, 1.0)
PAPER = (0.9, 0.91, 0.89)

FIGURE = "grease_pencil"
OWN = ("puppet", "slim")
DRAWINGS = {"drawn_layers": "LAYERS", "drawn_bones": "BONES", "drawn_weights": "WEIGHTS"}
"""Our own drawing, and the ways in which it performs."""
DRAWN, DRAWN_HIPS = "Doodle", Vector((0.0, 0.0, 0.76))
OF_OTHERS = ("mixamo", "unreal", "cmu_motionbuilder", "kaykit_knight", "quaternius_worker", "rigify")


@dataclass(frozen=True)
class Performance:
    """Where poses come from: `source` a video or a pose file, `performer` an id, `frames` as the extension takes them."""

    name: str
    source: Path
    performer: int
    frames: str = ""


RENDERED = tuple(Performance(name, ROOT / f"build/rendered/{name}.mp4", 1) for name in ("turn", "head"))
"""Clips of `make rendered` that show how characters turn."""
STREET_PERFORMANCES = (Performance("street_man", STREET, 1), Performance("street_woman", STREET, 2))
OPENPOSE = ("tall_man", "small_man", "workout_march", "model")


def performances(data: Path | None) -> list[Performance]:
    """All there are."""
    found = [*STREET_PERFORMANCES, *(each for each in RENDERED if each.source.exists())]
    if data is None:
        log.warning("WITHOUT --data: the OpenPose clips and other people's rigs are left out.")
        return found
    return found + [Performance(name, data / "footage/openpose" / name, 0) for name in OPENPOSE]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gallery", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--data",
        type=Path,
        default=os.environ.get("MOTION_RETARGET_2D_DATA"),
        help="the folder that holds footage/ and rigs/",
    )
    parser.add_argument("--out", type=Path, default=OUT, help="the folder for the sheets (default: docs/gallery)")
    parser.add_argument(
        "--python",
        type=Path,
        default=WORKER,
        help="the Python that has what the networks need (default: the checkout's .venv)",
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", help="some of the performances and characters")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    data = Path(options.data) if options.data else None
    characters = [*OWN, *(OF_OTHERS if data else ()), *DRAWINGS, FIGURE]
    chosen = options.only or []
    shown = [performance for performance in performances(data) if performance.name in chosen] or performances(data)
    characters = [name for name in characters if name in chosen] or characters
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="gallery-") as folder, _addon(options.python):
        for performance in shown:
            _make_sheet(performance, characters, data, Path(folder), options)
    return 0


class _addon:
    """The extension of this checkout, enabled."""

    def __init__(self, python: Path) -> None:
        self._python = python

    def __enter__(self) -> None:
        import blender_addon
        from blender_addon.bridge.scene.addon import PACKAGE

        bpy.context.preferences.addons.new().module = PACKAGE
        blender_addon.register()
        bpy.context.preferences.addons[PACKAGE].preferences.python = str(self._python.absolute())

    def __exit__(self, *_error: object) -> None:
        import blender_addon

        blender_addon.unregister()


def _make_sheet(
    performance: Performance, characters: Sequence[str], data: Path | None, folder: Path, options: argparse.Namespace
) -> None:
    """Bake and render every character, then let the worker's Python, which has OpenCV, set them below the source."""
    frames: list[int] = []
    for name in characters:
        scene, subject, frames = _baked(performance, name, data)
        log.info("%s on %s: %s", performance.name, name, bpy.context.window_manager.retarget2d.note)
        _render(scene, subject, frames, folder / performance.name / name)
    from blender_addon.bridge.job.session import session

    assert session.performance is not None
    poses = session.performance.poses_of(session.takes[0].performer)
    np.savez(
        folder / f"{performance.name}.npz",
        positions=poses.positions,
        confidence=poses.confidence,
        frames=np.array(frames) - 1,
        size=poses.image_size or (0, 0),
    )
    command = [
        options.python.absolute(),
        "-m",
        "benchmarks.gallery_sheet",
        folder / f"{performance.name}.npz",
        folder / performance.name,
        options.out / f"{performance.name}.webp",
    ]
    command += [
        "--characters",
        *characters,
        *(["--video", performance.source, "--range", performance.frames] if performance.source.is_file() else []),
    ]
    subprocess.run([str(word) for word in command], cwd=ROOT, check=True)


def _baked(
    performance: Performance, name: str, data: Path | None
) -> tuple[bpy.types.Scene, bpy.types.Object, list[int]]:
    """A new file with the character in it, baked; the scene, what performs, and the scene's frames to show."""
    from blender_addon.bridge.job.session import session

    bpy.ops.wm.read_homefile(use_empty=True)
    scene = bpy.context.scene
    settings = scene.retarget2d
    if name in DRAWINGS:
        settings.drawing.target, settings.drawing.way = _drawing(scene), DRAWINGS[name]
    elif name != FIGURE:
        armature = RIGS[name](data or Path())
        dress(armature)
        settings.armature = armature
    settings.bake = {"GREASE_PENCIL"} if name == FIGURE else {"DRAWING"} if name in DRAWINGS else {"RIG"}
    settings.video, settings.performer, settings.frame_range = (
        str(performance.source),
        performance.performer,
        performance.frames,
    )
    bpy.ops.retarget2d.detect()
    assert session.performance is not None
    scene.render.fps = round(session.performance.people[0].fps)
    bpy.ops.retarget2d.run()
    motion = session.takes[0].motion
    seen = np.flatnonzero((motion.confidence > 0).mean(axis=1) > 0.5)
    shown = seen[np.linspace(0, len(seen) - 1, COUNT).astype(int)] + settings.start_frame
    kinds = ("ARMATURE", "GREASEPENCIL")
    subject = settings.armature or min(
        (item for item in scene.objects if item.type in kinds), key=lambda item: kinds.index(item.type)
    )
    return scene, subject, [int(frame) for frame in shown]


def _drawing(scene: bpy.types.Scene) -> bpy.types.Object:
    """The drawing of our own, without the ground that is drawn beneath it."""
    with bpy.data.libraries.load(str(ROOT / "assets/characters/drawn.blend")) as (_, loaded):
        loaded.objects = [DRAWN]
    drawing = loaded.objects[0]
    scene.collection.objects.link(drawing)
    drawing.data.layers["Ground"].hide = True
    return drawing


def _render(scene: bpy.types.Scene, subject: bpy.types.Object, frames: Sequence[int], folder: Path) -> None:
    """The chosen frames, seen square to the plane that the motion landed in; the camera goes along with the hips, and
    keeps the ground in sight.
    """
    right, up, away, low, tall, hips = _stage(scene, subject)
    turn = Matrix((right, up, -away)).transposed()
    camera = bpy.data.objects.new("Gallery", bpy.data.cameras.new("Gallery"))
    scene.collection.objects.link(camera)
    scene.camera = camera
    camera.data.type, camera.data.sensor_fit, camera.data.ortho_scale = "ORTHO", "VERTICAL", TALL * tall
    camera.data.clip_end = 100 * tall
    add_ground(scene, Matrix.Translation(up * low + away * (away @ hips() + 50 * tall)) @ turn.to_4x4(), tall)
    set_look(scene)
    settings = scene.render
    folder.mkdir(parents=True)
    for number, frame in enumerate(frames):
        scene.frame_set(frame)
        # Who falls off a roof is followed down.
        fallen = min(0.0, up @ hips() - low - FALLEN * tall)
        place = (
            right * (right @ hips())
            + up * (low + fallen + (TALL / 2 - BELOW) * tall)
            + away * (away @ hips() - 20 * tall)
        )
        camera.matrix_world = Matrix.Translation(place) @ turn.to_4x4()
        settings.filepath = str(folder / f"{number:02d}.png")
        bpy.ops.render.render(write_still=True, scene=scene.name)


def _stage(
    scene: bpy.types.Scene, subject: bpy.types.Object
) -> tuple[Vector, Vector, Vector, float, float, Callable[[], Vector]]:
    """Right, up and away of the plane in the world, how high the ground is and the subject tall, and where its hips are
    in the scene's frame.
    """
    from blender_addon.bridge.projection.planes import plane_of
    from blender_addon.bridge.rig.measured_character import read_character
    from blender_addon.settings.view import PlaneChoice

    if subject.type != "ARMATURE":
        plane = plane_of(PlaneChoice.OWN, None, None, None, scene)
        right, up, away = (Vector(axis) for axis in plane.axes)
        follow = (
            (lambda: subject.matrix_world @ subject.data.layers["Hips"].matrix_local @ DRAWN_HIPS)
            if DRAWN in subject.name
            else _middle_of(subject)
        )
        return right, up, away, 0.0, 2.0, follow
    character = read_character(subject)
    plane = plane_of(PlaneChoice.OWN, subject, character.rest, character.bone_map, scene)
    right, up, away = (Vector(axis) for axis in plane.axes)
    heights = _points(subject, character.rest) @ plane.up
    root = character.bone_map.root
    return (
        right,
        up,
        away,
        float(heights.min()),
        float(np.ptp(heights)),
        lambda: subject.matrix_world @ subject.pose.bones[root].head,
    )


def _points(armature: bpy.types.Object, rest: RestPose) -> NDArray[np.float64]:
    """(N, 3) in the world: the corners of the meshes that it carries, as they rest, else the ends of its bones."""
    bodies = [item for item in armature.children_recursive if item.type == "MESH"]
    if bodies:
        # What it performs may lie on the floor.
        armature.data.pose_position = "REST"
        bpy.context.view_layer.update()
        corners = np.array([item.matrix_world @ Vector(corner) for item in bodies for corner in item.bound_box])
        armature.data.pose_position = "POSE"
        bpy.context.view_layer.update()
        return corners
    world = np.array(armature.matrix_world)
    return np.asarray(np.concatenate((rest.heads, rest.tails)) @ world[:3, :3].T + world[:3, 3], dtype=np.float64)


def _middle_of(figure: bpy.types.Object) -> Callable[[], Vector]:
    """What tells the middle of the strokes of the frame that is shown."""
    return lambda: _middle_of_drawing(figure)


def _middle_of_drawing(figure: bpy.types.Object) -> Vector:
    graph = bpy.context.evaluated_depsgraph_get()
    layers = figure.evaluated_get(graph).data.layers
    points = [
        point.position
        for layer in layers
        if layer.current_frame()
        for stroke in layer.current_frame().drawing.strokes
        for point in stroke.points
    ]
    return figure.matrix_world @ (sum(points, Vector()) / len(points) if points else Vector())


def add_ground(scene: bpy.types.Scene, place: Matrix, tall: float) -> None:
    """A wide board behind the character, whose upper edge is the ground at rest."""
    wide = 200 * tall
    mesh = bpy.data.meshes.new("Ground")
    mesh.from_pydata([(-wide, 0, 0), (wide, 0, 0), (wide, -wide, 0), (-wide, -wide, 0)], [], [(0, 1, 2, 3)])
    board = bpy.data.objects.new("Ground", mesh)
    board.color, board.matrix_world = GROUND, place
    mesh.materials.append(bpy.data.materials.new("Ground"))
    mesh.materials[0].diffuse_color = GROUND
    scene.collection.objects.link(board)


def set_look(scene: bpy.types.Scene) -> None:
    """Workbench, in the colours of materials where there are any, else of the objects."""
    scene.render.engine = "BLENDER_WORKBENCH"
    scene.render.resolution_x, scene.render.resolution_y = SIZE
    scene.render.image_settings.file_format = "PNG"
    scene.view_settings.view_transform = "Standard"
    scene.display.render_aa = "8"
    scene.view_layers[0].use_pass_z = True
    world = bpy.data.worlds.new("Paper")
    world.color = PAPER
    scene.world = world
    shading = scene.display.shading
    blocks = any(item.type == "MESH" and not item.data.materials for item in scene.objects)
    shading.color_type = "TEXTURE" if bpy.data.images else "OBJECT" if blocks else "MATERIAL"
    shading.light = "FLAT" if shading.color_type == "MATERIAL" and not _painted() else "STUDIO"
    shading.background_type = "WORLD"


def _painted() -> bool:
    """Whether there are surfaces for light; Workbench is told their colour, which an importer gives to the nodes alone."""
    surfaces = [
        material
        for material in bpy.data.materials
        if material.use_nodes and "Principled BSDF" in material.node_tree.nodes
    ]
    for material in surfaces:
        material.diffuse_color = material.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value
    return bool(surfaces)


if __name__ == "__main__":
    sys.exit(main())
