"""Layers of a rig: each bake is an Action of its own, played by the object itself or by an NLA strip, and a second bake
of the same replaces the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import bpy

from ....settings.nla import LayerMode, LayerSettings
from .actions import Curve, Transforms, assign, back_to_rest, check_writable, made_action, posed_by, posed_by_action
from .bake_marks import is_as_baked, mark, place_before, source_of, unmark
from .nla import as_before_on_failure, new_strip, play_instead, push_down, set_influence, strips_of

EVEN = 1e-3
"""How far from 1 a strip's scale may be and still be none."""


@dataclass(frozen=True)
class LayerSource:
    """Whose motion a bake is: `key` tells it from every other, `name` is what its layer is called."""

    key: str
    name: str


@dataclass(frozen=True, eq=False)
class InstalledAction:
    """The Action that was made, and sentences about what the user may want to know."""

    action: bpy.types.Action
    notes: tuple[str, ...] = ()


def check_layers(owner: bpy.types.Object, source: LayerSource, settings: LayerSettings) -> None:
    """ValueError, in one sentence, where the object cannot take the bake."""
    check_writable(owner)
    if settings.mode is LayerMode.LAYER:
        for track, _ in _own_strips(owner, source):
            if track.lock:
                raise ValueError(
                    f"The NLA track {track.name} of {owner.name} is locked; unlock it in the NLA editor, or give the new layer a title of its own."
                )


def previously_posed(owner: bpy.types.Object, source: LayerSource, settings: LayerSettings) -> Transforms:
    """Which transforms of which bones stand where they do because of an Action that the bake will put aside or replace."""
    if settings.mode is LayerMode.LAYER and (strips := _own_strips(owner, source)):
        return posed_by(strips[0][1])
    aside = settings.mode is LayerMode.ACTION or source_of(_played(owner)) == source.key
    return posed_by_action(owner) if aside else {}


def install_action(
    owner: bpy.types.Object, curves: Sequence[Curve], source: LayerSource, settings: LayerSettings
) -> InstalledAction:
    """Give the object a new Action with these curves, as the settings say. Where anything fails, all is as it was.

    An Action that an earlier bake of the same source made is replaced, and goes if nobody else uses it; one that was
    edited since is kept. Nothing else that the object plays is changed. Bones that only the replaced Action posed go
    back to rest.
    """
    check_layers(owner, source, settings)
    posed_earlier, place = previously_posed(owner, source, settings), location_before_bakes(owner)
    with as_before_on_failure(owner):
        action, slot = made_action(owner, f"{source.name} → {owner.name}", curves)
        animation = owner.animation_data or owner.animation_data_create()
        replaced, notes = _PLAYING[settings.mode](owner, action, slot, source, settings)
        back_to_rest(owner, posed_earlier)
        if place is not None:
            owner.location = place
    notes += _remove_replaced(replaced, action)
    mark(action, source.key, tuple(owner.location))
    if not animation.use_nla and settings.mode is LayerMode.LAYER:
        notes.append(f"The NLA of {owner.name} is switched off; switch it on in the NLA editor to see the new layer.")
    return InstalledAction(action, tuple(notes))


def location_before_bakes(owner: bpy.types.Object) -> tuple[float, float, float] | None:
    """Where the object was before a bake moved it; None where none does."""
    played = [_played(owner), *(strip.action for _, strip in strips_of(owner))]
    return next((place for action in played if (place := place_before(action)) is not None), None)


def _play_on_object(
    owner: bpy.types.Object,
    action: bpy.types.Action,
    slot: bpy.types.ActionSlot | None,
    source: LayerSource,
    _settings: LayerSettings,
) -> tuple[bpy.types.Action | None, list[str]]:
    """The object itself plays it; what it played before goes onto a muted track. The Action that is replaced, and
    notes.
    """
    earlier = _played(owner)
    replaced = earlier if source_of(earlier) == source.key else None
    if earlier is not None and (replaced is None or not is_as_baked(earlier)):
        # Muted: what it keys and the new Action does not would still show.
        push_down(owner).mute = True
    assign(owner.animation_data, action, slot)
    if solo := _solo_tracks(owner):
        return replaced, [
            f"Only the NLA track {solo[0]} of {owner.name} plays, since it is marked as solo; unmark it to see the new action."
        ]
    playing = [track.name for track in owner.animation_data.nla_tracks if not track.mute and track.strips]
    beneath = f"The NLA tracks of {owner.name} play on beneath the new action ({', '.join(playing)}); mute them to see it alone."
    return replaced, [beneath] if playing else []


