"""Auto-Rig Pro: the deforming bones, as it exports them."""

from .preset import LimbNames, Preset

PRESETS = (
    Preset(
        family="Auto-Rig Pro",
        sides=("r", "l"),
        root=("root.x",),
        trunk=("root.x", "spine_01.x", "spine_02.x", "spine_03.x", "spine_04.x", "spine_05.x"),
        head=("neck.x", "head.x"),
        arm=LimbNames(
            girdle=("shoulder.{side}",),
            upper=("arm_stretch.{side}",),
            lower=("forearm_stretch.{side}",),
            end=("hand.{side}",),
        ),
        leg=LimbNames(
            upper=("thigh_stretch.{side}",),
            lower=("leg_stretch.{side}",),
            end=("foot.{side}",),
            tip=("toes_01.{side}",),
        ),
    ),
)
