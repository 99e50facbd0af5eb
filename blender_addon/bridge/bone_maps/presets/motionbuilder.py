"""MotionBuilder: the CMU motions in its names, and its own Character template."""

from .preset import LimbNames, Preset

_ARM = LimbNames(girdle=("{side}Shoulder",), upper=("{side}Arm",), lower=("{side}ForeArm",), end=("{side}Hand",))

PRESETS = (
    Preset(
        family="CMU",
        sides=("Right", "Left"),
        root=("Hips",),
        trunk=("Hips", "LowerBack", "Spine", "Spine1"),
        head=("Neck", "Neck1", "Head"),
        arm=_ARM,
        leg=LimbNames(
            girdle=("{side}HipJoint", "{initial}HipJoint"),
            upper=("{side}UpLeg",),
            lower=("{side}Leg",),
            end=("{side}Foot",),
            tip=("{side}ToeBase",),
        ),
    ),
    Preset(
        family="MotionBuilder",
        sides=("Right", "Left"),
        root=("Hips",),
        trunk=("Hips", "Spine", "Spine1", "Spine2", "Spine3", "Spine4"),
        head=("Neck", "Neck1", "Head"),
        arm=_ARM,
        leg=LimbNames(upper=("{side}UpLeg",), lower=("{side}Leg",), end=("{side}Foot",), tip=("{side}ToeBase",)),
    ),
)
