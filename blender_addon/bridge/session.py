"""What this Blender knows beside the open file: who was found, what was retargeted, what runs and how the last job ended. Nothing of it is saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..core.motion import RetargetedMotion
from ..core.pose_sequence import PoseSequence

MAIN_PERFORMER = 0
EVERY_PERFORMER = -1
"""Values of the property `performer` beside the ids of people, which begin with 1."""

MOST_OTHERS = 4


@dataclass(frozen=True, eq=False)
class Performance:
    """Everybody in a video, the most prominent first. `key` changes with the file, the range and the corrections of who is who.

    `device` is what they were found with; `rotation` the degrees, clockwise, by which the file asks for its pictures to be turned.
    """

    key: tuple[Any, ...]
    video: str
    frame_range: str
    people: tuple[PoseSequence, ...]
    ids: tuple[int, ...]
    device: str
    rotation: int = 0

    @property
    def seconds(self) -> float:
        """From its first frame to its last."""
        return (len(self.people[0]) - 1) / self.people[0].fps

    def person(self, performer: int) -> PoseSequence:
        """The poses of the person with that id; ValueError where there is none."""
        if performer not in self.ids:
            known = ", ".join(map(str, self.ids))
            raise ValueError(f"The video has no performer {performer}; choose among {known}.")
        return self.people[self.ids.index(performer)]

    def chosen(self, performer: int) -> tuple[int, ...]:
        """The ids that a value of the property `performer` stands for."""
        if performer == EVERY_PERFORMER:
            return self.ids
        return (self.ids[0] if performer == MAIN_PERFORMER else performer,)


@dataclass(frozen=True, eq=False)
class Take:
    """One performer's motion on the target's body. `name` says whose motion it is, `key` what went into it."""

    key: tuple[Any, ...]
    name: str
    performer: int
    motion: RetargetedMotion
    device: str
    model: str


@dataclass
class Session:
    """The state of one Blender process. `detection` is who was found, `performance` the same with who is who put right.

    `others` are performances whose body, view or motion is taken beside it, the latest first.
    """

    detection: Performance | None = None
    performance: Performance | None = None
    others: tuple[Performance, ...] = ()
    takes: tuple[Take, ...] = ()
    running: bool = False
    stage: str = ""
    fraction: float = 0.0
    rate: float | None = None
    remaining: float | None = None
    error: str = ""
    note: str = ""
    device: str = ""
    needs_runtime: bool = False
    notices: list[str] = field(default_factory=list)

    def shows(self, video: str, frame_range: str) -> bool:
        """Whether the performers known are those of this video and range."""
        return self.performance is not None and self.performance is self.showing(video, frame_range)

    def showing(self, video: str, frame_range: str) -> Performance | None:
        """Who is known of this video and range, the main performance first."""
        wanted = video.strip(), frame_range.strip()
        return next((known for known in (self.performance, *self.others) if known is not None and (known.video, known.frame_range) == wanted), None)

    def found(self, key: tuple[Any, ...]) -> Performance | None:
        """Who was found before in the footage of that key."""
        return next((known for known in (self.detection, *self.others) if known is not None and known.key == key), None)

    def remember(self, other: Performance) -> None:
        """Keep it, and a few of those before."""
        self.others = (other, *self.others)[:MOST_OTHERS]

    def begin(self) -> None:
        """A job begins: what was said of the last one is over."""
        self.running = True
        self.error = self.note = ""
        self.needs_runtime = False
        self.notices.clear()
        self.show("Starting", 0.0)

    def show(self, stage: str, fraction: float, rate: float | None = None, remaining: float | None = None) -> None:
        """Where the job stands: `fraction` 0..1 of the stage, `rate` in frames a second, `remaining` in seconds."""
        self.stage, self.fraction, self.rate, self.remaining = stage, fraction, rate, remaining

    def end(self, *, note: str = "", error: str = "") -> None:
        """The job is over, with a line for the panel."""
        self.running = False
        self.show("", 0.0)
        self.note, self.error = note, error

    @property
    def details(self) -> str:
        """How far the stage is: "43%, 21 frames/s, 12 s left"."""
        parts = [f"{self.fraction:.0%}"]
        if self.rate:
            parts.append(f"{self.rate:.0f} frames/s" if self.rate >= 10 else f"{self.rate:.1f} frames/s")
        if self.remaining is not None:
            minutes, seconds = divmod(round(self.remaining), 60)
            parts.append(f"{minutes} min {seconds:02d} s left" if minutes else f"{seconds} s left")
        return ", ".join(parts)

    @property
    def text(self) -> str:
        """Where the job stands in one line: "Looking for people: 43%, 21 frames/s, 12 s left"."""
        return f"{self.stage}: {self.details}" if self.stage else ""


session = Session()
"""The one of this process."""
