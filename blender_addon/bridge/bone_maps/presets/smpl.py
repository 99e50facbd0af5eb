"""SMPL: the body model of research, whose bones are called by the joint at their head."""

from .preset import LimbNames, Preset


def _smpl(right: str, left: str) -> Preset:
    """SMPL or SMPL-X, which differ in the word for the side."""
    return Preset(
        family="SMPL",
        sides=(right, left),
        root=("Pelvis",),
        trunk=("Pelvis", "Spine1", "Spine2", "Spine3"),
        head=("Neck", "Head"),
        arm=LimbNames(
            girdle=("{side}_Collar",), upper=("{side}_Shoulder",), lower=("{side}_Elbow",), end=("{side}_Wrist",)
        ),
        leg=LimbNames(upper=("{side}_Hip",), lower=("{side}_Knee",), end=("{side}_Ankle",), tip=("{side}_Foot",)),
    )


PRESETS = (_smpl("R", "L"), _smpl("right", "left"))
