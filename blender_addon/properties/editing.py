"""How the performance is cleaned, corrected and edited before it is retargeted."""

from __future__ import annotations

import bpy

from ..bridge.scene.identity_corrections import is_asked_for
from .groups import group_class

OPERATIONS = (
    ("SWAP", "Swap", "Two performers are swapped from the frame on"),
    ("SPLIT", "Split", "The performer is somebody new from the frame on"),
    ("MERGE", "Merge", "Two performers are joined into one"),
)

LABELS = {
    "SWAP": "Swap {one} and {other} from frame {frame}",
    "SPLIT": "Split {one} at frame {frame}",
    "MERGE": "Merge {one} and {other}",
}

UNKNOWN = "A correction of {one} that this version does not know"
"""For a file of a later version, or a damaged one."""


def _label(made: RETARGET2D_PG_correction) -> str:
    return LABELS.get(made.operation, UNKNOWN).format(one=made.one, other=made.other, frame=made.frame)


def _applies(made: RETARGET2D_PG_correction) -> bool:
    return is_asked_for(made)


class RETARGET2D_PG_correction(bpy.types.PropertyGroup):
    """A correction of performer identity, for one part of one video"""

    operation: bpy.props.EnumProperty(name="Correction", items=OPERATIONS)  # type: ignore[valid-type]
    one: bpy.props.IntProperty(name="Performer")  # type: ignore[valid-type]
    other: bpy.props.IntProperty(name="Other Performer")  # type: ignore[valid-type]
    frame: bpy.props.IntProperty(name="Frame", description="First frame of the performance that is corrected, from 0")  # type: ignore[valid-type]
    video: bpy.props.StringProperty(name="Video")  # type: ignore[valid-type]
    frame_range: bpy.props.StringProperty(name="Range")  # type: ignore[valid-type]
    label: bpy.props.StringProperty(name="Label", get=_label)  # type: ignore[valid-type]
    applies: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Applies", description="Whether the correction belongs to the chosen video and range", get=_applies
    )


class RETARGET2D_PG_joint(bpy.types.PropertyGroup):
    """The object of one joint of an edited performance"""

    item: bpy.props.PointerProperty(name="Object", type=bpy.types.Object)  # type: ignore[valid-type]


class RETARGET2D_PG_name(bpy.types.PropertyGroup):
    """The name of an object"""


class RETARGET2D_PG_selection(bpy.types.PropertyGroup):
    """The selection before joints of an edit were selected"""

    layer: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="View Layer", description="View layer of the selection; empty where there is none"
    )
    names: bpy.props.CollectionProperty(name="Objects", type=RETARGET2D_PG_name)  # type: ignore[valid-type]
    active: bpy.props.StringProperty(name="Active Object")  # type: ignore[valid-type]


class RETARGET2D_PG_view(bpy.types.PropertyGroup):
    """The state of a 3D view before it looked at an edit"""

    edit: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Edit", description="Identity of the edit that the view looks at; empty for none"
    )
    shading_type: bpy.props.StringProperty(name="Shading")  # type: ignore[valid-type]
    color_type: bpy.props.StringProperty(name="Colour")  # type: ignore[valid-type]
    relationship_lines: bpy.props.BoolProperty(name="Relationship Lines")  # type: ignore[valid-type]
    local_camera: bpy.props.BoolProperty(name="Local Camera")  # type: ignore[valid-type]
    camera: bpy.props.StringProperty(name="Camera", description="Name of the object")  # type: ignore[valid-type]
    perspective: bpy.props.StringProperty(name="Perspective")  # type: ignore[valid-type]
    camera_zoom: bpy.props.FloatProperty(name="Camera Zoom")  # type: ignore[valid-type]
    camera_offset: bpy.props.FloatVectorProperty(name="Camera Offset", size=2)  # type: ignore[valid-type]


class RETARGET2D_PG_edit(bpy.types.PropertyGroup):
    """A performance laid out for editing"""

    video: bpy.props.StringProperty(name="Video")  # type: ignore[valid-type]
    frame_range: bpy.props.StringProperty(name="Range")  # type: ignore[valid-type]
    performer: bpy.props.IntProperty(name="Performer")  # type: ignore[valid-type]
    collection: bpy.props.PointerProperty(name="Collection", type=bpy.types.Collection)  # type: ignore[valid-type]
    camera: bpy.props.PointerProperty(name="Camera", type=bpy.types.Object)  # type: ignore[valid-type]
    joints: bpy.props.CollectionProperty(name="Joints", type=RETARGET2D_PG_joint)  # type: ignore[valid-type]
    identity: bpy.props.StringProperty(name="Identity", description="The name by which views refer to the edit")  # type: ignore[valid-type]
    selection: bpy.props.PointerProperty(type=RETARGET2D_PG_selection)  # type: ignore[valid-type]
    detected: bpy.props.StringProperty(name="Detection", description="The detection that the edit started from")  # type: ignore[valid-type]


RETARGET2D_PG_editing = group_class(
    "editing",
    "How the performance is cleaned, corrected and edited",
    more={
        "corrections": "collection_of('correction', 'Corrections')",
        "edits": "collection_of('edit', 'Edited Performances')",
    },
)
