"""The common families of rigs: a table of bone names each, in a module of its own."""

from . import (
    auto_rig_pro,
    biped,
    daz,
    kaykit,
    makehuman,
    mixamo,
    mmd,
    motionbuilder,
    puppet,
    quaternius,
    rigify,
    smpl,
    unreal,
    vrm,
)
from .preset import LimbNames, Preset

FAMILIES = (
    mixamo,
    unreal,
    rigify,
    motionbuilder,
    vrm,
    kaykit,
    quaternius,
    daz,
    biped,
    makehuman,
    auto_rig_pro,
    smpl,
    mmd,
    puppet,
)
PRESETS: tuple[Preset, ...] = tuple(preset for family in FAMILIES for preset in family.PRESETS)
"""All of them; where several fit a rig equally well, the first is taken."""

__all__ = ["PRESETS", "LimbNames", "Preset"]
