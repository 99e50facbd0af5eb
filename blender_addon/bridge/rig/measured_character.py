"""The character that receives the motion: an armature measured by its mapped joints."""

from __future__ import annotations

from dataclasses import dataclass, replace

import bpy

from ...core.skeleton import Skeleton
from ..armature.bone_map import BoneMap
from ..armature.measure import measure_skeleton, posture_at_rest
from ..armature.rest_pose import RestPose, read_rest_pose
from ..bone_maps.current_map import MapSource
from ..projection.planes import is_planar
from .standing_pose import StandingPose, standing_pose_of


@dataclass(frozen=True, eq=False)
class Character:
    """An armature's rest pose, which of its bones are which of ours, and its proportions in the armature's own unit.

    `notes` are sentences about the bone map that a user may want to know; `stand`, where the character is now
    beside its rest; `source`, what its bone map comes from, None for a body without an armature.
    """

    name: str
    rest: RestPose
    bone_map: BoneMap
    skeleton: Skeleton
    planar: bool
    notes: tuple[str, ...] = ()
    stand: StandingPose | None = None
    source: MapSource | None = None

    @property
    def standing(self) -> RestPose:
        """The rest pose as a whole where the character stands now; a rest pose may lie elsewhere."""
        return self.stand.of(self.rest) if self.stand is not None else self.rest


def read_character(armature: bpy.types.Object, before: Character | None = None) -> Character:
    """Measure the armature by the bone map that it carries, else by the one that is found; where it was measured
    `before` and its bones are the same still, the map is not found anew.

    Raises ValueError, in one sentence, where it is in Edit Mode, has no bones, is no biped, or its map cannot be used.
    """
    if armature.mode == "EDIT":
        raise ValueError(f"{armature.name} is being edited; leave Edit Mode first.")
    source = MapSource.of(armature, read_rest_pose(armature), before.source if before is not None else None)
    rest, chosen = source.rest, source.chosen(armature)
    if stopping := [problem.sentence for problem in chosen.problems if problem.stops]:
        raise ValueError(stopping[0])
    bone_map = chosen.bone_map
    skeleton, planar = measure_skeleton(rest, bone_map), is_planar(rest, bone_map)
    if not planar:
        skeleton = replace(skeleton, posture=posture_at_rest(rest, bone_map))
    return Character(
        armature.name,
        rest,
        bone_map,
        skeleton,
        planar,
        chosen.notes,
        standing_pose_of(armature, rest, bone_map),
        source,
    )
