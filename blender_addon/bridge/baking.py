"""A retargeted motion becomes keys and drawings: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import bpy
import numpy as np

from .character import Character, read_character
from .data_blocks import nothing_left_on_failure
from .grease_pencil import FigureBake, bake_figure
from .job_settings import BakeTarget, JobSettings
from .media import scene_fps
from .planes import Placement, Plane, default_placement, placement_of_rig, plane_of
from .rig_bake import RigBake, RigBakeSettings, bake_rig
from .session import EVERY_PERFORMER, Take
from .timing import SceneMotion, on_scene_frames

SAME_BODY = 1e-3
"""Relative difference of bone lengths above which an armature is no longer the one that was retargeted onto."""


@dataclass(frozen=True)
class Baked:
    """What a bake made: names of `actions` and `figures`, `keys` on the rig, `drawings` of Grease Pencil, `frames` of the longest motion.

    `notes` are sentences about what the user may want to know of the rig.
    """

    actions: tuple[str, ...]
    figures: tuple[str, ...]
    keys: int
    drawings: int
    frames: int
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        made = [f"{self.keys:,} keys"] if self.actions else []
        made += [f"{self.drawings:,} drawings"] if self.figures else []
        return f"Baked {self.frames:,} frames: {' and '.join(made)}"


def chosen_character(scene: bpy.types.Scene, settings: JobSettings) -> Character | None:
    """The armature that was chosen, measured; None where none was. ValueError where it is gone, not in the scene, or cannot be used."""
    armature = settings.read_armature()
    if armature is None:
        return None
    if scene.objects.get(armature.name) != armature:
        raise ValueError(f"{armature.name} is not in the scene {scene.name}; choose an armature that is.")
    return read_character(armature)


def check_bake(scene: bpy.types.Scene, settings: JobSettings) -> Character | None:
    """The character to bake onto, None where there is none; ValueError for whatever would stop the bake, before any work is done."""
    if not settings.bake:
        raise ValueError("Nothing is chosen to bake; choose the rig, Grease Pencil, or both.")
    if settings.armature is None and BakeTarget.RIG in settings.bake:
        raise ValueError("No armature is chosen to bake onto; choose one, or bake onto Grease Pencil alone.")
    if settings.armature is not None and settings.performer == EVERY_PERFORMER:
        raise ValueError("Everybody is drawn in their own proportions; choose one performer for the armature, or no armature.")
    character = chosen_character(scene, settings)
    _plane(scene, settings, character)
    return character


def bake(scene: bpy.types.Scene, settings: JobSettings, takes: Sequence[Take], progress: Callable[[float], object] = lambda fraction: None) -> Baked:
    """Bake the takes onto what the settings name; `progress` is told 0..1. ValueError with nothing changed where it cannot be done."""
    character = check_bake(scene, settings)
    if character is not None:
        _check_body(character, takes)
    plane = _plane(scene, settings, character)
    motions = [on_scene_frames(take.motion, scene_fps(scene), settings.start_frame) for take in takes]
    with nothing_left_on_failure():
        figures: list[FigureBake] = []
        rigs: list[RigBake] = []
        if BakeTarget.GREASE_PENCIL in settings.bake:
            figures = _figures(scene, settings, character=character, plane=plane, takes=takes, motions=motions, progress=progress)
        if BakeTarget.RIG in settings.bake and character is not None:
            rigs = [_rig(settings, character, plane, takes[0], motions[0])]
    return Baked(
        actions=tuple(rig.action.name for rig in rigs),
        figures=tuple(figure.figure.name for figure in figures),
        keys=sum(rig.keys for rig in rigs),
        drawings=sum(figure.drawings for figure in figures),
        frames=max(len(motion.frames) for motion in motions),
        notes=(*(character.notes if character is not None else ()), *(note for rig in rigs for note in rig.notes)),
    )


def _plane(scene: bpy.types.Scene, settings: JobSettings, character: Character | None) -> Plane:
    if character is None:
        return plane_of(settings.plane, None, None, None, scene)
    return plane_of(settings.plane, settings.read_armature(), character.rest, character.bone_map, scene)


def _check_body(character: Character, takes: Sequence[Take]) -> None:
    """The decoder drew for the bone lengths that the armature had then."""
    for take in takes:
        if not np.allclose(take.motion.skeleton.lengths, character.skeleton.lengths, rtol=SAME_BODY):
            raise ValueError(f"The proportions of {character.name} changed since the motion was retargeted; retarget again.")


def _rig(settings: JobSettings, character: Character, plane: Plane, take: Take, motion: SceneMotion) -> RigBake:
    depth = settings.depth if settings.depth is not None else 0.0 if character.planar else 1.0
    wanted = RigBakeSettings(plane=plane, depth=depth, name=take.name, performance=settings.performance(take.performer), layers=settings.layers)
    return bake_rig(settings.read_armature(), character.bone_map, motion, wanted)


def _figures(
    scene: bpy.types.Scene,
    settings: JobSettings,
    *,
    character: Character | None,
    plane: Plane,
    takes: Sequence[Take],
    motions: Sequence[SceneMotion],
    progress: Callable[[float], object],
) -> list[FigureBake]:
    """A figure a take. Where everybody keeps their own body they share the first one's placement: they stand to each other as in the picture."""
    placement: Placement
    if character is not None:
        placement = placement_of_rig(settings.read_armature(), character.rest, character.bone_map, plane, motions[0])
    else:
        placement = default_placement(motions[0], plane)
    figures = []
    for index, (take, motion) in enumerate(zip(takes, motions, strict=True)):
        figures.append(bake_figure(scene, motion, placement, take.name, progress=_part(progress, index, len(takes))))
    return figures


def _part(progress: Callable[[float], object], index: int, count: int) -> Callable[[float], object]:
    """Tells `progress` how much of all is done, from how much of one of `count` parts is."""
    return lambda done: progress((index + done) / count)
