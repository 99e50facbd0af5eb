"""What is asked for in a scene."""

from __future__ import annotations

import bpy

from ..bridge import portraits
from ..bridge.session import EVERY_PERFORMER, MAIN_PERFORMER, session
from .bone_map import RETARGET2D_PG_bone_map
from .channels import RETARGET2D_PG_channels
from .drawing import RETARGET2D_PG_drawing
from .dynamic_enums import Item, lasting_items
from .editing import RETARGET2D_PG_editing
from .feet import RETARGET2D_PG_feet
from .keys import RETARGET2D_PG_keys
from .landmarks import RETARGET2D_PG_landmarks
from .layers import RETARGET2D_PG_layers
from .look import RETARGET2D_PG_look
from .poses import RETARGET2D_PG_poses
from .timing import RETARGET2D_PG_timing

VIEWS = (
    ("AS_FILMED", "As Filmed", "The camera's own view; what it saw is kept"),
    ("FRONT", "Front", "The performer faces the viewer"),
    ("THREE_QUARTER", "Three-Quarter", "The performer faces between the viewer and the picture's right"),
    ("SIDE", "Side", "The performer looks to the picture's right"),
    ("ANGLE", "Angle", "An angle of your own, which may be keyed over time"),
    ("AS_OTHER", "As Another", "The view of another performance"),
)
PLANES = (
    ("OWN", "Character's Own", "The plane that a cut-out rig lies in; the front for other rigs"),
    ("FRONT", "Front", "The character's front plane"),
    ("SIDE", "Side", "The character's side plane"),
    ("CAMERA", "Camera", "The plane that the scene's camera looks at"),
)
TARGETS = (
    ("RIG", "Rig", "Keys on the bones of the character", "ARMATURE_DATA", 1),
    ("GREASE_PENCIL", "Figure", "A figure drawn in Grease Pencil, with a layer for each limb", "OUTLINER_OB_GREASEPENCIL", 2),
    ("DRAWING", "Drawing", "Your own Grease Pencil drawing, whose layers are a body's parts", "GREASEPENCIL", 4),
)
MODELS = (
    ("KINEMATIC", "Kinematic", "Bone directions in space: any proportions, any view, and depth"),
    ("PAPER", "Paper", "The network of Aberman et al. 2019, for comparison"),
)


def _performers(settings: RETARGET2D_PG_settings, _context: bpy.types.Context | None) -> list[Item]:
    """The main performer, then everybody who was found, with a picture of each where there is one."""
    rows: list[Item] = [("MAIN", "Main Performer", "The one who is seen best", 0, MAIN_PERFORMER)]
    performance = session.performance if session.shows(settings.video, settings.frame_range) else None
    if performance is not None:
        for performer, poses in zip(performance.ids, performance.people, strict=True):
            seen = int((poses.confidence > 0).any(axis=1).sum())
            icon = portraits.icon_of(performance.key, performer)
            rows.append((str(performer), f"Performer {performer} · {seen:,} frames", f"Seen in {seen:,} of {len(poses):,} frames", icon, performer))
        if len(performance.ids) > 1:
            rows.append(("ALL", "Everybody", "A drawn figure for each", 0, EVERY_PERFORMER))
    return lasting_items(rows)


def _chosen(settings: RETARGET2D_PG_settings) -> int:
    known = {row[-1] for row in _performers(settings, None)}
    return settings.performer if settings.performer in known else MAIN_PERFORMER


def _choose(settings: RETARGET2D_PG_settings, performer: int) -> None:
    settings.performer = performer


def _is_armature(_settings: RETARGET2D_PG_settings, item: bpy.types.Object) -> bool:
    return bool(item.type == "ARMATURE")


