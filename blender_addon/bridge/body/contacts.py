"""When a part of the body stands."""

from __future__ import annotations

CONTACT_THRESHOLD = 0.5
"""Contact from which a foot counts as standing: what the decoder gives is decided there."""
