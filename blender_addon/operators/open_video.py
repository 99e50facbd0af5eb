"""Choose the reference video in the file browser."""

from __future__ import annotations

import bpy

from ..bridge.scene.media import footage_path
from .idle_operator import IdleOperator
from .performance_slot import performance_in, slot_property

POSE_FILES = "*.json;*.npz;*.npy;*.csv;*.h5;*.hdf5"
"""Files that the file browser shows besides videos and images."""


class RETARGET2D_OT_open_video(IdleOperator):
    """Choose a video, an image, a folder of images, or pose files from OpenPose, MMPose, MediaPipe and other tools"""

    bl_idname = "retarget2d.open_video"
    bl_label = "Open Reference Video"
    bl_options = frozenset({"UNDO"})

    whose: slot_property()  # type: ignore[valid-type]
    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]
    filter_movie: bpy.props.BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]
    filter_image: bpy.props.BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]
    filter_glob: bpy.props.StringProperty(default=POSE_FILES, options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]
    filter_folder: bpy.props.BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask for the file."""
        self.filepath = bpy.path.abspath(performance_in(context.scene, self.whose).video)
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Use the file."""
        if not self.filepath:
            self.report({"ERROR"}, "No video was chosen; choose a file.")
            return {"CANCELLED"}
        performance_in(context.scene, self.whose).video = footage_path(self.filepath)
        return {"FINISHED"}
