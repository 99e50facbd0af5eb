"""The shape of a bake target: what it needs, how it plans, and what it writes.

A target is a module here with a `TARGET`, and a row in `settings/bake_targets.py` whose word is the module's name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import ClassVar

import bpy

from ..body.scene_motion import SceneMotion
from ..drawing.drawing_bake import DrawnCharacter
from ..job.job_settings import JobSettings
from ..job.session import Take
from ..projection.planes import Plane
from ..rig.measured_character import Character


@dataclass(frozen=True, eq=False)
class Subject:
    """Whose body the motion goes onto: a `character` measured in the space of its `owner`, neither where the performer
    keeps their own; `drawn` where a drawing performs.

    It holds objects of Blender's, so it is good for one step of a job.
    """

    character: Character | None = None
    owner: bpy.types.Object | None = None
    drawn: DrawnCharacter | None = None


@dataclass(frozen=True, eq=False)
class SceneTake:
    """A take, and its motion on the frames of the scene."""

    take: Take
    motion: SceneMotion


def _nothing(*_arguments: object) -> None:
    """Do nothing."""


@dataclass(frozen=True, eq=False)
class Writing:
    """What a target writes: the `takes`, into the `scene`. `progress` is told 0..1.

    `since`: the frame from which an earlier bake is made anew, None for a new bake. `keyed`: the objects that targets
    before this one keyed the same motion on.
    """

    scene: bpy.types.Scene
    takes: tuple[SceneTake, ...]
    progress: Callable[[float], object] = _nothing
    since: int | None = None
    keyed: tuple[bpy.types.Object, ...] = ()


@dataclass(frozen=True, eq=False)
class Written:
    """What a target made: `actions` with `keys` keys, of the `dense_keys` that a key a frame would be, which the
    `performers` play; `figures` with their number of `drawings`; `views` are Actions that show and hide artwork.

    `notes` are sentences that the user may want to know. `finish` is what no failure could take back: it is done when
    all targets have written.
    """

    actions: tuple[bpy.types.Action, ...] = ()
    keys: int = 0
    dense_keys: int = 0
    performers: tuple[bpy.types.Object, ...] = ()
    figures: tuple[bpy.types.Object, ...] = ()
    drawings: int = 0
    notes: tuple[str, ...] = ()
    views: tuple[bpy.types.Action, ...] = ()
    finish: Callable[[], None] = _nothing

    @property
    def objects(self) -> tuple[bpy.types.Object, ...]:
        """The objects that show what was made."""
        return (*self.figures, *self.performers)


@dataclass(frozen=True, eq=False)
class TargetPlan(ABC):
    """What a target will do, as everything was read. Nothing is changed until `write`."""

    settings: JobSettings
    subject: Subject
    plane: Plane

    chooses_keys: ClassVar[bool] = False
    """Whether `choose_keys` does anything."""

    def choose_keys(self, takes: tuple[SceneTake, ...]) -> Generator[float, None, TargetPlan]:
        """Work out ahead, step by step, what takes long, with nothing changed: yields what part is done, 0..1, and
        returns the plan that knows it. ValueError as `write`.
        """
        yield from ()
        return self

    @abstractmethod
    def write(self, writing: Writing) -> Written:
        """Make the keys, the drawings; ValueError, in one sentence, where that cannot be done."""


class Target(ABC):
    """One thing that a motion can be baked onto."""

    one_performer: ClassVar[str] = ""
    """The sentence that asks for one performer, without its full stop; empty where everybody can be baked at once."""
    only_adds: ClassVar[bool] = False
    """Whether it adds data-blocks and changes none, so that it can be taken back; such targets write first."""

    def needs(self, settings: JobSettings) -> str:
        """The sentence that says what is missing, without its full stop; empty where nothing is. Quick enough for a
        button that is drawn.
        """
        return ""

    def subject(
        self, scene: bpy.types.Scene, settings: JobSettings, armature: bpy.types.Object | None
    ) -> Subject | None:
        """Whose body the motion goes onto, where the target says it; None where it leaves that to the armature."""
        return None

    @abstractmethod
    def plan(self, settings: JobSettings, subject: Subject, plane: Plane) -> TargetPlan:
        """What is to be done, with nothing changed; ValueError, in one sentence, where it cannot be done."""

    def owners(self, settings: JobSettings) -> Iterator[bpy.types.ID]:
        """The data-blocks that play the Actions of a bake onto it."""
        yield from ()
