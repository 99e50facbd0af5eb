"""The containers pose files come in, opened so that no file, however broken, costs more memory than it is long or than
the limits allow.
"""

from __future__ import annotations

import csv
import json
import math
import struct
import tokenize
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from .frame_numbers import HIGHEST, several_clips
from .pose_file import MAX_ARRAY_BYTES, MAX_TEXT_BYTES, PoseFileError, Source
from .statements import CLIPS

Json = Any
"""What a JSON document may hold."""

UNREADABLE = (
    ArithmeticError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    csv.Error,
    struct.error,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What the libraries that open these containers raise for a broken one."""


CLIP_COLUMNS = (*CLIPS, "file", "filename", "file_name", "sequence")
"""What columns of a table are called that say which clip a row is of."""

NO_NUMBER = frozenset({"", "na", "n/a", "#n/a", "<na>", "none", "null", "nil", "-", "."})
"""What tables write where there is nothing; `nan` is a number."""


class Container(Enum):
    """How a pose file is packed."""

    FOLDER = "a folder"
    JSON = "JSON"
    CSV = "CSV"
    NPY = "a NumPy array"
    NPZ = "a NumPy archive"
    HDF5 = "HDF5"


MAGIC: tuple[tuple[bytes, Container], ...] = (
    (b"\x93NUMPY", Container.NPY),
    (b"PK\x03\x04", Container.NPZ),
    (b"\x89HDF\r\n\x1a\n", Container.HDF5),
)


def container_of(source: Source) -> Container:
    """What the path holds, by its first bytes and not by its name."""
    if source.path.is_dir():
        return Container.FOLDER
    if not source.path.exists():
        raise PoseFileError(f"There is no pose file {source.path}; check the path.")
    check_is_file(source.path)
    try:
        with source.path.open("rb") as file:
            head = file.read(256)
    except OSError as error:
        raise source.error(f"cannot be opened ({error.strerror}); check that you may read it.") from error
    for magic, container in MAGIC:
        if head.startswith(magic):
            return container
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        raise source.error("is empty; export the poses again.")
    return Container.JSON if text[:1] in b"{[" else Container.CSV


def check_is_file(path: Path) -> None:
    """PoseFileError where a path is a pipe or a device, which may never end."""
    if path.exists() and not path.is_file():
        raise PoseFileError(f"{path.name} is a pipe, a device or a folder, and no file; choose a pose file.")


def read_json(path: Path) -> Json:
    """The JSON document in a file; PoseFileError where it is none."""
    check_is_file(path)
    try:
        if path.stat().st_size > MAX_TEXT_BYTES:
            raise PoseFileError(f"{path.name} is larger than {MAX_TEXT_BYTES >> 20} MB; split it into shorter clips.")
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except PoseFileError:
        raise
    except UNREADABLE as error:
        raise PoseFileError(f"{path.name} is no whole JSON file; export the poses again.") from error


@dataclass(frozen=True)
class CsvFile:
    """A CSV file: its first four rows, and all of them one by one."""

    source: Source
    head: tuple[tuple[str, ...], ...]

    @classmethod
    def open(cls, source: Source) -> CsvFile:
        """Read the head; PoseFileError where it is no text."""
        if source.path.stat().st_size > MAX_TEXT_BYTES:
            raise source.error(f"is larger than {MAX_TEXT_BYTES >> 20} MB; split it into shorter clips.")
        rows = cls(source, ()).rows()
        return cls(source, tuple(tuple(cell.strip() for cell in row) for row, _ in zip(rows, range(4), strict=False)))

    @property
    def header(self) -> tuple[str, ...]:
        """The first row; empty where there is none."""
        return self.head[0] if self.head else ()

    def rows(self) -> Iterator[list[str]]:
        """Every row, the head's included, empty ones left out; PoseFileError where the file is no text."""
        try:
            with self.source.path.open(encoding="utf-8-sig", newline="") as file:
                yield from (row for row in csv.reader(file) if row)
        except UNREADABLE as error:
            raise self.source.error(
                "is no pose file that we know; give JSON, CSV, .npy, .npz or HDF5 poses."
            ) from error

    def numbers(self, *names: str) -> dict[str, NDArray[np.float64]]:
        """The named columns, (N,) each, NaN where a cell is empty; PoseFileError where a column is missing or a cell
        holds no number.
        """
        values: dict[str, array[float]] = {name: array("d") for name in names}
        for number, cells in self._cells(names):
            try:
                for name, cell in zip(names, cells, strict=True):
                    values[name].append(number_of(cell))
            except ValueError as error:
                raise self.source.error(f"holds no number in row {number}; fix that row.") from error
        return {name: np.array(column, dtype=np.float64) for name, column in values.items()}

    def words(self, name: str) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """One column of words: (N,) indices, and the words they stand for."""
        known: dict[str, int] = {}
        indices = array("q")
        for _, (cell,) in self._cells((name,)):
            indices.append(known.setdefault(cell.strip(), len(known)))
        return np.array(indices, dtype=np.int64), tuple(known)

    def counted(self, values: NDArray[np.float64], name: str) -> NDArray[np.int64]:
        """A column of numbers like 12 or 12.0 as integers; PoseFileError unless they are whole, from 0 and below 2³¹."""
        if not (values >= 0).all():
            raise self.source.error(f"holds a {name} that is no whole number from 0; number them 0, 1, 2.")
        return self.whole(values, name)

    def whole(self, values: NDArray[np.float64], name: str) -> NDArray[np.int64]:
        """A column of numbers like 12, -3 or 12.0 as integers; PoseFileError unless they are whole and below 2³¹."""
        with np.errstate(invalid="ignore"):
            fits = (np.abs(values) < HIGHEST) & (values == np.floor(values))
        if not fits.all():
            raise self.source.error(f"holds a {name} that is no whole number; number them 0, 1, 2.")
        return values.astype(np.int64)

    def check_one_clip(self) -> None:
        """PoseFileError where a column says that the rows are of several clips."""
        header = [cell.lower() for cell in self.header]
        for name in CLIP_COLUMNS:
            if name in header:
                _, clips = self.words(name)
                if len(clips) > 1:
                    raise several_clips(self.source, clips)

    def _cells(self, names: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
        """The number and the cells under those names of every row below the first."""
        rows = enumerate(self.rows(), start=1)
        header = [cell.strip().lower() for cell in next(rows)[1]]
        if missing := [name for name in names if name not in header]:
            raise self.source.error(f"has no column {missing[0]}; name its columns in the first row.")
        columns = [header.index(name) for name in names]
        for number, row in rows:
            if len(row) <= max(columns):
                raise self.source.error(f"is cut off in row {number}; export the poses again.")
            yield number, [row[column] for column in columns]


@dataclass(frozen=True)
class NpzFile:
    """A NumPy archive: the names of its arrays, each read when it is asked for."""

    source: Source
    names: tuple[str, ...]

    @classmethod
    def open(cls, source: Source) -> NpzFile:
        """List the arrays; PoseFileError where it is no whole archive."""
        try:
            with zipfile.ZipFile(source.path) as archive:
                for member in archive.infolist():  # a name that was damaged is in the list and not at its place
                    archive.open(member).close()
                return cls(source, tuple(name.removesuffix(".npy") for name in archive.namelist()))
        except UNREADABLE as error:
            raise source.error("is no whole .npz file; write it again.") from error

    def array(self, name: str) -> NDArray[Any]:
        """Return one array of numbers or text.

        Raises:
            PoseFileError: it is missing, broken, pickled, or larger than MAX_ARRAY_BYTES.
        """
        if name not in self.names:
            raise self.source.error(f"lacks the array {name}; write it again.")
        try:
            with zipfile.ZipFile(self.source.path) as archive:
                with archive.open(f"{name}.npy") as file:
                    size = _claimed_bytes(file)
                if size > MAX_ARRAY_BYTES:
                    raise self.source.error(f"claims an array {name} of {size >> 20} MB; split it into shorter clips.")
                with archive.open(f"{name}.npy") as file:
                    values: NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
                    return values
        except PoseFileError:
            raise
        except UNREADABLE as error:
            raise self.source.error(f"holds a broken array {name}; write it again.") from error


def number_of(cell: str) -> float:
    """The number in a cell of a table, NaN where it says that there is none; ValueError where it is something else."""
    return math.nan if cell.strip().lower() in NO_NUMBER else float(cell)


def open_npy(source: Source) -> NDArray[Any]:
    """Return the array of a .npy file, mapped into memory and not read.

    Raises:
        PoseFileError: the file is broken, or holds no numbers.
    """
    try:
        values: NDArray[Any] = np.load(source.path, mmap_mode="r", allow_pickle=False)
    except UNREADABLE as error:
        raise source.error("is no whole .npy file; write it again.") from error
    if values.dtype.kind not in "fiu":
        raise source.error(f"holds {values.dtype} and no numbers; write the poses as an array of numbers.")
    return values


def numbers(source: Source, values: object, what: str) -> NDArray[np.float64]:
    """Return values of a JSON document as one array.

    Args:
        source: the file, for the error.
        values: nested lists of numbers.
        what: what the error calls them.

    Raises:
        PoseFileError: they are no numbers, or their rows differ in length.
    """
    try:
        if isinstance(values, list):
            return np.array(values, dtype=np.float64)
    except UNREADABLE:
        pass
    raise source.error(f"holds {what} that are no list of numbers; export the poses again.")


def filled_points(values: object) -> object:
    """A list of points in which those that are null or empty are nowhere: lists of NaN, as long as the others."""
    if not isinstance(values, list):
        return values
    length = next((len(point) for point in values if isinstance(point, list) and point), 0)
    if not length:
        return values
    return [[math.nan] * length if point is None or point in ({}, []) else point for point in values]


def triples(source: Source, values: object, what: str) -> NDArray[np.float64]:
    """(K, 3) from a list of x, y and score or flag, flat or a list a point; PoseFileError where it is none."""
    flat = numbers(source, filled_points(values), what).ravel()
    if not flat.size or flat.size % 3:
        raise source.error(
            f"holds {flat.size} keypoint numbers, which are no triples of x, y and score; export the poses again."
        )
    return flat.reshape(-1, 3)


def _claimed_bytes(file: IO[bytes]) -> int:
    """How large the array in an opened .npy stream says it is."""
    version = np.lib.format.read_magic(file)
    read_header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
    shape, _, dtype = read_header(file)
    return math.prod(shape) * int(dtype.itemsize)
