"""Which bones of a rig are which of ours: found by structure, then by the names of the common families."""

from .automatic import map_bones
from .structure import NoBipedError
from .validation import problems

__all__ = ["NoBipedError", "map_bones", "problems"]
