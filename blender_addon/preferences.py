"""Which Python and which device run the networks."""

from __future__ import annotations

import bpy

from .bridge.scene import addon, kept_poses
from .panels.paragraph import paragraph
from .panels.retarget import OUTCOME_ICONS
from .settings.device import Device
from .settings.kinds import OneOf, items_of
from .worker import client

DEVICES = OneOf(
    default=Device.AUTO, label="Device", description="What the networks run on", items=items_of(Device)
).rows


class RETARGET2D_AP_preferences(bpy.types.AddonPreferences):
    """What the user prefers."""

    bl_idname = addon.PACKAGE

    python: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Python",
        description="A Python that has onnxruntime, OpenCV and SciPy, and PyTorch to retarget on a GPU; empty: Blender's own, or the installed runtime",
        subtype="FILE_PATH",
    )
    device: bpy.props.EnumProperty(name="Device", description="What the networks run on", items=DEVICES)  # type: ignore[valid-type]
    threads: bpy.props.IntProperty(  # type: ignore[valid-type]
        name="Threads", description="Threads of the pose networks; 0: one a core", min=0, max=256
    )

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the preferences and the state of the runtime."""
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        column = layout.column()
        column.prop(self, "device")
        column.prop(self, "threads")
        column.prop(self, "python")
        row = column.row()
        row.label(text=f"Poses of videos: {kept_poses.in_megabytes(kept_poses.size(addon.pose_cache()))} kept")
        row.operator("retarget2d.clear_cache", icon="TRASH")
        box = layout.box().column()
        status = context.window_manager.retarget2d
        paragraph(box, context, status.runtime, "INFO")
        if status.running:
            row = box.row(align=True)
            row.progress(factor=status.progress, text=status.text)
            row.operator("retarget2d.cancel", text="", icon="X")
            return
        if client.may_be_added():
            _draw_gpu_support(box, context)
        if status.installation:
            paragraph(box, context, status.installation, OUTCOME_ICONS[status.installation_outcome])
        if not status.can_install:
            return
        row = box.row()
        online = row.row()
        online.enabled = bpy.app.online_access
        online.operator("retarget2d.install_runtime", text="Install", icon="IMPORT").wheels = ""
        row.operator("retarget2d.install_wheels", text="Install from Wheels…", icon="FILE_FOLDER")
        if not bpy.app.online_access:
            paragraph(
                box,
                context,
                "Blender is offline: allow online access under System, or install from a folder of wheels.",
            )


def _draw_gpu_support(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """Draw what there is of PyTorch for a GPU, how much there is to download, and the buttons that add and remove it."""
    found = client.gpu_state(addon.runtime_folder())
    layout.separator()
    paragraph(layout, context, str(found), "INFO")
    row = layout.row()
    if found.device is None:
        text = f"Download {client.in_words(found.plan.size - found.here)}" if found.plan else "Add GPU Support…"
        row.operator("retarget2d.add_gpu_support", text=text, icon="IMPORT")
        row.prop(context.preferences.system, "use_online_access", text="Allow Online Access")
    if found.device is not None or found.plan is not None:
        row.operator("retarget2d.remove_gpu_support", text="Remove GPU Support", icon="TRASH")


def register() -> None:
    """Add them."""
    bpy.utils.register_class(RETARGET2D_AP_preferences)


def unregister() -> None:
    """Take them out."""
    bpy.utils.unregister_class(RETARGET2D_AP_preferences)
