"""The performance: the video or poses, the part of it, the performer, and what the file does not say about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core.skeleton import LAYOUTS
from .kinds import FilePath, Item, NumberOrNone, Size, one_of, text, whole
from .setting import Option, Property, Setting, Topic, declared, path_of

MAIN_PERFORMER, EVERY_PERFORMER = 0, -1
"""The numbers of the most prominent performer, and of all."""

SAME = "same"
"""What the command line calls the main video, where another performance is named."""

BY_ITS_POINTS = Item("AUTO", "Automatic", "Recognized by the number of points", "auto", "NONE", 0, "")
LAYOUT_ITEMS = (
    BY_ITS_POINTS,
    *(
        Item(name.upper(), name, f"{len(layout.points)} points", name, "NONE", at, name)
        for at, (name, layout) in enumerate(LAYOUTS.items(), start=1)
    ),
)


def _frame_rate(**more: Any) -> Any:
    """Declare frames a second, None for those that the file says."""
    return declared(NumberOrNone(label="Frame Rate", most=1000.0, precision=3, metavar="RATE", motion=True, **more))


@dataclass(frozen=True)
class FootageSettings(Topic):
    """Whose motion it is. `fps`, `layout`, `image_size` and `body_parts` outweigh the file; None and '' for what it says
    itself.
    """

    heading = "performance"

    video: str = declared(FilePath(label="Video", word="video", motion=True, drawn=False))
    """A video, an image, a folder of images, or pose files from OpenPose, MMPose, MediaPipe and other tools"""
    frame_range: str = text("Range", word="range", metavar="A:B", motion=True, drawn=False)
    """Part of the video in frames (10:250) or seconds (1.5s:8s), without the end; empty for the whole video"""
    performer: int = whole(
        MAIN_PERFORMER,
        "Performer",
        word="performer",
        least=EVERY_PERFORMER,
        asked=(1, 2**31 - 1),
        words={"main": MAIN_PERFORMER, "all": EVERY_PERFORMER},
        metavar="N|main|all",
        motion=True,
        drawn=False,
    )
    """Number of the performer whose motion is used; 0 for the main performer, -1 for everybody"""
    fps: float | None = _frame_rate(word="fps", group="poses")
    """Frames per second of the video or pose file; 0 uses the file's rate, or 30 if it has none"""
    layout: str = one_of("", "Layout", items=LAYOUT_ITEMS, word="layout", group="poses", motion=True)
    """Order of the points in a pose file"""
    image_size: tuple[int, int] | None = declared(
        Size(label="Picture Size", word="image-size", group="poses", motion=True)
    )
    """Width and height in pixels, for pose files with relative coordinates; 0 uses the file's size"""
    body_parts: str = text("Body Parts", word="body-parts", metavar="NAME=POINT,…", group="poses", motion=True)
    """Points of a pose file that have names of their own, such as ankle1=right_ankle, knee1=right_knee"""


@dataclass(frozen=True)
class OtherPerformance(Topic):
    """Another performance, of another video or of another performer in the same one, which `video` says by being empty."""

    video: str = declared(FilePath(label="Video", word="", motion=True))
    """Another video or pose file; empty for the same video"""
    frame_range: str = text("Range", word="range", metavar="A:B")
    """Part of it, in frames or seconds; empty for the whole video"""
    fps: float | None = _frame_rate(word="fps")
    """Frames per second; 0 uses the file's rate, or 30 if it has none"""
    performer: int = whole(
        MAIN_PERFORMER, "Performer", word="performer", least=MAIN_PERFORMER, words={"main": MAIN_PERFORMER}, drawn=False
    )
    """Number of the performer; 0 for the main performer"""


OLD_DETAILS = {"performer": "person"}
"""Details of another performance by the words that they had earlier."""


@dataclass(frozen=True, kw_only=True)
class Other(Setting):
    """Another performance, in a group of its own: `--WORD`, `--WORD-performer`, `--WORD-range` and `--WORD-fps`.

    `chooses` is what naming one sets too, by the path of a property.
    """

    default: OtherPerformance = OtherPerformance()
    chooses: tuple[str, Any] | None = None
    metavar: str = f"PATH|{SAME}"

    def properties(self) -> tuple[Property, ...]:
        """A pointer to the group; whoever makes it adds the group's type."""
        return (self._property("PointerProperty"),)

    def of_property(self, value: Any) -> OtherPerformance:
        """What the group says."""
        return OtherPerformance.of(value)

    def options(self) -> tuple[Option, ...]:
        """Which one, and the details of it."""
        return self.option(), *(self._detail(detail) for detail in self._details.values() if detail.word)

    def _detail(self, detail: Setting) -> Option:
        made = detail.option()
        old = (f"--{self.word}-{OLD_DETAILS[detail.word]}",) if detail.word in OLD_DETAILS else ()
        told = {"dest": path_of(self.path, detail.name), "help": f"of --{self.word}: {made.arguments['help']}"}
        return Option(f"--{self.word}-{detail.word}", old, made.arguments | told)

    @property
    def _details(self) -> dict[str, Setting]:
        return OtherPerformance.settings()

    def parse(self, text: str) -> str:
        """A path made absolute, or the word for the main video."""
        return text if text == SAME else str(self._details["video"].parse(text))

    def given(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """What was given, and that another performance is chosen where one is named."""
        paths = {path_of(self.path, detail.name): detail for detail in self._details.values()}
        found = {
            path: detail.to_property(options[path]) for path, detail in paths.items() if options.get(path) is not None
        }
        if (named := options.get(self.path)) is None:
            return found
        chosen = dict([self.chooses]) if self.chooses else {}
        return {path_of(self.path, "video"): "" if named == SAME else named} | found | chosen

    def said(self, value: OtherPerformance) -> str:
        """Its video."""
        return value.video or SAME


def other(label: str, **more: Any) -> OtherPerformance:
    """Declare another performance."""
    return declared(Other(label=label, **more))
