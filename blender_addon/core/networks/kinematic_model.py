"""The kinematic network on poses: clips to codes, codes to motion. NumPy around a `KinematicInference`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..alignment import Timeline
from ..contacts import with_hysteresis
from ..gaps.filled_clip import FilledClip, fill_gaps
from ..gaps.merge_observed import merge_observed
from ..motion import CameraAngle, View, rotation
from ..pose_sequence import PoseSequence
from ..posture import with_posture
from ..skeleton import BONE_COUNT, BONE_PATHS, BONE_PROPORTION, MIRROR_BONES, MIRROR_JOINTS, Joint, Posture, Skeleton
from ..trajectory import depth_velocity, root_path
from .decoded import Decoded, Shares
from .inference import TOKEN_FRAMES, KinematicInference, PoolState
from .observation import Observation, observe
from .resampling import Resampling, sample_frames
from .windows import Window, windows

Array = NDArray[np.float32]

LENGTH_DEPTH_SHARE = 0.3
"""Share of a bone's depth that comes from its length and what is seen of it; the rest is the network's. Measured:
neither alone is as near the truth.
"""
UNCERTAIN_SIDE = 0.1
"""Bone lengths: nearer to the picture plane than this, a bone's side is uncertain, and its length counts for less, so
that nothing flickers.
"""

WINDOW_FRAMES = 512
BATCH_WINDOWS = 16

_MIRRORED_ANGLES = np.array([-1, 1, -1, 1, 1], dtype=np.float32)
"""Of azimuth, elevation, roll, and the two of the posture: which change their sign in a mirror."""
_ELEVATION, _ROLL = 1, 2
"""Where these are among the angles."""
_ANKLES = (int(Joint.RIGHT_ANKLE), int(Joint.LEFT_ANKLE))


@dataclass(frozen=True, eq=False)
class KinematicMotion:
    """The motion code of a clip of T frames, and how it looks from the view it was read from. Both paths begin at the
    origin.

    Attributes:
        bones: (T, 14, 3) in the body-centred frame, in units of their lengths; shorter than 1 where the depth is
            uncertain.
        path: (T, 3) of the mid-hip in the body-centred frame, in leg lengths.
        contacts: (T, 2) probabilities that the right and the left foot stand.
        view: the view it was read from, level: the roll of the camera that filmed is in `camera`.
        posture: of the performer; None where unknown.
        picture: (T, 14, 3) the bones in the camera's frame, x and y as seen.
        picture_path: (T, 3) the path in the camera's frame, x and y as seen.
        camera: (3, 3) or (T, 3, 3): row vectors in the camera's frame, times it, are in the body-centred one.
        fps: frames per second.
        rolls: (T, 2) how far the right and the left foot roll over their toes while they stand; None where unknown.
    """

    bones: Array
    path: Array
    contacts: Array
    view: View
    picture: Array
    picture_path: Array
    camera: Array
    fps: float
    posture: Posture | None = None
    rolls: Array | None = None

    def __len__(self) -> int:
        return len(self.bones)

    @property
    def directions(self) -> Array:
        """The bones as unit vectors."""
        return self.bones / np.maximum(np.linalg.norm(self.bones, axis=-1, keepdims=True), 1e-6)

    @staticmethod
    def from_bones(bones: Array, path: Array, contacts: Array, view: View, fps: float) -> KinematicMotion:
        """Make a motion that no camera filmed, of a performer whose posture is unknown: its picture comes from forward
        kinematics.
        """
        turn = _to_camera(view, len(bones))
        picture_path = (path[:, None] @ turn)[:, 0]
        return KinematicMotion(bones, path, contacts, view, bones @ turn, picture_path, turn.transpose(0, 2, 1), fps)


@dataclass(frozen=True, eq=False)
class KinematicCodes:
    """A clip taken apart: its motion, a body's bone lengths, a view. `start` (2,) is where the mid-hip begins, in the
    skeleton's unit.
    """

    motion: KinematicMotion
    skeleton: Skeleton
    view: View
    start: Array


class WindowCounter:
    """Counts windows that are done, and reports what part of `total` they are to `progress`."""

    def __init__(self, total: int, progress: Callable[[float], object]) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def __call__(self, windows: int) -> None:
        """So many more are done."""
        self._done += windows
        self._progress(self._done / self._total)


class KinematicModel:
    """Encodes and decodes with one network."""

    def __init__(self, network: KinematicInference) -> None:
        self._network = network

    def encode(
        self,
        clips: Sequence[PoseSequence],
        progress: Callable[[float], object] = lambda part: None,
        cameras: Sequence[CameraAngle] | None = None,
    ) -> list[KinematicCodes]:
        """Encode clips, each as it is and mirrored; the windows of all clips share batches.

        `progress` is called with the part of the windows that are done, 0 to 1; `cameras` are how each clip's was held.
        """
        if not clips:
            return []
        cameras = cameras if cameras is not None else [CameraAngle()] * len(clips)
        rates, filled = [Resampling.of(len(clip), clip.fps) for clip in clips], [fill_gaps(clip) for clip in clips]
        shown = [
            _shown(poses, clip, rate).turned(-(camera.tilt or 0.0))
            for poses, clip, rate, camera in zip(filled, clips, rates, cameras, strict=True)
        ]
        pairs = [_observe(poses) for poses in shown]
        seen = [pair.row(side) for side in range(2) for pair in pairs]
        cut = [
            list(windows(observed.valid.shape[1], WINDOW_FRAMES, _context(self._network), TOKEN_FRAMES))
            for observed in seen
        ]
        count = WindowCounter(2 * sum(map(len, cut)), progress)
        batches = _Batches(seen, cut)
        proportions = self._proportions(seen, batches, count)
        read = self._read(seen, batches, proportions, count)
        readings = [
            _mean_with_mirrored(own, mirrored)
            for own, mirrored in zip(read[: len(clips)], read[len(clips) :], strict=True)
        ]
        return [
            _codes(clip, rate, *_as_held(reading, camera))
            for clip, rate, reading, camera in zip(filled, rates, readings, cameras, strict=True)
        ]

    def decode(self, codes: KinematicCodes) -> Decoded:
        """Decode the motion on the codes' skeleton from the codes' view. From the motion's own view, what the camera
        saw is scaled.
        """
        motion, lengths = codes.motion, codes.skeleton.lengths
        if codes.view is motion.view:
            bones, root, turn = motion.picture, motion.picture_path, np.eye(3, dtype=np.float32)
        else:
            to_camera = _to_camera(codes.view, len(motion))
            bones, root, turn = (
                motion.bones @ to_camera,
                (motion.path[:, None] @ to_camera)[:, 0],
                motion.camera @ to_camera,
            )
        bones = with_posture(bones, motion.posture, codes.skeleton.posture)
        joints = BONE_PATHS @ (bones * lengths[:, None]) + (root * np.float32(codes.skeleton.leg_length))[:, None]
        return Decoded(joints, motion.contacts, codes.skeleton, codes.view, turn, motion.rolls)

    def skeleton_code(self, skeleton: Skeleton, _view: View | None) -> Skeleton:
        """A body's code: its lengths themselves."""
        return skeleton

    def view_code(self, view: View, _skeleton: Skeleton | None) -> View:
        """A view's code: its angles themselves."""
        return view

    def features(self, codes: KinematicCodes) -> Array:
        """(T, 44) what two motions are alike by: where the bones point in the body-centred frame, and which feet stand."""
        return np.concatenate((codes.motion.directions.reshape(len(codes.motion), -1), codes.motion.contacts), axis=1)

    def interpolate(
        self, first: KinematicCodes, second: KinematicCodes, shares: Shares, line: Timeline
    ) -> KinematicCodes:
        """Codes between those of two clips, in the moments of the timeline. At share 0 or 1 of all three they are a
        clip's own.
        """

        def mix(one: Array, other: Array) -> Array:
            return np.asarray(
                sample_frames(one, line.first) * (1 - shares.motion)
                + sample_frames(other, line.second) * shares.motion,
                dtype=np.float32,
            )

        bones = mix(first.motion.directions, second.motion.directions)
        sizes = [np.linalg.norm(codes.motion.bones, axis=-1, keepdims=True) for codes in (first, second)]
        bones *= mix(*sizes) / np.maximum(np.linalg.norm(bones, axis=-1, keepdims=True), 1e-6)
        root, contacts = mix(first.motion.path, second.motion.path), mix(first.motion.contacts, second.motion.contacts)
        lengths = first.skeleton.lengths ** (1 - shares.skeleton) * second.skeleton.lengths**shares.skeleton
        body = Skeleton(lengths, _between(first.skeleton.posture, second.skeleton.posture, shares.skeleton))
        posture = _between(first.motion.posture, second.motion.posture, shares.motion)
        view = first.view.at(line.first).towards(second.view.at(line.second), shares.view)
        both = (first.motion.rolls, second.motion.rolls)
        rolls = mix(both[0], both[1]) if both[0] is not None and both[1] is not None else None
        motion = replace(
            KinematicMotion.from_bones(bones, root, contacts, view, line.fps), posture=posture, rolls=rolls
        )
        near_first, near_second = (
            np.float32((1 - shares.motion) * (1 - shares.view)),
            np.float32(shares.motion * shares.view),
        )
        own, own_path = (
            near_first * sample_frames(one, line.first) + near_second * sample_frames(other, line.second)
            for one, other in zip(_as_filmed(first), _as_filmed(second), strict=True)
        )
        motion = replace(motion, picture=motion.picture + own, picture_path=motion.picture_path + own_path)
        start = first.start * (1 - shares.motion) + second.start * shares.motion
        return KinematicCodes(motion, body, view, np.asarray(start, dtype=np.float32))

    def _proportions(self, seen: list[Observation], batches: _Batches, count: WindowCounter) -> list[Array]:
        """The log proportions (1, 8) of each clip's body."""
        pooled: list[PoolState | None] = [None] * len(seen)
        for members, batch, counted in batches:
            state = self._network.body_window(batch, counted)
            for row, clip in enumerate(members):
                pooled[clip] = _merged(pooled[clip], state.row(row))
            count(len(members))
        values = np.concatenate([_known(state).value() for state in pooled])
        found = self._network.proportions(values, np.concatenate([observed.statistics for observed in seen]))
        return [found[clip : clip + 1] for clip in range(len(seen))]

    def _read(
        self, seen: list[Observation], batches: _Batches, proportions: list[Array], count: WindowCounter
    ) -> list[_Reading]:
        """Of each clip: its bone lengths in pixels; frames of bones, depth velocity and contacts side by side; the angles
        of the view and of the posture.
        """
        pooled: list[PoolState | None] = [None] * len(seen)
        sums: list[Array] = [np.zeros((1, 1), dtype=np.float32)] * len(seen)
        frames: list[list[Array]] = [[] for _ in seen]
        for members, batch, counted in batches:
            motion = self._network.motion_window(
                batch, np.concatenate([proportions[clip] for clip in members]), counted
            )
            bones = motion.bones.reshape(*motion.bones.shape[:2], -1)
            out = np.concatenate((bones, motion.depth_velocity[..., None], motion.contacts), axis=-1)
            for row, clip in enumerate(members):
                pooled[clip] = _merged(pooled[clip], motion.pooled.row(row))
                sums[clip] = sums[clip] + motion.facing_sums[row : row + 1]
                frames[clip].append(out[row, counted[row] > 0])
            count(len(members))
        angles = self._network.view(np.concatenate([_known(state).value() for state in pooled]), np.concatenate(sums))
        results = []
        for clip, observed in enumerate(seen):
            lengths = np.exp(proportions[clip])[:, list(BONE_PROPORTION)] * observed.scale[:, None]
            results.append((lengths[0], np.concatenate(frames[clip]), angles[clip]))
        return results


