"""Write a file with Rigify's metarigs and a rig that it generated: `python rigify_rigs.py FILE`.

In a process of its own: Blender 4.3 as a module crashes at its end, or when it reads glTF, once Rigify was enabled in it.
"""

from __future__ import annotations

import os
import sys

import bpy

METARIGS = ("human", "basic_quadruped", "wolf", "horse", "cat", "shark")
GENERATED = "rigify"


def add_metarig(kind: str) -> bpy.types.Object:
    """One of Rigify's metarigs, named for its kind."""
    getattr(bpy.ops.object, f"armature_{kind}_metarig_add")()
    bpy.context.object.name = kind
    return bpy.context.object


def write(file: str) -> None:
    """Fill an empty file and save it."""
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.ops.preferences.addon_enable(module="rigify")
    metarig = add_metarig(METARIGS[0])
    bpy.ops.pose.rigify_generate()
    next(item for item in bpy.data.objects if item.type == "ARMATURE" and item != metarig).name = GENERATED
    bpy.data.objects.remove(metarig)
    for kind in METARIGS:
        add_metarig(kind)
    bpy.ops.wm.save_as_mainfile(filepath=file)


if __name__ == "__main__":
    write(sys.argv[-1])
    os._exit(0)  # past the crash
