"""Rigs of many makers, made by script: the names, the splits of bones and the clutter that each is known for, on bodies
of many shapes and poses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import bpy
import numpy as np
from numpy.typing import NDArray

from tests.blender.rig_bones import RigBone, build_armature

Array = NDArray[np.float64]
SIGNS = {"R": -1.0, "L": 1.0}
"""The character looks to −Y, so that its right is at −X."""


@dataclass(frozen=True)
class Body:
    """Where the joints of a body are, in its own height of about 1.75; arms hang by `arms` degrees from straight out to
    the side.
    """

    hips: float = 1.0
    shoulders: float = 1.45
    crown: float = 1.75
    neck: float = 0.08
    arms: float = 0.0
    arm: float = 0.28
    forearm: float = 0.25
    shoulder_width: float = 0.18
    hip_width: float = 0.1
    ankle: float = 0.08

    def joints(self, side: str) -> dict[str, Array]:
        """The joints of one side's limbs."""
        sign, angle = SIGNS[side], np.radians(self.arms)
        out = np.array((sign * np.cos(angle), 0.0, -np.sin(angle)))
        shoulder = np.array((sign * self.shoulder_width, 0.02, self.shoulders - 0.03))
        elbow = shoulder + self.arm * out + (0, 0.02, 0)
        wrist = elbow + self.forearm * out - (0, 0.02, 0)
        hip, knee = (
            np.array((sign * self.hip_width, 0, self.hips - 0.05)),
            np.array((sign * self.hip_width, -0.02, (self.hips + self.ankle) / 2)),
        )
        ankle = np.array((sign * self.hip_width, 0.02, self.ankle))
        return {
            "clavicle": np.array((sign * 0.03, 0.0, self.shoulders - 0.04)),
            "shoulder": shoulder,
            "elbow": elbow,
            "wrist": wrist,
            "fingers": wrist + 0.09 * out,
            "tips": wrist + 0.17 * out,
            "hip": hip,
            "knee": knee,
            "ankle": ankle,
            "ball": ankle - (0, 0.14, self.ankle - 0.015),
            "toes": ankle - (0, 0.21, self.ankle - 0.01),
        }


@dataclass(frozen=True)
class Words:
    """What a maker calls the bones, from the body outwards; `{s}` stands for the side's word. Each limb's half may be
    several bones in line.
    """

    sides: Mapping[str, str]
    trunk: tuple[str, ...]
    head: tuple[str, ...]
    upper: tuple[str, ...]
    lower: tuple[str, ...]
    thigh: tuple[str, ...]
    shin: tuple[str, ...]
    clavicle: tuple[str, ...] = ()
    hip: tuple[str, ...] = ()
    hand: str = ""
    foot: str = ""
    toe: str = ""
    fingers: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    """Bones between the world and the trunk that carry the character."""
    legs_from: str = ""
    """The bone that the legs hang from, where that is not the first of the trunk."""


def person(words: Words, body: Body | None = None) -> list[RigBone]:
    """The bones of a person, nothing else."""
    body = body or Body()
    bones: list[RigBone] = []
    parent = None
    for name in words.above:
        bones.append(RigBone(name, parent, (0, 0, 0), (0, 0.2, 0)))
        parent = name
    neck = body.shoulders + 0.02
    parent = _chain(bones, words.trunk, parent, np.array((0, 0, body.hips)), np.array((0, 0.0, neck)))
    split = neck + body.neck
    above = _chain(bones, words.head[:-1], parent, np.array((0, 0.0, neck)), np.array((0, -0.01, split)))
    _chain(bones, words.head[-1:], above, np.array((0, -0.01, split)), np.array((0, -0.01, body.crown)))
    for side in "RL":
        _limbs(bones, words, body, side, str(parent))
    return bones


