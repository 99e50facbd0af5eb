"""Rigged people in the open file: our own, built by script, and those of the data folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Vector
from numpy.typing import NDArray

from blender_addon.core.skeleton import Joint
from training.motion_library import CANONICAL_JOINTS, CANONICAL_PARENTS, NETWORK_JOINTS

from .bodies import LOOKS, MEASURES
from .body_mesh import BodyMesh, build_body, rest_joints, sole_height

Array = NDArray[np.float64]

SIDES = {"L": "left", "R": "right"}
BASE_COLOUR = "Principled BSDF"
DIRECTED = {name: child for side in "LR" for name, child in (
    (f"{side}Arm", f"{side}ForeArm"), (f"{side}ForeArm", f"{side}Hand"),
    (f"{side}UpLeg", f"{side}Leg"), (f"{side}Leg", f"{side}Foot"))}  # fmt: skip
"""Bones of limbs, which point along the captured limb, whichever way they point at rest."""


@dataclass(frozen=True, eq=False)
class RestPoint:
    """A point of the body: the bone that carries it and where it is at rest, in the world."""

    bone: str
    place: Array


@dataclass(eq=False)
class Rig:
    """A rigged person.

    Attributes:
        armature: at rest it stands in a T-pose with its soles at z = 0, facing -Y.
        meshes: what it carries.
        bones: the bone of each canonical joint that has one.
        joints: the 15 joints, each the mean of points.
        landmarks: points beside the joints, by the product's names.
        offsets: (24, 3) the canonical body of the rig, metres, in the motion's axes; of what it has bones for.
    """

    armature: bpy.types.Object
    meshes: list[bpy.types.Object]
    bones: dict[str, str]
    joints: dict[Joint, tuple[RestPoint, ...]]
    landmarks: dict[str, RestPoint]
    places: dict[str, Array] = field(default_factory=dict)
    """Where the canonical joints are at rest, in the world."""

    @property
    def leg(self) -> float:
        """Thigh and shin, metres."""
        hip, knee, ankle = (self.places[name] for name in ("LUpLeg", "LLeg", "LFoot"))
        return float(np.linalg.norm(hip - knee) + np.linalg.norm(knee - ankle))


def own_person(name: str, offsets: Array | None = None, *, feet_on_root: bool = False) -> Rig:
    """Build one of the project's own people in the open file.

    Args:
        name: a row of LOOKS.
        offsets: (24, 3) the body to dress; by default the person's own.
        feet_on_root: let the feet's bones hang on a root beside the body, as on rigs made for inverse kinematics.
    """
    table = MEASURES[name].offsets() if offsets is None else np.asarray(offsets, dtype=np.float64)
    mesh = build_body(LOOKS[name], table)
    joints = rest_joints(table)
    size = (float(joints["HeadEnd"][2] - joints["LFoot"][2]) + 0.1) / 1.75
    up = np.array((0.0, 0.0, -sole_height(joints, size)))
    places = {joint: place + up for joint, place in joints.items()}
    armature = _own_armature(name, places, feet_on_root)
    body = _own_mesh(name, mesh, up, armature)
    landmarks = {label: RestPoint(joint, place + up) for label, (joint, place) in mesh.landmarks.items()}
    bones = {joint: joint for joint in CANONICAL_JOINTS if joint != "HeadEnd"}
    return Rig(armature, [body], bones, _joints(bones, places, landmarks), landmarks, places)


def _own_armature(name: str, places: Mapping[str, Array], feet_on_root: bool) -> bpy.types.Object:
    armature = bpy.data.objects.new(name, bpy.data.armatures.new(name))
    bpy.context.scene.collection.objects.link(armature)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    made: dict[str, bpy.types.EditBone] = {}
    root = armature.data.edit_bones.new("root")
    root.head, root.tail, root.use_deform = (0, 0, 0), (0, 0.2, 0), False
    for joint, parent in zip(CANONICAL_JOINTS, CANONICAL_PARENTS, strict=True):
        if joint == "HeadEnd":
            continue
        bone = armature.data.edit_bones.new(joint)
        children = [c for c, p in zip(CANONICAL_JOINTS, CANONICAL_PARENTS, strict=True)
                    if p >= 0 and CANONICAL_JOINTS[p] == joint]  # fmt: skip
        head = places[joint]
        way = np.mean([places[child] for child in children], axis=0) - head if children else np.array((0, -0.08, 0))
        if joint.endswith("Hand"):
            way = np.array((0.16 if joint[0] == "L" else -0.16, 0, 0))
        if np.linalg.norm(way) < 0.02:
            way = np.array((0, 0, 0.04))
        bone.head, bone.tail = Vector(head), Vector(head + way)
        hangs = root if parent < 0 or (feet_on_root and joint.endswith("Foot")) else made[CANONICAL_JOINTS[parent]]
        bone.parent = hangs
        made[joint] = bone
    bpy.ops.object.mode_set(mode="OBJECT")
    return armature


def _own_mesh(name: str, body: BodyMesh, up: Array, armature: bpy.types.Object) -> bpy.types.Object:
    data = bpy.data.meshes.new(name)
    data.from_pydata([tuple(vertex + up) for vertex in body.vertices], [], body.faces)
    numbers: dict[tuple[float, float, float], int] = {}
    for colour in body.colours:
        if colour not in numbers:
            numbers[colour] = len(numbers)
            material = bpy.data.materials.new(f"{name} {len(numbers)}")
            material.diffuse_color = (*colour, 1.0)
            data.materials.append(material)
    data.polygons.foreach_set("material_index", [numbers[colour] for colour in body.colours])
    data.polygons.foreach_set("use_smooth", [len(face) == 4 for face in body.faces])
    data.update()
    item = bpy.data.objects.new(f"{name} body", data)
    bpy.context.scene.collection.objects.link(item)
    groups: dict[str, bpy.types.VertexGroup] = {}
    for index, weights in enumerate(body.weights):
        for joint, share in weights.items():
            if joint not in groups:
                groups[joint] = item.vertex_groups.new(name=joint)
            groups[joint].add([index], share, "REPLACE")
    item.parent = armature
    item.modifiers.new("Armature", "ARMATURE").object = armature
    return item


def _joints(
    bones: Mapping[str, str], places: Mapping[str, Array], landmarks: Mapping[str, RestPoint]
) -> dict[Joint, tuple[RestPoint, ...]]:
    """The project's 15 joints on a rig: the heads of bones, and the head in the middle of the ears."""
    joints: dict[Joint, tuple[RestPoint, ...]] = {
        joint: tuple(RestPoint(bones[source], places[source]) for source in sources)
        for joint, sources in NETWORK_JOINTS.items()
        if joint != Joint.HEAD
    }
    joints[Joint.HEAD] = (landmarks["right_ear"], landmarks["left_ear"])
    return dict(sorted(joints.items()))


