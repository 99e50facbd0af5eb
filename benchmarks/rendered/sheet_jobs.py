"""What a Blender is asked to render for the sheets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

CELL = (150, 170)
"""Pixels of each picture on a sheet."""


class View(StrEnum):
    """Where a character is seen from."""

    FRONT = "front"
    SIDE = "side"


@dataclass(frozen=True)
class SheetJob:
    """Frames of the clip to render of a baked `character`, and the folder for them."""

    blend: str
    character: str
    view: View
    frames: tuple[int, ...]
    folder: str


def write_jobs(jobs: Sequence[SheetJob], path: Path) -> None:
    """As JSON."""
    path.write_text(json.dumps([asdict(job) for job in jobs]), encoding="utf-8")


def read_jobs(path: Path) -> list[SheetJob]:
    """What `write_jobs` wrote."""
    told = json.loads(path.read_text(encoding="utf-8"))
    return [SheetJob(**job | {"view": View(job["view"]), "frames": tuple(job["frames"])}) for job in told]
