"""Both performers in one scene: the extension bakes them, then each is put where they were filmed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from numpy.typing import NDArray

from blender_addon import cli
from blender_addon.bridge.job.session import Take, session
from characters.build import look_through_camera
from characters.catalogue import FOLDER

from .filming import quiet
from .scenery import Place, build_scenery

Array = NDArray[np.float64]

PUPPET_FILE, PUPPET = FOLDER / "puppet.blend", "Puppet"
ON_PUPPET, IN_GREASE_PENCIL = 1, 2
"""Which performer becomes what: the most prominent one is the first."""

RESOLUTION = (720, 406)
"""Of the picture, 16 to 9 as nearly as even numbers allow."""
SOLES = ("foot.R", "foot.L")
"""The bones that carry the shoes."""
STANDING = 0.5
"""Contact probability from which a foot stands."""

WALK_SIZE = 0.85
"""The walker's size, so that her way from the tree fits into the picture."""
WALK_GROUND, WALK_DEPTH, WALK_BEGIN = -0.52, -1.5, -0.3
"""Where she walks: nearer to the viewer than the house, which is lower in the picture; and where she begins beside the
tree.
"""
SURE = 0.5
"""Mean confidence from which she counts as seen: while the picture's edge cuts her, nobody knows how she walks."""
TREE_BEYOND, TREE_WITHIN = 0.9, 0.5
"""How far the tree stands behind the last place of the runner, and within the picture."""
SETTLED = 0.03
"""A sole that rises or falls less than this in a frame rests."""
HOUSE_HEIGHT, SHORTEST_LAWN = 1.0, 1.8
"""Of the house and of the lawn between it and the tree, where the video does not show them all."""
ROOF_BEYOND, ROOF_LENGTH = 0.34, 2.3
"""How far the roof reaches beyond the feet that stood on it, and how long it is."""
BELOW, ABOVE = 0.85, 0.2
"""What the picture shows below the lawn, and above the highest point of the puppet."""
INSET = 0.24
"""Width of the video in the corner of the camera's view, in parts of it."""


@dataclass(frozen=True)
class Source:
    """What to show, and the Python that the networks run on."""

    video: Path
    frame_range: str
    python: Path
    device: str


def stage(source: Source, blend: Path) -> bpy.types.Scene:
    """Bake both performers by the extension's command line, then set the scene; the file is left open, ready to be
    saved to `blend`.

    ValueError where the extension could not do its part; it has said why.
    """
    common = [
        "--video",
        str(source.video),
        "--range",
        source.frame_range,
        "--python",
        str(source.python),
        "--device",
        source.device,
        "--output",
        str(blend),
    ]
    _run(["--file", str(PUPPET_FILE), "--armature", PUPPET, "--performer", str(ON_PUPPET), "--bake", "rig", *common])
    boy = session.takes[0]
    before = set(bpy.data.objects)
    _run(["--armature", "none", "--performer", str(IN_GREASE_PENCIL), "--bake", "grease-pencil", *common])
    walker = session.takes[0]
    (figure,) = set(bpy.data.objects) - before
    scene = bpy.context.scene
    scene.frame_start, scene.frame_end = 1, len(boy.motion)
    scene.render.fps, scene.render.fps_base = round(boy.motion.fps), 1.0
    _set_scene(scene, source, boy, walker, figure)
    look_through_camera()
    return scene


def name_video_from(scene: bpy.types.Scene, video: Path, folder: Path) -> None:
    """Let the file find the video from the folder that it will lie in, wherever both are taken together."""
    relative = f"//{Path(os.path.relpath(video, folder)).as_posix()}"
    scene.retarget2d.video = relative
    for clip in bpy.data.movieclips:
        clip.filepath = relative


def _run(arguments: list[str]) -> None:
    with quiet():
        status = cli.main(arguments)
    if status:
        raise ValueError("The extension could not finish; the line above says why.")


def _set_scene(scene: bpy.types.Scene, source: Source, boy: Take, walker: Take, figure: bpy.types.Object) -> None:
    puppet = bpy.data.objects[PUPPET]
    soles, hips, highest = _measure(scene, puppet)
    standing = boy.motion.contacts.max(axis=1) > STANDING
    lawn, roof = levels(soles, standing)
    puppet.location.z -= lawn
    on_roof = hips[standing & (np.abs(soles - roof) < np.abs(soles - lawn))]
    roof_right = float(on_roof.max()) + ROOF_BEYOND
    tree = max(float(hips[-1]) + TREE_BEYOND, roof_right + SHORTEST_LAWN)
    right, low, high = tree + TREE_WITHIN, -BELOW, highest - lawn + ABOVE
    left = right - (high - low) * RESOLUTION[0] / RESOLUTION[1]
    place = Place(roof_right - ROOF_LENGTH, roof_right, roof - lawn, tree, left, right, low, high)
    scene.collection.children.link(build_scenery(place))
    _place_walker(figure, walker, tree, scene)
    _set_camera(scene, place, source.video)


