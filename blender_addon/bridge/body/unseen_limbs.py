"""Limbs that nobody saw for a while: what a motion has there is made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...core.contacts import runs
from ...core.keys import smoothstep
from ...core.limbs import Limb
from ...core.skeleton import Joint
from ...settings.cleaning import UnseenLimbs
from .scene_motion import SceneMotion

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

UNSEEN = 0.3
"""Confidence below which a joint is where the network thinks it, and not where it was seen."""
SECONDS = 0.5
"""A limb that is out of sight for no longer than that is led on from before and after."""
EASE_SECONDS = 0.3
"""Time in which a limb that was held comes to where it is seen again."""
CHAINS: Mapping[Limb, tuple[Joint, Joint, Joint]] = {
    Limb.RIGHT_ARM: (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
    Limb.LEFT_ARM: (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, Joint.LEFT_WRIST),
    Limb.RIGHT_LEG: (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
    Limb.LEFT_LEG: (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
}
FEET = (Limb.RIGHT_LEG, Limb.LEFT_LEG)
"""The limbs of the columns of contacts."""
MOST_STRETCHES = 3
"""Stretches of frames that a note names."""


def unseen_limbs(motion: SceneMotion) -> dict[Limb, Mask]:
    """(K,) where each limb was out of sight for longer than SECONDS, while others were seen; limbs that never are, are
    left out.
    """
    somebody = (motion.confidence >= UNSEEN).any(axis=1)
    found = {}
    for limb, chain in CHAINS.items():
        hidden: Mask = np.asarray((motion.confidence[:, chain[1:]] < UNSEEN).any(axis=1) & somebody)
        lasting = np.zeros_like(hidden)
        for first, last in runs(hidden):
            lasting[first:last] = last - first > SECONDS * motion.fps
        if lasting.any():
            found[limb] = lasting
    return found


def with_unseen_limbs(motion: SceneMotion, choice: UnseenLimbs) -> SceneMotion:
    """Note which limbs were out of sight, and hold them in the pose that they were last seen in where that is asked for.

    A leg that is held stands on nothing meanwhile.
    """
    unseen = unseen_limbs(motion)
    motion = replace(motion, unseen=unseen, hides=choice is UnseenLimbs.HIDE)
    if choice is UnseenLimbs.MADE_UP or not unseen:
        return motion
    positions, depth, contacts = (values.copy() for values in (motion.positions, motion.depth, motion.contacts))
    ease = max(1, round(EASE_SECONDS * motion.fps))
    for limb, mask in unseen.items():
        start, *rest = CHAINS[limb]
        for first, last in runs(mask):
            model = first - 1 if first else min(last, len(motion) - 1)
            left = last - np.arange(first, last)
            share = smoothstep(np.clip(left / ease, 0, 1)) if last < len(motion) else np.ones(last - first)
            for joint in rest:
                _hold(positions, (start, joint), slice(first, last), model, share[:, None])
                _hold(depth, (start, joint), slice(first, last), model, share)
            if limb in FEET:
                contacts[first:last, FEET.index(limb)] = 0
    return replace(motion, positions=positions, depth=depth, contacts=contacts)


def unseen_notes(motions: Sequence[SceneMotion], names: Sequence[str]) -> list[str]:
    """A sentence about each limb that was out of sight, and when."""
    notes = []
    for motion, name in zip(motions, names, strict=True):
        for limb, mask in (motion.unseen or {}).items():
            stretches = [(motion.frames[first], motion.frames[last - 1]) for first, last in runs(mask)]
            told = ", ".join(f"{first} to {last}" for first, last in stretches[:MOST_STRETCHES])
            more = f" and {len(stretches) - MOST_STRETCHES} more times" if len(stretches) > MOST_STRETCHES else ""
            notes.append(
                f"Nobody sees the {limb.lower()} of {name} on the frames {told}{more}: its pose there is made up, and its keys are marked as Jitter."
            )
    return notes


def _hold(values: Array, joints: tuple[Joint, Joint], frames: slice, model: int, share: Array) -> None:
    """Keep a joint beside the start of its limb as it is on the frame `model`, by `share` of the way."""
    start, joint = joints
    held = values[frames, start] + (values[model, joint] - values[model, start])
    values[frames, joint] += share * (held - values[frames, joint])
