"""The targets by their rows in `settings/bake_targets.py`, and what a job still needs to bake onto those chosen."""

from __future__ import annotations

from importlib import import_module

import bpy

from ...settings.bake_targets import BakeTarget
from ...settings.footage import EVERY_PERFORMER
from ..job.job_settings import JobSettings, Requirement, needs_object_mode, needs_video
from .target import Target


def target_of(row: BakeTarget) -> Target:
    """The target of a row: that of the module which has the row's word for its name."""
    target: Target = import_module(f".{row.word}", __package__).TARGET
    return target


def chosen_targets(settings: JobSettings) -> dict[BakeTarget, Target]:
    """The targets that were chosen, in the order of their rows."""
    return {row: target_of(row) for row in BakeTarget if row in settings.bake.targets}


def missing(settings: JobSettings) -> str:
    """The sentence that says what the bake still needs, without its full stop; empty where nothing is missing."""
    chosen = chosen_targets(settings).values()
    if not chosen:
        return "Choose what to bake: the rig, Grease Pencil, or a drawing"
    sentences = [target.needs(settings) for target in chosen]
    if settings.performer == EVERY_PERFORMER:
        sentences += [target.one_performer for target in chosen]
        if settings.body.armature is not None:
            sentences.append("Clear the character to draw everybody in their own proportions, or choose one performer")
    return next(filter(None, sentences), "")


def needs_target(context: bpy.types.Context) -> str:
    """There is something to bake onto."""
    return missing(JobSettings.of(context.scene))


NEEDS_OF_SCENE: tuple[Requirement, ...] = (needs_video, needs_target)
"""What a scene must say for the job from the video to the keys."""
NEEDS_OF_ALL: tuple[Requirement, ...] = (*NEEDS_OF_SCENE, needs_object_mode)
"""What the job takes where it can be undone."""
