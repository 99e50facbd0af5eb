"""The camera's motion is told by the background, whatever the people before it do."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.core.detection.background import STEP, BackgroundFollower
from blender_addon.core.detection.detector import Sighting
from blender_addon.core.video import Frame, FrameRange, Video
from tests.core.moving_pictures import (
    FOCAL,
    FPS,
    HEIGHT,
    WIDTH,
    followed,
    frames,
    panned,
    shown_at,
    similarity,
    wall,
)

STREET = Path(__file__).resolve().parents[2] / "assets/footage/street.mp4"
FIVE_SECONDS = 125
MIDDLE = np.array([WIDTH / 2, HEIGHT / 2])


def hand_held(count: int, speed: float = 0.0) -> list[NDArray[np.float64]]:
    """A camera that is held in the hand, and pans so many pixels a frame."""
    time = np.arange(count)
    across = speed * time + 3 * np.sin(0.31 * time) * np.minimum(time / 5, 1)
    down, turn = 3 * np.sin(0.23 * time), 0.8 * np.sin(0.17 * time)
    return [
        similarity((float(x), float(y)), float(angle), 1 + 0.0004 * index)
        for index, (x, y, angle) in enumerate(zip(across, down, turn, strict=True))
    ]


def test_a_pan_in_the_hand_is_within_a_hundredth_of_the_picture_after_five_seconds() -> None:
    motions = hand_held(FIVE_SECONDS, speed=3.0)
    path = followed(frames(motions))
    true = np.array([motion[:2, :2] @ MIDDLE + motion[:2, 2] for motion in motions])
    assert np.abs(true[-1] - true[0]).max() > 0.7 * WIDTH
    errors = np.linalg.norm(shown_at(path, np.tile(MIDDLE, (FIVE_SECONDS, 1))) - true, axis=1)
    assert errors.max() < 0.01 * WIDTH
    turns = np.array([np.arctan2(motion[1, 0], motion[0, 0]) for motion in motions])
    assert np.degrees(np.abs(path.rotation - turns)).max() < 0.3
    assert np.abs(path.log_scale - np.log1p(0.0004 * np.arange(FIVE_SECONDS))).max() < 0.01
    assert path.confidence.min() > 0.5


@pytest.mark.parametrize("at", [0.5, 0.3], ids=["in the middle", "beside it"])
def test_a_camera_that_turns_pans_the_picture_as_far_and_makes_nobody_larger(at: float) -> None:
    """A wide lens stretches what is beside the middle: there, too, what stands is to stay where it is."""
    degrees = np.linspace(0, 50, FIVE_SECONDS)
    path = followed(frames([panned(angle) for angle in degrees], at=at * WIDTH))
    aside = (at - 0.5) * WIDTH / FOCAL
    across = FOCAL * np.radians(degrees) * (1 + aside**2)
    place = np.tile([at * WIDTH, 0.9 * HEIGHT], (FIVE_SECONDS, 1))
    error = shown_at(path, place)[:, 0] - place[:, 0] - across
    assert np.abs(error).max() < 0.015 * WIDTH
    assert np.abs(path.log_scale).max() < 0.02


@pytest.mark.parametrize("down", [12.0, -12.0], ids=["down", "up"])
def test_who_is_panned_after_stays_upright_whatever_the_camera_looks_down(down: float) -> None:
    """It turns about the vertical: the background turns in the picture, and yet the horizon stays level."""
    degrees = np.linspace(0, 40, FIVE_SECONDS)
    path = followed(frames([panned(angle, down) for angle in degrees]))
    assert np.degrees(np.abs(path.rotation)).max() < 1.0
    middle = shown_at(path, np.tile([WIDTH / 2, 0.9 * HEIGHT], (FIVE_SECONDS, 1)))
    assert np.ptp(middle[:, 0]) > 0.5 * WIDTH
    assert np.ptp(middle[:, 1]) < 0.02 * WIDTH


@pytest.mark.parametrize("noise", [0.0, 3.0, 8.0])
def test_a_camera_that_stands_still_has_not_moved_at_all(noise: float) -> None:
    path = followed(frames([np.eye(3)] * 40, noise=noise))
    assert not path.shift.any()
    assert not path.rotation.any()
    assert not path.log_scale.any()
    assert path.confidence.min() > 0.9


def test_the_camera_of_the_shipped_video_stands_still() -> None:
    video = Video.open(STREET, FrameRange(100, 130))
    follower = BackgroundFollower(video.fps, video.image_size)
    rows = np.frombuffer(b"".join(follower(frame, []) for frame in video.frames()), STEP)
    assert (rows["step"] == np.eye(3)).all()
    assert rows["confidence"].min() > 0.7


def test_the_ground_at_the_feet_counts_where_the_camera_travels_along() -> None:
    """It goes by faster than the wall behind it."""
    behind = [similarity((2.0 * step, 0)) for step in range(60)]
    ground = [similarity((9.0 * step, 0)) for step in range(60)]
    shown = frames(behind)
    for (frame, _), (floor, _) in zip(shown, frames(ground, walls=[wall(5)] * 60), strict=True):
        frame.image[round(0.8 * HEIGHT) :] = floor.image[round(0.8 * HEIGHT) :]
    path = followed(shown)
    place = np.tile([WIDTH / 2, 0.9 * HEIGHT], (60, 1))
    across = shown_at(path, place) - place
    assert np.abs(across[:, 0] - 9.0 * np.arange(60)).max() < 0.01 * WIDTH
    assert np.abs(across[:, 1]).max() < 0.01 * WIDTH


def captioned(shown: list[tuple[Frame, list[Sighting]]]) -> list[tuple[Frame, list[Sighting]]]:
    """The same on a plain floor, with words across the bottom that stay on the screen, whatever the camera does."""
    for frame, _ in shown:
        frame.image[round(0.8 * HEIGHT) :] = frame.image[round(0.8 * HEIGHT) :] // 16 + 110
        for line, words in enumerate(("6-COUNT SQUAT", "@somebody.trains")):
            cv2.putText(
                frame.image, words, (250, round(0.9 * HEIGHT) + 20 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (240,) * 3, 2
            )
    return shown


@pytest.mark.parametrize("speed", [0.4, 3.0], ids=["slow", "fast"])
def test_words_that_stay_on_the_screen_are_not_the_ground_at_the_feet(speed: float) -> None:
    """Captions and logos lie where the ground is."""
    motions = hand_held(75, speed=speed)
    path = followed(captioned(frames(motions)))
    place = np.tile([WIDTH / 2, 0.9 * HEIGHT], (75, 1))
    true = np.array([motion[:2, :2] @ place[0] + motion[:2, 2] for motion in motions])
    assert np.abs(shown_at(path, place) - true).max() < 0.02 * WIDTH


def test_a_camera_that_comes_to_rest_stands_still_from_then_on() -> None:
    moves = [similarity((5.0 * step, 0)) for step in range(25)]
    path = followed(frames([*moves, *[moves[-1]] * 40]))
    assert np.ptp(path.shift[-20:], axis=0).max() == 0
    assert abs(path.shift[-1, 0] - 120) < 2


def test_nothing_is_known_across_a_cut() -> None:
    """A pan, and after a cut another one: each is told, but for the step between."""
    moves = [similarity((4.0 * step, 0)) for step in range(20)]
    path = followed(frames([*moves, *moves], walls=[wall()] * 20 + [wall(7)] * 20))
    assert path.confidence[20] == 0
    assert (np.delete(path.confidence, 20) > 0.5).all()
    np.testing.assert_allclose(path.shift[20], path.shift[19])
    steps = np.delete(np.diff(path.shift[:, 0]), 19)
    assert np.abs(steps - 4).max() < 0.5


def test_a_background_with_nothing_in_it_is_not_followed() -> None:
    plain = np.full((3 * HEIGHT, 4 * WIDTH, 3), 120, np.uint8)
    path = followed(frames([np.eye(3)] * 10, walls=[plain] * 10, noise=0.0))
    assert not path.confidence[1:].any()
    assert not path.shift.any()


def test_a_follower_that_was_stopped_goes_on_to_the_same_bit_for_bit() -> None:
    shown = frames(hand_held(50, speed=5.0))
    whole = followed(shown)
    for stop in (3, 17, 38):
        first = BackgroundFollower(FPS, (WIDTH, HEIGHT))
        rows = [first(frame, people) for frame, people in shown[:stop]]
        second = BackgroundFollower(FPS, (WIDTH, HEIGHT))
        second.go_on_from(first.state())
        for frame, _ in shown[:stop]:
            second.remember(frame)
        assert second.state() == first.state()
        rows += [second(frame, people) for frame, people in shown[stop:]]
        again = BackgroundFollower(FPS, (WIDTH, HEIGHT))
        assert rows == [again(frame, people) for frame, people in shown]
    assert whole.confidence.min() > 0.5


def test_who_fills_the_picture_is_not_taken_for_the_background() -> None:
    """Somebody large walks through the picture before a camera that stands still."""
    shown: list[tuple[Frame, list[Sighting]]] = []
    random = np.random.default_rng(2)
    coat = random.integers(0, 255, (60, 30, 3)).astype(np.uint8)
    large = cv2.resize(coat, (180, 250), interpolation=cv2.INTER_NEAREST)
    for frame, _ in frames([np.eye(3)] * 30):
        left = 10 + 7 * frame.index
        frame.image[10:260, left : left + 180] = large
        corners = [[left, 10], [left + 180, 10], [left + 180, 260], [left, 260]]
        shown.append((frame, [Sighting(1, np.array(corners, np.float32), np.ones(4, np.float32))]))
    path = followed(shown)
    assert not path.shift.any()
    assert path.confidence.min() > 0.6