def _limbs(bones: list[RigBone], words: Words, body: Body, side: str, chest: str) -> None:
    at = body.joints(side)

    def named(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name.format(s=words.sides[side]) for name in names)

    parent = _chain(bones, named(words.clavicle), chest, at["clavicle"], at["shoulder"])
    parent = _chain(bones, named(words.upper), parent, at["shoulder"], at["elbow"])
    parent = _chain(bones, named(words.lower), parent, at["elbow"], at["wrist"])
    hand = _chain(bones, named((words.hand,)) if words.hand else (), parent, at["wrist"], at["fingers"])
    for place, finger in enumerate(named(words.fingers)):
        aside = np.array((0, 0.02 * (place - 2), 0))
        _chain(bones, (f"{finger}1", f"{finger}2", f"{finger}3"), hand, at["fingers"] + aside, at["tips"] + aside)
    hips = words.legs_from or words.trunk[0]
    parent = _chain(bones, named(words.hip), hips, np.array((0, 0, body.hips)), at["hip"])
    parent = _chain(bones, named(words.thigh), parent, at["hip"], at["knee"])
    parent = _chain(bones, named(words.shin), parent, at["knee"], at["ankle"])
    parent = _chain(bones, named((words.foot,)) if words.foot else (), parent, at["ankle"], at["ball"])
    _chain(bones, named((words.toe,)) if words.toe else (), parent, at["ball"], at["toes"])


def _chain(bones: list[RigBone], names: tuple[str, ...], parent: str | None, start: Array, end: Array) -> str | None:
    """Bones in line from one point to another; the last one's name, or the parent's where there are none."""
    for place, name in enumerate(names):
        ends = (start + (end - start) * part / len(names) for part in (place, place + 1))
        head, tail = (tuple(map(float, point)) for point in ends)
        bones.append(RigBone(name, parent, head, tail))  # type: ignore[arg-type]
        parent = name
    return parent


def strands(
    names: str, parent: str, *, count: int, links: int, top: float, radius: float, length: float
) -> list[RigBone]:
    """Hair, a skirt, a mane: strands in a ring that hang from one bone; `{n}` and `{l}` in the names stand for strand
    and link.
    """
    bones = []
    for strand in range(count):
        angle = 2 * np.pi * (strand + 0.5) / count
        x, y = radius * np.cos(angle), radius * np.sin(angle)
        above = parent
        for link in range(links):
            name, out = names.format(n=strand + 1, l=link + 1), 1 + 0.25 * link
            high, low = (top - length * part / links for part in (link, link + 1))
            bones.append(RigBone(name, above, (x * out, y * out, high), (x * out * 1.1, y * out * 1.1, low)))
            above = name
    return bones


def beside(
    name: str, parent: str, head: tuple[float, float, float], tail: tuple[float, float, float], sides: Mapping[str, str]
) -> list[RigBone]:
    """A bone and its mirror image, given on the left; `{s}` in names stands for the side."""
    return [
        RigBone(
            name.format(s=word),
            parent.format(s=word),
            (SIGNS[side] * head[0], *head[1:]),
            (SIGNS[side] * tail[0], *tail[1:]),
        )
        for side, word in sides.items()
    ]


SHORT, LOWER, LONG = {"R": "R", "L": "L"}, {"R": "r", "L": "l"}, {"R": "Right", "L": "Left"}

