"""What an object plays and how it stands, kept in the file while the preview's Action takes its place.

The object's own Action keeps a user by a pointer that is saved. So it is there again after an auto-save, a crash, or an
undo that brings back a state in which the preview played.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

import bpy
import numpy as np

from ..scene.animation.actions import assign, curves_of_all_slots, slot_of
from ..scene.grease_pencil_data import grease_pencils
from ..scene.versions import ACTIONS_HAVE_SLOTS

PROPERTY = "retarget2d_preview"
"""The property of what performs that keeps it."""
MARK = "motion_retarget_2d_preview"
"""The own property that tells what the preview made; of an Action, a fingerprint of the keys that it was made with."""
KEYS_OF_THE_USER = "Keys set during Preview"
"""What the preview's Action is called where the user keyed more in it: it is theirs then."""
PLAIN = ("REPLACE", 1.0, "HOLD")
"""How the preview's Action counts beside NLA tracks: blending, influence, extrapolation."""

KEEPERS = tuple(
    kind
    for name in ("Object", "GreasePencilv3", "GreasePencil", "NodeTree")
    if (kind := getattr(bpy.types, name, None))
)
"""The kinds of data-blocks that a preview plays on, with the property."""

Channels = Iterable[tuple[str, int]]
"""Data paths, and indices in them."""


def kept_owners() -> list[bpy.types.ID]:
    """What the preview plays on, or played on when the file was written: objects, drawings, and the nodes of materials."""
    nodes = (material.node_tree for material in bpy.data.materials if material.node_tree is not None)
    return [owner for owner in (*bpy.data.objects, *grease_pencils(), *nodes) if is_kept(owner)]


def is_kept(owner: bpy.types.ID) -> bool:
    """Whether the preview plays on the data-block, or played when the file was written."""
    return bool(getattr(owner, PROPERTY).active)


def keep(owner: bpy.types.ID, channels: Channels) -> None:
    """Remember what the object plays, its NLA, where these channels stand, and where it is selected: an object that is
    hidden is selected no longer.
    """
    kept, animation = getattr(owner, PROPERTY), owner.animation_data
    state: dict[str, Any] = {"values": [[path, index, _value(owner, path, index)] for path, index in channels]}
    state["selected"] = list(_selected_in(owner)) if isinstance(owner, bpy.types.Object) else []
    if animation is not None:
        state["plays"] = [animation.action_blend_type, animation.action_influence, animation.action_extrapolation]
        state["solo"] = [track.name for track in animation.nla_tracks if track.is_solo]
        slot = slot_of(animation)
        kept.action, kept.slot = animation.action, slot.identifier if slot is not None else ""
    kept.state = json.dumps(state)
    kept.active = True


def play(owner: bpy.types.ID, action: bpy.types.Action, slot: bpy.types.ActionSlot | None) -> None:
    """Let the object play the preview's Action. What it plays itself was kept before."""
    animation = owner.animation_data or owner.animation_data_create()
    if animation.use_tweak_mode:
        animation.use_tweak_mode = False
    for track in animation.nla_tracks:
        track.is_solo = False
    assign(animation, action, slot)
    animation.action_blend_type, animation.action_influence, animation.action_extrapolation = PLAIN


def put_back(owner: bpy.types.ID) -> None:
    """Let the object play what it did, and stand as it did. One that got another Action meanwhile goes on with that."""
    kept = getattr(owner, PROPERTY)
    if not kept.active:
        return
    state, animation = _state(kept.state), owner.animation_data
    if animation is not None and (animation.action is None or MARK in animation.action):
        _play_own(animation, kept, state)
        if "plays" not in state and not animation.nla_tracks and not animation.drivers:
            owner.animation_data_clear()
    for path, index, value in state.get("values", ()):
        set_value(owner, path, index, value)
    if isinstance(owner, bpy.types.Object):
        _select(owner, state.get("selected", ()))
    kept.action, kept.slot, kept.state, kept.active = None, "", "", False
    owner.update_tag()


def mark(action: bpy.types.Action) -> None:
    """Mark an Action as the preview's: it is not saved, and nobody else's."""
    action[MARK] = _fingerprint(action)
    action.is_runtime_data = True


def remove(block: bpy.types.ID) -> None:
    """Remove what the preview made. An Action in which the user set or moved a key becomes theirs."""
    if isinstance(block, bpy.types.Action) and _fingerprint(block) != block[MARK]:
        del block[MARK]
        block.is_runtime_data = False
        block.name, block.use_fake_user = KEYS_OF_THE_USER, True
        return
    bpy.data.batch_remove([block])


def _fingerprint(action: bpy.types.Action) -> str:
    """A text that changes with every key that is set, moved or deleted."""
    keys = hashlib.sha256()
    for curve in curves_of_all_slots(action):
        places = np.empty(2 * len(curve.keyframe_points), dtype=np.float32)
        curve.keyframe_points.foreach_get("co", places)
        keys.update(f"{curve.data_path} {curve.array_index}".encode())
        keys.update(places.tobytes())
    return keys.hexdigest()


def _play_own(animation: bpy.types.AnimData, kept: bpy.types.PropertyGroup, state: dict[str, Any]) -> None:
    action = kept.action
    slot = action.slots.get(kept.slot) if ACTIONS_HAVE_SLOTS and action is not None and kept.slot else None
    assign(animation, action, slot)
    if "plays" in state:
        animation.action_blend_type, animation.action_influence, animation.action_extrapolation = state["plays"]
    for track in animation.nla_tracks:
        if track.name in state.get("solo", ()):
            track.is_solo = True


def _selected_in(owner: bpy.types.Object) -> Iterator[tuple[str, str, str]]:
    """The scenes and view layers in which it is selected, and the active object there."""
    for scene in owner.users_scene:
        for layer in scene.view_layers:
            if owner.select_get(view_layer=layer):
                yield scene.name, layer.name, _active_in(layer)


def _select(owner: bpy.types.Object, selected: Iterable[tuple[str, str, str]]) -> None:
    """Select it again, where nobody made another object active meanwhile."""
    for scene_name, layer_name, active in selected:
        scene = bpy.data.scenes.get(scene_name)
        layer = scene.view_layers.get(layer_name) if scene is not None else None
        if layer is not None and layer.objects.get(owner.name) == owner and _active_in(layer) == active:
            owner.select_set(True, view_layer=layer)


def _active_in(layer: bpy.types.ViewLayer) -> str:
    return layer.objects.active.name if layer.objects.active is not None else ""


def _state(text: str) -> dict[str, Any]:
    """What was kept; nothing where a file was damaged."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _value(owner: bpy.types.ID, path: str, index: int) -> float | bool | str:
    """What a channel stands at."""
    found = owner.path_resolve(path)
    number: float | bool | str = found[index] if hasattr(found, "__len__") and not isinstance(found, str) else found
    return number


def set_value(owner: bpy.types.ID, path: str, index: int, value: float | bool | str) -> None:
    """Set a channel; one that is gone, with its bone, is let go."""
    before, _, name = path.rpartition(".")
    try:
        if path.endswith('"]'):
            before, _, name = path.rpartition('["')
            _resolved(owner, before)[name.removesuffix('"]')] = value
            return
        holder = _resolved(owner, before)
        found = getattr(holder, name)
        if hasattr(found, "__len__") and not isinstance(found, str):
            found[index] = value
        else:
            setattr(holder, name, value)
    except (ValueError, KeyError, AttributeError, IndexError, TypeError):
        return


def _resolved(owner: bpy.types.ID, path: str) -> Any:  # noqa: ANN401
    return owner.path_resolve(path) if path else owner
