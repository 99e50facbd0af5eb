"""The strip under the view while a preview plays: a click or a drag goes to that frame."""

from __future__ import annotations

import bpy

from ..bridge.preview.evidence_strip import Strip, draw_strip
from ..bridge.preview.preview import preview


def _strip(context: bpy.types.Context) -> Strip:
    """Where it lies in the view, beside the toolbar and the sidebar that lie over the view."""
    view = context.region
    left, right = 0, view.width
    for region in context.area.regions:
        if region.type in {"TOOLS", "UI"} and region.width > 1 and view.x <= region.x < view.x + view.width:
            if region.x - view.x < view.width / 2:
                left = max(left, region.x + region.width - view.x)
            else:
                right = min(right, region.x - view.x)
    return Strip.of(left, right, context.preferences.system.ui_scale)


class RETARGET2D_GT_evidence(bpy.types.Gizmo):
    """How sure every frame is. Green is sure, red is doubtful, purple is made up; the line tells which way the performer faces"""

    bl_idname = "RETARGET2D_GT_evidence"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the strip."""
        if preview.evidence is not None:
            draw_strip(_strip(context), preview.evidence, context.scene.frame_current)

    def test_select(self, context: bpy.types.Context, location: tuple[float, float]) -> int:
        """Whether the mouse is on it."""
        return 0 if preview.evidence is not None and _strip(context).has(*location) else -1

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Go to the frame under the mouse."""
        _go_to(context, event)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event, _tweak: set[str]) -> set[str]:
        """Scrub."""
        _go_to(context, event)
        return {"RUNNING_MODAL"}


class RETARGET2D_GGT_evidence(bpy.types.GizmoGroup):
    """The strip under the view"""

    bl_idname = "RETARGET2D_GGT_evidence"
    bl_label = "Confidence"
    bl_space_type = "VIEW_3D"
    bl_region_type = "WINDOW"
    bl_options = frozenset({"PERSISTENT"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """While a preview of this scene plays, and overlays are shown."""
        return (
            preview.on
            and preview.evidence is not None
            and preview.shows_strip
            and context.scene.session_uid == preview.scene
            and context.space_data.overlay.show_overlays
        )

    def setup(self, _context: bpy.types.Context) -> None:
        """Make the one gizmo."""
        self.gizmos.new(RETARGET2D_GT_evidence.bl_idname)


def _go_to(context: bpy.types.Context, event: bpy.types.Event) -> None:
    evidence = preview.evidence
    if evidence is not None:
        context.scene.frame_set(evidence.frame_at(_strip(context).part_at(event.mouse_region_x)))


CLASSES = (RETARGET2D_GT_evidence, RETARGET2D_GGT_evidence)


def register() -> None:
    """Show the strip from now on."""
    for kind in CLASSES:
        bpy.utils.register_class(kind)


def unregister() -> None:
    """Show it no more."""
    for kind in reversed(CLASSES):
        bpy.utils.unregister_class(kind)
