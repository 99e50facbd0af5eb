"""The size of a picture as its header says, before anything is decoded."""

from __future__ import annotations

import struct

_PNG, _JPEG, _BMP = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM"
_TIFF_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_TIFF_WIDTH, _TIFF_HEIGHT = 256, 257
_TIFF_KINDS = {3: "H", 4: "I"}
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of the segment that holds the size."""
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers that have no segment."""


def size_in_header(content: bytes) -> tuple[int, int] | None:
    """Return the width and height that the header of a picture claims.

    Args:
        content: of a PNG, JPEG, BMP, WebP or TIFF file, all of it.

    Returns:
        Pixels; None where it is none of these, or its header is not whole.
    """
    try:
        if content.startswith(_PNG):
            return _png(content)
        if content.startswith(_JPEG):
            return _jpeg(content)
        if content.startswith(_BMP):
            return _bmp(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _webp(content)
        if content[:4] in _TIFF_ORDERS:
            return _tiff(content, _TIFF_ORDERS[content[:4]])
    except (struct.error, IndexError, KeyError):
        pass
    return None


def _pair(form: str, content: bytes, at: int) -> tuple[int, int]:
    one, other = struct.unpack_from(form, content, at)
    return int(one), int(other)


def _png(content: bytes) -> tuple[int, int] | None:
    """None also where a chunk claims to be longer than the file: decoders take memory for all of it."""
    at = len(_PNG)
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        at += length + 12
    return _pair(">II", content, 16) if at == len(content) else None


def _jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            at += 1
            continue
        marker = content[at + 1]
        if marker in _JPEG_FRAMES:
            return _pair(">HH", content, at + 5)[::-1]
        at += 1 if marker == 0xFF else 2
        if marker not in _JPEG_BARE and marker != 0xFF:
            at += int(struct.unpack_from(">H", content, at)[0])
    return None


def _bmp(content: bytes) -> tuple[int, int]:
    if struct.unpack_from("<I", content, 14)[0] == 12:  # OS/2
        return _pair("<HH", content, 18)
    width, height = _pair("<ii", content, 18)
    return abs(width), abs(height)  # a negative height counts from the top


def _webp(content: bytes) -> tuple[int, int]:
    kind = content[12:16]
    if kind == b"VP8 ":
        width, height = _pair("<HH", content, 26)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        bits = int(struct.unpack_from("<I", content, 21)[0])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8X":
        width, height = (int.from_bytes(content[at : at + 3], "little") for at in (24, 27))
        return width + 1, height + 1
    raise KeyError(kind)


def _tiff(content: bytes, order: str) -> tuple[int, int]:
    (start,) = struct.unpack_from(f"{order}I", content, 4)
    (count,) = struct.unpack_from(f"{order}H", content, start)
    found: dict[int, int] = {}
    for entry in range(start + 2, start + 2 + 12 * count, 12):
        tag, kind = struct.unpack_from(f"{order}HH", content, entry)
        if tag in (_TIFF_WIDTH, _TIFF_HEIGHT):
            (found[tag],) = struct.unpack_from(f"{order}{_TIFF_KINDS[kind]}", content, entry + 8)
    return found[_TIFF_WIDTH], found[_TIFF_HEIGHT]
