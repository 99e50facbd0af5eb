"""What the strip under the view and the overlay of the video show: how sure a frame is, what is made up, who faces where."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy  # noqa: F401 - the module gpu comes with it
import numpy as np
import pytest

from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.bridge.preview.evidence_strip import DOUBTFUL, SURE, Strip, colours_of
from blender_addon.bridge.preview.footage_overlay import bones_at
from blender_addon.bridge.preview.shown_evidence import ShownEvidence
from blender_addon.core.limbs import Limb
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.skeleton import BONE_CHILDREN, BONE_PARENTS, Joint
from tests.blender.cut_outs import CutOut
from tests.blender.known_walks import WALK, known_motion

pytestmark = pytest.mark.usefixtures("blank_file")


@pytest.fixture
def walk(data_if_any: Path | None) -> SceneMotion:
    """A walk in which the performer turns from the camera to their right."""
    motion = known_motion(CutOut("planar_puppet", data_if_any).body, WALK, np.linspace(0, 90, 48), 48, on_the_spot=True)
    confidence = np.ones((48, 15))
    confidence[10:20] = 0.0
    confidence[30:, Joint.RIGHT_WRIST] = 0.25
    unseen = np.zeros(48, dtype=np.bool_)
    unseen[30:] = True
    return replace(motion, confidence=confidence, unseen={Limb.RIGHT_ARM: unseen})


def test_gaps_and_made_up_stretches_are_told_frame_by_frame(walk: SceneMotion) -> None:
    shown = ShownEvidence.of(walk, 0.5)
    assert np.flatnonzero(shown.gaps).tolist() == list(range(10, 20))
    assert np.flatnonzero(shown.made_up).tolist() == list(range(30, 48))
    np.testing.assert_allclose(shown.confidence[[0, 15, 40]], [1.0, 0.0, 14.25 / 15])


def test_facing_is_the_azimuth_in_which_the_performer_is_seen(walk: SceneMotion) -> None:
    shown = ShownEvidence.of(walk, 0.5)
    assert np.abs(shown.facing - np.linspace(0, 90, 48)).max() < 15


def test_every_frame_is_found_again_where_it_is_drawn(walk: SceneMotion) -> None:
    shown = ShownEvidence.of(walk, 0.5)
    for frame in walk.frames.tolist():
        part = shown.part_of(frame)
        assert part is not None
        assert shown.frame_at(part) == frame
    assert shown.part_of(int(walk.frames[-1]) + 1) is None


def test_a_frame_shows_the_moment_of_the_video_that_it_was_made_of(walk: SceneMotion) -> None:
    shown = ShownEvidence.of(walk, 0.5)
    assert shown.seconds_at(int(walk.frames[0])) == 0
    assert shown.seconds_at(int(walk.frames[0]) + 24) == pytest.approx(24 / walk.fps * 0.5)
    assert shown.seconds_at(int(walk.frames[-1]) + 1) is None


def test_the_strip_lies_between_toolbar_and_sidebar() -> None:
    strip = Strip.of(100.0, 900.0, 1.0)
    assert 100 < strip.left < strip.left + strip.width < 900
    assert strip.has(strip.left + 1, strip.bottom + 1)
    assert not strip.has(strip.left - 1, strip.bottom + 1)
    assert strip.part_at(strip.left + strip.width / 2) == 0.5
    assert (strip.part_at(0), strip.part_at(2000)) == (0.0, 1.0)


def test_colours_go_from_doubtful_to_sure() -> None:
    np.testing.assert_allclose(colours_of(np.array([0.0, 1.0])), [DOUBTFUL, SURE], atol=1e-6)


def test_a_skeleton_lies_where_its_picture_is_and_misses_what_was_not_seen() -> None:
    positions = np.full((30, 15, 2), 50.0, dtype=np.float32)
    positions[:, Joint.HEAD] = (100.0, 20.0)
    confidence = np.ones((30, 15), dtype=np.float32)
    confidence[:, Joint.LEFT_WRIST] = 0.0
    poses = PoseSequence(positions, confidence, fps=25, image_size=(200, 100), start=2.0)
    found = bones_at(poses, 2.5)
    assert found is not None
    ends, sure = found
    assert len(ends) == len(sure) == len(BONE_CHILDREN) - 1
    bones = [pair for pair in zip(BONE_PARENTS, BONE_CHILDREN, strict=True) if Joint.LEFT_WRIST not in pair]
    np.testing.assert_allclose(ends[bones.index((Joint.NECK, Joint.HEAD))], [(0.25, 0.5), (0.5, 0.8)])
    assert bones_at(poses, 1.5) is None
    assert bones_at(poses, 3.5) is None