def _play_on_strip(
    owner: bpy.types.Object,
    action: bpy.types.Action,
    slot: bpy.types.ActionSlot | None,
    source: LayerSource,
    settings: LayerSettings,
) -> tuple[bpy.types.Action | None, list[str]]:
    """An NLA strip plays it: the one that plays the same source already, or a new one above all that is there."""
    animation = owner.animation_data
    if strips := _own_strips(owner, source):
        replaced = strips[0][1].action
        for track, strip in strips:
            play_instead(
                strip,
                action,
                slot,
                min(
                    (other.frame_start for other in track.strips if other.frame_start > strip.frame_start), default=None
                ),
            )
        return replaced, _silent_layer_notes(owner, strips)
    replaced = animation.action if source_of(animation.action) == source.key else None
    if animation.action is not None and animation.action != replaced:
        push_down(owner)
    animation.action = None
    beneath = any(track.strips and not track.mute for track in animation.nla_tracks)
    track, strip = new_strip(owner, source.name, action, slot)
    strip.blend_type, strip.extrapolation = settings.blending, "NOTHING" if beneath else "HOLD"
    if settings.influence < 1:
        set_influence(strip, settings.influence)
    return replaced, _silent_layer_notes(owner, [(track, strip)])


_PLAYING = {LayerMode.ACTION: _play_on_object, LayerMode.LAYER: _play_on_strip}


def _played(owner: bpy.types.Object) -> bpy.types.Action | None:
    return owner.animation_data.action if owner.animation_data is not None else None


def _own_strips(owner: bpy.types.Object, source: LayerSource) -> list[tuple[bpy.types.NlaTrack, bpy.types.NlaStrip]]:
    """The strips that play what the last bake of the source made, with their tracks."""
    own = [(track, strip) for track, strip in strips_of(owner) if source_of(strip.action) == source.key]
    return [(track, strip) for track, strip in own if strip.action == own[0][1].action]


def _remove_replaced(earlier: bpy.types.Action | None, action: bpy.types.Action) -> list[str]:
    """The earlier Action goes, and the new one takes its name, unless somebody uses or edited it."""
    if earlier is None:
        return []
    if not is_as_baked(earlier):
        unmark(earlier)
        earlier.use_fake_user = earlier.use_fake_user or earlier.users == 0
        return [f"{earlier.name} was edited by hand, so it is kept; delete it if the new bake is better."]
    if earlier.users == 0:
        name = earlier.name
        bpy.data.actions.remove(earlier)
        action.name = name
    return []


def _solo_tracks(owner: bpy.types.Object, but: Sequence[bpy.types.NlaTrack] = ()) -> list[str]:
    """The names of the tracks that play alone."""
    return [track.name for track in owner.animation_data.nla_tracks if track.is_solo and track not in but]


def _silent_layer_notes(
    owner: bpy.types.Object, strips: Sequence[tuple[bpy.types.NlaTrack, bpy.types.NlaStrip]]
) -> list[str]:
    """Why a layer may not show."""
    notes = [
        f"The layer {track.name} is muted; unmute it in the NLA editor to see the motion."
        for track, strip in strips
        if track.mute or strip.mute
    ]
    notes += [
        f"The strip of the layer {track.name} is stretched by {strip.scale:.3g}, so the motion plays at another speed; set its scale to 1 in the NLA editor."
        for track, strip in strips
        if abs(strip.scale - 1) > EVEN or strip.use_animated_time
    ]
    if solo := _solo_tracks(owner, [own for own, _ in strips]):
        notes.append(f"Only the NLA track {solo[0]} plays, since it is marked as solo; unmark it to see the new layer.")
    return notes
