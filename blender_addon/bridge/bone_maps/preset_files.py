"""Bone maps as JSON files: any that the user names, and presets in the add-on's own folder."""

from __future__ import annotations

import json
import logging
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ...core import durable
from ..armature.bone_map import BoneMap
from ..armature.rest_pose import RestPose
from ..scene import addon
from ..scene.json_text import is_showable
from . import problems

log = logging.getLogger(__name__)

SUFFIX = ".json"
LONGEST_NAME = 100
"""Letters of a preset's name: file systems take no more than 255 bytes."""
LARGEST_FILE = 1_000_000
"""Bytes: what is larger is no bone map, whatever it is."""
_UNFIT = re.compile(r'[\x00-\x1f<>:"/\\|?*]|^[. ]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)', re.IGNORECASE)
"""What no file may be called on some system or other."""


def read_map_file(path: Path) -> BoneMap:
    """Read a map from a JSON file.

    Raises:
        ValueError: there is no such file, or it holds no map; the error names the file.
    """
    try:
        if path.exists() and not path.is_file():
            raise ValueError(
                "This is a pipe, a device or a folder, and no file; choose a file that was saved as a bone map."
            )
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError("The file is far too large for a bone map; choose a file that was saved as one.")
        return BoneMap.from_json(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name}: the file is no text; choose a file that was saved as a bone map.") from error
    except OSError as error:
        raise ValueError(
            f"{path} cannot be read ({error.strerror}); choose a file that was saved as a bone map."
        ) from error
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error


def write_map_file(path: Path, bone_map: BoneMap) -> None:
    """Write the map to the file, whole or not at all. Raises ValueError, in one sentence, where that fails, or where it
    would take the place of something else.
    """
    path = path.absolute()
    if path.is_dir():
        raise ValueError(f"{path} is a folder; name a file to write.")
    if path.exists() and _is_something_else(path):
        raise ValueError(f"{path} is no bone map and would be overwritten; name another file to write.")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem[:20]}-", suffix=SUFFIX, dir=path.parent)
    except OSError as error:
        raise ValueError(f"{path} cannot be written ({error.strerror}); write to another place.") from error
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{bone_map.to_json()}\n")
        draft.chmod(0o644)
        durable.replace(draft, path)
    except OSError as error:
        raise ValueError(
            f"{path} cannot be written ({error.strerror}); make room, or write to another place."
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def _is_something_else(path: Path) -> bool:
    """Whether what stands there is a file of another kind, such as a .blend or poses, and no bone map, however broken."""
    if path.suffix.lower() != SUFFIX or not path.is_file():  # to read a pipe takes for ever
        return True
    try:
        if path.stat().st_size > LARGEST_FILE:
            return True
        held = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return not (isinstance(held, dict) and "bones" in held)


def preset_names() -> list[str]:
    """What the user's presets are called, in the order of the alphabet."""
    folder = _folder()
    names = (path.stem for path in folder.glob(f"*{SUFFIX}")) if folder is not None and folder.is_dir() else ()
    return sorted((name for name in names if not name.startswith(".") and is_showable(name)), key=str.casefold)


def read_preset(name: str) -> BoneMap:
    """The preset of that name; ValueError, in one sentence, where there is none or its file is damaged."""
    return read_map_file(_file(name))


def save_preset(name: str, bone_map: BoneMap, *, replace: bool) -> None:
    """Keep the map as a preset in the user's folder.

    Args:
        name: of the preset; its file is called the same.
        bone_map: the map.
        replace: whether a preset of that name may be replaced.

    Raises:
        ValueError: no file can have that name, or it is taken and shall not be replaced.
    """
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or _UNFIT.search(name):
        raise ValueError(f"{name!r} cannot be the name of a preset; use a short name of letters, digits and spaces.")
    taken = next((known for known in preset_names() if known.casefold() == name.casefold()), None)
    if taken is not None and not replace:
        raise ValueError(f"There is a preset {taken} already; choose another name, or say that it is to be replaced.")
    folder = _folder()
    if folder is None:
        raise ValueError(addon.no_user_folder(f"the preset {name} cannot be saved"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(
            f"The preset {name} could not be written ({error.strerror}); check the folder {folder}."
        ) from error
    write_map_file(folder / f"{taken or name}{SUFFIX}", bone_map)


def remove_preset(name: str) -> None:
    """Take the preset out of the user's folder; ValueError where there is none."""
    _file(name).unlink()


def fitting_preset(rest: RestPose) -> tuple[str, BoneMap] | None:
    """Find the user's preset that knows most of a rig's bones, of those that can be used on it as they are.

    Returns:
        Its name and its map; None where none can be used.
    """
    fitting = [
        (name, bone_map)
        for name, bone_map in _readable()
        if not any(problem.stops for problem in problems(rest, bone_map))
    ]
    return max(fitting, key=lambda one: len(one[1].bones), default=None)


def presets_state() -> int:
    """A number that changes when a preset comes, goes or is replaced."""
    folder = _folder()
    return folder.stat().st_mtime_ns if folder is not None and folder.is_dir() else 0


def _readable() -> Iterator[tuple[str, BoneMap]]:
    for name in preset_names():
        try:
            yield name, read_preset(name)
        except ValueError as error:
            log.warning("%s", error)


def _folder() -> Path | None:
    folder = addon.user_folder()
    return folder / "bone_maps" if folder is not None else None


def _file(name: str) -> Path:
    folder = _folder()
    if folder is None or name not in preset_names():
        raise ValueError(f"There is no preset {name}; choose one from the menu.")
    return folder / f"{name}{SUFFIX}"
