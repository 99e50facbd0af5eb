"""Motion of one's own to train on: a folder of BVH files, read onto the canonical skeleton.

A BVH file holds a tree of joints with any names, any rest pose and any axes. Nothing is asked of its rest pose: each
joint keeps the rotations of the file, turned once by a constant so that at rest its bone points as it does in the
T-pose. Joint positions are those of the file; how a bone rolls about its own length is right up to that constant.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation, Slerp

from blender_addon.core.skeleton import Joint

from .motion_library import (
    CANONICAL_COUNT,
    CANONICAL_INDEX,
    CANONICAL_JOINTS,
    CANONICAL_PARENTS,
    JOINT_WEIGHTS,
    ORDINARY_LIMITS,
    Array,
    MotionClip,
    MotionLibrary,
    find_glitches,
    joint_positions,
    leg_length,
    with_head_end,
    world_rotations,
)

log = logging.getLogger(__name__)

Doubles = NDArray[np.float64]

FPS = 30.0
ADULT_LEG = 0.84
"""Thigh + shin in metres of an adult of 1.7 m: it gives a file its unit."""
HEAD_BONE_RANGE = (0.08, 0.6)
"""A head bone's length over the torso's; an end site outside it says nothing about the head, which then gets the length
of other heads.
"""
RIGID = 0.02
"""How far, in leg lengths, a bone's end may stray from where a rigid bone would have it before it is worth a warning.
"""

KNOWN_PREFIX = re.compile(r"^(mixamorig|bip|character|ccbase|valvebipedbip|def)\d*")
"""What exporters put before every joint's name."""

SIDES: dict[str, tuple[str, ...]] = {"L": ("left{}", "l{}", "{}left", "{}l"), "R": ("right{}", "r{}", "{}right", "{}r")}


@dataclass(frozen=True)
class NamingFamily:
    """What one family of rigs calls the limbs, without the side: canonical name to the names that it may bear, lower
    case, letters and digits only.
    """

    name: str
    limbs: Mapping[str, tuple[str, ...]]


NAMING_FAMILIES: tuple[NamingFamily, ...] = (
    NamingFamily(
        "MotionBuilder, CMU, Mixamo",
        {
            "UpLeg": ("upleg",),
            "Leg": ("leg",),
            "Foot": ("foot",),
            "Arm": ("arm",),
            "ForeArm": ("forearm",),
            "Hand": ("hand",),
        },
    ),
    NamingFamily(
        "Unity humanoid, VRM",
        {
            "UpLeg": ("upperleg",),
            "Leg": ("lowerleg",),
            "Foot": ("foot",),
            "Arm": ("upperarm",),
            "ForeArm": ("lowerarm",),
            "Hand": ("hand",),
        },
    ),
    NamingFamily(
        "Biped, Unreal, Rigify",
        {
            "UpLeg": ("thigh",),
            "Leg": ("calf", "shin"),
            "Foot": ("foot",),
            "Arm": ("upperarm",),
            "ForeArm": ("forearm", "lowerarm"),
            "Hand": ("hand",),
        },
    ),
    NamingFamily(
        "DAZ, Poser",
        {
            "UpLeg": ("thigh", "thighbend"),
            "Leg": ("shin",),
            "Foot": ("foot",),
            "Arm": ("shldr", "shldrbend"),
            "ForeArm": ("forearm", "forearmbend"),
            "Hand": ("hand",),
        },
    ),
    NamingFamily(
        "Biovision, ACCAD, Xsens, SMPL",
        {
            "UpLeg": ("hip",),
            "Leg": ("knee",),
            "Foot": ("ankle",),
            "Arm": ("shoulder",),
            "ForeArm": ("elbow",),
            "Hand": ("wrist",),
        },
    ),
    NamingFamily(
        "Acclaim",
        {
            "UpLeg": ("femur",),
            "Leg": ("tibia",),
            "Foot": ("foot",),
            "Arm": ("humerus",),
            "ForeArm": ("radius",),
            "Hand": ("wrist", "hand"),
        },
    ),
)
HEAD_NAMES: tuple[str, ...] = ("head", "spine006")

