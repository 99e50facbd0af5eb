"""Placement of a drawn figure without an armature."""

from __future__ import annotations

from ...core.skeleton import Joint
from ..body.scene_motion import SceneMotion
from ..projection.planes import Placement, Plane, ground_line
from .figure_style import DEFAULT_STYLE, FigureStyle

FIGURE_HEIGHT = 2.0
"""Height of a figure without an armature, in world units."""


def default_placement(motion: SceneMotion, plane: Plane, style: FigureStyle = DEFAULT_STYLE) -> Placement:
    """Without an armature: the drawn figure is two units tall, its soles on the plane through the world's origin, and
    its path's first point above that.
    """
    height = motion.skeleton.height
    scale = FIGURE_HEIGHT / (style.tall * height)
    start, ground = motion.positions[0, Joint.MID_HIP, 0], ground_line(motion) + style.sole * height
    return Placement(scale * (ground * plane.up - start * plane.right), plane, scale)
