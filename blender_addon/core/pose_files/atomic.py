"""Files and folders that appear whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .. import durable
from ..interruption import held
from .pose_file import PoseFileError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path to write to, which takes the place of `path` once the block ends well, and vanishes otherwise.

    Raises:
        PoseFileError: it cannot be written.
    """
    try:
        with durable.whole_file(path) as part:
            yield part
    except OSError as error:
        raise PoseFileError(f"{path} cannot be written ({error.strerror}); choose another place.") from error


@contextmanager
def whole_folder(path: Path, ours: str) -> Iterator[Path]:
    """Give a folder to write into, which takes the place of `path` once the block ends well, and vanishes otherwise.

    Its files are not flushed to the disk one by one: a file a frame would take minutes.

    Args:
        path: where the folder goes.
        ours: a glob; an earlier folder is replaced if it holds nothing but files named like this.

    Raises:
        PoseFileError: the earlier folder holds other files, or it cannot be written.
    """
    if path.exists() and (not path.is_dir() or set(path.iterdir()) - set(path.glob(ours))):
        raise PoseFileError(f"{path} holds other files already; choose a new folder.")
    part: Path | None = None
    try:
        with held():
            part = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        yield part / "new"
        with held():  # between the two moves the earlier folder stands where it is removed
            if path.exists():
                path.replace(part / "old")
            (part / "new").replace(path)
    except OSError as error:
        raise PoseFileError(f"{path} cannot be written ({error.strerror}); choose another place.") from error
    finally:
        with held():
            if part is not None:
                shutil.rmtree(part, ignore_errors=True)
