"""Keys of the views: artwork is shown and hidden by constant keys, in an Action apart from the pose's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ..armature.bone_map import BoneMap
from ..scene.animation.actions import Curve, Interpolation
from ..scene.animation.layer_visibility import group_path, install_layer_visibility, stop_layer_visibility
from ..scene.animation.visibility import back_to_plain, install_visibility, stop_visibility
from .artwork import Artwork, Sheet, read_artwork, view_groups
from .face_features import face_features
from .mirrored import mirror_curves
from .shown_artwork import ShownArtwork
from .view import View
from .view_frames import frame_channel, frames_of_views, hold_frames, show_frame

GROUP = "View"


@dataclass(frozen=True, eq=False)
class ViewKeys:
    """What was made: the `actions`, and sentences about what was left out."""

    actions: tuple[bpy.types.Action, ...]
    notes: tuple[str, ...] = ()


def visibility_curves(
    shown: ShownArtwork, frames: NDArray[np.int64], axes: NDArray[np.float64]
) -> dict[bpy.types.ID, list[Curve]]:
    """The curves of every object of the artwork, and of drawings whose layers are: a key where something comes or goes,
    or is mirrored. `axes` (3, 3) are the plane's right, up and away in the armature's space.
    """
    curves: dict[bpy.types.ID, list[Curve]] = {}
    for sheet in [sheet for sheet in shown.artwork.sheets if not sheet.frame]:
        curves.setdefault(sheet.owner, []).extend(
            [
                *_curves(sheet.hidden, hidden_frames(shown, sheet), frames),
                *mirror_curves(sheet, shown.mirrored(sheet), frames, axes),
            ]
        )
    for item in dict.fromkeys(sheet.item for sheet in shown.artwork.sheets if sheet.frame):
        for owner, keys in _frame_curves(shown, item, frames, axes).items():
            own = curves.setdefault(owner, [])
            there = {curve.path for curve in own}  # objects that share a material share its image
            own.extend(curve for curve in keys if curve.path not in there)
    for owner, keys in group_curves(shown, frames).items():
        curves[owner] += keys
    return curves


def layer_visibility_curves(shown: ShownArtwork, frames: NDArray[np.int64]) -> list[Curve]:
    """The curves that show and hide the layers of one drawing, and the groups that are named for views."""
    keys = [
        curve for sheet in shown.artwork.sheets for curve in _curves(sheet.hidden, hidden_frames(shown, sheet), frames)
    ]
    return [*keys, *(curve for curves in group_curves(shown, frames).values() for curve in curves)]


def group_curves(shown: ShownArtwork, frames: NDArray[np.int64]) -> dict[bpy.types.ID, list[Curve]]:
    """The curves of groups of layers that are named for views: a group is hidden while none of its views is shown. So it
    does not matter whether its artist left it hidden, and what else is in it goes along.
    """
    hidden: dict[tuple[bpy.types.ID, str], NDArray[np.bool_]] = {}
    for sheet in shown.artwork.sheets:
        for group in view_groups(sheet):
            own = hidden_frames(shown, sheet)
            hidden[sheet.owner, group] = own & hidden.get((sheet.owner, group), own)
    curves: dict[bpy.types.ID, list[Curve]] = {}
    for (owner, group), away in hidden.items():
        curves.setdefault(owner, []).extend(_curves((group_path(group, "hide"),), away, frames))
    return curves


def hidden_frames(shown: ShownArtwork, sheet: Sheet) -> NDArray[np.bool_]:
    """(K,) whether a sheet is hidden."""
    return ~shown.each_frame(sheet.part, lambda view: shown.artwork.shown(sheet, view))


def _frame_curves(
    shown: ShownArtwork, item: bpy.types.Object, frames: NDArray[np.int64], axes: NDArray[np.float64]
) -> dict[bpy.types.ID, list[Curve]]:
    """The curves of an object whose views are frames: which one it shows, and where it is mirrored."""
    sheets = [sheet for sheet in shown.artwork.sheets if sheet.item is item and sheet.frame]
    channel = frame_channel(item)
    if channel is None:
        return {}
    numbers = np.zeros(len(frames))
    left: NDArray[np.bool_] = np.zeros(len(frames), dtype=np.bool_)
    for sheet in sheets:
        numbers = np.where(hidden_frames(shown, sheet), numbers, sheet.frame)
        left |= shown.mirrored(sheet)
    changes = np.flatnonzero(np.diff(numbers, prepend=0))
    values = numbers[changes] - channel.first
    keys = [Curve(channel.path, 0, frames[changes], values, GROUP, Interpolation.CONSTANT)]
    mirror = list(mirror_curves(sheets[0], left, frames, axes))
    if channel.owner is item:
        return {item: [*keys, *mirror]}
    return {channel.owner: keys} | ({item: mirror} if mirror else {})


def hold_shown_frames(shown: ShownArtwork | None, first: int) -> None:
    """Let the objects whose views are frames show one at a time, from scene frame `first` on."""
    for item in {sheet.item for sheet in shown.artwork.sheets if sheet.frame} if shown is not None else ():
        if item.is_editable and item.library is None:
            hold_frames(item, first)


def key_views(curves: dict[bpy.types.ID, list[Curve]], name: str, source: str) -> ViewKeys:
    """Write them. Objects that are linked from another file stay as they are."""
    editable = {item: keys for item, keys in curves.items() if item.is_editable and item.library is None}
    notes = []
    if left := sorted(item.name for item in curves if item not in editable):
        notes.append(
            f"{left[0]} is linked from another file, so its view does not change; make a library override of it first."
        )
    objects = {item: keys for item, keys in editable.items() if isinstance(item, bpy.types.Object | bpy.types.NodeTree)}
    made, kept = install_visibility(objects, name, source) if objects else ([], [])
    for data, keys in editable.items():
        if data not in objects:
            action, more = install_layer_visibility(data, keys, f"{name} → {data.name}", source)
            made, kept = [*made, action], [*kept, *more]
    return ViewKeys(tuple(made), (*notes, *kept))


def stop_views(armature: bpy.types.Object, bone_map: BoneMap, source: str) -> None:
    """Show the front again where an earlier bake of that source keyed the views."""
    artwork = read_artwork(armature, bone_map)
    for sheet in artwork.sheets:
        if sheet.frame:
            _stop_frames(sheet, source)
        elif not sheet.layer and stop_visibility(sheet.item, source):
            sheet.item.hide_viewport = sheet.item.hide_render = not artwork.shown(sheet, View.FRONT)
            back_to_plain(sheet.item)
    stop_layer_views(artwork, source)
    for item in face_features(armature, bone_map):
        if stop_visibility(item, source):
            back_to_plain(item)


def _stop_frames(sheet: Sheet, source: str) -> None:
    """Show the first frame of those of an object that is nearest to the front."""
    channel = frame_channel(sheet.item)
    stopped = [stop_visibility(owner, source) for owner in {sheet.item, channel.owner if channel else sheet.item}]
    if any(stopped):
        numbers = frames_of_views(sheet.item)
        show_frame(sheet.item, numbers[min(numbers, key=View.FRONT.apart)])
        back_to_plain(sheet.item)


def stop_layer_views(artwork: Artwork, source: str) -> None:
    """Show the layers of the front again where an earlier bake of that source keyed those of views."""
    drawings = {sheet.owner for sheet in artwork.sheets if sheet.layer}
    stopped = {data for data in drawings if stop_layer_visibility(data, source)}
    show_front_layers(artwork, stopped)


def show_front_layers(artwork: Artwork, drawings: Collection[bpy.types.ID]) -> None:
    """Show the layers of the front alone, and the groups that are named for views and have such."""
    shown: dict[tuple[bpy.types.ID, str], bool] = {}
    for sheet in artwork.sheets:
        if sheet.layer and sheet.owner in drawings:
            front = artwork.shown(sheet, View.FRONT)
            sheet.owner.layers[sheet.layer].hide = not front
            shown |= {
                (sheet.owner, group): front or shown.get((sheet.owner, group), False) for group in view_groups(sheet)
            }
    for (owner, group), front in shown.items():
        owner.layer_groups[group].hide = not front


def _curves(paths: Sequence[str], hidden: NDArray[np.bool_], frames: NDArray[np.int64]) -> list[Curve]:
    changes = np.flatnonzero(np.diff(hidden.astype(np.int64), prepend=2))
    return [
        Curve(path, 0, frames[changes], hidden[changes].astype(np.float64), GROUP, Interpolation.CONSTANT)
        for path in paths
    ]
