"""MikuMikuDance: Japanese names, with twist bones in the arms; in Blender the sides may stand behind."""

from .preset import LimbNames, Preset


def _mmd(right: str, left: str, pattern: str) -> Preset:
    """A model whose names put the side as the pattern says."""

    def sided(*parts: str) -> tuple[str, ...]:
        return tuple(pattern.format(part=part, side="{side}") for part in parts)

    return Preset(
        family="MikuMikuDance",
        sides=(right, left),
        root=("腰", "センター"),
        trunk=("腰", "上半身", "上半身2"),
        head=("首", "頭"),
        arm=LimbNames(girdle=sided("肩"), upper=sided("腕", "腕捩"), lower=sided("ひじ", "手捩"), end=sided("手首")),
        leg=LimbNames(upper=sided("足"), lower=sided("ひざ"), end=sided("足首"), tip=sided("つま先", "足先EX")),
    )


PRESETS = (_mmd("右", "左", "{side}{part}"), _mmd("R", "L", "{part}.{side}"))
