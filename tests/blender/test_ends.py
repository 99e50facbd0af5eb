"""Hands, feet and head turn as they were seen, calmly, and feet that stand lie flat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.bridge.body.rotations import product, rotate, rotation_about
from blender_addon.bridge.body.scene_motion import SceneLandmark
from blender_addon.bridge.foot_planting.contact_spans import contact_spans
from blender_addon.bridge.rig.rig_bake import RigBakeSettings, bake_rig
from blender_addon.core.skeleton import Joint
from blender_addon.settings.feet import FeetSettings, LandmarkSettings, Planting
from tests.blender.read_back import angles_off, posed_bones, posed_chains, wanted_vectors
from tests.blender.rigs import RIGS
from tests.blender.street_motion import PASSER_BY
from tests.blender.test_rig_bake import Stage, stage_of

pytestmark = pytest.mark.usefixtures("blank_file")

Array = NDArray[np.float64]
STILL_FRAMES = 60
NOSE_DROP = np.radians(12)


def still(stage: Stage, frame: int = 30, feet: bool = False) -> Stage:
    """The stage with one pose held, in the air unless the feet are to stand."""

    def held(values: Array) -> Array:
        return np.repeat(values[frame : frame + 1], STILL_FRAMES, axis=0)

    motion = stage.motion
    frames, contacts = np.arange(1, STILL_FRAMES + 1), np.full((STILL_FRAMES, 2), float(feet))
    return replace(
        stage,
        motion=replace(
            motion,
            frames=frames,
            positions=held(motion.positions),
            depth=held(motion.depth),
            confidence=held(motion.confidence),
            contacts=contacts,
        ),
    )


def seen(stage: Stage, confidence: float = 1.0, **ways: Array) -> Stage:
    """With landmarks at ways (K, 3) in the armature's space from their joints, in parts of the height."""
    size = stage.motion.skeleton.height
    axes = stage.plane.axes
    landmarks: Mapping[str, SceneLandmark] = {
        name: SceneLandmark(
            size * (np.broadcast_to(way, (STILL_FRAMES, 3)) @ axes.T) * (1, -1, 1), np.full(STILL_FRAMES, confidence)
        )
        for name, way in ways.items()
    }
    return replace(stage, motion=replace(stage.motion, landmarks=landmarks))


def bake(
    stage: Stage, depth: float, landmarks: LandmarkSettings | None = None, planting: Planting = Planting.NEVER
) -> None:
    chosen = RigBakeSettings(
        stage.plane, depth, "ends", feet=FeetSettings(planting), landmarks=landmarks or LandmarkSettings()
    )
    bake_rig(stage.armature, stage.bone_map, stage.motion, chosen)


def posed_way(stage: Stage, bone: str, resting: Array, frames: NDArray[np.int64] | None = None) -> Array:
    """(K, 3) where a direction goes that lies so beside the resting bone."""
    matrices = posed_bones(stage.armature, {bone}, stage.motion.frames if frames is None else frames)[bone][:, :3, :3]
    local = stage.rest.axes[stage.rest.index(bone)].T @ resting
    way = matrices @ local
    return np.asarray(way / np.linalg.norm(way, axis=-1, keepdims=True))


def degrees(one: Array, other: Array) -> Array:
    unit = other / np.linalg.norm(other, axis=-1, keepdims=True)
    return np.asarray(np.degrees(np.arccos(np.clip((one * unit).sum(axis=-1), -1, 1))))


@pytest.mark.parametrize(
    ("yaw", "nod", "tilt"),
    [(35.0, 0.0, 0.0), (-40.0, 0.0, 0.0), (0.0, 25.0, 0.0), (0.0, 0.0, 20.0), (25.0, -15.0, 10.0)],
)
def test_a_3d_head_turns_nods_and_tilts_as_nose_and_ears_tell(
    yaw: float, nod: float, tilt: float, data_if_any: Path | None
) -> None:
    stage = still(stage_of(RIGS["mixamo"](data_if_any), fps=30.0))
    front, up, left = -stage.plane.away, stage.plane.up, stage.plane.right
    turn = rotation_about(up, np.radians(yaw))
    for axis, angle in ((left, nod), (front, tilt)):
        turn = product(turn, rotation_about(axis, np.radians(angle)))
    nose = rotate(turn, np.cos(NOSE_DROP) * front - np.sin(NOSE_DROP) * up)
    ear = rotate(turn, left)
    stage = seen(stage, nose=0.07 * nose, left_ear=0.045 * ear, right_ear=-0.045 * ear)
    bake(stage, 1)
    for resting, wanted in ((front, rotate(turn, front)), (left, ear)):
        assert (
            degrees(posed_way(stage, "mixamorig:Head", resting), np.broadcast_to(wanted, (STILL_FRAMES, 3))).max() < 2
        )
    off = angles_off(
        posed_chains(stage.armature, stage.rest, stage.bone_map, stage.motion.frames),
        wanted_vectors(stage.motion, stage.plane, 1),
        stage.plane,
        flat=False,
    )
    assert off[Joint.HEAD].max() < 3, "the ears stay where the motion has them"


@pytest.mark.parametrize("tilt", [-25.0, 0.0, 30.0])
def test_a_cut_out_head_tilts_with_the_ears(tilt: float, data_if_any: Path | None) -> None:
    stage = still(stage_of(RIGS["puppet"](data_if_any), fps=30.0))
    up, right = stage.plane.up, stage.plane.right
    ear = np.cos(np.radians(tilt)) * right + np.sin(np.radians(tilt)) * up
    stage = seen(stage, left_ear=0.045 * ear, right_ear=-0.045 * ear)
    bake(stage, 0)
    crown = np.cos(np.radians(tilt)) * up - np.sin(np.radians(tilt)) * right
    head = stage.bone_map.chains[Joint.HEAD][-1]
    assert degrees(posed_way(stage, head, up), np.broadcast_to(crown, (STILL_FRAMES, 3))).max() < 2


