"""Standing feet stay where they stand: legs reach for it by two-bone IK in their own plane, and the hips give way where a leg is too short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..core.skeleton import Joint
from .feet_settings import FeetSettings, Planting
from .inheritance import Carried
from .measure import front_at_rest, rest_joints
from .planes import rest_origin
from .rig_pose import RigPose, RigTarget
from .root_path import root_path
from .rotations import directions, product, rotated, shortest_arc
from .solve import Chain, chains_of
from .stances import Stance, eased, stances_of
from .timing import SceneMotion
from .two_bone import bent, longest_reach, side_in_plane

Array = NDArray[np.float64]

LEGS: tuple[tuple[int, Joint, Joint], ...] = ((0, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE), (1, Joint.LEFT_KNEE, Joint.LEFT_ANKLE))
"""The column of contacts, and the two chains, of each leg."""

LEVEL = 0.1
"""Part of the character's height that a standing ankle may be above or below the ground and still be meant to stand on it."""
EASE_SECONDS = 0.17
"""How long a foot takes to come to where it stands, and to leave it."""
GIVE_SECONDS = 0.25
"""How long before and after the hips begin to give way for a leg that is too short."""
PASSES = 3
"""How often legs reach again: what hangs between thigh and foot may not lie as stiff as it is reckoned."""


@dataclass(frozen=True, eq=False)
class Leg:
    """One mapped leg, where its joints (K, 3) are without IK, and the stances of its `foot`, a column of contacts."""

    foot: int
    thigh: Chain
    shin: Chain
    hip: Array
    knee: Array
    ankle: Array
    stances: Sequence[Stance]

    def reach(self) -> Array:
        """(K,) how far from the hip the ankle can be."""
        upper, lower = np.linalg.norm(self.knee - self.hip, axis=-1), np.linalg.norm(self.ankle - self.knee, axis=-1)
        return longest_reach(upper, lower, np.linalg.norm(self.ankle - self.hip, axis=-1))


def rooted(target: RigTarget, pose: RigPose, settings: FeetSettings) -> RigPose:
    """The pose with its root on the motion's path, at the height that lets standing feet stand on their ground."""
    if target.rest.connected[target.root]:
        note = f"{target.bone_map.root} is connected to its parent, so it cannot follow the path; disconnect it in Edit Mode if it should."
        return replace(pose, path=None, notes=(*pose.notes, note))
    raised = None if settings.planting is Planting.NEVER else standing_heights(target, settings)[1]
    path = root_path(target.bone_map, target.carried(pose.turns), target.motion, target.axes, raised)
    return replace(pose, path=path + ground_offset(target, settings) * target.axes[1])


def planted(target: RigTarget, pose: RigPose, settings: FeetSettings) -> RigPose:
    """The pose with every standing ankle held on one spot for as long as it stands; other frames lead there and away gently."""
    if settings.planting is Planting.NEVER:
        return pose
    path = pose.path if pose.path is not None else np.zeros((len(target.motion), 3))
    carried = target.carried(pose.turns)
    legs = [leg for foot, knee, ankle in LEGS if (leg := _leg(target, carried, path, foot, (knee, ankle))) is not None]
    if not legs:
        return pose
    lift = ground_offset(target, settings) if pose.path is not None else 0.0
    heights = standing_heights(target, settings)[0] + lift
    wanted = [_wanted(target, leg, heights[:, leg.foot]) for leg in legs]
    give = _giving_way(target, legs, wanted) if pose.path is not None else np.zeros_like(path)
    turns = dict(pose.turns)
    for leg, goal in zip(legs, wanted, strict=True):
        turns |= _reached(target, turns, leg, goal, path + give)
    return replace(pose, turns=turns, path=pose.path + give if pose.path is not None else None)


