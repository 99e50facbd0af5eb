"""A virtual rig in which every bone is parented to its limb, and the way back from its pose to the real rig.

Some rigs parent the feet to the root. In the virtual rig they are children of their shins. On the real rig they get
location keys instead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...core.limbs import Limb
from ..armature.inheritance import Carried, RigState
from ..armature.loose_bones import loose_bones
from ..armature.rest_pose import RestPose
from ..body.rotations import IDENTITY, inverse, product
from .bone_limbs import limbs_of_bones
from .bone_locations import location_to
from .channel_locks import RotationLocks
from .pose_within_locks import respect_locks
from .rig_pose import RigPose, RigTarget
from .standing_pose import StandingPose

Array = NDArray[np.float64]

PLACING_CONSTRAINTS = frozenset(
    {
        "COPY_LOCATION",
        "COPY_TRANSFORMS",
        "CHILD_OF",
        "ARMATURE",
        "PIVOT",
        "FOLLOW_PATH",
        "CLAMP_TO",
        "SHRINKWRAP",
        "TRANSFORM",
        "TRANSFORM_CACHE",
        "ACTION",
    }
)
"""Constraints that override the location of a bone, whatever is keyed."""
LOCK_TOLERANCE = 2e-3
"""How far a locked bone may be from its place before a note says so, as a part of the character's height."""


def virtual_rig(rigged: RigTarget, standing: StandingPose | None) -> RigTarget:
    """Parent loose bones to their limbs, and move the rest pose to where the character stands.

    Returns the same object if there is nothing to change.
    """
    loose = {
        bone: above
        for bone, above in loose_bones(rigged.rest, rigged.bone_map).items()
        if not any(
            constraint.type in PLACING_CONSTRAINTS and not constraint.mute
            for constraint in rigged.armature.pose.bones[rigged.rest.names[bone]].constraints
        )
    }
    if not loose and standing is None:
        return rigged
    rest = standing.of(rigged.rest) if standing is not None else rigged.rest
    rest = replace(rest, parents=_with(rest.parents, loose), carriers=_with(rest.carriers, loose))
    return replace(
        rigged,
        rest=rest,
        state=_state(rigged, rest, loose, standing),
        root_path=rigged.root_path - _root_offset(rigged, rest) if standing is not None else rigged.root_path,
        loose=loose,
        standing=standing,
        rigged=rigged,
    )


def pose_on_real_rig(target: RigTarget, pose: RigPose, limbs: Collection[Limb]) -> tuple[RigTarget, RigPose]:
    """Bring the pose of the virtual rig back to the real one.

    All bones keep their rotations. The loose bones of these limbs get locations that keep them at their limb.
    """
    if target.rigged is None:
        return target, pose
    body, owners = target.carried(pose.turns), limbs_of_bones(target.bone_map)
    kept = [bone for bone in target.loose if owners[target.rest.names[bone]] in limbs]
    turns = {**{bone: np.broadcast_to(body.turn(bone), (len(target.motion), 4)) for bone in kept}, **pose.turns}
    path, offset = pose.path, np.zeros(3)
    if target.standing is not None:
        turns = {bone: product(turn, target.standing.turn) for bone, turn in turns.items()}
        offset = _root_offset(target.rigged, target.rest)
        path = path + offset if path is not None else None
    own = {bone: places for bone, places in target.moved.items() if bone not in target.loose}
    rigged = replace(target.rigged, motion=target.motion, scales=target.scales, standing=target.standing, moved=own)
    posed = replace(pose, turns=turns, path=path)
    if any(RotationLocks.of(rigged.armature.pose.bones[rigged.rest.names[bone]]).any for bone in kept):
        posed = respect_locks(rigged, posed)
    heads = {bone: body.place(bone, target.rest.heads[bone]) - offset for bone in kept}
    moved, moves = _moved(rigged, posed, heads)
    notes = (*pose.notes, *_notes(rigged, target.loose, kept, moves))
    loose = {bone: above for bone, above in target.loose.items() if bone in moved}
    return replace(rigged, moved={**own, **moved}, loose=loose), replace(
        posed, moves={**moves, **pose.moves}, notes=notes
    )


