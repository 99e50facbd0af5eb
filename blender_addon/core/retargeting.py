"""Retargeting: the motion of one clip on another body, from another view.

Example:
    >>> from pathlib import Path
    >>> from blender_addon.core import pose_files
    >>> from blender_addon.core.motion import View
    >>> from blender_addon.core.retargeting import Retargeter
    >>> poses = pose_files.read(Path("dance.npz")).select()
    >>> motion = Retargeter.load().retarget(poses, view=View(azimuth=45))
    >>> motion.positions.shape
    (120, 15, 2)
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, Protocol, TypeVar, cast
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from .alignment import Clip, Timeline, timeline
from .camera_motion import to_first_frame
from .carried_body import carried_by_feet
from .codec import pack
from .contacts import plant_feet
from .ground.standing import SeenOnGround, stood
from .landmark_offsets import SeenLandmarks
from .motion import Alignment, Blend, CameraAngle, DistanceHandling, RetargetedMotion, View, rotation
from .networks.backends import chosen_device, load_kinematic, load_official_paper, load_paper
from .networks.decoded import Decoded, Shares
from .networks.inference import Device
from .networks.kinematic_model import KinematicCodes, KinematicModel, KinematicMotion
from .networks.paper_model import PaperBody, PaperCodes, PaperModel, PaperMotion, PaperView
from .networks.resampling import sample_frames
from .pose_sequence import PoseSequence
from .shipped_weights import shipped_weights
from .skeleton import Joint, Skeleton

OFFICIAL_PICTURE_HEIGHT = 512

Codes = KinematicCodes | PaperCodes
"""A clip taken apart: `motion`, `skeleton` and `view`. Put in those of other clips with `dataclasses.replace`, and
decode.
"""

FARTHEST = 1e9
"""Pixels from the corner of the picture: positions farther away are refused, their squares would overflow."""

_Target = TypeVar("_Target", Skeleton, View)
_Given = TypeVar("_Given")
_Kept = TypeVar("_Kept")


class Model(StrEnum):
    """The networks to choose from."""

    KINEMATIC = "kinematic"
    PAPER = "paper"


_PARTS: dict[Model, tuple[type, type, type]] = {
    Model.KINEMATIC: (KinematicMotion, Skeleton, View),
    Model.PAPER: (PaperMotion, PaperBody, PaperView),
}
"""What motion, skeleton and view are in the codes of each model."""


_Codes = TypeVar("_Codes")
_Body_co = TypeVar("_Body_co", covariant=True)
_View_co = TypeVar("_View_co", covariant=True)


class Network(Protocol[_Codes, _Body_co, _View_co]):
    """What both models can do, each with its own kind of codes."""

    def encode(
        self, clips: Sequence[PoseSequence], progress: Callable[[float], object], cameras: Sequence[CameraAngle], /
    ) -> list[_Codes]:
        """Encode clips, each filmed by a camera of which that much is known; `progress` is called with the part of the
        work that is done, 0 to 1.
        """

    def decode(self, codes: _Codes) -> Decoded:
        """Decode the motion on the codes' skeleton from the codes' view."""

    def skeleton_code(self, skeleton: Skeleton, view: View | None, /) -> _Body_co:
        """Return the code of a body of known lengths, to be seen from `view` where that is known."""

    def view_code(self, view: View, skeleton: Skeleton | None, /) -> _View_co:
        """Return the code of a known angle, to be seen on `skeleton` where that is known."""

    def features(self, codes: _Codes) -> NDArray[np.float32]:
        """Return features (N, C) of the motion, evenly over the clip; similar poses have similar ones."""

    def interpolate(self, first: _Codes, second: _Codes, shares: Shares, line: Timeline) -> _Codes:
        """Return codes between two clips, in the moments of the timeline."""


class Retargeter:
    """One network on one device, ready to retarget. Make it with `load`.

    Attributes:
        model: which network.
        device: where it runs.
    """

    def __init__(self, model: Model, network: Network[Any, Any, Any], device: Device) -> None:
        self.model = model
        self.device = device
        self._network = network
        self._kept: dict[bytes, Codes] = {}
        self._standing = _Latest[KinematicCodes]()
        self._seen = _Latest[SeenOnGround]()
        self._landmarks = WeakKeyDictionary[Codes, SeenLandmarks | None]()
        self._most_kept = 0

    def keep_codes(self, most: int) -> None:
        """From now on keep the codes of so many clips, the latest: a clip that comes again is decoded alone."""
        self._most_kept = self._standing.most = self._seen.most = most

    @classmethod
    def load(
        cls,
        model: str = Model.KINEMATIC,
        device: str = "auto",
        weights: str | os.PathLike[str] | None = None,
        *,
        threads: int = 0,
    ) -> Retargeter:
        """Load a network.

        Args:
            model: `kinematic` or `paper`.
            device: `auto` (the fastest there is), `cpu`, `cuda` or `mps`. The last two need PyTorch. One that is not
                there is replaced by the CPU, with a warning.
            weights: a weights file; the shipped one by default. For the paper's official weights the folder of
                `pretrained_full.pth` and `reference_outputs.npz`, or that `.pth` file with the other beside it.
            threads: that onnxruntime works with on the CPU; 0 for as many as there are cores.

        Raises:
            ValueError: a name is unknown, a file cannot be used, or PyTorch is needed and not installed.
        """
        if model not in list(Model):
            raise ValueError(f"There is no model {model}; choose {' or '.join(Model)}.")
        chosen = chosen_device(device)
        path = Path(weights) if weights is not None else shipped_weights(f"{model}.npz")
        if Model(model) is Model.KINEMATIC:
            return cls(Model.KINEMATIC, KinematicModel(load_kinematic(path, chosen, threads)), chosen)
        if path.is_dir() or path.suffix == ".pth":
            return cls(Model.PAPER, PaperModel(*load_official_paper(path, chosen), OFFICIAL_PICTURE_HEIGHT), chosen)
        return cls(Model.PAPER, PaperModel(*load_paper(path, chosen, threads)), chosen)

    def retarget(
        self,
        poses: PoseSequence,
        skeleton: Skeleton | PoseSequence | None = None,
        view: View | PoseSequence | None = None,
        progress: Callable[[float], object] = lambda part: None,
        blend: Blend | None = None,
        *,
        camera: CameraAngle | None = None,
        distance: DistanceHandling = DistanceHandling.KEPT,
    ) -> RetargetedMotion:
        """Put the motion of `poses` on `skeleton`, seen from `view`.

        Args:
            poses: the performer.
            skeleton: the body; the performer's own by default, that of another clip, or given lengths.
            view: the view; the performer's own by default, that of a clip without its camera's roll (its own:
                as filmed, but level), or given angles. With a `blend`, one angle per frame runs at the rate of `poses` from the beginning, and the last one
                stays.
            progress: called with the part of the network's work that is done, 0 to 1.
            blend: a second clip, and how far to go to it.
            camera: how the camera that filmed `poses` was held, where that is known.
            distance: whether who comes nearer walks in depth, on feet that stand as heels and toes tell; the kinematic
                network alone can. The motion is then in pixels of the first frame throughout.

        Returns:
            The motion. With the performer's own body it is in pixels of the source, with another clip's in that clip's
            pixels; both begin where the performer's mid-hip begins. With a Skeleton it is in the skeleton's unit and
            begins at (0, 0).

        Raises:
            ValueError: `view` has another number of angles than there are frames, a clip shows nobody (a part of a
                longer one may), a body given as a Skeleton is to be blended, whose unit is not that of a picture, or the
            camera is given and the model is `paper`, which knows none.
        """
        camera = camera or CameraAngle()
        if blend is not None:
            return self._blended(poses, skeleton, view, blend, progress, camera=camera, filmed=self._filmed(distance))
        return self.retarget_many([poses], [skeleton], [view], progress, [camera], distance=distance)[0]

    def retarget_many(
        self,
        clips: Sequence[PoseSequence],
        skeletons: Sequence[Skeleton | PoseSequence | None] | None = None,
        views: Sequence[View | PoseSequence | None] | None = None,
        progress: Callable[[float], object] = lambda part: None,
        cameras: Sequence[CameraAngle | None] | None = None,
        *,
        distance: DistanceHandling = DistanceHandling.KEPT,
    ) -> list[RetargetedMotion]:
        """Retarget many clips in shared batches; see `retarget`.

        Args:
            clips: the performers.
            skeletons: one for each clip.
            views: one for each clip.
            progress: called with the part of the network's work that is done, 0 to 1.
            cameras: how the camera of each clip was held.
            distance: as in `retarget`.
        """
        filmed, held = self._filmed(distance), _one_each(clips, cameras, "cameras")
        bodies = [filmed(body) for body in _one_each(clips, skeletons, "skeletons")]
        angles = [filmed(angle) for angle in _one_each(clips, views, "views")]
        clips = [filmed(clip) for clip in clips]
        given = [item for item in (*bodies, *angles) if isinstance(item, PoseSequence)]
        distinct = list({id(clip): clip for clip in (*clips, *given)}.values())
        known = {id(clip): camera for clip, camera in zip(clips, held, strict=True) if camera is not None}
        encoded = self._on_ground(distinct, filmed, progress, known)
        codes = dict(zip((id(clip) for clip in distinct), encoded, strict=True))
        return [
            self._retarget(clip, body, angle, codes, in_depth=filmed.goes_in_depth(clip))
            for clip, body, angle in zip(clips, bodies, angles, strict=True)
        ]

    def encode(self, poses: PoseSequence, camera: CameraAngle | None = None) -> Codes:
        """Take a clip apart into motion, skeleton and view.

        Args:
            poses: the performer.
            camera: how the camera was held, where that is known.

        Raises:
            ValueError: the clip shows nobody, or the model is `paper` and the camera is given.
        """
        clip = to_first_frame(poses)
        return self._encode([clip], cameras={id(clip): camera} if camera is not None else {})[0]

    def decode(self, codes: Codes, *, planted: bool = False) -> RetargetedMotion:
        """Put codes together: their motion on their skeleton from their view.

        Args:
            codes: what is put together.
            planted: whether standing feet are held in place, as `retarget` does on another body or from another view.

        Raises:
            ValueError: a code is of another model, or the view has another number of angles than the motion has frames.
        """
        self._check_model(codes)
        decoded = self._network.decode(codes)
        if planted:
            decoded = _planted(decoded, codes.motion.fps)
        certain = np.ones(decoded.joints.shape[:2], dtype=np.float32)
        return _motion(decoded, codes.start, certain, codes.motion.fps, in_depth=False)

    def interpolate(
        self,
        first: Codes,
        second: Codes,
        motion: float = 0.0,
        skeleton: float = 0.0,
        view: float = 0.0,
        *,
        alignment: Alignment = Alignment.TRIM,
    ) -> Codes:
        """Return codes between those of two clips, ready to `decode`.

        Args:
            first: the clip at share 0.
            second: the clip at share 1.
            motion: share of the motion, 0..1.
            skeleton: share of the skeleton, 0..1.
            view: share of the view, 0..1.
            alignment: how the timing of the two is aligned.

        Raises:
            ValueError: a share is outside 0..1, or a code is of another model.
        """
        self._check_model(first)
        self._check_model(second)
        shares = Shares(motion, skeleton, view)
        codes: Codes = self._network.interpolate(
            first, second, shares, self._timeline(first, second, motion, alignment)
        )
        return codes

    def _timeline(self, first: Codes, second: Codes, share: float, alignment: Alignment) -> Timeline:
        here, there = (
            Clip(len(codes.motion), codes.motion.fps, self._network.features(codes)) for codes in (first, second)
        )
        return timeline(here, there, share, alignment)

    def _blended(
        self,
        clip: PoseSequence,
        body: Skeleton | PoseSequence | None,
        view: View | PoseSequence | None,
        blend: Blend,
        progress: Callable[[float], object],
        *,
        camera: CameraAngle,
        filmed: _Filmed,
    ) -> RetargetedMotion:
        if isinstance(body, Skeleton) and blend.skeleton:
            raise ValueError(
                "A body that is given by its lengths is not blended; let its share be 0, or take the body of a clip."
            )
        clip, body, view, blend = filmed(clip), filmed(body), filmed(view), replace(blend, poses=filmed(blend.poses))
        clips = {id(poses): poses for poses in (clip, blend.poses, body, view) if isinstance(poses, PoseSequence)}
        encoded = self._on_ground(list(clips.values()), filmed, progress, {id(clip): camera})
        codes = dict(zip(clips, encoded, strict=True))
        first, second = self._target(clip, body, view, codes), codes[id(blend.poses)]
        if isinstance(body, Skeleton):
            second = replace(second, skeleton=first.skeleton, start=first.start)
        line = self._timeline(first, second, blend.motion, blend.alignment)
        mixed = self._network.interpolate(first, second, Shares(blend.motion, blend.skeleton, blend.view), line)
        if isinstance(view, View) and view.frame_count is not None and isinstance(second.view, View):
            moving = view.at(np.arange(len(line), dtype=np.float64) * (clip.fps / line.fps))
            mixed = replace(mixed, view=moving.towards(second.view, blend.view))
        decoded = _planted(self._network.decode(mixed), line.fps)
        shown = (
            sample_frames(clip.confidence, line.first) * (1 - blend.motion)
            + sample_frames(blend.poses.confidence, line.second) * blend.motion
        )
        certain = np.asarray(np.clip(shown, 0, 1), dtype=np.float32)
        in_depth = filmed.goes_in_depth(clip) or filmed.goes_in_depth(blend.poses)
        return _motion(decoded, mixed.start, certain, line.fps, in_depth=in_depth, start=clip.start)

    def _filmed(self, distance: DistanceHandling) -> _Filmed:
        on_ground = self.model is Model.KINEMATIC and distance is not DistanceHandling.KEPT
        return _Filmed(self._seen, on_ground=on_ground)

    def _on_ground(
        self,
        clips: Sequence[PoseSequence],
        filmed: _Filmed,
        progress: Callable[[float], object],
        cameras: Mapping[int, CameraAngle],
    ) -> list[Any]:
        """The codes of clips, standing on the ground where that is known."""
        codes: list[Any] = self._encode(clips, progress, cameras)
        seen = [filmed.seen(clip) for clip in clips]
        moving = [one.poses for one in seen if one is not None and one.in_depth]
        opinions: Iterator[Any] = iter(self._encode(moving))
        standing = []
        for clip, code, one in zip(clips, codes, seen, strict=True):
            if one is None:
                standing.append(code)
                continue
            read = next(opinions) if one.in_depth else code
            camera = cameras.get(id(clip), CameraAngle())
            fingerprint, stand = partial(_fingerprint, filmed.source(clip), camera), partial(stood, code, one, read)
            standing.append(self._standing(fingerprint, stand))
        return standing

    def _encode(
        self,
        clips: Sequence[PoseSequence],
        progress: Callable[[float], object] = lambda part: None,
        cameras: Mapping[int, CameraAngle] = MappingProxyType({}),
    ) -> list[Codes]:
        """The codes of the clips; `cameras` are by the id of their clip."""
        for clip in clips:
            if not clip.confidence.any():
                raise ValueError(
                    "No joint is seen in any frame of the clip; choose frames in which the performer is visible."
                )
            if np.abs(clip.positions).max() > FARTHEST:
                raise ValueError(
                    f"A joint lies {np.abs(clip.positions).max():.0e} pixels from the picture's corner; give positions in pixels."
                )
        held = [cameras.get(id(clip), CameraAngle()) for clip in clips]
        keys = [
            _fingerprint(clip, camera) if self._most_kept else bytes(index)
            for index, (clip, camera) in enumerate(zip(clips, held, strict=True))
        ]
        new = [index for index, key in enumerate(keys) if key not in self._kept and key not in keys[:index]]
        encoded = self._network.encode([clips[at] for at in new], progress, [held[at] for at in new]) if new else []
        found = self._kept | dict(zip((keys[at] for at in new), encoded, strict=True))
        codes: list[Codes] = [found[key] for key in keys]
        if self._most_kept:
            latest = [key for key in found if key not in keys] + list(dict.fromkeys(keys))
            self._kept = {key: found[key] for key in latest[-self._most_kept :]}
        return codes

    def _check_model(self, codes: Codes) -> None:
        if not all(map(isinstance, (codes.motion, codes.skeleton, codes.view), _PARTS[self.model])):
            raise ValueError(
                f"Not all of these codes are of the {self.model} model; encode every clip with the model that decodes it."
            )

    def _retarget(
        self,
        clip: PoseSequence,
        body: Skeleton | PoseSequence | None,
        view: View | PoseSequence | None,
        codes: dict[int, Any],
        *,
        in_depth: bool,
    ) -> RetargetedMotion:
        if isinstance(view, View) and view.frame_count not in (None, len(clip)):
            raise ValueError(
                f"The view has {view.frame_count} angles and the clip {len(clip)} frames; give one angle a frame, or one for all."
            )
        target = self._target(clip, body, view, codes)
        decoded = self._network.decode(target)
        if body is not None or view is not None:
            decoded = _planted(decoded, clip.fps)
        picture = body.image_size if isinstance(body, PoseSequence) else clip.image_size if body is None else None
        turn = np.eye(3, dtype=np.float32) if view is None else decoded.turn
        landmarks = None
        if turn is not None and (found := self._seen_landmarks(clip, codes[id(clip)])) is not None:
            landmarks = found.on(decoded.skeleton, turn)
        more = {"image_size": picture, "start": clip.start, "landmarks": landmarks}
        return _motion(decoded, target.start, clip.confidence, clip.fps, in_depth=in_depth, **more)

    def _seen_landmarks(self, clip: PoseSequence, codes: Codes) -> SeenLandmarks | None:
        """The landmarks of a clip of these codes; looked for once as long as the codes are kept."""
        if clip.landmarks is None:
            return None
        if codes not in self._landmarks:
            self._landmarks[codes] = SeenLandmarks.of(clip, self._network.decode(codes))
        return self._landmarks[codes]

    def _target(
        self,
        clip: PoseSequence,
        body: Skeleton | PoseSequence | None,
        view: View | PoseSequence | None,
        codes: dict[int, Any],
    ) -> Any:  # noqa: ANN401
        """Return the clip's codes with another body or view put in; `codes` has those of each clip by its id."""
        parts: dict[str, Any] = {}
        if isinstance(body, PoseSequence):
            parts["skeleton"] = codes[id(body)].skeleton
        elif body is not None:
            parts["skeleton"] = self._network.skeleton_code(body, _given(view, View))
            parts["start"] = np.zeros(2, dtype=np.float32)
        if isinstance(view, PoseSequence):
            # A copy, so that a clip's own view, which may be asked for level, is not the one that it was filmed from.
            parts["view"] = replace(codes[id(view)].view)
        elif view is not None:
            parts["view"] = self._network.view_code(view, _given(body, Skeleton))
        return replace(codes[id(clip)], **parts)


