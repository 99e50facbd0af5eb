"""Keys of the views: artwork is shown and hidden by constant keys, in an Action apart from the pose's."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ..armature.bone_map import BoneMap
from ..scene.animation.actions import Curve, Interpolation
from ..scene.animation.visibility import HIDDEN, back_to_plain, install_visibility, stop_visibility
from .artwork import Sheet, read_artwork
from .face_features import face_features
from .mirrored import mirror_curves
from .shown_artwork import ShownArtwork
from .view import View

GROUP = "View"


@dataclass(frozen=True, eq=False)
class ViewKeys:
    """What was made: the `actions`, and sentences about what was left out."""

    actions: tuple[bpy.types.Action, ...]
    notes: tuple[str, ...] = ()


def visibility_curves(
    shown: ShownArtwork, frames: NDArray[np.int64], away: NDArray[np.float64]
) -> dict[bpy.types.Object, list[Curve]]:
    """The curves of every object of the artwork: a key where it comes or goes, or is mirrored. `away` (3,) is the
    plane's normal in the armature's space.
    """
    return {
        sheet.item: [
            *_curves(shown, sheet, frames),
            *mirror_curves(sheet, _mirrored(shown, sheet), frames, away),
        ]
        for sheet in shown.artwork.sheets
    }


def key_views(curves: dict[bpy.types.Object, list[Curve]], name: str, source: str) -> ViewKeys:
    """Write them. Objects that are linked from another file stay as they are."""
    editable = {item: keys for item, keys in curves.items() if item.is_editable and item.library is None}
    notes = []
    if left := sorted(item.name for item in curves if item not in editable):
        notes.append(
            f"{left[0]} is linked from another file, so its view does not change; make a library override of it first."
        )
    made, kept = install_visibility(editable, name, source) if editable else ([], [])
    return ViewKeys(tuple(made), (*notes, *kept))


def stop_views(armature: bpy.types.Object, bone_map: BoneMap, source: str) -> None:
    """Show the front again where an earlier bake of that source keyed the views."""
    artwork = read_artwork(armature, bone_map)
    for sheet in artwork.sheets:
        if stop_visibility(sheet.item, source):
            sheet.item.hide_viewport = sheet.item.hide_render = not artwork.shown(sheet, View.FRONT)
            back_to_plain(sheet.item)
    for item in face_features(armature, bone_map):
        if stop_visibility(item, source):
            back_to_plain(item)


def _mirrored(shown: ShownArtwork, sheet: Sheet) -> NDArray[np.bool_]:
    return shown.each_frame(sheet.part, lambda view: shown.artwork.is_mirrored(sheet, view))


def _curves(shown: ShownArtwork, sheet: Sheet, frames: NDArray[np.int64]) -> list[Curve]:
    hidden = ~shown.each_frame(sheet.part, lambda view: shown.artwork.shown(sheet, view))
    changes = np.flatnonzero(np.diff(hidden.astype(np.int64), prepend=2))
    return [
        Curve(path, 0, frames[changes], hidden[changes].astype(np.float64), GROUP, Interpolation.CONSTANT)
        for path in HIDDEN
    ]
