"""Operators that follow a correction: spread it, bake again from the current frame on, swap sides."""

from __future__ import annotations

import bpy

from ..bridge.job.job_settings import JobSettings, needs_object_mode, needs_video
from ..bridge.performance_edit.rebake import EarlierBake
from ..bridge.performance_edit.resolve import Limbs, Spread, edit_kept_on_failure, spread_corrections, swap_sides
from ..bridge.scene import addon
from ..bridge.targets.baking import Baked, plan_bake
from ..bridge.targets.table import needs_target
from . import stages
from .editing import EditOperator, chosen_edit, needs_edit
from .jobs import JobOperator
from .stages import Steps

SPREADS = (
    (
        Spread.ONWARD,
        "From Here On",
        "Doubtful frames after this one follow the correction, up to the next certain or corrected frame",
    ),
    (Spread.BETWEEN, "Between Corrections", "All frames between the corrections before and after this one follow both"),
)
LIMBS = ((Limbs.ARMS, "Arms", "Shoulders, elbows and wrists", 1), (Limbs.LEGS, "Legs", "Hips, knees and ankles", 2))


class RETARGET2D_OT_resolve(JobOperator):
    """Spread a correction to the frames around it, then retarget and bake again from this frame on. Earlier keys and drawings of the bake stay"""

    bl_idname = "retarget2d.resolve"
    bl_label = "Re-Solve from Here"
    bl_options = frozenset({"UNDO"})
    requirements = (needs_video, needs_edit, needs_target, needs_object_mode)

    spread: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="Spread", description="Which frames follow the correction", items=SPREADS
    )

    def steps(self, context: bpy.types.Context) -> Steps[Baked]:
        """The bake."""
        settings, preferred, frame = JobSettings.of(context.scene), addon.preferred(), context.scene.frame_current
        settings.footage.find()
        plan = plan_bake(settings.read_scene(), settings)
        edit = chosen_edit(context.scene)
        assert edit is not None
        with edit_kept_on_failure(edit):
            spread_corrections(edit, frame, Spread(self.spread))
            performance = yield from stages.detecting(settings, preferred)
            takes = yield from stages.retargeting(settings, preferred, performance, plan.character)
            plan = yield from stages.choosing_keys(plan, takes)
            earlier = EarlierBake.of(settings, frame)
            baked = yield from stages.baking(plan, takes, since=frame)
            earlier.restore(baked)
        return baked


class RETARGET2D_OT_swap_sides(EditOperator):
    """Swap right and left limbs from this frame on, where the detection mistook one for the other"""

    bl_idname = "retarget2d.swap_sides"
    bl_label = "Swap Sides from Here"
    bl_options = frozenset({"REGISTER", "UNDO"})

    limbs: bpy.props.EnumProperty(name="Limbs", items=LIMBS, options={"ENUM_FLAG"}, default={Limbs.ARMS, Limbs.LEGS})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Swap them."""
        edit = chosen_edit(context.scene)
        assert edit is not None
        try:
            with edit_kept_on_failure(edit):
                swap_sides(edit, context.scene.frame_current, frozenset(Limbs(limb) for limb in self.limbs))
        except ValueError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return {"FINISHED"}
