"""A copy of the add-on to change a line of: what is declared in one place is tried on it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ADDON = Path(__file__).resolve().parents[2] / "blender_addon"
COPIED = (".py", ".toml", ".json")
"""Files that a test may change; the others, weights above all, are linked."""


def copy_addon(folder: Path) -> Path:
    """Copy the add-on into a folder; gives the copy."""

    def copied(source: str, to: str) -> None:
        (shutil.copy2 if source.endswith(COPIED) else os.symlink)(source, to)

    copy = folder / ADDON.name
    shutil.copytree(ADDON, copy, copy_function=copied, ignore=shutil.ignore_patterns("__pycache__"))
    return copy
