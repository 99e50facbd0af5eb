"""The figure: a new object drawn in Grease Pencil for each performer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import bpy

from ..figure.default_placement import default_placement
from ..figure.earlier_figure import EarlierFigure, mark_figure, replace_drawings
from ..figure.figure_bake import FigureBake, bake_figure
from ..figure.figure_style import FigureStyle
from ..figure.free_placement import place_beside_objects
from ..figure.planted_figure import place_on_ground, plant_figure
from ..figure.style_files import read_style
from ..job.job_settings import JobSettings
from ..projection.planes import Placement, Plane, placement_of_rig
from ..retiming.cycles import without_travel
from .target import SceneTake, Subject, Target, TargetPlan, Writing, Written


@dataclass(frozen=True, eq=False)
class FigurePlan(TargetPlan):
    """Figures in a `style`."""

    style: FigureStyle

    def write(self, writing: Writing) -> Written:
        """A figure a take; those that were drawn of the same performances before are drawn anew from the frame `since`
        on.
        """
        takes, placement = self.performed(writing)
        figures = [
            self._figure(writing, each, placement, _part(writing.progress, at, len(takes)))
            for at, each in enumerate(takes)
        ]

        def finish() -> None:
            for made in figures:
                if made.data is not None:
                    replace_drawings(made.figure, made.data)

        return Written(
            figures=tuple(made.figure for made in figures),
            drawings=sum(made.drawings for made in figures),
            finish=finish,
        )

    def performed(self, writing: Writing) -> tuple[list[SceneTake], Placement]:
        """What the figures perform, and where the first one does."""
        takes = [SceneTake(each.take, plant_figure(each.motion, self.settings.feet)) for each in writing.takes]
        return takes, self._placement(writing.scene, takes)

    def _placement(self, scene: bpy.types.Scene, takes: list[SceneTake]) -> Placement:
        """Where the first figure is drawn. Where everybody keeps their own body they share it: they stand to each other
        as in the picture.
        """
        subject, first, style = self.subject, takes[0].motion, self.style
        if subject.character is not None:
            character = subject.character
            placement = placement_of_rig(subject.owner, character.standing, character.bone_map, self.plane, first)
            return place_on_ground(placement, first, style, self.settings.feet)
        placement = place_on_ground(default_placement(first, self.plane, style), first, style, self.settings.feet)
        return place_beside_objects(scene, placement, [without_travel(each.motion) for each in takes])

    def _figure(
        self, writing: Writing, performed: SceneTake, placement: Placement, progress: Callable[[float], object]
    ) -> FigureBake:
        scene, take, settings = writing.scene, performed.take, self.settings
        source = settings.source_id(take.performer)
        earlier = EarlierFigure.of(scene, source, writing.since) if writing.since is not None else None
        made = bake_figure(
            scene,
            without_travel(performed.motion),
            placement,
            take.name,
            style=self.style,
            hold=settings.keys.hold,
            progress=progress,
            earlier=earlier,
        )
        if earlier is None:
            mark_figure(scene, made.figure, source)
        return made


class _Figure(Target):
    only_adds = True

    def plan(self, settings: JobSettings, subject: Subject, plane: Plane) -> FigurePlan:
        return FigurePlan(settings, subject, plane, read_style(settings.figure.style))


def _part(progress: Callable[[float], object], index: int, count: int) -> Callable[[float], object]:
    """Tells `progress` how much of all is done, from how much of one of `count` parts is."""
    return lambda done: progress((index + done) / count)


TARGET = _Figure()
