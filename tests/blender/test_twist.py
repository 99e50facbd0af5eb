"""Limbs do not spin about themselves: their twist goes on evenly, through a somersault too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from blender_addon.bridge.body.rotations import directions, inverse, product, rotate, rotation_about, shortest_arc
from blender_addon.bridge.projection.planes import local_axes
from blender_addon.bridge.rig.bone_rotations import aims_of, chains_of, deep_turns
from blender_addon.bridge.rig.twist import steady_twist
from tests.blender.read_back import ARMS_AND_LEGS
from tests.blender.rigs import RIGS
from tests.blender.test_rig_bake import EVERY, stage_of

pytestmark = pytest.mark.usefixtures("blank_file")

SOMERSAULT = slice(155, 200)


def twists(turn: np.ndarray, aim: np.ndarray) -> np.ndarray:
    """(K - 1,) degrees that a bone twists about where it points, from frame to frame."""
    step = product(turn[1:], inverse(product(shortest_arc(aim[:-1], aim[1:]), turn[:-1])))
    angle = np.degrees(2 * np.arctan2((step[:, 1:] * aim[1:]).sum(axis=-1), step[:, 0]))
    return np.asarray(np.abs((angle + 180) % 360 - 180))


@pytest.mark.parametrize("name", ["mixamo", "unreal", "kaykit_knight", "rigify"])
def test_no_limb_spins_in_a_somersault(name: str, data_if_any: Path | None) -> None:
    stage = stage_of(RIGS[name](data_if_any), fps=EVERY)
    axes = local_axes(stage.armature, stage.plane)
    turns, aims = deep_turns(stage.rest, stage.bone_map, stage.motion, axes, 1.0), aims_of(stage.motion, axes, 1.0)
    chains = chains_of(stage.rest, stage.bone_map)
    for joint in ARMS_AND_LEGS:
        found = twists(turns[chains[joint].bones[-1]], aims[joint])
        assert found[SOMERSAULT].max() < 50, joint
        assert np.percentile(found, 90) < 15, joint


def test_a_limb_that_passes_where_its_twist_means_nothing_does_not_spin() -> None:
    """Past the opposite of its rest the shortest arc turns round within a frame."""
    at = np.linspace(-0.6, 0.6, 41)
    aim = directions(np.stack((at, np.full_like(at, 0.01), np.full_like(at, -1.0)), axis=-1))
    rest = np.array((0.0, 0, 1))
    arc = shortest_arc(rest, aim)
    assert twists(arc, aim).max() > 60
    steady = steady_twist(arc, aim, np.clip((1 + aim @ rest - 0.03) / 0.07, 0, 1), 30.0)
    assert twists(steady, aim).max() < 25
    assert np.abs(rotate(steady, rest) - aim).max() < 1e-9, "it points where it did"


def test_a_twist_that_is_meant_is_kept() -> None:
    aim = np.broadcast_to((0.0, 0, 1), (60, 3))
    angle = np.linspace(0, 4 * np.pi, 60)
    turn = rotation_about(aim, angle)
    steady = steady_twist(turn, aim, np.ones(60), 30.0)
    assert np.abs(np.abs((steady * turn).sum(axis=-1))[5:-5] - 1).max() < 1e-6
