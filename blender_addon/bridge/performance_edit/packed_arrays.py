"""Arrays as text that a property can hold: a NumPy archive (.npz) in base64.

The reader trusts nothing that the text says. It unpacks an array only when asked, and no more than its shape allows.
"""

from __future__ import annotations

import base64
import io
import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_END, _ENTRY, _LOCAL = struct.Struct("<4s4H2LH"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s5H3L2H")
"""Of a zip file: the record at its end, that of each file beside it, and the one before each file's own bytes."""
_SIGNATURES = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_STORED, _DEFLATED = 0, 8

_MOST_ENTRIES = 32
_LONGEST_HEADER = 512
_HEADER = re.compile(
    rb"\{'descr': '(<(?:[fi][48]|U\d{1,4})|\|b1)', 'fortran_order': (True|False), "
    rb"'shape': \(((?:\d{1,9}, ?)*(?:\d{1,9})?)\), \}\s*\n"
)
"""What NumPy writes before the numbers of an array that is of one kind."""
_MAGIC = re.compile(rb"\x93NUMPY\x01\x00(..)", re.DOTALL)


def pack(arrays: Mapping[str, NDArray[Any]]) -> str:
    """The arrays, by name, as text."""
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]
    return base64.b64encode(stream.getvalue()).decode("ascii")


@dataclass(frozen=True, eq=False)
class PackedArray:
    """An array that is still packed; its header says that it has this `dtype` and `shape`."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    _fortran: bool
    _start: int
    _entry: _Entry

    def unpacked(self) -> NDArray[Any]:
        """The array; ValueError unless the text holds exactly that."""
        count = int(np.prod(self.shape, dtype=np.int64))
        size = self._start + count * self.dtype.itemsize
        if self._entry.size != size:
            raise ValueError("An array has another size than its header says.")
        found = self._entry.unpacked(size)
        if len(found) != size or zlib.crc32(found) != self._entry.checksum:
            raise ValueError("An array is not what was packed.")
        return np.frombuffer(found, self.dtype, count, self._start).reshape(
            self.shape, order="F" if self._fortran else "C"
        )


def read_packed(text: str) -> dict[str, PackedArray]:
    """The arrays of a text that `pack` made, by name, still packed.

    Raises ValueError, OverflowError, struct.error or zlib.error where it is no such text.
    """
    packed = base64.b64decode(text.encode("ascii"), validate=True)
    *_, count, length, start, comment = _END.unpack_from(packed, max(len(packed) - _END.size, 0))
    if (
        not packed.startswith(_SIGNATURES[2])
        or packed[-_END.size :][:4] != _SIGNATURES[0]
        or comment
        or count > _MOST_ENTRIES
    ):
        raise ValueError("The text is no archive.")
    found: dict[str, PackedArray] = {}
    at = start
    for _ in range(count):
        entry, name, at = _read_entry(packed, at)
        if name in found:
            raise ValueError("The archive holds two arrays of one name.")
        found[name] = _read_header(entry)
    if at != start + length:
        raise ValueError("The archive does not end where it says.")
    return found


@dataclass(frozen=True, eq=False)
class _Entry:
    """A file of the archive: `size` and `checksum` of what its bytes `packed` hold."""

    packed: memoryview
    method: int
    size: int
    checksum: int

    def unpacked(self, most: int) -> bytes:
        """Its first bytes, `most` of them at most."""
        if self.method == _STORED:
            return bytes(self.packed[:most])
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(self.packed, most)


def _read_entry(packed: bytes, at: int) -> tuple[_Entry, str, int]:
    """The file whose record is there, the array's name, and where the next record is."""
    signature, _, _, flags, method, _, _, checksum, length, size, named, extra, comment, *_, start = _ENTRY.unpack_from(
        packed, at
    )
    name = packed[at + _ENTRY.size : at + _ENTRY.size + named].decode("ascii")
    local, *_, local_named, local_extra = _LOCAL.unpack_from(packed, start)
    begin = start + _LOCAL.size + local_named + local_extra
    inside = begin + length <= len(packed)
    if (
        (signature, local) != _SIGNATURES[1:]
        or flags & 1
        or method not in (_STORED, _DEFLATED)
        or not inside
        or not name.endswith(".npy")
    ):
        raise ValueError("The archive holds a file that is no array.")
    entry = _Entry(memoryview(packed)[begin : begin + length], method, size, checksum)
    return entry, name.removesuffix(".npy"), at + _ENTRY.size + named + extra + comment


def _read_header(entry: _Entry) -> PackedArray:
    start = entry.unpacked(_LONGEST_HEADER)
    magic = _MAGIC.match(start)
    length = int.from_bytes(magic[1], "little") if magic is not None else 0
    header = _HEADER.fullmatch(start, 10, 10 + length)
    if magic is None or header is None or len(start) < 10 + length:
        raise ValueError("An array has no header.")
    shape = tuple(int(size) for size in header[3].split(b",") if size.strip())
    return PackedArray(np.dtype(header[1].decode("ascii")), shape, header[2] == b"True", 10 + length, entry)
