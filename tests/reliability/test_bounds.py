"""What has no end or is far too large is one sentence, in under a second and under 500 MB: in a process of its own, whose
memory is measured.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST, MOST_MEGABYTES = 1.0, 500
MEASURED = """
import json, sys, time
from pathlib import Path
from tests.reliability.fuzzing import _forget_peak, _memory
import blender_addon.core.retargeting, blender_addon.core.detection.people
from blender_addon.core import pose_files, video
from blender_addon.core.commands.retarget import read_skeleton

def look(path):
    opened = video.Video.open(Path(path))
    for frame in opened.frames():
        return f"a frame of {opened.image_size}"

READERS = {
    "poses": lambda path: pose_files.read(path),
    "frame rate": lambda path: pose_files.read(path, fps=1001.0),
    "video": look,
    "frame rate of a video": lambda path: video.Video.open(Path(path), fps=1001.0),
    "range": lambda text: video.FrameRange.parse(text),
    "skeleton": lambda path: read_skeleton(Path(path)),
}
for line in sys.stdin:
    told, path = json.loads(line)
    _forget_peak()
    before, began = _memory("VmRSS"), time.process_time()
    try:
        said = str(READERS[told](path))
    except ValueError as error:
        said = str(error)
    print(json.dumps([said, time.process_time() - began, (_memory("VmHWM") - before) >> 20]), flush=True)
"""


Measured = Callable[[str, "str | Path"], str]


@pytest.fixture(scope="module")
def measured() -> Iterator[Measured]:
    """What is said of something that a reader is given; asserts that it took little time and memory."""
    command = [sys.executable, "-c", MEASURED]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, told = process.stdin, process.stdout

        def measure(reader: str, path: str | Path) -> str:
            asked.write(json.dumps([reader, str(path)]) + "\n")
            asked.flush()
            said, seconds, megabytes = json.loads(told.readline())
            assert seconds < LONGEST, said
            assert megabytes < MOST_MEGABYTES, said
            return str(said)

        yield measure
        asked.close()


def png(width: int, height: int) -> bytes:
    """The head of a picture, and the little that a bomb needs."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(30_000_000)))
        + chunk(b"IEND", b"")
    )


def jpeg(width: int, height: int) -> bytes:
    import cv2
    import numpy as np

    content = cv2.imencode(".jpg", np.zeros((64, 64, 3), np.uint8))[1].tobytes()
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", height, width) + content[at + 4 :]


def bmp(width: int, height: int) -> bytes:
    import cv2
    import numpy as np

    content = cv2.imencode(".bmp", np.zeros((64, 64, 3), np.uint8))[1].tobytes()
    return content[:18] + struct.pack("<ii", width, height) + content[26:]


def webp(width: int, height: int) -> bytes:
    """The head of the extended format."""
    flags = b"\x10\0\0\0" + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    return b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + flags


def tiff(width: int, height: int) -> bytes:
    """Both sides, each in an entry of the first directory."""
    entries = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 200),
        (277, 3, 1, 1),
    ]
    return (
        b"II*\0\x08\0\0\0"
        + struct.pack("<H", len(entries))
        + b"".join(struct.pack("<HHII", *one) for one in entries)
        + bytes(200)
    )


PICTURES: dict[str, Callable[[int, int], bytes]] = {".png": png, ".jpg": jpeg, ".bmp": bmp, ".webp": webp, ".tif": tiff}


@pytest.mark.parametrize("suffix", PICTURES)
@pytest.mark.parametrize(("width", "height"), [(16_000, 16_000), (30_000, 16), (9_000, 9_000)])
def test_a_picture_too_large_is_told_by_its_header_before_it_is_decoded(
    suffix: str, width: int, height: int, measured: Measured, tmp_path: Path
) -> None:
    path = tmp_path / f"picture{suffix}"
    path.write_bytes(PICTURES[suffix](width, height))
    assert f"picture{suffix} has frames of {width} × {height} pixels" in measured("video", path)


