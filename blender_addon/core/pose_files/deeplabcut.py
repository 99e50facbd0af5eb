"""DeepLabCut CSV and HDF5: a column for x, y and likelihood of every body part, under rows scorer / (individuals) /
bodyparts / coords.

Body parts have the user's own names: `point_names` knows the common ones, others are named with `body_parts`. A row is
called by the number of its frame, or by its picture (`labeled-data/dance/img0007.png`, in one cell or three).
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Sequence
from importlib import import_module
from itertools import islice, takewhile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .containers import UNREADABLE, CsvFile, number_of
from .frame_numbers import frame_number, frames_of_names, only_once
from .performers import Detections, performers_of_file, seen_points
from .point_names import named_layout, told_unknown
from .pose_file import MAX_ARRAY_BYTES, MAX_FRAMES, PoseFile, PoseFileError, Source

LEVELS = ("scorer", "individuals", "bodyparts", "coords")
COORDINATES = ("x", "y", "likelihood")
Column = tuple[str, str, str]
"""Individual ("" where there is but one), body part, coordinate."""


class _PlainPickle(pickle.Unpickler):
    """Reads the column names that PyTables pickles: lists, tuples and text, and nothing that could run."""

    def find_class(self, module_name: str, global_name: str) -> object:
        raise pickle.UnpicklingError(f"{module_name}.{global_name}")


def recognises(file: CsvFile) -> bool:
    """Whether the first rows are DeepLabCut's."""
    return _levels(file)[-2:] == ["bodyparts", "coords"]


def read(file: CsvFile, source: Source) -> PoseFile:
    """Everybody in a CSV file; PoseFileError where too few of its body parts are known."""
    rows = file.rows()
    header = {row[0].strip().lower(): row for row in islice(rows, len(_levels(file)))}
    width = len(header["coords"])
    if any(len(row) != width for row in header.values()):
        raise source.error("has header rows of different lengths; export it again.")
    data = [index for index in range(width) if header["coords"][index].strip().lower() in COORDINATES]
    individuals = header.get("individuals", [""] * width)
    columns = [
        (individuals[index].strip(), header["bodyparts"][index].strip(), header["coords"][index].strip().lower())
        for index in data
    ]
    index = list(range(min(data, default=1)))
    values, names = [], []
    for number, row in enumerate(rows):
        if len(row) != width:
            raise source.error(f"is cut off in frame {number}; export it again.")
        try:
            values.append(np.array([number_of(row[index]) for index in data], dtype=np.float64))
        except ValueError as error:
            raise source.error(f"holds no number in frame {number}; fix that row.") from error
        names.append("/".join(cell for at in index if (cell := row[at].strip())))
    if not values:
        raise source.error("holds no frame; choose another file.")
    return _people(source, columns, np.stack(values), _frames(source, names))


def read_hdf5(path: Path, source: Source) -> PoseFile:
    """Everybody in an HDF5 file, as pandas writes it in its format `table`; PoseFileError without h5py."""
    try:
        h5py = import_module("h5py")
    except ImportError as error:
        raise source.error("is HDF5, which needs h5py; install h5py, or export the poses as CSV.") from error
    try:
        with h5py.File(path, "r") as file:
            tables = [group["table"] for group in file.values() if isinstance(group, h5py.Group) and "table" in group]
            if len(tables) != 1 or "values_block_0" not in (tables[0].dtype.names or ()):
                raise source.error("is HDF5 but no DeepLabCut table; export the poses as CSV.")
            table = tables[0]
            if table.size > MAX_FRAMES or table.size * table.dtype.itemsize > MAX_ARRAY_BYTES:
                raise source.error(f"claims {table.size} frames; split it into shorter clips.")
            names = _PlainPickle(io.BytesIO(bytes(table.attrs["values_block_0_kind"]))).load()
            rows = table[:]
            values, index = np.asarray(rows["values_block_0"], dtype=np.float64), rows["index"].tolist()
    except PoseFileError:
        raise
    except (*UNREADABLE, pickle.UnpicklingError) as error:
        raise source.error("is no whole DeepLabCut file; export the poses as CSV.") from error
    columns = _named_columns(names)
    if columns is None or values.ndim != 2 or values.shape[1] != len(columns):
        raise source.error("names its columns in a way we do not know; export the poses as CSV.")
    frames = _frames(source, [one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in index])
    return _people(source, columns, values, frames)


def _frames(source: Source, names: Sequence[str]) -> NDArray[np.int64]:
    """(T,) the frames of the rows, by what they are called: a number, or the path of a picture. Where no name has a
    number, they are frames in their order.
    """
    told = [frame_number(name) for name in names]
    if None not in told:
        frames = [number for number in told if number is not None]
        only_once(source, {f"row {at}": number for at, number in enumerate(frames, start=1)})
    elif by_name := frames_of_names(source, _all_different(source, names)):
        frames = [by_name[name] for name in names]
    else:
        frames = list(range(len(names)))
    return np.array(frames, dtype=np.int64)


def _all_different(source: Source, names: Sequence[str]) -> Sequence[str]:
    """The names; PoseFileError where two are the same."""
    if any(names) and len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise source.error(f"has the frame {twice[-40:]} twice; give each clip a file of its own.")
    return names


def _levels(file: CsvFile) -> list[str]:
    """The header rows a file has, in order."""
    return [row[0].lower() for row in takewhile(lambda row: row[0].lower() in LEVELS, file.head)]


def _named_columns(names: object) -> list[Column] | None:
    """From tuples (scorer, (individual,) body part, coordinate)."""
    if not isinstance(names, list) or not all(isinstance(name, tuple) and len(name) in (3, 4) for name in names):
        return None
    if not all(isinstance(word, str) for name in names for word in name):
        return None
    return [(name[1] if len(name) == len(LEVELS) else "", name[-2], name[-1]) for name in names]


def _people(
    source: Source, columns: Sequence[Column], values: NDArray[np.float64], frames: NDArray[np.int64]
) -> PoseFile:
    """Everybody in (T, C) values; the individuals are numbered from 1 in their order."""
    if len(set(columns)) < len(columns):
        twice = next(column for column in columns if columns.count(column) > 1)
        raise source.error(f"has the column {' '.join(filter(None, twice))[:80]} twice; export the poses again.")
    parts = tuple(dict.fromkeys(part for _, part, _ in columns))
    layout = named_layout(source, parts)
    told_unknown(source, layout)
    individuals = tuple(dict.fromkeys(individual for individual, _, _ in columns))
    points = np.full((len(individuals), len(values), len(parts), 3), np.nan)
    if not any(coordinate == "likelihood" for _, _, coordinate in columns):
        points[..., 2] = 1
    for column, (individual, part, coordinate) in enumerate(columns):
        if coordinate in COORDINATES:
            points[individuals.index(individual), :, parts.index(part), COORDINATES.index(coordinate)] = values[
                :, column
            ]
    positions, confidence = seen_points(points.reshape(-1, len(parts), 3))
    people = np.repeat(np.arange(1, len(individuals) + 1), len(values))
    found = Detections(
        layout, positions, confidence, np.tile(frames, len(individuals)), people, int(frames.min()), int(frames.max())
    )
    return performers_of_file(source, found)
