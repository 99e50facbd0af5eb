"""Photograph the tab in a real Blender for the documentation: `python -m tests.blender.ui docs/pictures`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

from tests.blender.ui.stage import play

PICTURES = {"portrait": {"working": "panel-working.webp", "done": "panel.webp"}, "bone_map": {"edited": "bone-map.webp"}}
"""What each scenario photographs for the documentation, and what the files are called."""
QUALITY = 82
VIEW = (slice(30, 905), slice(0, 1322))
"""The 3D view with the tab, and the status bar below it, in pixels of the screen."""
STATUS_BAR = (slice(976, 1000), slice(0, 1322))


def main(folder: Path) -> int:
    """Write the pictures; the exit status."""
    for scenario, pictures in PICTURES.items():
        with tempfile.TemporaryDirectory() as place:
            outcome = play(scenario, Path(place))
            if outcome["error"]:
                sys.stderr.write(f"{outcome['error']}\n")
                return 1
            for name, picture in pictures.items():
                screen = cv2.imread(str(Path(place) / f"{name}.png"))
                assert screen is not None
                cv2.imwrite(str(folder / picture), np.vstack((screen[VIEW], screen[STATUS_BAR])), [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
