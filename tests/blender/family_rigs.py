"""Rigs of five families, made by script: each family's bone names, parents, splits and rolls, on bodies of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import radians

import bpy
from mathutils import Matrix, Quaternion, Vector

from tests.blender.rig_bones import Point, RigBone, build_armature

Body = Mapping[str, Point]
"""Joints by name, in metres: the character looks to −Y and stands on z = 0; of limbs the left one's."""

T_POSE: Body = {
    "floor": (0, 0, 0),
    "hips": (0, 0, 0.95),
    "waist": (0, 0, 1.06),
    "belly": (0, 0.01, 1.18),
    "chest": (0, 0.02, 1.31),
    "neck": (0, 0, 1.47),
    "skull": (0, -0.02, 1.55),
    "crown": (0, -0.02, 1.75),
    "collar": (0.05, 0, 1.43),
    "shoulder": (0.18, 0, 1.41),
    "elbow": (0.42, 0.02, 1.41),
    "wrist": (0.66, 0, 1.41),
    "palm": (0.75, 0.02, 1.41),
    "hip": (0.1, 0, 0.91),
    "knee": (0.1, -0.03, 0.49),
    "ankle": (0.1, 0, 0.08),
    "ball": (0.1, -0.14, 0.02),
    "toes": (0.1, -0.2, 0.02),
}
"""An adult with the arms straight out to the sides."""
A_POSE: Body = {
    **T_POSE,
    "shoulder": (0.17, 0.01, 1.43),
    "elbow": (0.34, 0.02, 1.24),
    "wrist": (0.46, -0.13, 1.09),
    "palm": (0.5, -0.19, 1.04),
    "knee": (0.13, -0.02, 0.5),
    "ankle": (0.16, 0.01, 0.08),
    "ball": (0.17, -0.12, 0.02),
    "toes": (0.17, -0.19, 0.02),
    "neck middle": (0, -0.01, 1.51),
    "fingers": (0.53, -0.24, 1),
}
"""The same adult with the arms lowered and bent forward, and the feet apart."""
CHIBI: Body = {
    "floor": (0, 0, 0),
    "hips": (0, 0, 0.38),
    "waist": (0, 0, 0.57),
    "chest": (0, 0, 0.9),
    "neck": (0, 0, 1.14),
    "skull": (0, 0, 1.16),
    "crown": (0, 0, 1.42),
    "shoulder": (0.2, 0, 1.04),
    "elbow": (0.43, 0.01, 1.04),
    "wrist": (0.67, 0, 1.04),
    "palm": (0.75, 0, 1.04),
    "fingertips": (0.86, 0, 1.04),
    "grip": (0.84, 0, 0.98),
    "hip": (0.16, 0, 0.49),
    "knee": (0.16, -0.01, 0.28),
    "ankle": (0.16, 0.02, 0.14),
    "ball": (0.16, -0.1, 0.03),
    "toes": (0.16, -0.24, 0.03),
    "heel": (0.16, 0.12, 0.03),
    "knee pole": (0.16, -0.58, 0.28),
    "elbow pole": (0.43, 0.59, 1.04),
}
"""A cartoon character: a huge head on short legs."""

FORWARD, BACK = (0.0, -1.0, 0.0), (0.0, 1.0, 0.0)
UP, DOWN = (0.0, 0.0, 1.0), (0.0, 0.0, -1.0)
INWARDS = (-1.0, 0.0, 0.0)


@dataclass(frozen=True)
class Row:
    """A bone from one joint of the body to another, its z axis turned towards `z`. A name with `{s}` (the side's word)
    or `{i}` (its first letter) stands for two bones. `away` takes the place of the second joint: the way from the
    first.
    """

    name: str
    parent: str | None
    head: str
    tail: str
    z: Point
    away: Point | None = None


