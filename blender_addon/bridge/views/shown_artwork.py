"""What is shown of a character's artwork in every frame of a motion."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ..armature.bone_map import BoneMap
from ..body.scene_motion import SceneMotion
from .artwork import Artwork, Part, Sheet, read_artwork
from .facings import head_facing, trunk_facing
from .view import View
from .view_choice import shown_views

Array = NDArray[np.float64]

FACINGS = {Part.TRUNK: trunk_facing, Part.HEAD: head_facing}


@dataclass(frozen=True, eq=False)
class ShownArtwork:
    """The `artwork`, and for each part of the character that has any the view of every frame."""

    artwork: Artwork
    views: Mapping[Part, tuple[View, ...]]

    @cached_property
    def _told_apart(self) -> dict[Part, tuple[tuple[View, ...], NDArray[np.int64]]]:
        """For each part the views that there are, and which of them (K,) each frame shows."""
        found = {}
        for part, views in self.views.items():
            places = {view: place for place, view in enumerate(dict.fromkeys(views))}
            found[part] = tuple(places), np.array([places[view] for view in views], dtype=np.int64)
        return found

    def each_frame(self, part: Part, holds: Callable[[View], bool]) -> NDArray[np.bool_]:
        """(K,) what holds of the view of every frame; asked once a view."""
        views, at = self._told_apart[part]
        return np.array([holds(view) for view in views], dtype=np.bool_)[at]

    def mirrored(self, sheet: Sheet) -> NDArray[np.bool_]:
        """(K,) whether a sheet is to look to the left."""
        return self.each_frame(sheet.part, lambda view: self.artwork.is_mirrored(sheet, view))

    def of(self, parts: Collection[Part]) -> ShownArtwork:
        """These parts alone."""
        return ShownArtwork(
            Artwork(tuple(sheet for sheet in self.artwork.sheets if sheet.part in parts)),
            {part: views for part, views in self.views.items() if part in parts},
        )

    def on(self, frames: NDArray[Any] | slice) -> ShownArtwork:
        """Some of the frames alone."""
        kept = {part: tuple(views[at] for at in np.arange(len(views))[frames]) for part, views in self.views.items()}
        return ShownArtwork(self.artwork, kept)

    def looks(self, bone: str) -> Array:
        """(K,) where a trunk's bone looks in every frame: 1 to the picture's right, −1 to its left, 0 neither."""
        views = self.views.get(Part.TRUNK, ())
        known = {view: self.artwork.looks(bone, view) for view in set(views)}
        return np.array([known[view] for view in views], dtype=np.float64)


def shown_artwork(
    armature: bpy.types.Object, bone_map: BoneMap, motion: SceneMotion, drawn_for: Collection[View] = ()
) -> ShownArtwork | None:
    """What the motion shows; None where the character has artwork for no more than one view. `drawn_for` as in
    `read_artwork`.
    """
    artwork = read_artwork(armature, bone_map, drawn_for)
    return shown_of(artwork, motion) if artwork.parts else None


def shown_of(artwork: Artwork, motion: SceneMotion) -> ShownArtwork:
    """What the motion shows of the artwork."""
    views = {part: tuple(shown_views(FACINGS[part](motion), artwork.views(part), motion.fps)) for part in artwork.parts}
    return ShownArtwork(artwork, views)
