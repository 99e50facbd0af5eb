"""What the camera did is taken out of what the performers do, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from blender_addon.core import pose_files
from blender_addon.core.camera_motion import CameraHandling, handled, notice, to_first_frame, to_picture
from blender_addon.core.codec import flatten
from blender_addon.core.detection.identity import merge, split
from blender_addon.core.motion import Blend, View
from blender_addon.core.pose_files import PoseFile
from blender_addon.core.pose_sequence import CameraPath, DepthEvidence, PoseSequence
from blender_addon.core.retargeting import Retargeter
from blender_addon.core.smoothing import cleaned
from tests.street_poses import FILE, PASSER_BY

FRAMES = 60


def hand_held(frames: int, confidence: float = 1.0) -> CameraPath:
    """A camera that pans, trembles, turns a little and zooms in."""
    time = np.arange(frames, dtype=np.float32)
    shift = np.stack([9 * time + 4 * np.sin(2.1 * time), 3 * np.sin(1.3 * time)], axis=1)
    shift[0] = 0
    sure = np.full(frames, confidence, np.float32)
    sure[0] = 1
    return CameraPath(shift, 0.03 * np.sin(0.2 * time), 0.004 * time, sure)


@pytest.fixture(scope="module")
def walker() -> PoseSequence:
    """The woman of the shipped video, filmed by a camera that stands still, with some depth."""
    seen = pose_files.read(FILE).people[PASSER_BY][60 : 60 + FRAMES]
    return replace(seen, depth=DepthEvidence(seen.positions[..., 0] - seen.positions[:, :1, 0], seen.confidence))


def differs(one: PoseSequence, other: PoseSequence) -> set[str]:
    """What the two do not have alike, bit for bit."""
    theirs = flatten(other)
    return {leaf.name for leaf, array in flatten(one).items() if not np.array_equal(array, theirs[leaf])}


def test_the_picture_of_the_first_frame_and_back(walker: PoseSequence) -> None:
    filmed = to_picture(walker, hand_held(FRAMES))
    assert np.abs(filmed.positions - walker.positions)[walker.seen].max() > 300
    still = to_first_frame(filmed)
    assert still.camera is None
    assert np.abs(still.positions - walker.positions).max() < 0.01
    assert walker.landmarks is not None
    assert still.landmarks is not None
    assert np.abs(still.landmarks.positions - walker.landmarks.positions).max() < 0.01
    assert walker.depth is not None
    assert still.depth is not None
    assert np.abs(still.depth.values - walker.depth.values).max() < 0.01
    assert (still.seen == walker.seen).all()


def test_a_part_of_a_clip_is_in_the_picture_of_its_own_first_frame(walker: PoseSequence) -> None:
    part = to_picture(walker, hand_held(FRAMES))[20:]
    still = to_first_frame(part)
    np.testing.assert_array_equal(still.positions[0], part.positions[0])


def test_a_moving_camera_changes_no_motion(walker: PoseSequence, kinematic: Retargeter) -> None:
    filmed = to_picture(walker, hand_held(FRAMES))
    for view in (None, View(30.0)):
        expected, found = kinematic.retarget(walker, view=view), kinematic.retarget(filmed, view=view)
        assert np.abs(found.positions - expected.positions).max() < 0.1
        assert np.abs(found.depth - expected.depth).max() < 0.1
        assert np.abs(found.contacts - expected.contacts).max() < 0.01
        assert found.landmarks is not None
        assert expected.landmarks is not None
        assert np.abs(found.landmarks.offsets - expected.landmarks.offsets).max() < 0.1


def test_a_blend_and_the_body_of_another_clip_know_no_camera_either(
    walker: PoseSequence, kinematic: Retargeter
) -> None:
    filmed = to_picture(walker, hand_held(FRAMES))
    other = walker[5:40]
    expected = kinematic.retarget(other, walker, blend=Blend(walker, motion=0.5))
    found = kinematic.retarget(other, filmed, blend=Blend(filmed, motion=0.5))
    assert np.abs(found.positions - expected.positions).max() < 0.1


def test_a_camera_that_stands_still_changes_no_bit(walker: PoseSequence, kinematic: Retargeter) -> None:
    zeros = np.zeros(FRAMES, np.float32)
    still = replace(walker, camera=CameraPath(np.zeros((FRAMES, 2), np.float32), zeros, zeros, zeros + 1))
    assert to_first_frame(still) is still
    assert not differs(replace(cleaned(still, 0.75).poses, camera=None), cleaned(walker, 0.75).poses)
    motion, expected = kinematic.retarget(still), kinematic.retarget(walker)
    assert all(np.array_equal(a, b) for a, b in zip(flatten(motion).values(), flatten(expected).values(), strict=True))


def test_a_trembling_camera_is_no_jitter_of_the_performer(walker: PoseSequence) -> None:
    camera = hand_held(FRAMES)
    calm = cleaned(walker, 0.75).poses
    found = cleaned(to_picture(walker, camera), 0.75).poses
    assert found.camera is camera
    assert np.abs(to_first_frame(found).positions - calm.positions).max() < 0.05


def test_automatic_takes_out_what_could_be_followed(walker: PoseSequence) -> None:
    filmed = to_picture(walker, hand_held(FRAMES))
    assert handled(filmed, CameraHandling.AUTOMATIC) is filmed
    assert handled(filmed, CameraHandling.TAKEN_OUT) is filmed
    assert handled(filmed, CameraHandling.KEPT).camera is None
    assert handled(walker, CameraHandling.KEPT) is walker
    assert {notice(filmed, handling) for handling in CameraHandling} == {""}


def test_where_the_background_was_lost_it_is_said_and_nothing_is_taken_out(walker: PoseSequence) -> None:
    lost = to_picture(walker, hand_held(FRAMES, confidence=0.0))
    assert handled(lost, CameraHandling.AUTOMATIC).camera is None
    assert handled(lost, CameraHandling.TAKEN_OUT) is lost
    assert notice(lost, CameraHandling.AUTOMATIC) == (
        "The background of street.mp4 could not be followed in 59 of 60 frames, so the camera's motion is kept; "
        "set Camera Motion to Taken Out to use what was found of it."
    )
    assert notice(lost, CameraHandling.TAKEN_OUT).endswith(
        "in 59 of 60 frames; where the camera moved there, set Camera Motion to Kept and move the character by hand."
    )
    assert notice(lost, CameraHandling.KEPT) == notice(walker, CameraHandling.AUTOMATIC) == ""


def test_a_cut_alone_does_not_make_a_camera_unknown(walker: PoseSequence) -> None:
    camera = hand_held(FRAMES)
    sure = camera.confidence.copy()
    sure[30] = 0
    filmed = to_picture(walker, replace(camera, confidence=sure))
    assert handled(filmed, CameraHandling.AUTOMATIC) is filmed
    assert notice(filmed, CameraHandling.AUTOMATIC) == ""


def test_everybody_keeps_the_camera_whoever_they_are(walker: PoseSequence, tmp_path: Path) -> None:
    """It is the picture's: who is split off has all of it, and it is in files."""
    filmed = to_picture(walker, hand_held(FRAMES))
    parted = split(PoseFile((filmed,), (1,)), 1, 30)
    joined = merge(parted, 1, 2)
    pose_files.write(parted, tmp_path / "two.npz")
    for person in (*parted.people, *joined.people, *pose_files.read(tmp_path / "two.npz").people):
        assert person.camera is not None
        assert filmed.camera is not None
        for one, other in zip(vars(person.camera).values(), vars(filmed.camera).values(), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("field", ["shift", "rotation", "log_scale", "confidence"])
def test_a_path_of_other_shapes_or_no_numbers_is_refused(field: str) -> None:
    good = hand_held(4)
    for wrong in (np.zeros((3, 3), np.float32), np.full_like(getattr(good, field), np.nan)):
        with pytest.raises(ValueError, match=r"[Cc]amera"):
            replace(good, **{field: wrong})


def test_a_path_of_other_frames_than_the_joints_is_refused(walker: PoseSequence) -> None:
    with pytest.raises(ValueError, match=r"^The camera's steps cover 4 frames"):
        replace(walker, camera=hand_held(4))
