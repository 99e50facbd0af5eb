"""Paths of videos, and the scene's frame rate."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import bpy

FRAME_OF_OPENPOSE = "_keypoints.json"
"""The end of a file name of OpenPose, which writes one file per frame."""


def scene_fps(scene: bpy.types.Scene) -> float:
    """Frames per second of the scene, with its base: 30 / 1.001 where that is set."""
    return float(scene.render.fps / scene.render.fps_base)


def video_path(text: str) -> Path:
    """The absolute path of the video or pose file; the field may be relative to the .blend file. ValueError where there
    is no such file.
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
    """Whether two fields name the same video, as an absolute path or relative to the .blend file."""
    return one == other or whole_path(one) == whole_path(other)


def whole_path(text: str) -> Path:
    """The absolute path that a field names.

    The disk is not asked: panels compare paths in every redraw.
    """
    return Path(os.path.normpath(bpy.path.abspath(text)))


def same_file(path: Path) -> tuple[Any, ...]:
    """A key that changes when the file does, or one in the folder."""
    # One JSON file may be a frame, which stands for those beside it.
    files = path.iterdir() if path.is_dir() else path.parent.glob("*.json") if path.suffix == ".json" else (path,)
    states = [file.stat() for file in files]
    return (
        str(path.resolve()),
        len(states),
        sum(state.st_size for state in states),
        max((state.st_mtime_ns for state in states), default=0),
    )


def footage_path(chosen: str) -> str:
    """The path chosen in a file browser; for a frame of OpenPose, its folder where that holds no other clip."""
    path = Path(chosen)
    if not path.name.lower().endswith(FRAME_OF_OPENPOSE):
        return str(path)
    clips = {re.sub(r"\d+", "", file.name) for file in path.parent.glob("*.json") if not file.name.startswith(".")}
    return str(path.parent if len(clips) == 1 else path)
