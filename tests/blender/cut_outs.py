"""A cut-out rig in the open file, and what a bake with the defaults of a scene makes of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
from numpy.typing import NDArray

from blender_addon.bridge.armature.bone_map import BoneMap
from blender_addon.bridge.armature.measure import measure_skeleton
from blender_addon.bridge.armature.rest_pose import RestPose, read_rest_pose
from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.bridge.bone_maps import map_bones
from blender_addon.bridge.projection.planes import plane_of
from blender_addon.bridge.rig.rig_bake import RigBake, RigBakeSettings, bake_rig
from blender_addon.core.skeleton import Joint
from blender_addon.settings.channels import ChannelSettings
from blender_addon.settings.keys import KeyMode, KeySettings
from blender_addon.settings.view import PlaneChoice
from tests.blender.known_walks import FPS
from tests.blender.read_back import posed_chains
from tests.blender.rigs import RIGS

Array = NDArray[np.float64]


class CutOut:
    """The rig, and where its joints are once it is baked."""

    def __init__(self, name: str, data: Path | None) -> None:
        self.armature: bpy.types.Object = RIGS[name](data)
        self.rest: RestPose = read_rest_pose(self.armature)
        self.bone_map: BoneMap = map_bones(self.rest)
        self.body = measure_skeleton(self.rest, self.bone_map)
        bpy.context.view_layer.update()
        bpy.context.scene.render.fps = int(FPS)
        self.plane = plane_of(PlaneChoice.OWN, self.armature, self.rest, self.bone_map, bpy.context.scene)

    def bake(self, motion: SceneMotion, **channels: object) -> RigBake:
        """With the defaults of a scene, but for these channels."""
        chosen = replace(ChannelSettings(), **channels)  # type: ignore[arg-type]
        keys = KeySettings(mode=KeyMode.REDUCED)
        return bake_rig(
            self.armature, self.bone_map, motion, RigBakeSettings(self.plane, 0, "known", channels=chosen, keys=keys)
        )

    def places(self, motion: SceneMotion, joint: Joint, end: int) -> Array:
        """(K, 2) to the right and up in the plane, in the motion's unit: where a chain begins (0) or ends (1)."""
        posed = posed_chains(self.armature, self.rest, self.bone_map, motion.frames)
        scale = float(np.linalg.norm(np.array(self.armature.matrix_world)[:3, 0]))
        return np.asarray(posed[joint][end] @ self.plane.axes[:2].T / scale)

    def across(self, motion: SceneMotion, joints: tuple[Joint, Joint], end: int) -> Array:
        """(K,) how far the left one is to the picture's right of the right one."""
        right, left = (self.places(motion, joint, end)[:, 0] for joint in joints)
        return np.asarray(left - right)
