"""Rigs whose limbs a rigger hung on IK: plain constraints on shins and forearms, with bones for targets and poles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import bpy
import numpy as np
from mathutils import Vector

from tests.blender.rigs import RIGS


def ik_puppet(data_if_any: Path | None, *, poles: bool) -> bpy.types.Object:
    """A cut-out puppet whose legs are bent by IK: targets at the ankles, and poles beside the knees."""
    armature = RIGS["planar_puppet"](data_if_any)
    legs = {
        f"leg_lower.{side}": (side, f"foot.{side}", Vector((sign * 0.5, 0, 0))) for side, sign in (("R", -1), ("L", 1))
    }
    hang_on_targets(armature, legs, poles=poles)
    return armature


def foot_controls(data_if_any: Path | None, at_heels: float) -> bpy.types.Object:
    """A body whose legs hang on controls as riggers build them: below all of it a master; of each foot a flat control,
    `at_heels` metres behind the ankle, with the bone inside that the IK goes by and the foot takes its rotation from,
    and the pole.
    """
    armature = RIGS["mixamo"](data_if_any)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    bones = armature.data.edit_bones
    master = bones.new("master")
    master.tail = (0, -0.3, 0)
    bones["mixamorig:Hips"].parent = master
    for side, letter in (("Left", "L"), ("Right", "R")):
        foot = bones[f"mixamorig:{side}Foot"]
        control, inside, pole = (bones.new(f"{name}.{letter}") for name in ("foot", "inside foot", "knee"))
        control.head = foot.head + Vector((0, at_heels, -at_heels))
        control.tail = control.head + Vector((0, -0.2, 0))
        inside.head, inside.tail, inside.roll = foot.head.copy(), foot.tail.copy(), foot.roll
        pole.head = bones[f"mixamorig:{side}Leg"].head + Vector((0, -0.5, 0))
        pole.tail = pole.head + Vector((0, 0, 0.1))
        control.parent, inside.parent, pole.parent = master, control, control
    bpy.ops.object.mode_set(mode="OBJECT")
    for side, letter in (("Left", "L"), ("Right", "R")):
        constraint = armature.pose.bones[f"mixamorig:{side}Leg"].constraints.new("IK")
        constraint.target, constraint.subtarget, constraint.chain_count = armature, f"inside foot.{letter}", 2
        constraint.pole_target, constraint.pole_subtarget, constraint.pole_angle = (
            armature,
            f"knee.{letter}",
            np.radians(90),
        )
        copied = armature.pose.bones[f"mixamorig:{side}Foot"].constraints.new("COPY_ROTATION")
        copied.target, copied.subtarget = armature, f"inside foot.{letter}"
    bpy.context.view_layer.update()
    return armature


def ik_mixamo(data_if_any: Path | None) -> bpy.types.Object:
    """A body in space whose legs and arms are bent by IK, with targets at wrists and ankles, and poles before knees and
    behind elbows.
    """
    armature = RIGS["mixamo"](data_if_any)
    limbs = {}
    for side, letter in (("Left", "L"), ("Right", "R")):
        limbs[f"mixamorig:{side}Leg"] = (f"leg.{letter}", f"mixamorig:{side}Foot", Vector((0, -0.5, 0)))
        limbs[f"mixamorig:{side}ForeArm"] = (f"arm.{letter}", f"mixamorig:{side}Hand", Vector((0, 0.5, 0)))
    hang_on_targets(armature, limbs, poles=True)
    return armature


def hang_on_targets(armature: bpy.types.Object, limbs: Mapping[str, tuple[str, str, Vector]], *, poles: bool) -> None:
    """IK on these bones: by each the name of its controls, the bone at the limb's end, and where its pole lies from the
    joint.
    """
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    bones = armature.data.edit_bones
    for bone, (name, end, way) in limbs.items():
        for control, head in ((f"target.{name}", bones[end].head.copy()), (f"pole.{name}", bones[bone].head + way)):
            made = bones.new(control)
            made.head, made.tail = head, head + Vector((0, 0, 0.1))
    bpy.ops.object.mode_set(mode="OBJECT")
    for bone, (name, _, _) in limbs.items():
        constraint = armature.pose.bones[bone].constraints.new("IK")
        constraint.target, constraint.subtarget, constraint.chain_count = armature, f"target.{name}", 2
        if poles:
            constraint.pole_target, constraint.pole_subtarget = armature, f"pole.{name}"
            constraint.pole_angle = _resting_angle(armature, constraint, bone)


def _resting_angle(armature: bpy.types.Object, constraint: bpy.types.KinematicConstraint, bone: str) -> float:
    """The pole angle that leaves the limb nearest to how it rests, of those that riggers set."""
    found = {}
    for angle in np.radians([-90.0, 0.0, 90.0, 180.0]):
        constraint.pole_angle = angle
        bpy.context.view_layer.update()
        found[angle] = (armature.pose.bones[bone].head - armature.data.bones[bone].head_local).length
    return float(min(found, key=lambda angle: found[angle]))
