"""What the camera did does not come onto the character, unless it is kept; and where it is unknown, that is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.core import pose_files
from blender_addon.core.pose_sequence import CameraPath
from tests.blender.pose_clips import FRAMES, street_people, write_npz
from tests.blender.scene_of_puppet import ask, open_puppet

pytestmark = pytest.mark.usefixtures("fresh_session")

PANNED = 300.0
"""Pixels that the camera pans over the clip."""


@pytest.fixture
def clips(tmp_path: Path) -> tuple[Path, Path]:
    """Somebody filmed by a camera that stands still, and the same as a panning one sees it."""
    still, panned = write_npz(tmp_path / "still.npz", street_people()[:1]), tmp_path / "panned.npz"
    write_panned(still, panned, confidence=1.0)
    return still, panned


def write_panned(still: Path, panned: Path, confidence: float) -> None:
    poses = pose_files.read(still)
    shift = np.stack([np.linspace(0, PANNED, FRAMES), np.zeros(FRAMES)], axis=1).astype(np.float32)
    zeros = np.zeros(FRAMES, np.float32)
    camera = CameraPath(shift, zeros, zeros, zeros + np.float32(confidence))
    person = poses.people[0]
    filmed = replace(person, positions=person.positions - shift[:, None], camera=camera)
    pose_files.write(pose_files.PoseFile((filmed,), poses.ids), panned)


def path_of(clip: Path, camera_motion: str = "AUTOMATIC") -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """(T, 2) of the mid-hip as it is retargeted."""
    from blender_addon.bridge.job.session import session

    open_puppet()
    ask(video=str(clip), frame_range="").editing.camera_motion = camera_motion
    assert bpy.ops.retarget2d.detect() == {"FINISHED"}
    assert bpy.ops.retarget2d.retarget() == {"FINISHED"}
    return np.asarray(session.takes[0].motion.positions[:, 8])


def test_who_is_panned_with_goes_as_far_as_seen_by_a_camera_that_stands_still(clips: tuple[Path, Path]) -> None:
    still, panned = (path_of(clip) for clip in clips)
    kept = path_of(clips[1], "KEPT")
    assert np.abs(panned - still).max() < 0.01 * np.ptp(still[:, 0])
    assert np.abs(kept - still).max() > 0.3 * np.ptp(still[:, 0])


def test_a_background_that_could_not_be_followed_is_named(clips: tuple[Path, Path]) -> None:
    from blender_addon.bridge.job.session import session

    write_panned(clips[0], clips[1], confidence=0.0)
    kept, automatic = path_of(clips[1], "KEPT"), path_of(clips[1])
    np.testing.assert_array_equal(automatic, kept)
    assert session.notices == [
        f"The background of still.npz could not be followed in {FRAMES} of {FRAMES} frames, so the camera's motion is "
        "kept; set Camera Motion to Taken Out to use what was found of it."
    ]
