"""The edit of a performance: find it in its scene, and read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import bpy
import numpy as np

from ...core.pose_sequence import Array as Float32
from ...core.pose_sequence import Landmarks, PoseSequence
from ...core.skeleton import JOINT_COUNT, LANDMARK_JOINTS
from ...settings.footage import MAIN_PERFORMER
from ..job.job_settings import JobSettings
from ..job.session import session
from ..scene.animation.actions import curves_in_use
from ..scene.footage import Footage
from ..scene.media import same_video
from .keys import Array, written_keys
from .objects import ACROSS, CONFIDENCE, CONFIDENCE_PATH, DOWN
from .stored_detection import Detection

MOVED = 0.05
"""Pixels by which a joint must differ to count as moved: Blender's keys are not exact."""
CHANGED = 1e-3
"""The same for its confidence."""


@dataclass(frozen=True, eq=False)
class Edited:
    """The result of an edit: the `poses` to retarget, which joints (T, 15) were `moved`, and by what `offset` (T, 15, 2)
    in pixels.
    """

    poses: PoseSequence
    moved: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    offset: Array

    @property
    def fingerprint(self) -> str:
        """A text that changes with the poses."""
        return _fingerprint(self.poses)


@dataclass(frozen=True, eq=False)
class Edit:
    """An edit in a scene: `group` is the scene's record of it."""

    group: bpy.types.PropertyGroup

    @property
    def collection(self) -> bpy.types.Collection:
        """All of its objects."""
        return self.group.collection

    @property
    def joints(self) -> tuple[bpy.types.Object | None, ...]:
        """The object of each joint, in the order of `Joint`; None for one that was deleted. ValueError where the file
        no longer holds them all.
        """
        if len(self.group.joints) != JOINT_COUNT:
            raise ValueError(self._damaged)
        there = set(self.collection.all_objects)
        return tuple(row.item if row.item in there else None for row in self.group.joints)

    @property
    def is_laid_out(self) -> bool:
        """Whether its collection is in the scene, with its camera and a joint at least."""
        if self.collection is None or self.collection not in set(self.group.id_data.collection.children_recursive):
            return False
        there = set(self.collection.all_objects)
        return self.group.camera in there and any(row.item in there for row in self.group.joints)

    def detection(self) -> Detection:
        """The detection; ValueError where the file no longer holds it."""
        try:
            return Detection.unpacked(self.group.detected)
        except ValueError as error:
            raise ValueError(self._damaged) from error

    @property
    def _damaged(self) -> str:
        name = self.collection.name
        return f"The edit {name} is damaged in this file and can no longer be read; press Discard Edit, then Edit Performance to begin it again."

    def read(self, detection: Detection | None = None) -> Edited:
        """The performance as it is edited now.

        A joint that was moved is certain there; one whose object was deleted is left to the network.
        """
        detected = detection or self.detection()
        keys, poses = written_keys(detected), detected.poses
        frames = detected.clock.scene_frames(np.arange(len(poses)))
        written, written_confidence = keys.at(frames)
        now, confidence_now = _evaluated(self.joints, frames)
        offset = now - written
        moved = np.linalg.norm(offset, axis=-1) > MOVED
        set_by_hand = np.abs(confidence_now - written_confidence) > CHANGED
        confidence = np.where(set_by_hand, np.clip(confidence_now, 0, 1), np.where(moved, 1.0, poses.confidence))
        deleted = np.array([joint is None for joint in self.joints])
        confidence[:, deleted] = 0
        placed = np.where(
            moved[..., None],
            detected.places + offset,
            np.where(poses.seen[..., None], poses.positions, detected.places),
        )
        offset = np.where(moved[..., None], offset, 0)
        edited = replace(
            poses,
            positions=placed.astype(np.float32),
            confidence=confidence.astype(np.float32),
            landmarks=_carried(poses.landmarks, offset),
        )
        return Edited(edited, moved, offset)


