"""A detection that was stopped is gone on from, to the same poses bit for bit, whatever stopped it and whatever became
of its file.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from blender_addon.core import pose_files
from blender_addon.core.detection.blazepose import BlazePose
from blender_addon.core.detection.detector_state import pack_state, unpack_state
from blender_addon.core.detection.performance import detect
from blender_addon.core.detection.pose_cache import Asked
from blender_addon.core.detection.sightings import LONGEST_KEPT, MOST_FILES, SUFFIX, Sightings, sighting_type
from blender_addon.core.pose_files import PoseFile
from blender_addon.core.video import FrameRange, Video
from tests.core.test_pose_cache import are_same

ROOT = Path(__file__).resolve().parents[2]
STREET = ROOT / "assets/footage/street.mp4"
ROW = sighting_type(BlazePose.layout, BlazePose.tells_depth)
FRAMES = FrameRange(40, 56)
"""The woman steps out from behind the tree; people are searched for several times."""

INTERRUPTIBLE = """
import runpy, signal
from blender_addon.core.detection import sightings
signal.signal(signal.SIGINT, signal.default_int_handler)
sightings.WRITE_EVERY = 0.0
runpy.run_module("blender_addon.core", run_name="__main__")
"""
"""A process that writes each frame at once, and that Ctrl-C reaches even where the tests run in the background of a
shell, which shields its jobs from it.
"""


class Stopped(Exception):
    """Somebody pressed ESC."""


@pytest.fixture(scope="module")
def in_one_go() -> PoseFile:
    return detect(Video.open(STREET, FRAMES)).poses


@pytest.fixture
def every_frame_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blender_addon.core.detection.sightings.WRITE_EVERY", 0.0)


def stopped_after(frames: int, cache: Path) -> Path:
    """The file of a detection that was stopped after so many frames."""

    def progress(done: int) -> None:
        if done >= frames:
            raise Stopped

    with pytest.raises(Stopped):
        detect(Video.open(STREET, FRAMES), cache=cache, progress=progress)
    (path,) = cache.iterdir()
    return path


def gone_on(cache: Path) -> tuple[PoseFile, list[int], list[int]]:
    """What the next detection finds, after how many frames it goes on, and the progress it tells."""
    after: list[int] = []
    told: list[int] = []
    poses = detect(Video.open(STREET, FRAMES), cache=cache, progress=told.append, resumed=after.append).poses
    return poses, after, told


def test_a_detection_that_was_stopped_twice_finds_the_same_bit_for_bit(tmp_path: Path, in_one_go: PoseFile) -> None:
    stopped_after(5, tmp_path)
    stopped_after(9, tmp_path)
    poses, after, told = gone_on(tmp_path)
    assert after == [9]
    assert told == [9] * 9 + list(range(10, 17))
    assert are_same(poses, in_one_go)
    (entry,) = tmp_path.iterdir()
    assert entry.suffix == ".npz"


def test_a_stopped_detection_of_the_whole_video_looks_at_nothing_again(tmp_path: Path, in_one_go: PoseFile) -> None:
    """As where the disk was full when the poses were to be kept."""
    video = Video.open(STREET, FRAMES)
    in_the_way = tmp_path / f"{Asked.of(video, BlazePose.method).key}.npz"
    in_the_way.mkdir()
    assert are_same(detect(video, cache=tmp_path).poses, in_one_go)
    in_the_way.rmdir()
    poses, after, told = gone_on(tmp_path)
    assert (after, told) == ([16], [])
    assert are_same(poses, in_one_go)
    assert gone_on(tmp_path)[1] == [], "now it is in the cache"


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], list[int]]] = {
    "broken off": (lambda content: content[:-100], [6]),
    "one bit of the last record": (lambda content: content[:-100] + bytes([content[-100] ^ 1]) + content[-99:], [6]),
    "one bit of the header": (lambda content: bytes([content[0] ^ 1]) + content[1:], []),
    "empty": (lambda content: b"", []),
    "garbage behind it": (lambda content: content + b"\xff" * 1000, [7]),
}


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.usefixtures("every_frame_written")
def test_of_a_damaged_file_what_is_whole_is_gone_on_from(how: str, tmp_path: Path, in_one_go: PoseFile) -> None:
    path = stopped_after(7, tmp_path)
    damage, expected = DAMAGES[how]
    path.write_bytes(damage(path.read_bytes()))
    poses, after, _ = gone_on(tmp_path)
    assert after == expected
    assert are_same(poses, in_one_go)


def test_what_was_seen_of_something_else_is_not_gone_on_from(tmp_path: Path) -> None:
    path = stopped_after(3, tmp_path)
    other = Sightings("something else", ROW, path)
    assert other.state is None
    other.close()


def test_a_detector_s_state_is_the_same_after_it_was_written_and_read(tmp_path: Path) -> None:
    path = stopped_after(7, tmp_path)
    content = path.read_bytes()
    asked = content.split(b"\n")[1].decode()
    kept = Sightings(asked, ROW, path)
    reached = kept.state
    kept.close()
    assert reached is not None
    state = unpack_state(BlazePose.layout, reached.state)
    assert state.performers
    assert state.ahead or (os.cpu_count() or 1) < 2
    again = unpack_state(BlazePose.layout, pack_state(BlazePose.layout, state))
    assert pack_state(BlazePose.layout, again) == reached.state
    assert again.ahead == state.ahead
    with pytest.raises(ValueError, match="no state"):
        unpack_state(BlazePose.layout, reached.state[:-1])


def test_nothing_is_kept_of_a_video_that_changed_before_the_detection_was_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blender_addon.core.detection.sightings.WRITE_EVERY", float("inf"))
    clip, content = tmp_path / "clip.mp4", STREET.read_bytes()
    clip.write_bytes(content)

    def progress(done: int) -> None:
        if done == 3:
            clip.write_bytes(content + b"more")
        if done == 5:
            raise Stopped

    with pytest.raises(Stopped):
        detect(Video.open(clip, FRAMES), cache=tmp_path / "poses", progress=progress)
    clip.write_bytes(content)
    after: list[int] = []
    with pytest.raises(Stopped):
        detect(Video.open(clip, FRAMES), cache=tmp_path / "poses", progress=progress, resumed=after.append)
    assert after == []


def test_old_and_many_unfinished_detections_are_thrown_away(tmp_path: Path) -> None:
    now = time.time()
    for age in range(MOST_FILES + 5):
        path = tmp_path / f"{age:02}{SUFFIX}"
        path.write_bytes(b"seen")
        os.utime(path, (now, now - 60 * age))
    os.utime(tmp_path / f"03{SUFFIX}", (now, now - LONGEST_KEPT - 60))
    Sightings("asked", ROW, tmp_path / f"mine{SUFFIX}").close()
    left = sorted(path.stem for path in tmp_path.iterdir())
    assert left == [*(f"{age:02}" for age in range(MOST_FILES + 1) if age != 3), "mine"]


def test_two_at_once_do_not_write_the_same_file(tmp_path: Path) -> None:
    path = stopped_after(3, tmp_path)
    content = path.read_bytes()
    asked = content.split(b"\n")[1].decode()
    one, other = Sightings(asked, ROW, path), Sightings(asked, ROW, path)
    assert one.state is not None
    assert other.state is None
    assert not other.are_kept
    other.add(b"", one.state)
    other.write()
    other.discard()
    assert path.read_bytes() == content
    one.close()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "killed"])
def test_the_command_line_goes_on_after_it_was_stopped(
    how: signal.Signals, tmp_path: Path, in_one_go: PoseFile
) -> None:
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    out = tmp_path / "out.npz"
    command = (sys.executable, "-c", INTERRUPTIBLE, "detect", str(STREET), "--range", "40:56", "-o", str(out))
    folder = tmp_path / "cache/motion_retarget_2d/poses"
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        end = time.monotonic() + 120
        while not any(path.stat().st_size > 3000 for path in folder.glob(f"*{SUFFIX}")):
            assert time.monotonic() < end
            assert process.poll() is None, "it was done before it could be stopped"
            time.sleep(0.01)
        process.send_signal(how)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == (130 if how is signal.SIGINT else -signal.SIGKILL)
    if how is signal.SIGINT:
        assert "of street.mp4 is kept; the next time it goes on from there." in errors
    assert not out.exists()
    again = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True, text=True, timeout=120)
    assert "Going on after the first" in again.stderr
    assert are_same(pose_files.read(out), in_one_go)
    assert [path.suffix for path in folder.iterdir()] == [".npz"]
