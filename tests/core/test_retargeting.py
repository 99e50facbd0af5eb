"""Retargeting: any clip, on any body, from any view, in the units and from the start that were promised, and never a
NaN.
"""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from blender_addon.core import pose_files
from blender_addon.core.ground.standing import stood
from blender_addon.core.motion import DistanceHandling, RetargetedMotion, View
from blender_addon.core.networks import kinematic_model, paper_model
from blender_addon.core.networks.backends import chosen_device
from blender_addon.core.networks.inference import Device
from blender_addon.core.networks.kinematic_model import KinematicCodes, KinematicMotion
from blender_addon.core.networks.paper_channels import Normalisation
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.retargeting import Model, Retargeter
from blender_addon.core.skeleton import JOINT_COUNT, MIRROR_JOINTS, Joint, Skeleton
from tests.core.clips import (
    ADULT,
    CHILD,
    PICTURE,
    about_mid_hip,
    height_in,
    lengths_in_space,
    marching,
    moved,
    openpose_clip,
    with_confidence,
)

Array = NDArray[np.float32]

NO_TORCH = "PyTorch is not here: it is for GPUs and training"
"""Why a test is skipped that needs it."""
ONE_SENTENCE = r"^[^\n]*\.$"
LEG_JOINTS = [Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.LEFT_KNEE, Joint.LEFT_ANKLE]
NO_LEGS = [joint for joint in Joint if joint not in LEG_JOINTS]
SIDE = View(70, 10)
STREET_POSES = Path(__file__).resolve().parents[1] / "data/street_poses.npz"
PARTS = ("motion", "skeleton", "view")


@pytest.fixture(scope="session")
def clip() -> PoseSequence:
    return marching(120)


@pytest.fixture(scope="session")
def other() -> PoseSequence:
    """Another body from another view, in another place and time."""
    poses = marching(90, view=View(-60), body=CHILD.scaled(300), start=(200.0, 300.0))
    return replace(poses, image_size=(640, 480), start=7.0)


def geometry(network: Retargeter, poses: PoseSequence) -> KinematicCodes:
    codes = network.encode(poses)
    assert isinstance(codes, KinematicCodes)
    return codes


def is_finite(motion: RetargetedMotion) -> bool:
    return all(
        bool(np.isfinite(values).all())
        for values in (motion.positions, motion.depth, motion.contacts, motion.skeleton.lengths)
    )


def largest_difference(one: RetargetedMotion, another: RetargetedMotion, joints: list[Joint] | None = None) -> float:
    """In parts of the body's height."""
    chosen = list(Joint) if joints is None else joints
    return float(np.abs(one.positions - another.positions)[:, chosen].max()) / one.skeleton.height


# Any length


@pytest.mark.parametrize("frames", [1, 2, 3, 15, 16, 17, 121])
@pytest.mark.parametrize(("body", "view"), [(None, None), (CHILD, SIDE)], ids=["own", "other"])
def test_a_clip_of_any_length_goes_through(
    either: Retargeter, frames: int, body: Skeleton | None, view: View | None
) -> None:
    motion = either.retarget(marching(frames), body, view)
    assert len(motion) == frames
    assert is_finite(motion)


@pytest.mark.parametrize("frames", [1, 2, 16, 17])
def test_a_clip_of_any_length_is_an_example(either: Retargeter, clip: PoseSequence, frames: int) -> None:
    example = marching(frames, view=SIDE)
    assert is_finite(either.retarget(clip, example, example))