@dataclass(frozen=True, eq=False)
class _Shown:
    """What a clip shows at the network's frame rate: `positions` (T, 15, 2) and `confidence` (T, 15) of its joints, and
    the same of their depth, (T, 15) each, where it has any.
    """

    positions: Array
    confidence: Array
    depth: Array | None = None
    depth_confidence: Array | None = None

    def mirrored(self) -> _Shown:
        """The clip in a mirror."""
        sides = np.array([-1, 1], dtype=np.float32)
        return _Shown(
            self.positions[:, MIRROR_JOINTS] * sides,
            self.confidence[:, MIRROR_JOINTS],
            None if self.depth is None else self.depth[:, MIRROR_JOINTS],
            None if self.depth_confidence is None else self.depth_confidence[:, MIRROR_JOINTS],
        )

    def turned(self, degrees: float) -> _Shown:
        """The clip in a picture that is turned clockwise, about the middle of all joints."""
        if not degrees:
            return self
        middle = self.positions.mean(axis=(0, 1))
        turned = (self.positions - middle) @ _turn_of_picture(degrees)[:2, :2] + middle
        return replace(self, positions=turned.astype(np.float32))


def _turn_of_picture(degrees: float) -> Array:
    """(3, 3) that rows are multiplied by to turn clockwise in the picture."""
    return np.asarray(rotation(View(0.0, 0.0, degrees)).T, dtype=np.float32)


