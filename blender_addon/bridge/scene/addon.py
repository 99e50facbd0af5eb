"""What the add-on is called in this Blender, what its user prefers, and where it may write."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import bpy

PACKAGE = __package__.removesuffix(".bridge.scene")
"""The add-on's own package: `bl_ext.REPOSITORY.motion_retarget_2d` where it is an extension; its preferences go by this
name.
"""

FOLDER = "motion_retarget_2d"
"""What its folder is called where it is no extension but a plain module."""

commands: list[Any] = []
"""The commands added to Blender's command line: they are taken out by what Blender gave for them."""


@dataclass(frozen=True)
class Preferred:
    """What the user chose in the preferences; `python` is None where nothing was, `threads` 0 where one a core."""

    python: Path | None = None
    device: str = "auto"
    threads: int = 0


def preferred(python: Path | None = None, device: str | None = None) -> Preferred:
    """The preferences, or the defaults where the add-on was registered as a plain module and has none; what is given
    outweighs both.
    """
    entry = bpy.context.preferences.addons.get(PACKAGE)
    chosen = entry.preferences if entry is not None else None
    stored = Preferred()
    if chosen is not None:
        stored = Preferred(
            Path(bpy.path.abspath(chosen.python)) if chosen.python.strip() else None, chosen.device, chosen.threads
        )
    return replace(stored, python=python or stored.python, device=device or stored.device)


def user_folder() -> Path | None:
    """The folder that is the add-on's own, made by whoever writes to it; nothing is written anywhere else unless the
    user names a place.

    None where Blender has no folder for the user's files, or one that the working folder would decide on.
    """
    try:
        named = bpy.utils.extension_path_user(PACKAGE)
    except ValueError:  # a plain module has no such folder
        try:
            named = bpy.utils.user_resource("DATAFILES", path=FOLDER)
        except (ValueError, OSError):
            return None
    except OSError:
        return None
    folder = Path(named)
    return folder if folder.is_absolute() else None


def no_user_folder(consequence: str) -> str:
    """What to say where `user_folder` is None."""
    what_to_do = (
        "set BLENDER_USER_RESOURCES to the full path of a folder that can be written to, and start Blender again"
    )
    return f"Blender has no user folder here, so {consequence}; {what_to_do}."


def runtime_folder() -> Path | None:
    """Where the worker's environment is installed; None without a user folder."""
    return _within_user_folder("runtime")


def pose_cache() -> Path | None:
    """Where the poses found in videos are kept, to be found again; None without a user folder."""
    return _within_user_folder("poses")


def _within_user_folder(name: str) -> Path | None:
    folder = user_folder()
    return folder / name if folder is not None else None


def may_go_online() -> bool:
    """Whether the user lets Blender use the network."""
    return bool(bpy.app.online_access)


def unregister_at_exit(unregister: Callable[[], object]) -> None:
    """Blender as a Python module ends after Python, and 4.3 to 4.5 then crash or hang over classes that are left: an
    add-on must be off before.
    """
    if not bpy.app.binary_path:  # the module has none
        atexit.register(_turn_off if PACKAGE.startswith("bl_ext.") else unregister)


def forget_exit(unregister: Callable[[], object]) -> None:
    """It is unregistered already."""
    atexit.unregister(unregister)
    atexit.unregister(_turn_off)


def _turn_off() -> None:
    """Let Blender do it, so that it does not do it once more."""
    bpy.ops.preferences.addon_disable(module=PACKAGE)