def standing_heights(target: RigTarget, settings: FeetSettings) -> tuple[Array, Array]:
    """(K, 2) how high along the plane's up each ankle stands while it does, without what the ground is raised by; and how much higher that is than the
    motion has it, eased in and out."""
    rest, axes, motion = target.rest, target.axes, target.motion
    joints = rest_joints(rest, target.bone_map)
    ground = float(joints[[Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]].mean(axis=0) @ axes[1])
    origin = rest_origin(joints, axes, motion)
    heights, raised = np.zeros((len(motion), 2)), np.zeros((len(motion), 2))
    for foot, _, ankle in LEGS:
        landed = (origin + (motion.positions[:, ankle] * (1, -1)) @ axes[:2]) @ axes[1]
        stances = stances_of(motion.contacts[:, foot])
        for stance in stances:
            off = float(landed[stance.frames].mean()) - ground
            on_step = 0.0 if settings.planting is Planting.ALWAYS else np.sign(off) * max(0.0, abs(off) - LEVEL * motion.skeleton.height)
            heights[stance.frames, foot] = joints[ankle] @ axes[1] + on_step
        raised[:, foot] = eased(heights[:, foot] - landed, stances, ease_frames(motion))
    return heights, raised


def ease_frames(motion: SceneMotion) -> int:
    """How many frames a foot takes to come to where it stands."""
    return max(1, round(EASE_SECONDS * motion.fps))


def ground_offset(target: RigTarget, settings: FeetSettings) -> float:
    """How much higher than where the soles rest the ground is, in the armature's unit."""
    if settings.ground is None:
        return 0.0
    world = np.array(target.armature.matrix_world)
    turn, up = world[:3, :3], target.axes[1]
    scale = float(np.linalg.norm(turn @ up))
    rest, extremities = target.rest, target.bone_map.extremities
    feet = [rest.index(extremities[name]) for name in ("right_foot", "left_foot", "right_toe", "left_toe") if name in extremities]
    joints = rest_joints(rest, target.bone_map)
    points = np.concatenate((rest.heads[feet], rest.tails[feet], joints[[Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]]))
    soles = float(((points @ turn.T + world[:3, 3]) @ (turn @ up / scale)).min())
    return (settings.ground - soles) / scale


def _leg(target: RigTarget, carried: Carried, path: Array, foot: int, joints: tuple[Joint, Joint]) -> Leg | None:
    chains = chains_of(target.rest, target.bone_map)
    if not set(joints) <= set(chains):
        return None
    thigh, shin = (chains[joint] for joint in joints)
    stances = stances_of(target.motion.contacts[:, foot])
    if not stances or not all(bone in carried.keyed for bone in (*thigh.bones, *shin.bones)):
        return None
    points = ((thigh.bones[0], thigh.start), (shin.bones[0], shin.start), (shin.bones[-1], shin.end))
    hip, knee, ankle = (carried.place(bone, point) + path for bone, point in points)
    return Leg(foot, thigh, shin, hip, knee, ankle, stances)


def _wanted(target: RigTarget, leg: Leg, heights: Array) -> Array:
    """(K, 3) where the ankle goes: in the middle of where it would slide over each stance, at its height there."""
    up, turning = target.axes[1], _turning(target, leg)
    shift = np.zeros_like(leg.ankle)
    for stance in leg.stances:
        ankle, turned = leg.ankle[stance.frames], turning[stance.frames]
        spot = (ankle - turned).mean(axis=0) + turned
        spot += (heights[stance.first] - spot @ up)[:, None] * up
        shift[stance.frames] = spot - ankle
    return leg.ankle + eased(shift, leg.stances, ease_frames(target.motion))


def _turning(target: RigTarget, leg: Leg) -> Array:
    """(K, 3) how a standing foot goes where the view moves: with the world that turns before the camera."""
    motion, ankle = target.motion, LEGS[leg.foot][2]
    if not motion.view_moves:
        return np.zeros((len(motion), 3))
    across, away = motion.positions[:, ankle, 0], target.depth * motion.depth[:, ankle]
    return np.asarray(across[:, None] * target.axes[0] + away[:, None] * target.axes[2], dtype=np.float64)


