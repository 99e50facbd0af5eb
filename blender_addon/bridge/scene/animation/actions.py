"""Actions and their curves, with slots or without: the one place that knows both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ..versions import ACTIONS_HAVE_SLOTS, CURVES_TAKE_A_GROUP_NAME

BONE_TRANSFORM = re.compile(
    r'pose\.bones\["(?P<bone>.+)"\]\.(?P<transform>location|rotation_quaternion|rotation_euler|rotation_axis_angle|scale)'
)
AT_REST: Mapping[str, tuple[float, ...]] = {
    "location": (0, 0, 0),
    "rotation_quaternion": (1, 0, 0, 0),
    "rotation_euler": (0, 0, 0),
    "rotation_axis_angle": (0, 0, 1, 0),
    "scale": (1, 1, 1),
}
"""A pose bone's transforms where it rests."""

Transforms = Mapping[str, frozenset[str]]
"""Names of transforms, by pose bone."""


class Interpolation(StrEnum):
    """How a curve goes from a key to the next."""

    BEZIER = "BEZIER"
    LINEAR = "LINEAR"
    CONSTANT = "CONSTANT"


class Repeats(StrEnum):
    """How a curve goes on before its first key and after its last."""

    NONE = "NONE"
    AGAIN = "REPEAT"
    ONWARDS = "REPEAT_OFFSET"
    """Again, from where it ended."""


@dataclass(frozen=True, eq=False)
class Curve:
    """The keys of one channel: `frames` (K,) in order and `values` (K,), of the property at `path` and `index`, in the
    group of that name.

    `slopes` (K,), a frame, give a Bézier curve's keys aligned handles, a third of the way to their neighbours; None
    leaves handles to Blender. `types` are those of the keys, such as "EXTREME"; None where all are generated.
    """

    path: str
    index: int
    frames: NDArray[Any]
    values: NDArray[np.float64]
    group: str
    interpolation: Interpolation = Interpolation.BEZIER
    slopes: NDArray[np.float64] | None = None
    repeats: Repeats = Repeats.NONE
    types: tuple[str, ...] | None = None

    def is_like(self, other: Curve) -> bool:
        """Whether the other one has the same keys on the same channel."""
        own, others = (
            (each.path, each.index, each.group, each.interpolation, each.repeats, each.types) for each in (self, other)
        )
        return (
            own == others
            and np.array_equal(self.frames, other.frames)
            and np.array_equal(self.values, other.values)
            and (
                self.slopes is other.slopes
                if self.slopes is None or other.slopes is None
                else np.array_equal(self.slopes, other.slopes)
            )
        )

    def performs_like(self, other: Curve, frames: NDArray[np.int64]) -> bool:
        """Whether the other one has the same values of the same channel on these frames (n,): where each has a key, or
        the last one holds.
        """
        own, others = self._held_on(frames), other._held_on(frames)
        return (
            (self.path, self.index) == (other.path, other.index)
            and own is not None
            and others is not None
            and np.array_equal(own, others)
        )

    def _held_on(self, frames: NDArray[np.int64]) -> NDArray[np.float64] | None:
        """(n,) values on these frames; None where they lie between two keys, and the curve goes from one to the other."""
        at = np.maximum(np.searchsorted(self.frames, frames, side="right") - 1, 0)
        holds = self.interpolation is Interpolation.CONSTANT or len(self.frames) == 1
        return self.values[at] if holds or np.array_equal(self.frames[at], frames) else None

    def handles(self) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """(K, 2) where the left and the right handle of each key are, as frame and value; None where Blender sets them."""
        if self.slopes is None:
            return None
        way = np.diff(self.frames) / 3 if len(self.frames) > 1 else np.ones(1)
        before, after = np.concatenate((way[:1], way)), np.concatenate((way, way[-1:]))
        left, right = (
            np.stack((self.frames + step, self.values + step * self.slopes), axis=-1) for step in (-before, after)
        )
        return left[: len(self.frames)], right[: len(self.frames)]


def check_writable(owner: bpy.types.ID) -> None:
    """ValueError, in one sentence, where the data-block cannot take a new Action."""
    if not owner.is_editable or owner.library is not None:
        raise ValueError(
            f"{owner.name} is linked from another file and cannot be animated here; make a library override of it first."
        )
    if owner.animation_data is not None and owner.animation_data.use_tweak_mode:
        raise ValueError(f"An NLA strip of {owner.name} is being tweaked; leave Tweak Mode in the NLA editor first.")


