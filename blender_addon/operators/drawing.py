"""Operators for Grease Pencil: prepare a drawing of your own, and manage the styles of figures."""

from __future__ import annotations

from pathlib import Path

import bpy

from ..bridge.drawing import assignment
from ..bridge.drawing.drawing_settings import DrawingSettings
from ..bridge.figure.style_files import read_style, save_style
from ..bridge.job.job_settings import Requirement, needs_drawing, needs_object_mode
from ..bridge.scene.data_blocks import nothing_left_on_failure
from .idle_operator import IdleOperator


class DrawingOperator(IdleOperator):
    """What these operators share: they say what they need, report errors, and change nothing when they fail."""

    bl_options = frozenset({"REGISTER", "UNDO"})
    requirements: tuple[Requirement, ...] = (needs_drawing,)

    def change(self, context: bpy.types.Context) -> str:
        """Make the change and return a line to report. ValueError where it cannot be made."""
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Do it."""
        try:
            with nothing_left_on_failure():
                result = self.change(context)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self.report({"INFO"}, result)
        return {"FINISHED"}


class RETARGET2D_OT_assign_layers(DrawingOperator):
    """Assign each layer to the body part that it is named for"""

    bl_idname = "retarget2d.assign_layers"
    bl_label = "Assign Layers by Name"

    def change(self, context: bpy.types.Context) -> str:
        """Fill the list."""
        count = assignment.assign_by_name(context.scene.retarget2d.drawing)
        return (
            f"Assigned {count} layers" if count else "No layer is named for a body part; choose the parts in the list"
        )


class RETARGET2D_OT_exchange_sides(DrawingOperator):
    """Swap right and left, for drawings whose limbs are named from the viewer's side"""

    bl_idname = "retarget2d.exchange_sides"
    bl_label = "Swap Right and Left"

    def change(self, context: bpy.types.Context) -> str:
        """Swap them in the list."""
        assignment.swap_sides(context.scene.retarget2d.drawing)
        return "Swapped right and left"


class RETARGET2D_OT_pick_joint(DrawingOperator):
    """Move the joint of the active layer to the 3D cursor"""

    bl_idname = "retarget2d.pick_joint"
    bl_label = "Joint at 3D Cursor"

    def change(self, context: bpy.types.Context) -> str:
        """Put the joint at the cursor."""
        return f"{assignment.pick_pivot(context.scene.retarget2d.drawing, context.scene.cursor.location)} turns about the 3D cursor"


class RETARGET2D_OT_build_armature(DrawingOperator):
    """Build an armature with joints where the drawing's layers meet, and use it as the character"""

    bl_idname = "retarget2d.build_armature"
    bl_label = "Build Armature"
    requirements = (needs_drawing, needs_object_mode)

    def change(self, context: bpy.types.Context) -> str:
        """Build it."""
        chosen = context.scene.retarget2d
        chosen.armature = assignment.build_for(context.scene, DrawingSettings.of(chosen))
        return f"Built {chosen.armature.name}"


class RETARGET2D_OT_bind_drawing(DrawingOperator):
    """Bind the drawing to the character's armature, or to a new one: layers to bones, or strokes by weights"""

    bl_idname = "retarget2d.bind_drawing"
    bl_label = "Bind Drawing"
    requirements = (needs_drawing, needs_object_mode)

    def change(self, context: bpy.types.Context) -> str:
        """Bind it."""
        chosen = context.scene.retarget2d
        armature = assignment.bind_drawing(context.scene, DrawingSettings.of(chosen), chosen.armature)
        return f"Bound {chosen.drawing.target.name} to {armature.name}"


class RETARGET2D_OT_load_style(bpy.types.Operator):
    """Load a figure style from a file and add it to your styles"""

    bl_idname = "retarget2d.load_style"
    bl_label = "Load Style"
    bl_options = frozenset({"REGISTER", "UNDO"})

    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE"})  # type: ignore[valid-type]
    filter_glob: bpy.props.StringProperty(default="*.json", options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask for the file."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Read the style and choose it."""
        path = Path(bpy.path.abspath(self.filepath))
        try:
            save_style(read_style(str(path)), path.stem)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        context.scene.retarget2d.drawing.style = path.stem
        return {"FINISHED"}


class RETARGET2D_OT_save_style(bpy.types.Operator):
    """Save a copy of the chosen style to your styles, to edit in a text editor"""

    bl_idname = "retarget2d.save_style"
    bl_label = "Save Style"
    bl_options = frozenset({"REGISTER", "UNDO"})

    name: bpy.props.StringProperty(name="Name", description="Name of the copy")  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask for the name."""
        self.name = self.name or f"my {context.scene.retarget2d.drawing.style or 'character'}"
        return set(context.window_manager.invoke_props_dialog(self))

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write the copy and choose it."""
        chosen = context.scene.retarget2d.drawing
        try:
            path = save_style(read_style(chosen.style), self.name)
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        chosen.style = path.stem
        self.report({"INFO"}, f"Saved {path}")
        return {"FINISHED"}


CLASSES: tuple[type[bpy.types.Operator], ...] = (
    RETARGET2D_OT_assign_layers,
    RETARGET2D_OT_exchange_sides,
    RETARGET2D_OT_pick_joint,
    RETARGET2D_OT_build_armature,
    RETARGET2D_OT_bind_drawing,
    RETARGET2D_OT_load_style,
    RETARGET2D_OT_save_style,
)
