"""The settings of a scene, read once: later changes of the properties do not reach a running job."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import bpy
import numpy as np

from ...core import camera_motion
from ...core.motion import CameraAngle, View
from ...core.pose_sequence import PoseSequence
from ...core.skeleton import Skeleton
from ...settings.bake import BakeSettings, Network
from ...settings.bake_targets import BakeTarget
from ...settings.blend import BlendSettings
from ...settings.body import BodySettings, PostureChoice
from ...settings.channels import ChannelSettings
from ...settings.cleaning import CleaningSettings
from ...settings.feet import FeetSettings, LandmarkSettings
from ...settings.figure import FigureSettings
from ...settings.footage import EVERY_PERFORMER, FootageSettings, OtherPerformance
from ...settings.keys import KeySettings
from ...settings.kinds import Block
from ...settings.nla import LayerSettings
from ...settings.setting import Topic
from ...settings.timing import TimingSettings
from ...settings.view import ViewChoice, ViewSettings
from ..drawing.drawing_settings import DrawingSettings
from ..retiming.resample import scene_frames
from ..retiming.view_keys import view_at
from ..scene import media
from ..scene.data_blocks import object_of, scene_of
from ..scene.footage import Footage
from ..scene.identity_corrections import Correction, corrections_of
from .session import Performance, session

EDITABLE_MODES = frozenset({"OBJECT", "POSE"})
"""Modes whose undo steps hold the whole file: in others, undo would not remove a bake."""


@dataclass(frozen=True)
class Source:
    """One performer of a video or a pose file, by a value of the property `performer`."""

    footage: Footage
    performer: int


@dataclass(frozen=True)
class JobSettings:
    """A job's settings, one field per topic; `corrections` are those of the footage."""

    scene: Block
    footage: Footage
    performer: int
    cleaning: CleaningSettings
    corrections: tuple[Correction, ...]
    body: BodySettings
    view: ViewSettings
    blend: BlendSettings
    bake: BakeSettings
    layers: LayerSettings
    channels: ChannelSettings
    drawing: DrawingSettings
    figure: FigureSettings
    feet: FeetSettings
    landmarks: LandmarkSettings
    keys: KeySettings
    timing: TimingSettings

    @classmethod
    def of(cls, scene: bpy.types.Scene) -> JobSettings:
        """Read the scene's properties. Characters keep their own body: it has no share in a blend."""
        chosen = scene.retarget2d
        performance, body, blend = FootageSettings.of(chosen), BodySettings.of(chosen), BlendSettings.of(chosen)
        bake = BakeSettings.of(chosen)
        keeps_own_body = body.armature is not None or BakeTarget.DRAWING in bake.targets
        return cls(
            scene=Block.of(scene),
            footage=Footage.of(performance),
            performer=performance.performer,
            cleaning=CleaningSettings.of(chosen),
            corrections=corrections_of(chosen),
            body=body,
            view=ViewSettings.of(chosen),
            blend=replace(blend, skeleton=0.0).in_force() if keeps_own_body else blend,
            bake=bake,
            layers=LayerSettings.of(chosen),
            channels=ChannelSettings.of(chosen),
            drawing=DrawingSettings.of(chosen),
            figure=FigureSettings.of(chosen),
            feet=FeetSettings.of(chosen),
            landmarks=LandmarkSettings.of(chosen),
            keys=KeySettings.of(chosen),
            timing=TimingSettings.of(chosen),
        )

    def read_scene(self) -> bpy.types.Scene:
        """The scene; ValueError where it is gone."""
        return scene_of(*self.scene)

    def read_armature(self) -> bpy.types.Object | None:
        """The armature, None where none was chosen; ValueError where it is gone."""
        return object_of(*self.body.armature) if self.body.armature is not None else None

    @property
    def view_of(self) -> Source | None:
        """The performance that gives the view."""
        return self._source(self.view.source) if self.view.applies("source") else None

    @property
    def body_of(self) -> Source | None:
        """The performance that gives the body."""
        return self._source(self.body.source) if self.body.applies("source") else None

    @property
    def blended_with(self) -> Source | None:
        """The second performance."""
        return self._source(self.blend.source) if self.blend.is_used else None

    @property
    def sources(self) -> tuple[Source, ...]:
        """The other performances."""
        return tuple(source for source in (self.view_of, self.body_of, self.blended_with) if source is not None)

    def _source(self, other: OtherPerformance) -> Source:
        return Source(self.footage.other(other), other.performer)

    def body_of_character(self, skeleton: Skeleton) -> Skeleton:
        """The character's body as the motion goes onto it: with its posture, or held as the performer holds himself."""
        keeps = self.body.posture is PostureChoice.CHARACTER
        return skeleton if keeps else replace(skeleton, posture=None)

    def view_at(self, poses: PoseSequence, lasting: float) -> View | None:
        """The angle to see a clip from, or one for each of its frames where it is keyed; for `lasting` seconds where it
        is blended with another.

        None where no angle is asked for: as filmed, level or not, or as another performance.
        """
        if self.view.view is not ViewChoice.ANGLE:
            return View(*self.view.angles) if self.view.angles is not None else None
        count = len(poses) if not self.blend.is_used else max(len(poses), math.ceil(lasting * poses.fps) + 1)
        scene = self.read_scene()
        return view_at(
            scene,
            scene_frames(
                np.arange(count) / poses.fps, media.scene_fps(scene), self.bake.start_frame, self.timing.speed
            ),
        )

    def filmed(self, poses: PoseSequence) -> PoseSequence:
        """A clip with the camera's motion, as far as that is to be taken out."""
        return camera_motion.handled(poses, self.cleaning.camera)

    def camera_notice(self, poses: PoseSequence) -> str:
        """What to say where the background of a clip could not be followed, or what is said of the camera has no use;
        empty where neither is so.
        """
        if self.bake.model is Network.PAPER and self.view.camera != CameraAngle():
            return "The paper's network knows no camera, so Camera Tilt and Camera Height change nothing; set Network to Kinematic to use them."
        return camera_motion.notice(poses, self.cleaning.camera)

    @property
    def camera(self) -> CameraAngle | None:
        """How the camera that filmed was held, as far as it is said and the network can be told."""
        return self.view.camera if self.bake.model is Network.KINEMATIC else None

    def motion_key(self, performances: Sequence[Performance], skeleton: Skeleton | None) -> tuple[Any, ...]:
        """What the motions of the main performance, and of those beside it, are remembered by: all that goes into them,
        and nothing else.
        """
        view = self.view_at(performances[0].people[0], max(performance.seconds for performance in performances))
        angles = (
            tuple(np.asarray(angle).tobytes() for angle in (view.azimuth, view.elevation, view.roll))
            if view is not None
            else None
        )
        body = (skeleton.lengths.tobytes(), skeleton.posture) if skeleton is not None else None
        asked = tuple(topic.asked() for topic in vars(self).values() if isinstance(topic, Topic))
        return (
            tuple(performance.key for performance in performances),
            self.performer,
            self.sources,
            asked,
            self.corrections,
            angles,
            body,
        )

    def take_name(self, performer: int, performers: Sequence[int]) -> str:
        """What a performer's actions and figures are called: the video, and who where there are several."""
        return self.footage.name if len(performers) == 1 else f"{self.footage.name} {performer}"

    def source_id(self, performer: int) -> str:
        """A text that identifies a performer of this footage, wherever the file is."""
        return f"{self.footage.name} {performer}"


