"""Heads turned by known angles, from a pose file through the networks to the rig: a flat rig's head rolls as the ears
tilt, a 3D rig's does all three.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import bpy
import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.core.skeleton import Joint
from tests.blender.read_back import posed_bones
from tests.blender.rigs import RIGS
from tests.blender.scene_of_puppet import forget_session
from tests.blender.turned_heads import FPS, Angles, head_angles, held_frames, write_clip

pytestmark = pytest.mark.usefixtures("addon")

Array = NDArray[np.float64]

NODS: tuple[Angles, ...] = ((0, -40, 0), (0, -20, 0), (0, 20, 0), (0, 40, 0))
TURNS: tuple[Angles, ...] = ((-70, 0, 0), (-35, 0, 0), (35, 0, 0), (70, 0, 0))
TILTS: tuple[Angles, ...] = ((0, 0, -40), (0, 0, -20), (0, 0, 20), (0, 0, 40))
COMBINED: tuple[Angles, ...] = (
    (35, -20, 0),
    (-60, -20, 0),
    (70, -30, 0),
    (-70, 20, 0),
    (60, 15, 12),
    (-40, -25, -15),
    (40, 0, 20),
    (0, -30, 25),
    (-70, -10, 10),
)
CASES = (*NODS, *TURNS, *TILTS, *COMBINED)
FURTHEST_YAW, FURTHEST_PITCH = 80, 60
"""Degrees that a neck lets a head turn and nod."""


def baked(rig: str, cases: Sequence[Angles], poses: Path, data: Path | None) -> tuple[Array, Array]:
    """(cases, F, 3, 3) how head and chest of the rig are turned from their rest in the world while the head has each
    case's angles, once the add-on has put the clip onto it.
    """
    from blender_addon.bridge.rig.measured_character import read_character

    bpy.ops.wm.read_homefile(use_empty=True)
    forget_session()
    scene = bpy.context.scene
    armature = RIGS[rig](data)
    settings = scene.retarget2d
    settings.armature, settings.bake, settings.video, settings.performer = armature, {"RIG"}, str(poses), 1
    scene.render.fps = round(FPS)
    assert bpy.ops.retarget2d.detect() == {"FINISHED"}
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    character = read_character(armature)
    rest, chains = character.rest, character.bone_map.chains
    names = [chains[joint][-1] for joint in (Joint.HEAD, Joint.NECK)]
    frames = held_frames(len(cases))
    posed = posed_bones(armature, set(names), settings.start_frame + frames.ravel())
    world = np.array(armature.matrix_world)[:3, :3]
    turns = []
    for name in names:
        matrices, resting = posed[name][:, :3, :3], world @ rest.axes[rest.index(name)]
        turned = (
            matrices / np.linalg.norm(matrices, axis=1, keepdims=True) @ (resting / np.linalg.norm(resting, axis=0)).T
        )
        turns.append(turned.reshape(*frames.shape, 3, 3))
    return turns[0], turns[1]


def rolls(head: Array) -> Array:
    """(cases,) the middle of the degrees by which a flat head is turned to the right of the picture."""
    return np.asarray(np.median(np.degrees(np.arctan2(head[..., 0, 2], head[..., 2, 2])), axis=-1))


def angles_of(turns: Array) -> Array:
    """(cases, F, 3) yaw, pitch and roll of turns in the world, of a rig that looks to −Y."""
    axes = np.array(((1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.0, -1.0, 0.0))).T
    return head_angles((axes.T @ turns @ axes).reshape(-1, 3, 3)).reshape(*turns.shape[:2], 3)


@pytest.fixture(autouse=True)
def _fresh(addon: ModuleType) -> None:
    forget_session()


@pytest.mark.parametrize(("rig", "hidden_ear_from"), [("puppet", 180.0), ("puppet", 45.0), ("planar_puppet", 180.0)])
def test_a_flat_head_rolls_as_it_tilts_and_not_as_it_nods_or_turns(
    rig: str, hidden_ear_from: float, tmp_path: Path, data_if_any: Path | None
) -> None:
    head, _ = baked(rig, CASES, write_clip(tmp_path / "heads.npz", CASES, hidden_ear_from=hidden_ear_from), data_if_any)
    wrong = {}
    for case, roll in zip(CASES, rolls(head), strict=True):
        one_ear = abs(case[0]) > hidden_ear_from
        # With one ear nothing tells a tilt.
        allowed = 5 if case in NODS + TURNS else 8 if not one_ear else 8 + abs(case[2])
        if abs(roll - case[2]) > allowed:
            wrong[case] = round(float(roll))
    assert wrong == {}


@pytest.mark.parametrize(
    ("rig", "hidden_ear_from", "allowed"), [("mixamo", 180.0, 12), ("unreal", 180.0, 12), ("mixamo", 45.0, 18)]
)
def test_a_3d_head_turns_nods_and_tilts_by_the_angles_of_the_performers(
    rig: str, hidden_ear_from: float, allowed: float, tmp_path: Path, data_if_any: Path | None
) -> None:
    head, chest = baked(
        rig, CASES, write_clip(tmp_path / "heads.npz", CASES, hidden_ear_from=hidden_ear_from), data_if_any
    )
    found = np.median(angles_of(head), axis=1)
    wrong = {
        case: np.round(angles)
        for case, angles in zip(CASES, found, strict=True)
        if np.abs(angles - case).max() > allowed
    }
    assert wrong == {}
    beside = angles_of(np.swapaxes(chest, -1, -2) @ head)
    assert np.abs(beside[..., 0]).max() <= FURTHEST_YAW
    assert np.abs(beside[..., 1]).max() <= FURTHEST_PITCH


def test_the_nod_of_a_whole_profile_leans_a_flat_head(tmp_path: Path, data_if_any: Path | None) -> None:
    """Who is seen from the side nods in the picture's plane."""
    head, _ = baked("puppet", NODS, write_clip(tmp_path / "heads.npz", NODS, azimuth=90), data_if_any)
    for (_, nod, _), roll in zip(NODS, rolls(head), strict=True):
        assert roll == pytest.approx(-nod, abs=12)


def test_a_flat_head_seen_from_behind_tilts_as_it_is_seen(tmp_path: Path, data_if_any: Path | None) -> None:
    cases = (*TILTS, *NODS, (30, 0, 0))
    head, _ = baked("puppet", cases, write_clip(tmp_path / "heads.npz", cases, azimuth=180), data_if_any)
    for (_, _, tilt), roll in zip(cases, rolls(head), strict=True):
        assert roll == pytest.approx(-tilt, abs=8)


@pytest.mark.parametrize("rig", ["puppet", "mixamo"])
def test_a_head_whose_landmarks_are_hardly_seen_goes_on_as_its_neck_carries_it(
    rig: str, tmp_path: Path, data_if_any: Path | None
) -> None:
    cases = ((0, 0, 40), (60, -30, 0))
    head, _ = baked(rig, cases, write_clip(tmp_path / "heads.npz", cases, sure=0.1), data_if_any)
    if rig == "puppet":
        assert np.abs(rolls(head)).max() < 5
    else:
        assert np.abs(np.median(angles_of(head), axis=1)[:, [0, 2]]).max() < 10
