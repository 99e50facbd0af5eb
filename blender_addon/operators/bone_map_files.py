"""Bone maps as files: the user's presets, and any JSON file."""

from __future__ import annotations

from pathlib import Path

import bpy

from ..bridge.armature.bone_map import BoneMap
from ..bridge.bone_maps import preset_files, stored_map_edits
from ..bridge.bone_maps.current_map import ChosenMap
from ..bridge.bone_maps.panel_state import ShownMap
from .bone_map import OF_A_ROW, MapOperator


def _map_of_character(context: bpy.types.Context) -> BoneMap:
    """The character's map; ValueError, in one sentence, where it has none."""
    known = ShownMap.of(context.scene).known
    if not isinstance(known, ChosenMap):
        raise ValueError(known)
    return known.bone_map


def _needs_character(context: bpy.types.Context) -> str:
    return "Choose a character first" if context.scene.retarget2d.armature is None else ""


class WithCharacter(MapOperator):
    """An operator that only reads the character, so that a linked one will do."""

    bl_options = frozenset({"REGISTER"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only with a character."""
        if missing := _needs_character(context):
            cls.poll_message_set(missing)
        return not missing


class RETARGET2D_OT_bone_map_save_preset(WithCharacter):
    """Save the bone map as a preset. Presets are used automatically for every armature that has their bones"""

    bl_idname = "retarget2d.bone_map_save_preset"
    bl_label = "Save Preset"

    name: bpy.props.StringProperty(name="Name", description="Name of the preset")  # type: ignore[valid-type]
    replace: bpy.props.BoolProperty(name="Replace", description="Replace an existing preset of that name")  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask for the name."""
        self.name = self.name or context.scene.retarget2d.armature.name
        return set(context.window_manager.invoke_props_dialog(self))

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Save."""
        return self.done(lambda: preset_files.save_preset(self.name, _map_of_character(context), replace=self.replace))


class RETARGET2D_OT_bone_map_load_preset(MapOperator):
    """Use this preset as the character's bone map"""

    bl_idname = "retarget2d.bone_map_load_preset"
    bl_label = "Load Preset"
    bl_options = OF_A_ROW

    name: bpy.props.StringProperty(name="Name", description="Name of the preset")  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Load."""
        return self.done(
            lambda: stored_map_edits.store_given_map(
                context.scene.retarget2d.armature, preset_files.read_preset(self.name)
            )
        )


class RETARGET2D_OT_bone_map_remove_preset(bpy.types.Operator):
    """Delete this preset; characters that already use its map keep it"""

    bl_idname = "retarget2d.bone_map_remove_preset"
    bl_label = "Remove Preset"
    bl_options = frozenset({"INTERNAL"})

    name: bpy.props.StringProperty(name="Name", description="Name of the preset")  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask first: undo does not bring a file back."""
        return set(context.window_manager.invoke_confirm(self, event))

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """Remove."""
        try:
            preset_files.remove_preset(self.name)
        except (ValueError, OSError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return {"FINISHED"}


class RETARGET2D_OT_bone_map_import(MapOperator):
    """Load the character's bone map from a JSON file"""

    bl_idname = "retarget2d.bone_map_import"
    bl_label = "Import Bone Map"

    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE"})  # type: ignore[valid-type]
    filter_glob: bpy.props.StringProperty(default="*.json", options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask for the file."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Read it."""
        path = Path(bpy.path.abspath(self.filepath))
        return self.done(
            lambda: stored_map_edits.store_given_map(
                context.scene.retarget2d.armature, preset_files.read_map_file(path)
            )
        )


class RETARGET2D_OT_bone_map_export(WithCharacter):
    """Save the character's bone map, stored or found, to a JSON file"""

    bl_idname = "retarget2d.bone_map_export"
    bl_label = "Export Bone Map"

    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE"})  # type: ignore[valid-type]
    check_existing: bpy.props.BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]
    filter_glob: bpy.props.StringProperty(default="*.json", options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask for the file."""
        self.filepath = f"{bpy.path.clean_name(context.scene.retarget2d.armature.name)}.json"
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write it."""
        path = Path(bpy.path.abspath(self.filepath))
        return self.done(lambda: preset_files.write_map_file(path, _map_of_character(context)))


CLASSES: tuple[type[bpy.types.Operator], ...] = (
    RETARGET2D_OT_bone_map_save_preset,
    RETARGET2D_OT_bone_map_load_preset,
    RETARGET2D_OT_bone_map_remove_preset,
    RETARGET2D_OT_bone_map_import,
    RETARGET2D_OT_bone_map_export,
)
