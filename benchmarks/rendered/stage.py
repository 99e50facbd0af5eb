"""A clip's people, place and camera in the open file, posed frame by frame."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Vector
from mathutils.bvhtree import BVHTree
from numpy.typing import NDArray

from blender_addon.core.skeleton import Joint

from .bodies import MEASURES
from .cameras import CameraPath, film
from .clips import Clip, Part
from .grounding import settle
from .motions import MOTIONS
from .movement import Movement
from .posing import Poser, bone_turn, mesh_vertices, point_places
from .regions import support_regions
from .rigs import IMPORTED, Rig, imported_person, own_person
from .scenery import SKY, add_box, build_scenery
from .truth import Recorded, Seat, find_supports

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

EXPOSURE = 0.9
"""Stops: Workbench's studio light is dim."""
LIGHT = (0.4, 0.77, 0.5)
"""Of the light that throws shadows; it goes along (-x, z, -y) in the world."""
SENSOR = 36.0
"""Millimetres across the picture."""
DEEP = {Joint.HEAD: 0.15, Joint.NECK: 0.17, Joint.MID_HIP: 0.17, Joint.RIGHT_HIP: 0.17, Joint.LEFT_HIP: 0.17,
        Joint.RIGHT_SHOULDER: 0.13, Joint.LEFT_SHOULDER: 0.13}  # fmt: skip
"""Metres that a joint may lie below the surface that hides it and yet be seen; other joints DEEP_IN_LIMB."""
DEEP_IN_LIMB = 0.10
SEAT_HALF = 0.24
SEAT_COLOUR = (0.30, 0.17, 0.08)


@dataclass(eq=False)
class Actor:
    """One person in the place: `way` (T, 3) is how far to move the posed body, in Blender's axes."""

    rig: Rig
    poser: Poser
    movement: Movement
    way: Array
    scale: float
    turn: Array
    at: Array
    regions: dict[str, Mask]
    seat: Seat | None = None
    points: Array = field(default_factory=lambda: np.zeros((0, 0, 3)))
    """(T, N, 3) the 15 joints, then the landmarks, for the camera that films it."""

    def pose(self, frame: float) -> None:
        """Pose it at a frame, or between two."""
        rotations, middle = self.movement.at(frame)
        low = int(np.clip(np.floor(frame), 0, len(self.way) - 1))
        high = min(low + 1, len(self.way) - 1)
        way = self.way[low] + np.clip(frame - low, 0, 1) * (self.way[high] - self.way[low])
        self.poser.pose(self.turn @ rotations, self.turn @ (middle * self.scale + way) + self.at)


@dataclass(eq=False)
class Stage:
    """A clip in the open file."""

    clip: Clip
    actors: list[Actor]
    camera: bpy.types.Object
    path: CameraPath
    fps: float

    @property
    def frames(self) -> int:
        """How many there are."""
        return len(self.path.focal)

    def show(self, frame: float) -> None:
        """Pose everybody and the camera at a frame, or between two."""
        for actor in self.actors:
            actor.pose(frame)
        matrix, focal = self.path.at(frame)
        self.camera.matrix_world = Matrix(matrix)
        self.camera.data.lens = focal * SENSOR / self.path.size[0]
        bpy.context.view_layer.update()


