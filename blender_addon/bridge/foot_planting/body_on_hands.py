"""Bodies that lean on hands and feet, seen from the side, as in a push-up: how they are turned about their feet until the
hands are on the ground too. Arrays alone.

A flat body takes over the directions of the performer's bones, not the proportions: with longer arms, or shorter legs, its
hands would be in the floor, and with shorter ones in the air. Where a body has depth, its arms reach for the ground.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...core.contacts import LEGS
from ...core.skeleton import Joint
from ..body.contacts import CONTACT_THRESHOLD
from ..body.scene_motion import SceneMotion
from .bearing_hands import bearing_spans
from .contact_spans import ContactSpan, contact_spans, ease_between_spans
from .planted_legs import ease_frames

Array = NDArray[np.float64]

UP = np.array((0.0, 1.0, 0.0))
WRISTS, ANKLES = (Joint.RIGHT_WRIST, Joint.LEFT_WRIST), (Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE)
LEG = 0.5
"""Of a body's height: a cut-out's own legs may be as short as they like."""
APART = 0.3
"""Heights between hands and feet, across the picture, from which on the body leans on both."""
STRETCHED = 0.85
"""Of a leg's length between hip and ankle: who kneels or lunges is on a knee or a foot of its own."""
LYING = np.radians(40)
"""Above the horizon, a trunk rather stands or sits."""
MOST = np.radians(40)
"""A body is turned by no more than this."""


def leaning_spans(motion: SceneMotion, ground: float) -> list[ContactSpan]:
    """The spans in which a body leans on its feet and its hands, both of them seen apart; the ankles of feet that stand are
    at `ground`, up.
    """
    height, fps = motion.skeleton.height, motion.fps
    places = motion.positions * (1, -1)
    feet = places[:, ANKLES].mean(axis=1)
    trunk = places[:, Joint.NECK] - places[:, Joint.MID_HIP]
    lies = trunk[:, 1] < np.tan(LYING) * np.abs(trunk[:, 0])
    on_feet = (motion.contacts >= CONTACT_THRESHOLD).all(axis=1) & _stretched(places)
    leans = np.zeros(len(motion))
    for wrist in WRISTS:
        hand = np.concatenate((places[:, wrist], np.zeros((len(motion), 1))), axis=1)
        apart = np.abs(hand[:, 0] - feet[:, 0]) > APART * height
        # However far below: there is nothing that a hand in the floor could hang from.
        for span in bearing_spans(hand, UP, ground, LEG * height, fps, below=np.inf):
            leans[span.frames] = np.maximum(leans[span.frames], (apart & lies & on_feet)[span.frames])
    return contact_spans(leans)


def _stretched(places: Array) -> NDArray[np.bool_]:
    """(K,) whether both legs are, in the picture."""
    hip, knee, ankle = (places[:, joints] for joints in zip(*LEGS, strict=True))
    thigh, shin, leg = (np.linalg.norm(way, axis=-1) for way in (knee - hip, ankle - knee, ankle - hip))
    return np.asarray((leg > STRETCHED * (thigh + shin)).all(axis=1))


def turns_about_feet(hands: Array, feet: Array, floors: Array, spans: list[ContactSpan], fps: float) -> Array:
    """(K,) radians from right to up by which a body is turned about its feet, so that the lower hand is on the ground while
    the body leans on it; eased in and out.

    Args:
        hands: (K, 2, 2) places across and up of both hands.
        feet: (K, 2) place of the feet.
        floors: (K, 2) how high each hand is on the ground.
        spans: in which the body leans.
        fps: frames per second.
    """
    away = hands - feet[:, None]
    far = np.maximum(np.linalg.norm(away, axis=-1), 1e-9)
    wanted = np.arcsin(np.clip((floors - feet[:, None, 1]) / far, -1, 1))
    side = np.where(away[..., 0] < 0, -1.0, 1.0)
    # Up is away from the feet on either side: the turn that lifts a hand on the left goes the other way round.
    lifts = wanted - np.arctan2(away[..., 1], np.abs(away[..., 0]))
    frames, lower = np.arange(len(lifts)), lifts.argmax(axis=1)
    turn = np.clip(lifts[frames, lower], -MOST, MOST) * side[frames, lower]
    return ease_between_spans(turn, spans, ease_frames(fps))
