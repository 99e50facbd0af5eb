"""How an edit is looked at: through its camera, coloured by confidence."""

from __future__ import annotations

import bpy

from .edit import Edit


def look_at(edit: Edit) -> None:
    """Let every 3D view of the scene's windows look through the edit's camera, with objects in their own colours. The scene's camera stays what it is."""
    if bpy.app.background or edit.group.camera is None:
        return
    for window in bpy.context.window_manager.windows:
        if window.scene != edit.group.id_data:
            continue
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                view = area.spaces.active
                view.use_local_camera, view.camera = True, edit.group.camera
                view.region_3d.view_perspective = "CAMERA"
                view.shading.type, view.shading.color_type = "SOLID", "OBJECT"
                # The joints all hang on one corner of the picture.
                view.overlay.show_relationship_lines = False
