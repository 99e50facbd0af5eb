"""What was found in a video is kept, checked before it is used again, and no detection is lost over it, whatever
befalls the disk or the video.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from blender_addon.core.detection import pose_cache
from blender_addon.core.detection.blazepose import BlazePose
from blender_addon.core.detection.performance import Performance, detect
from blender_addon.core.detection.pose_cache import LONGEST_WRITE, Asked, CacheEntry
from blender_addon.core.detection.providers import Provider
from blender_addon.core.pose_files import PoseFile
from blender_addon.core.video import FrameRange, Video, VideoError
from tests.disks import fill, make_read_only, small_disk
from tests.renames import watched

ROOT = Path(__file__).resolve().parents[2]
STREET = ROOT / "assets/footage/street.mp4"
ONE_FRAME = FrameRange(60, 61)


def found(cache: Path | None, frames: FrameRange = ONE_FRAME) -> Performance:
    return detect(Video.open(STREET, frames), cache=cache)


def are_same(one: PoseFile, other: PoseFile) -> bool:
    """Whether all that was found is the same, bit for bit."""
    return one.ids == other.ids and all(
        np.array_equal(a.positions, b.positions)
        and np.array_equal(a.confidence, b.confidence)
        and a.landmarks is not None
        and b.landmarks is not None
        and np.array_equal(a.landmarks.positions, b.landmarks.positions)
        and a.depth is not None
        and b.depth is not None
        and np.array_equal(a.depth.values, b.depth.values)
        and a.camera is not None
        and b.camera is not None
        and all(
            np.array_equal(one, other)
            for one, other in zip(vars(a.camera).values(), vars(b.camera).values(), strict=True)
        )
        and (a.fps, a.start, a.image_size) == (b.fps, b.start, b.image_size)
        for a, b in zip(one.people, other.people, strict=True)
    )


@pytest.fixture(scope="module")
def once() -> PoseFile:
    """What is in ONE_FRAME."""
    return found(None).poses


@pytest.fixture
def cache(tmp_path: Path, once: PoseFile) -> Path:
    """A cache that holds ONE_FRAME."""
    entry_of(tmp_path / "poses").write(once)
    return tmp_path / "poses"


def entry_of(folder: Path, frames: FrameRange = ONE_FRAME) -> CacheEntry:
    return CacheEntry(folder, Asked.of(Video.open(STREET, frames), BlazePose.method), STREET.name)


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "broken off": lambda content: content[: len(content) // 2],
    "one bit": lambda content: (
        content[: len(content) // 2] + bytes([content[len(content) // 2] ^ 8]) + content[len(content) // 2 + 1 :]
    ),
    "other content": lambda content: b'{"people": []}',
}


@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_entry_is_thrown_away_and_the_video_looked_at_again(
    how: str, cache: Path, once: PoseFile, caplog: pytest.LogCaptureFixture
) -> None:
    entry = only_file(cache)
    entry.write_bytes(DAMAGES[how](entry.read_bytes()))
    again = found(cache)
    assert again.provider is Provider.CPU
    assert are_same(again.poses, once)
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING] == [
        "The poses that were kept of street.mp4 are damaged; they are thrown away, and the video is looked at again."
    ]
    assert only_file(cache) == entry
    assert found(cache).provider is None


def test_no_bit_of_an_entry_can_change_what_is_found(cache: Path, once: PoseFile) -> None:
    entry = only_file(cache)
    content = entry.read_bytes()
    thrown_away = 0
    for place in np.random.default_rng(0).integers(0, len(content), 200):
        damaged = bytearray(content)
        damaged[place] ^= 1 << int(place) % 8
        entry.write_bytes(damaged)
        read = entry_of(cache).read()
        assert read is None or are_same(read, once), place
        thrown_away += read is None
    assert thrown_away > 100


def test_an_entry_of_another_range_is_not_taken_for_this_one(
    cache: Path, once: PoseFile, caplog: pytest.LogCaptureFixture
) -> None:
    other = FrameRange(10, 11)
    found(cache, other)
    mine, theirs = (entry_of(cache, frames)._path for frames in (ONE_FRAME, other))
    shutil.copy(theirs, mine)
    assert are_same(found(cache).poses, once)
    assert "thrown away" in caplog.text


def test_an_entry_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, once: PoseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    with watched(monkeypatch) as renamed:
        entry_of(tmp_path).write(once)
    assert renamed == {only_file(tmp_path).name: True}


def full(disk: Path) -> tuple[Path, str]:
    fill(disk)
    return disk / "poses", "No space left on device"


def read_only(disk: Path) -> tuple[Path, str]:
    make_read_only(disk)
    return disk / "poses", "Read-only file system"


def taken(disk: Path) -> tuple[Path, str]:
    (disk / "poses").write_text("a file where the folder should be", encoding="utf-8")
    return disk / "poses", "File exists"


@pytest.mark.parametrize("how", [full, read_only, taken])
def test_poses_that_cannot_be_kept_are_found_all_the_same(
    how: Callable[[Path], tuple[Path, str]], tmp_path: Path, once: PoseFile, caplog: pytest.LogCaptureFixture
) -> None:
    with small_disk(tmp_path / "disk", kilobytes=64) as disk:
        folder, why = how(disk)
        assert are_same(found(folder).poses, once)
    (said,) = (record.getMessage() for record in caplog.records if record.levelno == logging.WARNING)
    assert said == (
        f"The poses of street.mp4 could not be kept ({why}); "
        f"check that {folder} has room and may be written to, or the video is looked at again next time."
    )


def test_a_disk_that_fills_up_on_the_way_loses_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every frame is written at once: after some of them there is no room left, first in the cache, then in the
    temporary folder.
    """
    frames = FrameRange(60, 66)
    whole = found(None, frames).poses
    monkeypatch.setattr("blender_addon.core.detection.sightings.WRITE_EVERY", 0.0)
    with small_disk(tmp_path / "disk", kilobytes=16) as disk:
        monkeypatch.setattr(tempfile, "tempdir", str(disk))
        assert are_same(found(disk / "poses", frames).poses, whole)
    assert "could not be kept (No space left on device)" in caplog.text