REST_DIRECTIONS: dict[str, tuple[float, float, float]] = {
    **dict.fromkeys(
        ("Spine", "Spine1", "Chest", "Neck", "Neck1", "Head", "HeadEnd", "LClav", "RClav"), (0.0, 1.0, 0.0)
    ),
    "LArm": (0.95, 0.31, 0.0),
    "RArm": (-0.95, 0.31, 0.0),
    **dict.fromkeys(("LForeArm", "LHand"), (1.0, 0.0, 0.0)),
    **dict.fromkeys(("RForeArm", "RHand"), (-1.0, 0.0, 0.0)),
    **dict.fromkeys(("LLeg", "LFoot", "RLeg", "RFoot"), (0.0, -1.0, 0.0)),
    **dict.fromkeys(("LToe", "RToe"), (0.0, -0.24, 0.97)),
}
"""Where the bone that ends in a joint points in the T-pose."""

ACROSS: dict[str, tuple[str, str]] = {"Hips": ("LUpLeg", "RUpLeg"), "Chest": ("LArm", "RArm")}
"""The joints that carry three bones: turned by the line from their right child to their left, and by the torso."""


@dataclass(frozen=True)
class BvhJoint:
    """One joint of the tree: its name ("" for an end site), its parent's index (-1 at a root), its offset and its
    channels in the file's order.
    """

    name: str
    parent: int
    offset: tuple[float, float, float]
    channels: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class BvhMotion:
    """A BVH file as it stands: joints, parents before children; `values` (T, channels) in degrees and the file's unit;
    seconds a frame.
    """

    joints: tuple[BvhJoint, ...]
    values: Doubles
    frame_time: float

    def world_pose(self) -> tuple[Doubles, Doubles]:
        """Every joint's world rotation (T, J, 3, 3) and position (T, J, 3), in the file's axes and unit."""
        frames, count = len(self.values), len(self.joints)
        rotations, positions = np.empty((frames, count, 3, 3)), np.empty((frames, count, 3))
        column = 0
        for index, joint in enumerate(self.joints):
            channels = self.values[:, column : column + len(joint.channels)]
            column += len(joint.channels)
            # A position channel takes the place of the offset: so do MotionBuilder and Blender read it.
            local_position = np.tile(np.array(joint.offset), (frames, 1))
            for at, name in enumerate(joint.channels):
                if name.endswith("position"):
                    local_position[:, "XYZ".index(name[0])] = channels[:, at]
            turns = [at for at, name in enumerate(joint.channels) if name.endswith("rotation")]
            order = "".join(joint.channels[at][0] for at in turns)
            local = (
                Rotation.from_euler(order, channels[:, turns], degrees=True).as_matrix()
                if turns
                else np.broadcast_to(np.eye(3), (frames, 3, 3))
            )
            if joint.parent < 0:
                rotations[:, index], positions[:, index] = local, local_position
            else:
                rotations[:, index] = rotations[:, joint.parent] @ local
                positions[:, index] = (
                    positions[:, joint.parent] + (rotations[:, joint.parent] @ local_position[..., None])[..., 0]
                )
        return rotations, positions