def _giving_way(target: RigTarget, legs: Sequence[Leg], wanted: Sequence[Array]) -> Array:
    """(K, 3) how the hips go so that every leg reaches where its foot stands: down, and only where that is not enough also across."""
    up, reach = target.axes[1], max(1, round(GIVE_SECONDS * target.motion.fps))
    down = np.zeros(len(target.motion))
    for leg, goal in zip(legs, wanted, strict=True):
        stands = _standing(leg)
        away = leg.hip - goal
        height = away @ up
        flat = (away**2).sum(axis=-1) - height**2
        allowed = np.sqrt(np.maximum(leg.reach() ** 2 - flat, 0))
        down = np.maximum(down, np.where(stands, height - allowed, 0))
    give = -_enveloped(down, reach)[:, None] * up
    for _ in range(PASSES):
        lacking = np.zeros_like(give)
        for leg, goal in zip(legs, wanted, strict=True):
            way = goal - (leg.hip + give)
            over = np.maximum(np.linalg.norm(way, axis=-1) - leg.reach(), 0) * _standing(leg)
            lacking += over[:, None] * directions(way) / len(legs)
        if np.abs(lacking).max() < 1e-6 * target.motion.skeleton.height:
            break
        give += np.stack([_enveloped(np.maximum(axis, 0), reach) - _enveloped(np.maximum(-axis, 0), reach) for axis in lacking.T], axis=-1)
    return np.asarray(give)


def _standing(leg: Leg) -> NDArray[np.bool_]:
    stands = np.zeros(len(leg.hip), dtype=np.bool_)
    for stance in leg.stances:
        stands[stance.frames] = True
    return stands


def _enveloped(values: Array, reach: int) -> Array:
    """(K,) a smooth curve that is nowhere below the values (K,), which are 0 or more; it begins to rise `reach` frames before them."""
    if not values.any():
        return values
    padded = np.pad(values, reach, mode="edge")
    highest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=-1)
    window = np.hanning(2 * reach + 3)[1:-1]
    return np.convolve(np.pad(highest, reach, mode="edge"), window / window.sum(), mode="valid")


def _reached(target: RigTarget, turns: Mapping[int, Array], leg: Leg, goal: Array, path: Array) -> dict[int, Array]:
    """Turns of the leg's bones that bring its ankle to the goal (K, 3)."""
    found = {bone: turns[bone] for bone in (*leg.thigh.bones, *leg.shin.bones)}
    aim = goal
    for _ in range(PASSES):
        carried = target.carried({**turns, **found})
        hip, knee, ankle = (
            carried.place(bone, point) + path
            for bone, point in ((leg.thigh.bones[0], leg.thigh.start), (leg.shin.bones[0], leg.shin.start), (leg.shin.bones[-1], leg.shin.end))
        )
        aim = aim + (goal - ankle) if aim is not goal else aim
        new_knee, new_ankle = bent(hip, knee, ankle, aim, _usual_side(target, leg, found, (hip, knee, ankle)))
        moved = np.abs(new_ankle - ankle).max(axis=-1) > 1e-7 * target.motion.skeleton.height
        for chain, old, new in ((leg.thigh, knee - hip, new_knee - hip), (leg.shin, ankle - knee, new_ankle - new_knee)):
            arc = shortest_arc(directions(old), directions(new))
            found |= {bone: np.where(moved[:, None], product(arc, found[bone]), found[bone]) for bone in chain.bones}
        if not moved.any():
            break
    return found


def _usual_side(target: RigTarget, leg: Leg, turns: Mapping[int, Array], joints: tuple[Array, Array, Array]) -> Array:
    """(K, 3) the side that a knee bends to: the one it bends to in the plane, or, in space, to the front of its thigh."""
    if target.flat:
        return side_in_plane(*joints, target.axes[2])
    return rotated(turns[leg.thigh.bones[0]], front_at_rest(target.rest, target.bone_map))
