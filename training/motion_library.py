"""Motion to train on: clips of local rotations on one canonical skeleton, playable on any body; and what of it is held
out.

The skeleton has 24 joints. At rest it stands in the T-pose with every rotation the identity, Y up, facing +Z, the
character's left at +X, in metres. So a clip plays on another body by swapping its table of offsets.
"""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from zipfile import BadZipFile

import numpy as np
from numpy.typing import ArrayLike, NDArray

from blender_addon.core.skeleton import JOINT_COUNT, Joint

log = logging.getLogger(__name__)

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]

CANONICAL_SKELETON: tuple[tuple[str, int], ...] = (
    ("Hips", -1),
    ("Spine", 0),
    ("Spine1", 1),
    ("Chest", 2),
    ("Neck", 3),
    ("Neck1", 4),
    ("Head", 5),
    ("HeadEnd", 6),
    ("LClav", 3),
    ("LArm", 8),
    ("LForeArm", 9),
    ("LHand", 10),
    ("RClav", 3),
    ("RArm", 12),
    ("RForeArm", 13),
    ("RHand", 14),
    ("LUpLeg", 0),
    ("LLeg", 16),
    ("LFoot", 17),
    ("LToe", 18),
    ("RUpLeg", 0),
    ("RLeg", 20),
    ("RFoot", 21),
    ("RToe", 22),
)
CANONICAL_JOINTS: tuple[str, ...] = tuple(name for name, _ in CANONICAL_SKELETON)
CANONICAL_PARENTS: tuple[int, ...] = tuple(parent for _, parent in CANONICAL_SKELETON)
"""Index of each joint's parent, which always stands before it; -1 at the root."""
CANONICAL_COUNT = len(CANONICAL_JOINTS)
CANONICAL_INDEX: dict[str, int] = {name: index for index, name in enumerate(CANONICAL_JOINTS)}

CANONICAL_MIRROR: tuple[int, ...] = tuple(
    CANONICAL_INDEX[{"L": "R", "R": "L"}[name[0]] + name[1:]] if name[0] in "LR" else index
    for index, name in enumerate(CANONICAL_JOINTS)
)
"""For each canonical joint, the one on the other side of the body."""

NETWORK_JOINTS: dict[Joint, tuple[str, ...]] = {
    Joint.HEAD: ("Head", "HeadEnd"),
    Joint.NECK: ("RArm", "LArm"),
    Joint.RIGHT_SHOULDER: ("RArm",),
    Joint.RIGHT_ELBOW: ("RForeArm",),
    Joint.RIGHT_WRIST: ("RHand",),
    Joint.LEFT_SHOULDER: ("LArm",),
    Joint.LEFT_ELBOW: ("LForeArm",),
    Joint.LEFT_WRIST: ("LHand",),
    Joint.MID_HIP: ("RUpLeg", "LUpLeg"),
    Joint.RIGHT_HIP: ("RUpLeg",),
    Joint.RIGHT_KNEE: ("RLeg",),
    Joint.RIGHT_ANKLE: ("RFoot",),
    Joint.LEFT_HIP: ("LUpLeg",),
    Joint.LEFT_KNEE: ("LLeg",),
    Joint.LEFT_ANKLE: ("LFoot",),
}
"""The canonical joints that each of our 15 is the mean of.

The head is the middle of the head bone: the skull's base raised to ear height.
"""

JOINT_WEIGHTS: Array = np.zeros((JOINT_COUNT, CANONICAL_COUNT), dtype=np.float32)
"""(15, 24): our joints = JOINT_WEIGHTS @ canonical joints."""
for _joint, _sources in NETWORK_JOINTS.items():
    for _source in _sources:
        JOINT_WEIGHTS[_joint, CANONICAL_INDEX[_source]] = 1 / len(_sources)
JOINT_WEIGHTS.setflags(write=False)

