"""A new bake from a frame on: the keys that an earlier bake of the same performer has before that frame stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import bpy

from ..job.job_settings import JobSettings
from ..scene.animation.actions import curves_of_all_slots
from ..scene.animation.bake_marks import mark, place_before, source_of
from ..scene.animation.key_arrays import EarlierCurves
from ..scene.animation.nla import strips_of
from ..scene.media import scene_fps
from ..targets.baking import Baked
from ..targets.table import chosen_targets


@dataclass(frozen=True, eq=False)
class EarlierBake:
    """What the Actions that bakes made for the `settings` were before a frame, by whose they are, a session uid, and
    the source that they were made of.
    """

    settings: JobSettings
    actions: dict[tuple[int, str], EarlierCurves]

    @classmethod
    def of(cls, settings: JobSettings, frame: int) -> EarlierBake:
        """Remember the Actions of the chosen character."""
        # The owner's active Action comes before those on its tracks.
        return cls(
            settings, {key: EarlierCurves.of(action, frame) for key, action in reversed(list(_baked_actions(settings)))}
        )

    def restore(self, baked: Baked) -> None:
        """Give the new Actions the keys that earlier ones of the same owner and source had before the frame."""
        fps = scene_fps(self.settings.read_scene())
        for key, action in _baked_actions(self.settings):
            if key in self.actions and action.name in baked.actions:
                self.actions[key].restore(curves_of_all_slots(action), fps)
                mark(action, key[1], place_before(action))


def _baked_actions(settings: JobSettings) -> Iterator[tuple[tuple[int, str], bpy.types.Action]]:
    """The Actions that bakes made, each with its owner's session uid and its source."""
    for owner in _owners(settings):
        if owner.animation_data is not None:
            for action in (owner.animation_data.action, *(strip.action for _, strip in strips_of(owner))):
                if action is not None and (source := source_of(action)) is not None:
                    yield (owner.session_uid, source), action


def _owners(settings: JobSettings) -> Iterable[bpy.types.ID]:
    """What the settings bake onto and what carries it, each once."""
    owners = (owner for target in chosen_targets(settings).values() for owner in target.owners(settings))
    return {owner.session_uid: owner for owner in owners}.values()
