"""Rotate hands, feet and head by the extra landmarks: knuckles, heels and toes, nose and ears. Planted feet lie flat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...core.skeleton import Joint
from ...settings.feet import FeetSettings, LandmarkSettings, Planting
from ..body.rotations import IDENTITY, directions, product, rotate, rotation_about, shortest_arc
from ..foot_planting.contact_spans import ContactSpan, contact_spans, ease_between_spans
from ..foot_planting.planted_legs import ease_frames
from .head_turns import head_turns
from .landmark_rotation import interpolate_rotations, landmark_weight, rotate_towards
from .landmark_vectors import LandmarkVector, landmark_vector
from .planted_hands import laid_on_ground
from .rig_pose import RigPose, RigTarget
from .soles import above_ground

Array = NDArray[np.float64]

HAND_LIMIT, FOOT_LIMIT = np.radians(75), np.radians(60)
"""Largest rotation of a hand beside its forearm, and of a foot beside its shin."""
SHOWN, HIDDEN = 0.6, 0.25
"""Visible part of a foot's length from which its slope counts fully, and below which it does not count."""
LYING = 0.3
"""Least part of a resting foot's length along the ground; with less, it has no sole to lay flat."""
STUB = 0.2
"""Fingers nearer to the wrist than this part of the hand's length do not show where it points."""
SIDES = (("right", Joint.RIGHT_WRIST, Joint.RIGHT_ANKLE), ("left", Joint.LEFT_WRIST, Joint.LEFT_ANKLE))


def rotate_extremities(target: RigTarget, pose: RigPose, settings: LandmarkSettings, feet: FeetSettings) -> RigPose:
    """Rotate hands, feet and head, where the rig has these bones and the landmarks were seen."""
    turns = dict(pose.turns)
    for foot, (side, wrist, ankle) in enumerate(SIDES):
        hand_bone, foot_bone = (
            _bone(target, pose, f"{side}_{part}", joint) for part, joint in (("hand", wrist), ("foot", ankle))
        )
        if settings.hands and hand_bone is not None:
            turns |= _hand(target, turns, hand_bone, side)
        if hand_bone is not None and feet.planting is not Planting.NEVER and not target.flat:
            turns |= laid_on_ground(target, pose, turns, hand_bone, feet)
        if foot_bone is not None:
            spans = contact_spans(target.motion.contacts[:, foot]) if feet.planting is not Planting.NEVER else []
            turns |= _foot(
                target,
                turns,
                foot_bone,
                landmark_vector(target, f"{side}_toe", f"{side}_heel") if settings.feet else None,
                spans,
            )
            if foot_bone in turns and feet.planting is not Planting.NEVER and not target.flat:
                turns |= above_ground(target, pose, turns, foot, feet)
    if settings.head:
        turns |= head_turns(target, turns)
    return replace(pose, turns=turns)


def _bone(target: RigTarget, pose: RigPose, name: str, joint: Joint) -> int | None:
    """The bone at the end of a limb, or None if the rig has none or the limb is not keyed."""
    chain = target.bone_map.chains.get(joint, ())
    if (
        name not in target.bone_map.extremities
        or not chain
        or not all(target.rest.index(bone) in pose.turns for bone in chain)
    ):
        return None
    return target.rest.index(target.bone_map.extremities[name])


def _hand(target: RigTarget, turns: Mapping[int, Array], hand: int, side: str) -> dict[int, Array]:
    seen = landmark_vector(target, f"{side}_index_knuckle")
    if seen is None:
        return {}
    base = _carried_turn(target, turns, hand)
    way = rotate(base, _hand_at_rest(target, hand))
    if target.flat:
        way = directions(way - (way @ target.axes[2])[:, None] * target.axes[2])
    weight = landmark_weight(seen.confidence) * (seen.shown if target.flat else 1)
    return {
        hand: rotate_towards(
            base, product(shortest_arc(way, directions(seen.vectors)), base), weight, HAND_LIMIT, target.motion.fps
        )
    }


def _hand_at_rest(target: RigTarget, hand: int) -> Array:
    """(3,) direction of a resting hand: to the start of its fingers, else along its bone."""
    rest = target.rest
    way = rest.tails[hand] - rest.heads[hand]
    fingers = [bone for bone, parent in enumerate(rest.parents) if parent == hand]
    if fingers:
        to_fingers = rest.heads[fingers].mean(axis=0) - rest.heads[hand]
        if np.linalg.norm(to_fingers) > STUB * np.linalg.norm(way):
            way = to_fingers
    return directions(way)


