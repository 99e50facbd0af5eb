"""Channels of a cut-out in the plane are left without full turns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
from numpy.typing import NDArray

from blender_addon.bridge.rig.plane_angles import unwound
from blender_addon.core.skeleton import BONE_INDEX, Joint
from tests.blender.cut_outs import CutOut
from tests.blender.known_walks import STEPPING, known_motion

Array = NDArray[np.float64]


def off(one: Array, other: Array) -> Array:
    """(K,) radians between two angles, by the shorter way."""
    return np.abs((one - other + np.pi) % (2 * np.pi) - np.pi)


def test_a_channel_ends_within_half_a_turn_of_where_it_began() -> None:
    """A windmill that is clearly seen: full turns go where it holds still."""
    angles = np.radians(np.interp(np.arange(120), [0, 20, 80, 119], [10, 10, 810, 810]))
    found = unwound(angles)
    assert abs(found[-1] - found[0]) <= np.pi
    assert off(found, angles).max() < 1e-9
    jumps = np.flatnonzero(np.abs(np.diff(found)) > np.pi)
    assert len(jumps) <= 2


def test_a_channel_that_comes_back_is_left_as_it_is() -> None:
    angles = np.radians(200) * np.sin(np.linspace(0, np.pi, 50))
    np.testing.assert_array_equal(unwound(angles), angles)
    np.testing.assert_array_equal(unwound(np.zeros(1)), np.zeros(1))


def test_a_forearm_that_goes_round_ends_within_half_a_turn_of_where_it_began(
    blank_file: None, data_if_any: Path | None
) -> None:
    on = CutOut("puppet", data_if_any)
    angles = np.radians(np.interp(np.arange(100), [0, 20, 70, 99], [0, 0, 800, 800]))
    motion = known_motion(on.body, STEPPING, 0.0, len(angles), on_the_spot=True)
    forearm = on.body.lengths[BONE_INDEX[Joint.RIGHT_WRIST]] * np.stack((np.cos(angles), -np.sin(angles)), axis=-1)
    positions = motion.positions.copy()
    positions[:, Joint.RIGHT_WRIST] = positions[:, Joint.RIGHT_ELBOW] + forearm
    on.bake(replace(motion, positions=positions))
    [bone] = on.bone_map.chains[Joint.RIGHT_WRIST]
    turned = []
    for frame in motion.frames:
        bpy.context.scene.frame_set(int(frame))
        turned.append(tuple(on.armature.pose.bones[bone].rotation_euler))
    channels = np.array(turned)
    assert np.ptp(channels) > 1, "it moves"
    assert np.abs(channels[-1] - channels[0]).max() < np.pi
    hand, elbow = (on.places(motion, Joint.RIGHT_WRIST, end) for end in (1, 0))
    shown = np.arctan2(*(hand - elbow).T[::-1])
    assert off(shown, angles).max() < np.radians(5)