LONG = """
import resource, sys
import numpy as np
from blender_addon.core.retargeting import Retargeter
from blender_addon.core.motion import View
from tests.core.clips import CHILD, marching
networks = [Retargeter.load(model, "cpu") for model in ("kinematic", "paper")]
poses = marching(int(sys.argv[1]))
for network in networks:
    network.retarget(poses[:1000], CHILD, View(70))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for network in networks:
    motion = network.retarget(poses, CHILD, View(70))
    assert len(motion) == len(poses) and np.isfinite(motion.positions).all()
    del motion
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
MOST_KILOBYTES_A_FRAME = 4.0
"""Of the motion that comes out and all that is held on the way there: a frame comes in with 180 bytes."""


def test_an_hour_goes_through_in_little_memory() -> None:
    frames = 100_000
    done = subprocess.run(
        [sys.executable, "-c", LONG, str(frames)], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) / frames < MOST_KILOBYTES_A_FRAME


@pytest.mark.parametrize(
    ("module", "model", "small"), [(kinematic_model, "kinematic", 64), (paper_model, "paper", 128)], ids=str
)
def test_no_seam_shows_between_two_windows(
    module: ModuleType, model: str, small: int, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    network: Retargeter = request.getfixturevalue(model)
    poses = with_confidence(marching(700), 0, (Joint.RIGHT_WRIST, Joint.LEFT_KNEE), slice(50, 90))
    found = []
    for length in (small, 2**16):
        monkeypatch.setattr(module, "WINDOW_FRAMES", length)
        found.append(network.retarget(poses, CHILD, SIDE))
    assert largest_difference(found[0], found[1]) < 0.001


# Units, starts, and what is kept


def test_on_their_own_body_from_their_own_view_the_performer_stays_as_seen(
    kinematic: Retargeter, clip: PoseSequence
) -> None:
    motion = kinematic.retarget(clip)
    assert np.abs(motion.positions - clip.positions).max() < 1e-3


@pytest.mark.parametrize("name", ["tall_man", "small_man", "workout_march", "model"])
def test_real_detections_stay_as_seen_where_they_are_trusted(
    kinematic: Retargeter, openpose_clips: Path, name: str
) -> None:
    poses = openpose_clip(openpose_clips, name)
    motion = kinematic.retarget(poses)
    assert np.abs(motion.positions - poses.positions)[poses.confidence >= 0.3].max() < 1e-3
    assert is_finite(motion)


def test_on_no_other_body_it_stays_in_the_pixels_and_begins_where_it_began(
    either: Retargeter, clip: PoseSequence
) -> None:
    motion = either.retarget(clip, None, SIDE)
    assert motion.positions[0, Joint.MID_HIP] == pytest.approx(clip.positions[0, Joint.MID_HIP], abs=0.01)
    assert 0.5 < motion.skeleton.height / ADULT.height < 2
    assert (motion.image_size, motion.start, motion.fps) == (clip.image_size, clip.start, clip.fps)


def test_on_the_body_of_a_clip_it_is_in_that_clips_pixels_and_begins_as_the_performer_did(
    either: Retargeter, clip: PoseSequence, other: PoseSequence
) -> None:
    motion = either.retarget(clip, other)
    larger = either.retarget(clip, moved(other, 2.0))
    assert motion.positions[0, Joint.MID_HIP] == pytest.approx(clip.positions[0, Joint.MID_HIP], abs=0.01)
    assert 0.5 < height_in(motion.positions) / height_in(other) < 2
    assert height_in(larger.positions) == pytest.approx(2 * height_in(motion.positions), rel=1e-3)
    assert (motion.image_size, motion.start) == (other.image_size, clip.start)


def test_on_a_skeleton_it_is_in_its_unit_and_begins_at_nothing(either: Retargeter, clip: PoseSequence) -> None:
    metres, inches = either.retarget(clip, CHILD, SIDE), either.retarget(clip, CHILD.scaled(39.37), SIDE)
    assert np.abs(metres.positions[0, Joint.MID_HIP]).max() < 1e-6
    assert np.allclose(inches.positions, 39.37 * metres.positions, atol=1e-3 * inches.skeleton.height)
    assert metres.skeleton is CHILD
    assert metres.image_size is None
    assert 0.6 < height_in(metres.positions) / CHILD.height < 1.6


def test_the_view_that_was_asked_for_is_the_one_that_is_told(
    kinematic: Retargeter, clip: PoseSequence, other: PoseSequence
) -> None:
    assert kinematic.retarget(clip, None, SIDE).view is SIDE
    found, wanted = kinematic.retarget(clip, None, other).view, geometry(kinematic, other).view
    assert found is not None
    assert (found.azimuth, found.elevation) == pytest.approx((wanted.azimuth, wanted.elevation), abs=0.1)


def test_what_was_seen_and_what_was_not_is_passed_on(either: Retargeter, clip: PoseSequence) -> None:
    doubtful = with_confidence(clip, 0.4, (Joint.LEFT_WRIST,), slice(10, 20))
    assert np.array_equal(either.retarget(doubtful, CHILD, SIDE).confidence, doubtful.confidence)


def test_at_an_unchanged_view_every_bone_is_what_was_seen_times_the_ratio_of_its_lengths(
    kinematic: Retargeter, clip: PoseSequence
) -> None:
    own = geometry(kinematic, clip).skeleton
    longer = own.scaled(1.5, (Joint.RIGHT_ELBOW, Joint.HEAD))
    before, after = about_mid_hip(clip.positions), about_mid_hip(kinematic.retarget(clip, longer).positions)
    forearm, upper_arm = (
        [positions[:, child] - positions[:, parent] for positions in (before, after)]
        for child, parent in ((Joint.RIGHT_WRIST, Joint.RIGHT_ELBOW), (Joint.RIGHT_ELBOW, Joint.RIGHT_SHOULDER))
    )
    assert forearm[1] == pytest.approx(forearm[0], abs=0.01)
    assert upper_arm[1] == pytest.approx(1.5 * upper_arm[0], abs=0.01)
    same = [joint for joint in NO_LEGS if joint not in (Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST, Joint.HEAD)]
    assert np.abs(after - before)[:, same].max() < 0.01


def test_the_path_is_scaled_by_the_ratio_of_leg_lengths(kinematic: Retargeter, clip: PoseSequence) -> None:
    own = geometry(kinematic, clip).skeleton
    legs = [Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.LEFT_KNEE, Joint.LEFT_ANKLE]
    short = kinematic.retarget(clip, own.scaled(0.5, legs)).positions[:, Joint.MID_HIP]
    assert np.allclose(short, 0.5 * (clip.positions[:, Joint.MID_HIP] - clip.positions[0, Joint.MID_HIP]), atol=0.01)


def test_forward_kinematics_gives_unit_bones_exactly_the_targets_lengths(
    kinematic: Retargeter, clip: PoseSequence
) -> None:
    codes = geometry(kinematic, clip)
    motion = codes.motion
    certain = KinematicMotion.from_bones(motion.directions, motion.path, motion.contacts, SIDE, motion.fps)
    decoded = kinematic.decode(KinematicCodes(certain, CHILD, SIDE, np.zeros(2, dtype=np.float32)))
    assert np.abs(lengths_in_space(decoded) / CHILD.lengths - 1).max() < 1e-4


def test_from_another_view_bones_are_about_as_long_as_the_targets(kinematic: Retargeter, clip: PoseSequence) -> None:
    lengths = lengths_in_space(kinematic.retarget(clip, CHILD, SIDE))
    assert np.abs(np.median(lengths, axis=0) / CHILD.lengths - 1).max() < 0.15


# Views


def test_an_angle_a_frame_that_never_changes_is_that_angle(either: Retargeter, clip: PoseSequence) -> None:
    steady = View(np.full(len(clip), 70.0), np.full(len(clip), 10.0))
    assert largest_difference(either.retarget(clip, CHILD, SIDE), either.retarget(clip, CHILD, steady)) < 1e-5


def test_a_camera_may_go_round_the_performer(kinematic: Retargeter, clip: PoseSequence) -> None:
    codes = geometry(kinematic, clip)
    angles = np.linspace(-180, 180, len(clip))
    round_trip = kinematic.decode(replace(codes, view=View(angles, 5.0)))
    for frame in (0, 30, 61, 119):
        still = kinematic.decode(replace(codes, view=View(float(angles[frame]), 5.0)))
        assert np.allclose(round_trip.positions[frame], still.positions[frame], atol=0.01)
    assert is_finite(kinematic.retarget(clip, CHILD, View(angles)))


@pytest.mark.parametrize("count", [1, 119, 121])
def test_another_number_of_angles_than_frames_is_refused(either: Retargeter, clip: PoseSequence, count: int) -> None:
    with pytest.raises(ValueError, match=rf"^The view has {count} .* 120.*; give one angle a frame, or one for all\.$"):
        either.retarget(clip, CHILD, View(np.zeros(count)))


def test_codes_with_another_number_of_angles_are_refused(kinematic: Retargeter, clip: PoseSequence) -> None:
    codes = geometry(kinematic, clip)
    with pytest.raises(ValueError, match=r"^The view has 3 angles and the clip 120 frames"):
        kinematic.decode(replace(codes, view=View(np.zeros(3))))


def test_a_performer_turned_to_the_side_faces_it(kinematic: Retargeter, clip: PoseSequence) -> None:
    for azimuth, side in ((90, 1), (-90, -1)):
        motion = kinematic.retarget(clip, CHILD, View(azimuth))
        knees = about_mid_hip(motion.positions)[:, [Joint.RIGHT_KNEE, Joint.LEFT_KNEE], 0]
        assert (side * knees).max() > 0.15 * CHILD.leg_length
        assert (side * knees).max() > 2 * (-side * knees).max()


# What must not matter


@pytest.mark.parametrize(("scale", "by"), [(1.0, (-2000.0, 3000.0)), (0.004, (0.0, 0.0)), (40.0, (5e4, 0.0))])
def test_where_and_how_large_a_performer_is_filmed_does_not_matter(
    kinematic: Retargeter, clip: PoseSequence, scale: float, by: tuple[float, float]
) -> None:
    here, there = (kinematic.retarget(poses, CHILD, SIDE) for poses in (clip, moved(clip, scale, by)))
    assert largest_difference(here, there) < 2e-3


@pytest.mark.parametrize("scale", [1e-3, 1e-6, 1e-12, 1e6])
def test_a_clip_in_any_unit_comes_back_in_it(kinematic: Retargeter, clip: PoseSequence, scale: float) -> None:
    small = moved(clip, scale)
    motion = kinematic.retarget(small, None, SIDE)
    assert np.allclose(motion.positions / scale, kinematic.retarget(clip, None, SIDE).positions, atol=0.5)


def test_the_mirrored_performer_does_the_mirrored_motion(kinematic: Retargeter, clip: PoseSequence) -> None:
    flip = np.array([-1, 1], dtype=np.float32)
    mirrored = replace(clip, positions=clip.positions[:, MIRROR_JOINTS] * flip)
    here, there = kinematic.retarget(clip, CHILD, View(40, 10)), kinematic.retarget(mirrored, CHILD, View(-40, 10))
    off = np.abs(about_mid_hip(here.positions) - about_mid_hip(there.positions)[:, MIRROR_JOINTS] * flip)
    assert off.mean() / CHILD.height < 0.02


@pytest.mark.parametrize("fps", [12.0, 24.0, 59.94, 60.0, 120.0, 240.0])
def test_the_same_motion_at_another_frame_rate_is_the_same_motion(kinematic: Retargeter, fps: float) -> None:
    usual, another = marching(121, 30), marching(1 + round(4 * fps), fps)
    wanted, found = (kinematic.retarget(poses, CHILD, SIDE) for poses in (usual, another))
    at = np.arange(len(another)) / fps
    positions = np.stack(
        [np.interp(np.arange(121) / 30, at, numbers) for numbers in found.positions.reshape(len(at), -1).T],
        axis=-1,
        dtype=np.float32,
    )
    off = np.abs(about_mid_hip(positions.reshape(121, JOINT_COUNT, 2)) - about_mid_hip(wanted.positions))
    assert off.mean() / CHILD.height < 0.02


def test_clips_together_come_out_as_one_by_one(either: Retargeter, clip: PoseSequence, other: PoseSequence) -> None:
    clips = [clip, other, clip[10:55], marching(33, 60)]
    bodies: list[Skeleton | PoseSequence | None] = [CHILD, clip, None, other]
    views: list[View | PoseSequence | None] = [None, SIDE, other, View(np.linspace(0, 90, 33))]
    together = either.retarget_many(clips, bodies, views)
    for poses, body, view, found in zip(clips, bodies, views, together, strict=True):
        alone = either.retarget(poses, body, view)
        assert largest_difference(alone, found) < 2e-3
        assert (found.image_size, found.start, found.fps) == (alone.image_size, alone.start, alone.fps)


def test_no_clips_are_no_motions(either: Retargeter) -> None:
    assert either.retarget_many([]) == []


def test_as_many_targets_as_clips_are_wanted(either: Retargeter, clip: PoseSequence) -> None:
    with pytest.raises(ValueError, match=r"^There are 1 clips and 2 skeletons; give one for each clip\.$"):
        either.retarget_many([clip], [CHILD, CHILD])


@pytest.mark.parametrize("junk", [np.nan, np.inf, -np.inf, 1e30, 0.0])
def test_what_was_not_seen_is_ignored_to_the_last_bit(
    either: Retargeter, clip: PoseSequence, other: PoseSequence, junk: float
) -> None:
    hidden = with_confidence(clip, 0, (Joint.NECK, Joint.LEFT_WRIST, Joint.RIGHT_HIP), slice(30, 70))
    positions = np.where(hidden.confidence[..., None] > 0, hidden.positions, np.float32(junk))
    spoiled = PoseSequence(positions, hidden.confidence, hidden.fps, hidden.image_size)
    for body, view in ((None, None), (CHILD, SIDE), (other, other)):
        clean, found = either.retarget(hidden, body, view), either.retarget(spoiled, body, view)
        for name in ("positions", "depth", "contacts"):
            assert getattr(clean, name).tobytes() == getattr(found, name).tobytes(), name
    assert (
        either.retarget(other, hidden, hidden).positions.tobytes()
        == either.retarget(other, spoiled, spoiled).positions.tobytes()
    )


# Whatever comes in


def _only(joints: list[Joint], frames: slice) -> PoseSequence:
    confidence = np.zeros((60, JOINT_COUNT), dtype=np.float32)
    confidence[frames, joints] = 1
    return replace(marching(60), confidence=confidence)


def _with_positions(positions: NDArray[np.floating], fps: float = 30.0) -> PoseSequence:
    return PoseSequence(positions.astype(np.float32), np.ones(positions.shape[:2], dtype=np.float32), fps, PICTURE)


STRANGE = {
    "all joints on one point": _with_positions(np.full((60, JOINT_COUNT, 2), 100.0)),
    "all joints on the corner": _with_positions(np.zeros((60, JOINT_COUNT, 2))),
    "a pose that never changes": _with_positions(np.repeat(marching(1).positions, 60, axis=0)),
    "all joints on a line": _with_positions(marching(60).positions * np.array([0.0, 1.0])),
    "one joint alone": _only([Joint.LEFT_WRIST], slice(None)),
    "one joint in one frame": _only([Joint.LEFT_WRIST], slice(17, 18)),
    "the mid-hip in one frame": _only([Joint.MID_HIP], slice(17, 18)),
    "one frame alone": _only(list(Joint), slice(17, 18)),
    "the first frame alone": _only(list(Joint), slice(0, 1)),
    "the last frame alone": _only(list(Joint), slice(59, 60)),
    "never the mid-hip": with_confidence(marching(60), 0, [Joint.MID_HIP]),
    "hardly sure of anything": with_confidence(marching(60), 1e-30, list(Joint)),
    "a million pixels away": moved(marching(60), 1.0, (1e6, -1e6)),
    "a million times as large": moved(marching(60), 1e6),
    "a thousandth of the size": moved(marching(60), 1e-3),
    "a millionth of a millionth of the size": moved(marching(60), 1e-12),
    "noise": _with_positions(np.random.default_rng(0).normal(size=(60, JOINT_COUNT, 2)) * 1000),
    "numbers of all sizes": _with_positions(10 ** np.random.default_rng(0).uniform(-3, 8, size=(60, JOINT_COUNT, 2))),
    **{f"{fps:g} frames a second": marching(60, fps) for fps in (1e-3, 1.0, 12.0, 24.0, 59.94, 240.0, 1e6)},
    **{
        f"one frame of {fps:g} a second": replace(_only(list(Joint), slice(17, 18)), fps=fps)
        for fps in (1.0, 12.0, 59.94, 240.0)
    },
}


@pytest.mark.parametrize("name", STRANGE)
def test_no_clip_however_strange_gives_a_nan(either: Retargeter, clip: PoseSequence, name: str) -> None:
    strange = STRANGE[name]
    targets: list[tuple[Skeleton | PoseSequence | None, View | PoseSequence | None]] = [
        (None, None),
        (CHILD, None),
        (None, SIDE),
        (CHILD, SIDE),
        (clip, clip),
    ]
    for body, view in targets:
        assert is_finite(either.retarget(strange, body, view))
    assert is_finite(either.retarget(clip, strange, strange))


@pytest.mark.parametrize(
    "name", [name for name in STRANGE if name.startswith("one frame") or "frames a second" in name]
)
def test_at_every_frame_rate_the_body_keeps_its_size(kinematic: Retargeter, name: str) -> None:
    motion = kinematic.retarget(STRANGE[name], CHILD, SIDE)
    assert np.abs(about_mid_hip(motion.positions)).max() < 1.5 * CHILD.height


@example(seed=2017620)  # bones of a thousandth of a pixel, far from the picture's corner
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_random_clip_gives_a_nan(kinematic: Retargeter, seed: int) -> None:
    generator = np.random.default_rng(seed)
    frames = int(generator.integers(1, 50))
    size = 10 ** generator.uniform(-6, 8)
    confidence = generator.random((frames, JOINT_COUNT)) ** 3 * (
        generator.random((frames, JOINT_COUNT)) > generator.random()
    )
    confidence[generator.integers(frames), generator.integers(JOINT_COUNT)] = 1
    positions = generator.normal(size=(frames, JOINT_COUNT, 2)) * size + generator.normal(
        size=2
    ) * 10 ** generator.uniform(0, 8)
    poses = PoseSequence(
        positions.astype(np.float32), confidence.astype(np.float32), float(10 ** generator.uniform(-1, 3)), None
    )
    body = Skeleton((10 ** generator.uniform(-3, 3, 14)).astype(np.float32))
    for motion in kinematic.retarget_many(
        [poses, poses], [None, body], [None, View(generator.uniform(-180, 180), generator.uniform(-90, 90))]
    ):
        assert is_finite(motion)


def test_a_part_of_a_clip_that_shows_nobody_is_refused(either: Retargeter, clip: PoseSequence) -> None:
    nobody = with_confidence(clip, 0, list(Joint), slice(0, 40))[10:30]
    for arguments in ((nobody,), (clip, nobody), (clip, None, nobody)):
        with pytest.raises(
            ValueError,
            match=r"^No joint is seen in any frame of the clip; choose frames in which the performer is visible\.$",
        ):
            either.retarget(*arguments)
    with pytest.raises(ValueError, match=r"^No joint is seen"):
        either.encode(nobody)


def test_positions_that_no_picture_has_are_refused(either: Retargeter, clip: PoseSequence) -> None:
    with pytest.raises(
        ValueError, match=r"^A joint lies 1e\+30 pixels from the picture's corner; give positions in pixels\.$"
    ):
        either.retarget(moved(clip, 1.0, (1e30, 0)))


# Codes


def test_codes_decode_to_what_they_were_made_of(either: Retargeter, clip: PoseSequence) -> None:
    decoded, retargeted = either.decode(either.encode(clip)), either.retarget(clip)
    assert largest_difference(decoded, retargeted) < 1e-5
    assert decoded.fps == clip.fps


def test_codes_are_recombined_with_replace(either: Retargeter, clip: PoseSequence, other: PoseSequence) -> None:
    mine, theirs = either.encode(clip), either.encode(other)
    recombined = either.decode(
        replace(mine, skeleton=theirs.skeleton, view=theirs.view),  # type: ignore[arg-type]
        planted=True,
    )
    assert largest_difference(recombined, either.retarget(clip, other, other)) < 1e-5
    swapped = either.decode(replace(theirs, motion=mine.motion))  # type: ignore[arg-type]
    assert np.allclose(
        about_mid_hip(swapped.positions)[:, NO_LEGS], about_mid_hip(recombined.positions)[:, NO_LEGS], atol=0.01
    )


def test_codes_of_the_other_model_are_refused(kinematic: Retargeter, paper: Retargeter, clip: PoseSequence) -> None:
    mine, theirs = kinematic.encode(clip), paper.encode(clip)
    mixed = replace(mine, skeleton=theirs.skeleton)  # type: ignore[arg-type]
    for network, wrong in ((kinematic, theirs), (paper, mine), (kinematic, mixed), (paper, mixed)):
        message = rf"^Not all of these codes are of the {network.model} model; encode every clip with the model that decodes it\.$"
        with pytest.raises(ValueError, match=message):
            network.decode(wrong)
        for pair in ((wrong, network.encode(clip)), (network.encode(clip), wrong)):
            with pytest.raises(ValueError, match=message):
                network.interpolate(*pair, motion=0.5)


@pytest.mark.parametrize("share", [-0.01, 1.01, float("nan"), float("inf")])
@pytest.mark.parametrize("part", PARTS)
def test_shares_outside_of_nothing_and_all_are_refused(
    either: Retargeter, clip: PoseSequence, part: str, share: float
) -> None:
    codes = either.encode(clip)
    with pytest.raises(ValueError, match=rf"^The share of {part} must lie between 0 and 1, not {share}\.$"):
        either.interpolate(codes, codes, *(share if name == part else 0.0 for name in PARTS))


@pytest.mark.parametrize("fps", [30.0, 25.0])
def test_at_either_end_of_an_interpolation_stands_the_clip_itself(
    either: Retargeter, clip: PoseSequence, other: PoseSequence, fps: float
) -> None:
    first, second = either.encode(clip), either.encode(replace(other, fps=fps))
    shorter = min((len(clip) - 1) / clip.fps, (len(other) - 1) / fps)
    at_first, at_second = (either.decode(either.interpolate(first, second, share, share, share)) for share in (0, 1))
    for found, codes in ((at_first, first), (at_second, second)):
        own = either.decode(codes)
        count = int(shorter * own.fps + 1e-6) + 1
        assert len(found) == count
        assert found.fps == own.fps
        if either.model is Model.KINEMATIC:
            assert np.abs(found.positions - own.positions[:count]).max() / own.skeleton.height < 1e-4
            assert np.abs(found.depth - own.depth[:count]).max() / own.skeleton.height < 1e-4
            assert found.skeleton.lengths == pytest.approx(own.skeleton.lengths, rel=1e-5)
        else:
            # The last steps of the paper's motion code see past its end: only those differ where a motion is cut.
            assert np.abs(found.positions - own.positions[:count])[:-16].max() / own.skeleton.height < 1e-3


def test_halfway_is_halfway(kinematic: Retargeter, clip: PoseSequence, other: PoseSequence) -> None:
    first, second = geometry(kinematic, clip), geometry(kinematic, other)
    ends = [about_mid_hip(kinematic.decode(codes).positions[:90]) for codes in (first, second)]
    apart = np.abs(ends[0] - ends[1]).mean()
    middle = kinematic.decode(kinematic.interpolate(first, second, 0.5, 0.5, 0.5))
    for end in ends:
        assert 0.2 * apart < np.abs(about_mid_hip(middle.positions) - end).mean() < 0.8 * apart
    assert middle.skeleton.lengths == pytest.approx(np.sqrt(first.skeleton.lengths * second.skeleton.lengths), rel=1e-5)


def test_each_of_motion_body_and_view_is_interpolated_alone(
    kinematic: Retargeter, clip: PoseSequence, other: PoseSequence
) -> None:
    first, second = geometry(kinematic, clip), geometry(kinematic, other)
    wanted = {
        "motion": replace(first, motion=second.motion),
        "skeleton": replace(first, skeleton=second.skeleton),
        "view": replace(first, view=second.view),
    }
    for part, codes in wanted.items():
        found, own = (
            kinematic.decode(kinematic.interpolate(first, second, *(float(name == part) for name in PARTS))),
            kinematic.decode(codes),
        )
        off = np.abs(about_mid_hip(found.positions) - about_mid_hip(own.positions[: len(found)]))
        assert off.max() / own.skeleton.height < 1e-4, part


def test_an_interpolation_moves_without_a_jump(kinematic: Retargeter, clip: PoseSequence, other: PoseSequence) -> None:
    first, second = geometry(kinematic, clip), geometry(kinematic, other)
    shares = [0.0, 0.001, 0.002, *np.linspace(0.05, 0.95, 19), 0.998, 0.999, 1.0]
    frames = [
        about_mid_hip(kinematic.decode(kinematic.interpolate(first, second, share, 0.0, share)).positions)
        for share in shares
    ]
    for (before, after), (here, there) in zip(pairwise(shares), pairwise(frames), strict=True):
        assert np.abs(there - here).max() < 8 * (after - before) * ADULT.height, before


def test_moving_views_are_interpolated_over_the_frames_that_both_have(
    kinematic: Retargeter, clip: PoseSequence, other: PoseSequence
) -> None:
    first, second = geometry(kinematic, clip), geometry(kinematic, other)
    turning = replace(first, view=View(np.linspace(0, 90, len(clip))))
    between = kinematic.interpolate(turning, second, view=0.5)
    assert isinstance(between.view, View)
    assert between.view.frame_count == len(other)
    assert is_finite(kinematic.decode(between))


# Loading


@pytest.mark.parametrize("model", ["lcm", "", "Kinematic"])
def test_an_unknown_model_is_refused(model: str) -> None:
    with pytest.raises(ValueError, match=rf"^There is no model {model}; choose kinematic or paper\.$"):
        Retargeter.load(model)


@pytest.mark.parametrize("device", ["gpu", "", "cuda:7", "CPU"])
def test_an_unknown_device_is_refused(device: str) -> None:
    with pytest.raises(ValueError, match=rf"^There is no device {device}; choose auto, cpu, cuda or mps\.$"):
        chosen_device(device)


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_replaced_with_a_warning(device: str, caplog: pytest.LogCaptureFixture) -> None:
    torch = pytest.importorskip("torch", reason=NO_TORCH)
    if {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}[device]:
        pytest.skip(f"this machine has {device}")
    with caplog.at_level(logging.WARNING):
        assert Retargeter.load(device=device).device == Device("cpu")
    assert [record.getMessage() for record in caplog.records] == [
        f"This machine has no {device} device that torch can use; the CPU is used instead."
    ]


def test_auto_finds_a_device_without_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert chosen_device("auto").type in ("cuda", "mps", "cpu")
    assert not caplog.records


@pytest.mark.parametrize("model", list(Model))
@pytest.mark.parametrize(
    "content",
    [None, b"", b"PK\x03\x04 cut short", b"no archive at all", np.zeros(100).tobytes()],
    ids=lambda value: str(value)[:12],
)
def test_weights_that_cannot_be_used_are_refused_in_one_sentence(
    model: Model, content: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "weights.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=ONE_SENTENCE) as error:
        Retargeter.load(model, "cpu", path)
    assert str(path) in str(error.value)


@pytest.fixture
def untrained(tmp_path: Path) -> Path:
    """Give a weights file of the paper's network as it is before training."""
    torch = pytest.importorskip("torch", reason=NO_TORCH)
    from blender_addon.core.networks.paper_network import PaperNetwork, save_weights

    torch.manual_seed(1)
    path = tmp_path / "untrained.npz"
    save_weights(path, PaperNetwork(), Normalisation(np.zeros((15, 2)), np.full((15, 2), 50.0)), {})
    return path


