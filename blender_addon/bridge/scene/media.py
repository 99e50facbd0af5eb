"""Videos and the scene's clock."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import bpy

FRAME_OF_OPENPOSE = "_keypoints.json"
"""What the name of one frame ends in."""


def scene_fps(scene: bpy.types.Scene) -> float:
    """Frames a second of the scene, with its base: 30 / 1.001 where that is set."""
    return float(scene.render.fps / scene.render.fps_base)


def video_path(text: str) -> Path:
    """The video, or the pose file, as a path of its own, where the field may hold one relative to the .blend file;
    ValueError where there is none.
    """
    path = Path(bpy.path.abspath(text))
    try:
        there = path.exists()
    except OSError as error:
        raise ValueError(f"The video {path} cannot be reached ({error.strerror}); choose another.") from error
    if not there:
        raise ValueError(f"There is no video {path}; choose one that exists.")
    return path


def same_video(one: str, other: str) -> bool:
    """Whether two fields name one video, be it from the disk's root or relative to the .blend file."""
    return one == other or whole_path(one) == whole_path(other)


def whole_path(text: str) -> Path:
    """The path that a field names, from the disk's root.

    The disk is not asked: panels compare paths in every redraw.
    """
    return Path(os.path.normpath(bpy.path.abspath(text)))


def same_file(path: Path) -> tuple[Any, ...]:
    """Changes when the file does, or one in the folder: what is remembered of a video goes by it."""
    states = [file.stat() for file in (path.iterdir() if path.is_dir() else (path,))]
    return (
        str(path.resolve()),
        len(states),
        sum(state.st_size for state in states),
        max((state.st_mtime_ns for state in states), default=0),
    )


def performance_path(chosen: str) -> str:
    """What was chosen in a file browser; of OpenPose's one file a frame, their folder."""
    path = Path(chosen)
    return str(path.parent if path.name.lower().endswith(FRAME_OF_OPENPOSE) else path)
