"""The bone map of the scene's character, as an editable list.

Nothing of it is stored in the scene: the map is stored with the armature.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import bpy

from ..bridge.bone_maps import PART_NAMES, stored_map_edits
from ..bridge.bone_maps.panel_state import BETWEEN, ShownMap

__all__ = ["LINKS", "ROWS", "SWITCHES", "RETARGET2D_PG_bone_map", "ShownMap"]

log = logging.getLogger(__name__)

LINKS = 12
"""How many bones of a part have a field; a longer chain is picked in the viewport, or written as text."""
SWITCHES = 24
"""How many switches have a field."""
ROWS = tuple((part, named.title, named.meaning, at) for at, (part, named) in enumerate(PART_NAMES.items()))
"""The rows of the list: the body parts."""
SIDES = (("RIGHT", "Right", "The bones of the right side count"), ("LEFT", "Left", "The bones of the left side count"))


def _shown(group: RETARGET2D_PG_bone_map) -> ShownMap:
    return ShownMap.of(group.id_data)


def _summary(group: RETARGET2D_PG_bone_map) -> str:
    return str(_shown(group).known)


def _refusal(group: RETARGET2D_PG_bone_map) -> str:
    return _shown(group).refusal


def _row(group: RETARGET2D_PG_bone_map) -> int:
    return next(row[3] for row in ROWS if row[0] == group.part)


def _choose_row(group: RETARGET2D_PG_bone_map, row: int) -> None:
    group.part = ROWS[row % len(ROWS)][0]


def _edit(group: RETARGET2D_PG_bone_map, change: Callable[..., None], *arguments: object) -> None:
    """Make the change, or leave the map as it is: a property cannot refuse a value."""
    try:
        change(_shown(group).armature, *arguments)
    except (ValueError, AttributeError) as error:
        log.warning("%s", error)


def _text_of(part: str) -> bpy.props.StringProperty:
    """The property of one part: its bones in a line."""

    def write(group: RETARGET2D_PG_bone_map, text: str) -> None:
        armature = _shown(group).armature
        whole = armature is not None and text in armature.data.bones
        _edit(
            group,
            stored_map_edits.map_part,
            part,
            [text] if whole else [name.strip() for name in text.split(BETWEEN.strip())],
        )

    named = PART_NAMES[part]
    return bpy.props.StringProperty(
        name=named.title,
        description=f"{named.meaning}. Separate several bones with{BETWEEN.rstrip()}",
        get=lambda group: BETWEEN.join(_shown(group).bones(part)),
        set=write,
        options={"SKIP_SAVE"},
    )


def _link(place: int) -> bpy.props.StringProperty:
    """The property of one bone of the chosen row. The last is empty and adds a bone; an empty name removes one."""

    def write(group: RETARGET2D_PG_bone_map, name: str) -> None:
        _edit(
            group,
            stored_map_edits.map_part,
            group.part,
            [*_shown(group).bones(group.part)[:place], name, *_shown(group).bones(group.part)[place + 1 :]],
        )

    return bpy.props.StringProperty(
        name="Bone",
        description="A bone of the character",
        get=lambda group: ("", *_shown(group).bones(group.part))[_there(group, place)],
        set=write,
    )


def _there(group: RETARGET2D_PG_bone_map, place: int) -> int:
    return place + 1 if place < len(_shown(group).bones(group.part)) else 0


def _switch(place: int) -> bpy.props.FloatProperty:
    """The property of one switch's value."""
    return bpy.props.FloatProperty(
        name="Value",
        description="Value that the bake sets, so that the mapped bones drive the rig",
        get=lambda group: _shown(group).switches[place].value if place < len(_shown(group).switches) else 0.0,
        set=lambda group, value: _edit(group, stored_map_edits.set_switch_value, place, value),
    )


class RETARGET2D_PG_bone_map(bpy.types.PropertyGroup):
    """The bone map of the scene's character. Each part also has a writable text by its name, such as `right_knee`"""

    part: bpy.props.EnumProperty(name="Part", description="The chosen row", items=ROWS)  # type: ignore[valid-type]
    row: bpy.props.IntProperty(name="Row", get=_row, set=_choose_row)  # type: ignore[valid-type]
    summary: bpy.props.StringProperty(name="Bone Map", get=_summary)  # type: ignore[valid-type]
    why_not: bpy.props.StringProperty(name="Why Not", get=_refusal)  # type: ignore[valid-type]


# As words, as all annotations of this module are: Blender 4.3 leaks the class, and functions in it would keep bpy
# itself alive until it crashes.
RETARGET2D_PG_bone_map.__annotations__.update(
    {part: f"_text_of({part!r})" for part in PART_NAMES}
    | {f"bone_{place + 1}": f"_link({place})" for place in range(LINKS)}
    | {f"switch_{place + 1}": f"_switch({place})" for place in range(SWITCHES)}
)