HEAD_BONE_TO_TORSO = 0.19
"""Head bone over mid-hip to mid-shoulders: the mean of the bodies that have a head end (0.16 to 0.21). It gives the
others theirs.
"""

MOTION_FILES: tuple[str, ...] = ("cmu_30fps.npz", "kaykit_cc0_30fps.npz")
MORE_FOLDER = "more"
MORE_FILES: tuple[str, ...] = (
    "rocketbox_mit_30fps.npz",
    "quaternius_mesh2motion_cc0_30fps.npz",
    "quaternius_packs_cc0_30fps.npz",
    "hifi_apache2_30fps.npz",
    "ozz_animateddrawings_mit_30fps.npz",
    "cmu_more_30fps.npz",
)
"""Everyday motion in a folder of its own, used where it is there."""
SKELETON_FILE = "skeletons.npz"
SUSPECTS_FILE = "suspect_clips.json"

BODY_ALIASES: dict[str, str] = {
    "cmu_35 (lengths of S35; AMC of another subject)": "cmu_35",
    "kaykit": "kaykit_char_Barbarian",
}
"""Names that the motion files have for bodies of the skeleton file."""

HELD_OUT_CLIPS: tuple[str, ...] = (
    "cmu_131_*",
    "cmu_49_*",
    "cmu_35_*",
    "cmu_fbx_*",
    "cmu_daz_martial_*",
    "cmu_eval_*walking*",
)
"""Patterns of clip names that are never trained on: by subject and by action, so that no take of theirs is seen."""


@dataclass(frozen=True)
class HeldOutTwin:
    """Clips of a subject whose takes stand in the held-out set under another name.

    `clips` and `held_out` are patterns of clip names; `rms` is the least distance found between a frame of the one and
    a frame of the other, over the numbers of all local quaternions but the hips' (whose heading differs where the same
    take was exported twice).
    """

    clips: str
    held_out: str
    rms: float


HELD_OUT_TWINS: tuple[HeldOutTwin, ...] = (
    HeldOutTwin("cmu_10_*", "cmu_eval_train_walking_18", 0.0022),
    HeldOutTwin("cmu_16_*", "cmu_eval_train_walking_3[12]", 0.0027),
    HeldOutTwin("cmu_32_*", "cmu_eval_train_walking_2[56]", 0.0006),
    HeldOutTwin("cmu_38_*", "cmu_eval_train_walking_36", 0.0030),
    HeldOutTwin("cmu_39_*", "cmu_eval_train_walking_4[134]", 0.0046),
    HeldOutTwin("cmu_55_*", "cmu_eval_train_walking_52", 0.0022),
)
"""What is neither trained on nor evaluated on. The whole subject is left out: the split is by subject, never by clip.
Of what remains, no frame lies within 0.015 of a held-out one, with the hips' rotation or without.
"""

HELD_OUT_BODIES: tuple[str, ...] = ("cmu_131", "cmu_35", "cmu_49", "cmu_fbx_*", "kaykit_*")
"""Patterns of the bodies that are never trained on.

The motions captured on the others' bodies may be, on bodies that are trained on.
"""

EVERYDAY_CLIPS: tuple[str, ...] = ("rocketbox-m_*", "hifi_*", "quaternius-cyberpunk_*", "quaternius-knight_*")
EVERYDAY_BODIES: tuple[str, ...] = ("rocketbox_m", "hifi", "quaternius_cyberpunk", "quaternius_knight")
"""Patterns of everyday motion, and of bodies, that are never trained on: a second set to evaluate on, held out by
subject. The packs of Quaternius stand here since their licence was read second-hand, the High Fidelity ones since their
feet slide.
"""

LARGEST_CATEGORY_SHARE = 0.25
GAP_FRAMES = 5
"""Frames between two jumps that are taken for the far side of one glitch."""


@dataclass(frozen=True)
class JumpLimits:
    """What no joint does between two frames: an acceleration in m/s² on the captured body, a turn in degrees a frame at
    30 fps.
    """

    acceleration: float
    turn: float


