"""Rigs to test on, made in the open file: people of many families, and armatures that are nobody's."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import bpy

from tests.blender.family_rigs import IMPORTED, TABLES
from tests.blender.rig_bones import Point, RigBone, build_armature

ROOT = Path(__file__).resolve().parents[2]
CHARACTERS = ROOT / "assets/characters"


Maker = Callable[[Path | None], bpy.types.Object]
"""Makes a rig in the open file; a rig of the shared data is read from that folder, and made by script where there is
none.
"""


def family_bones(name: str, data: Path | None) -> list[RigBone]:
    """The bones of a rig of the shared data's tables, or of ours of that family where there is no such data."""
    if data is None:
        return list(TABLES[name].bones())
    bones = json.loads((data / "rigs" / f"{name}.json").read_text(encoding="utf-8"))["bones"]
    return [
        RigBone(bone["name"], bone["parent"], tuple(bone["head"]), tuple(bone["tail"]), bone["roll"]) for bone in bones
    ]


def _table(name: str) -> Maker:
    return lambda data: build_armature(name, family_bones(name, data))


def _gltf(file: str) -> Maker:
    def make(data: Path | None) -> bpy.types.Object:
        if data is None:
            return IMPORTED[Path(file).stem]()
        before = set(bpy.data.objects)
        bpy.ops.import_scene.gltf(filepath=str(data / "rigs" / file))
        return next(item for item in bpy.data.objects if item not in before and item.type == "ARMATURE")

    return make


@cache
def _rigify_file(legs: float) -> Path:
    """The file of rigs that Rigify made, the generated one with such legs, written once."""
    file = Path(tempfile.mkdtemp(prefix="rigify-")) / "rigs.blend"
    program, script = bpy.app.binary_path, str(Path(__file__).with_name("rigify_rigs.py"))
    # A real Blender's Python has no bpy of its own.
    command = (
        [program, "-b", "--factory-startup", "--python", script, "--"]
        if Path(program).stem.startswith("blender")
        else [sys.executable, script]
    )
    done = subprocess.run([*command, str(file), str(legs)], capture_output=True, text=True, timeout=300, check=False)
    if done.returncode or not file.exists():
        raise RuntimeError(f"Rigify made no rigs:\n{done.stdout}\n{done.stderr}")
    return file


def rigify_with_legs(factor: float) -> bpy.types.Object:
    """A rig that Rigify generated, in the open file, of a human whose thighs and shins are so many times as long as its
    metarig's.
    """
    return _of_rigify("rigify", factor)(None)


def _of_rigify(name: str, legs: float = 1.0) -> Maker:
    def make(_data: Path | None) -> bpy.types.Object:
        with bpy.data.libraries.load(str(_rigify_file(legs))) as (_there, here):
            here.objects = [name]
        armature = here.objects[0]
        bpy.context.scene.collection.objects.link(armature)
        bpy.context.view_layer.objects.active = armature
        bpy.context.view_layer.update()
        return armature

    return make


def _character(file: str) -> Maker:
    def make(_data: Path | None) -> bpy.types.Object:
        before = set(bpy.data.objects)
        with bpy.data.libraries.load(str(CHARACTERS / file)) as (there, here):
            here.collections = there.collections
        for collection in here.collections:
            bpy.context.scene.collection.children.link(collection)
        bpy.context.view_layer.update()
        return next(item for item in bpy.data.objects if item not in before and item.type == "ARMATURE")

    return make


