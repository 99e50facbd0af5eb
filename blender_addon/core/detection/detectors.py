"""The detectors that there are, one row each: its name, and the module whose `DETECTOR` it is.

A module is imported when its detector is wanted, since it loads the networks' libraries.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .detector import Detector

DETECTORS: dict[str, str] = {
    "blazepose": f"{__package__}.blazepose",
}

DEFAULT = "blazepose"


def detector_named(name: str) -> type[Detector]:
    """The detector of that name; ValueError where there is none."""
    if name not in DETECTORS:
        raise ValueError(f"There is no detector {name}; choose one of {', '.join(DETECTORS)}.")
    detector: type[Detector] = import_module(DETECTORS[name]).DETECTOR
    return detector