@dataclass(frozen=True)
class Family:
    """How a family names, parents and rolls its bones."""

    sides: tuple[str, str]
    """The words for left and right."""
    body: Body
    rows: tuple[Row, ...]
    fingers: tuple[str, ...] = ()
    """Names of the fingers from the index to the little one, then the thumb; `{n}` stands for the phalanx."""
    finger_parent: str = ""
    finger_z: Point = DOWN
    phalanges: tuple[int, ...] = (1, 2, 3)
    thumb_phalanges: tuple[int, ...] = (1, 2, 3)

    def bones(self) -> Iterator[RigBone]:
        """Every bone, parents before children."""
        for row in self.rows:
            for sign, word in self._sides_of(row.name):
                head = Vector(self.body[row.head])
                tail = Vector(self.body[row.tail]) if row.away is None else head + Vector(row.away)
                yield _bone(_named(row.name, word), _named(row.parent, word), (head, tail), row.z, sign)
        for sign, word in self._sides_of("{s}") if self.fingers else ():
            yield from self._fingers_of(sign, word)

    def _sides_of(self, name: str) -> tuple[tuple[float, str], ...]:
        return tuple(zip((1.0, -1.0), self.sides, strict=True)) if "{" in name else ((1.0, ""),)

    def _fingers_of(self, sign: float, word: str) -> Iterator[RigBone]:
        wrist, palm = Vector(self.body["wrist"]), Vector(self.body["palm"])
        out = (palm - wrist).normalized()
        across = out.cross(Vector(self.finger_z)).normalized()
        across = across if across.y > 0 else -across
        for place, finger in enumerate(self.fingers):
            thumb = place == len(self.fingers) - 1
            start = wrist - 0.03 * across if thumb else palm + (0.025 * place - 0.035) * across
            way = (out - across).normalized() if thumb else out
            parent = self.finger_parent.format(s=word)
            for step, phalanx in enumerate(self.thumb_phalanges if thumb else self.phalanges):
                name = finger.format(s=word, n=phalanx)
                head = start + 0.03 * step * way
                yield _bone(name, parent, (head, head + 0.03 * way), self.finger_z, sign)
                parent = name


def _named(name: str | None, word: str) -> str | None:
    return None if name is None else name.format(s=word, i=word[:1])


def _bone(name: str | None, parent: str | None, ends: tuple[Vector, Vector], z: Point, sign: float) -> RigBone:
    mirrored = (Vector((sign * point[0], point[1], point[2])) for point in (*ends, z))
    first, second, third = (tuple(map(float, point)) for point in mirrored)
    return RigBone(str(name), parent, first, second, z_axis=third)  # type: ignore[arg-type]


def _mixamo(name: str, parent: str | None, head: str, tail: str, z: Point) -> Row:
    return Row(f"mixamorig:{name}", parent and f"mixamorig:{parent}", head, tail, z)


