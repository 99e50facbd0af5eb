"""Frames come out of any video: by time, by range, upright, and never more of them in memory than a few."""

from __future__ import annotations

import resource
import struct
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from blender_addon.core.video import FrameRange, TimeUnit, Video, VideoError

STREET = Path(__file__).resolve().parents[2] / "assets/footage/street.mp4"
FPS = 25
WIDTH, HEIGHT = 64, 48
SHADE = 9
"""Every frame of a test video is so much lighter than the one before."""


def write_video(path: Path, frame_count: int, size: tuple[int, int] = (WIDTH, HEIGHT), codec: str = "mp4v") -> Path:
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*codec), FPS, size)
    for index in range(frame_count):
        image = np.full((size[1], size[0], 3), index * SHADE % 256, np.uint8)
        image[: size[1] // 4, : size[0] // 4] = 255
        writer.write(image)
    writer.release()
    return path


def shown(video: Video) -> list[int]:
    """Which of the frames written by `write_video` each frame is."""
    return [round(float(frame.image[-1, -1].mean()) / SHADE) for frame in video.frames()]


def with_durations(mp4: bytes, durations: Sequence[int]) -> bytes:
    """The same video, each frame shown so many ticks of its clock: the table of times (stts) rewritten, the boxes
    around it widened, no edit list.
    """
    at = mp4.index(b"stts") - 4
    table = struct.pack(">II", 0, len(durations)) + b"".join(struct.pack(">II", 1, duration) for duration in durations)
    growth = 8 + len(table) - struct.unpack(">I", mp4[at : at + 4])[0]
    new = bytearray(
        mp4[:at] + struct.pack(">I", 8 + len(table)) + b"stts" + table + mp4[at + 8 + len(table) - growth :]
    )
    for box in (b"moov", b"trak", b"mdia", b"minf", b"stbl"):
        start = mp4.index(box) - 4
        new[start : start + 4] = struct.pack(">I", struct.unpack(">I", mp4[start : start + 4])[0] + growth)
    return bytes(new).replace(b"edts", b"free")


def turned(mp4: bytes) -> bytes:
    """The same video, marked to be shown a quarter turn clockwise, as phones write it."""
    at = mp4.index(b"tkhd") + 4 + 40
    matrix = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    return mp4[:at] + matrix + mp4[at + len(matrix) :]


def test_every_frame_comes_once_and_in_order(tmp_path: Path) -> None:
    video = Video.open(write_video(tmp_path / "clip.mp4", 12))
    assert (video.fps, video.image_size, video.first_frame, video.frame_count) == (FPS, (WIDTH, HEIGHT), 0, 12)
    assert shown(video) == list(range(12))


def test_the_shipped_video_is_whole() -> None:
    video = Video.open(STREET)
    assert (video.fps, video.image_size, video.frame_count) == (30, (1768, 994), 230)


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        ("3:7", [3, 4, 5, 6]),
        (":2", [0, 1]),
        ("9:", [9, 10, 11]),
        ("0.2s:0.32s", [5, 6, 7]),
        ("0.4s:", [10, 11]),
        ("10:99", [10, 11]),
        (":", list(range(12))),
    ],
)
def test_a_range_is_cut_out_in_frames_or_seconds(text: str, frames: list[int], tmp_path: Path) -> None:
    video = Video.open(write_video(tmp_path / "clip.mp4", 12), FrameRange.parse(text))
    assert (video.first_frame, video.frame_count) == (frames[0], len(frames))
    assert [frame.index for frame in video.frames()] == frames
    assert shown(video) == frames


