"""How many keys reduction leaves, and how far joints move by it: `python -m benchmarks.key_reduction --data DIR
--street POSES.npz`, in a Python that has bpy.

The street performers and the OpenPose clips are cleaned, retargeted as filmed onto every rig and baked twice: a key a
frame, and reduced by the defaults. Both ends of every mapped limb are read back from the evaluated rig on every frame;
of Rigify the joints that its IK bends. Writes a table into docs/BAKING.md.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import bpy
import numpy as np

from blender_addon.bridge.projection.planes import plane_of
from blender_addon.bridge.retiming.apply_timing import apply_timing
from blender_addon.bridge.rig.measured_character import read_character
from blender_addon.bridge.rig.rig_bake import RigBakeSettings, bake_rig
from blender_addon.core.motion import RetargetedMotion
from blender_addon.settings.keys import DENSE, REDUCED
from blender_addon.settings.timing import AS_FILMED
from blender_addon.settings.view import PlaneChoice
from tests.blender.read_back import posed_joints
from tests.blender.rigs import RIGS
from training.documents import replace_section, table

from .foot_sliding import OPENPOSE, STRENGTH, motion_of, motions_on, options_of

log = logging.getLogger("benchmarks")

PERFORMANCES = ("street man", "street woman", *(name.replace("_", " ") for name in OPENPOSE))


@dataclass(frozen=True)
class Measured:
    """A rig's bakes: `kept` keys of those of a key a frame, one part a performance, and how far any joint is off at
    most, in parts of the height.
    """

    name: str
    kept: tuple[float, ...]
    off: float

    def row(self) -> tuple[str, ...]:
        """Of the table."""
        return self.name, *(f"{part:.0%}" for part in self.kept), f"{np.median(self.kept):.0%}", f"{self.off:.2%}"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where it was measured."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = options_of("key_reduction", __doc__, arguments)
    with tempfile.TemporaryDirectory(prefix="keys-") as folder:
        bodies = [read_character(_made(options.data, name)).skeleton for name in options.only]
        motions = motions_on(options, bodies, Path(folder), STRENGTH)
        measured = []
        for body, name in enumerate(options.only):
            measured.append(
                _measure(
                    options.data,
                    name,
                    [motion_of(motions, performance, body) for performance in range(len(PERFORMANCES))],
                )
            )
            log.info(" | ".join(measured[-1].row()))
    median = float(np.median([part for each in measured for part in each.kept]))
    text = table(("rig", *PERFORMANCES, "median", "farthest joint"), [each.row() for each in measured])
    replace_section(
        options.output, "key-reduction", f"{text}\n\nThe median bake keeps {median:.1%} of its keys.", "Baking"
    )
    return 0


def _made(data: Path, name: str) -> bpy.types.Object:
    """The rig in a new file."""
    bpy.ops.wm.read_homefile(use_empty=True)
    armature = RIGS[name](data)
    bpy.context.view_layer.update()
    return armature


def _measure(data: Path, name: str, motions: Sequence[RetargetedMotion]) -> Measured:
    kept, off = list[float](), 0.0
    for motion in motions:
        armature = _made(data, name)
        character = read_character(armature)
        whole = replace(motion, skeleton=character.skeleton)
        scene_motion = apply_timing(whole, whole.fps, 1, AS_FILMED)
        plane = plane_of(PlaneChoice.OWN, armature, character.rest, character.bone_map, bpy.context.scene)
        settings = RigBakeSettings(plane, 0.0 if character.planar else 1.0, "keys")
        ends = []
        for keys in (DENSE, REDUCED):
            baked = bake_rig(armature, character.bone_map, scene_motion, replace(settings, keys=keys))
            ends.append(
                np.stack(list(posed_joints(armature, character.rest, character.bone_map, scene_motion.frames).values()))
            )
        scale = float(np.linalg.norm(np.array(armature.matrix_world)[:3, 0])) * character.skeleton.height
        off = max(off, float(np.linalg.norm(ends[1] - ends[0], axis=-1).max()) / scale)
        kept.append(baked.keys / baked.dense)
    return Measured(name, tuple(kept), off)


if __name__ == "__main__":
    sys.exit(main())