ORDINARY_LIMITS = JumpLimits(acceleration=320.0, turn=95.0)
"""Above the fastest sound clip (a salsa foot: 305 m/s², an upper arm: 90°)."""
SUSPECT_LIMITS = JumpLimits(acceleration=240.0, turn=90.0)
"""For clips known to hold a glitch: every one of them has frames beyond these."""


@dataclass(frozen=True, eq=False)
class MotionClip:
    """One take on the canonical skeleton.

    `rotations` (T, 24, 4) float32, unit local quaternions w x y z; `root` (T, 3) float32, metres, Y up; `offsets` (24,
    3) float32, metres, of the body it was captured on; `glitch` (T,) bool, frames where a joint jumps.
    """

    name: str
    subject: str
    category: str
    source: str
    fps: float
    rotations: Array
    root: Array
    body: str
    offsets: Array
    glitch: Mask

    def __len__(self) -> int:
        return len(self.rotations)

    @property
    def minutes(self) -> float:
        """The length of what is sound in it."""
        return float((~self.glitch).sum()) / self.fps / 60

    def sound_runs(self) -> list[slice]:
        """The frames between its glitches."""
        edges = [-1, *np.flatnonzero(self.glitch).tolist(), len(self)]
        return [slice(before + 1, after) for before, after in pairwise(edges) if after - before > 1]

    def joints(self) -> Array:
        """(T, 24, 3) float32, metres: where the captured body's joints are."""
        return joint_positions(world_rotations(self.rotations), self.offsets, self.root)

    def on_body(self, body: str, offsets: Array) -> MotionClip:
        """The same motion on another body: the same rotations, the root's path scaled by the ratio of leg lengths."""
        ratio = leg_length(offsets) / leg_length(self.offsets)
        return replace(self, body=body, offsets=offsets, root=(self.root * ratio).astype(np.float32))


@dataclass(frozen=True, eq=False)
class MotionLibrary:
    """Clips, the bodies to play them on (name to (24, 3) float32 metres), and the names of the bodies that are held out
    of training.
    """

    clips: tuple[MotionClip, ...]
    bodies: Mapping[str, Array]
    held_out_bodies: frozenset[str] = frozenset()
    everyday_bodies: frozenset[str] = frozenset()

    def training(self) -> MotionLibrary:
        """What may be trained on.

        A clip whose captured body is held out plays on the training body with the nearest leg length.
        """
        kept = self.held_out_bodies | self.everyday_bodies
        bodies = {name: offsets for name, offsets in self.bodies.items() if name not in kept}
        clips = tuple(
            _on_training_body(clip, bodies)
            for clip in self.clips
            if not (is_held_out(clip.name) or is_held_out_twin(clip.name) or _matches(clip.name, EVERYDAY_CLIPS))
        )
        return MotionLibrary(clips, MappingProxyType(bodies))

    def held_out(self) -> MotionLibrary:
        """What is only ever evaluated on."""
        bodies = {name: offsets for name, offsets in self.bodies.items() if name in self.held_out_bodies}
        return MotionLibrary(
            tuple(clip for clip in self.clips if is_held_out(clip.name)), MappingProxyType(bodies), self.held_out_bodies
        )

    def everyday(self) -> MotionLibrary:
        """Everyday motion that is only ever evaluated on; empty where the folder has none."""
        bodies = {name: offsets for name, offsets in self.bodies.items() if name in self.everyday_bodies}
        clips = tuple(clip for clip in self.clips if _matches(clip.name, EVERYDAY_CLIPS))
        return MotionLibrary(clips, MappingProxyType(bodies), frozenset(), self.everyday_bodies)

    def joined(self, other: MotionLibrary) -> MotionLibrary:
        """Both libraries' clips and bodies in one."""
        bodies = MappingProxyType({**self.bodies, **other.bodies})
        return MotionLibrary(
            self.clips + other.clips,
            bodies,
            self.held_out_bodies | other.held_out_bodies,
            self.everyday_bodies | other.everyday_bodies,
        )