def load_bvh_folder(folder: Path) -> MotionLibrary:
    """Every BVH file in a folder and the folders in it, as clips of 30 frames a second on the canonical skeleton.

    A clip's category is the folder it lies in. Sizes are made those of a person of 1.7 m by the length of the legs.
    Which way is up is asked of all files together: where heads stand above feet. Raises FileNotFoundError where there
    is no BVH file, ValueError where one cannot be read.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".bvh") if folder.is_dir() else []
    if not paths:
        raise FileNotFoundError(f"The folder {folder} holds no BVH files; name one that does with --bvh FOLDER.")
    clips: list[MotionClip] = []
    bodies: dict[str, Array] = {}
    for path in paths:
        clip = _clip(path, folder)
        # One performer in many files is one body: bones alike to a centimetre.
        body = next((name for name, offsets in bodies.items() if _same_build(offsets, clip.offsets)), clip.name)
        bodies.setdefault(body, clip.offsets)
        clips.append(replace(clip, body=body))
    upright = _upright(clips)
    log.info("%d clips on %d bodies from %s", len(clips), len(bodies), folder)
    return MotionLibrary(tuple(_turned(clip, upright) for clip in clips), MappingProxyType(bodies))


def read_bvh(path: Path) -> BvhMotion:
    """The joints and the motion of a BVH file. Raises ValueError, naming the file, where it is not one or is damaged."""
    try:
        hierarchy, separator, motion = path.read_text(encoding="utf-8", errors="replace").partition("MOTION")
        if not separator:
            raise ValueError("it has no MOTION part")
        joints = _parse_hierarchy(hierarchy)
        values, frame_time = _parse_motion(motion, sum(len(joint.channels) for joint in joints))
    except (ValueError, IndexError) as error:
        raise ValueError(
            f"The BVH file {path} cannot be read: {error}; export it again or take it out of the folder."
        ) from error
    return BvhMotion(joints, values, frame_time)


def _parse_hierarchy(text: str) -> tuple[BvhJoint, ...]:
    names: list[str] = []
    parents: list[int] = []
    offsets: dict[int, tuple[float, float, float]] = {}
    channels: dict[int, tuple[str, ...]] = {}
    open_joints: list[int] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        keyword = words[0].upper() if words else ""
        if keyword in ("ROOT", "JOINT", "END"):
            parents.append(open_joints[-1] if open_joints else -1)
            open_joints.append(len(names))
            names.append("" if keyword == "END" else " ".join(words[1:]).rstrip("{ "))
        elif keyword == "}":
            if not open_joints:
                raise ValueError(f"a bracket too many in line {number}")
            open_joints.pop()
        elif keyword in ("OFFSET", "CHANNELS"):
            if not open_joints:
                raise ValueError(f"{keyword} outside a joint in line {number}")
            if keyword == "OFFSET":
                offsets[open_joints[-1]] = (float(words[1]), float(words[2]), float(words[3]))
            else:
                channels[open_joints[-1]] = _parse_channels(words, number)
    if not names or open_joints:
        raise ValueError("its HIERARCHY part is not whole")
    if missing := [name or "End Site" for index, name in enumerate(names) if index not in offsets]:
        raise ValueError(f"the joint {missing[0]} has no OFFSET")
    return tuple(
        BvhJoint(name, parents[index], offsets[index], channels.get(index, ())) for index, name in enumerate(names)
    )


def _parse_channels(words: Sequence[str], line_number: int) -> tuple[str, ...]:
    """`CHANNELS 3 Zrotation Xrotation Yrotation` to the three names."""
    names = tuple(word[0].upper() + word[1:].lower() for word in words[2:])
    if len(set(names)) != int(words[1]) or not all(re.fullmatch("[XYZ](position|rotation)", name) for name in names):
        raise ValueError(f"the channels of line {line_number} are not what they should be")
    return names


def _parse_motion(text: str, channel_count: int) -> tuple[Doubles, float]:
    header = re.match(r"\s*Frames:\s*(\d+)\s*Frame\s+Time:\s*(\S+)", text, flags=re.IGNORECASE)
    if header is None:
        raise ValueError("its MOTION part does not say how many frames it has and how long one is")
    frames, frame_time = int(header[1]), float(header[2])
    values = np.array(text[header.end() :].split(), dtype=np.float64)
    if frames < 1 or values.size != frames * channel_count:
        raise ValueError(
            f"{frames} frames of {channel_count} channels are announced and {values.size} numbers are there"
        )
    if not np.isfinite(values).all() or not frame_time > 0 or not np.isfinite(frame_time):
        raise ValueError("its MOTION part holds a number that is not finite")
    return values.reshape(frames, channel_count), frame_time


@dataclass(frozen=True, eq=False)
class _Take:
    """What a file says about canonical joints: for each the file's joint it is (-1 where it has none), and every
    joint's pose in the file's axes.
    """

    path: Path
    fps: float
    sources: tuple[int, ...]
    rotations: Doubles
    positions: Doubles

    @classmethod
    def read(cls, path: Path) -> _Take:
        motion = read_bvh(path)
        rotations, positions = motion.world_pose()
        return cls(path, 1 / motion.frame_time, _find_sources(motion.joints, path), rotations, positions)

    def position(self, name: str) -> Doubles:
        """(T, 3) of a canonical joint."""
        return self.positions[:, self.sources[CANONICAL_INDEX[name]]]

    def rotation(self, name: str) -> Doubles:
        """(T, 3, 3) of a canonical joint."""
        return self.rotations[:, self.sources[CANONICAL_INDEX[name]]]

    def middle(self, part: str) -> Doubles:
        """(T, 3), between the left and the right joint of that name."""
        return (self.position("L" + part) + self.position("R" + part)) / 2


def _find_sources(joints: Sequence[BvhJoint], path: Path) -> tuple[int, ...]:
    """For each canonical joint, the index of the file's joint that it is, -1 where there is none: limbs by name, the
    rest by the tree.
    """
    limbs = _find_limbs(joints, path)
    hips = _common_ancestor(joints, limbs["LUpLeg"], limbs["RUpLeg"])
    chest = _common_ancestor(joints, limbs["LArm"], limbs["RArm"])
    if hips < 0 or chest < 0:
        raise ValueError(
            f"The legs or the arms of the BVH file {path} hang on no common joint; export one body with one root."
        )
    found = {**limbs, "Hips": hips, "Chest": chest}
    found |= _spread(("Spine", "Spine1"), _between(joints, hips, chest))
    found |= _spread(("Neck", "Neck1"), _between(joints, chest, limbs["Head"]))
    for side in SIDES:
        found |= _spread((side + "Clav",), _between(joints, chest, limbs[side + "Arm"]))
        found |= _spread((side + "Toe",), _children(joints, limbs[side + "Foot"]))
    found |= _spread(
        ("HeadEnd",),
        [
            child
            for child in _children(joints, limbs["Head"])
            if not joints[child].name or "end" in joints[child].name.lower()
        ],
    )
    return tuple(found.get(name, -1) for name in CANONICAL_JOINTS)


def _find_limbs(joints: Sequence[BvhJoint], path: Path) -> dict[str, int]:
    """The index of the head and of the twelve limb joints, by the naming family that knows most of them."""
    keys: dict[str, int] = {}
    for index, joint in enumerate(joints):
        plain = re.sub("[^a-z0-9]", "", joint.name.rpartition(":")[2].lower())
        keys.setdefault(KNOWN_PREFIX.sub("", plain), index)
    best: dict[str, int] = {}
    for family in NAMING_FAMILIES:
        wanted = {
            side + limb: [form.format(name) for name in names for form in forms]
            for limb, names in family.limbs.items()
            for side, forms in SIDES.items()
        }
        wanted["Head"] = list(HEAD_NAMES)
        found = {limb: next((keys[name] for name in names if name in keys), -1) for limb, names in wanted.items()}
        known = {limb: index for limb, index in found.items() if index >= 0}
        best = max(best, known, key=len)
    missing = [
        name
        for name in CANONICAL_JOINTS
        if name not in best and name.endswith(("UpLeg", "Leg", "Foot", "Arm", "Hand", "Head"))
    ]
    if missing:
        names = ", ".join(joint.name for joint in joints if joint.name)
        families = "; ".join(family.name for family in NAMING_FAMILIES)
        raise ValueError(
            f"The BVH file {path} has no joint known as {', '.join(missing)} among {names}; name its joints as one of these does: {families}."
        )
    return best


def _ancestry(joints: Sequence[BvhJoint], index: int) -> list[int]:
    """A joint, its parent, and so on up to the root."""
    line = [index]
    while joints[line[-1]].parent >= 0:
        line.append(joints[line[-1]].parent)
    return line


def _common_ancestor(joints: Sequence[BvhJoint], first: int, second: int) -> int:
    line = set(_ancestry(joints, second))
    return next((index for index in _ancestry(joints, first) if index in line), -1)


def _between(joints: Sequence[BvhJoint], start: int, end: int) -> list[int]:
    """The joints on the way from one joint to another, without the two."""
    meeting = _common_ancestor(joints, start, end)
    up, down = _ancestry(joints, start), _ancestry(joints, end)
    way = up[: up.index(meeting) + 1] + down[: down.index(meeting)][::-1]
    return [index for index in way if index not in (start, end)]


def _children(joints: Sequence[BvhJoint], parent: int) -> list[int]:
    """A joint's children at a distance from it."""
    return [index for index, joint in enumerate(joints) if joint.parent == parent and any(joint.offset)]


