"""The character's bone map: a list with a row for each body part, and its problems."""

from __future__ import annotations

import bpy

from ..properties.bone_map import LINKS, ROWS, SWITCHES, RETARGET2D_PG_bone_map, ShownMap
from .paragraph import paragraph
from .tab import Tab

VISIBLE_ROWS = 9
STOPS, STRANGE = "ERROR", "INFO"
"""Icons of problems: those that keep a map from being used, and those that do not."""
SHOWN_PROBLEMS = 6

ENTRIES: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("retarget2d.bone_map_find", "Find Bones", "VIEWZOOM", {}),
    ("retarget2d.bone_map_forget", "Clear Bone Map", "X", {}),
    ("retarget2d.bone_map_mirror", "Mirror from the Right", "MOD_MIRROR", {"side": "RIGHT"}),
    ("retarget2d.bone_map_mirror", "Mirror from the Left", "NONE", {"side": "LEFT"}),
    ("retarget2d.bone_map_swap", "Swap Right and Left", "ARROW_LEFTRIGHT", {}),
    ("retarget2d.bone_map_add_switch", "Add Switch…", "ADD", {}),
    ("retarget2d.bone_map_save_preset", "Save Preset…", "FILE_TICK", {}),
    ("retarget2d.bone_map_import", "Import Bone Map…", "IMPORT", {}),
    ("retarget2d.bone_map_export", "Export Bone Map…", "EXPORT", {}),
)
"""Operator, text, icon and properties of each entry of the menu."""


class RETARGET2D_UL_bone_map(bpy.types.UIList):
    """Body parts and the bones mapped to them; the items are those of the property `part`"""

    bl_idname = "RETARGET2D_UL_bone_map"

    def draw_item(
        self,
        context: bpy.types.Context,
        layout: bpy.types.UILayout,
        _data: object,
        item: bpy.types.EnumPropertyItem,
        _icon: int,
        _active_data: RETARGET2D_PG_bone_map,
        _active_property: str,
        _index: int = 0,
        _flag: int = 0,
    ) -> None:
        """Draw the part, its bones, its problems, and the eyedropper."""
        shown, part = ShownMap.of(context.scene), item.identifier
        split = layout.split(factor=0.52, align=True)
        found = shown.problems(part)
        name = split.row(align=True)
        icon = (STOPS if any(problem.stops for problem in found) else STRANGE) if found else "BLANK1"
        name.operator("retarget2d.bone_map_show", text="", icon=icon, emboss=False).part = part
        name.label(text=item.name)
        field = split.row(align=True)
        field.label(text=shown.line(part), translate=False)
        field.operator("retarget2d.bone_map_pick", text="", icon="EYEDROPPER", emboss=False).part = part

    def filter_items(
        self, _context: bpy.types.Context, data: bpy.types.AnyType, name: str
    ) -> tuple[list[int], list[int]]:
        """Filter by the parts' names, in the order of the body."""
        items = getattr(data, name)
        if not self.filter_name:
            return [], []
        return bpy.types.UI_UL_list.filter_items_by_name(self.filter_name, self.bitflag_filter_item, items, "name"), []


class RETARGET2D_MT_bone_map_presets(bpy.types.Menu):
    """Your presets of bone maps"""

    bl_idname = "RETARGET2D_MT_bone_map_presets"
    bl_label = "Presets"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the entries to load, save and remove."""
        names = ShownMap.presets()
        for name in names:
            self.layout.operator("retarget2d.bone_map_load_preset", text=name, translate=False).name = name
        if names:
            self.layout.separator()
        self.layout.operator("retarget2d.bone_map_save_preset", text="Save Preset…", icon="ADD")
        if names:
            self.layout.menu(RETARGET2D_MT_bone_map_remove.bl_idname, icon="REMOVE")


class RETARGET2D_MT_bone_map_remove(bpy.types.Menu):
    """Delete a preset"""

    bl_idname = "RETARGET2D_MT_bone_map_remove"
    bl_label = "Remove Preset"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the presets."""
        for name in ShownMap.presets():
            self.layout.operator("retarget2d.bone_map_remove_preset", text=name, translate=False).name = name