MIXAMO = Family(
    sides=("Left", "Right"),
    body=T_POSE,
    rows=(
        _mixamo("Hips", None, "hips", "waist", FORWARD),
        _mixamo("Spine", "Hips", "waist", "belly", FORWARD),
        _mixamo("Spine1", "Spine", "belly", "chest", FORWARD),
        _mixamo("Spine2", "Spine1", "chest", "neck", FORWARD),
        _mixamo("Neck", "Spine2", "neck", "skull", FORWARD),
        _mixamo("Head", "Neck", "skull", "crown", FORWARD),
        _mixamo("{s}Shoulder", "Spine2", "collar", "shoulder", DOWN),
        _mixamo("{s}Arm", "{s}Shoulder", "shoulder", "elbow", DOWN),
        _mixamo("{s}ForeArm", "{s}Arm", "elbow", "wrist", DOWN),
        _mixamo("{s}Hand", "{s}ForeArm", "wrist", "palm", DOWN),
        _mixamo("{s}UpLeg", "Hips", "hip", "knee", FORWARD),
        _mixamo("{s}Leg", "{s}UpLeg", "knee", "ankle", FORWARD),
        _mixamo("{s}Foot", "{s}Leg", "ankle", "ball", UP),
        _mixamo("{s}ToeBase", "{s}Foot", "ball", "toes", UP),
    ),
    fingers=tuple(f"mixamorig:{{s}}Hand{name}{{n}}" for name in ("Index", "Middle", "Ring", "Pinky", "Thumb")),
    finger_parent="mixamorig:{s}Hand",
)
UNREAL = Family(
    sides=("l", "r"),
    body=A_POSE,
    rows=(
        Row("Root", None, "floor", "floor", FORWARD, away=(0, 0, 0.5)),
        Row("pelvis", "Root", "hips", "waist", FORWARD),
        Row("spine_01", "pelvis", "waist", "belly", FORWARD),
        Row("spine_02", "spine_01", "belly", "chest", FORWARD),
        Row("spine_03", "spine_02", "chest", "neck", FORWARD),
        Row("neck_01", "spine_03", "neck", "skull", FORWARD),
        Row("head", "neck_01", "skull", "crown", FORWARD),
        Row("clavicle_{s}", "spine_03", "collar", "shoulder", FORWARD),
        Row("upperarm_{s}", "clavicle_{s}", "shoulder", "elbow", FORWARD),
        Row("lowerarm_{s}", "upperarm_{s}", "elbow", "wrist", FORWARD),
        Row("hand_{s}", "lowerarm_{s}", "wrist", "palm", INWARDS),
        Row("thigh_{s}", "pelvis", "hip", "knee", BACK),
        Row("calf_{s}", "thigh_{s}", "knee", "ankle", BACK),
        Row("foot_{s}", "calf_{s}", "ankle", "ball", DOWN),
        Row("ball_{s}", "foot_{s}", "ball", "toes", DOWN),
    ),
    fingers=tuple(f"{name}_0{{n}}_{{s}}" for name in ("index", "middle", "ring", "pinky", "thumb")),
    finger_parent="hand_{s}",
    finger_z=INWARDS,
)
CMU = Family(
    sides=("Left", "Right"),
    body={name: (x, y, z - 0.95) for name, (x, y, z) in A_POSE.items()},
    rows=(
        Row("Hips", None, "hips", "waist", FORWARD),
        Row("LowerBack", "Hips", "waist", "belly", FORWARD),
        Row("Spine", "LowerBack", "belly", "chest", FORWARD),
        Row("Spine1", "Spine", "chest", "neck", FORWARD),
        Row("Neck", "Spine1", "neck", "neck middle", FORWARD),
        Row("Neck1", "Neck", "neck middle", "skull", FORWARD),
        Row("Head", "Neck1", "skull", "crown", FORWARD),
        Row("{s}Shoulder", "Spine1", "collar", "shoulder", FORWARD),
        Row("{s}Arm", "{s}Shoulder", "shoulder", "elbow", FORWARD),
        Row("{s}ForeArm", "{s}Arm", "elbow", "wrist", FORWARD),
        Row("{s}Hand", "{s}ForeArm", "wrist", "palm", FORWARD),
        Row("{i}Thumb", "{s}Hand", "wrist", "palm", INWARDS, away=(0.01, -0.04, -0.02)),
        Row("{s}FingerBase", "{s}Hand", "palm", "fingers", INWARDS),
        Row("{s}HandFinger1", "{s}FingerBase", "fingers", "fingers", INWARDS, away=(0.01, -0.02, -0.02)),
        Row("{i}HipJoint", "Hips", "hips", "hip", DOWN),
        Row("{s}UpLeg", "{i}HipJoint", "hip", "knee", BACK),
        Row("{s}Leg", "{s}UpLeg", "knee", "ankle", BACK),
        Row("{s}Foot", "{s}Leg", "ankle", "ball", DOWN),
        Row("{s}ToeBase", "{s}Foot", "ball", "toes", DOWN),
    ),
)
"""As a BVH file puts it, the hips are where the armature is."""
KAYKIT = Family(
    sides=("l", "r"),
    body=CHIBI,
    rows=(
        Row("root", None, "floor", "floor", FORWARD, away=(0, 0, 0.3)),
        Row("hips", "root", "hips", "waist", FORWARD),
        Row("spine", "hips", "waist", "chest", FORWARD),
        Row("chest", "spine", "chest", "neck", FORWARD),
        Row("head", "chest", "skull", "crown", FORWARD),
        Row("upperarm.{s}", "chest", "shoulder", "elbow", UP),
        Row("lowerarm.{s}", "upperarm.{s}", "elbow", "wrist", UP),
        Row("wrist.{s}", "lowerarm.{s}", "wrist", "palm", UP),
        Row("hand.{s}", "wrist.{s}", "palm", "fingertips", UP),
        Row("handslot.{s}", "hand.{s}", "grip", "grip", UP, away=(0, -0.1, 0)),
        Row("upperleg.{s}", "hips", "hip", "knee", BACK),
        Row("lowerleg.{s}", "upperleg.{s}", "knee", "ankle", BACK),
        Row("foot.{s}", "lowerleg.{s}", "ankle", "ball", DOWN),
        Row("toes.{s}", "foot.{s}", "ball", "toes", UP),
        Row("kneeIK.{s}", "root", "knee pole", "knee pole", DOWN, away=(0, -0.3, 0)),
        Row("control-toe-roll.{s}", "root", "toes", "heel", UP),
        Row("control-heel-roll.{s}", "control-toe-roll.{s}", "heel", "ball", UP),
        Row("control-foot-roll.{s}", "control-heel-roll.{s}", "ball", "ankle", UP),
        Row("heelIK.{s}", "control-foot-roll.{s}", "ankle", "ankle", UP, away=(0, 0.16, 0)),
        Row("IK-foot.{s}", "control-foot-roll.{s}", "ankle", "ball", DOWN),
        Row("IK-toe.{s}", "control-heel-roll.{s}", "heel", "ball", UP),
        Row("elbowIK.{s}", "root", "elbow pole", "elbow pole", UP, away=(0, 0.3, 0)),
        Row("handIK.{s}", "root", "wrist", "wrist", UP, away=(0.3, 0, 0)),
    ),
)
QUATERNIUS = Family(
    sides=("L", "R"),
    body={**T_POSE, "collar": (0.1, 0, 1.37), "neck": (0, 0, 1.49), "skull": (0, 0, 1.57), "hip": (0.1, 0, 0.96)},
    rows=(
        Row("Root", None, "floor", "floor", FORWARD, away=(0, 0, 0.1)),
        Row("Hips", "Root", "hips", "waist", FORWARD),
        Row("Abdomen", "Hips", "waist", "belly", FORWARD),
        Row("Torso", "Abdomen", "belly", "chest", FORWARD),
        Row("Chest", "Torso", "chest", "neck", FORWARD),
        Row("Neck", "Chest", "neck", "skull", FORWARD),
        Row("Head", "Neck", "skull", "crown", FORWARD),
        Row("Shoulder.{s}", "Chest", "collar", "shoulder", (-0.3, 0.8, 0.5)),
        Row("UpperArm.{s}", "Shoulder.{s}", "shoulder", "elbow", UP),
        Row("LowerArm.{s}", "UpperArm.{s}", "elbow", "wrist", UP),
        Row("Hand.{s}", "LowerArm.{s}", "wrist", "palm", UP),
        Row("UpperLeg.{s}", "Hips", "hip", "knee", INWARDS),
        Row("LowerLeg.{s}", "UpperLeg.{s}", "knee", "ankle", BACK),
        Row("Foot.{s}", "LowerLeg.{s}", "ankle", "ball", DOWN),
    ),
    fingers=tuple(f"{name}{{n}}.{{s}}" for name in ("Index", "Middle", "Ring", "Pinky", "Thumb")),
    finger_parent="Hand.{s}",
    finger_z=UP,
    phalanges=(2, 3, 4),
    thumb_phalanges=(2, 3),
)


