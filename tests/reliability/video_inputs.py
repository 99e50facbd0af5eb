"""Videos and pictures, damaged in the structure of their containers and in their bytes. A seed gives the same again."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np

STREET = Path(__file__).resolve().parents[2] / "assets/footage/street.mp4"
WRITERS = (("mp4v", ".mp4"), ("mp4v", ".mov"), ("XVID", ".avi"), ("MJPG", ".avi"), ("VP80", ".webm"), ("mp4v", ".mkv"))
"""Codecs that OpenCV writes, and containers."""
PICTURES = (".png", ".jpg", ".bmp", ".tif", ".webp")
HOLDERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"udta", b"dinf", b"moof", b"traf")
"""Boxes of MP4 that hold boxes."""
ODD_NUMBERS = (0, 1, 2, 7, 255, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE)
TEXTS = (
    b"", b"x", b"ffconcat version 1.0\nfile /etc/passwd\n", b"#EXTM3U\n#EXTINF:1,\n/dev/zero\n#EXT-X-ENDLIST\n",
    b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n", b"RIFF\xff\xff\xff\xffAVI LIST", b"GIF89a\xff\xff\xff\xff",
    b"\x00\x00\x00\x18ftypmp42", b"\x1aE\xdf\xa3" + b"\xff" * 30, b"OggS" + b"\0" * 100, b"\0" * 5000, b"YUV4MPEG2 W9999999 H9 F0:0\n",
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x02", b"P6 99999999 99999999 255\n", b"BM" + b"\xff" * 60,
)  # fmt: skip
SMALL, FRAMES = (96, 64), 8
FEW_OF_STREET = 400_000
"""Bytes of the H.264 video at the start that are damaged; the rest stays."""


@cache
def whole_videos() -> tuple[tuple[str, bytes], ...]:
    """Endings and contents of whole videos and pictures."""
    import tempfile

    found = [(".mp4", STREET.read_bytes())]
    dice = np.random.default_rng(1)
    images = [cv2.resize(dice.integers(0, 255, (8, 12, 3), np.uint8), SMALL) for _ in range(FRAMES)]
    with tempfile.TemporaryDirectory() as folder:
        for at, (codec, suffix) in enumerate(WRITERS):
            path = Path(folder) / f"{at}{suffix}"
            writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), 25.0, SMALL)
            for image in images:
                writer.write(image)
            writer.release()
            if path.is_file() and path.stat().st_size > 200:
                found.append((suffix, path.read_bytes()))
        found += [(suffix, cv2.imencode(suffix, images[0])[1].tobytes()) for suffix in PICTURES]
    return tuple(found)


def boxes(content: bytes) -> list[tuple[int, int, bytes]]:
    """(start, end, type) of the boxes of an MP4, those within others too."""
    found: list[tuple[int, int, bytes]] = []
    waiting = [(0, len(content))]
    while waiting:
        at, end = waiting.pop()
        while at + 8 <= end and len(found) < 400:
            size, kind = struct.unpack_from(">I4s", content, at)
            if size < 8 or at + size > end:
                break
            found.append((at, at + size, kind))
            if kind in HOLDERS:
                waiting.append((at + 8, at + size))
            at += size
    return found


def chunks(content: bytes) -> list[tuple[int, int, bytes]]:
    """(start, end, type) of the chunks of an AVI, those within lists too."""
    found: list[tuple[int, int, bytes]] = []
    waiting = [(0, len(content))]
    while waiting:
        at, end = waiting.pop()
        while at + 8 <= end and len(found) < 400:
            kind, size = struct.unpack_from("<4sI", content, at)
            stop = min(at + 8 + size + size % 2, end)
            found.append((at, stop, kind))
            if kind in {b"RIFF", b"LIST"}:
                waiting.append((at + 12, stop))
            at = stop
    return found


def other_structure(content: bytes, dice: random.Random) -> bytes:
    """A box or chunk is gone, twice there, of another type or size, or has another number in it."""
    parts = chunks(content) if content[:4] == b"RIFF" else boxes(content)
    if len(parts) < 3:
        return other_head(content, dice)
    start, end, _ = dice.choice([part for part in parts if part[1] - part[0] < 100_000] or parts)
    is_avi, part = content[:4] == b"RIFF", content[start:end]
    other, stop, _ = dice.choice(parts)
    size = struct.pack("<I" if is_avi else ">I", dice.choice((*ODD_NUMBERS, end - start + 1)))
    kind = dice.choice((b"free", b"moov", b"\0\0\0\0", b"stsd", b"LIST", b"trak", dice.randbytes(4)))
    number = start + 8 + 4 * dice.randrange(max((end - start - 12) // 4, 1))
    return dice.choice(
        (
            content[:start] + content[end:],
            content[:end] + part + content[end:],
            content[:start] + content[other:stop] + content[end:],
            _put(content, start + (4 if is_avi else 0), size),
            _put(content, start + (0 if is_avi else 4), kind),
            _put(content, number, struct.pack(">I", dice.choice(ODD_NUMBERS))),
            _put(content, number, struct.pack(">I", dice.choice(ODD_NUMBERS))),
        )
    )


def other_head(content: bytes, dice: random.Random) -> bytes:
    """Other bytes where containers have their head."""
    for _ in range(dice.choice((1, 1, 2, 8))):
        content = _put(
            content, dice.randrange(min(len(content), 1200)), dice.choice((dice.randbytes(1), b"\xff" * 4, b"\0" * 4))
        )
    return content


def other_bytes(content: bytes, dice: random.Random) -> bytes:
    """Other bytes anywhere."""
    broken = bytearray(content)
    for _ in range(dice.choice((1, 4, 40, 400))):
        broken[dice.randrange(min(len(broken), FEW_OF_STREET))] = dice.randrange(256)
    return bytes(broken)


def cut(content: bytes, dice: random.Random) -> bytes:
    """Without its end, its beginning or its middle."""
    one, other = sorted(dice.randrange(len(content)) for _ in range(2))
    return dice.choice((content[:one], content[other:], content[:one] + content[other:]))


def joined(content: bytes, dice: random.Random) -> bytes:
    """With something else before, within or behind it."""
    other = dice.choice([one for _, one in whole_videos()])[:50_000]
    at = dice.choice((0, len(content), dice.randrange(len(content))))
    return content[:at] + other + content[at:]


def _put(content: bytes, at: int, new: bytes) -> bytes:
    return content[:at] + new + content[at + len(new) :]


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "structure": other_structure,
    "head": other_head,
    "bytes": other_bytes,
    "cut": cut,
    "joined": joined,
}


def made_video(seed: int, folder: Path) -> Path:
    """The video, picture, text or folder of a seed, written into an empty folder."""
    dice = random.Random(seed)
    suffix, content = dice.choice(whole_videos())
    kind = dice.randrange(12)
    if kind == 0:
        content = dice.choice(TEXTS)
    elif kind == 1:
        return _pictures(dice, folder)
    elif kind > 2:
        for _ in range(dice.choice((1, 1, 3))):
            content = DAMAGES[dice.choice(list(DAMAGES))](content or b"\0", dice)
    if dice.random() < 0.1:
        suffix = dice.choice((".mp4", ".png", ".avi", "", ".tif", ".webm", ".gif"))
    path = folder / f"clip{suffix}"
    path.write_bytes(content)
    return path


def _pictures(dice: random.Random, folder: Path) -> Path:
    """A folder of pictures, some of them damaged, some no files."""
    inside = folder / "pictures"
    inside.mkdir()
    numbers = dice.choice((range(4), (0, 7, 9), (3, 10**9), (20260101, 20260102), (-2, -1)))
    whole = [(suffix, content) for suffix, content in whole_videos() if suffix in PICTURES]
    suffix, content = dice.choice(whole)
    for number in numbers:
        other = DAMAGES[dice.choice(list(DAMAGES))](content, dice) if dice.random() < 0.2 else content
        (inside / f"frame_{number}{suffix}").write_bytes(other)
    if dice.random() < 0.3:
        (inside / "._x.png").write_bytes(b"x")
        (inside / "b.png").mkdir()
    return inside
