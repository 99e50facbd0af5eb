"""Features of a cut-out's face that are drawings of their own: a nod moves them up and down the head, a turn to its
side.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Matrix, Vector
from numpy.typing import NDArray

from ...core.head_pose import NOSE_DROP
from ...core.keys import Track, fewest_keys
from ...core.skeleton import Joint
from ..armature.bone_map import BoneMap
from ..body.scene_motion import SceneMotion
from ..body.smoothing import gaussian
from ..scene.animation.actions import Curve, Interpolation, curves_in_use
from .artwork import carried_objects, head_bones, is_of_face
from .facings import across_of, head_facing
from .shown_artwork import ShownArtwork
from .view import View

Array = NDArray[np.float64]

GROUP = "Face"
PATH = "delta_location"
FEATURE = 0.8
"""Part of the head's size from which on a drawing is the head itself, whatever it is called."""
DEPTH = 0.45
"""How far before the middle of the head its face lies, in half sizes of the head, so far do features go in a turn."""
ASIDE, UP = 0.08, 0.12
"""Half sizes of the head that features go at most, to a side and up or down: farther, they would leave the face."""
LEVEL = np.radians(15)
"""What a head does most of the time is level, up to so much: faces differ in how high their nose is."""
SMOOTHING_SECONDS = 0.08
"""Standard deviation of the smoothing."""
TOLERANCE = 0.01
"""Half sizes of the head that reduced keys may be off."""


@dataclass(frozen=True, eq=False)
class _Head:
    """A head as its motion turns it: `facing` (K,) radians, `raised` (K,) sine of its nod as the picture shows it."""

    facing: Array
    raised: Array


def face_features(armature: bpy.types.Object, bone_map: BoneMap) -> list[bpy.types.Object]:
    """The drawings on the head's bones that are named for what a face has, and are smaller than the head."""
    pieces = _head_pieces(armature, bone_map)
    largest = max((_size(item) for item in pieces), default=0.0)
    return [item for item in pieces if is_of_face(item.name) and _size(item) < FEATURE * largest and _is_free(item)]


def feature_curves(
    armature: bpy.types.Object,
    bone_map: BoneMap,
    motion: SceneMotion,
    *,
    axes: Array,
    shown: ShownArtwork | None,
    amount: float,
    reduced: bool = True,
) -> dict[bpy.types.Object, list[Curve]]:
    """Keys on the delta transforms of all features, by how the head nods and turns, times `amount`; where they are not to
    be `reduced`, on every frame. `axes` (3, 3) are the plane's right, up and away in the armature's space.

    A drawing for a view goes beside that view; what the head has no view for goes as far as it may.
    """
    items = face_features(armature, bone_map)
    if not items:
        return {}
    head, size = _head(motion), max(_size(item) for item in _head_pieces(armature, bone_map)) / 2
    views: dict[bpy.types.Object, set[View]] = {}
    for sheet in shown.artwork.sheets if shown is not None else ():
        if not sheet.layer:
            views.setdefault(sheet.item, set()).update(sheet.views)
    found = {}
    for item in items:
        drawn = _drawn_for(views.get(item, set()), head)
        aside = np.sin(head.facing) - np.sin(drawn)
        ways = np.clip(DEPTH * np.stack((aside, head.raised), axis=-1), (-ASIDE, -UP), (ASIDE, UP)) * size * amount
        found[item] = list(_curves(item, ways @ axes[:2], motion.frames, TOLERANCE * size, reduced=reduced))
    return found


def joined(
    visibility: Mapping[bpy.types.ID, Sequence[Curve]],
    features: Mapping[bpy.types.Object, Sequence[Curve]],
    frames: NDArray[np.int64],
) -> dict[bpy.types.ID, list[Curve]]:
    """Both together: a feature that is mirrored goes from where it is mirrored to, with a key on every frame."""
    curves = {item: list(keys) for item, keys in visibility.items()}
    for item, keys in features.items():
        own = curves.setdefault(item, [])
        mirrored = {curve.index: curve for curve in own if curve.path == PATH}
        own[:] = [curve for curve in own if curve.path != PATH]
        own += [_on_top(curve, mirrored.pop(curve.index, None), frames) for curve in keys]
        own += mirrored.values()
    return curves


def _head_pieces(armature: bpy.types.Object, bone_map: BoneMap) -> list[bpy.types.Object]:
    bones = head_bones(armature, bone_map)
    return [item for item in carried_objects(armature) if item.parent_type == "BONE" and item.parent_bone in bones]


