"""Set the scene up with the sample, so that *Retarget Video* is the next click."""

from __future__ import annotations

import bpy
from mathutils import Quaternion, Vector

from ..bridge.job.job_settings import needs_idle
from ..bridge.scene import sample
from ..settings.bake_targets import BakeTarget

NO_SAMPLE = "This copy of the extension has no sample; open a video of your own"

FROM_THE_FRONT = Quaternion((1.0, 1.0, 0.0, 0.0)).normalized()
ROOM = 3.0
"""The distance of the view, in heights of the puppet."""


class RETARGET2D_OT_try_sample(bpy.types.Operator):
    """Add our puppet to the scene, and choose it and the video that comes with the extension"""

    bl_idname = "retarget2d.try_sample"
    bl_label = "Try the Sample"
    bl_options = frozenset({"UNDO"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where the sample is there, no job runs, and nothing is being edited."""
        missing = needs_idle(context)
        if not missing and context.mode != "OBJECT":
            missing = "Switch to Object Mode first"
        if not missing and sample.sample_folder() is None:
            missing = NO_SAMPLE
        if missing:
            cls.poll_message_set(missing)
        return not missing

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
