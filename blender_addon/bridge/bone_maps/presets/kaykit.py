"""KayKit's characters: chibi bodies that share one rig."""

from .preset import LimbNames, Preset

PRESETS = (
    Preset(
        family="KayKit",
        sides=("r", "l"),
        root=("hips",),
        trunk=("hips", "spine", "chest"),
        head=("head",),
        arm=LimbNames(upper=("upperarm.{side}",), lower=("lowerarm.{side}",), end=("wrist.{side}", "hand.{side}")),
        leg=LimbNames(
            upper=("upperleg.{side}",), lower=("lowerleg.{side}",), end=("foot.{side}",), tip=("toes.{side}",)
        ),
    ),
)
