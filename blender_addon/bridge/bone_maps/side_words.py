"""The words by which people name right and left, near and far: of bones and of the layers of a drawing."""

from __future__ import annotations

RIGHT_WORDS = frozenset({"right", "r", "rt"})
LEFT_WORDS = frozenset({"left", "l", "lt"})
NEAR_WORDS = frozenset({"near", "front"})
FAR_WORDS = frozenset({"far", "back", "behind", "rear", "hind"})
"""In a profile that looks to the picture's right, the near limbs are the right ones."""
FORE = "fore"
"""The lower half of a limb (*fore arm*), or what is the opposite of *back*: near."""

LIMB_NAMES = frozenset(
    {
        *(
            "arm",
            "upperarm",
            "uparm",
            "armupper",
            "forearm",
            "lowerarm",
            "lowarm",
            "armlower",
            "bicep",
            "shoulder",
            "shldr",
            "collar",
            "clavicle",
        ),
        *("elbow", "hand", "palm", "fist", "wrist", "finger", "thumb"),
        *(
            "leg",
            "upperleg",
            "upleg",
            "legupper",
            "lowerleg",
            "lowleg",
            "leglower",
            "thigh",
            "shin",
            "shank",
            "calf",
            "hip",
            "knee",
        ),
        *("foot", "ankle", "heel", "toe", "toes"),
    }
)
"""What a side is written together with: `lthigh`, `armR`. Any other word that begins or ends with r or l is just a
word: `rear`, `lower`, `ring`, `heel`.
"""
NO_SIDES = frozenset({"upright", "bright"})
"""Words that end like a side and tell none."""


def joined_side(word: str) -> tuple[int, int] | None:
    """Where in a word, in lower case, a side is written together with something else (`rightarm`, `lthigh`, `footr`);
    None where nowhere.
    """
    if word in NO_SIDES or word in LIMB_NAMES or word in NEAR_WORDS | FAR_WORDS:
        return None
    for side in ("right", "left"):
        if word.startswith(side):
            return 0, len(side)
        if word.endswith(side):
            return len(word) - len(side), len(word)
    for letter in "rl":
        if word.startswith(letter) and word[1:] in LIMB_NAMES:
            return 0, 1
        if word.endswith(letter) and word[:-1] in LIMB_NAMES:
            return len(word) - 1, len(word)
    return None
