"""Where the sole of a rig's foot begins and ends: of its skin, or of its bones where it has none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..armature.skin import skin_at_rest
from ..body.rotations import directions, rotate
from .rig_pose import RigTarget

Array = NDArray[np.float64]

DOWNWARDS = 0.5
"""How much lower points count beside those farther ahead where the tip of the toes and the end of the heel are chosen."""
TINY = 1e-9


def ends_of_foot(target: RigTarget, foot: int, toe: str) -> tuple[Array, Array] | None:
    """(3,) each, from the foot's joint to the tip of its toes and to the end of its heel: of its skin, or of its bones
    where it has none; None where they show no sole.
    """
    rest, up = target.rest, target.axes[1]
    children = {foot}
    for bone, parent in enumerate(rest.parents):
        if parent in children:
            children.add(bone)
    names = [rest.names[bone] for bone in sorted(children)]
    skin = skin_at_rest(target.armature, names)
    if len(skin):
        points = skin - np.array(target.armature.data.bones[rest.names[foot]].head_local, dtype=np.float64)
        points = rotate(target.standing.turn, points) if target.standing is not None else points
    else:
        points = np.concatenate((rest.tails[sorted(children)], rest.heads[[foot]])) - rest.heads[foot]
    own = target.bone_map.extremities.get(toe)
    ahead = rest.tails[rest.index(own) if own else foot] if not len(skin) else rest.heads[foot] + points.mean(axis=0)
    ahead = ahead - rest.heads[foot]
    level = ahead - (ahead @ up) * up
    if np.linalg.norm(level) < TINY or not len(points):
        return None
    along, down = points @ directions(level), DOWNWARDS * (points @ up)
    toes, heel = points[(along - down).argmax()], points[(-along - down).argmax()]
    return (toes, heel) if np.linalg.norm(toes) > TINY else None
