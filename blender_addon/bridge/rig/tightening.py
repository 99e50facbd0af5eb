"""Which curves are to be fitted more closely, and on which frames, so that all together leave the joints where they
were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..body.contacts import STANDS
from .deviation import At, Channel, End, KeyedBones, carriers, ends_of, places_of
from .key_parts import Part, feet_of
from .pose import RigTarget

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

JOINTS = 0.0092
"""Part of the character's height that a joint may be from where it is with a key a frame: errors of a chain of bones
add up at its end.
"""
JOINTS_BY_IK, CONTROLS = 0.0042, 0.0025
"""The same on rigs whose limbs are keyed by IK, and for the controls that draw them: elbows and knees of nearly
straight limbs go farther than either.
"""
STANDING = 0.002
"""The same for feet while they stand: they must not begin to slide."""
AIM, LEAST = 0.95, 0.5
"""What part of its limit a joint that is off is brought to, and how much the error of a curve is lessened at once."""
FAIR = 0.9
"""Part of its tolerance that a curve is taken to be off by at least: where it is less, that is by chance."""
AROUND = (0,) * 14 + (1,) * 6 + (2,) * 4
"""Round by round, frames on both sides of where a joint is off that are tightened too: the last ones end it."""


@dataclass(frozen=True, eq=False)
class Joints:
    """Where the joints of a rig are with a key a frame: `exact` (K,) values of all channels, the `ends` (3,) at rest
    that are compared, where they are `wanted` (K, 3), and the `limits` (K,) within which they are to stay.
    """

    target: RigTarget
    bones: KeyedBones
    exact: Mapping[Channel, Array]
    ends: Mapping[End, Array]
    wanted: Mapping[End, Array]
    limits: Mapping[End, Array]

    @classmethod
    def of(cls, target: RigTarget, bones: KeyedBones, exact: Mapping[Channel, Array]) -> Joints:
        """Of these values."""
        ends = ends_of(target, bones)
        wanted = places_of(target, bones, ends, exact)
        return cls(target, bones, exact, ends, wanted, _limits(target, bones, wanted))

    def places(
        self, values: Mapping[Channel, Array], frames: Mask | None = None, ends: Iterable[End] | None = None
    ) -> dict[End, Array]:
        """(K, 3) where joints are with other values, on all frames or on some."""
        return places_of(
            self.target,
            self.bones,
            self.ends if ends is None else {end: self.ends[end] for end in ends},
            values,
            frames,
        )


def tightened(joints: Joints, parts: Sequence[Part], values: Mapping[Channel, Array], around: int) -> list[Array]:
    """(K,) the tolerance of each part from now on: less where a joint is off by it."""
    tolerances = [part.track.tolerance.copy() for part in parts]
    found = joints.places(values)
    off = {end: np.linalg.norm(found[end] - joints.wanted[end], axis=1) / limit for end, limit in joints.limits.items()}
    off = {end: far for end, far in off.items() if far.max() > 1}
    if not off:
        return tolerances
    frames = np.max(list(off.values()), axis=0) > 1
    errors = {end: (found[end] - joints.wanted[end])[frames] for end in off}
    blame = {end: np.zeros((len(parts), int(frames.sum()))) for end in off}
    for end, index, place in _without(joints, parts, values, frames, off):
        blame[end][index] = ((found[end][frames] - place) * errors[end]).sum(axis=1) / np.maximum(
            (errors[end] ** 2).sum(axis=1), 1e-30
        )
    own = np.stack([_own_error(joints, part, values, frames) for part in parts])
    factors = np.min([_factors(blame[end], off[end][frames]) for end in off], axis=0)
    at = np.flatnonzero(frames)
    for index, part in enumerate(parts):
        before = part.track.tolerance
        less = factors[index] < 1
        for step in range(-around, around + 1):
            places = np.clip(at[less] + step, 0, len(before) - 1)
            error = np.minimum(np.maximum(own[index, less], FAIR * before[at[less]]), before[places])
            np.minimum.at(tolerances[index], places, factors[index, less] * error)
    return tolerances


def _without(
    joints: Joints, parts: Sequence[Part], values: Mapping[Channel, Array], frames: Mask, ends: Iterable[End]
) -> list[tuple[End, int, Array]]:
    """Where the joints would be, on some frames, if one part were exact: all that it carries."""
    above = {end: carriers(joints.target, end) for end in ends}
    here = {channel: numbers[frames] for channel, numbers in values.items()}
    found = []
    for index, part in enumerate(parts):
        if hangs := [end for end, bones in above.items() if part.bone in bones]:
            tried = {**here, **{channel: joints.exact[channel][frames] for channel in part.channels}}
            found += [(end, index, place) for end, place in joints.places(tried, frames, hangs).items()]
    return found


def _own_error(joints: Joints, part: Part, values: Mapping[Channel, Array], frames: Mask) -> Array:
    """(F,) how far a part is off itself, in its own unit."""
    errors = np.stack([(values[channel] - joints.exact[channel])[frames] for channel in part.channels], axis=1)
    return np.asarray(np.linalg.norm(errors * part.scales, axis=1))


def _factors(blame: Array, off: Array) -> Array:
    """(N, F) what is to be left of the error of each part: those that are most to `blame` (N, F) for a joint that is
    `off` (F,) limits go first.
    """
    order = np.argsort(-blame, axis=0)
    share = np.maximum(np.take_along_axis(blame, order, axis=0), 0)
    need = np.maximum(1 - AIM / np.maximum(off, 1e-9), 0) * (off > 1)
    able = np.cumsum(share * (1 - LEAST), axis=0)
    taken = np.clip(need - (able - share * (1 - LEAST)), 0, share * (1 - LEAST))
    factors = np.ones_like(blame)
    np.put_along_axis(factors, order, 1 - taken / np.maximum(share, 1e-12), axis=0)
    return factors


def _limits(target: RigTarget, bones: KeyedBones, wanted: dict[End, Array]) -> dict[End, Array]:
    """(K,) how far each end may be off: feet, and controls that are moved, less while they stand."""
    height, contacts = target.motion.skeleton.height, target.motion.contacts >= STANDS
    feet = [set(feet_of(target, foot)) for foot in range(2)]
    joints = JOINTS_BY_IK if target.limbs.ik else JOINTS
    limits = {}
    for end, places in wanted.items():
        bone = end.bone
        stands = np.zeros(len(places), dtype=np.bool_)
        for foot in range(2):
            if bone in feet[foot]:
                stands |= contacts[:, foot]
        control = (bone != target.root and bone in bones.moved) or end.at == At.MEETING
        if control and end.at in (At.HEAD, At.JOINT, At.MEETING):
            still = np.linalg.norm(np.diff(places, axis=0, prepend=places[:1]), axis=1) < STANDING * height
            stands |= still & contacts.any(axis=1)
        limits[end] = np.where(stands, STANDING, CONTROLS if control else joints) * height
    return limits
