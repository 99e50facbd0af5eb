"""When a foot is in contact with the ground."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CONTACT_THRESHOLD = 0.5
"""From this contact on a foot is standing. The decoder uses the same threshold."""


def contact_changes(contacts: NDArray[np.floating]) -> NDArray[np.bool_]:
    """(K, F) the frames on which feet come down or go up, by their contacts (K, F)."""
    stands = contacts >= CONTACT_THRESHOLD
    return np.asarray(np.diff(stands, axis=0, prepend=stands[:1]))