def find_edit(scene: bpy.types.Scene, footage: Footage, performer: int) -> Edit | None:
    """The edit of that performer in that part of the video, as far as its objects are in the scene."""
    for group in scene.retarget2d.editing.edits:
        if is_of(group, footage, performer) and group.collection in set(scene.collection.children_recursive):
            return Edit(group)
    return None


def is_of(group: bpy.types.PropertyGroup, footage: Footage, performer: int) -> bool:
    """Whether what a scene keeps of an edit is of that performer in that part of the video."""
    return (group.frame_range, group.performer) == (footage.frame_range, performer) and same_video(
        group.video, footage.video
    )


def find_chosen_edit(settings: JobSettings) -> Edit | None:
    """The edit of the performer that is chosen; while nobody was detected yet, as in a file just opened, the main
    performer is the first who is edited.
    """
    scene, footage = settings.read_scene(), settings.footage
    if session.performance is not None and session.shows(footage.video, footage.frame_range):
        performers = session.performance.chosen(settings.performer)
    elif settings.performer != MAIN_PERFORMER:
        performers = (settings.performer,)
    else:
        performers = tuple(group.performer for group in scene.retarget2d.editing.edits)
    return next((edit for performer in performers if (edit := find_edit(scene, footage, performer)) is not None), None)


def read_edits(settings: JobSettings, performers: Sequence[int]) -> dict[int, Edited | None]:
    """What the edits of these performers say now; None for those who are not edited. ValueError where one cannot be
    read.
    """
    scene = settings.read_scene()
    found = {performer: find_edit(scene, settings.footage, performer) for performer in performers}
    return {performer: edit.read() if edit is not None else None for performer, edit in found.items()}


def is_in_takes(edit: Edit) -> bool:
    """Whether a motion that was retargeted holds a correction of the edit.

    One whose detection can no longer be read may hold some.
    """
    group, performance = edit.group, session.performance
    if performance is None or not session.shows(group.video, group.frame_range):
        return False
    try:
        untouched = {"", _fingerprint(edit.detection().poses)}
    except ValueError:
        untouched = {""}
    own = [take for take in session.takes if take.performer == group.performer and take.key[0][0] == performance.key]
    return any(take.key[-1] not in untouched for take in own)


def _fingerprint(poses: PoseSequence) -> str:
    landmarks = b"" if poses.landmarks is None else poses.landmarks.positions.tobytes()
    return sha256(poses.positions.tobytes() + poses.confidence.tobytes() + landmarks).hexdigest()


def _evaluated(joints: Sequence[bpy.types.Object | None], frames: Array) -> tuple[Array, Array]:
    """(T, 15, 2) pixels and (T, 15) confidence that the objects are keyed with; where one is not keyed, it is as it
    stands.
    """
    values = np.zeros((len(frames), JOINT_COUNT, 3))
    for index, item in enumerate(joints):
        if item is None:
            continue
        curves = {(curve.data_path, curve.array_index): curve for curve in curves_in_use(item)}
        held = (item.location[ACROSS], item.location[DOWN], _confidence_of(item))
        for channel, address in enumerate((("location", ACROSS), ("location", DOWN), (CONFIDENCE_PATH, 0))):
            curve = curves.get(address)
            values[:, index, channel] = (
                held[channel] if curve is None or curve.is_empty else [curve.evaluate(frame) for frame in frames]
            )
    return values[..., :2] * (1, -1), values[..., 2]


def _confidence_of(item: bpy.types.Object) -> float:
    """The joint's own property; 1 where the user made anything else of it than a number."""
    value = item.get(CONFIDENCE)
    return float(value) if isinstance(value, int | float) and np.isfinite(value) else 1.0


def _carried(landmarks: Landmarks | None, offset: Array) -> Landmarks | None:
    """The extra landmarks, moved with their joints."""
    if landmarks is None or not offset.any():
        return landmarks
    carriers = [LANDMARK_JOINTS.get(name) for name in landmarks.names]
    moves = np.stack(
        [offset[:, joint] if joint is not None else np.zeros_like(offset[:, 0]) for joint in carriers], axis=1
    )
    positions: Float32 = (landmarks.positions + moves).astype(np.float32)
    return replace(landmarks, positions=positions)
