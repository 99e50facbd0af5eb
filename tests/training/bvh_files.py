"""Hand-made motion, and BVH files of it as other programs write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from training.motion_library import (
    CANONICAL_INDEX,
    CANONICAL_JOINTS,
    CANONICAL_PARENTS,
    Array,
    MotionClip,
    world_rotations,
)

OFFSETS: dict[str, tuple[float, float, float]] = {
    "Hips": (0, 0, 0),
    "Spine": (0, 0.08, -0.01),
    "Spine1": (0, 0.12, -0.01),
    "Chest": (0, 0.13, 0),
    "Neck": (0, 0.18, 0.01),
    "Neck1": (0, 0.05, 0.01),
    "Head": (0, 0.05, 0.01),
    "HeadEnd": (0, 0.1, 0),
    "LClav": (0.03, 0.13, 0.02),
    "LArm": (0.14, 0.02, -0.02),
    "LForeArm": (0.29, 0, 0),
    "LHand": (0.26, 0, 0),
    "RClav": (-0.03, 0.13, 0.02),
    "RArm": (-0.14, 0.02, -0.02),
    "RForeArm": (-0.29, 0, 0),
    "RHand": (-0.26, 0, 0),
    "LUpLeg": (0.09, -0.04, 0),
    "LLeg": (0, -0.42, 0),
    "LFoot": (0, -0.42, 0),
    "LToe": (0, -0.04, 0.14),
    "RUpLeg": (-0.09, -0.04, 0),
    "RLeg": (0, -0.42, 0),
    "RFoot": (0, -0.42, 0),
    "RToe": (0, -0.04, 0.14),
}
BODY: Array = np.array([OFFSETS[name] for name in CANONICAL_JOINTS], dtype=np.float32)


def named(limbs: str, rest: str, head: str = "Head") -> dict[str, str]:
    """Canonical names to a family's: `limbs` are the twelve limb joints, left then right, `rest` is what the other
    joints are called by.
    """
    joints = [side + limb for side in "LR" for limb in ("UpLeg", "Leg", "Foot", "Arm", "ForeArm", "Hand")]
    names = {name: rest.format(name) for name in CANONICAL_JOINTS}
    return {**names, **dict(zip(joints, limbs.split(","), strict=True)), "Head": head}


def both_sides(pattern: str, limbs: str, left: str, right: str) -> str:
    return ",".join(pattern.format(side=side, limb=limb) for side in (left, right) for limb in limbs.split(","))


FAMILIES: dict[str, dict[str, str]] = {
    "motionbuilder": named(both_sides("{side}{limb}", "UpLeg,Leg,Foot,Arm,ForeArm,Hand", "Left", "Right"), "{}"),
    "mixamo": named(
        both_sides("mixamorig:{side}{limb}", "UpLeg,Leg,Foot,Arm,ForeArm,Hand", "Left", "Right"),
        "mixamorig:{}",
        "mixamorig:Head",
    ),
    "unity": named(both_sides("{limb}_{side}", "UpperLeg,LowerLeg,Foot,UpperArm,LowerArm,Hand", "L", "R"), "{}"),
    "biped": named(
        both_sides("Bip01 {side} {limb}", "Thigh,Calf,Foot,UpperArm,Forearm,Hand", "L", "R"), "Bip01 {}", "Bip01 Head"
    ),
    "unreal": named(both_sides("{limb}_{side}", "thigh,calf,foot,upperarm,lowerarm,hand", "l", "r"), "{}", "head"),
    "rigify": named(
        both_sides("DEF-{limb}.{side}", "thigh,shin,foot,upper_arm,forearm,hand", "L", "R"), "DEF-{}", "DEF-spine.006"
    ),
    "poser": named(both_sides("{side}{limb}", "Thigh,Shin,Foot,Shldr,ForeArm,Hand", "l", "r"), "{}", "head"),
    "daz": named(both_sides("{side}{limb}", "ThighBend,Shin,Foot,ShldrBend,ForearmBend,Hand", "l", "r"), "{}", "head"),
    "biovision": named(both_sides("{side}{limb}", "Hip,Knee,Ankle,Shoulder,Elbow,Wrist", "Left", "Right"), "{}"),
    "smpl": named(both_sides("{side}_{limb}", "Hip,Knee,Ankle,Shoulder,Elbow,Wrist", "L", "R"), "{}"),
    "acclaim": named(both_sides("{side}{limb}", "femur,tibia,foot,humerus,radius,wrist", "l", "r"), "{}", "head"),
}


@dataclass(frozen=True)
class Exporter:
    """Writes a clip as a BVH file. `twisted_rest` gives every joint axes and a rest pose of its own; `world` turns the
    whole scene; what is `left_out` is merged with its parent, and must not turn in the clip.
    """

    names: Mapping[str, str] = field(default_factory=lambda: FAMILIES["motionbuilder"])
    order: Literal["XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX"] = "ZXY"
    unit: float = 100.0
    twisted_rest: bool = False
    position_channels: bool = False
    world: Rotation = field(default_factory=Rotation.identity)
    left_out: frozenset[str] = frozenset()

    def write(self, path: Path, clip: MotionClip) -> None:
        count = len(CANONICAL_JOINTS)
        rest = Rotation.random(count, rng=np.random.default_rng(3)) if self.twisted_rest else Rotation.identity(count)
        world = world_rotations(clip.rotations).astype(np.float64)
        turned = self.world.as_matrix() @ world @ rest.as_matrix()
        local = np.swapaxes(turned[:, np.maximum(CANONICAL_PARENTS, 0)], -1, -2) @ turned
        local[:, 0] = turned[:, 0]
        offsets = np.einsum("jba,jb->ja", rest.as_matrix()[np.maximum(CANONICAL_PARENTS, 0)], clip.offsets) * self.unit
        root = self.world.apply(clip.root) * self.unit
        columns: list[NDArray[np.float64]] = []
        lines = ["HIERARCHY", *self._joint(0, offsets, local, root, columns)]
        values = np.concatenate(columns, axis=1)
        lines += ["MOTION", f"Frames: {len(clip)}", f"Frame Time: {1 / clip.fps:.8f}"]
        lines += [" ".join(f"{value:.6f}" for value in frame) for frame in values]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _children(self, joint: int) -> list[int]:
        children = [index for index, parent in enumerate(CANONICAL_PARENTS) if parent == joint]
        return [
            kept
            for child in children
            for kept in (self._children(child) if CANONICAL_JOINTS[child] in self.left_out else [child])
        ]

    def _joint(
        self,
        joint: int,
        offsets: NDArray[np.float64],
        local: NDArray[np.float64],
        root: NDArray[np.float64],
        columns: list[NDArray[np.float64]],
    ) -> list[str]:
        parent = CANONICAL_PARENTS[joint]
        merged = parent >= 0 and CANONICAL_JOINTS[parent] in self.left_out
        own = offsets[joint] + offsets[parent] if merged else offsets[joint]
        offset = "OFFSET " + " ".join(f"{value:.6f}" for value in own)
        children = self._children(joint)
        if CANONICAL_JOINTS[joint] == "HeadEnd":
            return ["End Site", "{", offset, "}"]
        positions = joint == 0 or self.position_channels
        channels = ("Xposition Yposition Zposition " if positions else "") + " ".join(
            f"{axis}rotation" for axis in self.order
        )
        if positions:
            columns.append(root if joint == 0 else np.tile(offsets[joint], (len(root), 1)))
        columns.append(Rotation.from_matrix(local[:, joint]).as_euler(self.order, degrees=True))
        lines = [
            f"{'JOINT' if joint else 'ROOT'} {self.names[CANONICAL_JOINTS[joint]]}",
            "{",
            offset,
            f"CHANNELS {len(channels.split())} {channels}",
        ]
        for child in children:
            lines += self._joint(child, offsets, local, root, columns)
        if not children:
            lines += ["End Site", "{", "OFFSET 0.0 0.0 0.0", "}"]
        return [*lines, "}"]


def waving_walk(seconds: float = 2.0, fps: float = 30.0) -> MotionClip:
    """Somebody walks in a bow, swings one arm and waves with the other."""
    time = np.arange(round(seconds * fps) + 1) / fps
    stride = 2 * np.pi * time
    angles = {
        "Hips": (4 * np.sin(stride), 40 * time, 3 * np.cos(stride)),
        "Spine": (6 + 3 * np.sin(stride), -5 * np.sin(stride), 2 * np.sin(stride)),
        "Chest": (4 * np.cos(stride), -8 * np.sin(stride), 3 * np.cos(stride)),
        "Neck": (5 * np.sin(0.5 * stride), 10 * np.sin(0.7 * stride), 0 * time),
        "Head": (8 * np.sin(0.5 * stride), 25 * np.sin(0.4 * stride), 5 * np.sin(stride)),
        "LClav": (0 * time, 3 * np.sin(stride), 8 * np.sin(stride)),
        "LArm": (10 * np.sin(stride), 20 * np.sin(stride), -75 + 5 * np.cos(stride)),
        "LForeArm": (0 * time, -30 - 20 * np.sin(stride), 0 * time),
        "RArm": (0 * time, 10 * np.sin(stride), -30 + 20 * np.sin(2 * stride)),
        "RForeArm": (15 * np.sin(stride), 60 + 30 * np.sin(3 * stride), 0 * time),
        "LUpLeg": (-30 * np.sin(stride), 0 * time, 4 * np.cos(stride)),
        "LLeg": (30 - 30 * np.cos(stride), 0 * time, 0 * time),
        "LFoot": (10 * np.sin(stride), 5 + 0 * time, 0 * time),
        "RUpLeg": (30 * np.sin(stride), 0 * time, 4 * np.cos(stride)),
        "RLeg": (30 + 30 * np.cos(stride), 0 * time, 0 * time),
    }
    root = np.stack([np.sin(0.7 * time), 0.86 + 0.02 * np.cos(2 * stride), 1.2 * time], axis=-1)
    return hand_made("walk", angles, root, fps)


def standing_wave(seconds: float = 2.0, fps: float = 30.0) -> MotionClip:
    """Somebody stands, looks about, and waves with the right arm above the head."""
    time = np.arange(round(seconds * fps) + 1) / fps
    beat = 2 * np.pi * time
    angles = {
        "Chest": (2 * np.sin(0.3 * beat), 6 * np.sin(0.4 * beat), 0 * time),
        "Head": (5 * np.sin(0.5 * beat), 20 * np.sin(0.3 * beat), 0 * time),
        "LArm": (0 * time, 0 * time, -70 + 3 * np.sin(beat)),
        "RArm": (0 * time, 20 * np.sin(0.5 * beat), -50 + 10 * np.sin(beat)),
        "RForeArm": (0 * time, 10 * np.sin(beat), -50 + 30 * np.sin(2 * beat)),
    }
    root = np.stack([0.02 * np.sin(0.3 * beat), 0.88 + 0 * time, 0 * time], axis=-1)
    return hand_made("wave", angles, root, fps)


def hand_made(
    name: str, angles: Mapping[str, tuple[NDArray[np.float64], ...]], root: NDArray[np.float64], fps: float
) -> MotionClip:
    """A clip on `BODY` of `root` (T, 3) metres and, for some joints, degrees about x, y and z, (T,) each, applied as Y
    · X · Z.
    """
    local = np.zeros((len(root), len(CANONICAL_JOINTS), 3))
    for joint, turn in angles.items():
        local[:, CANONICAL_INDEX[joint]] = np.stack(turn, axis=-1)
    turns = Rotation.from_euler("YXZ", local.reshape(-1, 3)[:, [1, 0, 2]], degrees=True)
    rotations = turns.as_quat(scalar_first=True).reshape(*local.shape[:2], 4).astype(np.float32)
    return MotionClip(
        name,
        "someone",
        name,
        "hand",
        fps,
        rotations,
        root.astype(np.float32),
        "body",
        BODY,
        np.zeros(len(root), dtype=np.bool_),
    )