def _spread(names: Sequence[str], chain: Sequence[int]) -> dict[str, int]:
    """As many of the names as there are joints in the chain, evenly over the chain where it is longer."""
    count = min(len(names), len(chain))
    picks = np.round(np.linspace(0, len(chain) - 1, count)).astype(int)
    return {name: chain[pick] for name, pick in zip(names, picks, strict=False)}


def _clip(path: Path, folder: Path) -> MotionClip:
    """A file's motion at 30 frames a second, upright or not."""
    take = _Take.read(path)
    rotations, root, offsets = _solve(take)
    rotations, root = _at_30_fps(rotations, root, take.fps)
    joints = joint_positions(world_rotations(rotations), offsets, root)
    name = f"bvh/{path.relative_to(folder).with_suffix('').as_posix()}"
    return MotionClip(
        name=name,
        subject=path.parent.name,
        category=path.parent.name if path.parent != folder else "bvh",
        source="bvh",
        fps=FPS,
        rotations=rotations,
        root=root,
        body=name,
        offsets=offsets,
        glitch=find_glitches(rotations, joints, FPS, ORDINARY_LIMITS),
    )


def _same_build(first: Array, second: Array) -> bool:
    lengths = np.linalg.norm(first, axis=1), np.linalg.norm(second, axis=1)
    return bool(np.abs(lengths[0] - lengths[1]).max() < 0.01)


