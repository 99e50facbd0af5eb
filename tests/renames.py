"""What has to be on the disk before it takes the place of something else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bool]]:
    """By the name of each file that takes the place of another in the block: whether all of it was flushed before, and
    its folder after.
    """
    flushed: set[tuple[int, int]] = set()
    renamed: dict[str, tuple[bool, int]] = {}
    fsync, replace = os.fsync, os.replace

    def fsync_watched(handle: int) -> None:
        fsync(handle)
        status = os.fstat(handle)
        flushed.add((status.st_ino, status.st_mtime_ns))

    def replace_watched(source: Path, target: Path) -> None:
        status = Path(source).stat()
        replace(source, target)
        renamed[Path(target).name] = (status.st_ino, status.st_mtime_ns) in flushed, Path(target).parent.stat().st_ino

    found: dict[str, bool] = {}
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync_watched)
        patch.setattr(os, "replace", replace_watched)
        yield found
    inodes = {inode for inode, _ in flushed}
    found.update({name: before and folder in inodes for name, (before, folder) in renamed.items()})
