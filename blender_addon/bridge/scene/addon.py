"""The add-on in this Blender: its package, its preferences, and its folders."""

from __future__ import annotations

import atexit
import sys
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
"""The name of its folder where it is a plain module, not an extension."""

commands: list[Any] = []
"""The handles of the commands added to Blender's command line, needed to remove them."""


@dataclass(frozen=True)
class Preferred:
    """The preferences; `python` is None where none was chosen, `threads` is 0 for one per core."""

    python: Path | None = None
    device: str = "auto"
    threads: int = 0


def preferred(python: Path | None = None, device: str | None = None) -> Preferred:
    """The preferences, or the defaults where the add-on is a plain module without preferences. Arguments override both."""
    entry = bpy.context.preferences.addons.get(PACKAGE)
    chosen = entry.preferences if entry is not None else None
    stored = Preferred()
    if chosen is not None:
        stored = Preferred(
            Path(bpy.path.abspath(chosen.python)) if chosen.python.strip() else None, chosen.device, chosen.threads
        )
    return replace(stored, python=python or stored.python, device=device or stored.device)


def user_folder() -> Path | None:
    """The add-on's own folder, made by whoever writes to it. Nothing is written elsewhere unless the user names a place.

    None where Blender has no folder for the user's files, or only a relative one.
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
    """The error where `user_folder` is None."""
    what_to_do = (
        "set BLENDER_USER_RESOURCES to the full path of a folder that can be written to, and start Blender again"
    )
    return f"Blender has no user folder here, so {consequence}; {what_to_do}."


def runtime_folder() -> Path | None:
    """The folder of the worker's environment; None without a user folder."""
    return _within_user_folder("runtime")


def folder_of_packages() -> Path | None:
    """Where Blender unpacks the packages that extensions bring, all into one folder; None without a user folder."""
    try:
        named = bpy.utils.user_resource("EXTENSIONS", path=".local")
    except (ValueError, OSError):
        return None
    folder = Path(named) / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    return folder if folder.is_absolute() else None


def pose_cache() -> Path | None:
    """The folder of the poses detected in videos; None without a user folder."""
    return _within_user_folder("poses")


def _within_user_folder(name: str) -> Path | None:
    folder = user_folder()
    return folder / name if folder is not None else None


def may_go_online() -> bool:
    """Whether the user lets Blender use the network."""
    return bool(bpy.app.online_access)


def unregister_at_exit(unregister: Callable[[], object]) -> None:
    """Unregister before Python exits. Blender as a Python module ends after Python, and 4.3 to 4.5 then crash or hang if
    classes are still registered.
    """
    if not bpy.app.binary_path:  # the module has none
        atexit.register(_turn_off if PACKAGE.startswith("bl_ext.") else unregister)


def forget_exit(unregister: Callable[[], object]) -> None:
    """Forget the exit handler: the add-on is unregistered already."""
    atexit.unregister(unregister)
    atexit.unregister(_turn_off)


def _turn_off() -> None:
    """Disable the add-on through Blender, so that Blender does not disable it again."""
    bpy.ops.preferences.addon_disable(module=PACKAGE)
