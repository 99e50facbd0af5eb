"""Who was seen in each frame of a video so far: kept in a file, from which a detection that was stopped goes on.

The file begins with MAGIC and what was asked. Records follow, one every few seconds: the rows of the frames since the
one before, the state of the detector after them, and the SHA-256 of the whole file up to there. What follows the last
whole record was broken off, and is written over.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import numpy as np
from numpy.typing import NDArray

from ..folders import temporary_folder
from ..skeleton import JointLayout
from .detector import Sighting

log = logging.getLogger(__name__)

WRITE_EVERY = 2.0
"""Seconds of work that a killed process loses at most."""

MOST_FILES, MOST_BYTES, LONGEST_KEPT = 16, 1 << 30, 30 * 24 * 3600.0
"""Unfinished detections that are kept beside the one that runs: how many, of how many bytes in all, and for how many
seconds.
"""

MAGIC = b"motion-retarget-2d-sightings-2\n"
SUFFIX = ".sightings"
RECORD = struct.Struct("<QQI?")
"""How many rows of people, bytes of the camera's steps and bytes of the state follow, and whether the video ends there."""

REACHED = struct.Struct("<qI")
"""The frame of a state, and the bytes of the detector's own state; that state follows, and the background's."""

DIGEST_BYTES = 32
LOCKED_BYTE = 1 << 40
"""Windows locks bytes and not files: this one is never written."""


def sighting_type(layout: JointLayout, tells_depth: bool) -> np.dtype[np.void]:
    """One person in one frame, with the points of a detector's layout, and with their depth where it tells any."""
    count = len(layout.points)
    depth = [("depth", np.float32, (count,))] if tells_depth else []
    whose, where = [("frame", np.int64), ("person", np.int64)], [("points", np.float32, (count, 2))]
    return np.dtype([*whose, *where, ("confidence", np.float32, (count,)), *depth])


def row_of(sighting: Sighting, frame: int, row: np.dtype[np.void]) -> bytes:
    """A sighting in that frame as a row of `sighting_type`."""
    values = frame, sighting.id, sighting.points, sighting.confidence, sighting.depth
    return np.array(values[: len(row.names or ())], row).tobytes()


def sighting_of(row: np.void) -> Sighting:
    """What a row of `sighting_type` says."""
    depth = row["depth"] if "depth" in (row.dtype.names or ()) else None
    return Sighting(int(row["person"]), row["points"], row["confidence"], depth)


@dataclass(frozen=True)
class Reached:
    """The last `frame` that was looked at, and the `state` of the detector and the `background` after it."""

    frame: int
    state: bytes
    background: bytes = b""


@dataclass(frozen=True)
class _Written:
    """The file up to the end of its last whole record: its bytes, their hash, and what that record says."""

    end: int
    hash: hashlib._Hash
    state: Reached | None = None
    is_complete: bool = False