def made_action(
    owner: bpy.types.ID, name: str, curves: Sequence[Curve]
) -> tuple[bpy.types.Action, bpy.types.ActionSlot | None]:
    """A new Action with these curves, and its slot for the object; its keys are marked as generated. It moves nothing
    before it is assigned.
    """
    action = bpy.data.actions.new(name)
    with _removed_on_failure(action):
        slot = action.slots.new(id_type=owner.id_type, name=owner.name) if ACTIONS_HAVE_SLOTS else None
        _write(action, slot, curves)
    return action, slot


def filled_slot(action: bpy.types.Action, owner: bpy.types.ID, curves: Sequence[Curve]) -> bpy.types.ActionSlot | None:
    """Write curves into a slot of their own for one more data-block; before 4.4 there is one for all, and no slot."""
    slot = action.slots.new(id_type=owner.id_type, name=owner.name) if ACTIONS_HAVE_SLOTS else None
    _write(action, slot, curves)
    return slot


def continued_action(
    owner: bpy.types.ID, name: str, curves: Sequence[Curve], replaced: Callable[[str], bool]
) -> tuple[bpy.types.Action, bpy.types.ActionSlot | None]:
    """As `made_action`, but it goes on with what the data-block plays now: a copy of that, without the curves whose
    data path is `replaced`.
    """
    animation = owner.animation_data
    if animation is None or animation.action is None or (ACTIONS_HAVE_SLOTS and animation.action_slot is None):
        return made_action(owner, name, curves)
    action = animation.action.copy()
    action.name = name
    with _removed_on_failure(action):
        slot = action.slots[animation.action_slot.identifier] if ACTIONS_HAVE_SLOTS else None
        holder = _curve_holder(action, slot)
        for curve in [curve for curve in holder.fcurves if replaced(curve.data_path)]:
            holder.fcurves.remove(curve)
        _write(action, slot, curves)
    return action, slot


@contextmanager
def _removed_on_failure(action: bpy.types.Action) -> Iterator[None]:
    """Remove the Action again, if the block raises."""
    try:
        yield
    except BaseException:
        bpy.data.actions.remove(action)
        raise


def assign(
    holder: bpy.types.AnimData | bpy.types.NlaStrip, action: bpy.types.Action | None, slot: bpy.types.ActionSlot | None
) -> None:
    """Let an object or a strip play an Action, by that slot of it."""
    holder.action = action
    if ACTIONS_HAVE_SLOTS and action is not None:
        holder.action_slot = slot


def posed_by_action(owner: bpy.types.Object) -> Transforms:
    """Which transforms of which pose bones the object's Action keys: where they stand now is the Action's doing."""
    animation = owner.animation_data
    return posed_by(animation) if animation is not None and animation.action is not None else {}


def posed_by(holder: bpy.types.AnimData | bpy.types.NlaStrip) -> Transforms:
    """Which transforms of which pose bones are keyed by what an object or a strip plays."""
    found: dict[str, set[str]] = {}
    for path in {curve.data_path for curve in _curves_of(holder)}:
        if match := BONE_TRANSFORM.fullmatch(path):
            found.setdefault(bpy.utils.unescape_identifier(match["bone"]), set()).add(match["transform"])
    return {bone: frozenset(transforms) for bone, transforms in found.items()}


def back_to_rest(owner: bpy.types.Object, left_over: Transforms) -> None:
    """Put these transforms of pose bones back to where they rest."""
    for bone in owner.pose.bones if owner.pose is not None else ():
        for transform in left_over.get(bone.name, ()):
            setattr(bone, transform, AT_REST[transform])


def curves_of_all_slots(action: bpy.types.Action) -> list[bpy.types.FCurve]:
    """Every curve of the Action, whatever it moves."""
    if not ACTIONS_HAVE_SLOTS:
        return list(action.fcurves)
    return [
        curve for layer in action.layers for strip in layer.strips for bag in strip.channelbags for curve in bag.fcurves
    ]


def curve_of(owner: bpy.types.ID, path: str) -> bpy.types.FCurve | None:
    """The curve of a property in the data-block's Action; None where it is not keyed."""
    animation = owner.animation_data
    if animation is None or animation.action is None:
        return None
    return next((curve for curve in _curves_of(animation) if curve.data_path == path), None)