VROID = Words(
    sides=SHORT, above=("Root",), trunk=("J_Bip_C_Hips", "J_Bip_C_Spine", "J_Bip_C_Chest", "J_Bip_C_UpperChest"), head=("J_Bip_C_Neck", "J_Bip_C_Head"),
    clavicle=("J_Bip_{s}_Shoulder",), upper=("J_Bip_{s}_UpperArm",), lower=("J_Bip_{s}_LowerArm",), hand="J_Bip_{s}_Hand",
    fingers=tuple(f"J_Bip_{{s}}_{finger}" for finger in ("Thumb", "Index", "Middle", "Ring", "Little")),
    thigh=("J_Bip_{s}_UpperLeg",), shin=("J_Bip_{s}_LowerLeg",), foot="J_Bip_{s}_Foot", toe="J_Bip_{s}_ToeBase",
)  # fmt: skip
AUTO_RIG = Words(
    sides=LOWER, above=("c_traj",), trunk=("root.x", "spine_01.x", "spine_02.x"), head=("neck.x", "head.x"), clavicle=("shoulder.{s}",),
    upper=("arm_stretch.{s}",), lower=("forearm_stretch.{s}",), hand="hand.{s}", fingers=tuple(f"c_{finger}{{s}}" for finger in ("thumb", "index", "middle")),
    thigh=("thigh_stretch.{s}",), shin=("leg_stretch.{s}",), foot="foot.{s}", toe="toes_01.{s}",
)  # fmt: skip
GENESIS = Words(
    sides=LOWER, trunk=("hip", "abdomenLower", "abdomenUpper", "chestLower", "chestUpper"), head=("neckLower", "neckUpper", "head"), clavicle=("{s}Collar",),
    upper=("{s}ShldrBend", "{s}ShldrTwist"), lower=("{s}ForearmBend", "{s}ForearmTwist"), hand="{s}Hand",
    fingers=tuple(f"{{s}}{finger}" for finger in ("Thumb", "Index", "Mid", "Ring", "Pinky")), legs_from="pelvis",
    thigh=("{s}ThighBend", "{s}ThighTwist"), shin=("{s}Shin",), foot="{s}Foot", toe="{s}Metatarsals",
)  # fmt: skip
VALVE = Words(
    sides=SHORT, trunk=tuple(f"ValveBiped.Bip01_{name}" for name in ("Pelvis", "Spine", "Spine1", "Spine2", "Spine4")),
    head=("ValveBiped.Bip01_Neck1", "ValveBiped.Bip01_Head1"), clavicle=("ValveBiped.Bip01_{s}_Clavicle",), upper=("ValveBiped.Bip01_{s}_UpperArm",),
    lower=("ValveBiped.Bip01_{s}_Forearm",), hand="ValveBiped.Bip01_{s}_Hand", fingers=tuple(f"ValveBiped.Bip01_{{s}}_Finger{n}" for n in range(5)),
    thigh=("ValveBiped.Bip01_{s}_Thigh",), shin=("ValveBiped.Bip01_{s}_Calf",), foot="ValveBiped.Bip01_{s}_Foot", toe="ValveBiped.Bip01_{s}_Toe0",
)  # fmt: skip
MAKEHUMAN = Words(
    sides=SHORT, trunk=("root", "spine05", "spine04", "spine03", "spine02", "spine01"), head=("neck01", "neck02", "neck03", "head"),
    clavicle=("clavicle.{s}", "shoulder01.{s}"), upper=("upperarm01.{s}", "upperarm02.{s}"), lower=("lowerarm01.{s}", "lowerarm02.{s}"), hand="wrist.{s}",
    fingers=tuple(f"finger{n}-{{s}}" for n in range(1, 6)), hip=("pelvis.{s}",), thigh=("upperleg01.{s}", "upperleg02.{s}"),
    shin=("lowerleg01.{s}", "lowerleg02.{s}"), foot="foot.{s}", toe="toe1-1.{s}",
)  # fmt: skip
BIPED = Words(
    sides=SHORT, above=("Bip001",), trunk=("Bip001 Pelvis", "Bip001 Spine", "Bip001 Spine1", "Bip001 Spine2"), head=("Bip001 Neck", "Bip001 Head"),
    clavicle=("Bip001 {s} Clavicle",), upper=("Bip001 {s} UpperArm",), lower=("Bip001 {s} Forearm",), hand="Bip001 {s} Hand",
    fingers=tuple(f"Bip001 {{s}} Finger{n}" for n in range(5)), legs_from="Bip001 Spine", thigh=("Bip001 {s} Thigh",), shin=("Bip001 {s} Calf",),
    foot="Bip001 {s} Foot", toe="Bip001 {s} Toe0",
)  # fmt: skip
SMPL = Words(
    sides=SHORT, trunk=("Pelvis", "Spine1", "Spine2", "Spine3"), head=("Neck", "Head"), clavicle=("{s}_Collar",), upper=("{s}_Shoulder",), lower=("{s}_Elbow",),
    hand="{s}_Wrist", thigh=("{s}_Hip",), shin=("{s}_Knee",), foot="{s}_Ankle", toe="{s}_Foot",
)  # fmt: skip
MMD = Words(
    sides={"R": "右", "L": "左"}, above=("全ての親", "センター"), trunk=("腰", "上半身", "上半身2"), head=("首", "頭"), clavicle=("{s}肩",),
    upper=("{s}腕", "{s}腕捩"), lower=("{s}ひじ", "{s}手捩"), hand="{s}手首",
    fingers=tuple(f"{{s}}{finger}" for finger in ("親指", "人指", "中指", "薬指", "小指")), legs_from="下半身",
    thigh=("{s}足",), shin=("{s}ひざ",), foot="{s}足首", toe="{s}つま先",
)  # fmt: skip
PLAIN = Words(
    sides=LONG, trunk=("Bone", "Bone.001", "Bone.002"), head=("Bone.003", "Bone.004"), upper=("{s}A",), lower=("{s}B",), hand="{s}C", thigh=("{s}D",),
    shin=("{s}E",), foot="{s}F",
)  # fmt: skip


