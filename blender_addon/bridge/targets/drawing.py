"""The drawing: keys on the layers of an artist's own Grease Pencil, or on the armature that moves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import bpy

from ...settings.drawing import Way
from ..drawing.built_armature import armature_of
from ..drawing.drawing_bake import armature_for, bind, key_drawn_views, key_layers, read_drawn_character
from ..job.job_settings import JobSettings
from ..projection.planes import Plane
from .rig import key_rig, rig_settings, rigs_and_parents, written_rig
from .target import Subject, Target, TargetPlan, Writing, Written


@dataclass(frozen=True, eq=False)
class DrawingPlan(TargetPlan):
    """Keys for the drawing, or for its armature."""

    def write(self, writing: Writing) -> Written:
        """Keys on the layers; else on the armature, unless that is keyed already, and then the drawing is bound to it.

        What is bound is bound last: then nothing can fail any more.
        """
        scene, drawn, first = writing.scene, self.subject.drawn, writing.takes[0]
        assert drawn is not None
        if drawn.settings.way == Way.LAYERS:
            made, written = key_layers(scene, drawn, first.motion, rig_settings(self, first.take)), Written()
        else:
            armature = armature_for(scene, drawn)
            written = written_rig(key_rig(self, armature, writing)) if armature not in writing.keyed else Written()
            made = bind(scene, drawn, armature, self.plane)
            views = key_drawn_views(drawn, first.motion, rig_settings(self, first.take))
            written = replace(written, notes=(*written.notes, *views.notes), views=(*written.views, *views.actions))
        return replace(
            written,
            actions=(*written.actions, *((made.action,) if made.action is not None else ())),
            keys=written.keys + made.keys,
            dense_keys=written.dense_keys + made.dense,
            notes=(*written.notes, *made.notes),
            performers=(drawn.drawing,),
        )


class _Drawing(Target):
    one_performer = "Choose one performer for the drawing"

    def needs(self, settings: JobSettings) -> str:
        return "Choose the drawing that performs" if settings.drawing.drawing is None else ""

    def subject(self, scene: bpy.types.Scene, settings: JobSettings, armature: bpy.types.Object | None) -> Subject:
        drawn = read_drawn_character(scene, settings.drawing, armature)
        return Subject(drawn.character, drawn.owner, drawn)

    def plan(self, settings: JobSettings, subject: Subject, plane: Plane) -> DrawingPlan:
        return DrawingPlan(settings, subject, plane)

    def owners(self, settings: JobSettings) -> Iterator[bpy.types.ID]:
        drawing = settings.drawing.read_drawing()
        if drawing is not None:
            yield drawing.data
            yield from rigs_and_parents(settings.read_armature() or armature_of(drawing))


TARGET = _Drawing()
