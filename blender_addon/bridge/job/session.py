"""What this Blender knows beside the open file: who was found, what was retargeted, what runs and how the last job
ended. Nothing of it is saved.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from ...core.motion import RetargetedMotion
from ...core.pose_sequence import PoseSequence, PoseSource
from ...settings.footage import EVERY_PERFORMER, MAIN_PERFORMER
from ..scene.media import same_video

MOST_OTHERS = 4
MOST_MESSAGES = 8
"""Of one scene: undo may bring an earlier bake back, and with it what was said of it."""


@dataclass(frozen=True, eq=False)
class Performance:
    """Everybody in a video, the most prominent first. `key` changes with the file, the range and the corrections of who
    is who.

    `video` is its path from the disk's root; `source` is where their poses come from; `rotation` the degrees, clockwise,
    by which the file asks for its pictures to be turned.
    """

    key: tuple[Any, ...]
    video: str
    frame_range: str
    people: tuple[PoseSequence, ...]
    ids: tuple[int, ...]
    source: PoseSource
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


class Ending(StrEnum):
    """How a job ended."""

    RESULT = "RESULT"
    CANCELLED = "CANCELLED"
    ERROR = "ERROR"


@dataclass(frozen=True)
class Made:
    """An Action, or an object (`is_object`), that a job made or baked onto, by its session uid and the name it had."""

    uid: int
    name: str
    is_object: bool = False


@dataclass(frozen=True, eq=False)
class Message:
    """How a job ended, in a line. It is true as long as the scene's settings are those of its `basis` and all that it
    `made` is there.

    `out_of_date`: what was baked no longer shows the performance. `notices` are sentences about what the user may want
    to know beside.
    """

    ending: Ending
    text: str
    basis: object = None
    made: tuple[Made, ...] = ()
    device: str = ""
    needs_runtime: bool = False
    notices: tuple[str, ...] = ()
    out_of_date: bool = False


@dataclass
class Session:
    """The state of one Blender process. `detection` is who was found, `performance` the same with who is who put right.

    `others` are performances whose body, view or motion is taken beside it, the latest first. `device`, `needs_runtime`
    and `notices` are of the job that runs or ran last. `messages` are kept by the session uid of the scene they are
    about, the latest first; `installation` is about none.
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
    device: str = ""
    needs_runtime: bool = False
    notices: list[str] = field(default_factory=list)
    messages: dict[int, tuple[Message, ...]] = field(default_factory=dict)
    installation: Message | None = None

    def shows(self, video: str, frame_range: str) -> bool:
        """Whether the performers known are those of this video and range."""
        return self.performance is not None and self.performance is self.showing(video, frame_range)

    def showing(self, video: str, frame_range: str) -> Performance | None:
        """Who is known of this video and range, the main performance first."""
        video, part = video.strip(), frame_range.strip()
        known = (
            performance
            for performance in (self.performance, *self.others)
            if performance is not None and performance.frame_range == part
        )
        return next((performance for performance in known if same_video(performance.video, video)), None)

    def found(self, key: tuple[Any, ...]) -> Performance | None:
        """Who was found before in the footage of that key."""
        return next((known for known in (self.detection, *self.others) if known is not None and known.key == key), None)

    def remember(self, other: Performance) -> None:
        """Keep it, and a few of those before."""
        self.others = (other, *self.others)[:MOST_OTHERS]

    def begin(self) -> None:
        """A job begins."""
        self.running = True
        self.device, self.needs_runtime = "", False
        self.notices.clear()
        self.show("Starting", 0.0)

    def show(self, stage: str, fraction: float, rate: float | None = None, remaining: float | None = None) -> None:
        """Where the job stands: `fraction` 0..1 of the stage, `rate` in frames a second, `remaining` in seconds."""
        self.stage, self.fraction, self.rate, self.remaining = stage, fraction, rate, remaining

    def end(self) -> None:
        """The job is over."""
        self.running = False
        self.show("", 0.0)

    def tell(self, scene: int, message: Message) -> None:
        """Keep how a job for the scene of that session uid ended: it takes the place of all that was said before, but
        of other bakes.
        """
        self.messages[scene] = (message, *(before for before in self.messages.get(scene, ()) if before.made))[
            :MOST_MESSAGES
        ]

    def tell_of_installation(self, message: Message) -> None:
        """Keep how the installation of the runtime ended; where it is there now, nobody misses it any more."""
        self.installation = message
        if message.ending is Ending.RESULT:
            self.messages = {
                scene: tuple(kept for kept in messages if not kept.needs_runtime)
                for scene, messages in self.messages.items()
            }

    def outdate(self, scene: int) -> None:
        """The performance is not what it was, as after an edit was discarded: what was baked in the scene of that
        session uid is out of date.
        """
        self.messages[scene] = tuple(replace(message, out_of_date=True) for message in self.messages.get(scene, ()))

    def forget_messages(self) -> None:
        """Another file is open: nothing that was said is about its scenes."""
        self.messages.clear()

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