def _shown(filled: FilledClip, clip: PoseSequence, rate: Resampling) -> _Shown:
    joints = rate.to_network(filled.positions, filled.told)
    if clip.depth is None:
        return _Shown(*joints)
    depth, told = rate.to_network(clip.depth.values[..., None], clip.depth.confidence)
    return _Shown(*joints, depth[..., 0], told)


def _observe(shown: _Shown) -> Observation:
    """The observation of one clip as it is and of its mirror image, padded to whole tokens."""
    sides = (shown, shown.mirrored())
    count = len(shown.positions)
    spare = -count % TOKEN_FRAMES
    valid = np.zeros((2, count + spare), dtype=np.float32)
    valid[:, :count] = 1

    def padded(name: str) -> Array:
        values = np.stack([getattr(side, name) for side in sides])
        if not spare:
            return values
        return np.pad(values, ((0, 0), (0, spare), *((0, 0),) * (values.ndim - 2)))

    joints = padded("positions"), padded("confidence"), valid
    if shown.depth is None:
        return observe(*joints)
    return observe(*joints, padded("depth"), padded("depth_confidence"))


def _merged(state: PoolState | None, other: PoolState) -> PoolState:
    return other if state is None else state.merged(other)


def _known(state: PoolState | None) -> PoolState:
    assert state is not None, "every clip has a window"
    return state


