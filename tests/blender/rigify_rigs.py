"""Write a file with Rigify's metarigs and a rig that it generated: `python rigify_rigs.py FILE [LEGS]`.

`LEGS`: how many times as long as the metarig's those of the generated rig are. In a process of its own: Blender 4.3 as
a module crashes at its end, or when it reads glTF, once Rigify was enabled in it.
"""

from __future__ import annotations

import os
import sys

import bpy
from mathutils import Vector

METARIGS = ("human", "basic_quadruped", "wolf", "horse", "cat", "shark", "bird")
GENERATED = "rigify"


def add_metarig(kind: str) -> bpy.types.Object:
    """One of Rigify's metarigs, named for its kind."""
    getattr(bpy.ops.object, f"armature_{kind}_metarig_add")()
    bpy.context.object.name = kind
    return bpy.context.object


def generate(legs: float) -> None:
    """A rig generated of a human metarig whose thighs and shins are so many times as long; it stands on the ground."""
    metarig, others = add_metarig(METARIGS[0]), set(bpy.data.objects)
    bpy.ops.object.mode_set(mode="EDIT")
    bones = metarig.data.edit_bones
    lifted = (legs - 1) * (bones["thigh.L"].head.z - bones["foot.L"].head.z)
    places = {
        (bone.name, end): getattr(bone, end) + Vector((0, 0, lifted)) for bone in bones for end in ("head", "tail")
    }
    for side in "LR":
        hip, knee, ankle = (bones[name].head.copy() for name in (f"thigh.{side}", f"shin.{side}", f"foot.{side}"))
        raised = hip + Vector((0, 0, lifted))
        places[f"thigh.{side}", "head"], ends = (
            raised,
            {"knee": raised + legs * (knee - hip), "ankle": raised + legs * (ankle - hip)},
        )
        places[f"thigh.{side}", "tail"] = places[f"shin.{side}", "head"] = ends["knee"]
        places[f"shin.{side}", "tail"] = ends["ankle"]
        for part in (bones[f"foot.{side}"], *bones[f"foot.{side}"].children_recursive):
            places |= {(part.name, end): getattr(part, end) - ankle + ends["ankle"] for end in ("head", "tail")}
    for (bone, end), place in places.items():
        setattr(bones[bone], end, place)
    bpy.ops.object.mode_set(mode="OBJECT")
    bpy.ops.pose.rigify_generate()
    next(item for item in bpy.data.objects if item.type == "ARMATURE" and item not in others).name = GENERATED
    bpy.data.objects.remove(metarig)


def write(file: str, legs: float) -> None:
    """Fill an empty file and save it."""
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.ops.preferences.addon_enable(module="rigify")
    generate(legs)
    for kind in METARIGS:
        add_metarig(kind)
    bpy.ops.wm.save_as_mainfile(filepath=file)


if __name__ == "__main__":
    file, *legs = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else sys.argv[1:]
    write(file, float(legs[0]) if legs else 1.0)
    os._exit(0)  # past the crash
