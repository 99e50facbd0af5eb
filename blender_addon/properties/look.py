"""How the motion is seen, on what body, and with what it is blended."""

from __future__ import annotations

import bpy

from ..bridge.session import MAIN_PERFORMER, session
from .dynamic_enums import Item, lasting_items

LIMBS = (
    ("FORESHORTENED", "Foreshortened", "Arms and legs are as long as they are seen"),
    ("FULL_LENGTH", "Full Length", "Arms and legs keep their length, each turned to the plane in which it moves most: the cartoon habit"),
)
BODIES = (
    ("OWN", "Performer's Own", "The proportions that the performer has"),
    ("OTHER", "Another Performer's", "The proportions of another performer, of the same or of another video"),
)
ALIGNMENTS = (
    ("STRETCH", "Stretch", "Both are brought evenly to one duration, which lies between theirs"),
    ("MATCH", "Match Poses", "Stretched so that alike poses come together: for two walks, steps on steps"),
    ("TRIM", "Side by Side", "Both play in their own time, until the shorter one ends"),
)


def _performers(source: RETARGET2D_PG_source, _context: bpy.types.Context | None) -> list[Item]:
    """The main performer, then everybody who was found there."""
    rows: list[Item] = [("MAIN", "Main Performer", "The one who is seen best", 0, MAIN_PERFORMER)]
    main = source.id_data.retarget2d
    performance = session.showing(source.video, source.frame_range) if source.video else session.showing(main.video, main.frame_range)
    if performance is not None:
        rows += [(str(performer), f"Performer {performer}", "Who was found there", 0, performer) for performer in performance.ids]
    return lasting_items(rows)


def _chosen(source: RETARGET2D_PG_source) -> int:
    known = {row[-1] for row in _performers(source, None)}
    return source.performer if source.performer in known else MAIN_PERFORMER


def _choose(source: RETARGET2D_PG_source, performer: int) -> None:
    source.performer = performer


def _share(name: str, description: str) -> object:
    return bpy.props.FloatProperty(name=name, description=description, min=0.0, max=1.0, subtype="FACTOR")


class RETARGET2D_PG_source(bpy.types.PropertyGroup):
    """Another performance: of another video or pose file, or of another performer in the same one."""

    video: bpy.props.StringProperty(name="Video", description="Another video or pose file; empty for the same one")  # type: ignore[valid-type]
    frame_range: bpy.props.StringProperty(name="Range", description="The part of it, as above; empty: all of it")  # type: ignore[valid-type]
    fps: bpy.props.FloatProperty(name="Frame Rate", description="Frames a second; 0 for what it says itself, or 30", min=0.0, max=1000.0, precision=3)  # type: ignore[valid-type]
    performer: bpy.props.IntProperty(name="Performer", description="Who of them, by number; 0 for the main performer", default=MAIN_PERFORMER, min=0)  # type: ignore[valid-type]
    performer_choice: bpy.props.EnumProperty(name="Performer", description="Who of them", items=_performers, get=_chosen, set=_choose)  # type: ignore[valid-type]


class RETARGET2D_PG_look(bpy.types.PropertyGroup):
    """How the motion is seen, on what body, and with what it is blended."""

    limbs: bpy.props.EnumProperty(name="Limbs", description="How arms and legs are drawn", items=LIMBS)  # type: ignore[valid-type]
    body: bpy.props.EnumProperty(name="Body", description="Whose proportions the figure has where there is no character", items=BODIES)  # type: ignore[valid-type]
    body_source: bpy.props.PointerProperty(type=RETARGET2D_PG_source)  # type: ignore[valid-type]
    view_source: bpy.props.PointerProperty(type=RETARGET2D_PG_source)  # type: ignore[valid-type]
    second: bpy.props.PointerProperty(type=RETARGET2D_PG_source)  # type: ignore[valid-type]
    blend_motion: _share("Motion", "How far the motion goes to that of the second performance")  # type: ignore[valid-type]
    blend_skeleton: _share("Skeleton", "How far the proportions go to those of the second performer; a character keeps its own")  # type: ignore[valid-type]
    blend_view: _share("View", "How far the view goes to that of the second performance")  # type: ignore[valid-type]
    alignment: bpy.props.EnumProperty(name="Timing", description="How the time of one goes with that of the other", items=ALIGNMENTS)  # type: ignore[valid-type]
