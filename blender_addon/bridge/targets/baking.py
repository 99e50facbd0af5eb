"""A retargeted motion becomes keys and drawings: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace

import bpy
import numpy as np

from ...settings.bake_targets import BakeTarget
from ..body.scene_motion import SceneMotion
from ..body.unseen_limbs import unseen_notes, with_unseen_limbs
from ..job.job_settings import JobSettings
from ..job.session import Made, Take
from ..projection.planes import Plane, plane_of
from ..retiming.apply_timing import apply_timing, timing_notes
from ..rig.measured_character import Character, read_character
from ..scene.data_blocks import nothing_left_on_failure
from ..scene.media import scene_fps
from .selection_and_frame_range import fit_frame_range, select_results
from .table import chosen_targets, missing, target_of
from .target import SceneTake, Subject, TargetPlan, Writing, Written

SAME_BODY = 1e-3
"""Relative difference of bone lengths above which an armature is no longer the one that was retargeted onto."""

MOST_NAMES = 3
"""Names of one kind that a line for the panel holds."""


@dataclass(frozen=True)
class Baked:
    """What a bake made: names of `actions` and `figures`, `keys` on the rig, of the `dense_keys` that a key a frame
    would be, `drawings` of Grease Pencil, `frames` of the longest motion.

    `performers` are whose motion it is, by id, and `model` and `device` what that was retargeted with. `notes` are
    sentences about what the user may want to know of the rig; `made` are the Actions and figures, and the objects that
    play them.
    """

    actions: tuple[str, ...]
    figures: tuple[str, ...]
    keys: int
    dense_keys: int
    drawings: int
    frames: int
    performers: tuple[int, ...]
    model: str
    device: str
    notes: tuple[str, ...] = ()
    made: tuple[Made, ...] = ()

    def __str__(self) -> str:
        made = [f"{_named('Action', self.actions)}, {self._keys()}"] if self.actions else []
        made += [f"{_named('figure', self.figures)}, {self.drawings:,} drawings"] if self.figures else []
        return f"Baked {self.frames:,} frames: {'; '.join(made)}"

    def _keys(self) -> str:
        if self.keys == self.dense_keys:
            return f"{self.keys:,} keys"
        return f"{self.keys:,} of {self.dense_keys:,} keys ({self.keys / self.dense_keys:.0%})"


def _named(what: str, names: Sequence[str]) -> str:
    """Action “street → Puppet”, or Actions and the first few of their names."""
    listed = ", ".join(f"“{name}”" for name in names[:MOST_NAMES])
    others = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"{what if len(names) == 1 else what + 's'} {listed}{others}"


@dataclass(frozen=True, eq=False)
class BakePlan:
    """What a bake will do, as everything was read, with nothing changed: `parts` are the plans of the targets.

    A job keeps it for minutes, in which the user may change the scene. So `choose_keys` and `write` look first at
    whether that changed (`now`).
    """

    settings: JobSettings
    subject: Subject
    plane: Plane
    parts: Mapping[BakeTarget, TargetPlan]

    @property
    def character(self) -> Character | None:
        """The character to bake onto, None where the performer keeps their own body."""
        return self.subject.character

    def now(self, scene: bpy.types.Scene) -> BakePlan:
        """The plan for the scene as it is now: of what changed it knows the new state. ValueError where that cannot be
        baked onto.
        """
        subject = read_subject(scene, self.settings, self.character)
        plane = _plane_for(subject, scene, self.settings)
        parts = {row: replace(part, subject=subject, plane=plane) for row, part in self.parts.items()}
        return replace(self, subject=subject, plane=plane, parts=parts)

    def choose_keys(self, scene: bpy.types.Scene, takes: Sequence[Take]) -> Generator[float, None, BakePlan]:
        """Work out the keys that `write` will make, step by step, with nothing changed: it takes longest, and Blender's
        window lives meanwhile.

        Yields what part is done, 0..1; returns the plan that knows them. ValueError as `write`.
        """
        if not any(part.chooses_keys for part in self.parts.values()):
            return self
        plan = self.now(scene)
        _check_body(plan.character, takes)
        performed, parts = in_scene(scene, self.settings, takes), dict(plan.parts)
        for row, part in plan.parts.items():
            parts[row] = yield from part.choose_keys(performed)
        return replace(plan, parts=parts)

    def write(
        self,
        scene: bpy.types.Scene,
        takes: Sequence[Take],
        progress: Callable[[float], object] = lambda fraction: None,
        *,
        since: int | None = None,
    ) -> Baked:
        """Bake the takes; `progress` is told 0..1. What was drawn of them before is drawn anew from the frame `since`
        on.

        What was baked is selected then, and the scene plays all of it. ValueError with nothing changed where it cannot
        be done.
        """
        plan = self.now(scene)
        _check_body(plan.character, takes)
        performed = in_scene(scene, self.settings, takes)
        with nothing_left_on_failure():
            written = _written(plan.parts, Writing(scene, performed, progress, since))
            for made in written:
                made.finish()
        if since is None:  # whoever corrects a performance and bakes it anew goes on with that
            select_results(scene, [item for made in written for item in made.objects])
        motions = [each.motion for each in performed]
        frames = np.concatenate([motion.frames for motion in motions])
        baked = [
            *(action for made in written for action in (*made.actions, *made.views)),
            *(figure.data for made in written for figure in made.figures),
        ]
        fit_frame_range(scene, int(frames.min()), int(frames.max()), baked)
        return _baked(plan.character, takes, motions, written)


def plan_bake(scene: bpy.types.Scene, settings: JobSettings, before: Character | None = None) -> BakePlan:
    """Read whatever the bake depends on, once; ValueError for whatever would stop it, before any work is done. What was
    measured `before` is measured again only as far as it changed.
    """
    if sentence := missing(settings):
        raise ValueError(f"{sentence}.")
    subject = read_subject(scene, settings, before)
    plane = _plane_for(subject, scene, settings)
    parts = {row: target.plan(settings, subject, plane) for row, target in chosen_targets(settings).items()}
    return BakePlan(settings, subject, plane, parts)


def read_subject(scene: bpy.types.Scene, settings: JobSettings, before: Character | None = None) -> Subject:
    """Whose body the motion goes onto: what a target says, else the armature that was chosen, measured. What was
    measured `before` is measured again only as far as it changed.

    ValueError where it is gone, elsewhere, or cannot be used.
    """
    armature = settings.read_armature()
    if armature is not None and scene.objects.get(armature.name) != armature:
        raise ValueError(f"{armature.name} is not in the scene {scene.name}; choose an armature that is.")
    for target in chosen_targets(settings).values():
        if (subject := target.subject(scene, settings, armature)) is not None:
            return subject
    return Subject(read_character(armature, before), armature) if armature is not None else Subject()


def _plane_for(subject: Subject, scene: bpy.types.Scene, settings: JobSettings) -> Plane:
    character = subject.character
    if character is None:
        return plane_of(settings.view.plane, None, None, None, scene)
    return plane_of(settings.view.plane, subject.owner, character.standing, character.bone_map, scene)


def in_scene(scene: bpy.types.Scene, settings: JobSettings, takes: Sequence[Take]) -> tuple[SceneTake, ...]:
    """The takes as the scene performs them: retimed, and with what was out of sight as was asked for."""
    fps, start = scene_fps(scene), settings.bake.start_frame
    return tuple(
        SceneTake(
            take,
            with_unseen_limbs(apply_timing(take.motion, fps, start, settings.timing), settings.cleaning.unseen),
        )
        for take in takes
    )


def _written(parts: Mapping[BakeTarget, TargetPlan], writing: Writing) -> list[Written]:
    """What each target made: first those that only add to the file, since what they do can be taken back."""
    written: list[Written] = []
    for row in sorted(parts, key=lambda row: not target_of(row).only_adds):
        keyed = tuple(item for made in written for item in made.performers)
        written.append(parts[row].write(replace(writing, keyed=keyed)))
    return written


def _baked(
    character: Character | None, takes: Sequence[Take], motions: Sequence[SceneMotion], written: Sequence[Written]
) -> Baked:
    actions = [action for made in written for action in made.actions]
    figures = [figure for made in written for figure in made.figures]
    return Baked(
        actions=tuple(action.name for action in actions),
        figures=tuple(figure.name for figure in figures),
        keys=sum(made.keys for made in written),
        dense_keys=sum(made.dense_keys for made in written),
        drawings=sum(made.drawings for made in written),
        frames=max(len(motion.frames) for motion in motions),
        performers=tuple(take.performer for take in takes),
        model=takes[0].model,
        device=takes[0].device,
        made=(
            *(Made(action.session_uid, action.name) for action in actions),
            *(Made(item.session_uid, item.name, is_object=True) for made in written for item in made.objects),
        ),
        notes=(
            *(character.notes if character is not None else ()),
            *timing_notes(motions),
            *unseen_notes(motions, [take.name for take in takes]),
            *(note for made in written for note in made.notes),
        ),
    )


def _check_body(character: Character | None, takes: Sequence[Take]) -> None:
    """The decoder drew for the bone lengths that the armature had then."""
    if character is None:
        return
    for take in takes:
        if not np.allclose(take.motion.skeleton.lengths, character.skeleton.lengths, rtol=SAME_BODY):
            raise ValueError(
                f"The proportions of {character.name} changed since the motion was retargeted; retarget again."
            )