def kaykit() -> bpy.types.Object:
    """As the family's glTF files come in: with an action, here of a blow with the right arm, that has posed it."""
    armature = build_armature("Rig", KAYKIT.bones())
    for bone, degrees in (("upperarm.r", 70.0), ("hand.r", 40.0)):
        posed = armature.pose.bones[bone]
        for frame, turn in ((1, 0.0), (10, degrees), (20, 0.0)):
            posed.rotation_quaternion = Quaternion((1, 0, 0), radians(turn))
            posed.keyframe_insert("rotation_quaternion", frame=frame)
    return armature


def quaternius() -> bpy.types.Object:
    """As the family's glTF files come in: an armature a hundred times enlarged and lying, whose bones are stubs."""
    lying = Matrix(((100, 0, 0, 0), (0, 0, 100, 0), (0, -100, 0, 0), (0, 0, 0, 1)))
    into = lying.inverted()

    def stub(bone: RigBone) -> RigBone:
        head, tail, z = (Vector(point) for point in (bone.head, bone.tail, bone.z_axis or UP))
        ends = (into @ head, into @ (head + 0.009 * (tail - head).normalized()), into.to_3x3() @ z)
        first, second, third = (tuple(map(float, point)) for point in ends)
        return RigBone(bone.name, bone.parent, first, second, z_axis=third)  # type: ignore[arg-type]

    armature = build_armature("CharacterArmature", map(stub, QUATERNIUS.bones()))
    root = bpy.data.objects.new("RootNode", None)
    bpy.context.scene.collection.objects.link(root)
    armature.parent = root
    armature.matrix_world = lying
    bpy.context.view_layer.update()
    return armature


TABLES: dict[str, Family] = {"mixamo": MIXAMO, "unreal": UNREAL, "cmu_motionbuilder": CMU}
"""Families whose rigs are armatures alone."""
IMPORTED: dict[str, Callable[[], bpy.types.Object]] = {"kaykit_knight": kaykit, "quaternius_worker": quaternius}
"""Families whose rigs come in from glTF files; each is made in the open file."""
