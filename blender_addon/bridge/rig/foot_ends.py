"""Where a rig touches the ground with its feet and knees: by its skin, or by its bones where it has none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...core.skeleton import Joint
from ..armature.measure import front_at_rest, rest_joints
from ..armature.skin import skin_at_rest
from ..body.rotations import directions, rotate
from ..foot_planting.kneeling import KNEE
from .rig_pose import RigTarget

Array = NDArray[np.float64]

DOWNWARDS = 0.5
"""How much lower points count beside those farther ahead where the tip of the toes and the end of the heel are chosen."""
NEAR_KNEE = 0.06
"""Heights from a knee's joint within which skin is that of the knee."""
SHINS = {Joint.RIGHT_KNEE: Joint.RIGHT_ANKLE, Joint.LEFT_KNEE: Joint.LEFT_ANKLE}
TINY = 1e-9


def points_of(target: RigTarget, bone: int) -> tuple[Array, bool]:
    """(N, 3) the skin of a foot or hand from its joint, and whether it has one: else the ends of its bones."""
    rest, own = target.rest, {bone}
    for child, parent in enumerate(rest.parents):
        if parent in own:
            own.add(child)
    skin = skin_at_rest(target.armature, [rest.names[each] for each in sorted(own)])
    if not len(skin):
        return np.concatenate((rest.tails[sorted(own)], rest.heads[[bone]])) - rest.heads[bone], False
    points = skin - np.array(target.armature.data.bones[rest.names[bone]].head_local, dtype=np.float64)
    return rotate(target.standing.turn, points) if target.standing is not None else points, True


def ends_of_foot(target: RigTarget, foot: int, toe: str) -> tuple[Array, Array] | None:
    """(3,) each, from the foot's joint to the tip of its toes and to the end of its heel: of its skin, or of its bones
    where it has none; None where they show no sole.
    """
    rest, up = target.rest, target.axes[1]
    points, skinned = points_of(target, foot)
    own = target.bone_map.extremities.get(toe)
    ahead = rest.tails[rest.index(own) if own else foot] if not skinned else rest.heads[foot] + points.mean(axis=0)
    ahead = ahead - rest.heads[foot]
    level = ahead - (ahead @ up) * up
    if np.linalg.norm(level) < TINY or not len(points):
        return None
    along, down = points @ directions(level), DOWNWARDS * (points @ up)
    toes, heel = points[(along - down).argmax()], points[(-along - down).argmax()]
    return (toes, heel) if np.linalg.norm(toes) > TINY else None


def knee_at_rest(target: RigTarget, knee: Joint) -> float:
    """How far the skin of a knee is ahead of its joint: so high above the ground is the joint of a leg that kneels."""
    rest, chains, height = target.rest, target.bone_map.chains, target.motion.skeleton.height
    joint = rest_joints(rest, target.bone_map)[knee]
    skin = skin_at_rest(target.armature, [*chains.get(knee, ()), *chains.get(SHINS[knee], ())])
    if target.standing is not None and len(skin):
        skin = rotate(target.standing.turn, skin) + target.standing.move
    near = skin[np.linalg.norm(skin - joint, axis=-1) < NEAR_KNEE * height] - joint if len(skin) else skin
    ahead = float((near @ front_at_rest(rest, target.bone_map)).max()) if len(near) and not target.flat else 0.0
    return ahead if ahead > 0 else KNEE * height
