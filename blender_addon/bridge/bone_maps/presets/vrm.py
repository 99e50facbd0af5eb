"""VRM avatars: the names of the standard, and those that VRoid Studio gives."""

from .preset import LimbNames, Preset

PRESETS = (
    Preset(
        family="VRM",
        sides=("right", "left"),
        root=("hips",),
        trunk=("hips", "spine", "chest", "upperChest"),
        head=("neck", "head"),
        arm=LimbNames(
            girdle=("{side}Shoulder",), upper=("{side}UpperArm",), lower=("{side}LowerArm",), end=("{side}Hand",)
        ),
        leg=LimbNames(upper=("{side}UpperLeg",), lower=("{side}LowerLeg",), end=("{side}Foot",), tip=("{side}Toes",)),
    ),
    Preset(
        family="VRM",
        sides=("R", "L"),
        root=("J_Bip_C_Hips",),
        trunk=("J_Bip_C_Hips", "J_Bip_C_Spine", "J_Bip_C_Chest", "J_Bip_C_UpperChest"),
        head=("J_Bip_C_Neck", "J_Bip_C_Head"),
        arm=LimbNames(
            girdle=("J_Bip_{side}_Shoulder",),
            upper=("J_Bip_{side}_UpperArm",),
            lower=("J_Bip_{side}_LowerArm",),
            end=("J_Bip_{side}_Hand",),
        ),
        leg=LimbNames(
            upper=("J_Bip_{side}_UpperLeg",),
            lower=("J_Bip_{side}_LowerLeg",),
            end=("J_Bip_{side}_Foot",),
            tip=("J_Bip_{side}_ToeBase",),
        ),
    ),
)