def _upright(clips: Iterable[MotionClip]) -> Rotation:
    """From the files' axes to Y up: where heads are above ankles for most of the time, of all files together."""
    standing = np.zeros(3)
    for clip in clips:
        joints = JOINT_WEIGHTS @ clip.joints()
        rise = joints[:, Joint.HEAD] - (joints[:, Joint.LEFT_ANKLE] + joints[:, Joint.RIGHT_ANKLE]) / 2
        standing += (rise / np.maximum(np.linalg.norm(rise, axis=1, keepdims=True), 1e-9)).sum(axis=0)
    up = np.zeros(3)
    axis = int(np.abs(standing).argmax())
    up[axis] = np.sign(standing[axis]) or 1.0
    return Rotation.align_vectors([[0.0, 1.0, 0.0]], up[None])[0]


def _turned(clip: MotionClip, turn: Rotation) -> MotionClip:
    """The clip in other world axes: only its root knows of them."""
    rotations = clip.rotations.copy()
    rotations[:, 0] = (turn * Rotation.from_quat(rotations[:, 0], scalar_first=True)).as_quat(scalar_first=True)
    return replace(clip, rotations=rotations, root=turn.apply(clip.root).astype(np.float32))


def _solve(take: _Take) -> tuple[Array, Array, Array]:
    """Local quaternions (T, 24, 4), root (T, 3) metres and offsets (24, 3) metres of a take on the canonical
    skeleton, in the file's axes.
    """
    world = np.empty((len(take.positions), CANONICAL_COUNT, 3, 3))
    offsets = np.zeros((CANONICAL_COUNT, 3))
    stray = 0.0
    for joint, name in enumerate(CANONICAL_JOINTS):
        parent = CANONICAL_PARENTS[joint]
        if take.sources[joint] < 0:
            world[:, joint] = world[:, parent]
            continue
        world[:, joint] = take.rotation(name) @ _rest_turn(take, joint, world)
        anchor = _nearest_source(take.sources, parent)
        if anchor >= 0:
            bone = take.position(name) - take.position(CANONICAL_JOINTS[anchor])
            local = _in_frame(world[:, anchor], bone)
            offsets[joint] = local.mean(axis=0)
            stray = max(stray, float(np.linalg.norm(local - offsets[joint], axis=1).max()))
    leg = leg_length(offsets.astype(np.float32))
    if not leg > 0:
        raise ValueError(f"The legs of the BVH file {take.path} have no length; export it with its skeleton's offsets.")
    if stray > RIGID * leg:
        log.warning(
            "%s: bones stretch by up to %.0f %% of the leg's length; they are read at their mean length",
            take.path,
            100 * stray / leg,
        )
    parents = np.maximum(CANONICAL_PARENTS, 0)
    local_rotations = np.swapaxes(world[:, parents], -1, -2) @ world
    local_rotations[:, 0] = world[:, 0]
    quaternions = (
        Rotation.from_matrix(local_rotations.reshape(-1, 3, 3))
        .as_quat(scalar_first=True)
        .reshape(-1, CANONICAL_COUNT, 4)
    )
    torso = np.linalg.norm(take.middle("Arm") - take.middle("UpLeg"), axis=1).mean()
    head_end = CANONICAL_INDEX["HeadEnd"]
    if not HEAD_BONE_RANGE[0] * torso < np.linalg.norm(offsets[head_end]) < HEAD_BONE_RANGE[1] * torso:
        offsets[head_end] = 0
    scale = ADULT_LEG / leg
    root = take.position("Hips") * scale
    return quaternions.astype(np.float32), root.astype(np.float32), with_head_end(offsets * scale)


