"""The state of this Blender process: the detection, the retargeted motion, the running job and the messages of earlier
ones. None of it is saved.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from ...core.motion import RetargetedMotion
from ...core.pose_sequence import PoseSequence, PoseSource
from ...core.presentation import AS_STORED, Presentation
from ...settings.footage import EVERY_PERFORMER, MAIN_PERFORMER
from ..scene.media import same_video

MOST_OTHERS = 4
MOST_CLEANED = 4
"""Cleaned clips that are kept: another view or body of the same clip need not clean it again."""
MOST_MESSAGES = 8
"""Messages kept per scene: undo may bring an earlier bake back, and its message applies again."""


@dataclass(frozen=True, eq=False)
class Performance:
    """Everybody in a video, the most prominent first. `key` changes with the file, the range and the corrections of
    identity.

    `video` is its path from the disk's root; `source` is where their poses come from; `presentation` how the file asks
    for its pictures to be shown.
    """

    key: tuple[Any, ...]
    video: str
    frame_range: str
    people: tuple[PoseSequence, ...]
    ids: tuple[int, ...]
    source: PoseSource
    presentation: Presentation = AS_STORED

    @property
    def seconds(self) -> float:
        """The time from the first frame to the last."""
        return (len(self.people[0]) - 1) / self.people[0].fps

    def poses_of(self, performer: int) -> PoseSequence:
        """The poses of the performer with that number; ValueError where there is none."""
        if performer not in self.ids:
            known = ", ".join(map(str, self.ids))
            raise ValueError(f"The video has no performer {performer}; choose among {known}.")
        return self.people[self.ids.index(performer)]

    def chosen(self, performer: int) -> tuple[int, ...]:
        """The numbers of the performers that a value of the property `performer` means."""
        if performer == EVERY_PERFORMER:
            return self.ids
        return (self.ids[0] if performer == MAIN_PERFORMER else performer,)


@dataclass(frozen=True, eq=False)
class CleanedPoses:
    """What cleaning made of `poses` as `asked`: the `result`, as the worker gave it."""

    poses: PoseSequence
    asked: tuple[object, ...]
    result: Any


@dataclass(frozen=True, eq=False)
class Take:
    """One performer's motion on the target's body. `name` names the performer; `key` changes with every input."""

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
    """An Action, or an object (`is_object`), that a job made or baked to, by its session uid and its name then."""

    uid: int
    name: str
    is_object: bool = False


@dataclass(frozen=True, eq=False)
class Message:
    """How a job ended, in a line. It applies as long as the scene's settings match its `basis` and everything that the
    job `made` exists.

    `out_of_date`: the bake no longer shows the performance. `notices` are further sentences for the user.
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
    """The state of one Blender process. `detection` is the performance as detected, `performance` the same with
    corrected identities.

    `others` are the performances that give a body, a view or a blend, the latest first; `cleaned` are the poses that
    were cleaned, likewise. `device`, `needs_runtime` and
    `notices` belong to the running job or the last one. `messages` are by the session uid of their scene, the latest
    first; `installation` belongs to no scene.
    """

    detection: Performance | None = None
    performance: Performance | None = None
    others: tuple[Performance, ...] = ()
    cleaned: tuple[CleanedPoses, ...] = ()
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
        """Whether the known performers are those of this video and range."""
        return self.performance is not None and self.performance is self.showing(video, frame_range)

    def showing(self, video: str, frame_range: str) -> Performance | None:
        """The known performance of this video and range, the main one first; None if there is none."""
        video, part = video.strip(), frame_range.strip()
        known = (
            performance
            for performance in (self.performance, *self.others)
            if performance is not None and performance.frame_range == part
        )
        return next((performance for performance in known if same_video(performance.video, video)), None)

    def found(self, key: tuple[Any, ...]) -> Performance | None:
        """The detection of the footage with that key; None if there is none."""
        return next((known for known in (self.detection, *self.others) if known is not None and known.key == key), None)

    def remember(self, other: Performance) -> None:
        """Keep the performance, and a few earlier ones."""
        self.others = (other, *self.others)[:MOST_OTHERS]

    def known_cleaned(self, poses: PoseSequence, asked: tuple[object, ...]) -> Any:  # noqa: ANN401
        """What cleaning made of these poses, asked so; None if that is not known."""
        return next((known.result for known in self.cleaned if known.poses is poses and known.asked == asked), None)

    def remember_cleaned(self, poses: PoseSequence, asked: tuple[object, ...], result: object) -> None:
        """Keep what cleaning made of poses, and a few earlier ones."""
        self.cleaned = (CleanedPoses(poses, asked, result), *self.cleaned)[:MOST_CLEANED]

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

    def keep_message(self, scene: int, message: Message) -> None:
        """Keep the message of a job for the scene with that session uid. It replaces earlier messages, except those of
        other bakes.
        """
        self.messages[scene] = (message, *(before for before in self.messages.get(scene, ()) if before.made))[
            :MOST_MESSAGES
        ]

    def keep_installation_message(self, message: Message) -> None:
        """Keep the message of an installation. After a successful one, messages that ask for the runtime are dropped."""
        self.installation = message
        if message.ending is Ending.RESULT:
            self.messages = {
                scene: tuple(kept for kept in messages if not kept.needs_runtime)
                for scene, messages in self.messages.items()
            }

    def outdate(self, scene: int) -> None:
        """Mark the bakes in the scene with that session uid as out of date, as after an edit was discarded."""
        self.messages[scene] = tuple(replace(message, out_of_date=True) for message in self.messages.get(scene, ()))

    def forget_messages(self) -> None:
        """Drop all messages, as when another file was opened."""
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
"""The session of this process."""
