"""Operators that change the bone map stored with the character."""

from __future__ import annotations

from collections.abc import Callable

import bpy

from ..bridge.armature.bone_selection import select_bones, selected_bones
from ..bridge.bone_maps import PART_NAMES, stored_map_edits
from ..bridge.bone_maps.panel_state import ShownMap
from ..bridge.bone_maps.stored import forget_map, why_not_editable
from .idle_operator import IdleOperator

PARTS = tuple((part, named.title, named.meaning) for part, named in PART_NAMES.items())
SIDES = (
    ("RIGHT", "From the Right", "Map the left side to the mirror bones of the right side"),
    ("LEFT", "From the Left", "Map the right side to the mirror bones of the left side"),
)

OF_A_ROW = frozenset({"REGISTER", "UNDO", "INTERNAL"})
"""Options of operators that belong to a row of the list: from F3 they would not know which row is meant."""


def needs_editable_map(context: bpy.types.Context) -> str:
    """A character is chosen, and its map can be changed."""
    armature = context.scene.retarget2d.armature
    if armature is None:
        return "Choose a character first"
    if armature.mode == "EDIT":
        return "Leave Edit Mode first"
    return why_not_editable(armature).rstrip(".")


class MapOperator(IdleOperator):
    """What the operators of the bone map share: they need a character that can be changed, and report errors."""

    bl_options = frozenset({"REGISTER", "UNDO"})
    requirements = (needs_editable_map,)

    def done(self, action: Callable[[], object]) -> set[str]:
        """Run the action. If it returns a text, report that."""
        try:
            result = action()
        except (ValueError, OSError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        if isinstance(result, str):
            self.report({"INFO"}, result)
        return {"FINISHED"}


class RETARGET2D_OT_bone_map_find(MapOperator):
    """Find the character's bones by your presets, the rig's structure and its bone names. This replaces the current map"""

    bl_idname = "retarget2d.bone_map_find"
    bl_label = "Find Bones"

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Find the bones and store the map."""
        return self.done(lambda: stored_map_edits.store_found_map(context.scene.retarget2d.armature))


class RETARGET2D_OT_bone_map_forget(MapOperator):
    """Remove the stored bone map; bones are then found automatically whenever they are needed"""

    bl_idname = "retarget2d.bone_map_forget"
    bl_label = "Clear Bone Map"

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Remove the map."""
        return self.done(lambda: forget_map(context.scene.retarget2d.armature))


class RETARGET2D_OT_bone_map_pick(MapOperator):
    """Map the bones selected in Pose Mode to this part: one bone, or the whole chain"""

    bl_idname = "retarget2d.bone_map_pick"
    bl_label = "Pick Bones"
    bl_options = OF_A_ROW

    part: bpy.props.EnumProperty(name="Part", items=PARTS)  # type: ignore[valid-type]
    bones: bpy.props.StringProperty(name="Bones", description="Bone names, one per line; empty for the selected bones")  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Map them."""
        chosen = context.scene.retarget2d
        names = tuple(name for name in self.bones.split("\n") if name) or selected_bones(context, chosen.armature)
        chosen.bone_map.part = self.part
        return self.done(lambda: stored_map_edits.map_selected(chosen.armature, self.part, names))


class RETARGET2D_OT_bone_map_unmap(MapOperator):
    """Remove this part's bones from the map"""

    bl_idname = "retarget2d.bone_map_unmap"
    bl_label = "Unmap"
    bl_options = OF_A_ROW

    part: bpy.props.EnumProperty(name="Part", items=PARTS)  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Unmap."""
        return self.done(lambda: stored_map_edits.map_part(context.scene.retarget2d.armature, self.part, ()))


class RETARGET2D_OT_bone_map_show(bpy.types.Operator):
    """Select the bones mapped to this part"""

    bl_idname = "retarget2d.bone_map_show"
    bl_label = "Show Bones"
    bl_options = OF_A_ROW

    part: bpy.props.EnumProperty(name="Part", items=PARTS)  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only with a character."""
        return context.scene.retarget2d.armature is not None

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        """What is wrong with the part, or where its bones come from."""
        shown = ShownMap.of(context.scene)
        return " ".join(problem.sentence for problem in shown.problems(properties.part)) or shown.source(
            properties.part
        )

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Select them."""
        chosen = context.scene.retarget2d
        chosen.bone_map.part = self.part
        if chosen.armature.mode != "EDIT":
            select_bones(chosen.armature, ShownMap.of(context.scene).bones(self.part))
        return {"FINISHED"}


class RETARGET2D_OT_bone_map_mirror(MapOperator):
    """Map one side to the mirror bones of the other: by name (`.L` and `.R`, Left and Right, …), else by position"""

    bl_idname = "retarget2d.bone_map_mirror"
    bl_label = "Mirror"

    side: bpy.props.EnumProperty(name="Side", items=SIDES)  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Mirror."""
        return self.done(lambda: stored_map_edits.mirror_map(context.scene.retarget2d.armature, self.side.lower()))


class RETARGET2D_OT_bone_map_swap(MapOperator):
    """Swap the bones of the right and the left side"""

    bl_idname = "retarget2d.bone_map_swap"
    bl_label = "Swap Right and Left"

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Swap."""
        return self.done(lambda: stored_map_edits.swap_sides(context.scene.retarget2d.armature))


class RETARGET2D_OT_bone_map_add_switch(MapOperator):
    """Let the bake set a custom property of the rig, such as an IK/FK switch, so that the mapped bones drive the rig"""

    bl_idname = "retarget2d.bone_map_add_switch"
    bl_label = "Add Switch"

    bone: bpy.props.StringProperty(name="Bone", description="The bone that has the property; empty for the active bone")  # type: ignore[valid-type]
    property: bpy.props.StringProperty(name="Property", description="The name of the bone's custom property")  # type: ignore[valid-type]
    value: bpy.props.FloatProperty(name="Value", description="The value to set")  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask, with the active bone filled in."""
        armature = context.scene.retarget2d.armature
        active = armature.data.bones.active
        self.bone = self.bone or (active.name if active is not None else "")
        return set(context.window_manager.invoke_props_dialog(self))

    def draw(self, context: bpy.types.Context) -> None:
        """Bone, property, value."""
        pose = context.scene.retarget2d.armature.pose
        self.layout.use_property_split = True
        self.layout.prop_search(self, "bone", pose, "bones")
        self.layout.prop(self, "property")
        self.layout.prop(self, "value")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Add."""
        return self.done(
            lambda: stored_map_edits.set_switch(context.scene.retarget2d.armature, self.bone, self.property, self.value)
        )


class RETARGET2D_OT_bone_map_remove_switch(MapOperator):
    """Stop setting this property of the rig"""

    bl_idname = "retarget2d.bone_map_remove_switch"
    bl_label = "Remove Switch"
    bl_options = OF_A_ROW

    place: bpy.props.IntProperty(name="Place", min=0)  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Remove."""
        return self.done(lambda: stored_map_edits.remove_switch(context.scene.retarget2d.armature, self.place))


CLASSES: tuple[type[bpy.types.Operator], ...] = (
    RETARGET2D_OT_bone_map_find,
    RETARGET2D_OT_bone_map_forget,
    RETARGET2D_OT_bone_map_pick,
    RETARGET2D_OT_bone_map_unmap,
    RETARGET2D_OT_bone_map_show,
    RETARGET2D_OT_bone_map_mirror,
    RETARGET2D_OT_bone_map_swap,
    RETARGET2D_OT_bone_map_add_switch,
    RETARGET2D_OT_bone_map_remove_switch,
)