def curves_in_use(owner: bpy.types.ID) -> list[bpy.types.FCurve]:
    """The curves of the data-block's Action, as far as they move it."""
    animation = owner.animation_data
    return [] if animation is None or animation.action is None else list(_curves_of(animation))


def mark_keys(curve: bpy.types.FCurve, types: Sequence[str]) -> None:
    """Give each key of the curve, in order, its type, such as "EXTREME"."""
    values = _enum_values("type")
    curve.keyframe_points.foreach_set("type", np.array([values[kind] for kind in types], dtype=np.int32))


def slot_of(holder: bpy.types.AnimData | bpy.types.NlaStrip) -> bpy.types.ActionSlot | None:
    """The slot that is in use; None where there is none, as before Blender 4.4."""
    return holder.action_slot if ACTIONS_HAVE_SLOTS else None


def mark_cycle(action: bpy.types.Action, first: int, last: int) -> None:
    """Say that the Action is a cycle from one frame to another, where it is as it was on the first."""
    action.use_frame_range = True
    action.frame_start, action.frame_end = first, last
    action.use_cyclic = True


def _curves_of(holder: bpy.types.AnimData | bpy.types.NlaStrip) -> Iterable[bpy.types.FCurve]:
    if not ACTIONS_HAVE_SLOTS:
        return list(holder.action.fcurves)
    bags = (
        (strip.channelbag(holder.action_slot) for layer in holder.action.layers for strip in layer.strips)
        if holder.action_slot
        else ()
    )
    return [curve for bag in bags if bag is not None for curve in bag.fcurves]


def _write(action: bpy.types.Action, slot: bpy.types.ActionSlot | None, curves: Sequence[Curve]) -> None:
    holder = _curve_holder(action, slot)
    values = _enum_values("interpolation")
    types, aligned = _enum_values("type"), _enum_values("handle_left_type")["ALIGNED"]
    for curve in curves:
        count = len(curve.frames)
        made = _new_curve(holder, curve)
        keys = made.keyframe_points
        keys.add(count)
        keys.foreach_set("co", np.stack((curve.frames, curve.values), axis=-1).astype(np.float32).ravel())
        keys.foreach_set("interpolation", np.full(count, values[curve.interpolation], dtype=np.int32))
        kinds = [types[kind] for kind in curve.types] if curve.types is not None else np.full(count, types["GENERATED"])
        keys.foreach_set("type", np.array(kinds, dtype=np.int32))
        if (handles := curve.handles()) is not None:
            for side, places in zip(("left", "right"), handles, strict=True):
                keys.foreach_set(f"handle_{side}_type", np.full(count, aligned, dtype=np.int32))
                keys.foreach_set(f"handle_{side}", places.astype(np.float32).ravel())
        if curve.repeats is not Repeats.NONE:
            modifier = made.modifiers.new("CYCLES")
            modifier.mode_before = modifier.mode_after = curve.repeats
        made.update()


def _curve_holder(
    action: bpy.types.Action, slot: bpy.types.ActionSlot | None
) -> bpy.types.Action | bpy.types.ActionChannelbag:
    """What holds the slot's curves and groups: the Action itself before 4.4."""
    if not ACTIONS_HAVE_SLOTS:
        return action
    layer = action.layers[0] if action.layers else action.layers.new("Layer")
    strip = layer.strips[0] if layer.strips else layer.strips.new(type="KEYFRAME")
    return strip.channelbag(slot, ensure=True)


def _new_curve(holder: bpy.types.Action | bpy.types.ActionChannelbag, curve: Curve) -> bpy.types.FCurve:
    if not ACTIONS_HAVE_SLOTS:
        return holder.fcurves.new(curve.path, index=curve.index, action_group=curve.group)
    if CURVES_TAKE_A_GROUP_NAME:
        return holder.fcurves.new(curve.path, index=curve.index, group_name=curve.group)
    made = holder.fcurves.new(curve.path, index=curve.index)
    made.group = holder.groups.get(curve.group) or holder.groups.new(curve.group)
    return made


def _enum_values(name: str) -> dict[str, int]:
    return {item.identifier: item.value for item in bpy.types.Keyframe.bl_rna.properties[name].enum_items}
