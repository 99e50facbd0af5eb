"""How far standing feet of drawn figures slide: `python -m benchmarks.figure_sliding --data DIR --street STREET.npz`,
in a Python that has bpy.

The performances of `foot_sliding` on the puppet's proportions with other legs, foreshortened and at full length, are
drawn as they are and with their feet planted. Heels are read back from the drawings. Writes a table into
docs/BAKING.md.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np

from blender_addon.bridge.retiming.apply_timing import apply_timing
from blender_addon.core.motion import Limbs, RetargetedMotion
from blender_addon.core.skeleton import Skeleton
from blender_addon.settings.feet import PLANTED, UNPLANTED, FeetSettings
from blender_addon.settings.timing import AS_FILMED
from tests.blender.drawn_shoes import TALL, draw, drawn_shoes
from tests.blender.legs import slides
from training.documents import replace_section, table

from .foot_sliding import FACTORS, OPENPOSE, SCENE_FPS, STRENGTH, character_with_legs, motion_of, motions_on, options_of

log = logging.getLogger("benchmarks")

BODY = "puppet"
PERFORMANCES = range(2 + len(OPENPOSE))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where it was measured."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = options_of("figure_sliding", __doc__, arguments)
    bodies = [character_with_legs(options.data, BODY, factor)[1].skeleton for factor in FACTORS]
    rows = []
    for limbs in Limbs:
        with tempfile.TemporaryDirectory(prefix="figures-") as folder:
            motions = motions_on(options, bodies, Path(folder), STRENGTH, limbs)
        for body, factor in enumerate(FACTORS):
            performed = [motion_of(motions, performance, body) for performance in PERFORMANCES]
            slid = [100 * np.array(_slid(performed, bodies[body], feet)) for feet in (UNPLANTED, PLANTED)]
            numbers = [f"{value:.2f}" for each in slid for value in (np.median(each), each.max())]
            rows.append((limbs.value.replace("-", " "), f"{factor:g}", str(len(slid[1])), *numbers))
            log.info(" | ".join(rows[-1]))
    head = (
        "limbs",
        "legs",
        "contacts",
        "median slide, never planted, % of height",
        "largest",
        "median slide, planted",
        "largest",
    )
    replace_section(options.output, "figure-sliding", table(head, rows), "Baking")
    return 0


def _slid(performed: Sequence[RetargetedMotion], body: Skeleton, feet: FeetSettings) -> list[float]:
    """Parts of the height that each standing foot slides; all frames are drawn, whether anybody was seen or not."""
    found: list[float] = []
    for motion in performed:
        whole = replace(motion, skeleton=body)
        scene_motion = apply_timing(replace(whole, confidence=np.ones_like(whole.confidence)), SCENE_FPS, 1, AS_FILMED)
        bpy.ops.wm.read_homefile(use_empty=True)
        found += slides(drawn_shoes(draw(scene_motion, feet), scene_motion)[:, :, 0, ::2], scene_motion, TALL)
    return found


if __name__ == "__main__":
    sys.exit(main())