class _Latest(Generic[_Kept]):
    """What was worked out of the latest clips, by their fingerprints: of `most` at most."""

    def __init__(self) -> None:
        self.most = 0
        self._known: dict[bytes, _Kept] = {}

    def __call__(self, fingerprint: Callable[[], bytes], work_out: Callable[[], _Kept]) -> _Kept:
        """What is known of a clip, else what is worked out now."""
        if not self.most:
            return work_out()
        key = fingerprint()
        found = self._known.pop(key) if key in self._known else work_out()
        self._known = dict([*self._known.items(), (key, found)][-self.most :])
        return found


class _Filmed:
    """Clips as a camera that stands still would have seen them, and `on_ground` at one distance; each clip the same object,
    however often it is given.
    """

    def __init__(self, latest: _Latest[SeenOnGround], *, on_ground: bool) -> None:
        self._latest = latest
        self._on_ground = on_ground
        self._known: dict[int, tuple[PoseSequence, PoseSequence]] = {}
        self._seen: dict[int, SeenOnGround] = {}
        self._sources: dict[int, PoseSequence] = {}

    def __call__(self, item: _Given) -> _Given:
        """The clip; anything else stays as it is."""
        if not isinstance(item, PoseSequence):
            return item
        if id(item) not in self._known:
            self._known[id(item)] = item, self._prepared(item)
        return cast(_Given, self._known[id(item)][1])

    def seen(self, clip: PoseSequence) -> SeenOnGround | None:
        """Where a clip that was given stands; None where nothing is known of that."""
        return self._seen.get(id(clip))

    def source(self, clip: PoseSequence) -> PoseSequence:
        """What was given for a clip that is seen on the ground."""
        return self._sources[id(clip)]

    def goes_in_depth(self, clip: PoseSequence) -> bool:
        """Whether the performer of a clip that was given comes nearer or goes away."""
        seen = self.seen(clip)
        return seen is not None and seen.in_depth

    def _prepared(self, item: PoseSequence) -> PoseSequence:
        still = to_first_frame(item)
        if not self._on_ground or not still.confidence.any() or np.abs(still.positions).max() > FARTHEST:
            return still
        seen = self._latest(partial(_fingerprint, item), partial(SeenOnGround.of, still, item.camera))
        self._seen[id(seen.clip)], self._sources[id(seen.clip)] = seen, item
        return seen.clip


