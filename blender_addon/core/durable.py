"""Files that are on the disk before they take the place of others: after a power cut there is the old one or the new
one, and it is whole.
"""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .interruption import held

NO_FLUSH = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP})
"""What file systems answer that cannot flush: that is no failed write."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A path to write to, which takes the place of `path` once the block ends well, and vanishes otherwise.

    Each writer has one of its own, so that two who write the same file at once leave one whole. Raises OSError.
    """
    part: Path | None = None
    try:
        with held():
            handle, name = tempfile.mkstemp(prefix=f".{path.name[:20]}.", dir=path.parent)
            os.close(handle)
            part = Path(name)
        yield part
        with held():
            part.chmod(0o666 & ~_umask())
            replace(part, path)
    finally:
        with held():
            if part is not None:
                part.unlink(missing_ok=True)


def replace(part: Path, target: Path) -> None:
    """Let `part` take the place of `target` once it is on the disk. Raises OSError."""
    _flush(part)
    part.replace(target)
    with suppress(OSError):  # Windows opens no folders
        _flush(target.parent)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in NO_FLUSH:
            raise
    finally:
        os.close(handle)


def _umask() -> int:
    """What the user's new files may not be; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
