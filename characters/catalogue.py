"""Which characters there are, and where their files lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from .design import Character
from .doodle import doodle
from .puppet import puppet
from .sketch import Drawing
from .slim import slim

FOLDER = Path(__file__).resolve().parents[1] / "assets/characters"
CHARACTERS: Mapping[str, Callable[[], Character]] = {"puppet.blend": puppet, "slim.blend": slim}
DRAWINGS: Mapping[str, Callable[[], Drawing]] = {"drawn.blend": doodle}
