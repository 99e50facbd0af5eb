"""Quaternius's people: the older ones have fists, the newer ones hands."""

from .preset import LimbNames, Preset

PRESETS = (
    Preset(
        family="Quaternius",
        sides=("R", "L"),
        root=("Hips", "Body"),
        trunk=("Hips", "Abdomen", "Torso", "Chest"),
        head=("Neck", "Head"),
        arm=LimbNames(
            girdle=("Shoulder.{side}",),
            upper=("UpperArm.{side}",),
            lower=("LowerArm.{side}",),
            end=("Hand.{side}", "Fist.{side}", "Palm.{side}"),
        ),
        leg=LimbNames(
            upper=("UpperLeg.{side}",), lower=("LowerLeg.{side}",), end=("Foot.{side}",), tip=("Toe.{side}",)
        ),
    ),
)