class RETARGET2D_PG_settings(bpy.types.PropertyGroup):
    """What is asked for in a scene."""

    video: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Video", description="The performance: a video, a picture, a folder of pictures, or poses as OpenPose, MMPose, MediaPipe and others write them"
    )
    poses: bpy.props.PointerProperty(type=RETARGET2D_PG_poses)  # type: ignore[valid-type]
    frame_range: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Range", description="The part of the video: frames (10:250) or seconds (1.5s:8s), the last one excluded; empty: all of it"
    )
    performer: bpy.props.IntProperty(  # type: ignore[valid-type]
        name="Performer", description="Whose motion it is, by number; 0 for the main performer, -1 for everybody", default=MAIN_PERFORMER, min=EVERY_PERFORMER
    )
    performer_choice: bpy.props.EnumProperty(name="Performer", description="Whose motion it is", items=_performers, get=_chosen, set=_choose)  # type: ignore[valid-type]
    armature: bpy.props.PointerProperty(  # type: ignore[valid-type]
        name="Character",
        description="The armature that gives the proportions, and that the rig is baked onto",
        type=bpy.types.Object,
        poll=_is_armature,
    )
    view: bpy.props.EnumProperty(name="View", description="Where the performer is seen from", items=VIEWS)  # type: ignore[valid-type]
    azimuth: bpy.props.FloatProperty(  # type: ignore[valid-type]
        name="Azimuth",
        description="Degrees: 0 faces the viewer, 90 looks to the picture's right; keyed beyond 180 it goes on round",
        min=-3600.0,
        max=3600.0,
        soft_min=-180.0,
        soft_max=180.0,
        step=500,
        precision=1,
    )
    elevation: bpy.props.FloatProperty(name="Elevation", description="Degrees; positive sees from above", min=-90.0, max=90.0, step=500, precision=1)  # type: ignore[valid-type]
    look: bpy.props.PointerProperty(type=RETARGET2D_PG_look)  # type: ignore[valid-type]
    plane: bpy.props.EnumProperty(name="Plane", description="Where the picture lands in the scene", items=PLANES)  # type: ignore[valid-type]
    depth_auto: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Automatic Depth", description="No depth on cut-out rigs, all of it on others", default=True
    )
    depth: bpy.props.FloatProperty(name="Depth", description="How much the limbs leave the plane", default=1.0, min=0.0, max=1.0, subtype="FACTOR")  # type: ignore[valid-type]
    bake: bpy.props.EnumProperty(name="Bake", description="What the motion is baked onto", items=TARGETS, options={"ENUM_FLAG"}, default={"RIG"})  # type: ignore[valid-type]
    start_frame: bpy.props.IntProperty(name="Start Frame", description="The scene's frame that the motion begins at", default=1)  # type: ignore[valid-type]
    model: bpy.props.EnumProperty(name="Network", description="What separates motion, skeleton and view", items=MODELS)  # type: ignore[valid-type]
    feet: bpy.props.PointerProperty(type=RETARGET2D_PG_feet, name="Feet")  # type: ignore[valid-type]
    landmarks: bpy.props.PointerProperty(type=RETARGET2D_PG_landmarks, name="Landmarks")  # type: ignore[valid-type]
    editing: bpy.props.PointerProperty(type=RETARGET2D_PG_editing, name="Editing")  # type: ignore[valid-type]
    layers: bpy.props.PointerProperty(type=RETARGET2D_PG_layers)  # type: ignore[valid-type]
    channels: bpy.props.PointerProperty(type=RETARGET2D_PG_channels)  # type: ignore[valid-type]
    bone_map: bpy.props.PointerProperty(type=RETARGET2D_PG_bone_map)  # type: ignore[valid-type]
    drawing: bpy.props.PointerProperty(type=RETARGET2D_PG_drawing, name="Drawing")  # type: ignore[valid-type]
    keys: bpy.props.PointerProperty(type=RETARGET2D_PG_keys)  # type: ignore[valid-type]
    timing: bpy.props.PointerProperty(type=RETARGET2D_PG_timing)  # type: ignore[valid-type]
