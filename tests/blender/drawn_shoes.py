"""Figures drawn as the bake draws them, and where their shoes are: read back from the strokes."""

from __future__ import annotations

import bpy
import numpy as np
from numpy.typing import NDArray

from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.bridge.figure.default_placement import FIGURE_HEIGHT, default_placement
from blender_addon.bridge.figure.figure_bake import bake_figure
from blender_addon.bridge.figure.figure_style import DEFAULT_STYLE
from blender_addon.bridge.figure.planted_figure import place_on_ground, plant_figure
from blender_addon.bridge.projection.planes import FRONT
from blender_addon.core.limbs import Limb
from blender_addon.settings.feet import PLANTED, FeetSettings

Array = NDArray[np.float64]

LEGS = (Limb.RIGHT_LEG, Limb.LEFT_LEG)
SHOE = -1
"""The last stroke of a leg: from heel to toe."""
TALL = FIGURE_HEIGHT / DEFAULT_STYLE.tall
"""The height of a figure's body in the world."""


def draw(motion: SceneMotion, feet: FeetSettings = PLANTED) -> bpy.types.Object:
    """As the bake does it, without a character."""
    planted = plant_figure(motion, feet)
    placement = place_on_ground(default_placement(planted, FRONT), planted, DEFAULT_STYLE, feet)
    figure = bake_figure(bpy.context.scene, planted, placement, "Figure").figure
    bpy.context.view_layer.update()
    return figure


def drawn_shoes(figure: bpy.types.Object, motion: SceneMotion) -> Array:
    """(K, 2, 2, 3): right and left, heel and toe, in the world."""
    shoes = np.zeros((len(motion), 2, 2, 3))
    world = np.array(figure.matrix_world)
    for side, limb in enumerate(LEGS):
        for key in figure.data.layers[limb].frames:
            if key.drawing.strokes:
                points = [point.position for point in key.drawing.strokes[SHOE].points]
                shoes[key.frame_number - int(motion.frames[0]), side] = (
                    np.array((points[0], points[-1])) @ world[:3, :3].T + world[:3, 3]
                )
    return shoes
