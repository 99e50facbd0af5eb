"""A flat rig that leans on its hands, as in a push-up, is turned about its feet until they are on the ground."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...core.skeleton import Joint
from ...settings.feet import FeetSettings, Planting
from ..body.rotations import product, rotate, rotation_about
from ..foot_planting.body_on_hands import leaning_spans, turns_about_feet
from ..projection.planes import ground_line
from .foot_ends import points_of
from .planted_feet import LEG_CHAINS, ground_offset, soles_at_rest
from .planted_hands import ARM_CHAINS
from .rig_pose import RigPose, RigTarget

Array = NDArray[np.float64]

SIDES = ("right", "left")
JOINTS = tuple(joint for _, *joints in (*ARM_CHAINS, *LEG_CHAINS) for joint in joints)


def lean_on_hands(target: RigTarget, pose: RigPose, settings: FeetSettings) -> RigPose:
    """Turn a flat rig about its feet while it leans on its hands, so that these are on the ground, neither in nor above it.
    Rigs whose limbs are not all keyed are left alone.
    """
    if settings.planting is Planting.NEVER or not target.flat or pose.path is None or target.root not in pose.turns:
        return pose
    if not set(JOINTS) <= set(target.chains) or not {
        bone for joint in JOINTS for bone in target.chains[joint].bones
    } <= set(pose.turns):
        return pose
    spans = leaning_spans(target.motion, -ground_line(target.motion))
    if not spans:
        return pose
    right, up = target.axes[:2]
    wrists, ankles = (
        np.stack([_end(target, pose, joint) @ target.axes[:2].T for joint in joints], axis=1)
        for joints in ((Joint.RIGHT_WRIST, Joint.LEFT_WRIST), (Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE))
    )
    feet = ankles.mean(axis=1)
    ground = soles_at_rest(target) + ground_offset(target, settings)
    floors = np.stack([ground + _hand_below(target, pose, side) for side in range(2)], axis=1)
    angle = turns_about_feet(wrists, feet, floors, spans, target.motion.fps)
    turn = rotation_about(np.cross(right, up), angle)
    turns = {bone: product(turn, own) for bone, own in pose.turns.items()}
    root = target.rest.heads[target.root] + pose.path
    pivot = root + (feet - root @ target.axes[:2].T) @ target.axes[:2]
    return replace(pose, turns=turns, path=pose.path + pivot - root + rotate(turn, root - pivot))


def _end(target: RigTarget, pose: RigPose, joint: Joint) -> Array:
    """(K, 3) where a joint is."""
    assert pose.path is not None
    chain = target.chains[joint]
    return np.asarray(target.carried(pose.turns).place(chain.bones[-1], chain.end) + pose.path)


def _hand_below(target: RigTarget, pose: RigPose, side: int) -> Array:
    """(K,) how far the tip of a hand is below its wrist where it goes on as the forearm does; 0 where it has none."""
    name = target.bone_map.extremities.get(f"{SIDES[side]}_hand")
    if name is None:
        return np.zeros(len(target.motion))
    hand = target.rest.index(name)
    points = points_of(target, hand)[0]
    tip = points[np.linalg.norm(points, axis=-1).argmax()]
    return np.asarray(np.maximum(-rotate(target.carried(pose.turns).turn(hand), tip) @ target.axes[1], 0.0))