def test_a_later_picture_of_a_folder_is_told_by_its_header_too(tmp_path: Path) -> None:
    import cv2
    import numpy as np

    cv2.imwrite(str(tmp_path / "0.png"), np.zeros((64, 64, 3), np.uint8))
    (tmp_path / "1.png").write_bytes(png(16_000, 16_000))
    from blender_addon.core.video import Video, VideoError

    with pytest.raises(VideoError, match=r"1\.png has frames of 16000 × 16000 pixels"):
        list(Video.open(tmp_path).frames())


@pytest.mark.parametrize("suffix", PICTURES)
def test_a_picture_that_is_whole_is_read(suffix: str, measured: Measured, tmp_path: Path) -> None:
    import cv2
    import numpy as np

    path = tmp_path / f"picture{suffix}"
    assert cv2.imwrite(str(path), np.full((48, 64, 3), 90, np.uint8))
    assert measured("video", path) == "a frame of (64, 48)"


def test_a_chunk_that_claims_four_gigabytes_is_not_made_room_for(measured: Measured, tmp_path: Path) -> None:
    content = png(64, 64)
    at = content.index(b"IDAT") - 4
    (tmp_path / "bomb.png").write_bytes(content[:at] + b"\xff\xff\xff\xf0" + content[at + 4 :])
    assert measured("video", tmp_path / "bomb.png").startswith("bomb.png cannot be read as a picture")


@pytest.mark.parametrize("reader", ["poses", "video", "skeleton"])
@pytest.mark.parametrize("kind", ["pipe", "/dev/zero", "/dev/full", "link to a pipe"])
def test_pipes_and_devices_in_place_of_files_are_refused(
    reader: str, kind: str, measured: Measured, tmp_path: Path
) -> None:
    path = Path(kind) if kind.startswith("/") else tmp_path / "clip.json"
    if not kind.startswith("/"):
        os.mkfifo(tmp_path / "pipe")
        path.symlink_to(tmp_path / "pipe")
    said = measured(reader, path)
    assert path.name in said
    assert "a pipe, a device" in said
    assert said.endswith(".")


BOTTOMLESS = {
    "lists": "[" * 5_000_000,
    "tables": '{"a":' * 1_000_000,
    "digits": '{"people": [{"pose_keypoints_2d": [' + "9" * 3_000_000 + "]}]}",
    "exponents": '[{"image_id": 1e400, "keypoints": [1e999, 1, 1]}]',
}


@pytest.mark.parametrize("reader", ["poses", "skeleton"])
@pytest.mark.parametrize("kind", BOTTOMLESS)
def test_nesting_and_digits_of_json_are_bounded(reader: str, kind: str, measured: Measured, tmp_path: Path) -> None:
    path = tmp_path / "clip.json"
    path.write_text(BOTTOMLESS[kind], encoding="ascii")
    said = measured(reader, path)
    assert "clip.json" in said
    assert said.endswith(".")
    assert len(said) < 500


@pytest.mark.parametrize(
    "text", ["9" * 100_000 + ":", "1." + "0" * 100_000 + "s:", ":" * 100_000, "5:2", "1e9:", "-1:5"]
)
def test_ranges_without_end_are_none(text: str, measured: Measured) -> None:
    said = measured("range", text)
    assert said.startswith("The range ")
    assert len(said) < 250


@pytest.mark.parametrize("reader", ["frame rate", "frame rate of a video"])
def test_a_frame_rate_above_a_thousand_is_refused(reader: str, measured: Measured, tmp_path: Path) -> None:
    entries = [{"image_id": at, "keypoints": [3.0 + at, 4.0, 1.0] * 17, "score": 1} for at in range(4)]
    (tmp_path / "clip.json").write_text(json.dumps(entries), encoding="ascii")
    assert "1000" in measured(reader, tmp_path / "clip.json")
