"""The menu that chooses among the detected performers."""

from __future__ import annotations

from typing import Any

import bpy

from ..bridge.job.session import session
from ..bridge.scene import portraits
from ..settings.footage import EVERY_PERFORMER, MAIN_PERFORMER
from .dynamic_enums import Item, lasting_items

MAIN: Item = ("MAIN", "Main Performer", "The most prominent performer", 0, MAIN_PERFORMER)
EVERYBODY: Item = ("ALL", "Everybody", "A figure for each performer", 0, EVERY_PERFORMER)


def _of_scene(settings: bpy.types.PropertyGroup, _context: bpy.types.Context | None) -> list[Item]:
    """The main performer, then every detected performer, with a portrait where there is one."""
    rows = [MAIN]
    performance = session.performance if session.shows(settings.video, settings.frame_range) else None
    if performance is not None:
        for performer, poses in zip(performance.ids, performance.people, strict=True):
            seen = int((poses.confidence > 0).any(axis=1).sum())
            icon = portraits.icon_of(performance.key, performer)
            rows.append(
                (
                    str(performer),
                    f"Performer {performer} · {seen:,} frames",
                    f"Seen in {seen:,} of {len(poses):,} frames",
                    icon,
                    performer,
                )
            )
        if len(performance.ids) > 1:
            rows.append(EVERYBODY)
    return lasting_items(rows)


def _of_source(source: bpy.types.PropertyGroup, _context: bpy.types.Context | None) -> list[Item]:
    """The main performer, then every performer detected there."""
    main = source.id_data.retarget2d
    performance = (
        session.showing(source.video, source.frame_range)
        if source.video
        else session.showing(main.video, main.frame_range)
    )
    found = performance.ids if performance is not None else ()
    return lasting_items(
        [MAIN, *((str(one), f"Performer {one}", "A performer detected there", 0, one) for one in found)]
    )


def performer_choice(rows: str, description: str) -> Any:  # noqa: ANN401
    """An enum for the number `performer`; `rows` names the function that lists the performers."""
    items = {"scene": _of_scene, "source": _of_source}[rows]

    def chosen(group: bpy.types.PropertyGroup) -> int:
        return int(group.performer) if any(row[-1] == group.performer for row in items(group, None)) else MAIN_PERFORMER

    def choose(group: bpy.types.PropertyGroup, performer: int) -> None:
        group.performer = performer

    return bpy.props.EnumProperty(name="Performer", description=description, items=items, get=chosen, set=choose)


CHOICE_OF_SOURCE = {"performer_choice": "performer_choice('source', 'Which performer')"}
CHOICE_OF_SCENE = {"performer_choice": "performer_choice('scene', 'The performer whose motion is used')"}
"""As annotations."""
