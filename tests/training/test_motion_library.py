"""The motion library on the real clips: they decode, play on any body, and nothing held out is trained on."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from blender_addon.core.skeleton import BONE_CHILDREN, BONE_PARENTS, MIRROR_JOINTS, Joint
from training.motion_library import (
    CANONICAL_INDEX,
    CANONICAL_MIRROR,
    HELD_OUT_TWINS,
    JOINT_WEIGHTS,
    ORDINARY_LIMITS,
    SUSPECT_LIMITS,
    Array,
    MotionClip,
    MotionLibrary,
    clip_weights,
    find_glitches,
    is_held_out,
    is_held_out_twin,
    joint_positions,
    leg_length,
    load_motion,
    rest_positions,
    world_rotations,
)

LEAST_DISTANCE = 0.01
"""Root mean square over the numbers of all local quaternions."""


@pytest.fixture(scope="module")
def library(shared_data: Path) -> MotionLibrary:
    return load_motion(shared_data / "motion")


@pytest.fixture(scope="module")
def suspects(shared_data: Path) -> set[str]:
    return set(json.loads((shared_data / "motion" / "more" / "suspect_clips.json").read_text(encoding="utf-8")))


def clip_named(library: MotionLibrary, name: str) -> MotionClip:
    return next(clip for clip in library.clips if clip.name == name)


def test_all_clips_decode_to_unit_quaternions(library: MotionLibrary) -> None:
    assert len(library.clips) == 255 + 167 + 487
    captured = [clip for clip in library.clips if clip.source in {"cmu", "kaykit"}]
    assert sum(len(clip) for clip in captured) >= 92097 + 7377
    for clip in library.clips:
        assert clip.rotations.dtype == clip.root.dtype == np.float32
        assert np.abs(np.linalg.norm(clip.rotations, axis=-1) - 1).max() < 1e-5
        assert clip.rotations.shape[1:] == (24, 4)
        assert clip.root.shape == (len(clip), 3)


def test_a_walker_stands_upright_on_one_planted_foot_or_the_other(library: MotionLibrary) -> None:
    joints = JOINT_WEIGHTS @ clip_named(library, "cmu_07_01").joints()
    assert (joints[:, Joint.HEAD, 1] - joints[:, Joint.NECK, 1] > 0.1).all()
    ankles = joints[:, [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]]
    speed = np.linalg.norm(np.diff(ankles, axis=0), axis=-1) * 30
    assert np.median(speed.min(axis=1)) < 0.25
    assert np.median(speed.max(axis=1)) > 1.5


def test_in_the_t_pose_every_body_faces_forward_with_its_left_at_plus_x(library: MotionLibrary) -> None:
    for offsets in library.bodies.values():
        joints = JOINT_WEIGHTS @ rest_positions(offsets)
        assert (
            joints[Joint.LEFT_WRIST, 0]
            > joints[Joint.LEFT_SHOULDER, 0]
            > 0
            > joints[Joint.RIGHT_SHOULDER, 0]
            > joints[Joint.RIGHT_WRIST, 0]
        )
        np.testing.assert_allclose(
            joints[Joint.NECK], (joints[Joint.LEFT_SHOULDER] + joints[Joint.RIGHT_SHOULDER]) / 2, atol=1e-6
        )
        np.testing.assert_allclose(
            joints[Joint.MID_HIP], (joints[Joint.LEFT_HIP] + joints[Joint.RIGHT_HIP]) / 2, atol=1e-6
        )


def test_the_head_of_every_body_is_raised_above_the_skulls_base(library: MotionLibrary) -> None:
    for name, offsets in library.bodies.items():
        rest = rest_positions(offsets)
        joints = JOINT_WEIGHTS @ rest
        torso = np.linalg.norm(joints[Joint.NECK] - joints[Joint.MID_HIP])
        ears, head = (
            joints[Joint.HEAD, 1] - rest[CANONICAL_INDEX["Head"], 1],
            joints[Joint.HEAD, 1] - joints[Joint.NECK, 1],
        )
        of_one_family = name.startswith(("cmu_0", "cmu_1", "cmu_3", "cmu_4", "kaykit"))
        low, high = (0.08, 0.11) if of_one_family else (0.06, 0.21)
        assert low < ears / torso < high, name
        assert 0.25 < head / torso < (0.55 if of_one_family else 0.7), name


def test_mirroring_the_canonical_joints_mirrors_ours() -> None:
    np.testing.assert_array_equal(JOINT_WEIGHTS[:, list(CANONICAL_MIRROR)], JOINT_WEIGHTS[list(MIRROR_JOINTS)])


def test_a_turn_of_a_joint_carries_all_that_hangs_on_it() -> None:
    offsets = np.zeros((24, 3), dtype=np.float32)
    offsets[CANONICAL_INDEX["LArm"]] = offsets[CANONICAL_INDEX["LForeArm"]] = offsets[CANONICAL_INDEX["LHand"]] = (
        1,
        0,
        0,
    )
    rotations = np.zeros((1, 24, 4), dtype=np.float32)
    rotations[..., 0] = 1
    half = np.sqrt(0.5)
    rotations[0, CANONICAL_INDEX["LArm"]] = rotations[0, CANONICAL_INDEX["LForeArm"]] = (half, 0, 0, half)
    joints = joint_positions(world_rotations(rotations), offsets, np.array([[0, 5, 0]], dtype=np.float32))[0]
    np.testing.assert_allclose(joints[CANONICAL_INDEX["LForeArm"]], (1, 6, 0), atol=1e-6)
    np.testing.assert_allclose(joints[CANONICAL_INDEX["LHand"]], (0, 6, 0), atol=1e-6)


def test_on_another_body_a_clip_keeps_its_turns_and_walks_as_far_in_leg_lengths(library: MotionLibrary) -> None:
    clip = clip_named(library, "cmu_07_01")
    played = clip.on_body("cmu_09", library.bodies["cmu_09"])
    np.testing.assert_array_equal(played.rotations, clip.rotations)
    np.testing.assert_allclose(
        played.root / leg_length(played.offsets), clip.root / leg_length(clip.offsets), rtol=1e-5
    )
    bones = (JOINT_WEIGHTS @ played.joints())[:, list(BONE_CHILDREN)] - (JOINT_WEIGHTS @ played.joints())[
        :, list(BONE_PARENTS)
    ]
    shin = np.linalg.norm(bones[:, BONE_CHILDREN.index(Joint.LEFT_ANKLE)], axis=-1)
    np.testing.assert_allclose(shin, np.linalg.norm(library.bodies["cmu_09"][CANONICAL_INDEX["LFoot"]]), atol=1e-5)


def test_every_suspect_clip_and_no_other_has_masked_frames(library: MotionLibrary, suspects: set[str]) -> None:
    masked = {clip.name for clip in library.clips if clip.glitch.any()}
    keyframed = {clip.name for clip in library.clips if clip.source not in {"cmu", "kaykit"}}
    assert masked - keyframed == suspects - keyframed
    assert (suspects - masked) <= keyframed
    assert len(masked - suspects) <= 8, "swings and flips that were keyframed fast"


def test_outside_the_masked_frames_no_joint_jumps(library: MotionLibrary) -> None:
    for clip in library.clips:
        sound = ~clip.glitch
        three = sound[:-2] & sound[1:-1] & sound[2:]
        acceleration = np.linalg.norm(np.diff(clip.joints(), 2, axis=0), axis=-1).max(axis=1) * clip.fps**2
        assert acceleration[three].max(initial=0) <= ORDINARY_LIMITS.acceleration, clip.name
        assert clip.glitch.mean() < (0.25 if clip.source in {"cmu", "kaykit"} else 0.4), clip.name


def test_a_joint_put_elsewhere_for_three_frames_is_masked_with_what_lies_between(library: MotionLibrary) -> None:
    clip = clip_named(library, "cmu_07_01")
    assert not find_glitches(clip.rotations, clip.joints(), clip.fps, SUSPECT_LIMITS).any()
    rotations = clip.rotations.copy()
    rotations[30:33, CANONICAL_INDEX["LArm"]] = (0, 0, 0, 1)
    joints = joint_positions(world_rotations(rotations), clip.offsets, clip.root)
    masked = np.flatnonzero(find_glitches(rotations, joints, clip.fps, ORDINARY_LIMITS))
    assert set(range(30, 33)) <= set(masked)
    assert masked.min() >= 27
    assert masked.max() <= 35


def test_a_clip_of_one_frame_has_no_glitch(library: MotionLibrary) -> None:
    clip = clip_named(library, "cmu_07_01")
    assert not find_glitches(clip.rotations[:1], clip.joints()[:1], clip.fps, ORDINARY_LIMITS).any()


@pytest.mark.parametrize(
    "name",
    [
        "cmu_131_02",
        "cmu_49_18",
        "cmu_35_01",
        "cmu_fbx_85_14",
        "cmu_daz_martial_06",
        "cmu_eval_test_walking_13",
        "cmu_eval_train_walking_52",
    ],
)
def test_held_out_clips_are_only_in_the_held_out_set(library: MotionLibrary, name: str) -> None:
    assert is_held_out(name)
    assert name in {clip.name for clip in library.held_out().clips}
    assert name not in {clip.name for clip in library.training().clips}


def test_no_training_clip_plays_on_a_held_out_body(library: MotionLibrary) -> None:
    training, held_out = library.training(), library.held_out()
    assert set(held_out.bodies) == {
        "cmu_131",
        "cmu_35",
        "cmu_49",
        "cmu_fbx_neo",
        "cmu_fbx_daz",
        "kaykit_char_Barbarian",
    }
    assert not set(training.bodies) & set(held_out.bodies)
    for clip in training.clips:
        assert clip.offsets is training.bodies[clip.body]
    assert any(clip.source == "kaykit" for clip in training.clips)


def test_every_clip_is_for_training_or_held_out_or_a_twin_of_a_held_out_one(library: MotionLibrary) -> None:
    parts = (library.training(), library.held_out(), library.everyday())
    names = [{clip.name for clip in part.clips} for part in parts]
    twins = {clip.name for clip in library.clips if is_held_out_twin(clip.name)}
    assert sum(map(len, names)) + len(twins) == len(library.clips)
    assert len(set.union(*names)) == sum(map(len, names))


def test_everyday_motion_and_its_bodies_are_not_trained_on(library: MotionLibrary) -> None:
    everyday, training = library.everyday(), library.training()
    assert len(everyday.clips) == 147 + 55 + 34
    assert set(everyday.bodies) == {"rocketbox_m", "hifi", "quaternius_cyberpunk", "quaternius_knight"}
    assert not set(everyday.bodies) & set(training.bodies)
    assert any(clip.name.startswith("rocketbox-f") for clip in training.clips)


def test_no_training_frame_lies_within_a_hundredth_of_a_held_out_one(library: MotionLibrary) -> None:
    training, held_out = library.training(), library.held_out()
    for first_joint, what in ((0, "all joints"), (1, "all joints but the hips")):
        near = near_frames(training, held_out, LEAST_DISTANCE, first_joint)
        assert not near, f"over {what}: {dict(near)}"


def test_the_subjects_left_out_are_the_held_out_ones_under_another_name(library: MotionLibrary) -> None:
    for twin in HELD_OUT_TWINS:
        left_out = MotionLibrary(tuple(clip for clip in library.clips if is_twin_of(clip, twin.clips)), {})
        near = near_frames(left_out, library.held_out(), LEAST_DISTANCE, first_joint=1)
        closest = min(near.values())
        assert closest == pytest.approx(twin.rms, abs=1e-4), twin
        name = min(near, key=lambda pair: near[pair])[1]
        assert is_twin_of(clip_named(library, name), twin.held_out), twin


def test_the_takes_that_stand_twice_are_found_by_their_rotations(library: MotionLibrary) -> None:
    one = MotionLibrary((clip_named(library, "cmu_35_13"),), {})
    other = MotionLibrary((clip_named(library, "cmu_eval_test_walking_13"),), {})
    assert near_frames(one, other, LEAST_DISTANCE, first_joint=0)


def test_no_category_is_drawn_more_than_a_quarter_of_the_time(library: MotionLibrary) -> None:
    training = library.training()
    weights = clip_weights(training)
    assert weights.sum() == pytest.approx(1)
    assert (weights > 0).all()
    shares, minutes = defaultdict[str, float](float), defaultdict[str, float](float)
    for clip, weight in zip(training.clips, weights, strict=True):
        shares[clip.category] += float(weight)
        minutes[clip.category] += clip.minutes
    assert max(shares.values()) <= 0.25 + 1e-9
    ranked = sorted(minutes, key=lambda category: minutes[category])
    assert [shares[category] for category in ranked] == sorted(shares.values())


def test_a_single_category_is_drawn_all_the_time(library: MotionLibrary) -> None:
    walks = MotionLibrary(tuple(clip for clip in library.clips if clip.category == "walk"), {})
    assert clip_weights(walks).sum() == pytest.approx(1)


def test_a_missing_motion_folder_says_how_to_train_without_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="--bvh FOLDER"):
        load_motion(tmp_path / "nowhere")


def test_a_damaged_motion_file_is_named(shared_data: Path, tmp_path: Path) -> None:
    for name in ("cmu_30fps.npz", "kaykit_cc0_30fps.npz", "skeletons.npz", "suspect_clips.json"):
        (tmp_path / name).write_bytes((shared_data / "motion" / name).read_bytes()[:3000])
    with pytest.raises(ValueError, match=f"{tmp_path}.*fetch its files again"):
        load_motion(tmp_path)


def is_twin_of(clip: MotionClip, pattern: str) -> bool:
    return Path(clip.name).match(pattern)


def near_frames(
    library: MotionLibrary, other: MotionLibrary, limit: float, first_joint: int
) -> dict[tuple[str, str], float]:
    """Pairs of clip names that have frames nearer than the limit, with the least distance: rms over local quaternions,
    q and -q being one rotation.

    Products of a quaternion's numbers know no sign, and are at most √2 times as far apart as the quaternions;
    projected, they are nearer still. So a tree of few dimensions gives every pair of frames that may be near, and those
    are measured.
    """
    frames, names = all_frames(library, first_joint)
    other_frames, other_names = all_frames(other, first_joint)
    count = frames.shape[1] * 4
    products, other_products = sign_free(frames), sign_free(other_frames)
    mean = other_products.mean(axis=0)
    basis = np.linalg.eigh(np.cov(other_products, rowvar=False))[1][:, -16:].astype(np.float32)
    tree = cKDTree((products - mean) @ basis)
    radius = float(np.sqrt(2 * count) * limit) * 1.001
    near: dict[tuple[str, str], float] = {}
    for index, candidates in enumerate(tree.query_ball_point((other_products - mean) @ basis, radius)):
        if not candidates:
            continue
        dots = np.abs((frames[candidates] * other_frames[index]).sum(axis=-1))
        distances = np.sqrt(np.maximum(2 - 2 * dots, 0).sum(axis=-1) / count)
        for at in np.flatnonzero(distances < limit):
            pair = (names[candidates[at]], other_names[index])
            near[pair] = min(near.get(pair, limit), float(distances[at]))
    return near


def all_frames(library: MotionLibrary, first_joint: int) -> tuple[NDArray[np.float64], list[str]]:
    rotations = np.concatenate([clip.rotations[:, first_joint:] for clip in library.clips]).astype(np.float64)
    return rotations, [clip.name for clip in library.clips for _ in range(len(clip))]


def sign_free(rotations: NDArray[np.float64]) -> Array:
    """(N, joints, 4) quaternions to (N, joints · 10): their outer products, so weighted that distances are those of the
    whole matrices.
    """
    rows, columns = np.triu_indices(4)
    weights = np.where(rows == columns, 1, np.sqrt(2))
    products: Array = (
        (rotations[..., rows] * rotations[..., columns] * weights).reshape(len(rotations), -1).astype(np.float32)
    )
    return products


def test_the_search_for_near_frames_misses_none_that_measuring_every_pair_finds(library: MotionLibrary) -> None:
    one = MotionLibrary((clip_named(library, "cmu_16_32"), clip_named(library, "cmu_39_08")), {})
    other = MotionLibrary(
        (clip_named(library, "cmu_eval_train_walking_32"), clip_named(library, "cmu_eval_train_walking_41")), {}
    )
    expected: dict[tuple[str, str], float] = {}
    for clip in one.clips:
        for match in other.clips:
            dots = np.abs(
                np.einsum("ajk,bjk->abj", clip.rotations.astype(np.float64), match.rotations.astype(np.float64))
            )
            least = float(np.sqrt(np.maximum(2 - 2 * dots, 0).sum(axis=-1) / 96).min())
            if least < 0.02:
                expected[clip.name, match.name] = least
    assert near_frames(one, other, 0.02, first_joint=0) == pytest.approx(expected)
