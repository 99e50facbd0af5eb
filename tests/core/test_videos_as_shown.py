"""Videos are read as players show them: deinterlaced, with square pixels, upright, of one size, at their true times.

Pictures count themselves, so each test says which must come. The files of tests/data/cases and of the shared data
were made for tools that read them wrongly; others of each kind are written here.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from blender_addon.core.video import FrameRange, Video, VideoError
from blender_addon.core.video_file import Image
from tests.core.counted_videos import FPS, circle, join, number_of, picture, woven, write

CASES = Path(__file__).parents[1] / "data/cases"
STREET = Path(__file__).resolve().parents[2] / "assets/footage/street.mp4"
PICTURES = [picture(number) for number in range(20)]
WOVEN = [woven(2 * index, 2 * index + 1) for index in range(12)]
CLOSE = 12.0
"""How far the pictures of lossy codecs may be off, on average."""


def images(path: Path, fps: float | None = None) -> list[Image]:
    return [frame.image for frame in Video.open(path, fps=fps).frames()]


def numbers(path: Path) -> list[int]:
    return [number_of(image) for image in images(path)]


def has_a_round_circle(path: Path) -> bool:
    width, height = circle(images(path)[0])
    return abs(width - height) <= 0.02 * height


# Interlaced


@pytest.mark.parametrize("name", ["tff.mp4", "tff.mpg"])
def test_an_interlaced_video_gives_the_field_that_comes_first(name: str) -> None:
    path = CASES / "interlaced_video" / name
    assert numbers(path) == list(range(0, 48, 2))
    assert has_a_round_circle(path)


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "libx264"), ("a.mpg", "mpeg2video"), ("a.avi", "mpeg2video")])
@pytest.mark.parametrize("first", ["tff", "bff"])
def test_either_field_may_come_first(name: str, codec: str, first: str, tmp_path: Path) -> None:
    fields = WOVEN if first == "tff" else [woven(2 * index + 1, 2 * index) for index in range(12)]
    assert numbers(write(tmp_path / name, fields, codec, first_field=first)) == list(range(0, 24, 2))


@pytest.mark.parametrize("first", ["progressive", "interlaced"])
def test_a_video_may_be_interlaced_in_part(first: str, tmp_path: Path) -> None:
    parts = {
        "progressive": (write(tmp_path / "a.ts", PICTURES), list(range(20))),
        "interlaced": (
            write(tmp_path / "b.ts", [woven(40 + 2 * at, 41 + 2 * at) for at in range(6)], first_field="tff"),
            list(range(40, 52, 2)),
        ),
        "then": (write(tmp_path / "c.ts", [picture(number) for number in range(60, 66)]), list(range(60, 66))),
    }
    order = ["progressive", "interlaced", "then"] if first == "progressive" else ["interlaced", "then", "progressive"]
    joined = join(tmp_path / "joined.ts", [parts[part][0] for part in order])
    assert numbers(joined) == [number for part in order for number in parts[part][1]]


def test_what_is_not_interlaced_keeps_every_line(tmp_path: Path) -> None:
    striped = [np.full((240, 320, 3), 40, np.uint8)] * 8
    striped[0][::2] = 220
    (read, *_) = images(write(tmp_path / "a.mp4", striped, crf="4"))
    assert np.abs(read.astype(float) - striped[0]).mean() < CLOSE


# The shape of pixels


def test_pixels_that_are_wider_than_high_are_made_square() -> None:
    path = CASES / "non_square_pixels/sar.mp4"
    assert Video.open(path).image_size == (320, 240)
    assert has_a_round_circle(path)
    assert numbers(path) == list(range(48))


def test_broadcast_video_has_the_shape_that_it_is_shown_in() -> None:
    """A picture of 4:3 was brought to 16:9 before it was encoded: 1.333 times as wide as high."""
    path = CASES / "non_square_pixels/dv.mpg"
    assert Video.open(path).image_size == (1024, 576)
    width, height = circle(images(path)[0])
    assert width / height == pytest.approx(4 / 3, rel=0.02)


@pytest.mark.parametrize(
    ("name", "codec", "size", "aspect"),
    [
        ("ntsc.mkv", "mpeg4", (360, 240), Fraction(8, 9)),
        ("pal.avi", "mpeg4", (220, 240), Fraction(16, 11)),
        ("hdv.ts", "libx264", (240, 240), Fraction(4, 3)),
        ("dvd.mpg", "mpeg2video", (300, 240), Fraction(16, 15)),
    ],
)
def test_the_container_or_the_pictures_may_tell_the_shape_of_pixels(
    name: str, codec: str, size: tuple[int, int], aspect: Fraction, tmp_path: Path
) -> None:
    path = write(tmp_path / name, [picture(at, size) for at in range(10)], codec, aspect=aspect)
    assert Video.open(path).image_size == (320, 240)
    assert has_a_round_circle(path)


def test_a_pixel_of_an_impossible_shape_is_taken_for_square(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", PICTURES, "mpeg4", aspect=Fraction(200, 1))
    assert Video.open(path).image_size == (320, 240)


# Turned and mirrored


def test_a_mirroring_matrix_mirrors_left_to_right(shared_data: Path) -> None:
    read = images(shared_data / "cases/mirrored_by_header/mirror.mp4")
    assert [number_of(image[:, ::-1]) for image in read] == list(range(48))
    assert np.abs(read[5].astype(float) - picture(5)[:, ::-1]).mean() < CLOSE


@pytest.mark.parametrize(
    ("matrix", "shown"),
    [
        ((1, 0, 0, 1), lambda image: image),
        ((-1, 0, 0, 1), lambda image: image[:, ::-1]),
        ((1, 0, 0, -1), lambda image: image[::-1]),
        ((-1, 0, 0, -1), lambda image: image[::-1, ::-1]),
        ((0, 1, -1, 0), lambda image: np.rot90(image, -1)),
        ((0, -1, 1, 0), np.rot90),
        ((0, 1, 1, 0), lambda image: image.transpose(1, 0, 2)),
        ((0, -1, -1, 0), lambda image: image[::-1, ::-1].transpose(1, 0, 2)),
    ],
)
@pytest.mark.parametrize("name", ["a.mp4", "a.mov"])
def test_every_display_matrix_shows_what_players_show(
    matrix: tuple[int, ...], shown: Callable[[Image], Image], name: str, tmp_path: Path
) -> None:
    """Its first row says where the picture's right goes, the second its down."""
    right_x, right_y, down_x, down_y = (number * 65536 for number in matrix)
    path = write(tmp_path / name, PICTURES[:8], matrix=(right_x, right_y, 0, down_x, down_y, 0, 0, 0, 1 << 30))
    expected = shown(PICTURES[6])
    assert Video.open(path).image_size == expected.shape[1::-1]
    assert np.abs(images(path)[6].astype(float) - expected).mean() < CLOSE


