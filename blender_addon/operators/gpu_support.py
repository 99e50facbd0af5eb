"""Add PyTorch for a GPU to what the extension brings, and remove it."""

from __future__ import annotations

import sys
from pathlib import Path

import bpy

from ..bridge.job.job_settings import Requirement
from ..bridge.job.session import session
from ..bridge.scene import addon
from ..worker import client
from . import stages
from .idle_operator import IdleOperator
from .jobs import JobOperator, Run
from .stages import Steps

CANCELLED = "Cancelled; what was downloaded is kept, and the next time it goes on from there"
NO_DOWNLOADS = "This build downloads nothing: name a Python that has PyTorch in the preferences"
OFFLINE = "Allow online access in Blender's preferences under System"


def _needs_a_build_that_downloads(_context: bpy.types.Context) -> str:
    return "" if client.may_be_added() else NO_DOWNLOADS


def _needs_the_network(_context: bpy.types.Context) -> str:
    return "" if addon.may_go_online() else OFFLINE


class RETARGET2D_OT_add_gpu_support(JobOperator):
    """Look up how much PyTorch is to download, so that retargeting runs on a GPU; the second time, download and install it"""

    bl_idname = "retarget2d.add_gpu_support"
    bl_label = "Add GPU Support"

    requirements: tuple[Requirement, ...] = (_needs_a_build_that_downloads, _needs_the_network)

    def begun(self, context: bpy.types.Context) -> Run:
        """A job that belongs to no scene."""
        return Run(self.steps(context), session.keep_installation_message, cancelled=CANCELLED)

    def steps(self, _context: bpy.types.Context) -> Steps[str]:
        """What is there to download, or PyTorch."""
        return stages.adding_gpu_support(Path(sys.executable), addon.may_go_online())


class RETARGET2D_OT_remove_gpu_support(IdleOperator):
    """Remove PyTorch, which was added for a GPU, with all that was downloaded of it"""

    bl_idname = "retarget2d.remove_gpu_support"
    bl_label = "Remove GPU Support"

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """Remove it."""
        try:
            freed = client.remove_gpu_support(stages.folder_of_runtime())
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        session.installation = None
        self.report({"INFO"}, f"{client.in_words(freed)} of GPU support were removed")
        return {"FINISHED"}
