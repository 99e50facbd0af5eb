"""The table of rendered clips, the cameras that film them, the motion made by script, and what angles mean."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.rendered.bodies import MEASURES
from benchmarks.rendered.cameras import Camera, film
from benchmarks.rendered.clips import CLIPS, SHORT_CLIPS
from benchmarks.rendered.motions import MOTIONS
from benchmarks.rendered.render import chosen_clips, seed_of
from benchmarks.rendered.scripted import HEAD_ANGLES
from benchmarks.rendered.truth import facing_of, head_angles_of, lasting
from blender_addon.core.head_pose import head_angles
from blender_addon.core.skeleton import JOINT_COUNT, Joint

SHORT = Path(__file__).parents[1] / "data/rendered"
SHOWN = {"walk", "run", "azimuths", "turn", "back", "head", "jump", "kick", "sit", "lie", "crawl", "push_up", "kneel",
         "reach", "two", "cut", "small", "root_feet"}  # fmt: skip
FILMED = {"fixed", "panned", "hand_held", "dollied", "zoomed", "tilted", "below", "above", "near", "upright", "blur",
          "noise"}  # fmt: skip
FPS = 30.0


def standing(yaw: float) -> np.ndarray:
    """(1, 15, 3) somebody who stands at the origin and faces -Y, turned to the left by degrees."""
    joints = np.zeros((1, JOINT_COUNT, 3))
    for joint, x, z in (
        (Joint.RIGHT_SHOULDER, -0.2, 1.4),
        (Joint.LEFT_SHOULDER, 0.2, 1.4),
        (Joint.RIGHT_HIP, -0.1, 0.9),
        (Joint.LEFT_HIP, 0.1, 0.9),
        (Joint.HEAD, 0.0, 1.6),
    ):
        joints[0, joint] = x, 0, z
    return np.asarray(joints @ turned(yaw).T)


def turned(yaw: float) -> np.ndarray:
    cos, sin = np.cos(np.radians(yaw)), np.sin(np.radians(yaw))
    turn: np.ndarray = np.array(((cos, -sin, 0), (sin, cos, 0), (0, 0, 1.0)))
    return turn


def test_the_clips_show_every_kind_of_motion_and_of_camera() -> None:
    assert set().union(*(clip.kinds for clip in CLIPS)) == SHOWN | FILMED
    assert len(CLIPS) >= 24
    assert len({clip.name for clip in CLIPS}) == len(CLIPS)
    assert {clip.name for clip in CLIPS if not 3 <= clip.seconds <= 6} == set()


def test_the_same_walk_is_seen_from_twelve_sides() -> None:
    sides = [clip for clip in CLIPS if "azimuths" in clip.kinds]
    assert len({clip.camera.azimuth for clip in sides}) == 12
    assert len({clip.parts for clip in sides}) == 1


def test_without_the_data_folder_our_own_people_still_show_most_kinds() -> None:
    own = chosen_clips(None, with_data=False)
    assert all(part.person in MEASURES and not MOTIONS[part.motion].recorded for clip in own for part in clip.parts)
    shown = set().union(*(clip.kinds for clip in own))
    assert (SHOWN | FILMED) - shown <= {"run", "azimuths", "back", "small", "above", "panned"}


def test_a_kind_or_a_name_chooses_clips() -> None:
    assert {clip.name for clip in chosen_clips(["blur", "lie"], with_data=True)} == {"blurred", "lie"}
    assert chosen_clips(["nothing"], with_data=True) == []


def test_every_clip_has_a_seed_of_its_own() -> None:
    assert len({seed_of(clip) for clip in CLIPS}) == len(CLIPS)


@pytest.mark.parametrize("azimuth", [0.0, 90.0, 180.0, -60.0])
def test_a_performer_looks_where_the_azimuth_of_the_camera_says(azimuth: float) -> None:
    path = film(Camera(azimuth), standing(0)[None], fps=FPS, seed=1)
    away = -path.to_world[:, :3, 2]
    assert facing_of(standing(0), away)[0] == pytest.approx(azimuth, abs=1e-6)


def test_who_looks_to_the_right_of_the_picture_faces_plus_ninety() -> None:
    path = film(Camera(0.0), standing(90)[None], fps=FPS, seed=1)
    nose = np.array([[[0.0, 0.0, 1.6], turned(90) @ (0.0, -0.1, 1.6)]])
    pixels = path.project(nose)[0][0]
    assert pixels[1, 0] > pixels[0, 0] + 3
    assert facing_of(standing(90), -path.to_world[:, :3, 2])[0] == pytest.approx(90)


def test_head_angles_are_those_of_the_product() -> None:
    random = np.random.default_rng(3)
    heads = np.linalg.qr(random.standard_normal((40, 3, 3)))[0]
    heads *= np.linalg.det(heads)[:, None, None]
    camera = np.broadcast_to(np.array(((1.0, 0, 0), (0, 0, -1.0), (0, 1.0, 0))), (40, 3, 3))
    # Left, up and forward of the head along the picture's right, the picture's up and towards the camera.
    axes = np.stack((heads[..., 0], heads[..., 2], -heads[..., 1]), axis=-1)
    carrier = np.stack((camera[:, 0], -camera[:, 1], -camera[:, 2]), axis=1)
    expected = np.degrees(head_angles(carrier @ axes))
    np.testing.assert_allclose(head_angles_of(heads, camera), expected, atol=1e-6)


def test_a_still_camera_sees_the_whole_body_and_no_more_than_it_must() -> None:
    walk = np.stack([standing(0)[0] + (0, -0.05 * frame, 0) for frame in range(60)])[None]
    path = film(Camera(90.0), walk, fps=FPS, seed=1)
    pixels, _ = path.project(walk)
    assert (pixels > 0).all()
    assert (pixels < path.size).all()
    assert (np.abs(pixels - np.array(path.size) / 2) / np.array(path.size)).max() > 0.42
    assert np.ptp(path.to_world, axis=0).max() == 0


def test_a_hand_shakes_the_camera_slowly_most_of_all_and_never_in_jumps() -> None:
    still = np.repeat(standing(0)[None], 240, axis=1)
    path = film(Camera(0.0, shake=1.0), still, fps=FPS, seed=5)
    seen = path.project(still)[0][0, :, Joint.HEAD]
    assert 3 < np.ptp(seen, axis=0).max() < 80
    power = np.abs(np.fft.rfft((seen - seen.mean(axis=0)) * np.hanning(240)[:, None], axis=0)) ** 2
    frequency = np.fft.rfftfreq(240, 1 / FPS)
    assert power[frequency < 1.5].sum() > 4 * power[(frequency > 3) & (frequency < 12)].sum() > 0
    assert np.abs(np.diff(seen, axis=0)).max() < 6


def test_a_zoom_changes_the_focal_length_and_nothing_else() -> None:
    path = film(Camera(0.0, zoom=1.5), np.repeat(standing(0)[None], 30, axis=1), fps=FPS, seed=1)
    assert path.focal[-1] == pytest.approx(1.5 * path.focal[0])
    assert np.ptp(path.to_world, axis=0).max() == 0


@pytest.mark.parametrize("name", [name for name, motion in MOTIONS.items() if motion.script is not None])
def test_scripted_motion_keeps_its_bones_turning_smoothly(name: str) -> None:
    movement = MOTIONS[name].movement(4.0, MEASURES["woman"].offsets(), None)
    assert len(movement) == 120
    np.testing.assert_allclose(np.linalg.norm(movement.rotations, axis=-1), 1, atol=1e-9)
    turned_by = 2 * np.degrees(
        np.arccos(np.clip(np.abs((movement.rotations[1:] * movement.rotations[:-1]).sum(-1)), 0, 1))
    )
    assert turned_by.max() < 30


def test_a_scripted_head_turns_by_the_known_angles() -> None:
    movement = MOTIONS["scripted_head"].movement(6.0, MEASURES["woman"].offsets(), None)
    camera = np.array(((1.0, 0, 0), (0, 0, -1.0), (0, 1.0, 0)))[None]
    for time, (yaw, pitch, roll) in HEAD_ANGLES[:-1]:
        head = movement.at(time * movement.fps)[0][6]
        np.testing.assert_allclose(head_angles_of(head[None], camera)[0], (yaw, pitch, roll), atol=0.6)


def test_recorded_motion_says_which_folder_it_misses() -> None:
    with pytest.raises(ValueError, match="--data"):
        MOTIONS["walk"].movement(3.0, None, None)


def test_short_contacts_and_short_gaps_are_none() -> None:
    contact = np.zeros(60, dtype=np.bool_)
    contact[10:30], contact[20], contact[45] = True, False, True
    expected = np.zeros(60, dtype=np.bool_)
    expected[10:30] = True
    assert (lasting(contact, FPS) == expected).all()


@pytest.mark.parametrize("name", [clip.name for clip in SHORT_CLIPS])
def test_the_short_clips_are_small_and_have_a_frame_of_truth_for_each_picture(name: str) -> None:
    import cv2

    assert sum((SHORT / f"{name}{end}").stat().st_size for end in (".mp4", ".npz")) < 300_000
    video = cv2.VideoCapture(str(SHORT / f"{name}.mp4"))
    with np.load(SHORT / f"{name}.npz") as truth:
        assert int(video.get(cv2.CAP_PROP_FRAME_COUNT)) == truth["joints"].shape[1]
        size = (int(video.get(cv2.CAP_PROP_FRAME_WIDTH)), int(video.get(cv2.CAP_PROP_FRAME_HEIGHT)))
        assert size == tuple(truth["image_size"])
        assert truth["visible"].mean() > 0.6
