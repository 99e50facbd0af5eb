"""Files and folders that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .pose_file import PoseFileError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A path to write to, which takes the place of `path` once the block ends well, and vanishes otherwise.

    PoseFileError where the folder cannot be written to.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise PoseFileError(f"{path} cannot be written ({error.strerror}); choose another place.") from error
    part = Path(name)
    try:
        yield part
        part.chmod(0o666 & ~_umask())
        part.replace(path)
    except OSError as error:
        raise PoseFileError(f"{path} cannot be written ({error.strerror}); choose another place.") from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path, ours: str) -> Iterator[Path]:
    """A folder to write into, which takes the place of `path` once the block ends well, and vanishes otherwise.

    An earlier folder is replaced if it holds nothing but files named like `ours` (a glob); PoseFileError where it holds others or cannot be written.
    """
    if path.exists() and (not path.is_dir() or set(path.iterdir()) - set(path.glob(ours))):
        raise PoseFileError(f"{path} holds other files already; choose a new folder.")
    try:
        part = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    except OSError as error:
        raise PoseFileError(f"{path} cannot be written ({error.strerror}); choose another place.") from error
    try:
        yield part / "new"
        if path.exists():
            path.replace(part / "old")
        (part / "new").replace(path)
    except OSError as error:
        raise PoseFileError(f"{path} cannot be written ({error.strerror}); choose another place.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _umask() -> int:
    """What the user's new files may not be; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