def set_stage(clip: Clip, seed: int, data: Path | None) -> Stage:
    """Build a clip in an empty file."""
    bpy.ops.wm.read_homefile(use_empty=True)
    actors = [_actor(clip, part, data) for part in clip.parts]
    frames = min(len(actor.way) for actor in actors)
    fps = actors[0].movement.fps
    joints = np.stack([actor.points[:frames] for actor in actors])
    shift = (joints.min(axis=(0, 1, 2)) + joints.max(axis=(0, 1, 2))) / 2
    path = film(clip.camera, joints, fps=fps, seed=seed)
    walked = joints[:, :, Joint.MID_HIP, :2].reshape(-1, 2)[:: max(1, frames // 10)]
    build_scenery(seed, np.concatenate((walked, shift[None, :2])), path.to_world[:: max(1, frames // 10), :2, 3])
    for actor in actors:
        if actor.seat is not None:
            low, high = np.array(actor.seat.low), np.array(actor.seat.high)
            middle, half = (low + high) / 2, (high - low) / 2
            centre = np.array((*middle, actor.seat.height / 2))
            add_box("Seat", centre, (float(half[0]), float(half[1]), actor.seat.height / 2), SEAT_COLOUR)
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    bpy.context.scene.collection.objects.link(camera)
    bpy.context.scene.camera = camera
    camera.data.sensor_fit, camera.data.sensor_width = "HORIZONTAL", SENSOR
    camera.data.clip_start, camera.data.clip_end = 0.05, 100.0
    _look(clip)
    return Stage(clip, actors, camera, path, fps)


def _actor(clip: Clip, part: Part, data: Path | None) -> Actor:
    motion = MOTIONS[part.motion]
    own = MEASURES[part.person].offsets() if part.person in MEASURES else None
    movement = motion.movement(clip.seconds, own, data / "motion" if data else None)
    if part.person in IMPORTED:
        assert data is not None, f"{part.person} is of the data folder"
        rig = imported_person(part.person, data)
    else:
        rig = own_person(part.person, movement.offsets, feet_on_root="root_feet" in clip.kinds)
    poser = Poser(rig, movement.offsets)
    angle = np.radians(part.heading)
    turn = np.array(((np.cos(angle), -np.sin(angle), 0), (np.sin(angle), np.cos(angle), 0), (0, 0, 1.0)))
    regions = support_regions(rig)
    actor = Actor(
        rig, poser, movement, np.zeros((len(movement), 3)), rig.leg / movement.leg, np.eye(3), np.zeros(3), regions
    )
    seen = [_posed(actor, frame) for frame in range(len(movement))]
    vertices, points = np.stack([mesh for mesh, _ in seen]), np.stack([joints for _, joints in seen])
    actor.way = settle(vertices, airborne=motion.airborne, fps=movement.fps)
    if motion.seat:
        actor.seat = _seat(vertices + actor.way[:, None], regions)
    actor.turn, actor.at = turn, np.array((*part.at, 0.0))
    actor.points = (points + actor.way[:, None]) @ turn.T + actor.at
    return actor


def _posed(actor: Actor, frame: int) -> tuple[Array, Array]:
    """The mesh's vertices (V, 3) and the joints and landmarks (N, 3) of a frame."""
    actor.pose(frame)
    places = point_places(actor.rig)
    names = [joint.name.lower() for joint in Joint] + list(actor.rig.landmarks)
    return mesh_vertices(actor.rig), np.stack([places[name] for name in names])


def _seat(vertices: Array, regions: dict[str, Mask]) -> Seat:
    """The box below who sits lowest: its top where the seat is then."""
    seat = vertices[:, regions["seat"]]
    lowest = seat[..., 2].min(axis=1)
    sitting = lowest < lowest.min() + 0.01
    height = float(np.median(lowest[sitting]))
    middle = seat[sitting].mean(axis=(0, 1))
    back = middle[1] + 0.5 * SEAT_HALF
    return Seat(
        height,
        (float(middle[0] - SEAT_HALF), float(back - SEAT_HALF)),
        (float(middle[0] + SEAT_HALF), float(back + SEAT_HALF)),
    )


def _look(clip: Clip) -> None:
    """Workbench with studio light and shadows, in the colours of materials and pictures."""
    scene = bpy.context.scene
    scene.render.engine = "BLENDER_WORKBENCH"
    scene.render.resolution_x, scene.render.resolution_y = clip.camera.size
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.color_mode = "RGB"
    scene.render.image_settings.compression = 10
    scene.view_settings.view_transform = "Standard"
    scene.view_settings.exposure = EXPOSURE
    scene.display.render_aa = "FXAA"
    scene.display.light_direction = LIGHT
    for name in ("Ground", "Wall"):  # open surfaces would put everything in the shade
        bpy.data.objects[name].display.show_shadows = False
    scene.display.shadow_focus = 0.4
    world = bpy.data.worlds.new("Sky")
    world.color = SKY
    scene.world = world
    shading = scene.display.shading
    shading.color_type, shading.light, shading.background_type = "TEXTURE", "STUDIO", "WORLD"
    shading.show_shadows, shading.shadow_intensity = True, 0.45
    shading.show_cavity, shading.show_specular_highlight = False, False


class Recorder:
    """Reads the truth of a stage, frame after frame."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        people = range(len(stage.actors))
        self._points: list[list[dict[str, Array]]] = [[] for _ in people]
        self._heads: list[list[Array]] = [[] for _ in people]
        self._visible: list[list[Mask]] = [[] for _ in people]
        self._vertices: list[list[Array]] = [[] for _ in people]
        self._triangles = [_triangles(actor.rig) for actor in stage.actors]

    def record(self) -> None:
        """Read the frame that is shown."""
        stage = self._stage
        vertices = [mesh_vertices(actor.rig) for actor in stage.actors]
        camera = Vector(stage.camera.matrix_world.translation)
        trees = [
            BVHTree.FromPolygons(points.tolist(), triangles)
            for points, triangles in zip(vertices, self._triangles, strict=True)
        ]
        for person, actor in enumerate(stage.actors):
            places = point_places(actor.rig)
            self._points[person].append(places)
            self._heads[person].append(bone_turn(actor.rig, "Head"))
            self._vertices[person].append(vertices[person])
            self._visible[person].append(
                np.array([_is_seen(camera, Vector(places[joint.name.lower()]), joint, trees) for joint in Joint])
            )

    def recorded(self) -> list[Recorded]:
        """All that was read, a person."""
        found = []
        for person, actor in enumerate(self._stage.actors):
            vertices = np.stack(self._vertices[person])
            seat = actor.seat
            names = self._points[person][0]
            found.append(
                Recorded(
                    {name: np.stack([places[name] for places in self._points[person]]) for name in names},
                    np.stack(self._heads[person]),
                    find_supports(vertices, actor.regions, seat, self._stage.fps),
                    np.stack(self._visible[person]),
                    vertices[..., 2].min(axis=1),
                    seat.height if seat else np.nan,
                )
            )
        return found


def _triangles(rig: Rig) -> list[tuple[int, ...]]:
    """The faces of all meshes, as numbers of the vertices that `mesh_vertices` gives."""
    faces: list[tuple[int, ...]] = []
    first = 0
    for item in rig.meshes:
        faces += [tuple(first + index for index in face.vertices) for face in item.data.polygons]
        first += len(item.data.vertices)
    return faces


def _is_seen(camera: Vector, joint: Vector, which: Joint, trees: list[BVHTree]) -> bool:
    """Whether nothing but the limb around it stands before a joint."""
    way = joint - camera
    allowed = way.length - DEEP.get(which, DEEP_IN_LIMB)
    way.normalize()
    for tree in trees:
        _place, _normal, _face, distance = tree.ray_cast(camera, way)
        if distance is not None and distance < allowed:
            return False
    return True
