"""Keys a second onto a rig: `python -m benchmarks.baking`, in a Python that has bpy.

A walk is baked onto a biped of 20 mapped bones, and then keyed again, value for value, with `keyframe_insert`. Writes a
table for this version of Blender into docs/BAKING.md.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("BLENDER_USER_RESOURCES", tempfile.mkdtemp(prefix="blender-user-"))

import bpy
import numpy as np

from benchmarks.grease_pencil import machine, walk
from blender_addon.bridge.armature.bone_map import BoneMap
from blender_addon.bridge.projection.planes import FRONT
from blender_addon.bridge.rig.rig_bake import RigBakeSettings, bake_rig
from blender_addon.bridge.scene.versions import ACTIONS_HAVE_SLOTS
from blender_addon.core.skeleton import Joint
from blender_addon.settings.keys import DENSE
from training.documents import replace_section, table

log = logging.getLogger("benchmarks")

FRAMES = 10_000
SPINE, NECK = 5, 3
"""Bones of each."""
UP = 0.34
"""From the mid-hip to the shoulders."""


@dataclass(frozen=True)
class Measured:
    """The same keys, baked in one go and inserted one by one, in seconds."""

    frames: int
    bones: int
    keys: int
    baked: float
    inserted: float

    def row(self) -> tuple[str, ...]:
        """Of the table."""
        times = f"{self.inserted / self.baked:.0f}"
        return (
            f"{self.frames:,}",
            str(self.bones),
            f"{self.keys:,}",
            f"{self.baked:.2f}",
            f"{self.keys / self.baked:,.0f}",
            f"{self.inserted:.1f}",
            times,
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where it was measured."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(prog="python -m benchmarks.baking", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--frames", type=int, nargs="+", default=[FRAMES], help="frames of each bake (default: %(default)s)"
    )
    parser.add_argument(
        "--output", type=Path, default=Path("docs/BAKING.md"), help="the page to write into (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    measured = [measure(frames) for frames in options.frames]
    head = (
        f"frames, Blender {bpy.app.version_string}",
        "bones",
        "keys",
        "seconds",
        "keys a second",
        "seconds with keyframe_insert",
        "times faster",
    )
    text = f"{table(head, [each.row() for each in measured])}\n\nSolving, placing and writing, in all; measured on {machine()}."
    replace_section(options.output, f"rig-{bpy.app.version[0]}.{bpy.app.version[1]}", text, "Baking")
    log.info("%s\n\nwritten: %s", text, options.output)
    return 0


def measure(frames: int) -> Measured:
    """Bake into an empty file, and key the same again by hand."""
    bpy.ops.wm.read_homefile(use_empty=True)
    armature, bone_map = biped()
    motion = walk(frames)
    start = time.perf_counter()
    bake = bake_rig(armature, bone_map, motion, RigBakeSettings(FRONT, 1.0, "walk", keys=DENSE))
    baked = time.perf_counter() - start
    return Measured(frames, bake.bones, bake.keys, baked, _inserted(armature))


def biped() -> tuple[bpy.types.Object, BoneMap]:
    """A stick man in the walk's proportions, with a spine and a neck of many bones, shoulders and hips, and its map."""
    armature = bpy.data.objects.new("biped", bpy.data.armatures.new("biped"))
    bpy.context.scene.collection.objects.link(armature)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    spine = _chain(
        armature, "spine", None, [(0, 0.02 * np.sin(3 * part), UP * part) for part in np.linspace(0, 1, SPINE + 1)]
    )
    neck = _chain(armature, "neck", spine[-1], [(0, 0, UP + 0.3 * part) for part in np.linspace(0, 1, NECK + 1)])
    chains: dict[Joint, tuple[str, ...]] = {Joint.NECK: spine, Joint.HEAD: neck}
    for side, sign in (("RIGHT", -1), ("LEFT", 1)):
        arm = _chain(
            armature,
            f"{side} arm",
            spine[-1],
            [(0.02 * sign, 0, UP), (0.12 * sign, 0, UP), (0.29 * sign, 0, UP), (0.45 * sign, 0, UP)],
        )
        leg = _chain(
            armature,
            f"{side} leg",
            spine[0],
            [(0.01 * sign, 0, 0), (0.06 * sign, 0, 0), (0.06 * sign, -0.01, -0.27), (0.06 * sign, 0, -0.53)],
        )
        names = ("SHOULDER", "ELBOW", "WRIST", "HIP", "KNEE", "ANKLE")
        chains |= {Joint[f"{side}_{name}"]: (bone,) for name, bone in zip(names, arm + leg, strict=True)}
    bpy.ops.object.mode_set(mode="OBJECT")
    return armature, BoneMap(chains, spine[0])


def _chain(
    armature: bpy.types.Object, name: str, parent: str | None, points: Sequence[tuple[float, float, float]]
) -> tuple[str, ...]:
    bones = armature.data.edit_bones
    made = []
    for index, (head, tail) in enumerate(pairwise(points)):
        bone = bones.new(f"{name} {index}")
        bone.head, bone.tail = head, tail
        bone.parent = bones[parent] if parent is not None else None
        parent = bone.name
        made.append(bone.name)
    return tuple(made)


def _inserted(armature: bpy.types.Object) -> float:
    """Seconds that `keyframe_insert` takes for the keys of the armature's action, in another one."""
    action = armature.animation_data.action
    curves = (
        action.fcurves
        if not ACTIONS_HAVE_SLOTS
        else action.layers[0].strips[0].channelbag(armature.animation_data.action_slot).fcurves
    )
    keyed: dict[tuple[str, str], list[tuple[int, np.ndarray]]] = {}
    for curve in curves:
        points = np.empty(2 * len(curve.keyframe_points), dtype=np.float32)
        curve.keyframe_points.foreach_get("co", points)
        bone, _, channel = curve.data_path.removeprefix('pose.bones["').partition('"].')
        keyed.setdefault((bone, channel), []).append((curve.array_index, points.reshape(-1, 2)))
    armature.animation_data.action = bpy.data.actions.new("inserted")
    start = time.perf_counter()
    for (name, channel), parts in keyed.items():
        bone = armature.pose.bones[name]
        for row, frame in enumerate(parts[0][1][:, 0]):
            for index, points in parts:
                getattr(bone, channel)[index] = points[row, 1]
            bone.keyframe_insert(channel, frame=frame)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
