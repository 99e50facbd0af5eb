"""The topics of settings, in the order of `--help` and of the manual."""

from __future__ import annotations

from collections.abc import Iterator

from .bake import BakeSettings
from .blend import BlendSettings
from .body import BodySettings
from .channels import ChannelSettings
from .cleaning import CleaningSettings
from .drawing import DrawingChoice
from .feet import FeetSettings, LandmarkSettings
from .figure import FigureSettings
from .footage import FootageSettings
from .keys import KeySettings
from .nla import LayerSettings
from .setting import Setting, Topic
from .timing import TimingSettings
from .view import ViewSettings

TOPICS: tuple[type[Topic], ...] = (
    FootageSettings,
    CleaningSettings,
    BodySettings,
    ViewSettings,
    BlendSettings,
    FeetSettings,
    LandmarkSettings,
    BakeSettings,
    TimingSettings,
    KeySettings,
    ChannelSettings,
    LayerSettings,
    DrawingChoice,
    FigureSettings,
)


def all_settings() -> Iterator[Setting]:
    """Every setting of a scene."""
    for topic in TOPICS:
        yield from topic.settings().values()
