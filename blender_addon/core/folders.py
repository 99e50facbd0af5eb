"""Folders of this machine that may be written to without asking. None of them is ever relative to the working folder."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

NAMES = ("TMPDIR", "TEMP", "TMP")
"""Variables that name a folder for temporary files."""

USUAL = ("/tmp", "/var/tmp", "/usr/tmp")
"""Where they are if no variable names one."""


def temporary_folder() -> Path | None:
    """The system's folder for temporary files; None where there is none, in place of which Python would take the
    working folder.
    """
    try:
        folder = Path(tempfile.gettempdir())
    except FileNotFoundError:
        return None
    with suppress(FileNotFoundError):  # the working folder was removed
        named = [os.environ[name] for name in NAMES if os.environ.get(name)]
        if folder == Path.cwd() and not any(Path(name).absolute() == folder for name in (*named, *USUAL)):
            return None
    return folder


def cache_folder() -> Path | None:
    """The user's folder for what can be made again; None where the system names none."""
    with suppress(RuntimeError):  # nobody knows the user's home
        home = Path.home()
        if sys.platform == "win32":
            named, usual = "LOCALAPPDATA", home / "AppData/Local"
        elif sys.platform == "darwin":
            named, usual = "", home / "Library/Caches"
        else:
            named, usual = "XDG_CACHE_HOME", home / ".cache"
        base = Path(os.environ.get(named, ""))
        folder = base if base.is_absolute() else usual
        return folder / "motion_retarget_2d" if folder.is_absolute() else None
    return None
