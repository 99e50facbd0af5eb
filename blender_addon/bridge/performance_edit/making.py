"""Make an edit with all its objects, and delete it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import bpy
import numpy as np

from ...core.pose_sequence import PoseSequence
from ...core.presentation import AS_STORED, Presentation
from ...settings.cleaning import Backdrop
from ..scene.data_blocks import nothing_left_on_failure
from ..scene.footage import Footage
from .backdrop import Showing, show_as_plane, show_behind_camera
from .edit import Edit, find_edit, is_of
from .edit_viewports import restore_viewports
from .keys import written_keys
from .objects import make_bones, make_joints
from .picture import Picture, frame_camera
from .stored_detection import Detection


@dataclass(frozen=True)
class Subject:
    """Who is edited: the `performer` of that number in a part of a video, called `name`; `presentation` is how the
    file asks to be shown.
    """

    footage: Footage
    performer: int
    name: str
    presentation: Presentation = AS_STORED


def make_edit(scene: bpy.types.Scene, subject: Subject, detection: Detection, backdrop: Backdrop) -> Edit:
    """Lay the detection out as keyed objects over the video.

    ValueError, with nothing changed, where this performer is being edited already.
    """
    if find_edit(scene, subject.footage, subject.performer) is not None:
        raise ValueError(f"{subject.name} is being edited already; go on with that, or discard the edit first.")
    poses, picture, name = detection.poses, Picture.of(detection.poses), subject.name
    with nothing_left_on_failure():
        collection = bpy.data.collections.new(f"{name} Performance")
        root = picture.root(f"{name} Picture")
        collection.objects.link(root)
        height = _height(poses)
        joints = make_joints(collection, root, name, written_keys(detection), height)
        make_bones(collection, root, name, joints, height)
        camera = picture.camera(f"{name} Camera")
        camera.parent = root
        collection.objects.link(camera)
        showing = Showing(
            subject.footage.find()[0],
            round(poses.start * poses.fps),
            len(poses),
            poses.fps,
            subject.presentation,
            detection.clock,
        )
        if backdrop == Backdrop.CAMERA:
            show_behind_camera(camera, scene, showing, picture)
        else:
            frame_camera(camera, scene, picture.width * picture.scale, picture.height * picture.scale)
        if backdrop == Backdrop.PLANE:
            collection.objects.link(show_as_plane(root, name, showing, picture))
        scene.collection.children.link(collection)
    group = _new_group(scene, subject)
    group.collection, group.camera, group.detected = collection, camera, detection.packed()
    for joint in joints:
        group.joints.add().item = joint
    return Edit(group)


def discard_edit(scene: bpy.types.Scene, edit: Edit) -> None:
    """Take the edit and all its objects out of the file; the views that look at it are restored."""
    restore_viewports(edit)
    collection = edit.collection
    groups = scene.retarget2d.editing.edits
    owned = list(collection.all_objects)
    used = [data for item in owned for data in _held_by(item) if data is not None]
    groups.remove(next(index for index, group in enumerate(groups) if group == edit.group))
    bpy.data.batch_remove([*owned, collection])
    left = dict.fromkeys(used)
    while unused := [data for data in left if data.users == 0]:
        for data in unused:
            del left[data]
        bpy.data.batch_remove(unused)


def _new_group(scene: bpy.types.Scene, subject: Subject) -> bpy.types.PropertyGroup:
    """The scene's record of the edit. Records of earlier edits whose objects are gone are removed."""
    footage, groups = subject.footage, scene.retarget2d.editing.edits
    for index in reversed(range(len(groups))):
        if is_of(groups[index], footage, subject.performer):
            groups.remove(index)
    group = groups.add()
    group.video, group.frame_range, group.performer = footage.video, footage.frame_range, subject.performer
    return group


def _held_by(item: bpy.types.Object) -> Iterator[bpy.types.ID | None]:
    """The data-blocks made for this object."""
    yield item.data
    yield item.animation_data.action if item.animation_data else None
    if item.type == "CAMERA":
        for background in item.data.background_images:
            if (clip := background.clip) is not None:
                yield clip.animation_data.action if clip.animation_data else None
                yield clip


def _height(poses: PoseSequence) -> float:
    """The performer's median height in pixels: the longer side of the seen joints; at least 1."""
    seen = poses.seen.any(axis=1)
    places = np.where(poses.seen[..., None], poses.positions, np.nan)[seen]
    sides = np.nanmax(places, axis=1) - np.nanmin(places, axis=1)
    return max(1.0, float(np.median(sides.max(axis=1))))