PUPPET_BONES = (
    ("hip", None, (0.0, 1.0), (0.0, 1.1)),
    ("torso", "hip", (0.0, 1.1), (0.0, 1.5)),
    ("neck", "torso", (0.0, 1.5), (0.0, 1.6)),
    ("head", "neck", (0.0, 1.6), (0.0, 2.0)),
    *(
        bone
        for side, sign in (("R", -1.0), ("L", 1.0))
        for bone in (
            (f"arm_upper.{side}", "torso", (sign * 0.2, 1.45), (sign * 0.28, 1.15)),
            (f"arm_lower.{side}", f"arm_upper.{side}", (sign * 0.28, 1.15), (sign * 0.33, 0.85)),
            (f"hand.{side}", f"arm_lower.{side}", (sign * 0.33, 0.85), (sign * 0.34, 0.75)),
            (f"leg_upper.{side}", "hip", (sign * 0.1, 1.0), (sign * 0.11, 0.55)),
            (f"leg_lower.{side}", f"leg_upper.{side}", (sign * 0.11, 0.55), (sign * 0.12, 0.1)),
            (f"foot.{side}", f"leg_lower.{side}", (sign * 0.12, 0.1), (sign * 0.24, 0.02)),
        )
    ),
)
"""A plain cut-out puppet seen from the front, in (x, z): name, parent, head, tail."""


def planar_puppet(_data: Path | None) -> bpy.types.Object:
    """A front-view cut-out puppet: all bones in the XZ plane, its right at −X."""
    return build_armature(
        "planar_puppet",
        (
            RigBone(name, parent, (head[0], 0, head[1]), (tail[0], 0, tail[1]))
            for name, parent, head, tail in PUPPET_BONES
        ),
    )


def profile_puppet(_data: Path | None) -> bpy.types.Object:
    """The same puppet in profile, walking to the right: left and right limbs lie exactly one over the other and only
    names tell them apart.
    """
    flat = {name: ((0.0, head[1]), (0.02 if "lower" in name else 0.0, tail[1])) for name, _, head, tail in PUPPET_BONES}
    flat |= {f"foot.{side}": ((0.02, 0.1), (0.2, 0.02)) for side in "RL"}
    return build_armature(
        "profile_puppet",
        (
            RigBone(name, parent, (flat[name][0][0], 0, flat[name][0][1]), (flat[name][1][0], 0, flat[name][1][1]))
            for name, parent, _, _ in PUPPET_BONES
        ),
    )


def prop(_data: Path | None) -> bpy.types.Object:
    """A desk lamp: a foot, two arms, a shade."""
    ends: tuple[Point, ...] = ((0, 0, 0), (0, 0, 0.1), (0.3, 0, 0.5), (0, 0, 0.9), (0.15, 0, 0.8))
    names = ("foot", "lower arm", "upper arm", "shade")
    return build_armature(
        "prop", (RigBone(name, names[at - 1] if at else None, ends[at], ends[at + 1]) for at, name in enumerate(names))
    )


def empty_armature(_data: Path | None) -> bpy.types.Object:
    """An armature without bones."""
    return build_armature("empty_armature", ())


RIGS: dict[str, Maker] = {
    "mixamo": _table("mixamo"),
    "unreal": _table("unreal"),
    "cmu_motionbuilder": _table("cmu_motionbuilder"),
    "kaykit_knight": _gltf("kaykit_knight.glb"),
    "quaternius_worker": _gltf("quaternius_worker.glb"),
    "rigify": _of_rigify("rigify"),
    "rigify_metarig": _of_rigify("human"),
    "puppet": _character("puppet.blend"),
    "slim": _character("slim.blend"),
    "planar_puppet": planar_puppet,
    "profile_puppet": profile_puppet,
}
"""Bipeds by name; each is made in the open file from the folder of shared data or without it (the fixture
`data_if_any`), and is the armature object.
"""

NO_BIPEDS: dict[str, Maker] = {
    **{kind: _of_rigify(kind) for kind in ("basic_quadruped", "wolf", "horse", "cat", "shark", "bird")},
    "prop": prop,
    "empty_armature": empty_armature,
}
"""Armatures that nobody's dance can go onto."""


def rename_at_random(armature: bpy.types.Object, seed: int = 0) -> dict[str, str]:
    """Give every bone a name that says nothing; old name to new."""
    source = random.Random(seed)
    numbers = source.sample(range(10_000, 100_000), len(armature.data.bones))
    names = {bone.name: f"bone_{number}" for bone, number in zip(armature.data.bones, numbers, strict=True)}
    for old, new in names.items():
        armature.data.bones[old].name = new
    return names