class Sightings:
    """Rows of the type `row`, frame by frame. They wait in a file, so that memory is the same for any length of video.

    What the file at `path` holds of what is `asked` is gone on from. Where there is no path, another process writes
    that file, or it cannot be written, they wait in a temporary file, or else in memory.
    """

    def __init__(self, asked: str, row: np.dtype[np.void], path: Path | None = None) -> None:
        self._row = row
        self._header = MAGIC + asked.encode() + b"\n"
        self._pending: list[tuple[bytes, bytes, Reached]] = []
        self._written_at = time.monotonic()
        self._file: IO[bytes] = BytesIO()
        self._written = self._begun()
        self._path: Path | None = None
        if path is None or not self._take_up(path):
            self._wait_elsewhere(b"", b"", None)

    @property
    def state(self) -> Reached | None:
        """The detector's after the last frame written; None where there is none."""
        return self._written.state

    @property
    def is_complete(self) -> bool:
        """Whether they are of the whole video."""
        return self._written.is_complete

    @property
    def are_kept(self) -> bool:
        """Whether another detection can go on from them."""
        return self._path is not None and self.state is not None

    @property
    def is_due(self) -> bool:
        """Whether it is time to write."""
        return time.monotonic() - self._written_at >= WRITE_EVERY

    def add(self, rows: bytes, state: Reached, step: bytes = b"") -> None:
        """The rows of one frame, the state after it, and the camera's step to it; in memory until `write`."""
        self._pending.append((rows, step, state))

    def write(self, *, is_complete: bool = False) -> None:
        """Write what was added; elsewhere, where the file takes no more. Whoever is stopped halfway keeps what was
        written before.
        """
        before = self.state
        pending = [one for one in self._pending if before is None or one[-1].frame > before.frame]
        state = pending[-1][-1] if pending else before
        if state is not None and (pending or is_complete):
            rows, steps = b"".join(one[0] for one in pending), b"".join(one[1] for one in pending)
            try:
                self._append(rows, steps, state, is_complete)
            except OSError as error:
                log.info("What is seen on the way can no longer be kept (%s).", error.strerror)
                before_rows, before_steps = self._read()
                self._wait_elsewhere(before_rows + rows, before_steps + steps, state, is_complete)
        self._pending.clear()
        self._written_at = time.monotonic()

    def rows(self) -> NDArray[np.void]:
        """(N,) of the type of row: all that was written. Raises OSError where it cannot be read back."""
        return np.frombuffer(self._read()[0], self._row)

    def steps(self) -> bytes:
        """The camera's steps, one after the other: all that was written. Raises OSError where they cannot be read back."""
        return self._read()[1]

    def close(self) -> None:
        """Let go of the file."""
        with suppress(OSError):
            self._file.close()

    def discard(self) -> None:
        """Let go of the file, and remove it."""
        self.close()
        if self._path is not None:
            with suppress(OSError):
                self._path.unlink()

    def _begun(self) -> _Written:
        return _Written(len(self._header), hashlib.sha256(self._header))

    def _read(self) -> tuple[bytes, bytes]:
        """All rows, and all steps of the camera."""
        found, steps, end = bytearray(), bytearray(), len(self._header)
        for written, rows, more in self._records():
            found += rows
            steps += more
            end = written.end
        if end != self._written.end:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(self._path or "A temporary file"))
        return bytes(found), bytes(steps)

    def _take_up(self, path: Path) -> bool:
        """Go on from that file; False where another process writes it, or it cannot be written."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _remove_old(path)
            path.touch()
            self._file = path.open("r+b", buffering=0)
            if not _is_locked_by_us(self._file):
                self.close()
                return False
            if self._file.read(len(self._header)) != self._header:
                self._file.truncate(0)
                self._begin()
            for written, _, _ in self._records():
                self._written = written
        except OSError as error:
            log.info("What is seen on the way cannot be kept in %s (%s).", path.parent, error.strerror)
            self.close()
            return False
        self._path = path
        return True

    def _wait_elsewhere(self, rows: bytes, steps: bytes, state: Reached | None, is_complete: bool = False) -> None:
        """Begin with those rows and steps in a temporary file, or in memory."""
        self.close()
        self._path = None
        for opened in (_temporary_file, BytesIO):
            with suppress(OSError):
                self._file = opened()
                self._begin()
                if state is not None:
                    self._append(rows, steps, state, is_complete)
                return

    def _begin(self) -> None:
        self._file.seek(0)
        _write_all(self._file, self._header)
        self._written = self._begun()

    def _append(self, rows: bytes, steps: bytes, state: Reached, is_complete: bool) -> None:
        packed = REACHED.pack(state.frame, len(state.state)) + state.state + state.background
        counts = len(rows) // self._row.itemsize, len(steps), len(packed)
        record = RECORD.pack(*counts, is_complete) + rows + steps + packed
        running = self._written.hash.copy()
        running.update(record)
        record += running.digest()
        running.update(record[-DIGEST_BYTES:])
        self._file.seek(self._written.end)
        _write_all(self._file, record)
        self._written = _Written(self._written.end + len(record), running, state, is_complete)

    def _records(self) -> Iterator[tuple[_Written, bytes, bytes]]:
        """Each whole record: the file up to its end, its rows, and its steps of the camera."""
        size = self._file.seek(0, os.SEEK_END)
        written = self._begun()
        while written.end + RECORD.size <= size:
            self._file.seek(written.end)
            head = self._file.read(RECORD.size)
            row_count, step_bytes, state_bytes, is_complete = RECORD.unpack(head)
            row_bytes = row_count * self._row.itemsize
            end = written.end + RECORD.size + row_bytes + step_bytes + state_bytes + DIGEST_BYTES
            if end > size:
                return
            parts = row_bytes, step_bytes, state_bytes, DIGEST_BYTES
            rows, steps, packed, digest = (self._file.read(count) for count in parts)
            running = written.hash.copy()
            running.update(head + rows + steps + packed)
            if running.digest() != digest:
                return
            running.update(digest)
            written = _Written(end, running, _reached(packed), is_complete)
            yield written, rows, steps


def _reached(packed: bytes) -> Reached:
    frame, state_bytes = REACHED.unpack_from(packed)
    end = REACHED.size + state_bytes
    return Reached(frame, packed[REACHED.size : end], packed[end:])


def _temporary_file() -> IO[bytes]:
    folder = temporary_folder()
    if folder is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    return TemporaryFile(buffering=0, dir=folder)


def _write_all(file: IO[bytes], data: bytes) -> None:
    """A file without a buffer takes what there is room for, and says how much that was."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def _is_locked_by_us(file: IO[bytes]) -> bool:
    """Lock the file for as long as it is open; False where another process has, or the file system knows no locks."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(LOCKED_BYTE)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            file.seek(0)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _remove_old(path: Path) -> None:
    """Of the unfinished detections beside `path`, keep the latest few."""
    others = [(other.stat(), other) for other in path.parent.glob(f"*{SUFFIX}") if other != path]
    size, now = 0, time.time()
    for number, (status, other) in enumerate(sorted(others, key=lambda one: -one[0].st_mtime)):
        size += status.st_size
        if number >= MOST_FILES or size > MOST_BYTES or now - status.st_mtime > LONGEST_KEPT:
            with suppress(OSError):
                other.unlink()
