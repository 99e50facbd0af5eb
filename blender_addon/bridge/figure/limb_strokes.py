"""The drawn figure as strokes in the picture, limb by limb: joints go in, points and radii come out, all frames at
once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ...core.limbs import Limb
from ...core.skeleton import Joint
from .figure_pose import FigurePose, perpendicular_to, unit
from .figure_strokes import FigureStroke, area, disc, line
from .figure_style import FigureStyle, LimbStyle, Paint
from .head_strokes import head_strokes

Array = NDArray[np.float64]

HULL_POINTS = 36
"""Corners of the shirt and of the trousers' top."""

BEND_STEPS = 7
"""Points along the rounding of an elbow or a knee."""

OUTLINED_FROM = 0.5
"""Part of the upper segment along which a limb's outline comes out, so that the limb grows out of the trunk."""

WAIST, CHEST, BELLY = 0.78, 0.22, 0.56
"""Where on the way from neck to mid-hip the shirt ends, and where its round pieces lie."""

BUTTONS = (0.3, 0.48)
"""The same for the buttons."""

SEEN_FROM_FRONT = -0.15
"""Depth of the trunk's forward direction below which its buttons are seen."""


@dataclass(frozen=True)
class DrawnLimb:
    """The joints that an arm or a leg goes through, and what it and the glove or shoe at its end are painted with."""

    joints: tuple[Joint, Joint, Joint]
    cloth: Paint
    end: Paint


DRAWN_ARMS: Mapping[Limb, DrawnLimb] = MappingProxyType(
    {
        Limb.RIGHT_ARM: DrawnLimb(
            (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST), Paint.RIGHT_SLEEVE, Paint.WHITE
        ),
        Limb.LEFT_ARM: DrawnLimb(
            (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, Joint.LEFT_WRIST), Paint.LEFT_SLEEVE, Paint.WHITE
        ),
    }
)
DRAWN_LEGS: Mapping[Limb, DrawnLimb] = MappingProxyType(
    {
        Limb.RIGHT_LEG: DrawnLimb(
            (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE), Paint.RIGHT_TROUSER, Paint.RIGHT_SHOE
        ),
        Limb.LEFT_LEG: DrawnLimb(
            (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE), Paint.LEFT_TROUSER, Paint.LEFT_SHOE
        ),
    }
)


def limb_strokes(limb: Limb, pose: FigurePose, style: FigureStyle) -> list[FigureStroke]:
    """What the limb is drawn with, from the back to the front."""
    if limb in DRAWN_ARMS:
        return _arm(pose, style, DRAWN_ARMS[limb])
    if limb in DRAWN_LEGS:
        return _leg(pose, style, DRAWN_LEGS[limb], list(DRAWN_LEGS).index(limb))
    return head_strokes(pose, style) if limb is Limb.HEAD else _trunk(pose, style)


def _arm(pose: FigurePose, style: FigureStyle, parts: DrawnLimb) -> list[FigureStroke]:
    hand, height = style.hand, pose.height
    ink = style.outline * height
    elbow, wrist = pose.joints[:, parts.joints[1]], pose.joints[:, parts.joints[2]]
    forearm = unit(wrist - elbow, (0.0, 1.0, 0.0))
    palm = wrist + hand.reach * height * forearm
    # Hanging, thumbs point forward; stretched forward, up.
    thumb = unit(perpendicular_to(unit(pose.forward + pose.face_up, (0.0, -1.0, 0.0)), forearm), (0.0, -1.0, 0.0))
    tip = palm + hand.thumb_reach * height * unit(thumb + 0.5 * forearm, (0.0, 1.0, 0.0))
    mitten = np.stack((wrist + 0.012 * height * forearm, palm), axis=1)[..., :2]
    thumbs = np.stack((palm, tip), axis=1)[..., :2]
    pieces = (
        line(parts.end, thumbs, np.full(2, hand.thumb * height), ink=ink),
        line(parts.end, mitten, np.array((hand.cuff, hand.palm)) * height, ink=ink),
    )
    # All ink lies behind all skin, so that no line parts the thumb from the hand.
    behind = [stroke for piece in pieces for stroke in piece[:-1]]
    return [*_limb(pose, style, style.arm, parts), *behind, *(stroke for piece in pieces for stroke in piece[-1:])]


def _leg(pose: FigurePose, style: FigureStyle, parts: DrawnLimb, side: int) -> list[FigureStroke]:
    shoe, height = style.shoe, pose.height
    heel = pose.joints[:, parts.joints[2]] + shoe.drop * height * pose.soles[:, side]
    toe = heel + shoe.length * height * pose.feet[:, side]
    foot = np.stack((heel, toe), axis=1)[..., :2]
    shoes = line(parts.end, foot, np.array((shoe.heel, shoe.toe)) * height, ink=style.outline * height)
    return [*_limb(pose, style, style.leg, parts), *shoes]


