"""Which bones of a rig are which of ours: found by structure, then by the names of the common families."""

from .automatic import map_bones
from .editing import in_order, mirror_bone, mirrored, swapped
from .parts import PART_NAMES, other_side
from .structure import NoBipedError
from .validation import Problem, problems

__all__ = [
    "PART_NAMES",
    "NoBipedError",
    "Problem",
    "in_order",
    "map_bones",
    "mirror_bone",
    "mirrored",
    "other_side",
    "problems",
    "swapped",
]
