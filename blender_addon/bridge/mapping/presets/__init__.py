"""The common families of rigs: a table of bone names each, in a module of its own."""

from . import kaykit, mixamo, motionbuilder, puppet, quaternius, rigify, unreal, vrm
from .preset import LimbNames, Preset

PRESETS: tuple[Preset, ...] = tuple(preset for family in (mixamo, unreal, rigify, motionbuilder, vrm, kaykit, quaternius, puppet) for preset in family.PRESETS)
"""All of them; where several fit a rig equally well, the first is taken."""

__all__ = ["PRESETS", "LimbNames", "Preset"]