@dataclass(frozen=True)
class ImportedRig:
    """A rig of the data folder: which of its bones are canonical joints, and points of its face, hands and shoes.

    `points` are measured on its mesh at rest, metres; those of the left are mirrored. `skip` are parts of names of
    meshes that are left out.
    """

    file: str
    bones: Mapping[str, str]
    points: Mapping[str, tuple[str, tuple[float, float, float]]]
    ankle: float
    skip: tuple[str, ...] = ("Icosphere",)


def _both(table: Mapping[str, str]) -> dict[str, str]:
    """Bones of the left for both sides: `L` in the joint, `.L` or `.l` at the bone's end."""
    other = {".L": ".R", ".l": ".r"}
    return {**table, **{f"R{joint[1:]}": bone[:-2] + other[bone[-2:]] for joint, bone in table.items()}}


IMPORTED: dict[str, ImportedRig] = {
    "worker": ImportedRig(
        "quaternius_worker.glb",
        {
            "Hips": "Hips", "Spine": "Abdomen", "Spine1": "Torso", "Chest": "Chest", "Neck": "Neck", "Head": "Head",
            **_both({
                "LClav": "Shoulder.L", "LArm": "UpperArm.L", "LForeArm": "LowerArm.L", "LHand": "Hand.L",
                "LUpLeg": "UpperLeg.L", "LLeg": "LowerLeg.L", "LFoot": "Foot.L",
            }),
        },
        {
            "nose": ("Head", (0.0, -0.175, 1.645)),
            "left_ear": ("Head", (0.107, -0.060, 1.680)),
            "left_eye": ("Head", (0.042, -0.150, 1.697)),
            "left_index_knuckle": ("LHand", (0.665, -0.112, 1.437)),
            "left_heel": ("LFoot", (0.121, -0.012, 0.015)),
            "left_toe": ("LFoot", (0.135, -0.280, 0.015)),
        },
        ankle=0.085,
    ),
    "knight": ImportedRig(
        "kaykit_knight.glb",
        {
            "Hips": "hips", "Spine": "spine", "Chest": "chest", "Head": "head",
            **_both({
                "LArm": "upperarm.l", "LForeArm": "lowerarm.l", "LHand": "wrist.l", "LUpLeg": "upperleg.l",
                "LLeg": "lowerleg.l", "LFoot": "foot.l", "LToe": "toes.l",
            }),
        },
        {
            "nose": ("Head", (0.0, -0.50, 1.55)),
            "left_ear": ("Head", (0.50, -0.05, 1.62)),
            "left_eye": ("Head", (0.17, -0.47, 1.62)),
            "left_index_knuckle": ("LHand", (0.85, -0.04, 1.107)),
            "left_heel": ("LFoot", (0.171, 0.10, 0.03)),
            "left_toe": ("LToe", (0.171, -0.26, 0.03)),
        },
        ankle=0.0,
        skip=("Icosphere", "Sword", "Shield", "Cape", "Helmet"),
    ),
}  # fmt: skip