def levels(soles: Array, standing: NDArray[np.bool_]) -> tuple[float, float]:
    """The heights of lawn and roof, from the height of the lower sole (F,) and whether a foot stood for sure (F,).

    A landing is short and half out of sight: where no foot stood for sure on the lawn, those tell that neither rise nor
    fall. Where the part of the video that is shown stays on the roof, the lawn lies as deep below as the house is
    usually high.
    """
    middle = float(soles.min() + soles.max()) / 2
    if np.ptp(soles) < HOUSE_HEIGHT / 2:
        roof = _level(soles, standing, np.ones(len(soles), dtype=np.bool_))
        return roof - HOUSE_HEIGHT, roof
    resting = np.abs(np.gradient(soles)) < SETTLED
    lawn, roof = (_level(soles, side & standing, side & resting, side) for side in (soles < middle, soles >= middle))
    return lawn, roof


def _level(soles: Array, *choices: NDArray[np.bool_]) -> float:
    """The middle height of the first choice of frames that has any."""
    return float(np.median(soles[next(chosen for chosen in choices if chosen.any())]))


def _measure(scene: bpy.types.Scene, puppet: bpy.types.Object) -> tuple[Array, Array, float]:
    """Frame by frame the height of the lower sole (F,) and where the hips are along x (F,), and the highest point of
    all.
    """
    pieces = [item for item in puppet.children if item.type == "MESH"]  # among them artwork for views
    corners = {piece: np.array([(*vertex.co, 1.0) for vertex in piece.data.vertices]) for piece in pieces}
    soles, hips, highest = [], [], -np.inf
    for frame in range(scene.frame_start, scene.frame_end + 1):
        scene.frame_set(frame)
        seen = [piece for piece in pieces if not piece.hide_viewport]
        heights = [(piece.parent_bone, corners[piece] @ np.array(piece.matrix_world)[2]) for piece in seen]
        soles.append(min(height.min() for bone, height in heights if bone in SOLES))
        highest = max(highest, *(float(height.max()) for _, height in heights))
        hips.append((puppet.matrix_world @ puppet.pose.bones["hips"].head).x)
    return np.array(soles), np.array(hips), highest


def _place_walker(figure: bpy.types.Object, walker: Take, tree: float, scene: bpy.types.Scene) -> None:
    """She comes from behind the tree, and is there only while she was seen."""
    figure.location = (tree + WALK_BEGIN, WALK_DEPTH, WALK_GROUND)
    figure.scale = (WALK_SIZE,) * 3
    seen = np.flatnonzero(walker.motion.confidence.mean(axis=1) > SURE) + scene.frame_start
    for frame, hidden in ((scene.frame_start, True), (int(seen[0]), False), (int(seen[-1]) + 1, True)):
        figure.hide_render = figure.hide_viewport = hidden
        figure.keyframe_insert("hide_render", frame=frame)
        figure.keyframe_insert("hide_viewport", frame=frame)


def _set_camera(scene: bpy.types.Scene, place: Place, video: Path) -> None:
    """All of the place, with the video in the upper left corner of the camera's view."""
    camera = scene.camera
    camera.location = ((place.left + place.right) / 2, -10, (place.low + place.high) / 2)
    camera.data.ortho_scale = place.right - place.left
    scene.render.resolution_x, scene.render.resolution_y = RESOLUTION
    scene.display.render_aa = "8"
    # Without a depth pass Grease Pencil is drawn over whatever stands before it.
    scene.view_layers[0].use_pass_z = True
    clip = bpy.data.movieclips.load(str(video.resolve()))
    clip.frame_start = scene.frame_start
    camera.data.show_background_images = True
    background = camera.data.background_images.new()
    background.source, background.clip = "MOVIE_CLIP", clip
    background.display_depth, background.alpha, background.scale = "FRONT", 1.0, INSET
    background.offset = (-0.5 + INSET / 2 + 0.01, (0.5 - INSET / 2) * RESOLUTION[1] / RESOLUTION[0] - 0.01)