def _with(parents: tuple[int, ...], loose: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(loose.get(bone, parent) for bone, parent in enumerate(parents))


def _root_offset(rigged: RigTarget, rest: RestPose) -> Array:
    """(3,) how far the root is, where the character stands, from where its location counts from."""
    return np.asarray(rest.heads[rigged.root] - Carried(rigged.rest, rigged.state, {}).carried_frame(rigged.root)[1][0])


def _state(rigged: RigTarget, rest: RestPose, loose: Mapping[int, int], standing: StandingPose | None) -> RigState:
    """Loose bones stand to their limb as they do now.

    Where the whole body stands elsewhere than it rests, nothing above it moves it there once more.
    """
    state, posed = rigged.state, Carried(rigged.rest, rigged.state, {})
    turns, moves, inherits, bonds = state.turns.copy(), state.moves.copy(), state.inherits.copy(), dict(state.bonds)
    for bone, above in loose.items():
        axes = rigged.rest.turns[bone]
        own = product(inverse(posed.turn(above)[0]), posed.turn(bone)[0])
        turns[bone], moves[bone], inherits[bone] = product(product(inverse(axes), own), axes), 0, True
        bonds.pop(bone, None)
    if standing is not None:
        root = rigged.root
        outside = [bone for bone in range(len(rest.names)) if bone != root and root not in rest.above(bone)]
        turns[outside], moves[outside] = IDENTITY, 0
        bonds = {bone: found for bone, found in bonds.items() if bone != root and bone not in set(outside)}
        axes = rest.turns[root]
        turns[root] = product(product(inverse(axes), product(posed.turn(root)[0], inverse(standing.turn))), axes)
    return replace(state, turns=turns, moves=moves, inherits=inherits, bonds=bonds)


def _moved(rigged: RigTarget, pose: RigPose, heads: Mapping[int, Array]) -> tuple[dict[int, Array], dict[int, Array]]:
    """(K, 3) the locations that bring bones to these places, first beside the root's path, as places are reckoned with,
    then with it, as they are keyed.
    """
    beside: dict[int, Array] = {}
    moves: dict[int, Array] = {}
    path = pose.path if pose.path is not None else np.zeros((len(rigged.motion), 3))
    for bone in sorted(heads, key=lambda bone: len(rigged.rest.above(bone))):
        if rigged.rest.connected[bone] or rigged.rest.pinned[bone]:
            continue
        carried = Carried(rigged.rest, rigged.state, pose.turns, rigged.scales, {**rigged.moved, **beside})
        under_way = Carried(rigged.rest, rigged.state, pose.turns, rigged.scales, {**rigged.moved, **moves})
        beside[bone] = location_to(rigged, carried, bone, heads[bone], np.zeros_like(path))
        moves[bone] = np.broadcast_to(location_to(rigged, under_way, bone, heads[bone] + path, path), path.shape)
    return beside, moves


def _notes(rigged: RigTarget, loose: Mapping[int, int], kept: Collection[int], moves: Mapping[int, Array]) -> list[str]:
    """One sentence for each loose bone that separates from its limb."""
    rest, notes = rigged.rest, []
    for bone, above in loose.items():
        name, limb = rest.names[bone], rest.names[above]
        locks = np.array(rigged.armature.pose.bones[name].lock_location)
        what = f"{name} is parented to {rest.parent_name(bone)} and not to {limb}"
        if bone not in kept:
            notes.append(
                f"{what}, and its limb gets no keys, so it does not go along; key that limb too, or make {limb} its parent."
            )
        elif rest.connected[bone]:
            notes.append(
                f"{what}, and it is connected, so it cannot follow; disconnect it in Edit Mode, or make {limb} its parent."
            )
        elif (
            rest.pinned[bone]
            or np.abs(moves[bone][:, locks]).max(initial=0) > LOCK_TOLERANCE * rigged.motion.skeleton.height
        ):
            notes.append(
                f"{what}, and its location is locked, so it cannot follow; unlock its location, or make {limb} its parent."
            )
    return notes
