"""Builds the characters into assets/characters: `python -m characters`, in the oldest Blender that is to open them."""

from __future__ import annotations

from pathlib import Path

from .build import build
from .catalogue import CHARACTERS, DRAWINGS, FOLDER
from .sketch import build_drawing

if __name__ == "__main__":
    for file, design in CHARACTERS.items():
        build(design(), Path(FOLDER) / file)
        print(Path(FOLDER) / file)
    for file, drawing in DRAWINGS.items():
        build_drawing(drawing(), Path(FOLDER) / file)
        print(Path(FOLDER) / file)
