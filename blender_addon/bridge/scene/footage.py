"""The footage of a performance: a part of a video or of a pose file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ...settings.footage import FootageSettings, OtherPerformance
from .media import same_file, video_path, whole_path


@dataclass(frozen=True)
class Footage:
    """A part of a video, of pictures or of a pose file.

    `video` is what the field says, and `place` the path that it names: by that, footage is compared. What is given
    outweighs the file: `fps` frames a second, the `layout`, `image_size` and `body_parts` of poses.
    """

    video: str = field(compare=False)
    frame_range: str = ""
    fps: float | None = None
    layout: str | None = None
    image_size: tuple[int, int] | None = None
    body_parts: str = ""
    place: Path = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", whole_path(self.video))

    @classmethod
    def of(cls, settings: FootageSettings) -> Footage:
        """What the settings name."""
        told = settings.layout or None, settings.image_size, settings.body_parts
        return cls(settings.video, settings.frame_range, settings.fps, *told)

    def other(self, performance: OtherPerformance) -> Footage:
        """That of another performance; where it names no video, it is this one."""
        if not performance.video:
            return self
        return replace(self, video=performance.video, frame_range=performance.frame_range, fps=performance.fps)

    def find(self) -> tuple[Path, tuple[Any, ...]]:
        """Where it is, and what its performers are remembered by; ValueError where it is not there."""
        path = video_path(self.video)
        return path, (*same_file(path), self.frame_range, self.fps, self.layout, self.image_size, self.body_parts)

    @property
    def name(self) -> str:
        """The name for everything that is made from it."""
        return Path(self.video).stem
