"""Where performances come from: parts of videos and of pose files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bpy

from .clock.media import same_file, video_path, whole_path

LAYOUT_BY_POINTS = "AUTO"
"""The choice that leaves a pose file's layout to the number of its points."""


@dataclass(frozen=True)
class Footage:
    """A part of a video, of pictures or of a pose file.

    `video` is what the field says, and `place` the path that it names: by that, footage is compared. What is given
    outweighs the file: `fps` frames a second, the `layout` and `image_size` of poses.
    """

    video: str = field(compare=False)
    frame_range: str = ""
    fps: float | None = None
    layout: str | None = None
    image_size: tuple[int, int] | None = None
    place: Path = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", whole_path(self.video))

    @classmethod
    def of(cls, performance: bpy.types.PropertyGroup, poses: bpy.types.PropertyGroup) -> Footage:
        """Read what names the performance, and what is known of its poses."""
        return cls(
            video=performance.video.strip(),
            frame_range=performance.frame_range.strip(),
            fps=poses.fps or None,
            layout=poses.layout.lower() if poses.layout != LAYOUT_BY_POINTS else None,
            image_size=tuple(poses.image_size) if all(poses.image_size) else None,
        )

    def find(self) -> tuple[Path, tuple[Any, ...]]:
        """Where it is, and what its performers are remembered by; ValueError where it is not there."""
        path = video_path(self.video)
        return path, (*same_file(path), self.frame_range, self.fps, self.layout, self.image_size)

    @property
    def name(self) -> str:
        """What is made of it is called so."""
        return Path(self.video).stem