def imported_person(name: str, data: Path) -> Rig:
    """Import one of IMPORTED from the data folder."""
    spec = IMPORTED[name]
    before = set(bpy.data.objects)
    bpy.ops.import_scene.gltf(filepath=str(data / "rigs" / spec.file))
    items = [item for item in bpy.data.objects if item not in before]
    for item in [one for one in items if any(word in one.name for word in spec.skip)]:
        items.remove(item)
        bpy.data.objects.remove(item)
    armature = next(item for item in items if item.type == "ARMATURE")
    armature.animation_data_clear()
    for track in list(bpy.data.actions):
        bpy.data.actions.remove(track)
    for bone in armature.pose.bones:
        bone.matrix_basis = Matrix.Identity(4)
    for material in bpy.data.materials:
        if material.use_nodes and BASE_COLOUR in material.node_tree.nodes:
            material.diffuse_color = material.node_tree.nodes[BASE_COLOUR].inputs["Base Color"].default_value
    bpy.context.view_layer.update()
    world = np.array(armature.matrix_world)
    places = {
        joint: (world @ np.array((*armature.data.bones[bone].head_local, 1.0)))[:3]
        for joint, bone in spec.bones.items()
    }
    for side in "LR":
        places[f"{side}Foot"][2] = max(places[f"{side}Foot"][2], spec.ankle)
    landmarks = _mirrored(spec)
    joints = _joints(spec.bones, places, landmarks)
    if spec.ankle:
        for joint, side in ((Joint.LEFT_ANKLE, "L"), (Joint.RIGHT_ANKLE, "R")):
            joints[joint] = (RestPoint(spec.bones[f"{side}Leg"], places[f"{side}Foot"]),)
    meshes = [item for item in items if item.type == "MESH"]
    return Rig(armature, meshes, dict(spec.bones), joints, landmarks, places)


def _mirrored(spec: ImportedRig) -> dict[str, RestPoint]:
    found = {}
    for label, (joint, place) in spec.points.items():
        found[label] = RestPoint(spec.bones[joint], np.array(place))
        if label.startswith("left_"):
            other = f"R{joint[1:]}" if joint[0] == "L" else joint
            point = RestPoint(spec.bones[other], np.array((-place[0], place[1], place[2])))
            found["right" + label.removeprefix("left")] = point
    return found
