"""Unreal Engine: its mannequins, and MetaHumans."""

from .preset import LimbNames, Preset

PRESETS = (
    Preset(
        family="Unreal",
        sides=("r", "l"),
        root=("pelvis",),
        trunk=("pelvis", "spine_01", "spine_02", "spine_03", "spine_04", "spine_05"),
        head=("neck_01", "neck_02", "head"),
        arm=LimbNames(
            girdle=("clavicle_{side}",), upper=("upperarm_{side}",), lower=("lowerarm_{side}",), end=("hand_{side}",)
        ),
        leg=LimbNames(upper=("thigh_{side}",), lower=("calf_{side}",), end=("foot_{side}",), tip=("ball_{side}",)),
    ),
)