def _head(motion: SceneMotion) -> _Head:
    marks = motion.landmarks
    count = len(motion)
    if not {"nose", "left_ear", "right_ear"} <= set(marks):
        return _Head(np.zeros(count), np.zeros(count))
    deviation = max(SMOOTHING_SECONDS * motion.fps, 1e-6)
    reach = max(1, round(3 * deviation))
    facing = np.radians(head_facing(motion).azimuth)
    ways = gaussian(np.stack((np.cos(facing), np.sin(facing)), axis=-1), deviation, reach)
    facing = np.arctan2(ways[:, 1], ways[:, 0])
    pitch, sure = _pitch(motion)
    pitches, known = _pitch(motion.part_of) if motion.part_of is not None else (pitch, sure)
    level = np.clip(np.median(pitches[known > 0]), -LEVEL, LEVEL) if (known > 0).any() else 0.0
    raised = gaussian((np.sin(pitch - level) * sure * np.maximum(np.cos(facing), 0))[:, None], deviation, reach)
    return _Head(facing, np.asarray(raised[:, 0]))


def _pitch(motion: SceneMotion) -> tuple[Array, Array]:
    """(K,) radians that the face is raised beside the neck, and how sure that is; its nose and ears are known."""
    marks = motion.landmarks
    neck = motion.positions[:, Joint.HEAD] - motion.positions[:, Joint.NECK]
    across = across_of(neck)[0]
    up = np.stack((across[:, 1], -across[:, 0]), axis=-1)
    nose = marks["nose"].offsets - (marks["left_ear"].offsets + marks["right_ear"].offsets) / 2
    rising = (nose[:, :2] * up).sum(axis=-1) / np.maximum(np.linalg.norm(nose, axis=-1), 1e-9)
    pitch = np.arcsin(np.clip(rising, -1, 1)) + NOSE_DROP
    return pitch, np.min([marks[name].confidence for name in ("nose", "left_ear", "right_ear")], axis=0)


def _drawn_for(drawn: Collection[View], head: _Head) -> Array:
    """(K,) radians: the view that a feature is drawn for; for several, the one that is nearest to how the head faces."""
    views = sorted(drawn, key=lambda view: view.azimuth)
    if not views:
        return np.zeros(len(head.facing))
    azimuths = np.radians([view.azimuth for view in views])
    nearest = np.cos(head.facing[:, None] - azimuths).argmax(axis=1)
    return np.asarray(azimuths[nearest])


def _curves(
    item: bpy.types.Object, ways: Array, frames: NDArray[np.int64], tolerance: float, *, reduced: bool
) -> Iterator[Curve]:
    """Keys for the ways (K, 3) in the armature's space."""
    rest = item.parent.data.bones[item.parent_bone].matrix_local.to_3x3()
    to_own = np.array((rest @ item.matrix_parent_inverse.to_3x3()).inverted())
    values = ways @ to_own.T
    moved = np.flatnonzero(np.abs(values).max(axis=0) > tolerance)
    if not reduced:
        yield from (Curve(PATH, int(at), frames, values[:, at], GROUP, Interpolation.LINEAR) for at in moved)
        return
    [keys] = fewest_keys([Track(values, np.full(len(values), tolerance), np.zeros(len(values), dtype=np.bool_))])
    for at in moved:
        yield Curve(PATH, int(at), frames[keys.at], keys.values[:, at], GROUP, slopes=keys.slopes[:, at])


def _on_top(curve: Curve, mirrored: Curve | None, frames: NDArray[np.int64]) -> Curve:
    """A feature's way beside where it is mirrored to."""
    if mirrored is None:
        return curve
    held = mirrored.values[np.maximum(np.searchsorted(mirrored.frames, frames, side="right") - 1, 0)]
    way = np.interp(frames, curve.frames, curve.values)
    return Curve(PATH, curve.index, frames, held + way, GROUP, Interpolation.LINEAR)


def _size(item: bpy.types.Object) -> float:
    """How wide or tall a drawing is, as it lies on its bone."""
    corners = np.array([Vector(corner) for corner in item.bound_box])
    scale = Matrix.LocRotScale(None, None, item.scale).to_3x3()
    return float(np.ptp(corners @ np.array(scale).T, axis=0).max())


def _is_free(item: bpy.types.Object) -> bool:
    """Whether nobody else moves it by its delta transforms."""
    return not any(item.delta_location) or any(curve.data_path == PATH for curve in curves_in_use(item))
