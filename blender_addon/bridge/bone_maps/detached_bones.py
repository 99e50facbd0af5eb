"""Bones parented elsewhere than where their limb ends, such as feet on the root, reattached to find a body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..armature.rest_pose import RestPose

Array = NDArray[np.float64]

FAR = 0.15
"""Part of the rig's size that a bone is from its parent at least to be asked whether it belongs to another, …
"""
NEARER = 0.6
"""… which is this part as far away at most."""
LONG_ENOUGH = 0.12
"""Part of the rig's size that such a branch reaches: what is shorter is no limb and no head."""
AHEAD, LENGTHS = 0.8, (0.4, 1.8)
"""Cosine of the angle within which a limb leads on to its end, and how long its last bone is, in lengths of the one
before: an importer guessed its tail.
"""


def reattached_at_ends(rest: RestPose) -> RestPose:
    """The rig with each bone that begins where a bone ends that nothing goes on from, as its child; the same object
    where there is none.
    """
    return _with_parents(rest, dict(_at_ends(rest)))


def reattached_by_place(rest: RestPose) -> RestPose:
    """The rig with each limb and head that is parented to a root far away parented to the nearest bone; the same object
    where there is none.
    """
    return _with_parents(rest, dict(_by_place(rest)))


def _with_parents(rest: RestPose, parents: dict[int, int]) -> RestPose:
    if not parents:
        return rest
    new = tuple(parents.get(bone, parent) for bone, parent in enumerate(rest.parents))
    carriers = tuple(parents.get(bone, carrier) for bone, carrier in enumerate(rest.carriers))
    return replace(rest, parents=new, carriers=carriers)


def _at_ends(rest: RestPose) -> Iterator[tuple[int, int]]:
    """Each such bone, and the one that it goes on from; none where several bones begin in one place: those are
    controls, and lie over each other.
    """
    near, children, parents = rest.same_place, _children(rest), np.array(rest.parents)
    together = np.linalg.norm(rest.heads[:, None] - rest.heads, axis=-1) <= near
    ends_there = np.linalg.norm(rest.tails[:, None] - rest.heads, axis=-1) <= near
    at_parent = (parents >= 0) & (
        together[parents, np.arange(len(parents))] | ends_there[parents, np.arange(len(parents))]
    )
    deforming = rest.deform if rest.deform.any() else ~rest.deform
    for bone in map(int, np.flatnonzero(deforming & ~rest.connected & ~rest.driven & ~at_parent)):
        branch = _branch(children, bone)
        if not set(np.flatnonzero(together[bone])) <= branch:
            continue
        ends = [
            int(end)
            for end in np.flatnonzero(ends_there[:, bone])
            if not any(ends_there[end, child] for child in children[end])
        ]
        ends = ends or ([end for end in _guessed_ends(rest, children, bone) if not ends_there[end].any()])
        if ends := [end for end in ends if end not in branch and parents[end] >= 0 and end != parents[bone]]:
            yield bone, max(ends, key=lambda end: len(rest.above(end)))


def _guessed_ends(rest: RestPose, children: list[list[int]], bone: int) -> list[int]:
    """Bones that this one may go on from, far from the root, its parent, where an importer guessed their tails."""
    above, size = rest.parents[bone], float(np.linalg.norm(np.ptp(rest.heads, axis=0)))
    if (above >= 0 and rest.parents[above] >= 0) or _distance(rest, bone, above) <= FAR * size:
        return []
    limbs = [
        (end, before)
        for end, before in enumerate(rest.parents)
        if before >= 0 and rest.parents[before] >= 0 and not children[end]
    ]
    return [end for end, before in limbs if _leads_to(rest, end, before, rest.heads[bone])]


def _leads_to(rest: RestPose, end: int, above: int, place: Array) -> bool:
    """Whether a limb's last bone may end there, by the bone before it."""
    before, way = rest.heads[end] - rest.heads[above], place - rest.heads[end]
    length, usual = float(np.linalg.norm(way)), float(np.linalg.norm(before))
    return (
        usual > 0 and LENGTHS[0] * usual < length < LENGTHS[1] * usual and float(before @ way) > AHEAD * length * usual
    )


def _by_place(rest: RestPose) -> Iterator[tuple[int, int]]:
    """Each such limb's first bone, and the nearest bone of the branch with the most bones, which is the body's."""
    size, children = float(np.linalg.norm(np.ptp(rest.heads, axis=0))), _children(rest)
    roots = {bone: _branch(children, bone) for bone, above in enumerate(rest.parents) if above < 0}
    main = max(roots, key=lambda bone: len(roots[bone]))
    far = [
        bone
        for bone in (*children[main], *(root for root in roots if root != main))
        if not rest.connected[bone] and not rest.driven[bone] and _distance(rest, bone, rest.parents[bone]) > FAR * size
    ]
    branches = {bone: _branch(children, bone) for bone in far if _reach(rest, children, bone) > LONG_ENOUGH * size}
    body = max(branches, key=lambda bone: len(branches[bone]), default=-1)
    taken = {main, *(bone for start, branch in branches.items() if start != body for bone in branch)}
    for bone in (bone for bone in branches if bone != body):
        nearest = min(set(range(len(rest.names))) - taken, key=lambda other: _distance(rest, bone, other), default=-1)
        if nearest >= 0 and _distance(rest, bone, nearest) < NEARER * _distance(rest, bone, rest.parents[bone]):
            yield bone, nearest


def _distance(rest: RestPose, bone: int, other: int) -> float:
    """From where a bone begins to another bone; endless where there is none."""
    if other < 0:
        return float("inf")
    along = rest.tails[other] - rest.heads[other]
    part = np.clip(((rest.heads[bone] - rest.heads[other]) @ along) / max(float(along @ along), 1e-18), 0, 1)
    return _far(rest.heads[bone], rest.heads[other] + part * along)


def _children(rest: RestPose) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in rest.names]
    for bone, above in enumerate(rest.parents):
        if above >= 0:
            found[above].append(bone)
    return found


def _branch(children: list[list[int]], bone: int) -> set[int]:
    found, waiting = set[int](), [bone]
    while waiting:
        at = waiting.pop()
        found.add(at)
        waiting.extend(children[at])
    return found


def _reach(rest: RestPose, children: list[list[int]], bone: int) -> float:
    """How far the ends of a branch are from where it begins."""
    branch = list(_branch(children, bone))
    return float(np.linalg.norm(rest.tails[branch] - rest.heads[bone], axis=-1).max())


def _far(one: Array, other: Array) -> float:
    return float(np.linalg.norm(one - other))
