"""Videos and the scene's clock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy


def scene_fps(scene: bpy.types.Scene) -> float:
    """Frames a second of the scene, with its base: 30 / 1.001 where that is set."""
    return float(scene.render.fps / scene.render.fps_base)


def video_path(text: str) -> Path:
    """The video as a path of its own, where the field may hold one relative to the .blend file; ValueError where there is none."""
    path = Path(bpy.path.abspath(text))
    try:
        there = path.exists()
    except OSError as error:
        raise ValueError(f"The video {path} cannot be reached ({error.strerror}); choose another.") from error
    if not there:
        raise ValueError(f"There is no video {path}; choose one that exists.")
    return path


def same_file(path: Path) -> tuple[Any, ...]:
    """Changes when the file does: what is remembered of a video goes by it."""
    state = path.stat()
    return str(path), state.st_size, state.st_mtime_ns
