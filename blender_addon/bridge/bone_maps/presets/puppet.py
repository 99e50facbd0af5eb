"""Cut-out puppets, in the words that people give their bones."""

from .preset import LimbNames, Preset

_ROOT = ("hips", "hip", "pelvis", "waist", "torso", "body")
_TRUNK = ("hips", "hip", "pelvis", "waist", "belly", "spine", "torso", "body", "trunk", "chest")
_HEAD = ("neck", "head")


def _puppet(right: str, left: str, pattern: str) -> Preset:
    """A puppet whose names put the side as the pattern says."""

    def sided(*parts: str) -> tuple[str, ...]:
        return tuple(pattern.format(part=part, side="{side}") for part in parts)

    return Preset(
        family="2D puppet",
        sides=(right, left),
        root=_ROOT,
        trunk=_TRUNK,
        head=_HEAD,
        arm=LimbNames(
            girdle=sided("shoulder", "clavicle"),
            upper=sided("upper_arm", "arm_upper", "arm"),
            lower=sided("forearm", "lower_arm", "arm_lower", "elbow"),
            end=sided("hand"),
        ),
        leg=LimbNames(
            upper=sided("thigh", "upper_leg", "leg_upper", "leg"),
            lower=sided("shin", "calf", "lower_leg", "leg_lower", "knee"),
            end=sided("foot"),
            tip=sided("toe", "toes"),
        ),
    )


PRESETS = (
    _puppet("R", "L", "{part}.{side}"),
    _puppet("right", "left", "{part}_{side}"),
    _puppet("right", "left", "{side}_{part}"),
)