@pytest.mark.parametrize(("name", "depth"), [("puppet", 0), ("mixamo", 1)])
def test_a_hand_points_to_its_knuckles(name: str, depth: float, data_if_any: Path | None) -> None:
    stage = still(stage_of(RIGS[name](data_if_any), fps=30.0))
    forearm = wanted_vectors(stage.motion, stage.plane, depth)[Joint.RIGHT_WRIST][0]
    forearm = forearm / np.linalg.norm(forearm)
    bent = rotate(rotation_about(stage.plane.away, np.radians(35.0)), forearm)
    stage = seen(stage, right_index_knuckle=0.06 * bent)
    bake(stage, depth)
    hand = stage.bone_map.extremities["right_hand"]
    index = stage.rest.index(hand)
    fingers = [at for at, parent in enumerate(stage.rest.parents) if parent == index]
    resting = (stage.rest.heads[fingers].mean(axis=0) if fingers else stage.rest.tails[index]) - stage.rest.heads[index]
    assert (
        degrees(
            posed_way(stage, hand, resting / np.linalg.norm(resting)), np.broadcast_to(bent, (STILL_FRAMES, 3))
        ).max()
        < 5
    )
    assert stage.bone_map.extremities["left_hand"] not in stage.channels(), "nobody saw it"


def test_a_hand_that_is_hardly_seen_hardly_turns_and_never_trembles(data_if_any: Path | None) -> None:
    stage = still(stage_of(RIGS["mixamo"](data_if_any), fps=30.0))
    noise = stage.plane.right + np.random.default_rng(0).normal(scale=0.3, size=(STILL_FRAMES, 3))
    noise /= np.linalg.norm(noise, axis=-1, keepdims=True)
    assert np.median(degrees(noise[1:], noise[:-1])) > 20
    hand = stage.bone_map.extremities["right_hand"]
    for confidence in (0.05, 0.3, 0.9):
        trembling = seen(stage, confidence, right_index_knuckle=0.06 * noise)
        bake(trembling, 1)
        way = posed_way(trembling, hand, stage.rest.axes[stage.rest.index(hand)][:, 1])
        assert degrees(way[1:], way[:-1]).max() < (0.1 if confidence < 0.1 else 12)


@pytest.mark.parametrize(("name", "depth"), [("mixamo", 1), ("puppet", 0), ("unreal", 1)])
def test_standing_feet_lie_flat(name: str, depth: float, data_if_any: Path | None) -> None:
    stage = stage_of(RIGS[name](data_if_any), PASSER_BY, fps=30.0)
    bake(stage, depth, planting=Planting.AUTO)
    for foot, side in enumerate(("right", "left")):
        up = posed_way(stage, stage.bone_map.extremities[f"{side}_foot"], stage.plane.up)
        for span in contact_spans(stage.motion.contacts[:, foot]):
            assert degrees(up[span.frames], np.broadcast_to(stage.plane.up, up[span.frames].shape)).max() < 1


def test_a_foot_in_the_air_slopes_as_its_sole_does(data_if_any: Path | None) -> None:
    stage = still(stage_of(RIGS["mixamo"](data_if_any), fps=30.0))
    front, up = -stage.plane.away, stage.plane.up
    sole = np.cos(0.6) * front + np.sin(0.6) * up
    stage = seen(stage, right_toe=0.12 * sole - 0.04 * up, right_heel=-0.05 * sole - 0.04 * up)
    bake(stage, 1)
    foot, toe = (stage.rest.index(stage.bone_map.extremities[f"right_{part}"]) for part in ("foot", "toe"))
    level = (stage.rest.heads[toe] - stage.rest.heads[foot]) * (1, 1, 0)
    way = posed_way(stage, stage.rest.names[foot], level / np.linalg.norm(level))
    assert degrees(way, np.broadcast_to(sole, way.shape)).max() < 5


def test_each_part_can_be_left_alone(data_if_any: Path | None) -> None:
    stage = still(stage_of(RIGS["mixamo"](data_if_any), fps=30.0))
    front, up = -stage.plane.away, stage.plane.up
    turned = rotation_about(up, np.radians(40.0))
    ear, hand, toe = 0.04 * rotate(turned, stage.plane.right), 0.06 * up, 0.1 * front
    stage = seen(
        stage,
        nose=0.07 * rotate(turned, front),
        left_ear=ear,
        right_ear=-ear,
        right_index_knuckle=hand,
        right_toe=toe,
        right_heel=-toe,
    )
    ends = {stage.bone_map.extremities["right_hand"], stage.bone_map.extremities["right_foot"]}
    looks = []
    for left_alone, keyed in (
        (None, ends),
        ("hands", {max(ends, key=lambda name: "Foot" in name)}),
        ("feet", {max(ends, key=lambda name: "Hand" in name)}),
        ("head", ends),
    ):
        bake(stage, 1, LandmarkSettings(**{left_alone: False}) if left_alone else None)
        assert ends & set(stage.channels()) == keyed
        looks.append(posed_way(stage, "mixamorig:Head", front)[:1])
    np.testing.assert_allclose(looks[0], looks[1], atol=1e-6)
    assert degrees(looks[0], looks[3])[0] > 10
