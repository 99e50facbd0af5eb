"""Set the scene up with the sample, so that *Retarget Video* is the next click."""

from __future__ import annotations

import bpy
from mathutils import Quaternion, Vector

from ..bridge.scene import sample
from ..settings.bake_targets import BakeTarget
from .idle_operator import IdleOperator

NO_SAMPLE = "This copy of the extension has no sample; open a video of your own"

FROM_THE_FRONT = Quaternion((1.0, 1.0, 0.0, 0.0)).normalized()
ROOM = 3.0
"""The distance of the view, in heights of the puppet."""


def _needs_object_mode(context: bpy.types.Context) -> str:
    return "" if context.mode == "OBJECT" else "Switch to Object Mode first"


def _needs_sample(_context: bpy.types.Context) -> str:
    return "" if sample.sample_folder() is not None else NO_SAMPLE


class RETARGET2D_OT_try_sample(IdleOperator):
    """Add our puppet to the scene, and choose it and the video that comes with the extension"""

    bl_idname = "retarget2d.try_sample"
    bl_label = "Try the Sample"
    bl_options = frozenset({"UNDO"})

    requirements = (_needs_object_mode, _needs_sample)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Append, choose, and look at it."""
        folder = sample.sample_folder()
        assert folder is not None
        try:
            armature = sample.append_puppet(context.scene, folder)
        except (ValueError, OSError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        settings = context.scene.retarget2d
        settings.video, settings.frame_range = str(folder / sample.VIDEO), ""
        settings.armature, settings.bake = armature, {BakeTarget.RIG.value}
        for other in context.selected_objects:
            other.select_set(False)
        armature.select_set(True)
        context.view_layer.objects.active = armature
        _look_at(context, armature)
        self.report({"INFO"}, "The sample is set up; press Retarget Video")
        return {"FINISHED"}


def _look_at(context: bpy.types.Context, armature: bpy.types.Object) -> None:
    """See the puppet, which is flat, from the front in the 3D view that was clicked in, with room to jump."""
    if context.area is None or context.area.type != "VIEW_3D":
        return
    corners = [Vector(corner) for corner in armature.bound_box]
    view = context.space_data.region_3d
    view.view_perspective = "ORTHO"
    view.view_rotation = FROM_THE_FRONT
    view.view_location = armature.location + sum(corners, Vector()) / len(corners)
    view.view_distance = ROOM * max(corner.z for corner in corners)
