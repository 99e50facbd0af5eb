"""Install the packages that the worker needs, from the package index or from a folder of wheels."""

from __future__ import annotations

import sys
from pathlib import Path

import bpy

from ..bridge.job.session import session
from ..bridge.scene import addon
from . import stages
from .idle_operator import IdleOperator
from .jobs import JobOperator, Run
from .stages import Steps

CANCELLED = "The installation was cancelled; what was installed before stays in use"


class RETARGET2D_OT_install_runtime(JobOperator):
    """Install onnxruntime and the other packages that the networks need into the add-on's own folder"""

    bl_idname = "retarget2d.install_runtime"
    bl_label = "Install Runtime"

    wheels: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Wheels", description="A folder of wheels to install from; empty for the package index", subtype="DIR_PATH"
    )

    def begun(self, context: bpy.types.Context) -> Run:
        """A job that belongs to no scene."""
        return Run(self.steps(context), session.keep_installation_message, cancelled=CANCELLED)

    def steps(self, _context: bpy.types.Context) -> Steps[str]:
        """The environment."""
        return stages.installing(
            Path(sys.executable), Path(bpy.path.abspath(self.wheels)) if self.wheels else None, addon.may_go_online()
        )


class RETARGET2D_OT_install_wheels(IdleOperator):
    """Install onnxruntime and the other packages that the networks need from a folder of wheels, without network access"""

    bl_idname = "retarget2d.install_wheels"
    bl_label = "Install Runtime from Wheels"

    directory: bpy.props.StringProperty(subtype="DIR_PATH", options={"SKIP_SAVE"})  # type: ignore[valid-type]
    filter_folder: bpy.props.BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask for the folder."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """Install from it while the user goes on working."""
        return set(bpy.ops.retarget2d.install_runtime("INVOKE_DEFAULT", wheels=self.directory))
