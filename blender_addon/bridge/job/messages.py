"""Messages about a scene, and how long each one holds: it belongs to one scene, to the settings of its job, and to what
the job made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import bpy

from ...settings.footage import MAIN_PERFORMER
from ...settings.view import ViewChoice
from ..bone_maps.stored import stored_text
from ..retiming.view_keys import fingerprint_of_moving_view
from ..scene.addon import Preferred, preferred
from ..scene.media import scene_fps
from .job_settings import JobSettings
from .session import Ending, Message, session

SETTINGS_CHANGED = "The settings changed since the last bake; bake again to bring it up to date"
PERFORMANCE_CHANGED = "The performance changed since the last bake; bake again to bring it up to date"


Keep = Callable[[Message], None]
"""Takes the message that a job ends with."""


class Outcome(StrEnum):
    """How the last job ended, for the panel; NOTHING where that no longer applies."""

    NOTHING = ""
    RESULT = "RESULT"
    CANCELLED = "CANCELLED"
    ERROR = "ERROR"
    OUT_OF_DATE = "OUT_OF_DATE"


@dataclass(frozen=True)
class PanelLine:
    """A line for the panel: its `outcome` and `text`.

    `device` is what the networks ran on, empty where that does not matter; `notices` are further sentences.
    """

    outcome: Outcome = Outcome.NOTHING
    text: str = ""
    device: str = ""
    needs_runtime: bool = False
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Basis:
    """The inputs of a job, to compare with those of now. Panels read it in every redraw, so it is quick to make.

    `view_keys` is a fingerprint of an animated view; `edits` are the session uids of the collections of edited
    performances.
    """

    settings: JobSettings
    fps: float
    bone_map: str
    view_keys: str
    edits: frozenset[int]
    preferred: Preferred

    @classmethod
    def of(cls, scene: bpy.types.Scene) -> Basis:
        """As the scene is now."""
        settings, armature, view_keys = (
            JobSettings.of(scene),
            scene.retarget2d.armature,
            fingerprint_of_moving_view(scene),
        )
        if view_keys and settings.view.view is ViewChoice.ANGLE:  # these are the angles of one frame
            settings = replace(settings, view=replace(settings.view, azimuth=0.0, elevation=0.0, roll=0.0))
        here = set(scene.collection.children_recursive)
        edits = frozenset(
            group.collection.session_uid for group in scene.retarget2d.editing.edits if group.collection in here
        )
        return cls(
            settings,
            scene_fps(scene),
            stored_text(armature) if armature is not None else "",
            view_keys,
            edits,
            preferred(),
        )

    def holds(self, now: Basis) -> bool:
        """Whether a job would still get the same inputs.

        A new edit alone changes nothing; an edit that is gone does.
        """
        same = (_comparable(self.settings), self.fps, self.bone_map, self.view_keys) == (
            _comparable(now.settings),
            now.fps,
            now.bone_map,
            now.view_keys,
        )
        return same and self.edits <= now.edits


def kept_for(scene: bpy.types.Scene, *, as_left: bool = False) -> Keep:
    """A function that keeps the message of a job that starts now. The message holds for the settings of now; with
    `as_left`, for those that the job leaves.
    """
    uid, basis = scene.session_uid, Basis.of(scene)

    def keep(message: Message) -> None:
        left = next((found for found in bpy.data.scenes if found.session_uid == uid), None) if as_left else None
        session.keep_message(uid, replace(message, basis=Basis.of(left) if left is not None else basis))

    return keep


def panel_line(scene: bpy.types.Scene) -> PanelLine:
    """The latest message that still applies to the scene; else that a bake is out of date; else nothing."""
    messages = [message for message in session.messages.get(scene.session_uid, ()) if _is_there(message, scene)]
    if not messages:
        return PanelLine()
    now = Basis.of(scene)
    for message in messages:
        if not message.out_of_date and _is_true(message, now):
            device = message.device if message.ending is Ending.RESULT else ""
            return PanelLine(Outcome(message.ending), message.text, device, message.needs_runtime, message.notices)
    bake = next((message for message in messages if message.made), None)
    return (
        PanelLine(Outcome.OUT_OF_DATE, PERFORMANCE_CHANGED if bake.out_of_date else SETTINGS_CHANGED)
        if bake is not None
        else PanelLine()
    )


def installation_line() -> PanelLine:
    """The message of the last installation of the runtime."""
    message = session.installation
    return PanelLine(Outcome(message.ending), message.text) if message is not None else PanelLine()


def _is_true(message: Message, now: Basis) -> bool:
    """Whether the message applies. Changed preferences make no other bake, but may resolve an error."""
    basis = message.basis
    assert isinstance(basis, Basis)
    return basis.holds(now) and (message.ending is not Ending.ERROR or basis.preferred == now.preferred)


def _is_there(message: Message, scene: bpy.types.Scene) -> bool:
    """Whether everything that the job made still exists: Actions in the file, objects in the scene."""
    return all(
        _holds(scene.objects if made.is_object else bpy.data.actions, made.name, made.uid) for made in message.made
    )


def _holds(blocks: bpy.types.bpy_prop_collection, name: str, uid: int) -> bool:
    found = blocks.get(name)
    return (found is not None and found.session_uid == uid) or any(block.session_uid == uid for block in blocks)


def _comparable(settings: JobSettings) -> JobSettings:
    """The settings with the main performer's own number where it is known: both name the same choice."""
    performance = session.performance
    if (
        performance is None
        or settings.performer != MAIN_PERFORMER
        or not session.shows(settings.footage.video, settings.footage.frame_range)
    ):
        return settings
    return replace(settings, performer=performance.ids[0])
