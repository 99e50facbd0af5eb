"""How the performance is cleaned and put right before it is retargeted."""

from __future__ import annotations

import bpy

from ..bridge.scene.identity_corrections import is_asked_for
from .groups import group_class

OPERATIONS = (
    ("SWAP", "Swap", "From the frame on one performer is the other, and the other way round"),
    ("SPLIT", "Split", "From the frame on the performer is somebody new"),
    ("MERGE", "Merge", "Two performers are one"),
)

LABELS = {
    "SWAP": "Swap {one} and {other} from frame {frame}",
    "SPLIT": "Split {one} at frame {frame}",
    "MERGE": "Merge {one} and {other}",
}

UNKNOWN = "A correction of {one} that this version does not know"
"""Where the file was written by a later one, or is damaged."""


def _label(made: RETARGET2D_PG_correction) -> str:
    return LABELS.get(made.operation, UNKNOWN).format(one=made.one, other=made.other, frame=made.frame)


def _applies(made: RETARGET2D_PG_correction) -> bool:
    return is_asked_for(made)


class RETARGET2D_PG_correction(bpy.types.PropertyGroup):
    """A correction of who is who, for one part of one video"""

    operation: bpy.props.EnumProperty(name="Correction", items=OPERATIONS)  # type: ignore[valid-type]
    one: bpy.props.IntProperty(name="Performer")  # type: ignore[valid-type]
    other: bpy.props.IntProperty(name="Other Performer")  # type: ignore[valid-type]
    frame: bpy.props.IntProperty(name="Frame", description="The frame of the clip, counted from 0, from which it holds")  # type: ignore[valid-type]
    video: bpy.props.StringProperty(name="Video")  # type: ignore[valid-type]
    frame_range: bpy.props.StringProperty(name="Range")  # type: ignore[valid-type]
    label: bpy.props.StringProperty(name="Label", get=_label)  # type: ignore[valid-type]
    applies: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Applies", description="Whether it was made for the video and range that are chosen", get=_applies
    )


class RETARGET2D_PG_joint(bpy.types.PropertyGroup):
    """The object that is a joint of an edited performance"""

    item: bpy.props.PointerProperty(name="Object", type=bpy.types.Object)  # type: ignore[valid-type]


class RETARGET2D_PG_name(bpy.types.PropertyGroup):
    """The name of an object"""


class RETARGET2D_PG_selection(bpy.types.PropertyGroup):
    """What was selected before the joints of an edit were"""

    layer: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="View Layer", description="Where it was selected; empty where nothing is remembered"
    )
    names: bpy.props.CollectionProperty(name="Objects", type=RETARGET2D_PG_name)  # type: ignore[valid-type]
    active: bpy.props.StringProperty(name="Active Object")  # type: ignore[valid-type]


class RETARGET2D_PG_view(bpy.types.PropertyGroup):
    """How a 3D view was before it looked at an edit"""

    edit: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Edit", description="The identity of the edit that the view looks at; empty where it looks at none"
    )
    shading_type: bpy.props.StringProperty(name="Shading")  # type: ignore[valid-type]
    color_type: bpy.props.StringProperty(name="Colour")  # type: ignore[valid-type]
    relationship_lines: bpy.props.BoolProperty(name="Relationship Lines")  # type: ignore[valid-type]
    local_camera: bpy.props.BoolProperty(name="Local Camera")  # type: ignore[valid-type]
    camera: bpy.props.StringProperty(name="Camera", description="The name of the object")  # type: ignore[valid-type]
    perspective: bpy.props.StringProperty(name="Perspective")  # type: ignore[valid-type]
    camera_zoom: bpy.props.FloatProperty(name="Camera Zoom")  # type: ignore[valid-type]
    camera_offset: bpy.props.FloatVectorProperty(name="Camera Offset", size=2)  # type: ignore[valid-type]


class RETARGET2D_PG_edit(bpy.types.PropertyGroup):
    """A performance that is laid out to be edited"""

    video: bpy.props.StringProperty(name="Video")  # type: ignore[valid-type]
    frame_range: bpy.props.StringProperty(name="Range")  # type: ignore[valid-type]
    performer: bpy.props.IntProperty(name="Performer")  # type: ignore[valid-type]
    collection: bpy.props.PointerProperty(name="Collection", type=bpy.types.Collection)  # type: ignore[valid-type]
    camera: bpy.props.PointerProperty(name="Camera", type=bpy.types.Object)  # type: ignore[valid-type]
    joints: bpy.props.CollectionProperty(name="Joints", type=RETARGET2D_PG_joint)  # type: ignore[valid-type]
    identity: bpy.props.StringProperty(name="Identity", description="What views know it by that look at it")  # type: ignore[valid-type]
    selection: bpy.props.PointerProperty(type=RETARGET2D_PG_selection)  # type: ignore[valid-type]
    detected: bpy.props.StringProperty(name="Detection", description="What was detected, as the edit began")  # type: ignore[valid-type]


RETARGET2D_PG_editing = group_class(
    "editing",
    "How the performance is cleaned and put right",
    more={
        "corrections": "collection_of('correction', 'Corrections')",
        "edits": "collection_of('edit', 'Edited Performances')",
    },
)
