"""The layers of a drawing that are views of its character: which part each shows, which view, and the keys of that."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import bpy
import numpy as np

from ..armature.bone_map import BoneMap
from ..body.scene_motion import SceneMotion
from ..views.artwork import BY_NAME, Artwork, Part, chosen_artwork, layer_sheets, layer_view_name
from ..views.shown_artwork import ShownArtwork, shown_of
from ..views.view import View
from .body_parts import FEET, BodyPart, bone_of
from .layer_names import parts_of_layers
from .layer_pieces import LayerPiece, layer_names

NOT_MIRRORED = "{name} is drawn for one side and bends by weights, so it is not mirrored for the other; draw that too, or choose the way Bones."


def parts_of_drawing(drawing: bpy.types.Object, picked: Mapping[str, str]) -> dict[str, BodyPart]:
    """The part of each layer, by its name without the view where it is one of several views."""
    views = {sheet.layer for sheet in layer_artwork(drawing, picked).sheets}
    bases = {name: layer_view_name(drawing.data.layers[name]).base for name in layer_names(drawing) if name in views}
    plain = list(dict.fromkeys(bases.get(name, name) for name in layer_names(drawing)))
    parts = parts_of_layers(plain)
    return {name: parts[bases.get(name, name)] for name in layer_names(drawing)}


def layer_artwork(drawing: bpy.types.Object, picked: Mapping[str, str]) -> Artwork:
    """The layers that show some views alone, by what was picked for them or by name."""
    sheets = layer_sheets(drawing, "", Part.TRUNK)
    return chosen_artwork((sheet, picked.get(sheet.layer, BY_NAME)) for sheet in sheets)


def on_body(artwork: Artwork, pieces: Sequence[LayerPiece], bone_map: BoneMap) -> Artwork:
    """The same with the bone that carries each, and whether it is of the head."""
    parts = {piece.layer: piece.part for piece in pieces}
    sheets = [
        replace(
            sheet,
            bone=bone_of(parts[sheet.layer], bone_map) or parts[sheet.layer].value,
            part=Part.HEAD if parts[sheet.layer] is BodyPart.HEAD else Part.TRUNK,
            of_foot=parts[sheet.layer] in FEET,
        )
        for sheet in artwork.sheets
        if sheet.layer in parts
    ]
    art = Artwork(tuple(sheets))
    return Artwork(tuple(sheet for sheet in sheets if sheet.part in art.parts))


def front_pieces(pieces: Sequence[LayerPiece], artwork: Artwork) -> list[LayerPiece]:
    """The pieces that are seen from the front: they tell what body the drawing has."""
    hidden = {sheet.layer for sheet in artwork.sheets if not artwork.shown(sheet, View.FRONT)}
    return [piece for piece in pieces if piece.layer not in hidden] or list(pieces)


def shown_layers(artwork: Artwork, motion: SceneMotion, keyed: Collection[Part]) -> ShownArtwork | None:
    """What of the drawing is seen in every frame; None where it has one view alone."""
    return shown_of(artwork, motion).of(keyed) if artwork.parts else None


def mirrored_frames(shown: ShownArtwork | None) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    """(K,) for each layer that is to look to the left, though it is drawn looking right: in which frames."""
    found = {}
    for sheet in shown.artwork.sheets if shown is not None else ():
        assert shown is not None
        left = shown.mirrored(sheet)
        if left.any():
            found[sheet.layer] = left
    return found


def notes_of_unmirrored(shown: ShownArtwork) -> list[str]:
    """A sentence where a layer would have to be mirrored, and cannot be."""
    return [NOT_MIRRORED.format(name=layer) for layer in list(mirrored_frames(shown))[:1]]
