"""Actions that show and hide objects: one with a slot for each object, or one an object before Blender 4.4."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import bpy

from ..versions import ACTIONS_HAVE_SLOTS
from .actions import Curve, assign, continued_action, curves_in_use, filled_slot
from .bake_marks import is_as_baked, mark, source_of, unmark

HIDDEN = ("hide_viewport", "hide_render")
PLAIN = {
    "delta_location": (0, 0, 0),
    "delta_rotation_euler": (0, 0, 0),
    "delta_rotation_quaternion": (1, 0, 0, 0),
    "delta_scale": (1, 1, 1),
}
"""The delta transforms that mirror and move artwork, as they are where nothing does."""
FRAMES_KEYED = "retarget2d_frames"
"""The custom property of an Action that keeps the data paths on which frames of views are keyed."""
KEYED = frozenset({*HIDDEN, *PLAIN})
"""The data paths of objects that views are keyed on."""


def install_visibility(
    curves: Mapping[bpy.types.ID, Sequence[Curve]], name: str, source: str
) -> tuple[list[bpy.types.Action], list[str]]:
    """Let objects play their curves; what else they are animated by goes on, in an Action of their own. Returns the
    Actions that were made, and sentences about what the user may want to know.

    Actions of an earlier bake are replaced; one that was edited since is kept.
    """
    made: list[bpy.types.Action] = []
    replaced: dict[bpy.types.Action, dict[bpy.types.Action, str]] = {}
    shared: bpy.types.Action | None = None
    frames: dict[bpy.types.Action, set[str]] = {}
    for item, keys in curves.items():
        own_name, before = f"{name} → {item.name}", _played(item)
        if any(curve.data_path in PLAIN for curve in curves_in_use(item)):
            back_to_plain(item)  # what is keyed no more would stay where it was last
        ours = KEYED | {curve.path for curve in keys} | _frames_before(before)
        if any(curve.data_path not in ours for curve in curves_in_use(item)):
            action, slot = continued_action(item, own_name, keys, ours.__contains__)
        elif shared is not None and ACTIONS_HAVE_SLOTS:
            action, slot = shared, filled_slot(shared, item, keys)
        else:
            shared = action = bpy.data.actions.new(name if ACTIONS_HAVE_SLOTS else own_name)
            slot = filled_slot(action, item, keys)
        made += [action] if action not in made else []
        frames.setdefault(action, set()).update(curve.path for curve in keys if curve.path not in KEYED)
        if before is not None:
            asked = name if action is shared and ACTIONS_HAVE_SLOTS else own_name
            replaced.setdefault(before, {})[action] = asked
        assign(item.animation_data or item.animation_data_create(), action, slot)
    for action in made:
        mark(action, source)
        if paths := frames.get(action):
            action[FRAMES_KEYED] = "\n".join(sorted(paths))
        elif FRAMES_KEYED in action:
            del action[FRAMES_KEYED]
    return made, [note for action, later in replaced.items() for note in put_away(action, later)]


def back_to_plain(item: bpy.types.Object) -> None:
    """Mirror and move an object no longer."""
    for name, values in PLAIN.items():
        setattr(item, name, values)


def stop_visibility(item: bpy.types.ID, source: str) -> bool:
    """Let an object no longer play what a bake of that source keyed of its visibility, if it plays nothing else; whether
    it did.
    """
    played = _played(item)
    if played is None or source_of(played) != source:
        return False
    ours = KEYED | _frames_before(played)
    if any(curve.data_path not in ours for curve in curves_in_use(item)):
        return False
    item.animation_data.action = None
    put_away(played, {})
    return True


def put_away(earlier: bpy.types.Action, later: Mapping[bpy.types.Action, str]) -> list[str]:
    """An Action that a bake made goes, and what the same object plays now takes its name if that is what was asked for
    (`later`, by Action), unless somebody edited it; the user's own stay.
    """
    if earlier.users:
        return []
    if source_of(earlier) is None:
        earlier.use_fake_user = True
        return []
    if not is_as_baked(earlier):
        unmark(earlier)
        earlier.use_fake_user = True
        return [f"{earlier.name} was edited by hand, so it is kept; delete it if the new bake is better."]
    name = earlier.name
    bpy.data.actions.remove(earlier)
    # Blender cuts long names, and numbers those that are taken.
    plain = re.sub(r"\.\d{3}$", "", name)
    for action, asked in later.items():
        if asked.startswith(plain):
            action.name = name
            break
    return []


def _frames_before(action: bpy.types.Action | None) -> frozenset[str]:
    """The data paths beside those of all objects on which a bake keyed the frames of views in its Action."""
    kept = action.get(FRAMES_KEYED) if action is not None else None
    return frozenset(kept.splitlines()) if isinstance(kept, str) else frozenset()


def _played(item: bpy.types.ID) -> bpy.types.Action | None:
    return item.animation_data.action if item.animation_data is not None else None
