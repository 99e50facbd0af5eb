"""How a video file asks for its pictures to be shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Presentation:
    """Pixels that are `pixel_aspect` times as wide as high, in a picture that is `mirrored` left to right and then turned
    by `rotation` degrees, clockwise, a multiple of 90.
    """

    mirrored: bool = False
    rotation: int = 0
    pixel_aspect: float = 1.0

    @classmethod
    def of_matrix(cls, matrix: NDArray[np.int32], pixel_aspect: float = 1.0) -> Presentation:
        """Return the nearest one to a display matrix.

        Args:
            matrix: (9,) as containers store it; its first two rows are where the picture's right and down are shown.
            pixel_aspect: of the pixels.
        """
        (right_x, right_y), (down_x, down_y) = matrix[[0, 1]].astype(float), matrix[[3, 4]].astype(float)
        mirrored = bool(right_x * down_y < right_y * down_x)
        if mirrored:
            right_x, right_y = -right_x, -right_y
        turns = round(float(np.degrees(np.arctan2(right_y, right_x))) / 90)
        return cls(mirrored, turns * 90 % 360, pixel_aspect)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """The size that a picture of `width` × `height` square pixels is shown at."""
        return (height, width) if self.rotation % 180 else (width, height)

    def applied(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Mirror and turn a picture.

        Args:
            image: (H, W, C), with square pixels.

        Returns:
            The picture, contiguous.
        """
        shown = image[:, ::-1] if self.mirrored else image
        return np.ascontiguousarray(np.rot90(shown, -self.rotation // 90))


AS_STORED = Presentation()
"""Of files that ask for nothing."""