def test_a_full_temporary_folder_loses_nothing(tmp_path: Path, once: PoseFile, monkeypatch: pytest.MonkeyPatch) -> None:
    with small_disk(tmp_path / "disk", kilobytes=64) as disk:
        fill(disk)
        monkeypatch.setattr(tempfile, "tempdir", str(disk))
        assert are_same(found(None).poses, once)


def test_what_a_killed_writer_left_is_removed_in_time(tmp_path: Path, once: PoseFile) -> None:
    old, new = tmp_path / ".torn-1", tmp_path / ".torn-2"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, old.stat().st_mtime - LONGEST_WRITE - 60))
    entry_of(tmp_path).write(once)
    assert not old.exists()
    assert new.exists()


@pytest.fixture
def clips(tmp_path: Path) -> tuple[Path, bytes]:
    """Some frames of the sample as a video of their own, and the content of one with others."""
    paths = []
    for name, frames in (("clip.mp4", FrameRange(60, 66)), ("other.mp4", FrameRange(10, 16))):
        writer = cv2.VideoWriter(str(tmp_path / name), cv2.VideoWriter.fourcc(*"mp4v"), 30, (1768, 994))
        for frame in Video.open(STREET, frames).frames():
            writer.write(frame.image)
        writer.release()
        paths.append(tmp_path / name)
    return paths[0], paths[1].read_bytes()


@pytest.fixture(params=["written over", "replaced", "replaced unnoticed"])
def swap(request: pytest.FixtureRequest, clips: tuple[Path, bytes], tmp_path: Path) -> Callable[[int], None]:
    """What puts the other clip in the place of the first one."""
    path, other = clips

    def run(done: int) -> None:
        if done != 3:
            return
        before = path.stat()
        if request.param == "replaced":
            (tmp_path / "other.mp4").replace(path)
        else:
            path.write_bytes(other[: before.st_size].ljust(before.st_size, b"\0"))
        if request.param == "replaced unnoticed":
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    return run


def test_a_video_that_changes_while_it_is_looked_at_is_refused_and_nothing_kept(
    clips: tuple[Path, bytes], swap: Callable[[int], None], tmp_path: Path
) -> None:
    with pytest.raises(
        VideoError, match=r"^clip\.mp4 changed while it was looked at; wait until it is written, and look again\.$"
    ):
        detect(Video.open(clips[0]), cache=tmp_path / "poses", progress=swap)
    assert list((tmp_path / "poses").iterdir()) == []


def test_a_video_that_is_only_touched_is_the_same(
    clips: tuple[Path, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blender_addon.core.detection.sightings.WRITE_EVERY", 0.0)
    detect(Video.open(clips[0]), cache=tmp_path / "poses", progress=lambda done: clips[0].touch())
    assert detect(Video.open(clips[0]), cache=tmp_path / "poses").provider is None


def test_two_processes_that_look_at_the_same_video_at_once_both_find_everybody(tmp_path: Path) -> None:
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    outs = [tmp_path / "one.npz", tmp_path / "other.npz", tmp_path / "later.npz"]
    commands = [
        (
            sys.executable,
            "-m",
            "blender_addon.core",
            "detect",
            str(STREET),
            "--range",
            "60:66",
            "-o",
            str(out),
            "--json",
        )
        for out in outs
    ]
    both = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        for command in commands[:2]
    ]
    errors = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], errors
    assert "could not" not in "".join(errors)
    later = subprocess.run(
        commands[2], cwd=ROOT, env=environment, capture_output=True, check=True, text=True, timeout=120
    )
    assert '"provider": "cache"' in later.stdout
    assert len({out.read_bytes() for out in outs}) == 1
    assert only_file(tmp_path / "cache/motion_retarget_2d/poses").suffix == ".npz"


def test_what_was_used_longest_ago_goes_where_the_cache_grows_too_large(
    once: PoseFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [Asked("made", f"{at}", 60, 1, 30.0, once.people[0].image_size or (1, 1)) for at in range(5)]
    entries = [CacheEntry(tmp_path, one, "street.mp4") for one in asked]
    paths = [tmp_path / f"{one.key}.npz" for one in asked]
    for at in range(4):
        entries[at].write(once)
        os.utime(paths[at], (1_000_000 + at, 1_000_000 + at))
    entries[0].read()  # used now, so the second one was used longest ago
    (tmp_path / "notes.txt").write_text("mine")
    monkeypatch.setattr(pose_cache, "MOST_BYTES", 3 * paths[0].stat().st_size + 100)
    entries[4].write(once)
    assert [path.exists() for path in paths] == [True, False, False, True, True]
    assert (tmp_path / "notes.txt").exists()


def test_the_poses_of_the_last_video_stay_however_large_they_are(
    once: PoseFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked("made", "0", 60, 1, 30.0, once.people[0].image_size or (1, 1))
    monkeypatch.setattr(pose_cache, "MOST_BYTES", 1)
    CacheEntry(tmp_path, asked, "street.mp4").write(once)
    assert CacheEntry(tmp_path, asked, "street.mp4").read() is not None