def load_motion(folder: Path) -> MotionLibrary:
    """All clips and bodies of a motion folder: two motion files, a skeleton file, a list of suspect clips; and of the
    folder MORE_FOLDER in it, where there is one, with more files and its own list and skeletons in their place.

    Raises FileNotFoundError where the folder or one of its files is missing, ValueError where a file holds something
    else.
    """
    for name in (*MOTION_FILES, SKELETON_FILE, SUSPECTS_FILE):
        if not (folder / name).is_file():
            raise FileNotFoundError(
                f"The motion folder {folder} has no {name}; name the folder that holds it, or train on a folder of BVH files of your own with --bvh FOLDER."
            )
    more = folder / MORE_FOLDER
    tables = more if more.is_dir() else folder
    files = [folder / name for name in MOTION_FILES] + [more / name for name in MORE_FILES if (more / name).is_file()]
    try:
        bodies = _read_bodies(tables / SKELETON_FILE)
        suspects = frozenset(json.loads((tables / SUSPECTS_FILE).read_text(encoding="utf-8")))
        clips = tuple(clip for file in files for clip in _read_clips(file, bodies, suspects))
    except (KeyError, OSError, ValueError, EOFError, BadZipFile, zlib.error) as error:
        raise ValueError(f"The motion folder {folder} cannot be read ({error}); fetch its files again.") from error
    log.info("%d clips on %d bodies from %s", len(clips), len(bodies), folder)
    held_out = frozenset(name for name in bodies if _matches(name, HELD_OUT_BODIES))
    everyday = frozenset(name for name in bodies if _matches(name, EVERYDAY_BODIES))
    return MotionLibrary(clips, MappingProxyType(bodies), held_out, everyday)


def find_clips(folder: Path, names: Iterable[str]) -> dict[str, MotionClip]:
    """The clips of these names, from any motion file of the folder or of `more/` in it; a name that none has is left
    out.
    """
    wanted = frozenset(names)
    found: dict[str, MotionClip] = {}
    for place in (folder, folder / "more"):
        bodies = _read_bodies(place / SKELETON_FILE) if (place / SKELETON_FILE).is_file() else {}
        for path in sorted(place.glob("*_30fps.npz")) if bodies else ():
            found |= {clip.name: clip for clip in _read_clips(path, bodies, frozenset(), wanted)}
    return found


def is_held_out(clip_name: str) -> bool:
    """Whether a clip of this name is kept for evaluation."""
    return _matches(clip_name, HELD_OUT_CLIPS)


def is_held_out_twin(clip_name: str) -> bool:
    """Whether the clip is of a subject that the held-out clips show under another name."""
    return _matches(clip_name, (twin.clips for twin in HELD_OUT_TWINS))


def clip_weights(library: MotionLibrary) -> NDArray[np.float64]:
    """(clips,) float64, summing to 1: how often to draw from each clip.

    A category is drawn in proportion to the square root of its sound minutes, but none more than a quarter of the time;
    a clip within its category in proportion to its own.
    """
    categories = np.array([clip.category for clip in library.clips])
    minutes = np.array([clip.minutes for clip in library.clips], dtype=np.float64)
    names = np.unique(categories)
    totals = np.array([minutes[categories == name].sum() for name in names])
    shares = dict(zip(names, _capped_shares(np.sqrt(totals)), strict=True))
    sums = dict(zip(names, np.maximum(totals, 1e-12), strict=True))
    return np.array(
        [shares[name] * length / sums[name] for name, length in zip(categories, minutes, strict=True)], dtype=np.float64
    )


