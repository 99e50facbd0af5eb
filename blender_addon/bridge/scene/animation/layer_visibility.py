"""Keys that show, hide and mirror layers of Grease Pencil, in an Action of their data-block that goes on with all else
that is animated there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import bpy

from ..json_text import read_json
from .actions import Curve, assign, continued_action, curves_in_use
from .bake_marks import mark, source_of
from .visibility import put_away

LAYERS_BEFORE = "retarget2d_layers_before"
"""The custom property of an Action that keeps how the channels stood, by data path, that show, hide and mirror layers.
"""

Standing = dict[str, Any]


def layer_path(layer: str, name: str) -> str:
    """The data path of a layer's property, in its data-block."""
    return f'layers["{bpy.utils.escape_identifier(layer)}"].{name}'


def group_path(group: str, name: str) -> str:
    """The data path of a property of a group of layers."""
    return f'layer_groups["{bpy.utils.escape_identifier(group)}"].{name}'


def before_views(data: bpy.types.ID) -> Standing:
    """How the channels that a bake keyed for views stood before it, by data path."""
    action = data.animation_data.action if data.animation_data is not None else None
    if action is None or LAYERS_BEFORE not in action:
        return {}
    what = f"What the Action {action.name} keeps of the layers"
    remedy = f"take the Action off {data.name}, show the layers of its front, and bake again"
    kept = read_json(str(action[LAYERS_BEFORE]), what, remedy)
    if not isinstance(kept, dict) or not all(_is_standing(value) for value in kept.values()):
        raise ValueError(f"{what} is damaged; {remedy}.")
    return kept


def stands(data: bpy.types.ID, path: str) -> Any:  # noqa: ANN401
    """The value of a channel without our keys."""
    return before_views(data).get(path, _value(data, path))


def keep_standing(data: bpy.types.ID, action: bpy.types.Action, paths: Iterable[str]) -> None:
    """Let the Action, which takes the place of the one that is played, remember how these channels stand without it;
    those that are keyed no more go back there.
    """
    back_to_before_views(data)
    action[LAYERS_BEFORE] = json.dumps({path: _value(data, path) for path in dict.fromkeys(paths)})


def back_to_before_views(data: bpy.types.ID) -> None:
    """Let the channels that a bake keyed for views stand as before it."""
    for path, value in before_views(data).items():
        _set(data, path, value)


def install_layer_visibility(
    data: bpy.types.ID, curves: Sequence[Curve], name: str, source: str
) -> tuple[bpy.types.Action, list[str]]:
    """Let a drawing play the curves; what else it plays goes on. The Action that was made, and sentences about what the
    user may want to know.
    """
    animation = data.animation_data or data.animation_data_create()
    ours = {*before_views(data), *(curve.path for curve in curves)}
    earlier = animation.action
    action, slot = continued_action(data, name, curves, lambda path: path in ours)
    keep_standing(data, action, (curve.path for curve in curves))
    assign(animation, action, slot)
    mark(action, source)
    return action, put_away(earlier, {action: name}) if earlier is not None else []


def stop_layer_visibility(data: bpy.types.ID, source: str) -> bool:
    """Let a drawing no longer play what a bake of that source keyed for views; whether it did."""
    animation = data.animation_data
    played = animation.action if animation is not None else None
    if played is None or source_of(played) != source or LAYERS_BEFORE not in played:
        return False
    ours = before_views(data)
    back_to_before_views(data)
    others = [curve for curve in curves_in_use(data) if curve.data_path not in ours]
    if others:
        action, slot = continued_action(data, played.name, (), lambda path: path in ours)
        del action[LAYERS_BEFORE]
        assign(animation, action, slot)
        mark(action, source)
        put_away(played, {action: played.name})
    else:
        animation.action = None
        put_away(played, {})
    return True


def _is_standing(value: object) -> bool:
    return isinstance(value, bool) or (
        isinstance(value, list) and len(value) == 3 and all(isinstance(number, int | float) for number in value)
    )


def _value(data: bpy.types.ID, path: str) -> Any:  # noqa: ANN401
    found = data.path_resolve(path)
    return found if isinstance(found, bool) else list(found)


def _set(data: bpy.types.ID, path: str, value: Any) -> None:  # noqa: ANN401
    """Put a channel back; one that is gone, with its layer, is let go."""
    holder, _, name = path.rpartition(".")
    try:
        setattr(data.path_resolve(holder), name, value)
    except ValueError:
        return