def _rest_turn(take: _Take, joint: int, world: Doubles) -> Doubles:
    """(3, 3): the constant B that makes the file's rotations R those of the canonical joint, R · B, which is the
    identity in the T-pose.

    `world` (T, 24, 3, 3) holds the canonical rotations of the joints before this one.
    """
    name = CANONICAL_JOINTS[joint]
    rotation = take.rotation(name)
    if name in ACROSS:
        left, right = ACROSS[name]
        torso = take.middle("Arm") - take.middle("UpLeg")
        across = _in_frame(rotation, take.position(left) - take.position(right)).mean(axis=0)
        return _frame(across, _in_frame(rotation, torso).mean(axis=0))
    # Where the bone alone leaves the roll open, the joint rolls with its parent on average.
    relative = np.swapaxes(rotation, -1, -2) @ world[:, CANONICAL_PARENTS[joint]]
    mean: Doubles = Rotation.from_matrix(relative).mean().as_matrix()
    child = next((index for index in _first_line(joint) if take.sources[index] >= 0), -1)
    if child < 0:
        return mean
    bone = _in_frame(rotation, take.position(CANONICAL_JOINTS[child]) - take.position(name)).mean(axis=0)
    if not bone.any():
        return mean
    return _shortest_turn(mean @ np.array(REST_DIRECTIONS[CANONICAL_JOINTS[child]]), bone) @ mean


def _first_line(joint: int) -> list[int]:
    """A canonical joint's first child, that one's first child, and so on."""
    line = [joint]
    while line[-1] in CANONICAL_PARENTS:
        line.append(CANONICAL_PARENTS.index(line[-1]))
    return line[1:]


def _nearest_source(sources: Sequence[int], joint: int) -> int:
    """The joint itself or its nearest ancestor that the file has, -1 above the root."""
    while joint >= 0 and sources[joint] < 0:
        joint = CANONICAL_PARENTS[joint]
    return joint


def _in_frame(rotations: Doubles, vectors: Doubles) -> Doubles:
    """(T, 3) world vectors as seen from (T, 3, 3) rotated frames."""
    seen: Doubles = np.einsum("tji,tj->ti", rotations, vectors)
    return seen


def _frame(across: Doubles, up: Doubles) -> Doubles:
    """(3, 3) with columns x along `across` and y nearest to `up`."""
    x = across / max(float(np.linalg.norm(across)), 1e-12)
    z = np.cross(x, up)
    z /= max(float(np.linalg.norm(z)), 1e-12)
    return np.stack([x, np.cross(z, x), z], axis=1)


def _shortest_turn(start: Doubles, end: Doubles) -> Doubles:
    """(3, 3) rotation that turns one direction into another on the shortest way."""
    turn: Doubles = Rotation.align_vectors(end[None], start[None])[0].as_matrix()
    return turn


def _at_30_fps(rotations: Array, root: Array, fps: float) -> tuple[Array, Array]:
    """Local quaternions and root, interpolated at 30 frames a second."""
    count = len(rotations)
    if count == 1 or abs(fps - FPS) < 0.01 * FPS:
        return rotations, root
    given = np.arange(count) / fps
    # A file rounds its frame time, so that its last frame may fall just short of one of ours.
    wanted = np.minimum(np.arange(int(given[-1] * FPS + 0.01) + 1) / FPS, given[-1])
    turned = [
        Slerp(given, Rotation.from_quat(rotations[:, joint], scalar_first=True))(wanted).as_quat(scalar_first=True)
        for joint in range(CANONICAL_COUNT)
    ]
    moved = [np.interp(wanted, given, root[:, axis]) for axis in range(3)]
    return np.stack(turned, axis=1).astype(np.float32), np.stack(moved, axis=1).astype(np.float32)
