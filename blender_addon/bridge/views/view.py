"""The views that a character may have artwork for."""

from __future__ import annotations

from enum import Enum


class View(Enum):
    """A view by its name, and where the character looks, in degrees of azimuth: 0 at the viewer, 90 to the picture's
    right.
    """

    FRONT = "Front", 0.0
    THREE_QUARTER_RIGHT = "Three-Quarter, Looks Right", 45.0
    SIDE_RIGHT = "Side, Looks Right", 90.0
    THREE_QUARTER_BACK_RIGHT = "Three-Quarter Back, Looks Right", 135.0
    BACK = "Back", 180.0
    THREE_QUARTER_BACK_LEFT = "Three-Quarter Back, Looks Left", -135.0
    SIDE_LEFT = "Side, Looks Left", -90.0
    THREE_QUARTER_LEFT = "Three-Quarter, Looks Left", -45.0

    def __init__(self, label: str, azimuth: float) -> None:
        self.label = label
        self.azimuth = azimuth

    def apart(self, other: View) -> float:
        """Degrees from one to the other, the shorter way round."""
        return abs((self.azimuth - other.azimuth + 180) % 360 - 180)

    @property
    def looks(self) -> int:
        """1 where the character looks to the picture's right, −1 where to its left, 0 for front and back."""
        return 0 if self.azimuth % 180 == 0 else 1 if self.azimuth > 0 else -1


FACED = {0: "FRONT", 45: "THREE_QUARTER", 90: "SIDE", 135: "THREE_QUARTER_BACK", 180: "BACK"}
"""What a view is called by how far the character is turned away, whichever way."""


def turned(away: int, looks: int) -> View:
    """The view of a character that is turned away by 0, 45, 90, 135 or 180 degrees, and looks to the picture's right
    (1) or left (−1).
    """
    return View[FACED[away] if away % 180 == 0 else f"{FACED[away]}_{'RIGHT' if looks > 0 else 'LEFT'}"]
