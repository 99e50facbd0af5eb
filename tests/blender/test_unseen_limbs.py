"""Limbs that nobody saw for a while are named, marked, and held or left out where that is asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.bridge.body.unseen_limbs import unseen_limbs, unseen_notes, with_unseen_limbs
from blender_addon.bridge.figure.default_placement import default_placement
from blender_addon.bridge.figure.figure_bake import bake_figure
from blender_addon.bridge.figure.figure_style import DEFAULT_STYLE
from blender_addon.bridge.projection.planes import FRONT
from blender_addon.core.limbs import Limb
from blender_addon.core.skeleton import Joint
from blender_addon.settings.cleaning import UnseenLimbs
from tests.blender.rigs import RIGS
from tests.blender.test_rig_bake import Stage, stage_of

pytestmark = pytest.mark.usefixtures("blank_file")

HIDDEN = slice(30, 60)
"""A second of frames at 30 a second."""


def without_left_hand(data: Path | None, hidden: slice = HIDDEN) -> Stage:
    """The street walker, whose left hand is out of sight for some frames."""
    stage = stage_of(RIGS["mixamo"](data), fps=30.0)
    confidence = np.ones_like(stage.motion.confidence)
    confidence[hidden, Joint.LEFT_WRIST] = 0
    return replace(stage, motion=replace(stage.motion, confidence=confidence))


def test_a_limb_that_is_out_of_sight_for_half_a_second_is_named_with_its_frames(data_if_any: Path | None) -> None:
    motion = without_left_hand(data_if_any).motion
    found = unseen_limbs(motion)
    assert list(found) == [Limb.LEFT_ARM]
    assert np.flatnonzero(found[Limb.LEFT_ARM]).tolist() == list(range(HIDDEN.start, HIDDEN.stop))
    (note,) = unseen_notes([with_unseen_limbs(motion, UnseenLimbs.MADE_UP)], ["street"])
    assert "left arm of street" in note
    assert f"{motion.frames[HIDDEN.start]} to {motion.frames[HIDDEN.stop - 1]}" in note


def test_a_limb_that_is_hidden_for_a_moment_is_not(data_if_any: Path | None) -> None:
    assert not unseen_limbs(without_left_hand(data_if_any, slice(30, 40)).motion)


def test_nobody_at_all_is_no_hidden_limb(data_if_any: Path | None) -> None:
    motion = without_left_hand(data_if_any).motion
    confidence = motion.confidence.copy()
    confidence[HIDDEN] = 0
    assert not unseen_limbs(replace(motion, confidence=confidence))


def test_its_keys_on_a_rig_are_marked_and_no_others(data_if_any: Path | None) -> None:
    stage = without_left_hand(data_if_any)
    marked = replace(stage, motion=with_unseen_limbs(stage.motion, UnseenLimbs.MADE_UP))
    marked.bake(1.0)
    kinds: dict[tuple[bool, bool], set[str]] = {}
    from blender_addon.bridge.scene.animation.actions import curves_in_use

    for curve in curves_in_use(stage.armature):
        arm = any(f"Left{part}" in curve.data_path for part in ("Shoulder", "Arm", "ForeArm", "Hand"))
        for key in curve.keyframe_points:
            hidden = HIDDEN.start <= round(key.co[0]) - int(stage.motion.frames[0]) < HIDDEN.stop
            kinds.setdefault((arm, hidden), set()).add(key.type)
    assert kinds == {
        (True, True): {"JITTER"},
        (True, False): {"GENERATED"},
        (False, True): {"GENERATED"},
        (False, False): {"GENERATED"},
    }


def test_held_it_stays_as_it_was_last_seen_and_comes_back_gently(data_if_any: Path | None) -> None:
    motion = without_left_hand(data_if_any).motion
    held = with_unseen_limbs(motion, UnseenLimbs.HOLD)
    hand = held.positions[:, Joint.LEFT_WRIST] - held.positions[:, Joint.LEFT_SHOULDER]
    assert np.allclose(hand[HIDDEN.start - 1 : HIDDEN.stop - 10], hand[HIDDEN.start - 1])
    assert np.array_equal(held.positions[HIDDEN.stop :], motion.positions[HIDDEN.stop :])
    assert np.linalg.norm(np.diff(hand, axis=0), axis=-1).max() < 0.3 * motion.skeleton.height
    assert np.array_equal(np.delete(held.positions, [6, 7], axis=1), np.delete(motion.positions, [6, 7], axis=1))


def drawn(motion: SceneMotion, choice: UnseenLimbs) -> tuple[set[str], set[int]]:
    """The key types of the left arm's layer while it is hidden, and how many strokes its drawings have."""
    import bpy

    seen = with_unseen_limbs(motion, choice)
    figure = bake_figure(bpy.context.scene, seen, default_placement(seen, FRONT, DEFAULT_STYLE), "hidden").figure
    layer = figure.data.layers[Limb.LEFT_ARM]
    hidden = range(int(motion.frames[HIDDEN.start]), int(motion.frames[HIDDEN.stop - 1]) + 1)
    frames = [frame for frame in layer.frames if frame.frame_number in hidden]
    assert len(frames) == len(hidden)
    return {frame.keyframe_type for frame in frames}, {len(frame.drawing.strokes) for frame in frames}


def test_its_drawings_are_marked_or_left_out(data_if_any: Path | None) -> None:
    motion = without_left_hand(data_if_any).motion
    kinds, strokes = drawn(motion, UnseenLimbs.MADE_UP)
    assert kinds == {"JITTER"}
    assert 0 not in strokes
    kinds, strokes = drawn(motion, UnseenLimbs.HIDE)
    assert kinds == {"JITTER"}
    assert strokes == {0}
