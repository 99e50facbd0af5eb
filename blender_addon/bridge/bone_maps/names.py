"""A biped found by what its bones are called, in the tables of the common families."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from ..armature.rest_pose import RestPose
from .presets import PRESETS, LimbNames, Preset
from .structure import Biped, Limb

Array = NDArray[np.float64]
Places = dict[str, int]

SHARED = 0.6
"""Part of the bones that begin with a prefix for it to be no part of their names."""
SAME_JOINT = 0.08
"""Part of the body's height within which names and structure mean the same joint."""


def read_names(rest: RestPose) -> tuple[Preset, Biped] | None:
    """Find a biped by what its bones are called.

    Returns:
        The preset that knows most of the rig's bones, and the biped that it makes of them. None where none fits: where
        not all that a biped needs is there, or it does not form chains.
    """
    found = [
        (preset, biped) for places in _spellings(rest) for preset in PRESETS if (biped := _read(rest, preset, places))
    ]
    return max(found, key=lambda one: len(one[1].bones), default=None)


def same_joints(rest: RestPose, first: Biped, second: Biped) -> bool:
    """Whether two readings of a rig put shoulders, elbows, hips and knees in the same places, right and left alike."""
    apart = np.linalg.norm(_corners(rest, first) - _corners(rest, second), axis=-1)
    return bool(apart.max() <= SAME_JOINT * float(np.linalg.norm(np.ptp(_corners(rest, first), axis=0))))


def swaps_sides(rest: RestPose, first: Biped, second: Biped) -> bool:
    """Whether two readings differ in nothing but which side is right."""
    return same_joints(
        rest,
        first,
        Biped(second.root, second.trunk, second.head, second.arms[::-1], second.legs[::-1], second.confidence),
    )


def _corners(rest: RestPose, biped: Biped) -> Array:
    return np.asarray(
        rest.heads[[bone for limb in (*biped.arms, *biped.legs) for bone in (limb.upper[0], limb.lower[0])]]
    )


def _spellings(rest: RestPose) -> Iterator[Places]:
    """Plain name to bone: with all of each name, without namespaces, and without what most names begin with."""
    yield _plainly(rest.names)
    bare = [name.rpartition(":")[2] for name in rest.names]
    yield _plainly(bare)
    heads = Counter(match[0] for name in bare if (match := re.match(r"[^\W_]+[\W_]+", name)))
    for prefix, count in heads.most_common(1):
        if count >= SHARED * len(bare):
            yield _plainly([name.removeprefix(prefix) for name in bare])


def _plainly(names: Iterable[str]) -> Places:
    """In lower case, letters and digits alone; of names that are then the same, the first."""
    places: Places = {}
    for at, name in enumerate(names):
        places.setdefault(_plain(name), at)
    return places


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name.lower())


def _read(rest: RestPose, preset: Preset, places: Places) -> Biped | None:
    def there(names: tuple[str, ...], side: str = "") -> tuple[int, ...]:
        plain = (_plain(name.format(side=side, initial=side[:1])) for name in names)
        return tuple(dict.fromkeys(places[name] for name in plain if name in places))

    def limb(names: LimbNames, side: str) -> Limb:
        end, tip = there(names.end, side), there(names.tip, side)
        girdle, upper, lower = (there(part, side) for part in (names.girdle, names.upper, names.lower))
        return Limb(girdle, upper, lower, end[0] if end else -1, tip[0] if tip and end else -1)

    root, trunk, head = there(preset.root), there(preset.trunk), there(preset.head)
    arms, legs = (tuple(limb(names, side) for side in preset.sides) for names in (preset.arm, preset.leg))
    if not root or not trunk or not head or not all(one.upper and one.lower for one in (*arms, *legs)):
        return None
    # The tables list words, not places: along the trunk the rig's own order counts.
    trunk = tuple(sorted(trunk, key=lambda bone: len(rest.above(bone))))
    biped = Biped(root[0], trunk, head, (arms[0], arms[1]), (legs[0], legs[1]), 0.0)
    return biped if _forms_chains(rest, biped) else None


def _forms_chains(rest: RestPose, biped: Biped) -> bool:
    """Whether each chain leads outwards from parent to child, all start below the root, and no bone is in two."""
    for chain in (biped.trunk, biped.head, *(limb.bones for limb in (*biped.arms, *biped.legs))):
        above = biped.root
        for bone in chain:
            if bone != above and above not in rest.above(bone):
                return False
            above = bone
    limbs = [bone for limb in (*biped.arms, *biped.legs) for bone in limb.bones]
    used = (*biped.trunk, *biped.head, *limbs)
    return len(set(used)) == len(used)
