"""What footage does not say of itself."""

from __future__ import annotations

import bpy

from ..bridge.footage import LAYOUT_BY_POINTS
from ..core.skeleton import LAYOUTS

LAYOUT_CHOICES = (
    (LAYOUT_BY_POINTS, "By Its Points", "Told by how many points a person has"),
    *((name.upper(), name, f"{len(layout.points)} points") for name, layout in LAYOUTS.items()),
)


class RETARGET2D_PG_poses(bpy.types.PropertyGroup):
    """What is known of a video or a pose file beside what it says itself."""

    fps: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Frame Rate", description="Frames a second of the video or the pose file; 0 for what it says itself, or 30", min=0.0, max=1000.0, precision=3
    )
    layout: bpy.props.EnumProperty(name="Layout", description="The order of the points in a pose file", items=LAYOUT_CHOICES)  # type: ignore[valid-type]
    image_size: bpy.props.IntVectorProperty(  # type: ignore[valid-type]
        name="Picture Size",
        description="Width and height of the picture in pixels, for pose files whose coordinates are parts of it; 0 for what the file says itself",
        size=2,
        min=0,
        max=65536,
    )
