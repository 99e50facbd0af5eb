"""What a user can do: thin operators over the stages of a job."""

from __future__ import annotations

import bpy

from ..bridge.job.session import session
from . import bone_map, bone_map_files, drawing, edit_views, evidence_strip, jobs, previewing
from .cancel import RETARGET2D_OT_cancel
from .clear_cache import RETARGET2D_OT_clear_cache
from .draw_horizon import RETARGET2D_OT_draw_horizon
from .editing import (
    RETARGET2D_OT_discard_edit,
    RETARGET2D_OT_edit_performance,
    RETARGET2D_OT_leave_edit,
    RETARGET2D_OT_next_doubt,
)
from .gpu_support import RETARGET2D_OT_add_gpu_support, RETARGET2D_OT_remove_gpu_support
from .install_runtime import RETARGET2D_OT_install_runtime, RETARGET2D_OT_install_wheels
from .layer_views import RETARGET2D_OT_pick_layer_view
from .open_video import RETARGET2D_OT_open_video
from .performer_identity import (
    RETARGET2D_OT_merge_performers,
    RETARGET2D_OT_remove_correction,
    RETARGET2D_OT_split_performer,
    RETARGET2D_OT_swap_performers,
)
from .pipeline import RETARGET2D_OT_bake, RETARGET2D_OT_detect, RETARGET2D_OT_retarget, RETARGET2D_OT_run
from .resolving import RETARGET2D_OT_resolve, RETARGET2D_OT_swap_sides
from .take_advice import RETARGET2D_OT_take_advice
from .try_sample import RETARGET2D_OT_try_sample

CLASSES: tuple[type[bpy.types.Operator], ...] = (
    RETARGET2D_OT_open_video,
    RETARGET2D_OT_try_sample,
    RETARGET2D_OT_draw_horizon,
    RETARGET2D_OT_detect,
    RETARGET2D_OT_retarget,
    RETARGET2D_OT_bake,
    RETARGET2D_OT_run,
    RETARGET2D_OT_take_advice,
    RETARGET2D_OT_pick_layer_view,
    RETARGET2D_OT_edit_performance,
    RETARGET2D_OT_next_doubt,
    RETARGET2D_OT_resolve,
    RETARGET2D_OT_swap_sides,
    RETARGET2D_OT_leave_edit,
    RETARGET2D_OT_discard_edit,
    RETARGET2D_OT_swap_performers,
    RETARGET2D_OT_split_performer,
    RETARGET2D_OT_merge_performers,
    RETARGET2D_OT_remove_correction,
    RETARGET2D_OT_cancel,
    RETARGET2D_OT_clear_cache,
    RETARGET2D_OT_install_runtime,
    RETARGET2D_OT_install_wheels,
    RETARGET2D_OT_add_gpu_support,
    RETARGET2D_OT_remove_gpu_support,
    *bone_map.CLASSES,
    *bone_map_files.CLASSES,
    *drawing.CLASSES,
    *previewing.CLASSES,
)


def register() -> None:
    """Add them."""
    for kind in CLASSES:
        bpy.utils.register_class(kind)
    bpy.app.handlers.load_pre.append(_stop_job)
    bpy.app.handlers.load_post.append(_forget_messages)
    edit_views.register()
    previewing.register()
    evidence_strip.register()


def unregister() -> None:
    """Take them out; a job that runs is stopped first."""
    _stop_job()
    evidence_strip.unregister()
    previewing.unregister()
    bpy.app.handlers.load_post.remove(_forget_messages)
    edit_views.unregister()
    bpy.app.handlers.load_pre.remove(_stop_job)
    for kind in reversed(CLASSES):
        bpy.utils.unregister_class(kind)


@bpy.app.handlers.persistent
def _stop_job(*_file: object) -> None:
    """Another file is opened: what the job would bake onto goes away."""
    jobs.cancel_current()


@bpy.app.handlers.persistent
def _forget_messages(*_file: object) -> None:
    """Another file is open."""
    session.forget_messages()