def expected(words: Words, **changed: str) -> dict[str, str]:
    """What a rigger would say of that rig, in the form of the other tables."""
    rows = {"root": words.trunk[0], "NECK": " ".join(words.trunk), "HEAD": " ".join(words.head)}
    for side, word in (("RIGHT", "R"), ("LEFT", "L")):
        parts = {
            "SHOULDER": words.clavicle,
            "ELBOW": words.upper,
            "WRIST": words.lower,
            "HIP": words.hip,
            "KNEE": words.thigh,
            "ANKLE": words.shin,
        }
        rows |= {
            f"{side}_{part}": " ".join(names).format(s=words.sides[word]) for part, names in parts.items() if names
        }
        ends = {"hand": words.hand, "foot": words.foot, "toe": words.toe}
        rows |= {f"{side.lower()}_{part}": name.format(s=words.sides[word]) for part, name in ends.items() if name}
    return rows | changed


@dataclass(frozen=True)
class ZooRig:
    """A rig to make: bones of the body and clutter, what it is to be mapped to and what finds that; `nameless` are rows
    that only names tell otherwise.
    """

    bones: list[RigBone]
    expected: dict[str, str]
    scale: float = 1.0
    prepare: Callable[[bpy.types.Object], None] | None = None
    origin: str = "structure"
    nameless: Mapping[str, str] = field(default_factory=dict)

    def build(self, name: str) -> bpy.types.Object:
        """The armature object, in the open file."""
        scaled = [
            replace(bone, head=_scaled(bone.head, self.scale), tail=_scaled(bone.tail, self.scale))
            for bone in self.bones
        ]
        armature = build_armature(name, scaled)
        if self.prepare is not None:
            self.prepare(armature)
            bpy.context.view_layer.update()
        return armature


def _scaled(point: tuple[float, float, float], scale: float) -> tuple[float, float, float]:
    return point[0] * scale, point[1] * scale, point[2] * scale


def _with_ik(*limbs: tuple[str, str]) -> Callable[[bpy.types.Object], None]:
    """Let IK move limbs: (the limb's lower bone, its target); `{s}` stands for the side."""

    def prepare(armature: bpy.types.Object) -> None:
        for bone, target in limbs:
            for side in "RL":
                solver = armature.pose.bones[bone.format(s=side)].constraints.new("IK")
                solver.target, solver.subtarget, solver.chain_count = armature, target.format(s=side), 2

    return prepare


CUT_OUT = Words(
    sides=SHORT, above=("root",), trunk=("hips", "torso"), head=("neck", "head"), upper=("upper_arm.{s}",), lower=("forearm.{s}",), hand="hand.{s}",
    thigh=("thigh.{s}",), shin=("shin.{s}",), foot="foot.{s}",
)  # fmt: skip
NEAR_AND_FAR = Words(
    sides={"R": "near", "L": "far"}, trunk=("pelvis", "belly", "chest"), head=("head",), upper=("arm {s} 1",), lower=("arm {s} 2",), hand="hand {s}",
    thigh=("leg {s} 1",), shin=("leg {s} 2",), foot="foot {s}",
)  # fmt: skip


def in_profile(bones: list[RigBone], feet: tuple[str, ...]) -> list[RigBone]:
    """The same body as a cut-out that walks to the picture's right: limbs of both sides in one place, feet along +X."""

    def flat(point: tuple[float, float, float], bone: RigBone) -> tuple[float, float, float]:
        return (-point[1] if bone.name in feet else -0.3 * point[1], 0.0, point[2])

    return [replace(bone, head=flat(bone.head, bone), tail=flat(bone.tail, bone)) for bone in bones]


_CHILD = Body(
    hips=0.42,
    shoulders=0.62,
    crown=1.05,
    neck=0.03,
    arm=0.13,
    forearm=0.12,
    shoulder_width=0.1,
    hip_width=0.07,
    arms=40,
    ankle=0.05,
)
_HEAD_TOP = (0.0, 0.0, 1.7)

