"""The folder in which the poses found in videos are kept: how large it is, and emptying it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

SUFFIXES = frozenset({".npz", ".sightings"})
"""What files there end in; hidden ones were left by a writer that was killed."""


def size(folder: Path | None) -> int:
    """Bytes of what is kept there; 0 without a folder."""
    total = 0
    for path in _files(folder):
        with suppress(OSError):  # gone meanwhile
            total += path.stat().st_size
    return total


def clear(folder: Path) -> tuple[int, list[Path]]:
    """Delete what is kept there.

    Returns:
        The bytes that were freed, and the files that could not be deleted.
    """
    freed, stuck = 0, []
    for path in _files(folder):
        try:
            count = path.stat().st_size
            path.unlink()
        except FileNotFoundError:
            continue
        except OSError:
            stuck.append(path)
            continue
        freed += count
    return freed, stuck


def in_megabytes(count: int) -> str:
    """A number of bytes in words."""
    return f"{count / 1e6:.1f} MB"


def _files(folder: Path | None) -> list[Path]:
    """The files that are ours."""
    if folder is None:
        return []
    try:
        files = [path for path in folder.iterdir() if path.is_file()]
    except OSError:
        return []
    return [path for path in files if path.suffix in SUFFIXES or path.name.startswith(".")]
