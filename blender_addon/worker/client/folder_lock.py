"""Folders that one process at a time works in, or that several use while nobody may remove them, across Blenders. The
system lets go of a lock when its process ends, however that ends.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EINVAL})
"""What file systems answer that have none: then nothing is guarded."""


class Locked(Exception):
    """Another process holds the lock."""


@contextmanager
def locked(folder: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold the folder in the block: alone, or where `shared` together with all who share it.

    Windows has no such locks; there a folder whose program runs cannot be renamed. Raises Locked where somebody else
    holds it, OSError where it is not there.
    """
    handle = None if sys.platform == "win32" else _held(folder, shared)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _held(folder: Path, shared: bool) -> int:
    handle = os.open(folder, os.O_RDONLY)
    try:
        with _going_on_without_locks():
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        if os.fstat(handle).st_ino != folder.stat().st_ino:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))  # it was removed meanwhile
    except BlockingIOError as error:
        os.close(handle)
        raise Locked(str(folder)) from error
    except BaseException:
        os.close(handle)
        raise
    return handle


@contextmanager
def _going_on_without_locks() -> Iterator[None]:
    """Go on where the file system has no locks."""
    try:
        yield
    except BlockingIOError:
        raise
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise


def remove_unless_used(folder: Path) -> None:
    """Remove the folder with all that it holds, at once and whole, unless somebody holds it."""
    with suppress(Locked, OSError), locked(folder):
        going = folder.with_name(f".{folder.name}.going")
        folder.rename(going)  # fails on Windows where a program in it runs
        shutil.rmtree(going, ignore_errors=True)
