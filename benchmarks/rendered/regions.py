"""Which vertices of a rig are its feet, hands, knees, seat, back and elbows."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import numpy as np
from numpy.typing import NDArray

from .rigs import Rig
from .truth import SUPPORTS

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

KNEE_REACH, ELBOW_REACH = 0.11, 0.08
"""Metres around the joint."""


def support_regions(rig: Rig) -> dict[str, Mask]:
    """(V,) for each of SUPPORTS: the vertices, in the order in which the meshes are read, of that part of the body."""
    places, joints = [], []
    for item in rig.meshes:
        world = np.array(item.matrix_world, dtype=np.float64)
        local = np.empty(3 * len(item.data.vertices), dtype=np.float32)
        item.data.vertices.foreach_get("co", local)
        places.append(local.reshape(-1, 3) @ world[:3, :3].T + world[:3, 3])
        joints += _heaviest_joints(rig, item)
    place, joint = np.concatenate(places), np.array(joints)
    regions = {}
    hips = (rig.places["LUpLeg"] + rig.places["RUpLeg"]) / 2
    for name in SUPPORTS:
        side = "R" if name.startswith("right") else "L"
        part = name.rsplit("_", maxsplit=1)[-1]
        parts: dict[str, Callable[[str], Mask]] = {
            "foot": lambda s: np.isin(joint, (f"{s}Foot", f"{s}Toe")),
            "hand": lambda s: joint == f"{s}Hand",
            "knee": lambda s: (
                np.isin(joint, (f"{s}Leg", f"{s}UpLeg"))
                & (np.linalg.norm(place - rig.places[f"{s}Leg"], axis=1) < KNEE_REACH)
                | (joint == f"{s}Leg") & (place[:, 2] > rig.places[f"{s}Foot"][2] + 0.1)
            ),
            "elbow": lambda s: (
                np.isin(joint, (f"{s}Arm", f"{s}ForeArm"))
                & (np.linalg.norm(place - rig.places[f"{s}ForeArm"], axis=1) < ELBOW_REACH)
                | (joint == f"{s}ForeArm")
            ),
            "seat": lambda _: (
                np.isin(joint, ("Hips", "LUpLeg", "RUpLeg", "Spine"))
                & (np.abs(place[:, 2] - hips[2]) < 0.17)
            ),
            "back": lambda _: (
                np.isin(joint, ("Spine", "Spine1", "Chest", "Neck", "Head", "LClav", "RClav", "LArm", "RArm"))
                & (place[:, 2] > hips[2] + 0.17)
            ),
        }  # fmt: skip
        regions[name] = parts[part](side)
    return regions


def _heaviest_joints(rig: Rig, item: bpy.types.Object) -> list[str]:
    """The canonical joint that carries most of each vertex; that of a finger is the hand."""
    names = {}
    by_bone = {bone: joint for joint, bone in rig.bones.items()}
    for group in item.vertex_groups:
        bone = rig.armature.data.bones.get(group.name)
        while bone is not None and bone.name not in by_bone:
            bone = bone.parent
        names[group.index] = by_bone[bone.name] if bone is not None else ""
    carrier = item.parent_bone if item.parent_type == "BONE" else ""
    found = []
    for vertex in item.data.vertices:
        heaviest = max(vertex.groups, key=lambda group: group.weight, default=None)
        found.append(names[heaviest.group] if heaviest else by_bone.get(carrier, ""))
    return found
