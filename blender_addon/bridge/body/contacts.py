"""The threshold of foot contact."""

from __future__ import annotations

CONTACT_THRESHOLD = 0.5
"""From this contact on a foot is standing. The decoder uses the same threshold."""