def test_pixels_are_made_square_before_a_phone_is_turned_upright(tmp_path: Path) -> None:
    pictures = [picture(at, (240, 240)) for at in range(8)]
    turn = (0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)
    path = write(tmp_path / "a.mp4", pictures, aspect=Fraction(4, 3), matrix=turn)
    assert Video.open(path).image_size == (240, 320)
    assert has_a_round_circle(path)


# Sizes that change


@pytest.mark.parametrize("size", [(640, 480), (160, 120)])
def test_a_video_that_changes_its_resolution_keeps_its_first(size: tuple[int, int], tmp_path: Path) -> None:
    other = [picture(number, size) for number in range(20, 30)]
    joined = join(tmp_path / "a.ts", [write(tmp_path / "b.ts", PICTURES), write(tmp_path / "c.ts", other)])
    read = images(joined)
    assert {image.shape for image in read} == {(240, 320, 3)}
    assert [number_of(image) for image in read] == list(range(30))
    assert np.abs(read[25].astype(float) - picture(25)).mean() < CLOSE


def test_a_video_that_changes_its_shape_is_fitted_in_as_players_fit_it(tmp_path: Path) -> None:
    wide = [picture(number, (640, 480))[60:420] for number in range(20, 30)]
    joined = join(tmp_path / "a.ts", [write(tmp_path / "b.ts", PICTURES), write(tmp_path / "c.ts", wide)])
    last = images(joined)[-1]
    assert last.shape == (240, 320, 3)
    assert (last[:28].max(), last[-28:].max()) == (0, 0)
    width, height = circle(images(joined)[-1])
    assert width == pytest.approx(height, rel=0.05)


def test_the_shape_of_pixels_may_change_with_the_resolution(tmp_path: Path) -> None:
    other = [picture(number, (240, 240)) for number in range(20, 30)]
    squeezed = write(tmp_path / "c.ts", other, aspect=Fraction(4, 3))
    read = images(join(tmp_path / "a.ts", [write(tmp_path / "b.ts", PICTURES), squeezed]))
    assert np.abs(read[25].astype(float) - picture(25)).mean() < CLOSE


# Times


