"""3ds Max: Character Studio's Biped, and Valve's figures, which were made with it."""

from .preset import LimbNames, Preset


def _biped(family: str, prefix: str) -> Preset:
    """A Biped whose bones all begin with the prefix."""

    def named(*parts: str) -> tuple[str, ...]:
        return tuple(f"{prefix}{part}" for part in parts)

    return Preset(
        family=family,
        sides=("R", "L"),
        root=named("Pelvis"),
        trunk=named("Pelvis", "Spine", "Spine1", "Spine2", "Spine3", "Spine4"),
        head=named("Neck", "Neck1", "Head", "Head1"),
        arm=LimbNames(
            girdle=named("{side}Clavicle"),
            upper=named("{side}UpperArm"),
            lower=named("{side}Forearm"),
            end=named("{side}Hand"),
        ),
        leg=LimbNames(
            upper=named("{side}Thigh"), lower=named("{side}Calf"), end=named("{side}Foot"), tip=named("{side}Toe0")
        ),
    )


PRESETS = (_biped("3ds Max Biped", "Bip001"), _biped("3ds Max Biped", "Bip01"), _biped("Valve", "ValveBiped.Bip01_"))