Requirement = Callable[[bpy.types.Context], str]
"""Returns what is missing as a sentence, empty if nothing is. Buttons call it in every redraw, so it is quick."""


def needs_idle(_context: bpy.types.Context) -> str:
    """One job at a time."""
    return "Wait for the job that runs, or cancel it" if session.running else ""


def needs_video(context: bpy.types.Context) -> str:
    """A video is chosen; the job checks that it exists."""
    return "" if context.scene.retarget2d.video.strip() else "Choose a video first"


def needs_performers(context: bpy.types.Context) -> str:
    """The performers of this video are known."""
    chosen = context.scene.retarget2d
    return "" if session.shows(chosen.video, chosen.frame_range) else "Detect the performers first"


def needs_one_performer(context: bpy.types.Context) -> str:
    """One performer is chosen."""
    return "Choose one performer to edit" if context.scene.retarget2d.performer == EVERY_PERFORMER else ""


def needs_motion(_context: bpy.types.Context) -> str:
    """A motion was retargeted."""
    return "" if session.takes else "Retarget a performer first"


def needs_drawing(context: bpy.types.Context) -> str:
    """A drawing is chosen."""
    return "" if context.scene.retarget2d.drawing.target is not None else "Choose a drawing first"


def needs_object_mode(context: bpy.types.Context) -> str:
    """The mode is one in which undo removes a bake."""
    return "" if context.mode in EDITABLE_MODES else "Switch to Object Mode or Pose Mode first"


def first_missing(context: bpy.types.Context, requirements: tuple[Requirement, ...]) -> str:
    """The first requirement's sentence that is not met; empty where all are."""
    return next((sentence for requirement in requirements if (sentence := requirement(context))), "")