def _planted(decoded: Decoded, fps: float) -> Decoded:
    """Keep standing feet in place in the world: where the camera turns about the performer, they turn with it in the
    picture.
    """
    if decoded.view is None or not decoded.view.moves:
        return replace(decoded, joints=_standing(decoded.joints, decoded, fps))
    turn = rotation(decoded.view)
    still = _standing(decoded.joints @ turn, decoded, fps)
    return replace(decoded, joints=still @ turn.transpose(0, 2, 1))


def _standing(joints: NDArray[np.float32], decoded: Decoded, fps: float) -> NDArray[np.float32]:
    carried = carried_by_feet(joints, decoded.contacts, fps, decoded.rolls)
    return plant_feet(carried, decoded.contacts, fps, decoded.rolls)


def _fingerprint(clip: PoseSequence, camera: CameraAngle | None = None) -> bytes:
    """Tells clips with other content, or seen by a camera that was held otherwise, apart."""
    header, arrays = pack(clip)
    digest = hashlib.blake2b(f"{header} {camera}".encode())
    for name, values in arrays.items():
        digest.update(f"{name} {values.shape} {values.dtype}".encode())
        digest.update(np.ascontiguousarray(values).tobytes())
    return digest.digest()


def _motion(
    decoded: Decoded,
    origin: np.ndarray[Any, Any],
    confidence: np.ndarray[Any, Any],
    fps: float,
    *,
    in_depth: bool,
    **more: Any,  # noqa: ANN401
) -> RetargetedMotion:
    """What was decoded, with the mid-hip beginning at `origin`; its way in depth where it goes `in_depth`, and `more` of
    RetargetedMotion by name.
    """
    root_depth = decoded.joints[:, Joint.MID_HIP, 2]
    return RetargetedMotion(
        decoded.joints[..., :2] + origin,
        decoded.joints[..., 2] - root_depth[:, None],
        np.clip(decoded.contacts, 0, 1),
        confidence,
        decoded.skeleton,
        decoded.view,
        fps,
        way=root_depth if in_depth else None,
        rolls=decoded.rolls,
        **more,
    )


def _given(target: object, kind: type[_Target]) -> _Target | None:
    return target if isinstance(target, kind) else None


_Item = TypeVar("_Item")


def _one_each(clips: Sequence[PoseSequence], items: Sequence[_Item] | None, name: str) -> Sequence[_Item | None]:
    if items is None:
        return [None] * len(clips)
    if len(items) != len(clips):
        raise ValueError(f"There are {len(clips)} clips and {len(items)} {name}; give one for each clip.")
    return items
