"""What the panel shows of the bone map of a scene's character.

A class of its own, since Blender 4.3 leaks property groups: functions in them would keep bpy itself alive until it
crashes at its end.
"""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from ..armature.bone_map import BY_HAND, BoneMap, BoneSwitch
from . import Problem
from .current_map import ChosenMap, known_map
from .preset_files import preset_names
from .stored import why_not_editable

BETWEEN = " › "
"""What stands between the bones of a chain that is shown, or written, in one line."""

NO_CHARACTER = "Choose a character first"


@dataclass(frozen=True)
class ShownMap:
    """The map of `armature`, None where the scene has no character; `known` is a sentence where there is no map."""

    armature: bpy.types.Object | None
    known: ChosenMap | str

    @classmethod
    def of(cls, scene: bpy.types.Scene) -> ShownMap:
        """The map of the scene's character, looked up anew only where something changed."""
        armature = scene.retarget2d.armature
        return cls(
            armature, known_map(armature) if armature is not None and armature.type == "ARMATURE" else NO_CHARACTER
        )

    @property
    def refusal(self) -> str:
        """Why the map cannot be edited; empty where it can."""
        return why_not_editable(self.armature) if self.armature is not None else NO_CHARACTER

    @property
    def bone_map(self) -> BoneMap:
        """The map, an empty one where there is none."""
        return self.known.bone_map if isinstance(self.known, ChosenMap) else BoneMap({}, "")

    def bones(self, part: str) -> tuple[str, ...]:
        """The bones of one part."""
        return self.bone_map.part(part)

    def line(self, part: str) -> str:
        """The bones of one part in a short line, without the namespace that all of them may begin with."""
        return BETWEEN.join(name.rpartition(":")[2] or name for name in self.bones(part))

    @property
    def switches(self) -> tuple[BoneSwitch, ...]:
        """What the map sets on the rig."""
        return self.bone_map.switches

    def source(self, part: str) -> str:
        """Where the bones of one part come from, in a line."""
        source = self.bone_map.source(part)
        return {BY_HAND: "Mapped by hand", "structure": "Found by structure"}.get(
            source, source if source.startswith("Preset") else f"By its name ({source})"
        )

    def problems(self, part: str = "") -> tuple[Problem, ...]:
        """What is wrong with the map, or with one part of it."""
        found = self.known.problems if isinstance(self.known, ChosenMap) else ()
        return tuple(problem for problem in found if not part or part in problem.parts)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user may want to know of where the map comes from."""
        return self.known.notes if isinstance(self.known, ChosenMap) else ()

    @property
    def is_stored(self) -> bool:
        """Whether the character carries a map of its own."""
        return isinstance(self.known, ChosenMap) and self.known.stored

    @staticmethod
    def presets() -> list[str]:
        """The user's presets."""
        return preset_names()
