"""What tells an Action that a bake made: whose motion it is, and whether anybody edited it since."""

from __future__ import annotations

import hashlib

import bpy
import numpy as np
from numpy.typing import NDArray

from .actions import curves_of_all_slots

MARK = "motion_retarget_2d"
"""The own property of what a bake made that holds it."""

KEY_KINDS = ("interpolation", "handle_left_type", "handle_right_type")
"""Of each key, a byte each: Blender reads bytes several times faster than anything else."""

COMPUTED_HANDLES = bytes((1, 2, 4))
"""The types whose handles follow from the keys alone: automatic, vector, automatic and clamped. Reading them would only cost time."""


def mark(action: bpy.types.Action, source: str, place: tuple[float, float, float] | None = None) -> None:
    """Remember whose motion it is (`source`: video and performer), how its curves are now, and where the object was before it moved (`place`)."""
    action[MARK] = {"source": source, "fingerprint": _fingerprint(action), "place": place or ()}


def unmark(action: bpy.types.Action) -> None:
    """It is the user's own from now on."""
    del action[MARK]


def source_of(made: bpy.types.ID | None) -> str | None:
    """Whose motion a bake made the Action, or the drawings, of; None where no bake did."""
    found = made.get(MARK) if made is not None else None
    return str(found["source"]) if found is not None and "source" in found else None


def place_before(action: bpy.types.Action | None) -> tuple[float, float, float] | None:
    """Where an object was before the Action, which a bake made, moved it; None where it does not."""
    found = action.get(MARK) if action is not None else None
    if action is None or found is None or not any(curve.data_path == "location" for curve in curves_of_all_slots(action)):
        return None
    return tuple(found["place"]) or None


def is_as_baked(action: bpy.types.Action) -> bool:
    """Whether its curves are those that the bake wrote."""
    return bool(action[MARK].get("fingerprint") == _fingerprint(action))


def _fingerprint(action: bpy.types.Action) -> str:
    digest = hashlib.sha256()
    for curve in curves_of_all_slots(action):
        digest.update(f"{curve.data_path} {curve.array_index} {curve.mute} {curve.extrapolation} {[kind.type for kind in curve.modifiers]}".encode())
        digest.update(_read(curve, "co", 2, np.float32).tobytes())
        kinds = {name: _read(curve, name, 1, np.uint8) for name in KEY_KINDS}
        for numbers in kinds.values():
            digest.update(numbers.tobytes())
        for side in ("handle_left", "handle_right"):
            if kinds[f"{side}_type"].tobytes().translate(None, COMPUTED_HANDLES):
                digest.update(_read(curve, side, 2, np.float32).tobytes())
    digest.update(repr([(marker.name, marker.frame) for marker in action.pose_markers]).encode())
    return digest.hexdigest()


def _read(curve: bpy.types.FCurve, name: str, size: int, kind: type[np.generic]) -> NDArray[np.generic]:
    """That property of all keys, `size` values each."""
    numbers: NDArray[np.generic] = np.empty(size * len(curve.keyframe_points), dtype=kind)
    curve.keyframe_points.foreach_get(name, numbers)
    return numbers