def _context(network: KinematicInference) -> int:
    return -(-network.context // TOKEN_FRAMES) * TOKEN_FRAMES


_Batch = tuple[list[int], Observation, Array]


class _Batches:
    """The batches of all windows of clips, to be gone through more than once. A few are kept, many are made each time, so
    that a long clip takes no more memory.
    """

    def __init__(self, seen: list[Observation], cut: list[list[Window]]) -> None:
        self._seen, self._cut = seen, cut
        few = sum(map(len, cut)) <= BATCH_WINDOWS
        self._kept = list(_batches(seen, cut)) if few else None

    def __iter__(self) -> Iterator[_Batch]:
        return iter(self._kept) if self._kept is not None else _batches(self._seen, self._cut)


def _batches(seen: list[Observation], cut: list[list[Window]]) -> Iterator[_Batch]:
    """Yield batches of windows of one length: the clip of each, what they show, and 1 in the frames (B, T) of which the
    output is kept.
    """
    by_length: dict[int, list[tuple[int, Window]]] = {}
    for clip, own in enumerate(cut):
        for window in own:
            by_length.setdefault(window.stop - window.start, []).append((clip, window))
    for members in by_length.values():
        for first in range(0, len(members), BATCH_WINDOWS):
            part = members[first : first + BATCH_WINDOWS]
            batch = Observation.stacked([seen[clip].frames(window.start, window.stop) for clip, window in part])
            counted = np.zeros_like(batch.valid)
            for row, (_, window) in enumerate(part):
                counted[row, window.kept] = 1
            yield [clip for clip, _ in part], batch, counted * batch.valid


_Reading = tuple[Array, Array, Array]


def _mean_with_mirrored(own: _Reading, mirrored: _Reading) -> _Reading:
    """Return the mean of what the network reads in a clip and in its mirror image, which is nearer the truth than
    either.
    """
    lengths = np.sqrt(own[0] * mirrored[0][list(MIRROR_BONES)])
    first, second = own[1].copy(), mirrored[1]
    bones = first[:, : 3 * BONE_COUNT].reshape(-1, BONE_COUNT, 3) * own[0][:, None]
    image = (
        second[:, : 3 * BONE_COUNT].reshape(-1, BONE_COUNT, 3)[:, MIRROR_BONES] * mirrored[0][list(MIRROR_BONES), None]
    )
    first[:, : 3 * BONE_COUNT] = (
        (bones + image * np.array([-1, 1, 1], dtype=np.float32)) / (2 * lengths[:, None])
    ).reshape(len(first), -1)
    first[:, 3 * BONE_COUNT] = (first[:, 3 * BONE_COUNT] + second[:, 3 * BONE_COUNT]) / 2
    first[:, 3 * BONE_COUNT + 1 :] = (first[:, 3 * BONE_COUNT + 1 :] + second[:, : 3 * BONE_COUNT : -1]) / 2
    azimuth = np.angle(np.exp(1j * own[2][0]) + np.exp(-1j * mirrored[2][0]))
    angles = (own[2] + mirrored[2] * _MIRRORED_ANGLES) / 2
    angles[0] = azimuth
    return lengths.astype(np.float32), first, angles.astype(np.float32)


def _as_held(reading: _Reading, camera: CameraAngle) -> _Reading:
    """What was read in a level picture, in the picture as it was filmed: by a camera that was held as it is said."""
    lengths, frames, angles = reading[0], reading[1].copy(), reading[2].copy()
    if camera.tilt is not None:
        bones = frames[:, : 3 * BONE_COUNT].reshape(-1, BONE_COUNT, 3)
        frames[:, : 3 * BONE_COUNT] = (bones @ _turn_of_picture(camera.tilt)).reshape(len(frames), -1)
        angles[_ROLL] = np.radians(camera.tilt)
    if camera.height is not None:
        angles[_ELEVATION] = np.radians(camera.height)
    return lengths, frames, angles


def _codes(clip: FilledClip, rate: Resampling, lengths: Array, frames: Array, angles: Array) -> KinematicCodes:
    """Join what the network read with what was observed, at the clip's own frame rate.

    `frames` (T', 45) are bones, depth velocity and contacts at the network's rate, `angles` (5,) azimuth, elevation and
    roll of the view, and spine and head of the posture, in radians.
    """
    azimuth, elevation, roll, spine, head = map(float, np.degrees(angles))
    skeleton = Skeleton(lengths, Posture(spine, head))
    bones = frames[:, : 3 * BONE_COUNT].reshape(-1, BONE_COUNT, 3)
    ankle_depth = ((BONE_PATHS @ (bones * lengths[:, None]))[:, _ANKLES, 2] / skeleton.leg_length).astype(np.float32)
    contacts = frames[:, 3 * BONE_COUNT + 1 :]
    depth = rate.to_clip(np.cumsum(depth_velocity(frames[:, 3 * BONE_COUNT], ankle_depth, contacts), dtype=np.float32))
    bones = rate.to_clip(bones)
    flat, root = merge_observed(clip, bones[..., :2], lengths)
    picture = np.concatenate((flat, _with_depth(flat, bones[..., 2:])), axis=-1)
    picture_path = root_path(root, depth, skeleton.leg_length)
    view, camera = View(azimuth, elevation), rotation(View(azimuth, elevation, roll))
    motion = KinematicMotion(
        picture @ camera,
        picture_path @ camera,
        with_hysteresis(rate.to_clip(contacts)),
        view,
        picture,
        picture_path,
        camera,
        clip.fps,
        skeleton.posture,
    )
    return KinematicCodes(motion, skeleton, view, root[0])


def _with_depth(flat: Array, depth: Array) -> Array:
    """Move the depth (T, 14, 1) of bones seen as `flat` (T, 14, 2) by LENGTH_DEPTH_SHARE to the one that their length
    implies, on the same side.
    """
    left = np.sqrt(np.maximum(1 - np.square(flat).sum(axis=-1, keepdims=True), 0))
    side = depth / np.sqrt(np.square(depth) + UNCERTAIN_SIDE**2)
    return np.asarray((1 - LENGTH_DEPTH_SHARE) * depth + LENGTH_DEPTH_SHARE * side * left, dtype=np.float32)


def _between(first: Posture | None, second: Posture | None, share: float) -> Posture | None:
    return None if first is None or second is None else first.towards(second, share)


def _to_camera(view: View, frames: int) -> Array:
    """(T, 3, 3) that rows of body-centred vectors are multiplied by to come into the camera's frame; ValueError where
    the view has other frames.
    """
    if view.frame_count not in (None, frames):
        raise ValueError(
            f"The view has {view.frame_count} angles and the clip {frames} frames; give one angle a frame, or one for all."
        )
    return np.broadcast_to(rotation(view), (frames, 3, 3)).transpose(0, 2, 1)


def _as_filmed(codes: KinematicCodes) -> tuple[Array, Array]:
    """Return what the roll of the camera that filmed adds to the picture (T, 14, 3) and to the path (T, 3); 0 from
    another view.
    """
    motion = codes.motion
    if codes.view is not motion.view:
        return np.zeros_like(motion.picture), np.zeros_like(motion.picture_path)
    level = KinematicMotion.from_bones(motion.bones, motion.path, motion.contacts, motion.view, motion.fps)
    return motion.picture - level.picture, motion.picture_path - level.picture_path
