"""Rigify: the rig that it generates, by its FK controls, and the metarig, whose names its deforming bones share."""

from .preset import LimbNames, Preset

PRESETS = (
    Preset(
        family="Rigify",
        sides=("R", "L"),
        root=("torso",),
        # The bones along its spine copy half of what chest and hips do, so that only the whole torso turns by an angle
        # that is known.
        trunk=("torso",),
        head=("neck", "head"),
        arm=LimbNames(
            girdle=("shoulder.{side}",),
            upper=("upper_arm_fk.{side}",),
            lower=("forearm_fk.{side}",),
            end=("hand_fk.{side}",),
        ),
        leg=LimbNames(
            upper=("thigh_fk.{side}",),
            lower=("shin_fk.{side}",),
            end=("foot_fk.{side}",),
            tip=("toe_fk.{side}", "toe.{side}"),
        ),
    ),
    Preset(
        family="Rigify metarig",
        sides=("R", "L"),
        root=("spine",),
        trunk=("spine", "spine.001", "spine.002", "spine.003"),
        head=("spine.004", "spine.005", "spine.006"),
        arm=LimbNames(
            girdle=("shoulder.{side}",),
            upper=("upper_arm.{side}", "upper_arm.{side}.001"),
            lower=("forearm.{side}", "forearm.{side}.001"),
            end=("hand.{side}",),
        ),
        leg=LimbNames(
            upper=("thigh.{side}", "thigh.{side}.001"),
            lower=("shin.{side}", "shin.{side}.001"),
            end=("foot.{side}",),
            tip=("toe.{side}",),
        ),
    ),
)
