"""What tells an Action that a bake made: whose motion it is, and whether anybody edited it since."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

import bpy
import numpy as np
from numpy.typing import NDArray

from .actions import curves_of_all_slots

MARK = "motion_retarget_2d"
"""The own property of what a bake made that holds it."""

NUMBER = "number"
"""In the mark of a figure: how many of its source were made before it."""

KEY_KINDS = ("interpolation", "handle_left_type", "handle_right_type")
"""Of each key, a byte each: Blender reads bytes several times faster than anything else."""

COMPUTED_HANDLES = bytes((1, 2, 4))
"""The types whose handles follow from the keys alone: automatic, vector, automatic and clamped. Reading them would only
cost time.
"""


def mark(action: bpy.types.Action, source: str, place: tuple[float, float, float] | None = None) -> None:
    """Remember whose motion it is (`source`: video and performer), how its curves are now, and where the object was
    before it moved (`place`).
    """
    action[MARK] = {"source": source, "fingerprint": _fingerprint(action), "place": place or ()}


def unmark(action: bpy.types.Action) -> None:
    """It is the user's own from now on."""
    del action[MARK]


def source_of(made: bpy.types.ID | None) -> str | None:
    """Whose motion a bake made the Action, or the drawings, of; None where no bake did."""
    source = _mark_of(made).get("source")
    return source if isinstance(source, str) else None


def place_before(action: bpy.types.Action | None) -> tuple[float, float, float] | None:
    """Where an object was before the Action, which a bake made, moved it; None where it does not."""
    place = _mark_of(action).get("place")
    if (
        action is None
        or not _is_place(place)
        or not any(curve.data_path == "location" for curve in curves_of_all_slots(action))
    ):
        return None
    return place[0], place[1], place[2]


def is_as_baked(action: bpy.types.Action) -> bool:
    """Whether its curves are those that the bake wrote."""
    return bool(_mark_of(action).get("fingerprint") == _fingerprint(action))


def number_of(made: bpy.types.ID) -> int | None:
    """How many of its source were made before it; None where nothing says so."""
    number = _mark_of(made).get(NUMBER)
    return number if isinstance(number, int) else None


def _mark_of(made: bpy.types.ID | None) -> Mapping[str, Any]:
    """The mark; an empty one where it is none of ours, or damaged: anybody may change a custom property."""
    found = made.get(MARK) if made is not None else None
    return found.to_dict() if found is not None and hasattr(found, "to_dict") else {}


def _is_place(place: object) -> TypeGuard[Sequence[float]]:
    return (
        isinstance(place, list)
        and len(place) == 3
        and all(isinstance(value, float) and np.isfinite(value) for value in place)
    )


def _fingerprint(action: bpy.types.Action) -> str:
    digest = hashlib.sha256()
    for curve in curves_of_all_slots(action):
        digest.update(
            f"{curve.data_path} {curve.array_index} {curve.mute} {curve.extrapolation} {[kind.type for kind in curve.modifiers]}".encode()
        )
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
