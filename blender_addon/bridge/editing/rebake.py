"""A bake anew from a frame on: what an earlier bake of the same performance keyed before it stays."""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from ..actions import curves_of_all_slots
from ..bake_marks import mark, source_of
from ..baking import Baked
from ..job_settings import JobSettings
from ..key_arrays import EarlierCurves
from ..media import scene_fps
from ..nla import strips_of


@dataclass(frozen=True, eq=False)
class EarlierBake:
    """What the character's Actions that bakes made were before a frame, by the source that they were made of; `fps` of the scene."""

    actions: dict[str, EarlierCurves]
    fps: float

    @classmethod
    def of(cls, settings: JobSettings, frame: int) -> EarlierBake:
        """Remember what the chosen armature plays."""
        armature, fps = settings.read_armature(), scene_fps(settings.read_scene())
        if armature is None or armature.animation_data is None:
            return cls({}, fps)
        played = [armature.animation_data.action, *(strip.action for _, strip in strips_of(armature))]
        found = {source: EarlierCurves.of(action, frame) for action in played if action is not None and (source := source_of(action)) is not None}
        return cls(found, fps)

    def put_back(self, baked: Baked) -> None:
        """Give the new Actions the keys that earlier ones of the same source had before the frame."""
        for action in (bpy.data.actions[name] for name in baked.actions):
            source = source_of(action)
            if source is not None and source in self.actions:
                self.actions[source].put_back(curves_of_all_slots(action), self.fps)
                mark(action, source)