def test_weights_of_ones_own_are_used(untrained: Path, paper: Retargeter, clip: PoseSequence) -> None:
    own = Retargeter.load("paper", "cpu", untrained).retarget(clip)
    assert is_finite(own)
    assert np.abs(own.positions - paper.retarget(clip).positions).max() > 1


def test_weights_of_the_other_model_are_refused(untrained: Path) -> None:
    with pytest.raises(
        ValueError, match=r"^.*untrained\.npz holds a paper model, not the kinematic one; choose another file\.$"
    ):
        Retargeter.load("kinematic", "cpu", untrained)


@pytest.mark.parametrize("damaged", ["pretrained_full.pth", "reference_outputs.npz"])
@pytest.mark.parametrize("damage", ["absent", "empty", "cut short"])
def test_official_weights_that_cannot_be_used_are_refused_in_one_sentence(
    shared_data: Path, tmp_path: Path, damaged: str, damage: str
) -> None:
    pytest.importorskip("torch", reason=NO_TORCH)
    for name in ("pretrained_full.pth", "reference_outputs.npz"):
        (tmp_path / name).write_bytes((shared_data / "baselines/lcm" / name).read_bytes())
    path = tmp_path / damaged
    whole = path.read_bytes()
    path.unlink()
    if damage != "absent":
        path.write_bytes(b"" if damage == "empty" else whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=ONE_SENTENCE) as error:
        Retargeter.load("paper", "cpu", tmp_path)
    assert re.search(re.escape(damaged), str(error.value))