def _limb(pose: FigurePose, style: FigureStyle, limb: LimbStyle, parts: DrawnLimb) -> list[FigureStroke]:
    """Upper joint, rounded bend, lower joint; thinner downwards."""
    weights = _bend_weights(limb.bend)
    points = np.einsum("pj,kjc->kpc", weights, pose.joints[:, list(parts.joints), :2])
    radii = weights @ np.array((limb.upper, limb.middle, limb.lower)) * pose.height
    out = np.clip((1 - weights[:, 0]) / OUTLINED_FROM, 0, 1)
    # At the joint itself the ink stays inside: no rim of it shows on the trunk.
    return line(parts.cloth, points, radii, ink=style.outline * pose.height * (1.3 * out - 0.3))


def _bend_weights(bend: float) -> Array:
    """(P, 3) parts of the three joints in each point: straight to `bend` before the middle joint, a parabola past it,
    and straight on.
    """
    step = np.linspace(0, 1, BEND_STEPS)
    before, after = np.array((bend, 1 - bend, 0)), np.array((0, 1 - bend, bend))
    curve = (
        ((1 - step) ** 2)[:, None] * before + (2 * step * (1 - step))[:, None] * (0, 1, 0) + (step**2)[:, None] * after
    )
    upper, lower = np.array((1.0, 0, 0)), np.array((0, 0, 1.0))
    return np.concatenate(
        ([upper, (2 * upper + before) / 3, (upper + 2 * before) / 3], curve, [(after + lower) / 2, lower])
    )


def _trunk(pose: FigurePose, style: FigureStyle) -> list[FigureStroke]:
    torso, height = style.torso, pose.height
    ink = style.outline * height
    neck, mid_hip = pose.joint(Joint.NECK), pose.joint(Joint.MID_HIP)
    shoulders = [pose.joint(joint) for joint in (Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER)]
    hips = [pose.joint(joint) for joint in (Joint.RIGHT_HIP, Joint.LEFT_HIP)]
    spine = {part: neck + part * (mid_hip - neck) for part in (WAIST, CHEST, BELLY, *BUTTONS)}
    waist = [shoulder + WAIST * (hip - shoulder) for shoulder, hip in zip(shoulders, hips, strict=True)]
    shirt = np.stack((*shoulders, *waist, spine[CHEST], spine[BELLY]), axis=1)
    shirt_radii = (
        np.array((torso.shoulder, torso.shoulder, torso.waist, torso.waist, torso.chest, torso.belly)) * height
    )
    seat = np.stack((*hips, spine[WAIST]), axis=1)
    seat_radii = np.array((torso.hip, torso.hip, torso.belly * 0.9)) * height
    strokes = [*_cloth(Paint.BELT, seat, seat_radii, ink), *_cloth(Paint.SHIRT, shirt, shirt_radii, ink)]
    for ends, radius in ((shoulders, torso.girdle), (hips, torso.girdle), ((neck, mid_hip), torso.spine)):
        strokes += line(Paint.SHIRT, np.stack(ends, axis=1), np.full(2, radius * height), ink=ink)
    ahead = pose.forward[:, 2] < SEEN_FROM_FRONT
    for part in BUTTONS:
        strokes += disc(
            Paint.INK, spine[part] + torso.belly * height * pose.forward[:, :2], torso.button * height, shown=ahead
        )
    return strokes


def _cloth(paint: Paint, centres: Array, radii: Array, ink: float) -> list[FigureStroke]:
    """An area stretched round discs, and its ink behind it."""
    if not radii.any():
        return []
    inside = area(paint, _hull(centres, radii))
    return [area(Paint.INK, _hull(centres, radii + ink)), inside] if ink else [inside]


def _hull(centres: Array, radii: Array) -> Array:
    """(K, HULL_POINTS, 2): the band stretched round discs (K, N, 2) of radii (N,), as its outermost point in every
    direction.
    """
    angle = np.linspace(0, 2 * np.pi, HULL_POINTS, endpoint=False)
    directions = np.stack((np.cos(angle), np.sin(angle)), axis=-1)
    outermost = (np.einsum("knc,pc->kpn", centres, directions) + radii).argmax(axis=-1)
    return np.asarray(
        np.take_along_axis(centres, outermost[..., None], axis=1) + radii[outermost][..., None] * directions,
        dtype=np.float64,
    )
