"""The bone map that an armature is used with: the one that it carries, else the user's preset that fits it, else what
is found.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import bpy
import numpy as np

from ..armature.bone_map import BY_HAND, PARTS, BoneMap
from ..armature.rest_pose import RestPose, read_rest_pose
from . import Problem, map_bones, problems
from .ik_controls import control_problems, with_controls
from .preset_files import fitting_preset, presets_state
from .stored import read_stored_map, stored_text

LOOK_AGAIN = 0.2
"""Seconds after which the panel looks at parents and constraints again."""
DOUBTFUL = 0.7
"""Confidence of a map below which the user is asked to check it."""


@dataclass(frozen=True)
class ChosenMap:
    """A map with what is wrong with it.

    `stored`: the armature carries it. `notes` are sentences about how it came about that a user may want to know.
    """

    bone_map: BoneMap
    problems: tuple[Problem, ...]
    stored: bool
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """What it is, in a line."""
        origin = {BY_HAND: "Mapped by hand", "structure": "Found by structure"}.get(
            self.bone_map.origin, self.bone_map.origin
        )
        sure = f", {self.bone_map.confidence:.0%} sure" if self.bone_map.origin != BY_HAND else ""
        by_hand = sum(self.bone_map.source(part) == BY_HAND for part in PARTS) if self.bone_map.origin != BY_HAND else 0
        edited = f", {by_hand} edited" if by_hand else ""
        return f"{origin}{sure}{edited}: {len(self.bone_map.bones)} bones"


@dataclass(frozen=True, eq=False)
class MapSource:
    """What an armature's map comes from: its `rest` pose, what it `stored`, the state of the user's `presets`; with the
    map that was `found` in it, but for controls.
    """

    rest: RestPose
    stored: str
    presets: int
    found: ChosenMap

    @classmethod
    def of(cls, armature: bpy.types.Object, rest: RestPose, before: MapSource | None = None) -> MapSource:
        """Find the map; `before` itself where all that it came from is the same still. ValueError as `choose_map`."""
        stored, presets = stored_text(armature), presets_state()
        if before is not None and (before.stored, before.presets) == (stored, presets) and before.rest.is_same(rest):
            return before
        return cls(rest, stored, presets, _stored_map(armature, rest) or _found_map(rest))

    def chosen(self, armature: bpy.types.Object) -> ChosenMap:
        """The map with the controls that the armature's constraints have now."""
        return _with_controls(armature, self.rest, self.found)


def choose_map(armature: bpy.types.Object, rest: RestPose) -> ChosenMap:
    """Return the armature's map: the one that it carries, else what `find_map` finds.

    Args:
        armature: an armature object.
        rest: the same at rest.

    Raises:
        ValueError: it carries none and no body is found in it, or the one that it carries is damaged.
    """
    return MapSource.of(armature, rest).chosen(armature)


def find_map(armature: bpy.types.Object, rest: RestPose) -> ChosenMap:
    """Find a map for an armature that carries none: the user's preset that fits, else what structure and names say.

    Raises:
        ValueError: as `map_bones`.
    """
    return _with_controls(armature, rest, _found_map(rest))


def _stored_map(armature: bpy.types.Object, rest: RestPose) -> ChosenMap | None:
    stored = read_stored_map(armature, rest)
    if stored is None:
        return None
    notes = []
    if stored.renamed:
        names = ", ".join(f"{old} is now {new}" for old, new in stored.renamed.items())
        notes.append(f"Bones of {armature.name} were renamed, and its bone map follows: {names}.")
    return ChosenMap(stored.bone_map, tuple(problems(rest, stored.bone_map)), stored=True, notes=tuple(notes))


def _found_map(rest: RestPose) -> ChosenMap:
    preset = fitting_preset(rest)
    if preset is not None:
        bone_map = replace(preset[1], origin=f"Preset {preset[0]}", sources={}, confidence=1.0)
        note = f"The bones of {rest.armature} are mapped by the preset {preset[0]}, which fits them."
        return ChosenMap(bone_map, tuple(problems(rest, bone_map)), stored=False, notes=(note,))
    bone_map = map_bones(rest)
    doubt = f"The bones of {rest.armature} are mapped with a confidence of {bone_map.confidence:.0%}; look at the bone map before you rely on it."
    notes = (doubt,) if bone_map.confidence < DOUBTFUL else ()
    return ChosenMap(bone_map, tuple(problems(rest, bone_map)), stored=False, notes=notes)


def _with_controls(armature: bpy.types.Object, rest: RestPose, chosen: ChosenMap) -> ChosenMap:
    """The map with the rig's own IK where it says nothing of it, and what is wrong with the controls that it names.

    One that cannot be used stays as it is.
    """
    if any(problem.stops for problem in chosen.problems):
        return chosen
    bone_map = with_controls(armature, rest, chosen.bone_map)
    return replace(chosen, bone_map=bone_map, problems=(*chosen.problems, *control_problems(armature, rest, bone_map)))


_known: dict[int, tuple[tuple[object, ...], ChosenMap | str]] = {}
"""What was last said of each armature, by its session uid, with all that it depends on: panels are drawn again and
again.
"""


def known_map(armature: bpy.types.Object) -> ChosenMap | str:
    """The armature's map, or the sentence that says why there is none; found anew only when the armature or the presets
    changed.
    """
    if armature.mode == "EDIT":
        return f"{armature.name} is being edited; leave Edit Mode to see its bone map."
    state = _state(armature)
    known = _known.get(armature.session_uid)
    if known is None or known[0] != state:
        _known[armature.session_uid] = known = state, _chosen_or_why_not(armature)
    return known[1]


def _chosen_or_why_not(armature: bpy.types.Object) -> ChosenMap | str:
    try:
        return choose_map(armature, read_rest_pose(armature))
    except ValueError as error:
        return str(error)


def _state(armature: bpy.types.Object) -> tuple[object, ...]:
    """Everything that the map of an armature depends on, quick enough to be looked at again and again in every redraw."""
    bones = armature.data.bones
    places = np.empty((2, 3 * len(bones)), dtype=np.float32)
    bones.foreach_get("head_local", places[0])
    bones.foreach_get("tail_local", places[1])
    deform = np.empty(len(bones), dtype=np.bool_)
    bones.foreach_get("use_deform", deform)
    names = tuple(bones.keys())
    return (
        armature.name,
        names,
        places.tobytes(),
        deform.tobytes(),
        _ties(armature, names),
        stored_text(armature),
        presets_state(),
    )


_tied: dict[int, tuple[float, tuple[str, ...], tuple[object, ...]]] = {}
"""When the ties of an armature were last looked at, its bones then, and what they were."""


def _ties(armature: bpy.types.Object, names: tuple[str, ...]) -> tuple[object, ...]:
    """Parents, locks and constraints.

    To walk over those of seven hundred bones takes longer than all the rest, so it is done a few times a second at
    most.
    """
    now = time.monotonic()
    last = _tied.get(armature.session_uid)
    if last is not None and last[1] == names and now - last[0] < LOOK_AGAIN:
        return last[2]
    parents = tuple(bone.parent.name if bone.parent else "" for bone in armature.data.bones)
    posed = armature.pose.bones if armature.pose else ()
    locked = tuple(all(bone.lock_location) for bone in posed)
    moved = tuple(
        (constraint.type, constraint.mute, constraint.influence > 0, getattr(constraint, "subtarget", ""))
        for bone in posed
        for constraint in bone.constraints
    )
    _tied[armature.session_uid] = now, names, (parents, locked, moved)
    return parents, locked, moved
