"""Mixamo: its own characters, and all that its auto-rigger made."""

from .preset import LimbNames, Preset

PRESETS = (
    Preset(
        family="Mixamo",
        sides=("Right", "Left"),
        root=("Hips",),
        trunk=("Hips", "Spine", "Spine1", "Spine2"),
        head=("Neck", "Head"),
        arm=LimbNames(girdle=("{side}Shoulder",), upper=("{side}Arm",), lower=("{side}ForeArm",), end=("{side}Hand",)),
        leg=LimbNames(upper=("{side}UpLeg",), lower=("{side}Leg",), end=("{side}Foot",), tip=("{side}ToeBase",)),
    ),
)
