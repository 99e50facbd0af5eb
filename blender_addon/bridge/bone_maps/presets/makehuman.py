"""MakeHuman: the default rig, with two bones in each half of a limb."""

from .preset import LimbNames, Preset

PRESETS = (
    Preset(
        family="MakeHuman",
        sides=("R", "L"),
        root=("root",),
        trunk=("root", "spine05", "spine04", "spine03", "spine02", "spine01"),
        head=("neck01", "neck02", "neck03", "head"),
        arm=LimbNames(
            girdle=("clavicle.{side}", "shoulder01.{side}"),
            upper=("upperarm01.{side}", "upperarm02.{side}"),
            lower=("lowerarm01.{side}", "lowerarm02.{side}"),
            end=("wrist.{side}",),
        ),
        leg=LimbNames(
            girdle=("pelvis.{side}",),
            upper=("upperleg01.{side}", "upperleg02.{side}"),
            lower=("lowerleg01.{side}", "lowerleg02.{side}"),
            end=("foot.{side}",),
            tip=("toe1-1.{side}",),
        ),
    ),
)