class RETARGET2D_MT_bone_map(bpy.types.Menu):
    """Operators of the bone map"""

    bl_idname = "RETARGET2D_MT_bone_map"
    bl_label = "Bone Map"

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw the entries, then the presets."""
        for operator, text, icon, properties in ENTRIES:
            entry = self.layout.operator(operator, text=text, icon=icon)
            for name, value in properties.items():
                setattr(entry, name, value)
        self.layout.separator()
        self.layout.menu(RETARGET2D_MT_bone_map_presets.bl_idname, icon="PRESET")


class RETARGET2D_PT_bone_map(Tab, bpy.types.Panel):
    """Which bones of the character are which body parts"""

    bl_label = "Bone Map"
    bl_parent_id = "RETARGET2D_PT_character"
    bl_options = frozenset({"DEFAULT_CLOSED"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only for a character."""
        return context.scene.retarget2d.armature is not None

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the summary, the list, the chosen row, and the problems."""
        bone_map, shown = context.scene.retarget2d.bone_map, ShownMap.of(context.scene)
        layout = self.layout
        layout.enabled = not context.window_manager.retarget2d.running
        row = layout.row(align=True)
        row.operator("retarget2d.bone_map_find", icon="VIEWZOOM")
        row.menu(RETARGET2D_MT_bone_map_presets.bl_idname, text="", icon="PRESET")
        row.menu(RETARGET2D_MT_bone_map.bl_idname, text="", icon="DOWNARROW_HLT")
        paragraph(layout, context, bone_map.summary, "PINNED" if shown.is_stored else "ARMATURE_DATA")
        if bone_map.why_not:
            paragraph(layout, context, bone_map.why_not, "LINKED")
        for note in shown.notes:
            paragraph(layout, context, note, "INFO")
        body = layout.column()
        body.enabled = not bone_map.why_not and context.scene.retarget2d.armature.mode != "EDIT"
        body.template_list(
            RETARGET2D_UL_bone_map.bl_idname,
            "",
            RETARGET2D_PG_bone_map.bl_rna.properties["part"],
            "enum_items",
            bone_map,
            "row",
            rows=VISIBLE_ROWS,
        )
        self._draw_row(context, body)
        self._draw_switches(context, body)
        self._draw_problems(context, layout)

    @staticmethod
    def _draw_row(context: bpy.types.Context, layout: bpy.types.UILayout) -> None:
        """Draw the chosen part's chain bone by bone, an empty field, and its problems."""
        bone_map, shown = context.scene.retarget2d.bone_map, ShownMap.of(context.scene)
        bones = shown.bones(bone_map.part)
        box = layout.box()
        title = next(row for row in ROWS if row[0] == bone_map.part)
        head = box.row()
        head.label(text=f"{title[1]}: {shown.source(bone_map.part) if bones else 'not mapped'}", translate=False)
        head.operator("retarget2d.bone_map_unmap", text="", icon="X", emboss=False).part = bone_map.part
        column = box.column(align=True)
        for place in range(min(len(bones) + 1, LINKS)):
            column.prop_search(bone_map, f"bone_{place + 1}", context.scene.retarget2d.armature.pose, "bones", text="")
        for problem in shown.problems(bone_map.part):
            paragraph(box, context, problem.sentence, STOPS if problem.stops else STRANGE)

    @staticmethod
    def _draw_switches(context: bpy.types.Context, layout: bpy.types.UILayout) -> None:
        """Draw the switches that the bake sets."""
        column = layout.column(align=True)
        row = column.row()
        row.label(text="Switches to Set")
        row.operator("retarget2d.bone_map_add_switch", text="", icon="ADD", emboss=False)
        for place, switch in enumerate(ShownMap.of(context.scene).switches[:SWITCHES]):
            row = column.row(align=True)
            row.prop(
                context.scene.retarget2d.bone_map,
                f"switch_{place + 1}",
                text=f"{switch.bone}: {switch.property}",
                translate=False,
            )
            row.operator("retarget2d.bone_map_remove_switch", text="", icon="X").place = place

    @staticmethod
    def _draw_problems(context: bpy.types.Context, layout: bpy.types.UILayout) -> None:
        """Draw the problems of all other rows."""
        shown = ShownMap.of(context.scene)
        here = shown.problems(context.scene.retarget2d.bone_map.part)
        found = [problem for problem in shown.problems() if problem not in here]
        for problem in found[:SHOWN_PROBLEMS]:
            paragraph(layout, context, problem.sentence, STOPS if problem.stops else STRANGE)
        if len(found) > SHOWN_PROBLEMS:
            layout.label(text=f"And {len(found) - SHOWN_PROBLEMS} more")


CLASSES: tuple[type, ...] = (
    RETARGET2D_UL_bone_map,
    RETARGET2D_MT_bone_map_remove,
    RETARGET2D_MT_bone_map_presets,
    RETARGET2D_MT_bone_map,
    RETARGET2D_PT_bone_map,
)