ZOO: dict[str, ZooRig] = {
    "vroid": ZooRig(
        [
            *person(VROID, Body(arms=3)),
            *strands("J_Sec_Hair{l}_{n:02}", "J_Bip_C_Head", count=14, links=4, top=1.68, radius=0.1, length=0.7),
            *strands("J_Sec_Skirt{l}_{n:02}", "J_Bip_C_Hips", count=8, links=3, top=0.95, radius=0.13, length=0.5),
            *beside("J_Sec_{s}_Bust1", "J_Bip_C_UpperChest", (0.06, -0.08, 1.3), (0.07, -0.15, 1.3), SHORT),
            *beside("J_Adj_{s}_FaceEye", "J_Bip_C_Head", (0.03, -0.08, 1.62), (0.03, -0.12, 1.62), SHORT),
        ],
        expected(VROID),
        origin="VRM",
    ),
    "auto-rig pro": ZooRig(
        [
            *person(AUTO_RIG, Body(arms=35)),
            *beside("arm_twist.{s}", "shoulder.{s}", (0.18, 0.02, 1.42), (0.29, 0.03, 1.34), LOWER),
            *beside("thigh_twist.{s}", "root.x", (0.1, 0, 0.95), (0.1, -0.01, 0.75), LOWER),
            *beside("forearm_twist.{s}", "forearm_stretch.{s}", (0.47, 0.03, 1.21), (0.57, 0.02, 1.14), LOWER),
            *beside("leg_twist.{s}", "leg_stretch.{s}", (0.1, 0, 0.3), (0.1, 0.02, 0.08), LOWER),
        ],
        expected(AUTO_RIG),
        origin="Auto-Rig Pro",
        scale=100,
    ),
    "genesis": ZooRig(
        [
            *person(GENESIS, Body(arms=0)),
            RigBone("pelvis", "hip", (0, 0, 1.0), (0, 0, 0.88)),
            *beside("{s}Toe", "{s}Metatarsals", (0.1, -0.19, 0.01), (0.1, -0.23, 0.01), LOWER),
            *beside("{s}Pectoral", "chestUpper", (0.06, -0.05, 1.3), (0.07, -0.14, 1.3), LOWER),
            RigBone("lowerJaw", "head", (0, -0.02, 1.6), (0, -0.1, 1.56)),
            *beside("{s}Eye", "head", (0.03, -0.08, 1.64), (0.03, -0.1, 1.64), LOWER),
        ],
        expected(GENESIS, right_toe="rToe", left_toe="lToe"),
        origin="Daz Genesis",
        nameless={"right_toe": "rMetatarsals", "left_toe": "lMetatarsals"},
        scale=100,
    ),
    "valve": ZooRig(
        [
            *person(VALVE, Body(arms=30)),
            *beside(
                "ValveBiped.Bip01_{s}_Ulna", "ValveBiped.Bip01_{s}_Forearm", (0.53, 0.02, 1.2), (0.6, 0.02, 1.15), SHORT
            ),
            *beside(
                "ValveBiped.Bip01_{s}_Trapezius",
                "ValveBiped.Bip01_{s}_Clavicle",
                (0.1, 0.02, 1.44),
                (0.16, 0.02, 1.44),
                SHORT,
            ),
            RigBone("ValveBiped.forward", "ValveBiped.Bip01_Head1", (0, -0.1, 1.6), (0, -0.2, 1.6)),
            RigBone("ValveBiped.Anim_Attachment_RH", "ValveBiped.Bip01_R_Hand", (-0.7, 0, 1.1), (-0.8, 0, 1.1)),
        ],
        expected(VALVE),
        origin="Valve",
        scale=39.37,
    ),
    "makehuman": ZooRig(
        [*person(MAKEHUMAN, Body(arms=38)), RigBone("jaw", "head", (0, -0.02, 1.58), (0, -0.1, 1.56))],
        expected(MAKEHUMAN),
        origin="MakeHuman",
        scale=10,
    ),
    "max biped": ZooRig(person(BIPED, Body(arms=10)), expected(BIPED), origin="3ds Max Biped", scale=100),
    "smpl": ZooRig(person(SMPL), expected(SMPL), origin="SMPL"),
    "mmd": ZooRig(
        [
            *person(MMD, Body(arms=38)),
            RigBone("下半身", "腰", (0, 0, 1.0), (0, 0, 0.9)),
            *strands("髪{n}_{l}", "頭", count=8, links=5, top=1.66, radius=0.09, length=0.9),
            *beside("{s}足ＩＫ", "全ての親", (0.1, 0.02, 0.08), (0.1, 0.2, 0.08), MMD.sides),
        ],
        expected(MMD),
        origin="MikuMikuDance",
        scale=8,
    ),
    "hanging arms": ZooRig(person(PLAIN, Body(arms=85)), expected(PLAIN)),
    "a child": ZooRig(person(PLAIN, _CHILD), expected(PLAIN)),
    "a giant": ZooRig(
        person(PLAIN, Body(hips=1.2, shoulders=1.55, crown=1.72, arm=0.4, forearm=0.4, arms=60)),
        expected(PLAIN),
        scale=0.01,
    ),
    "a demon": ZooRig(
        [
            *person(PLAIN, Body(arms=45)),
            *beside("wing{s}1", "Bone.002", (0.05, 0.08, 1.4), (0.5, 0.3, 1.7), LONG),
            *beside("wing{s}2", "wing{s}1", (0.5, 0.3, 1.7), (1.2, 0.4, 1.5), LONG),
            *beside("wing{s}3", "wing{s}2", (1.2, 0.4, 1.5), (1.6, 0.4, 0.9), LONG),
            *beside("horn{s}1", "Bone.004", (0.05, 0, 1.7), (0.1, 0, 1.85), LONG),
            *beside("horn{s}2", "horn{s}1", (0.1, 0, 1.85), (0.1, -0.1, 2.0), LONG),
            RigBone("tail1", "Bone", (0, 0.1, 1.0), (0, 0.4, 0.8)),
            RigBone("tail2", "tail1", (0, 0.4, 0.8), (0, 0.8, 0.5)),
            RigBone("tail3", "tail2", (0, 0.8, 0.5), (0, 1.3, 0.4)),
        ],
        expected(PLAIN),
    ),
    "an IK cut-out": ZooRig(
        [
            *person(CUT_OUT, Body(arms=70)),
            *beside("hand_ik.{s}", "root", (0.361, 0, 0.922), (0.361, 0, 0.7), SHORT),
            *beside("foot_ik.{s}", "root", (0.1, 0, 0.08), (0.3, 0, 0.08), SHORT),
        ],
        expected(CUT_OUT),
        origin="2D puppet",
        prepare=_with_ik(("forearm.{s}", "hand_ik.{s}"), ("shin.{s}", "foot_ik.{s}")),
    ),
    "near and far": ZooRig(
        in_profile(person(NEAR_AND_FAR, Body(arms=88)), ("foot near", "foot far")), expected(NEAR_AND_FAR)
    ),
    "a dinosaur": ZooRig(
        [
            RigBone("Hips", None, (0, 0.1, 1.5), (0, -0.2, 1.55)),
            RigBone("Spine", "Hips", (0, -0.2, 1.55), (0, -0.7, 1.65)),
            RigBone("Chest", "Spine", (0, -0.7, 1.65), (0, -1.1, 1.8)),
            RigBone("Neck", "Chest", (0, -1.1, 1.8), (0, -1.35, 2.2)),
            RigBone("Head", "Neck", (0, -1.35, 2.2), (0, -1.9, 2.25)),
            RigBone("Jaw", "Head", (0, -1.4, 2.15), (0, -1.85, 2.05)),
            *(
                RigBone(
                    f"Tail{n}",
                    f"Tail{n - 1}" if n > 1 else "Hips",
                    (0, 0.1 + 0.4 * (n - 1), 1.5),
                    (0, 0.1 + 0.4 * n, 1.5),
                )
                for n in range(1, 7)
            ),
            *beside("Thigh.{s}", "Hips", (0.25, 0.05, 1.45), (0.28, -0.2, 0.95), SHORT),
            *beside("Shin.{s}", "Thigh.{s}", (0.28, -0.2, 0.95), (0.28, 0.15, 0.45), SHORT),
            *beside("Foot.{s}", "Shin.{s}", (0.28, 0.15, 0.45), (0.28, 0.0, 0.1), SHORT),
            *beside("Toe.{s}", "Foot.{s}", (0.28, 0.0, 0.1), (0.28, -0.3, 0.02), SHORT),
            *beside("UpperArm.{s}", "Chest", (0.2, -1.05, 1.6), (0.25, -1.1, 1.35), SHORT),
            *beside("LowerArm.{s}", "UpperArm.{s}", (0.25, -1.1, 1.35), (0.22, -1.3, 1.25), SHORT),
            *beside("Hand.{s}", "LowerArm.{s}", (0.22, -1.3, 1.25), (0.2, -1.4, 1.2), SHORT),
        ],
        {},
    ),
}
