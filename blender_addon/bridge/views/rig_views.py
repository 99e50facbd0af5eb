"""The rigs of a character whose views are drawn apart, each with joints of its own: which shows which view, and the keys
that show and hide what a rig carries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import bpy
import numpy as np
from numpy.typing import NDArray

from ..scene.animation.actions import Curve, Interpolation, curve_of
from ..scene.animation.bake_marks import source_of
from ..scene.animation.visibility import HIDDEN, stop_visibility
from .artwork import Artwork, Part, Sheet, below
from .view import View
from .view_keys import GROUP
from .view_names import view_name
from .view_rigs import named_rigs, picked_rigs

FAMILY = "rigs"
MODIFIERS = frozenset({"ARMATURE", "GREASE_PENCIL_ARMATURE"})
UNSEEN = frozenset({"ARMATURE", "CAMERA", "LATTICE", "LIGHT", "LIGHT_PROBE", "SPEAKER"})
"""Kinds of objects that no picture shows."""

Mask = NDArray[np.bool_]


def rigs_of(armature: bpy.types.Object) -> Artwork:
    """The rigs of a character as sheets, its own among them; none where it has one rig alone.

    Names alone tell views only where one of them is a side or three-quarter view: *Hero back* may be a copy that was
    put aside. A side that has no rig is the other one, mirrored.
    """
    picked, family = picked_rigs(armature), [armature, *named_rigs(armature)]
    sheets = list(_picked_sheets(picked))
    found = set(picked.values())
    for rig in [rig for rig in family if rig not in found]:
        named = view_name(rig.name)
        if views := named.views - picked.keys():
            sheets.append(Sheet(rig, "", FAMILY, Part.TRUNK, views, named.either))
        elif not named.views and View.FRONT not in picked:
            sheets.append(Sheet(rig, "", FAMILY, Part.TRUNK, frozenset({View.FRONT}), otherwise=True))
    there = {view for sheet in sheets for view in sheet.views}
    told = bool(picked) or any(view.looks for view in there)
    own = any(sheet.item == armature for sheet in sheets)
    return Artwork(tuple(sheets) if own and told and len(sheets) > 1 and len(there) > 1 else ())


def _picked_sheets(picked: Mapping[View, bpy.types.Object]) -> Iterable[Sheet]:
    for rig in dict.fromkeys(picked.values()):
        views = frozenset(view for view, each in picked.items() if each == rig)
        lacking = {
            other
            for view in views
            if view.looks > 0
            for other in View
            if other.azimuth == -view.azimuth and other not in picked
        }
        plain = frozenset(view for view in views if not lacking or view.looks <= 0)
        if turned := views - plain:
            yield Sheet(rig, "", FAMILY, Part.TRUNK, frozenset(turned | lacking | plain), either=True)
        else:
            yield Sheet(rig, "", FAMILY, Part.TRUNK, views)


def pieces_of(armature: bpy.types.Object) -> list[bpy.types.Object]:
    """All that is seen of a rig: what is parented to it or deformed by it; without what its artist hid, unless all of it
    is hidden.
    """
    items = dict.fromkeys([*below(armature), *_deformed_by(armature)])
    pieces = [item for item in items if item.type not in UNSEEN]
    shown = [item for item in pieces if not _hidden_by_hand(item)]
    return shown or pieces


def with_rig_shown(
    visibility: Mapping[bpy.types.ID, Sequence[Curve]],
    pieces: Sequence[bpy.types.Object],
    away: Mask,
    frames: NDArray[np.int64],
) -> dict[bpy.types.ID, list[Curve]]:
    """The curves of a rig's artwork, with all its pieces hidden while the rig is `away` (K,)."""
    found = {owner: list(curves) for owner, curves in visibility.items()}
    for item in pieces:
        own = found.setdefault(item, [])
        hidden = next((_each_frame(curve, frames) for curve in own if curve.path in HIDDEN), np.zeros_like(away))
        found[item] = [curve for curve in own if curve.path not in HIDDEN] + _hiding(hidden | away, frames)
    return found


def stop_rig_views(armature: bpy.types.Object, source: str) -> None:
    """Show the character's own rig again, and no other, where an earlier bake of that source keyed which is seen."""
    for sheet in rigs_of(armature).sheets:
        for item in dict.fromkeys([*below(sheet.item), *_deformed_by(sheet.item)]):
            if stop_visibility(item, source):
                item.hide_viewport = item.hide_render = sheet.item != armature


def _hiding(hidden: Mask, frames: NDArray[np.int64]) -> list[Curve]:
    changes = np.flatnonzero(np.diff(hidden.astype(np.int64), prepend=2))
    return [
        Curve(path, 0, frames[changes], hidden[changes].astype(np.float64), GROUP, Interpolation.CONSTANT)
        for path in HIDDEN
    ]


def _each_frame(curve: Curve, frames: NDArray[np.int64]) -> Mask:
    at = np.maximum(np.searchsorted(curve.frames, frames, side="right") - 1, 0)
    return np.asarray(curve.values[at] > 0)


def _deformed_by(armature: bpy.types.Object) -> list[bpy.types.Object]:
    items = dict.fromkeys(item for scene in armature.users_scene for item in scene.objects)
    return [
        item
        for item in items
        if any(modifier.type in MODIFIERS and modifier.object == armature for modifier in item.modifiers)
    ]


def _hidden_by_hand(item: bpy.types.Object) -> bool:
    if not (item.hide_viewport or item.hide_render):
        return False
    keyed = any(curve_of(item, path) is not None for path in HIDDEN)
    return not (keyed and source_of(item.animation_data.action) is not None)
