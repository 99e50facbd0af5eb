"""Photograph the tab in a real Blender for the documentation: `python -m tests.blender.ui docs/pictures`; with `walk`
after the folder, the way from the zip to the baked sample alone.
"""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.blender.ui.stage import play, play_script
from tests.packaging.test_first_day import python_of
from tools import extension

Image = NDArray[np.uint8]
"""(H, W, 3) uint8, blue green red."""

PICTURES = {
    "portrait": {"working": "panel-working.webp", "done": "panel.webp"},
    "bone_map": {"edited": "bone-map.webp"},
}
"""What each scenario photographs for the documentation, and what the files are called."""
WALK = {
    "menu": "first-menu.webp",
    "file": "first-file.webp",
    "installed": "first-installed.webp",
    "tab": "first-empty.webp",
    "sample": "first-sample.webp",
    "baked": "first-baked.webp",
}
"""What the walk photographs, a picture a click. The first three show windows of Blender's preferences."""
MOST_CLICKS = 6
PREFERENCES = (slice(180, 820), slice(240, 1360))
SETTINGS, OPENED = "settings.webp", (("feet", "usual"), ("channels", "chosen"), ("keys_and_timing", "chosen"))
"""The picture of the tab's panels of settings, side by side, and the scenarios that open them, with their photographs.
"""
QUALITY = 82
VIEW = (slice(30, 905), slice(0, 1322))
"""The 3D view with the tab, and the status bar below it, in pixels of the screen."""
TAB = (slice(78, 868), slice(1036, 1296))
"""The tab's panels."""
STATUS_BAR = (slice(976, 1000), slice(0, 1322))


def main(folder: Path, only: str = "") -> int:
    """Write the pictures; the exit status."""
    try:
        _walk(folder)
        if only == "walk":
            return 0
        for scenario, pictures in PICTURES.items():
            for name, screen in _photographs(scenario).items():
                if name in pictures:
                    _write(folder / pictures[name], np.vstack((screen[VIEW], screen[STATUS_BAR])))
        _write(folder / SETTINGS, np.hstack([_photographs(scenario)[name][TAB] for scenario, name in OPENED]))
    except AssertionError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _walk(folder: Path) -> None:
    """From *Install from Disk…* to the baked sample, in a Blender that has no extension yet. AssertionError where it ends
    in an error, or takes more clicks than the manual says.
    """
    with tempfile.TemporaryDirectory() as place:
        python = python_of(shlex.split(os.environ.get("BLENDER", "blender")))
        bundle = extension.Bundle("linux-x64", python, serves=("4.3.0", None))
        zipped = extension.build(Path(place) / "zip", bundle=bundle)
        outcome = play_script(Path(__file__).with_name("walk.py"), [place, str(zipped)], Path(place))
        assert not outcome["error"], outcome["error"]
        assert outcome["clicks"] <= MOST_CLICKS, outcome
        for name, file in WALK.items():
            screen = np.asarray(cv2.imread(f"{place}/{name}.png"), dtype=np.uint8)
            tab = np.vstack((screen[VIEW], screen[STATUS_BAR]))
            _write(folder / file, screen[PREFERENCES] if name in ("menu", "file", "installed") else tab)


def _photographs(scenario: str) -> dict[str, Image]:
    """What a scenario photographs, by name. AssertionError where it ends in an error."""
    with tempfile.TemporaryDirectory() as place:
        outcome = play(scenario, Path(place))
        if outcome["error"]:
            raise AssertionError(outcome["error"])
        return {path.stem: np.asarray(cv2.imread(str(path)), dtype=np.uint8) for path in Path(place).glob("*.png")}


def _write(path: Path, picture: Image) -> None:
    cv2.imwrite(str(path), picture, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:3]))
