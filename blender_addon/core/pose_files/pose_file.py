"""What every reader gives, what it is asked with, and the one error it raises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..pose_sequence import PoseSequence
from ..shown import shown

DEFAULT_FPS = 30.0
"""Frames a second where neither the file nor the user says."""

MIN_FPS = 1e-3
"""The fewest frames a second that a file may claim: one in a quarter of an hour."""

MAX_FPS = 1000.0
"""The most frames a second that a file may claim: what is more is a clock."""

MAX_FRAMES = 1_000_000
MAX_POSES = 4_000_000
"""The most frames, and people × frames, that a file may claim: 9 and 37 hours at 30 frames a second."""

MAX_TEXT_BYTES = 1 << 30
MAX_ARRAY_BYTES = 1 << 31
"""The largest JSON or CSV file, and the largest array of an archive, that is read into memory."""


class PoseFileError(ValueError):
    """One sentence that names the pose file and says what to do. What it quotes of the file can be shown, whatever stands
    there.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(shown(sentence))


@dataclass(frozen=True, eq=False)
class PoseFile:
    """Everybody in a pose file, all on one timeline: the same frames, confidence 0 where somebody is absent.

    `people` and `ids` go together; the ids are the file's own where it has them. Raises ValueError where nobody is
    there, an id is used twice, or the timelines differ.
    """

    people: tuple[PoseSequence, ...]
    ids: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.people or len(self.people) != len(self.ids) or len(set(self.ids)) != len(self.ids):
            raise ValueError(
                "A pose file needs one person at least and an id of its own for each; give as many ids as people."
            )
        if len({(len(person), person.fps, person.start, person.image_size) for person in self.people}) > 1:
            raise ValueError(
                "The people of a pose file must share frames, frame rate, start and image size; bring them onto one timeline."
            )

    def select(self, person: int | None = None) -> PoseSequence:
        """Return the person with an id.

        Args:
            person: the id; None where there is only one person.

        Raises:
            PoseFileError: there is no such person, or several and no id is given. Its sentence names the ids.
        """
        if person is None and len(self.people) == 1:
            return self.people[0]
        seen = ", ".join(
            f"{id_} ({int(one.seen.any(axis=1).sum())} frames)" for id_, one in zip(self.ids, self.people, strict=True)
        )
        source = self.people[0].source or "The pose file"
        if person is None:
            raise PoseFileError(f"{source} holds {len(self.people)} people; choose one of {seen} with --performer.")
        if person not in self.ids:
            raise PoseFileError(f"{source} holds no person {person}; choose one of {seen}.")
        return self.people[self.ids.index(person)]


@dataclass(frozen=True)
class Source:
    """A pose file and what the user says of it: each None leaves it to the file.

    `layout` is a name of LAYOUTS; `body_parts` maps names of the file's own (DeepLabCut) to ours.
    """

    path: Path
    fps: float | None = None
    image_size: tuple[int, int] | None = None
    layout: str | None = None
    body_parts: Mapping[str, str] = field(default_factory=dict)

    def error(self, problem: str) -> PoseFileError:
        """The error "FILE problem"."""
        return PoseFileError(f"{self.path.name} {problem}")