def world_rotations(local_quaternions: Array) -> Array:
    """(T, 24, 4) unit local quaternions w x y z to (T, 24, 3, 3) float32 world rotations: R[j] = R[parent] ·
    R_local[j].
    """
    matrices = quaternion_matrices(local_quaternions)
    for joint, parent in enumerate(CANONICAL_PARENTS):
        if parent >= 0:
            matrices[:, joint] = matrices[:, parent] @ matrices[:, joint]
    return matrices


def joint_positions(rotations: Array, offsets: Array, root: Array) -> Array:
    """(T, 24, 3) float32 positions from (T, 24, 3, 3) world rotations, (24, 3) offsets and (T, 3) root: P[j] =
    P[parent] + R[parent] · offset[j].
    """
    positions = np.empty((len(root), CANONICAL_COUNT, 3), dtype=np.float32)
    for joint, parent in enumerate(CANONICAL_PARENTS):
        positions[:, joint] = root if parent < 0 else positions[:, parent] + rotations[:, parent] @ offsets[joint]
    return positions


def quaternion_matrices(quaternions: Array) -> Array:
    """(…, 4) unit quaternions w x y z to (…, 3, 3) float32 rotation matrices."""
    w, x, y, z = np.moveaxis(np.asarray(quaternions, dtype=np.float32), -1, 0)
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )
    matrices: Array = np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)
    return matrices


def rest_positions(offsets: Array) -> Array:
    """(24, 3) float32, metres: the T-pose of a body, its root at the origin."""
    identity = np.broadcast_to(np.eye(3, dtype=np.float32), (1, CANONICAL_COUNT, 3, 3))
    rest: Array = joint_positions(identity, offsets, np.zeros((1, 3), dtype=np.float32))[0]
    return rest


def leg_length(offsets: Array) -> float:
    """Thigh + shin of a (24, 3) table of offsets, right and left averaged, metres."""
    legs = [CANONICAL_INDEX[name] for name in ("LLeg", "LFoot", "RLeg", "RFoot")]
    return float(np.linalg.norm(offsets[legs], axis=1).sum()) / 2


def find_glitches(rotations: Array, joints: Array, fps: float, limits: JumpLimits) -> Mask:
    """(T,) bool: frames at which a joint jumps, and the few between two jumps.

    `rotations` (T, 24, 4) local quaternions, `joints` (T, 24, 3) metres.
    """
    jumps: Mask = np.zeros(len(rotations), dtype=np.bool_)
    turned = 2 * np.degrees(np.arccos(np.clip(np.abs((rotations[1:] * rotations[:-1]).sum(-1)), 0, 1)))
    leaps = turned.max(axis=1, initial=0) * fps / 30 > limits.turn
    jumps[1:] |= leaps
    jumps[:-1] |= leaps
    acceleration = np.linalg.norm(np.diff(joints, 2, axis=0), axis=-1).max(axis=1, initial=0) * fps**2
    for shift in range(3):
        jumps[shift : len(jumps) - 2 + shift] |= acceleration > limits.acceleration
    at = np.flatnonzero(jumps)
    for first, last in pairwise(at):
        if last - first <= GAP_FRAMES:
            jumps[first:last] = True
    return jumps


def _read_bodies(path: Path) -> dict[str, Array]:
    with np.load(path) as data:
        return {str(name): with_head_end(offsets) for name, offsets in zip(data["name"], data["off"], strict=True)}


def with_head_end(offsets: ArrayLike) -> Array:
    """(24, 3) float32 offsets whose head bone has an end: where it has none, straight up and as long as other bodies'
    heads are for their torso.
    """
    table = np.array(offsets, dtype=np.float32)
    if not table[CANONICAL_INDEX["HeadEnd"]].any():
        rest = JOINT_WEIGHTS @ rest_positions(table)
        table[CANONICAL_INDEX["HeadEnd"], 1] = HEAD_BONE_TO_TORSO * np.linalg.norm(
            rest[Joint.NECK] - rest[Joint.MID_HIP]
        )
    table.setflags(write=False)
    return table


