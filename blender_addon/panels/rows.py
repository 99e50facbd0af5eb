"""Rows of settings, drawn from their declarations."""

from __future__ import annotations

from collections.abc import Collection

import bpy

from ..settings.footage import Other
from ..settings.kinds import Automatic, Number
from ..settings.setting import Setting, Topic, group_in

MEASURED_BY = {"camera_tilt": "retarget2d.draw_horizon"}
"""The operators that measure a number, by its property."""
OTHERS = {"view_source": "VIEW", "body_source": "BODY", "second": "SECOND"}
"""The slots of the other performances, by their properties."""


def draw_settings(
    column: bpy.types.UILayout,
    context: bpy.types.Context,
    topic: type[Topic],
    *,
    all_of_them: bool = False,
    disabled: Collection[str] = (),
) -> None:
    """Draw the rows of a topic that apply as the settings stand, or all of its rows. Rows that nothing uses are
    greyed.
    """
    chosen = context.scene.retarget2d
    values = topic.of(chosen)
    for name, setting in topic.settings().items():
        if setting.drawn and (all_of_them or values.applies(name)):
            row = column.column(align=True)
            wanted = not setting.targets or bool(setting.targets & chosen.bake)
            row.active = wanted and (setting.used is None or setting.used(chosen))
            row.enabled = name not in disabled
            _draw(row, setting, group_in(chosen, setting))


def _draw(row: bpy.types.UILayout, setting: Setting, group: bpy.types.PropertyGroup) -> None:
    if isinstance(setting, Other):
        draw_performance(row, getattr(group, setting.name), OTHERS[setting.name])
        return
    number = setting
    if isinstance(setting, Automatic):
        operator = MEASURED_BY.get(setting.name)
        flag = row.row(align=True) if operator else row
        flag.prop(group, setting.flag.name)
        if operator:
            flag.operator(operator, text="", icon="DRIVER_ROTATIONAL_DIFFERENCE")
        if getattr(group, setting.flag.name) == setting.flag_unused:
            return
        number = setting.inner
    row.use_property_decorate = setting.animated
    hint = {"placeholder": setting.placeholder} if setting.placeholder else {}
    row.prop(group, setting.name, slider=isinstance(number, Number) and number.subtype == "FACTOR", **hint)


def draw_performance(column: bpy.types.UILayout, source: bpy.types.PropertyGroup, slot: str) -> None:
    """Draw the other performance: its video, its part and its performer."""
    box = column.box().column()
    row = box.row(align=True)
    row.prop(source, "video", placeholder="Same video")
    row.operator("retarget2d.open_video", text="", icon="FILE_FOLDER").whose = slot
    if source.video:
        box.prop(source, "frame_range", placeholder="Whole video")
        box.prop(source, "fps")
    row = box.row(align=True)
    row.prop(source, "performer_choice")
    row.operator("retarget2d.detect", text="", icon="VIEWZOOM").whose = slot
