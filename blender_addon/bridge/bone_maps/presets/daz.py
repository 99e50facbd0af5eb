"""Daz: the Genesis figures, whose upper arms, forearms and thighs are bent by one bone and twisted by the next."""

from .preset import LimbNames, Preset

PRESETS = (
    Preset(
        family="Daz Genesis",
        sides=("r", "l"),
        root=("hip", "pelvis"),
        trunk=(
            "hip",
            "abdomen",
            "abdomen2",
            "abdomenLower",
            "abdomenUpper",
            "chest",
            "chestLower",
            "chestUpper",
            "spine1",
            "spine2",
            "spine3",
            "spine4",
        ),
        head=("neck", "neckLower", "neckUpper", "neck1", "neck2", "head"),
        arm=LimbNames(
            girdle=("{side}Collar", "{side}_shoulder"),
            upper=("{side}Shldr", "{side}ShldrBend", "{side}ShldrTwist", "{side}_upperarm"),
            lower=("{side}ForeArm", "{side}ForearmBend", "{side}ForearmTwist"),
            end=("{side}Hand",),
        ),
        leg=LimbNames(
            upper=("{side}Thigh", "{side}ThighBend", "{side}ThighTwist"),
            lower=("{side}Shin",),
            end=("{side}Foot",),
            tip=("{side}Toe", "{side}Toes"),
        ),
    ),
)
