"""Network weights in one `.npz` file: the state, some extra arrays and text about them, and no pickle, so loading runs
no code.
"""

from __future__ import annotations

import json
import os
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import durable

FORMAT = "motion-retarget-2d-weights-1"

DAMAGE = (
    OSError,
    EOFError,
    MemoryError,
    RuntimeError,
    SyntaxError,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading a damaged `.npz` file raises beside ValueError, according to where the damage is."""

_HEADER_ENTRY = "header"
_STATE_PREFIX = "state/"
_EXTRA_PREFIX = "extra/"


@dataclass(frozen=True, eq=False)
class StoredWeights:
    """What a weights file holds.

    Attributes:
        path: where it was read from.
        state: the parameters by name; floating-point ones are float32, however they were stored.
        extras: the arrays stored beside them.
        metadata: text about the file.
    """

    path: Path
    state: dict[str, NDArray[Any]]
    extras: dict[str, NDArray[Any]]
    metadata: dict[str, str]


def save_state(
    path: str | os.PathLike[str],
    state: Mapping[str, NDArray[Any]],
    extras: Mapping[str, NDArray[Any]],
    metadata: Mapping[str, str],
    dtype: type[np.floating] = np.float32,
) -> None:
    """Write a weights file. It appears whole or not at all.

    Args:
        path: the .npz file.
        state: the parameters by name.
        extras: arrays stored beside them, as they are.
        metadata: text about the file.
        dtype: what floating-point parameters are stored as; others stay as they are.

    Raises:
        ValueError: a parameter holds a NaN, an infinity, or a number too large for `dtype`.
    """
    header = json.dumps({"format": FORMAT, "metadata": dict(metadata)})
    entries: dict[str, NDArray[Any]] = {_HEADER_ENTRY: np.frombuffer(header.encode(), dtype=np.uint8)}
    for name, array in state.items():
        entries[_STATE_PREFIX + name] = _stored(name, array, dtype)
    for name, array in extras.items():
        entries[_EXTRA_PREFIX + name] = np.asarray(array)
    _write(Path(path), entries)


def replace_extras(path: str | os.PathLike[str], prefix: str, extras: Mapping[str, NDArray[Any]]) -> None:
    """Put these extra arrays into a weights file, in place of those whose names begin with `prefix`. All else stays,
    bit for bit. The file appears whole or not at all.

    Raises:
        ValueError: the file is missing, damaged, or was not written by `save_state`.
    """
    source = load_state(path).path
    kept = {name: array for name, array in _entries(source).items() if not name.startswith(_EXTRA_PREFIX + prefix)}
    _write(source, kept | {_EXTRA_PREFIX + name: np.asarray(array) for name, array in extras.items()})


def _write(target: Path, entries: Mapping[str, NDArray[Any]]) -> None:
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as stream:
            # numpy's stub takes the keyword arrays for its `allow_pickle` as well.
            np.savez_compressed(stream, **entries)  # type: ignore[arg-type]
        durable.replace(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


def load_state(path: str | os.PathLike[str]) -> StoredWeights:
    """Read a weights file.

    Raises:
        ValueError: the file is missing, damaged, or was not written by `save_state`.
    """
    source = Path(path)
    try:
        entries = _entries(source)
        header = json.loads(entries.pop(_HEADER_ENTRY).tobytes())
        if header["format"] != FORMAT:
            raise ValueError
        metadata = {str(name): str(text) for name, text in header["metadata"].items()}
        state = {
            name.removeprefix(_STATE_PREFIX): _restored(array)
            for name, array in entries.items()
            if name.startswith(_STATE_PREFIX)
        }
    except FileNotFoundError as error:
        raise ValueError(f"The weights file {source} does not exist; check its path.") from error
    except DAMAGE as error:
        raise ValueError(f"The weights file {source} cannot be read or is damaged; fetch it again.") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{source} is no weights file of Motion Retarget 2D ({FORMAT}); choose another.") from error
    extras = {
        name.removeprefix(_EXTRA_PREFIX): array for name, array in entries.items() if name.startswith(_EXTRA_PREFIX)
    }
    for name, array in state.items():
        if not bool(np.isfinite(array).all()):
            raise ValueError(
                f"The weights file {source} holds a NaN or an infinity in {name}; fetch or train it again."
            )
    return StoredWeights(source, state, extras, metadata)


def _entries(source: Path) -> dict[str, NDArray[Any]]:
    archive = np.load(source, allow_pickle=False)
    if not isinstance(archive, np.lib.npyio.NpzFile):
        raise TypeError("a single array")
    with archive:
        return {name: archive[name] for name in archive.files}


def _stored(name: str, values: NDArray[Any], dtype: type[np.floating]) -> NDArray[Any]:
    if not np.issubdtype(values.dtype, np.floating):
        return values
    with np.errstate(over="ignore"):
        narrowed = values.astype(dtype)
    if not np.isfinite(narrowed).all():
        raise ValueError(
            f"The weights of {name} are not finite as {np.dtype(dtype).name}; store them in a wider type or train again."
        )
    return narrowed


def _restored(array: NDArray[Any]) -> NDArray[Any]:
    if not np.issubdtype(array.dtype, np.number):
        raise TypeError("parameters are numbers")
    return array.astype(np.float32) if np.issubdtype(array.dtype, np.floating) else array
