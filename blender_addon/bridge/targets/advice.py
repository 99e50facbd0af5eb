"""One line about how the performer faces, what that means for the character, and the setting that shows it best."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import bpy
import numpy as np

from ...settings.bake_targets import BakeTarget
from ...settings.view import ViewChoice
from ..armature.bone_map import BoneMap
from ..drawing.layer_views import layer_artwork
from ..job.session import Performance, session
from ..views.artwork import Artwork, read_artwork
from ..views.facing_summary import FacingSummary, facing_summary
from ..views.rig_views import rigs_of

SELDOM = 0.05
"""Part of the frames below which nobody would call it turning away."""
FLAT = 1e-3
"""How thick an armature is at most, beside its size, to be a cut-out."""


class Step(StrEnum):
    """The settings that an advice changes; what its button says."""

    NONE = ""
    ARTWORK = "Show Artwork for Views"
    FRONT = "View: Front"
    FOLLOW = "Follow the Turn"


@dataclass(frozen=True)
class Advice:
    """A line for the panel, and the step that it advises."""

    text: str
    step: Step = Step.NONE


def advice(scene: bpy.types.Scene) -> Advice | None:
    """The advice for the scene as it is; None where nobody was detected. Quick enough for a panel."""
    settings = scene.retarget2d
    performance = session.performance
    if performance is None or not session.shows(settings.video, settings.frame_range):
        return None
    chosen = [number for number in performance.chosen(settings.performer) if number in performance.ids]
    summary = _summary(performance, chosen[0]) if len(chosen) == 1 else None
    if summary is None:
        return None
    if summary.away < SELDOM:
        return Advice("The performer faces the viewer")
    return _for_character(scene, summary)


def take(scene: bpy.types.Scene, step: Step) -> None:
    """Change what a step says."""
    _TAKEN[step](scene.retarget2d)


def _for_character(scene: bpy.types.Scene, summary: FacingSummary) -> Advice:
    settings = scene.retarget2d
    faces = _faces(summary)
    armature = settings.armature if BakeTarget.RIG.value in settings.bake else None
    drawing = settings.drawing.target if BakeTarget.DRAWING.value in settings.bake else None
    flat = drawing if armature is None else armature if _is_flat(armature) else None
    if flat is None:
        return Advice(f"{faces}; {'what is drawn' if armature is None else armature.name} turns along")
    if settings.view not in {ViewChoice.AS_FILMED.value, ViewChoice.AS_OTHER.value}:
        return Advice(f"{faces}, but the view of {flat.name} is chosen")
    with_views = next((item for item in (armature, drawing) if item is not None and _has_views(item, settings)), None)
    return _for_cut_out(flat, with_views, settings.channels, summary)


def _for_cut_out(
    flat: bpy.types.Object,
    with_views: bpy.types.Object | None,
    channels: bpy.types.PropertyGroup,
    summary: FacingSummary,
) -> Advice:
    faces = _faces(summary)
    if with_views is not None:
        if channels.artwork:
            return Advice(f"{faces}; {with_views.name} has artwork for that")
        return Advice(f"{faces}; {with_views.name} has artwork for that, which is switched off", Step.ARTWORK)
    lacks = f"{faces}; {flat.name} has no artwork for that"
    if summary.steadily_away:
        return Advice(f"{lacks}, and a view from the front shows it best", Step.FRONT)
    if channels.follow_turn < 1:
        return Advice(f"{lacks}, but shoulders and hips can follow", Step.FOLLOW)
    return Advice(f"{lacks}, so shoulders and hips alone follow")


def _faces(summary: FacingSummary) -> str:
    if summary.steadily_away:
        return (
            "The performer shows their back"
            if summary.back > summary.away / 2
            else "The performer is seen from the side"
        )
    return f"The performer turns away in {summary.away:.0%} of the frames"


@lru_cache(maxsize=16)
def _summary(performance: Performance, performer: int) -> FacingSummary | None:
    return facing_summary(performance.poses_of(performer))


def has_artwork(armature: bpy.types.Object) -> bool:
    """Whether the character has artwork for other views than one."""
    art: Artwork = read_artwork(armature, BoneMap({}, ""))
    return bool(art.parts or rigs_of(armature).parts)


def _has_views(item: bpy.types.Object, settings: bpy.types.PropertyGroup) -> bool:
    """Whether an armature, or the drawing that was chosen, has artwork for other views than one."""
    if item.type == "ARMATURE":
        return has_artwork(item)
    return bool(layer_artwork(item, {row.name: row.view for row in settings.drawing.layers}).parts)


def _is_flat(armature: bpy.types.Object) -> bool:
    """Whether all bones lie in one plane, by their ends alone."""
    bones = armature.data.bones
    ends = np.zeros((2, 3 * len(bones)))
    for row, name in enumerate(("head_local", "tail_local")):
        bones.foreach_get(name, ends[row])
    points = ends.reshape(-1, 3)
    if not len(points):
        return False
    spread = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    return bool(spread[2] <= FLAT * spread[0])


def _show_artwork(settings: bpy.types.PropertyGroup) -> None:
    settings.channels.artwork = True


def _see_from_the_front(settings: bpy.types.PropertyGroup) -> None:
    settings.view = ViewChoice.FRONT.value


def _follow(settings: bpy.types.PropertyGroup) -> None:
    settings.channels.follow_turn = 1.0


_TAKEN: Mapping[Step, Callable[[bpy.types.PropertyGroup], None]] = {
    Step.NONE: lambda _settings: None,
    Step.ARTWORK: _show_artwork,
    Step.FRONT: _see_from_the_front,
    Step.FOLLOW: _follow,
}
