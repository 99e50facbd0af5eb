"""Tracks and strips of the NLA: put an object's Action onto one, or another Action into one that is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import bpy

from .actions import assign, curves_of_all_slots, slot_of


@contextmanager
def as_before_on_failure(owner: bpy.types.Object) -> Iterator[None]:
    """Where the body raises, take out the tracks and Actions that it made, and give the object its Action back."""
    animation = owner.animation_data
    before = None if animation is None else (animation.action, slot_of(animation))
    tracks = set() if animation is None else {track.as_pointer() for track in animation.nla_tracks}
    actions = {action.as_pointer() for action in bpy.data.actions}
    playing = [
        (strip, strip.action, slot_of(strip), strip.action_frame_start, strip.action_frame_end, strip.frame_start)
        for _, strip in strips_of(owner)
    ]
    try:
        yield
    except BaseException:
        for strip, action, slot, start, end, begins in playing:
            if strip.action != action:
                assign(strip, action, slot)
                _play(strip, start, end)
                strip.frame_start_ui = begins
        if before is None:
            owner.animation_data_clear()
        else:
            for track in [track for track in owner.animation_data.nla_tracks if track.as_pointer() not in tracks]:
                owner.animation_data.nla_tracks.remove(track)
            assign(owner.animation_data, *before)
        for action in [action for action in bpy.data.actions if action.as_pointer() not in actions]:
            bpy.data.actions.remove(action)
        raise


def new_strip(
    owner: bpy.types.Object, name: str, action: bpy.types.Action, slot: bpy.types.ActionSlot | None
) -> tuple[bpy.types.NlaTrack, bpy.types.NlaStrip]:
    """A track above all others, and on it a strip that plays the whole Action where it lies in time."""
    # Blender 4.5 crashes where a strip's slot is set on an object that was not evaluated since it was made.
    bpy.context.view_layer.update()
    track = owner.animation_data.nla_tracks.new()
    track.name = name
    start, end = action.frame_range
    strip = track.strips.new(name, int(start), action)
    strip.name = name
    assign(strip, action, slot)
    _play(strip, float(start), float(end))
    strip.frame_start_ui = start
    return track, strip


def push_down(owner: bpy.types.Object) -> bpy.types.NlaTrack:
    """The object's Action goes onto a track above all others, and plays there as it did: blended as before, and as far
    as it went on beyond its keys.
    """
    animation = owner.animation_data
    action, slot = animation.action, slot_of(animation)
    blending, extrapolation, influence = (
        animation.action_blend_type,
        animation.action_extrapolation,
        animation.action_influence,
    )
    track, strip = new_strip(owner, action.name, action, slot)
    strip.blend_type, strip.extrapolation = blending, extrapolation
    if influence < 1:
        set_influence(strip, influence)
    if any(curve.modifiers or curve.extrapolation != "CONSTANT" for curve in curves_of_all_slots(action)):
        scene, (start, end) = bpy.context.scene, action.frame_range
        _play(strip, min(start, scene.frame_start), max(end, scene.frame_end))
        strip.frame_start_ui = min(start, scene.frame_start)
    animation.action = None
    return track


def set_influence(strip: bpy.types.NlaStrip, influence: float) -> None:
    """How much a strip counts, 0..1: Blender heeds the number only where it is animated, and keys the one that it
    finds.
    """
    strip.influence = influence
    strip.use_animated_influence = True


def strips_of(owner: bpy.types.Object) -> Iterator[tuple[bpy.types.NlaTrack, bpy.types.NlaStrip]]:
    """Every strip that plays an Action, in meta strips too, with its track; those on top first."""
    animation = owner.animation_data
    for track in reversed(animation.nla_tracks if animation is not None else ()):
        waiting = list(track.strips)
        while waiting:
            strip = waiting.pop(0)
            waiting += strip.strips
            if strip.action is not None:
                yield track, strip


def play_instead(
    strip: bpy.types.NlaStrip, action: bpy.types.Action, slot: bpy.types.ActionSlot | None, room_until: float | None
) -> None:
    """Let a strip play another Action: from where it began, if that one begins at the same frame, as fast, and as much
    of it as it played of the old one.

    It ends before `room_until`, where the next strip begins. All else of the strip stays.
    """
    (old_start, old_end), (new_start, new_end) = strip.action.frame_range, action.frame_range
    shift, begins = new_start - old_start, strip.frame_start
    begins = begins + shift if room_until is None or begins + shift < room_until - 1 else begins
    whole = strip.action_frame_start <= old_start and strip.action_frame_end >= old_end
    start = min(strip.action_frame_start + shift, new_end)
    end = max(new_end, start + 1) if whole else max(min(strip.action_frame_end + shift, new_end), start + 1)
    if room_until is not None:
        end = min(end, start + (room_until - begins) / (strip.scale * strip.repeat))
    assign(strip, action, slot)
    _play(strip, start, end)
    strip.frame_start_ui = begins


def _play(strip: bpy.types.NlaStrip, start: float, end: float) -> None:
    """Which frames of its Action a strip plays; either is held by the other, so the end is set before and after."""
    scale = strip.scale
    strip.action_frame_end = end
    strip.action_frame_start = start
    strip.action_frame_end = end
    strip.scale = scale
