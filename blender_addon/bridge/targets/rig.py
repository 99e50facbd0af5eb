"""The rig: keys on the bones of the armature."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

import bpy

from ...core.motion import Limbs
from ..job.job_settings import JobSettings
from ..job.session import Take
from ..projection.planes import Plane
from ..rig.key_reduction import ReducedKeys
from ..rig.rig_bake import RigBake, RigBakeSettings
from ..rig.rigs_bake import bake_rigs, plan_rigs_bake
from ..views.rig_views import rigs_of
from .target import SceneTake, Subject, Target, TargetPlan, Writing, Written


@dataclass(frozen=True, eq=False)
class RigPlan(TargetPlan):
    """Keys for the armature; `ahead` are those that were chosen already."""

    ahead: tuple[ReducedKeys, ...] = ()

    chooses_keys = True

    def choose_keys(self, takes: tuple[SceneTake, ...]) -> Generator[float, None, RigPlan]:
        """Of all that a bake does this takes longest. Nothing is chosen where the rig goes meanwhile: that is said when
        it is written.
        """
        armature, character = self.settings.read_armature(), self.subject.character
        assert armature is not None
        assert character is not None
        wanted = rig_settings(self, takes[0].take)
        try:
            work = plan_rigs_bake(armature, character.bone_map, takes[0].motion, wanted)
            return replace(self, ahead=(yield from work.reduction_steps()))
        except ReferenceError:  # undone or deleted
            return self

    def write(self, writing: Writing) -> Written:
        """Keys on the armature, and on what carries it."""
        armature = self.settings.read_armature()
        assert armature is not None
        return replace(written_rig(key_rig(self, armature, writing, self.ahead)), performers=(armature,))


class _Rig(Target):
    one_performer = "Choose one performer for the rig, or bake everybody onto Grease Pencil alone"

    def needs(self, settings: JobSettings) -> str:
        return "Choose a character, or bake onto Grease Pencil alone" if settings.body.armature is None else ""

    def plan(self, settings: JobSettings, subject: Subject, plane: Plane) -> RigPlan:
        return RigPlan(settings, subject, plane)

    def owners(self, settings: JobSettings) -> Iterator[bpy.types.ID]:
        return rigs_and_parents(settings.read_armature())


def key_rig(
    plan: TargetPlan, armature: bpy.types.Object, writing: Writing, ahead: Sequence[ReducedKeys] = ()
) -> list[RigBake]:
    """Key the first take's motion onto the armature, and the rigs of its other views. ValueError as `bake_rig`."""
    first, character = writing.takes[0], plan.subject.character
    assert character is not None
    wanted = plan_rigs_bake(armature, character.bone_map, first.motion, rig_settings(plan, first.take))
    return bake_rigs(wanted, ahead)


def written_rig(made: Sequence[RigBake]) -> Written:
    """What was made, as all targets say it."""
    return Written(
        tuple(action for each in made for action in (each.action, *each.carriers)),
        sum(each.keys for each in made),
        sum(each.dense for each in made),
        notes=tuple(dict.fromkeys(note for each in made for note in each.notes)),
        views=tuple(action for each in made for action in each.views),
    )


def rig_settings(plan: TargetPlan, take: Take) -> RigBakeSettings:
    """How the character is keyed."""
    settings, character = plan.settings, plan.subject.character
    assert character is not None
    flat = character.planar or settings.view.limbs is Limbs.FULL_LENGTH
    depth = settings.view.depth if settings.view.depth is not None else 0.0 if flat else 1.0
    return RigBakeSettings(
        plane=plan.plane,
        depth=depth,
        name=take.name,
        source_id=settings.source_id(take.performer),
        layers=settings.layers,
        keys=settings.keys,
        feet=settings.feet,
        landmarks=settings.landmarks,
        channels=settings.channels,
    )


def rigs_and_parents(armature: bpy.types.Object | None) -> Iterator[bpy.types.Object]:
    """The armature, the rigs of its other views, and all that carries them."""
    rigs = [armature, *(sheet.item for sheet in rigs_of(armature).sheets)] if armature is not None else []
    for rig in rigs:
        above = rig
        while above is not None:
            yield above
            above = above.parent


TARGET = _Rig()
