"""What a Blender is asked to bake, written by the process that measures and read by the one that bakes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

RIG, PUPPET, FIGURE = "rig", "puppet", "figure"
CHARACTERS = (RIG, PUPPET, FIGURE)
"""A rig in three dimensions, a cut-out, and the figure that the product draws."""


@dataclass(frozen=True)
class BakeJob:
    """A performer of a video, and the folder for what is baked and read; `key` says what the results depend on, and is
    written beside them.
    """

    video: str
    performer: int
    fps: float
    frames: int
    folder: str
    name: str
    key: str


@dataclass(frozen=True)
class Jobs:
    """All that one Blender does with one product: `bases` is a folder for the characters' files, `data` that of shared
    rigs or empty, `python` the worker's.
    """

    product: str
    python: str
    bases: str
    data: str
    jobs: tuple[BakeJob, ...]

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Jobs:
        """What `write` wrote."""
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return cls(**told | {"jobs": tuple(BakeJob(**job) for job in told["jobs"])})
