"""The bone map stored with an armature: it is saved with the file, and follows renamed bones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import bpy
import numpy as np

from ..armature.bone_map import BoneMap
from ..armature.rest_pose import RestPose

PROPERTY = "retarget2d_bone_map"
"""Text of the armature object: overrides keep a single text where they lose or double the rows of a collection."""

PLACES = "places"
"""Where in the text the mapped bones' heads and tails are: by them a bone is known again once its name is gone."""
RENAMED_TOLERANCE = 1e-4
"""Part of the rig's size within which a bone lies where one lay that is gone."""


@dataclass(frozen=True)
class StoredMap:
    """The map by the names that bones have now; `renamed` are those that have other names than when it was stored, old
    to new.
    """

    bone_map: BoneMap
    renamed: Mapping[str, str] = field(default_factory=dict)


def stored_text(armature: bpy.types.Object) -> str:
    """The stored text of the armature; empty where it has no map."""
    return str(getattr(armature, PROPERTY, ""))


def read_stored_map(armature: bpy.types.Object, rest: RestPose) -> StoredMap | None:
    """Return the map that the armature carries, None where it has none.

    Raises:
        ValueError: it cannot be read.
    """
    text = stored_text(armature)
    if not text:
        return None
    try:
        bone_map, document = BoneMap.from_json(text), json.loads(text)
        places = {
            str(name): np.array(place, dtype=np.float64).reshape(2, 3)
            for name, place in document.get(PLACES, {}).items()
        }
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(
            f"The bone map that {armature.name} carries cannot be read; find its bones again, or load a preset."
        ) from error
    renamed = _renamed(rest, bone_map, places)
    return StoredMap(bone_map.renamed(renamed), renamed)


def store_map(armature: bpy.types.Object, bone_map: BoneMap, rest: RestPose) -> None:
    """Let the armature carry the map.

    Args:
        armature: an armature object.
        bone_map: the map.
        rest: the armature at rest.

    Raises:
        ValueError: the armature may not be changed, and was not.
    """
    check_editable(armature)
    document = json.loads(bone_map.to_json())
    document[PLACES] = {
        name: [float(value) for end in (rest.heads, rest.tails) for value in end[rest.index(name)]]
        for name in bone_map.named
        if name in rest
    }
    setattr(armature, PROPERTY, json.dumps(document, ensure_ascii=False))


def forget_map(armature: bpy.types.Object) -> None:
    """Let the armature carry none. Raises ValueError where it may not be changed."""
    check_editable(armature)
    setattr(armature, PROPERTY, "")


def check_editable(armature: bpy.types.Object) -> None:
    """ValueError, in one sentence, where what is changed on the armature would be lost with the next opening of the
    file.
    """
    if why := why_not_editable(armature):
        raise ValueError(why)


def why_not_editable(armature: bpy.types.Object) -> str:
    """The sentence that says so; empty where the armature may carry a map of its own."""
    if not armature.is_editable or armature.library is not None:
        return f"{armature.name} is linked from another file; make a library override of it to give it a bone map of its own."
    if armature.override_library is not None and armature.override_library.is_system_override:
        return f"{armature.name} is a library override that may not be edited; make it editable to give it a bone map of its own."
    return ""


def _renamed(
    rest: RestPose, bone_map: BoneMap, places: Mapping[str, np.ndarray[tuple[int, int], np.dtype[np.float64]]]
) -> dict[str, str]:
    """New names of bones that are gone, where one bone alone lies in the same place and is not mapped."""
    mapped = {rest.index(name) for name in bone_map.named if name in rest}
    near = RENAMED_TOLERANCE * float(np.linalg.norm(np.ptp(np.concatenate((rest.heads, rest.tails)), axis=0)))
    found: dict[str, str] = {}
    for name in (*bone_map.named, *(switch.bone for switch in bone_map.switches)):
        if name in rest or name not in places:
            continue
        head, tail = places[name]
        away = np.maximum(np.linalg.norm(rest.heads - head, axis=-1), np.linalg.norm(rest.tails - tail, axis=-1))
        there = [int(at) for at in np.flatnonzero(away <= near) if at not in mapped]
        if len(there) == 1:
            found[name] = rest.names[there[0]]
    return found