def test_the_official_weights_retarget(shared_data: Path, clip: PoseSequence, other: PoseSequence) -> None:
    pytest.importorskip("torch", reason=NO_TORCH)
    folder = shared_data / "baselines/lcm"
    by_folder, by_file = (Retargeter.load("paper", "cpu", path) for path in (folder, folder / "pretrained_full.pth"))
    motion = by_folder.retarget(clip, other, other)
    assert is_finite(motion)
    assert motion.view is None
    assert largest_difference(motion, by_file.retarget(clip, other, other)) == 0


def test_a_long_clip_tells_how_far_it_is(either: Retargeter) -> None:
    parts: list[float] = []
    either.retarget(marching(9000), CHILD, SIDE, parts.append)
    assert parts == sorted(parts)
    assert parts[-1] == 1
    assert either.model is Model.PAPER or len(parts) >= 4


def test_who_asks_how_far_it_is_can_stop_it(either: Retargeter, clip: PoseSequence) -> None:
    def stop(part: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        either.retarget(clip, progress=stop)


def test_a_clip_whose_codes_are_kept_is_decoded_alone_and_gives_the_same(clip: PoseSequence) -> None:
    retargeter = Retargeter.load(Model.KINEMATIC, "cpu")
    encoded: list[int] = []
    network = retargeter._network
    encode = network.encode

    def counted(clips: Sequence[PoseSequence], *more: Any) -> Any:  # noqa: ANN401
        encoded.append(len(clips))
        return encode(clips, *more)

    network.encode = counted  # type: ignore[method-assign]
    views = [View(0.0), View(40.0), View(40.0)]
    anew = [retargeter.retarget(clip, view=view) for view in views]
    assert encoded == [1, 1, 1]
    retargeter.keep_codes(1)
    kept = [retargeter.retarget(clip, view=view) for view in views]
    assert encoded == [1, 1, 1, 1]
    for one, other in zip(anew, kept, strict=True):
        np.testing.assert_array_equal(one.positions, other.positions)
    retargeter.retarget(clip[:-1])
    assert encoded == [1, 1, 1, 1, 1]


def test_a_clip_whose_codes_are_kept_stands_where_it_stood(clip: PoseSequence, monkeypatch: pytest.MonkeyPatch) -> None:
    stands: list[PoseSequence] = []

    def counted(codes: Any, seen: Any, read: Any) -> Any:  # noqa: ANN401
        stands.append(seen.clip)
        return stood(codes, seen, read)

    monkeypatch.setattr("blender_addon.core.retargeting.stood", counted)
    retargeter = Retargeter.load(Model.KINEMATIC, "cpu")
    other = clip[: len(clip) // 2]
    asked = [(clip, View(0.0)), (other, View(40.0)), (clip, View(40.0)), (other, View(0.0))]
    anew = [retargeter.retarget(poses, view=view, distance=DistanceHandling.AUTOMATIC) for poses, view in asked]
    assert len(stands) == 4
    retargeter.keep_codes(4)
    kept = [retargeter.retarget(poses, view=view, distance=DistanceHandling.AUTOMATIC) for poses, view in asked]
    assert len(stands) == 4 + 2
    for one, same in zip(anew, kept, strict=True):
        np.testing.assert_array_equal(one.positions, same.positions)
        np.testing.assert_array_equal(one.contacts, same.contacts)


def test_a_clip_whose_codes_are_kept_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it stands on the ground, and how its head is turned, is the same from every view."""
    clip = pose_files.read(STREET_POSES).people[0][:90]
    looked: list[str] = []

    def counted(module: str, name: str) -> None:
        found = getattr(sys.modules[f"blender_addon.core.{module}"], name)

        def noted(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
            looked.append(name)
            return found(*arguments, **named)

        monkeypatch.setattr(f"blender_addon.core.{module}.{name}", noted)

    counted("ground.standing", "distance_of")
    counted("landmark_offsets", "head_pose")
    retargeter = Retargeter.load(Model.KINEMATIC, "cpu")
    wider = Skeleton(geometry(retargeter, clip).skeleton.lengths * np.float32(1.5))
    asked = [(None, View(0.0)), (wider, View(40.0)), (None, View(40.0, 10.0)), (wider, None)]

    def all_asked(poses: PoseSequence) -> list[RetargetedMotion]:
        return [retargeter.retarget(poses, body, view, distance=DistanceHandling.AUTOMATIC) for body, view in asked]

    looked.clear()
    anew = all_asked(clip)
    assert sorted(looked) == ["distance_of"] * 4 + ["head_pose"] * 4
    retargeter.keep_codes(4)
    looked.clear()
    kept = all_asked(clip)
    assert sorted(looked) == ["distance_of", "head_pose"]
    for one, same in zip(anew, kept, strict=True):
        assert one.landmarks is not None
        assert same.landmarks is not None
        np.testing.assert_array_equal(one.positions, same.positions)
        np.testing.assert_array_equal(one.landmarks.offsets, same.landmarks.offsets)
        np.testing.assert_array_equal(one.landmarks.confidence, same.landmarks.confidence)
    retargeter.retarget(clip[:-1], distance=DistanceHandling.AUTOMATIC)
    assert sorted(looked) == ["distance_of"] * 2 + ["head_pose"] * 2
