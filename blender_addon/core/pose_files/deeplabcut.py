"""DeepLabCut CSV and HDF5: a column for x, y and likelihood of every body part, under rows scorer / (individuals) /
bodyparts / coords.

Body parts have the user's own names: common spellings are known (`LeftShoulder`, `l_shoulder`, `shoulder_L`), others
are named with `body_parts`.
"""

from __future__ import annotations

import io
import logging
import pickle
import re
from collections.abc import Sequence
from importlib import import_module
from itertools import islice, takewhile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import JOINT_NAMES
from ..skeleton import EXTRA_LANDMARKS, JointLayout
from .containers import UNREADABLE, CsvFile
from .performers import Detections, performers, seen_points
from .pose_file import MAX_ARRAY_BYTES, MAX_FRAMES, PoseFile, PoseFileError, Source

logger = logging.getLogger(__name__)

LEVELS = ("scorer", "individuals", "bodyparts", "coords")
COORDINATES = ("x", "y", "likelihood")
ENOUGH_JOINTS = 8
"""With fewer of our 15 joints than this named, the names were not understood."""

SIDES = {"l": "left", "left": "left", "r": "right", "right": "right"}
PARTS = {
    **{
        part: part
        for part in ("nose", "neck", "head", "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "ear", "heel", "toe")
    },
    "hand": "wrist",
    "pelvis": "mid_hip",
    "midhip": "mid_hip",
    "bigtoe": "toe",
    "indexknuckle": "index_knuckle",
}
WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")

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
    values, frames = [], []
    for number, row in enumerate(rows):
        if len(row) != width:
            raise source.error(f"is cut off in frame {number}; export it again.")
        try:
            values.append(
                np.array([float(row[index]) if row[index].strip() else np.nan for index in data], dtype=np.float64)
            )
        except ValueError as error:
            raise source.error(f"holds no number in frame {number}; fix that row.") from error
        frames.append(int(row[0]) if row[0].isascii() and row[0].isdigit() and len(row[0]) < 10 else number)
    if not values:
        raise source.error("holds no frame; choose another file.")
    return _people(source, columns, np.stack(values), np.array(frames, dtype=np.int64))


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
            values, frames = (
                np.asarray(rows["values_block_0"], dtype=np.float64),
                np.asarray(rows["index"], dtype=np.int64),
            )
    except PoseFileError:
        raise
    except (*UNREADABLE, pickle.UnpicklingError) as error:
        raise source.error("is no whole DeepLabCut file; export the poses as CSV.") from error
    columns = _named_columns(names)
    if columns is None or values.ndim != 2 or values.shape[1] != len(columns):
        raise source.error("names its columns in a way we do not know; export the poses as CSV.")
    return _people(source, columns, values, frames)


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
    names = _our_names(source, tuple(dict.fromkeys(part for _, part, _ in columns)))
    layout = JointLayout("deeplabcut", tuple(names.values()))
    individuals = tuple(dict.fromkeys(individual for individual, _, _ in columns))
    points = np.full((len(individuals), len(values), len(names), 3), np.nan)
    if not any(coordinate == "likelihood" for _, _, coordinate in columns):
        points[..., 2] = 1
    parts = list(names)
    for column, (individual, part, coordinate) in enumerate(columns):
        if part in names and coordinate in COORDINATES:
            points[individuals.index(individual), :, parts.index(part), COORDINATES.index(coordinate)] = values[
                :, column
            ]
    positions, confidence = seen_points(points.reshape(-1, len(names), 3))
    people = np.repeat(np.arange(1, len(individuals) + 1), len(values))
    found = Detections(
        layout, positions, confidence, np.tile(frames, len(individuals)), people, int(frames.min()), int(frames.max())
    )
    return performers(source, found)


def _our_names(source: Source, parts: Sequence[str]) -> dict[str, str]:
    """From the file's body parts to our points; PoseFileError where two are one or too few are known."""
    names = {part: name for part in parts if (name := source.body_parts.get(part) or our_name(part))}
    unknown = [part for part in parts if part not in names]
    twice = [part for part, name in names.items() if list(names.values()).count(name) > 1]
    if twice:
        raise source.error(
            f"has body parts that are the same point of ours: {', '.join(twice)[:200]}; say which is which with --body-parts."
        )
    if sum(name in JOINT_NAMES for name in names.values()) < ENOUGH_JOINTS:
        raise source.error(f"has body parts we do not know: {', '.join(unknown)[:200]}; name them with --body-parts.")
    if unknown:
        logger.warning("%s: body parts passed over: %s", source.path.name, ", ".join(unknown))
    return names


def our_name(part: str) -> str | None:
    """What we call a body part, from its own name; None where that is not clear."""
    words = [word.lower() for word in WORDS.findall(part)]
    sides = [SIDES[word] for word in words if word in SIDES]
    rest = "".join(word for word in words if word not in SIDES)
    if not sides:
        for prefix, side in SIDES.items():
            if rest.startswith(prefix) and PARTS.get(rest.removeprefix(prefix)):
                sides, rest = [side], rest.removeprefix(prefix)
    name = PARTS.get(rest)
    if name is None or len(sides) > 1:
        return None
    full = f"{sides[0]}_{name}" if sides else name
    return full if full in (*JOINT_NAMES, *EXTRA_LANDMARKS) else None