def _foot(
    target: RigTarget, turns: Mapping[int, Array], foot: int, seen: LandmarkVector | None, spans: list[ContactSpan]
) -> dict[int, Array]:
    """Rotate the foot as its sole was seen, and lay it flat while it is planted."""
    sole = _sole_at_rest(target, foot)
    if sole is None or (seen is None and not spans):
        return {}
    turn = base = _carried_turn(target, turns, foot)
    if seen is not None:
        wanted, weight = _sole_slope(target, seen, foot, sole) if target.flat else (directions(seen.vectors), 1.0)
        turn = rotate_towards(
            base,
            product(shortest_arc(rotate(base, sole), wanted), base),
            landmark_weight(seen.confidence) * weight,
            FOOT_LIMIT,
            target.motion.fps,
        )
    if not spans:
        return {foot: turn}
    flat = np.broadcast_to(IDENTITY, turn.shape) if target.flat else _yawed(turn, sole, target.axes[1], spans)
    stands = ease_between_spans(np.ones(len(turn)), spans, ease_frames(target.motion.fps))
    return {foot: interpolate_rotations(turn, flat, stands)}


def _sole_at_rest(target: RigTarget, foot: int) -> Array | None:
    """(3,) direction of the resting foot along the ground, or None if it points up or down."""
    rest, extremities = target.rest, target.bone_map.extremities
    side = next(
        name.removesuffix("_foot")
        for name, bone in extremities.items()
        if bone == rest.names[foot] and name.endswith("_foot")
    )
    toe = extremities.get(f"{side}_toe")
    way = (rest.heads[rest.index(toe)] if toe else rest.tails[foot]) - rest.heads[foot]
    level = way - (way @ target.axes[1]) * target.axes[1]
    return directions(level) if np.linalg.norm(level) > LYING * np.linalg.norm(way) else None


def _sole_slope(target: RigTarget, seen: LandmarkVector, foot: int, sole: Array) -> tuple[Array, Array]:
    """(K, 3) where a foot in the plane points that slopes as the one that was seen, to its own side; and (K,) how far
    the picture tells. Artwork that looks to the other side slopes the other way about its ankle.
    """
    right, up = target.axes[:2]
    across, rise = seen.vectors @ right, seen.vectors @ up
    side = 1.0 if sole @ right >= 0 else -1.0
    slope = np.arctan2(rise, np.abs(across)) * _art_side(target, foot, side)
    visible = np.clip((np.abs(across) / seen.length - HIDDEN) / (SHOWN - HIDDEN), 0, 1)
    return side * np.cos(slope)[:, None] * right + np.sin(slope)[:, None] * up, visible


def _art_side(target: RigTarget, foot: int, side: float) -> Array:
    """(K,) or (1,): −1 where the foot's artwork looks to the other side than its bone points."""
    looks = target.artwork.looks(target.rest.names[foot]) if target.artwork is not None else np.zeros(0)
    return np.where(looks * side < 0, -1.0, 1.0) if len(looks) else np.ones(1)


def _yawed(turn: Array, sole: Array, up: Array, spans: list[ContactSpan]) -> Array:
    """(K, 4) rotations about the plane's up that point the sole, constant over each contact span at its mean direction,
    interpolated between.
    """
    way = rotate(turn, sole)
    level = way - (way @ up)[:, None] * up
    means = np.stack([level[span.frames].sum(axis=0) for span in spans])
    yaws = np.unwrap(np.arctan2(np.cross(sole, means) @ up, means @ sole))
    ends = np.array([(span.first, span.last - 1) for span in spans])
    angles = np.interp(np.arange(len(turn)), ends.ravel(), np.repeat(yaws, 2))
    return rotation_about(np.broadcast_to(up, way.shape), angles)


def _carried_turn(target: RigTarget, turns: Mapping[int, Array], bone: int) -> Array:
    """(K, 4) the rotation that a bone inherits."""
    return np.broadcast_to(target.carried(turns).turn(bone), (len(target.motion), 4))