def test_a_video_that_starts_late_has_all_its_frames_and_no_more(shared_data: Path) -> None:
    path = shared_data / "cases/starts_late/late.mkv"
    assert Video.open(path).frame_count == 48
    assert numbers(path) == list(range(48))


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mp4", "libx264"), ("a.mkv", "libx264"), ("a.ts", "libx264"), ("a.webm", "libvpx"), ("a.flv", "libx264")],
)
def test_every_container_may_start_late(name: str, codec: str, tmp_path: Path) -> None:
    path = write(tmp_path / name, PICTURES, codec, start=7.0)
    assert numbers(path) == list(range(20))
    assert Video.open(path).frame_count == pytest.approx(20, abs=2)  # what some containers claim is an estimate


@pytest.mark.parametrize(("codec", "between"), [("mpeg4", 1), ("mpeg4", 3), ("libx264", 3)])
def test_a_container_that_tells_decoding_times_alone_keeps_the_speed(codec: str, between: int, tmp_path: Path) -> None:
    """An AVI has no time at which a picture is shown, and pictures between two others are decoded after both."""
    path = write(tmp_path / "a.avi", PICTURES, codec, bf=str(between), b_strategy="0")
    assert numbers(path) == list(range(20))


def test_an_edit_list_leaves_out_what_comes_before_it(tmp_path: Path) -> None:
    path = write(tmp_path / "trimmed.mp4", PICTURES, start=-0.4)
    assert Video.open(path).frame_count == 10
    assert numbers(path) == list(range(10, 20))


DURATIONS = [*[0.04] * 8, *[0.12] * 5, *[0.04] * 6, 1.0]
"""Seconds of twenty pictures; the last stands for 25 frames."""
IN_TIME = [number for number, seconds in enumerate(DURATIONS) for _ in range(round(seconds * FPS))]


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "libx264"), ("a.mkv", "libx264"), ("a.webm", "libvpx")])
def test_every_picture_stands_as_long_as_it_should_the_last_one_too(name: str, codec: str, tmp_path: Path) -> None:
    path = write(tmp_path / name, PICTURES, codec, durations=DURATIONS)
    read = [number_of(image) for image in images(path, fps=FPS)]
    assert len(read) == len(IN_TIME)
    assert max(abs(np.subtract(read, IN_TIME))) <= 1  # the nearest in time: half of one before, half of the next
    assert read.count(19) == 25


def test_a_varying_rate_is_not_cut_off_where_the_file_counts_its_pictures(tmp_path: Path) -> None:
    """A count of pictures is no count of frames: 20 pictures last 2.5 seconds here."""
    path = write(tmp_path / "phone.mp4", PICTURES, durations=[0.04] * 10 + [0.21] * 10)
    frames = [number_of(image) for image in images(path, fps=FPS)]
    assert (frames[0], frames[-1]) == (0, 19)
    assert len(frames) == pytest.approx(2.5 * FPS, abs=1)


def test_damage_in_the_middle_is_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ts", PICTURES * 3, g="5")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 400] = bytes(400)
    path.write_bytes(content)
    read = numbers(path)
    assert len(read) > 50
    assert read[-1] == 19


# One way to read a video


def test_the_shipped_video_has_the_same_pictures_as_ever() -> None:
    """What OpenCV decodes, bit for bit: so all that was detected in such videos stays as it was."""
    capture = cv2.VideoCapture(str(STREET), cv2.CAP_FFMPEG)
    count = 0
    for frame in Video.open(STREET).frames():
        found, image = capture.read()
        assert found
        assert np.array_equal(frame.image, image)
        count += 1
    assert (count, capture.grab()) == (230, False)


def test_a_video_may_name_no_other_files(tmp_path: Path) -> None:
    """A playlist that names an address is not followed."""
    playlist = tmp_path / "a.m3u8"
    playlist.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(VideoError, match=r"a\.m3u8"):
        list(Video.open(playlist).frames())


def test_names_that_mean_something_to_ffmpeg_are_names(tmp_path: Path) -> None:
    for name in ("a:b.mp4", "take %03d.mp4", "concat:x.mp4", "täñz 踊り.mp4"):
        assert numbers(write(tmp_path / "a.mp4", PICTURES[:3]).rename(tmp_path / name)) == [0, 1, 2]


def test_sound_without_pictures_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        frame.rate = 8000
        container.mux(stream.encode(frame))
    with pytest.raises(VideoError, match="cannot be read as a video"):
        Video.open(path)


def test_a_range_ends_where_it_should_whatever_the_file_claims(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", PICTURES, start=7.0)
    assert [number_of(frame.image) for frame in Video.open(path, FrameRange(5, 9)).frames()] == [5, 6, 7, 8]
