"""What is shown side by side: a panel is a title, a note and a picture for every frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from blender_addon.core.skeleton import BONE_INDEX, Joint, Skeleton

from .figures import FLOOR, PAPER, Array, Figure, Image, draw_figure, draw_sticks

ARM = 0.034
"""Thickness of an arm, in parts of the panel's side."""
FLOOR_HEIGHT = 0.1
"""How far above the lower edge the feet stand, in parts of the panel's side."""


class Panel(Protocol):
    """One of the pictures side by side."""

    @property
    def title(self) -> str:
        """A few words."""

    @property
    def note(self) -> str:
        """What is worth knowing beside."""

    def __len__(self) -> int:
        """Frames."""

    def picture(self, frame: int, side: int) -> Image:
        """That frame, (side, side, 3)."""


@dataclass(frozen=True, eq=False)
class FigurePanel:
    """A figure on an empty stage that shows a square of `extent` of the motion's units.

    `positions` (T, 15, 2) and `depth` (T, 15) on the body `skeleton`; `truth` (T, 15, 2) is drawn behind, with the same place of the mid-hip in the
    first frame.
    """

    title: str
    note: str
    positions: Array
    depth: Array
    skeleton: Skeleton
    extent: float
    truth: Array | None = None

    def __len__(self) -> int:
        return len(self.positions)

    def picture(self, frame: int, side: int) -> Image:
        """The figure on its floor."""
        scale, corner, thickness = side / self.extent, self._corner(), ARM * side
        image: Image = np.full((side, side, 3), PAPER, np.uint8)
        image[round((1 - FLOOR_HEIGHT) * side) :] = FLOOR
        if self.truth is not None:
            draw_sticks(image, (self.truth[frame] - corner) * scale, thickness / 4)
        joints = np.concatenate((self.positions[frame] - corner, self.depth[frame, :, None]), axis=1) * np.float32(scale)
        draw_figure(image, Figure(joints, float(self.skeleton.lengths[BONE_INDEX[Joint.HEAD]]) * scale, thickness))
        return image

    def _corner(self) -> Array:
        """Where the panel's upper left corner lies in the motion: the clip is in the middle, its feet on the floor."""
        low, high = self.positions.min(axis=(0, 1)), self.positions.max(axis=(0, 1))
        return np.array([(low[0] + high[0] - self.extent) / 2, high[1] - (1 - FLOOR_HEIGHT) * self.extent], np.float32)
