"""Open .blend files, and write them completely or not at all."""

from __future__ import annotations

import glob
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import bpy

from ...core import durable

COMPRESSED = (b"\x28\xb5\x2f\xfd", b"\x1f\x8b")
"""First bytes of a compressed .blend file: Zstandard, or gzip before Blender 3.0."""


LONGEST_SAVE = 3600.0
"""Seconds after which a file that is being written was left."""


def open_file(path: Path) -> None:
    """Open the file; ValueError where that fails."""
    if not path.is_file():
        raise ValueError(f"There is no file {path}; name a .blend file that exists.")
    try:
        bpy.ops.wm.open_mainfile(filepath=str(path.absolute()), load_ui=False)
    except RuntimeError as error:
        raise ValueError(f"Blender cannot open {path}; check that it is a whole .blend file.") from error


def scene_named(name: str | None) -> bpy.types.Scene:
    """The scene of that name, None for the one that is open; ValueError where there is none."""
    if name is None:
        return bpy.context.scene
    # A name from a command line may hold what is no text, of which Blender's own look-up makes a TypeError.
    found = next((scene for scene in bpy.data.scenes if scene.name == name), None)
    if found is None:
        raise ValueError(
            f"There is no scene {name}; choose among {', '.join(scene.name for scene in bpy.data.scenes)}."
        )
    return found


def check_output(path: Path) -> None:
    """Check before the work starts: ValueError where no file can be written there."""
    folder = path.absolute().parent
    if not folder.is_dir():
        raise ValueError(f"There is no folder {folder}; make it, or write to another place.")
    if path.is_dir():
        raise ValueError(f"{path} is a folder; name a file to write.")
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise ValueError(f"{path} may not be written; write to another place.")


def save_copy(path: Path, check: Callable[[], object] = lambda: None) -> None:
    """Write the open file to `path`, compressed where it was; ValueError where that fails, with what stood there as it
    was.

    `check` is called before the new file takes that place; where it raises, nothing was written.
    """
    target = path.absolute().resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=".blend", dir=target.parent)
    os.close(handle)
    draft = Path(name)
    draft.unlink()  # Blender makes a backup of a file that is there
    _remove_left_drafts(target)
    try:
        bpy.ops.wm.save_as_mainfile(
            filepath=name, copy=True, check_existing=False, compress=_compressed(Path(bpy.data.filepath))
        )
        _check_whole(draft)
        draft.chmod(target.stat().st_mode if target.exists() else 0o666 & ~_umask())
        check()
        durable.replace(draft, target)
    except (RuntimeError, OSError) as error:
        raise ValueError(
            f"{path} could not be written ({_reason(error)}); make room or write to another place."
        ) from error
    finally:
        for left in (draft, Path(f"{name}@"), Path(f"{name}1")):
            left.unlink(missing_ok=True)


def _remove_left_drafts(target: Path) -> None:
    """Remove what a Blender left beside the file that was killed while it wrote."""
    for left in target.parent.glob(f".{glob.escape(target.stem)}-????????.blend*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > LONGEST_SAVE:
                left.unlink()


def _check_whole(path: Path) -> None:
    """Blender calls a compressed file saved though the disk was full; OSError where it cannot be read."""
    try:
        with bpy.data.libraries.load(str(path)):
            pass
    except OSError as error:
        raise OSError(0, "what was written is not whole") from error


def _compressed(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4).startswith(COMPRESSED)


def _reason(error: Exception) -> str:
    text = str(error.strerror if isinstance(error, OSError) and error.strerror else error)
    return text.removeprefix("Error:").strip().rstrip(".").replace("\n", " ")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
