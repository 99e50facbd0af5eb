"""Panels that hold the rows of topics and nothing else: a row of a table each."""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from ..settings.cleaning import CleaningSettings
from ..settings.feet import FeetSettings, LandmarkSettings
from ..settings.footage import FootageSettings
from ..settings.keys import KeySettings
from ..settings.nla import LayerSettings
from ..settings.setting import Topic
from ..settings.timing import TimingSettings
from .rows import draw_settings
from .tab import OfRig, Tab, idle_column


@dataclass(frozen=True)
class TopicPanel:
    """A panel: its class name, label, description, parent panel and topics; `of_rig`: only where a rig is baked to."""

    name: str
    label: str
    description: str
    parent: str
    topics: tuple[type[Topic], ...]
    of_rig: bool = False

    def made(self) -> type[bpy.types.Panel]:
        """Its class."""

        def draw(panel: bpy.types.Panel, context: bpy.types.Context) -> None:
            column = idle_column(panel, context)
            for topic in self.topics:
                draw_settings(column, context, topic)
                column.separator()

        body = {
            "__doc__": self.description,
            "__module__": __name__,
            "bl_label": self.label,
            "bl_parent_id": f"RETARGET2D_PT_{self.parent}",
            "bl_options": frozenset({"DEFAULT_CLOSED"}),
            "draw": draw,
        }
        return type(f"RETARGET2D_PT_{self.name}", (OfRig if self.of_rig else Tab, bpy.types.Panel), body)


CLEANING = TopicPanel(
    "cleaning", "Cleaning", "How much jitter and how many mistakes are removed", "footage", (CleaningSettings,)
).made()
POSES = TopicPanel(
    "poses", "Frame Rate and Poses", "The frame rate, and how to read a pose file", "footage", (FootageSettings,)
).made()
FEET = TopicPanel(
    "feet",
    "Feet, Hands and Head",
    "Foot planting, and hands, feet and head that turn",
    "character",
    (FeetSettings, LandmarkSettings),
).made()
TIMING = TopicPanel("timing", "Timing", "Speed and cycles", "bake", (TimingSettings,)).made()
KEYS = TopicPanel("keys", "Keys", "How many keys, and where", "bake", (KeySettings,)).made()
LAYERS = TopicPanel(
    "layers", "Layers", "The rig's action, or an NLA layer", "bake", (LayerSettings,), of_rig=True
).made()