@pytest.mark.parametrize("text", ["", "7", "7:3", "3:3", "a:b", "-1:4", "1s:4", "2s:1s"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write FIRST:LAST"):
        FrameRange.parse(text)


def test_a_short_range_in_seconds_holds_one_frame_at_least() -> None:
    assert FrameRange(1.0, 1.001, TimeUnit.SECONDS).frames(30) == (30, 31)


def test_a_varying_frame_rate_is_made_even_by_true_times(tmp_path: Path) -> None:
    """Four frames at full rate, four at a third of it: at full rate each of the latter is shown three times, nearest in
    time.
    """
    path = write_video(tmp_path / "phone.mp4", 8)
    mp4 = path.read_bytes()
    tick = struct.unpack(">I", mp4[mp4.index(b"stts") + 16 :][:4])[0]
    path.write_bytes(with_durations(mp4, [tick] * 4 + [3 * tick] * 4))
    frames = shown(Video.open(path, fps=FPS))
    assert frames[:4] == [0, 1, 2, 3]
    assert [frames.count(index) for index in (4, 5, 6)] == [2, 3, 3]


def test_another_frame_rate_keeps_the_speed(tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.mp4", 12)
    assert shown(Video.open(path, fps=FPS / 2)) == [0, 2, 4, 6, 8, 10]
    thrice = shown(Video.open(path, fps=3 * FPS))
    assert [thrice.count(index) for index in range(12)] == [2, *[3] * 10, 4]


def test_a_phone_held_upright_gives_upright_frames(tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.mp4", 3)
    path.write_bytes(turned(path.read_bytes()))
    video = Video.open(path)
    assert video.image_size == (HEIGHT, WIDTH)
    image = next(video.frames()).image
    assert image[2, -2].mean() > 200
    assert image[2, 2].mean() < 60


def test_pictures_are_read_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for index in range(12):
        cv2.imwrite(str(tmp_path / f"shot_{index}.png"), np.full((HEIGHT, WIDTH, 3), index * SHADE, np.uint8))
    (tmp_path / "notes.txt").write_text("not a picture")
    assert shown(Video.open(tmp_path)) == list(range(12))
    assert shown(Video.open(tmp_path, FrameRange(4, 6))) == [4, 5]
    assert shown(Video.open(tmp_path / "shot_7.png")) == [7]


def test_a_video_of_one_frame_works(tmp_path: Path) -> None:
    assert shown(Video.open(write_video(tmp_path / "clip.mp4", 1))) == [0]


def test_a_copy_has_the_same_digest_and_another_video_another(tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.mp4", 3)
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(path.read_bytes())
    assert (
        Video.open(path).digest()
        == Video.open(copy).digest()
        != Video.open(write_video(tmp_path / "other.mp4", 4)).digest()
    )


def test_a_reader_may_stop_early(tmp_path: Path) -> None:
    frames = Video.open(write_video(tmp_path / "clip.mp4", 12)).frames()
    assert next(frames).index == 0
    frames.close()


def test_memory_does_not_grow_with_the_video(tmp_path: Path) -> None:
    """Pictures lie in NumPy's memory or in FFmpeg's, which only the system sees."""
    video = Video.open(write_video(tmp_path / "long.mp4", 300, (640, 480)))
    picture = 640 * 480 * 3
    tracemalloc.start()
    held = [resident() for _ in video.frames()]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(held) == 300
    assert peak / picture < 10
    assert (max(held[30:]) - held[30]) / picture < 60


def resident() -> int:
    """Bytes of this process's memory that are in use; 0 where the system does not say."""
    statistics = Path("/proc/self/statm")
    return int(statistics.read_text().split()[1]) * resource.getpagesize() if statistics.exists() else 0


def test_what_cannot_be_read_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "text.mp4").write_text("I am a text file. " * 100)
    (tmp_path / "headless.mp4").write_bytes(write_video(tmp_path / "clip.mp4", 12).read_bytes()[:900])
    (tmp_path / "folder").mkdir()
    (tmp_path / "bad.png").write_bytes(b"no picture")
    write_video(tmp_path / "wide.avi", 1, (16384, 16), "MJPG")
    for name, reason in {
        "missing.mp4": "was not found",
        "empty.mp4": "is empty",
        "text.mp4": "cannot be read as a video",
        "headless.mp4": "cannot be read as a video",
        "folder": "holds no pictures",
        "bad.png": "cannot be read as a picture",
        "wide.avi": "16384 × 16 pixels; scale it",
    }.items():
        with pytest.raises(VideoError, match=reason) as error:
            Video.open(tmp_path / name)
        assert name in str(error.value)


def test_a_video_that_breaks_off_says_where_and_its_sound_part_can_be_had(tmp_path: Path) -> None:
    path = tmp_path / "half.mp4"
    path.write_bytes(STREET.read_bytes()[:300_000])
    with pytest.raises(VideoError, match=r"breaks off after \d+ of 230 frames") as error:
        sum(1 for _ in Video.open(path).frames())
    sound = FrameRange.parse(str(error.value).split("range ")[1].rstrip("."))
    assert sum(1 for _ in Video.open(path, sound).frames()) == sound.stop


def test_pictures_of_two_sizes_are_refused(tmp_path: Path) -> None:
    for index, side in enumerate((32, 48)):
        cv2.imwrite(str(tmp_path / f"{index}.png"), np.zeros((side, side, 3), np.uint8))
    with pytest.raises(VideoError, match="changes its size to 48 × 48 in frame 1"):
        list(Video.open(tmp_path).frames())


def test_a_range_after_the_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="has 3 frames and the range begins at 9"):
        Video.open(write_video(tmp_path / "clip.mp4", 3), FrameRange(9))


@pytest.mark.parametrize("fps", [0, -1, float("nan"), 1e9])
def test_an_impossible_frame_rate_is_refused(fps: float) -> None:
    with pytest.raises(VideoError, match="frame rate"):
        Video.open(STREET, fps=fps)
