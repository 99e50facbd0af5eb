"""How the performance is cleaned and put right before it is retargeted."""

from __future__ import annotations

import bpy

from ..bridge.editing_settings import LEFT_UNSEEN

LOST = (
    (LEFT_UNSEEN, "Leave to the Network", "The network supposes how the motion went on; drawings are empty"),
    ("HOLD", "Hold", "The last pose stands still"),
    ("INTERPOLATE", "Interpolate", "From the last pose to the next"),
    ("EASE_TO_REST", "Ease to Rest", "To the pose of the clip's middle, where the performer stood, and from it to the next"),
    ("STOP", "Stop There", "The motion ends where the performer is lost"),
)
OPERATIONS = (
    ("SWAP", "Swap", "From the frame on one performer is the other, and the other way round"),
    ("SPLIT", "Split", "From the frame on the performer is somebody new"),
    ("MERGE", "Merge", "Two performers are one"),
)

LABELS = {"SWAP": "Swap {one} and {other} from frame {frame}", "SPLIT": "Split {one} at frame {frame}", "MERGE": "Merge {one} and {other}"}


def _label(made: RETARGET2D_PG_correction) -> str:
    return LABELS[made.operation].format(one=made.one, other=made.other, frame=made.frame)


class RETARGET2D_PG_correction(bpy.types.PropertyGroup):
    """A correction of who is who, for one part of one video"""

    operation: bpy.props.EnumProperty(name="Correction", items=OPERATIONS)  # type: ignore[valid-type]
    one: bpy.props.IntProperty(name="Performer")  # type: ignore[valid-type]
    other: bpy.props.IntProperty(name="Other Performer")  # type: ignore[valid-type]
    frame: bpy.props.IntProperty(name="Frame", description="The frame of the clip, counted from 0, from which it holds")  # type: ignore[valid-type]
    video: bpy.props.StringProperty(name="Video")  # type: ignore[valid-type]
    frame_range: bpy.props.StringProperty(name="Range")  # type: ignore[valid-type]
    label: bpy.props.StringProperty(name="Label", get=_label)  # type: ignore[valid-type]


class RETARGET2D_PG_editing(bpy.types.PropertyGroup):
    """How the performance is cleaned and put right"""

    smooth: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Smooth",
        description="How much of what was seen is taken for mistakes and jitter: 0 takes it as it is, 1 calms it as far as strikes allow",
        default=0.5,
        min=0.0,
        max=1.0,
        subtype="FACTOR",
    )
    lost: bpy.props.EnumProperty(  # type: ignore[valid-type]
        name="While Lost", description="What becomes of stretches of more than half a second in which nobody sees the performer", items=LOST
    )
    corrections: bpy.props.CollectionProperty(type=RETARGET2D_PG_correction, name="Corrections")  # type: ignore[valid-type]