def _read_clips(
    path: Path, bodies: Mapping[str, Array], suspects: frozenset[str], wanted: frozenset[str] | None = None
) -> Iterable[MotionClip]:
    """The clips of a file, or those of them that are wanted."""
    with np.load(path) as data:
        if (
            tuple(str(name) for name in data["joints"]) != CANONICAL_JOINTS
            or tuple(int(parent) for parent in data["parents"]) != CANONICAL_PARENTS
        ):
            raise ValueError(f"{path.name} is on another skeleton than the canonical one")
        arrays = {
            key: data[key]
            for key in ("q", "root_mm", "start", "stored", "clip", "category", "source", "skel", "skel_names")
        }
        fps = float(data["fps"])
    for index, label in enumerate(arrays["clip"]):
        name = str(label)
        if wanted is not None and name not in wanted:
            continue
        frames = slice(int(arrays["start"][index]), int(arrays["start"][index + 1]))
        rotations = _decode_rotations(arrays["q"][:, frames], arrays["stored"])
        root = (np.cumsum(arrays["root_mm"][:, frames], axis=1, dtype=np.int64).T / 1000).astype(np.float32)
        body = str(arrays["skel_names"][arrays["skel"][index]])
        body = BODY_ALIASES.get(body, body)
        joints = joint_positions(world_rotations(rotations), bodies[body], root)
        glitch = find_glitches(rotations, joints, fps, SUSPECT_LIMITS if name in suspects else ORDINARY_LIMITS)
        yield MotionClip(
            name=name,
            subject=_subject(name),
            category=str(arrays["category"][index]),
            source=str(arrays["source"][index]),
            fps=fps,
            rotations=rotations,
            root=root,
            body=body,
            offsets=bodies[body],
            glitch=glitch,
        )


def _decode_rotations(coded: NDArray[np.int16], stored: NDArray[np.int8]) -> Array:
    """(joints · 4, T) int16, differences along time, to (T, 24, 4) float32 unit quaternions; joints that are not stored
    stay at the identity.
    """
    numbers = (np.cumsum(coded, axis=1, dtype=np.int32) + 32768) % 65536 - 32768
    quaternions = np.zeros((coded.shape[1], CANONICAL_COUNT, 4), dtype=np.float32)
    quaternions[..., 0] = 1
    quaternions[:, stored] = numbers.reshape(len(stored), 4, -1).transpose(2, 0, 1)
    quaternions /= np.linalg.norm(quaternions, axis=-1, keepdims=True)
    return quaternions


def _subject(clip_name: str) -> str:
    """`cmu_35_01` is subject 35's, `cmu_fbx_85_03` 85's; elsewhere the take's number is cut off: `cmu_daz_salsa`."""
    words = clip_name.split("_")
    if words[0] == "kaykit":
        return "kaykit"
    return next((word for word in words[1:-1] if word.isdigit()), "_".join(words[:-1]))


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _on_training_body(clip: MotionClip, bodies: Mapping[str, Array]) -> MotionClip:
    if clip.body in bodies:
        return clip
    length = leg_length(clip.offsets)
    nearest = min(bodies, key=lambda name: abs(leg_length(bodies[name]) - length))
    return clip.on_body(nearest, bodies[nearest])


def _capped_shares(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares that sum to 1, in proportion to the weights but for those that would exceed the largest share allowed."""
    cap = max(LARGEST_CATEGORY_SHARE, 1 / max(len(weights), 1))
    shares: NDArray[np.float64] = weights / weights.sum()
    capped = np.zeros(len(shares), dtype=np.bool_)
    while (shares > cap * (1 + 1e-9)).any():
        capped |= shares > cap
        shares[capped] = cap
        shares[~capped] = weights[~capped] / weights[~capped].sum() * (1 - cap * capped.sum())
    return shares
