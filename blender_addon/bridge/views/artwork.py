"""The artwork of a character: which of the objects that its bones carry, or of the layers of a drawing, show which view,
of trunk or of head.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import bpy

from ...core.skeleton import Joint
from ..armature.bone_map import BoneMap
from ..scene.animation.layer_visibility import layer_path
from ..scene.animation.visibility import HIDDEN
from .picture_names import picture_name
from .view import View
from .view_frames import frames_of_views
from .view_names import ViewName, view_name
from .view_rigs import picked_rigs

PICKED = "retarget2d_view"
"""The property of an object that says which view it shows: one of View, or one of the two below."""
PICKED_LAYERS = "retarget2d_layer_views"
"""The property of a Grease Pencil object that says the same of its layers, by name."""
BY_NAME, EVERY_VIEW = "AUTO", "ALL"
AS_NEAR = 1.0
"""Degrees within which two views are equally near: then the one that shows more of the face counts."""
BEHIND = 90.0
"""Degrees of azimuth beyond which a face is turned away from the viewer."""
FACE = frozenset({"face", "features", "nose", "mouth", "lips", "glasses"}) | {
    word + plural for word in ("eye", "pupil", "brow", "eyebrow", "eyelid", "cheek") for plural in ("", "s")
}
"""Words for what a face has. From behind it is not seen, but where something is drawn for that."""
NEIGHBOURS = 45.0 + AS_NEAR
"""Degrees that one view may stand in for another, where there is artwork for all others."""


class Part(Enum):
    """What faces somewhere: a head may look to the side over a trunk that faces the viewer."""

    TRUNK = "trunk"
    HEAD = "head"


@dataclass(frozen=True, eq=False)
class Sheet:
    """An object, or a `layer` of one, that is shown in some `views` alone; `family`: it is one drawing of the same thing
    as others on its `bone`. `either`: it is drawn as it looks to the right, and mirrored for the left. `otherwise`: it is named for no
    view, so it is shown in front, and in all views that no other of its family is near to. `frame`: it is the frame of
    that number, which the object shows then; 0 where the object is seen or not. `of_foot`: it lies on the ground, whichever
    way its bone points.
    """

    item: bpy.types.Object
    bone: str
    family: str
    part: Part
    views: frozenset[View]
    either: bool = False
    otherwise: bool = False
    layer: str = ""
    frame: int = 0
    of_foot: bool = False

    @property
    def name(self) -> str:
        """What its artist called it."""
        return self.layer or self.item.name

    @property
    def owner(self) -> bpy.types.ID:
        """What its keys are on: the object, or the data-block of the layer."""
        return self.item.data if self.layer else self.item

    @property
    def hidden(self) -> tuple[str, ...]:
        """The data paths that show and hide it."""
        return (layer_path(self.layer, "hide"),) if self.layer else HIDDEN


@dataclass(frozen=True, eq=False)
class Artwork:
    """All `sheets` of a character; none where it has artwork for one view alone."""

    sheets: tuple[Sheet, ...]

    def views(self, part: Part) -> tuple[View, ...]:
        """The views that the part has artwork for, in the order of the views."""
        there = {view for sheet in self.sheets if sheet.part is part for view in sheet.views}
        return tuple(view for view in View if view in there)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Those that have artwork for several views."""
        return tuple(part for part in Part if len(self.views(part)) > 1)

    def shown(self, sheet: Sheet, view: View) -> bool:
        """Whether the sheet is seen while its part is in a view: its family shows the nearest that it has. Features of
        a face are not seen from behind.
        """
        if abs(view.azimuth) > BEHIND and view not in sheet.views and not sheet.frame and is_of_face(sheet.name):
            return False
        stands_in = self._stands_in(sheet, view)
        return sheet.otherwise if stands_in is None else stands_in in sheet.views

    def is_mirrored(self, sheet: Sheet, view: View) -> bool:
        """Whether the sheet, drawn for both sides as it looks to the right, is to look to the left."""
        if not sheet.either:
            return False
        stands_in = self._stands_in(sheet, view)
        return stands_in is not None and stands_in.looks < 0 and self.shown(sheet, view)

    def looks(self, bone: str, view: View) -> int:
        """Where the artwork of a bone looks in a view: 1 to the picture's right, −1 to its left, 0 neither."""
        shown = [sheet for sheet in self.sheets if sheet.bone == bone and self.shown(sheet, view)]
        found = [stands_in for sheet in shown if (stands_in := self._stands_in(sheet, view)) is not None]
        return found[0].looks if found else 0

    def _stands_in(self, sheet: Sheet, view: View) -> View | None:
        """The view that a sheet's family shows for one; None for the sheet that is named for none."""
        family = [other for other in self.sheets if (other.bone, other.family) == (sheet.bone, sheet.family)]
        best = nearest(view, {one for other in family for one in other.views})
        otherwise = any(other.otherwise for other in family)
        return None if otherwise and view.apart(best) > NEIGHBOURS else best


def nearest(view: View, views: set[View]) -> View:
    """The view of some that is nearest to one."""
    best = min(view.apart(one) for one in views)
    near = [one for one in View if one in views and view.apart(one) <= best + AS_NEAR]
    return min(near, key=View.FRONT.apart)


def read_artwork(armature: bpy.types.Object, bone_map: BoneMap, drawn_for: Collection[View] = ()) -> Artwork:
    """The artwork of an armature, as it was picked or as the objects and their collections are named.

    Names alone tell a view only among several drawings of one thing of which one is a side or three-quarter view:
    *Hair back* may be hair behind a face. What a rig that is `drawn_for` views carries for these is no other view of it.
    """
    head, feet = head_bones(armature, bone_map), foot_bones(armature, bone_map)
    candidates: list[tuple[Sheet, str]] = []
    framed: list[Sheet] = []
    for item, bone in _carried(armature):
        part, named = Part.HEAD if bone in head else Part.TRUNK, _named(item)
        if named.views <= set(drawn_for):
            named = ViewName(named.base, frozenset())
        if frames := frames_of_views(item):
            framed += _frame_sheets(Sheet(item, bone, "", part, frozenset(), of_foot=bone in feet), frames)
            continue
        own = Sheet(item, bone, named.base, part, named.views, named.either, of_foot=bone in feet)
        candidates.append((own, picked_view(item)))
        if item.type == "GREASEPENCIL":
            picked = picked_layer_views(item)
            layers = [replace(sheet, of_foot=bone in feet) for sheet in layer_sheets(item, bone, part)]
            candidates += [(sheet, picked.get(sheet.layer, BY_NAME)) for sheet in layers]
    return chosen_artwork(candidates, framed)


def layer_sheets(drawing: bpy.types.Object, bone: str, part: Part) -> list[Sheet]:
    """A sheet for each layer of a drawing, as it or its group is named."""
    names = {layer.name: layer_view_name(layer) for layer in drawing.data.layers}
    return [
        Sheet(drawing, bone, f"{drawing.name}: {named.base}", part, named.views, named.either, layer=name)
        for name, named in names.items()
    ]


def _frame_sheets(sheet: Sheet, frames: Mapping[View, int]) -> Iterator[Sheet]:
    """A sheet for each frame. A side that has none is the other one, mirrored."""
    for view, number in frames.items():
        either = view.looks > 0 and not any(one.azimuth == -view.azimuth for one in frames)
        views = {view} | ({one for one in View if one.azimuth == -view.azimuth} if either else set())
        yield replace(sheet, family=f"{sheet.item.name} frames", views=frozenset(views), either=either, frame=number)


def chosen_artwork(candidates: Iterable[tuple[Sheet, str]], framed: Iterable[Sheet] = ()) -> Artwork:
    """The sheets that show some views alone, of all that may, each with what was picked for it; and `framed`, which do."""
    found: dict[tuple[str, str], list[Sheet]] = {}
    picked: list[Sheet] = []
    for sheet, choice in candidates:
        if choice == EVERY_VIEW:
            continue
        if choice != BY_NAME:
            picked.append(replace(sheet, views=frozenset({View[choice]}), either=False))
        else:
            found.setdefault((sheet.bone, sheet.family), []).append(sheet)
    sheets = [*framed, *picked]
    for key, family in found.items():
        others = [sheet for sheet in picked if (sheet.bone, sheet.family) == key]
        sheets += _by_name(family, others)
    parts = Artwork(tuple(sheets)).parts
    return Artwork(tuple(sheet for sheet in sheets if sheet.part in parts))


def is_of_face(name: str) -> bool:
    """Whether something is named for what a face has."""
    return not FACE.isdisjoint(view_name(name).base.split())


def picked_view(item: bpy.types.Object) -> str:
    """What was picked for an object in the list."""
    return str(getattr(item, PICKED, BY_NAME))


def picked_layer_views(item: bpy.types.Object) -> dict[str, str]:
    """What was picked for layers of an object that a character carries, by name."""
    return {row.name: row.view for row in getattr(item, PICKED_LAYERS, ())}


def carried_objects(armature: bpy.types.Object) -> list[bpy.types.Object]:
    """All that the armature's bones carry and that can be hidden."""
    return [item for item, _ in _carried(armature)]


def _by_name(family: Sequence[Sheet], picked: Sequence[Sheet]) -> list[Sheet]:
    """A family with a view for each sheet; none where it is no family of views. Who is named for none is in front."""
    if len(family) + len(picked) < 2:
        return []
    named = [
        sheet if sheet.views else replace(sheet, views=frozenset({View.FRONT}), otherwise=True) for sheet in family
    ]
    views = {view for sheet in (*named, *picked) for view in sheet.views}
    return named if len(views) > 1 and (picked or any(view.looks for view in views)) else []


def _named(item: bpy.types.Object) -> ViewName:
    """What the object is named for, else its picture, else a collection that it is in."""
    own = view_name(item.name)
    if own.views:
        return own
    if (picture := picture_name(item)) is not None:
        if picture.views:
            return picture
        own = picture
    for collection in item.users_collection:
        shared = view_name(collection.name)
        if shared.views:
            return replace(shared, base=own.base)
    return own


def layer_view_name(layer: bpy.types.ID) -> ViewName:
    """What a layer of Grease Pencil is named for, else a group that it is in. A layer whose name says a view alone is a
    drawing of what its group is called.
    """
    named, group = view_name(layer.name), layer.parent_group
    while group is not None:
        shared = view_name(group.name)
        if not named.views:
            named = replace(shared, base=named.base)
        if not named.base:
            named = replace(named, base=shared.base)
        group = group.parent_group
    return named


def view_groups(sheet: Sheet) -> list[str]:
    """The groups named for views that a layer is in; none for an object."""
    found, group = [], sheet.item.data.layers[sheet.layer].parent_group if sheet.layer else None
    while group is not None:
        found += [group.name] if view_name(group.name).views else []
        group = group.parent_group
    return found


def head_bones(armature: bpy.types.Object, bone_map: BoneMap) -> set[str]:
    """The names of the bone that is the head, and of all below it; none where the map has no head."""
    chain = bone_map.chains.get(Joint.HEAD, ())
    if not chain or chain[-1] not in armature.data.bones:
        return set()
    head = armature.data.bones[chain[-1]]
    return {head.name, *(bone.name for bone in head.children_recursive)}


def _carried(armature: bpy.types.Object) -> Iterator[tuple[bpy.types.Object, str]]:
    """The objects below the armature, and the bone that carries each; "" where several do."""
    bones: dict[bpy.types.Object, str] = {}
    for item in sorted(below(armature), key=lambda each: (_depth(each), each.name)):
        if item.parent is armature and item.parent_type == "BONE":
            bones[item] = item.parent_bone
        elif item.parent is armature:
            bones[item] = _weighted_bone(item, armature.data.bones)
        else:
            bones[item] = bones.get(item.parent, "")
        yield item, bones[item]


def foot_bones(armature: bpy.types.Object, bone_map: BoneMap) -> set[str]:
    """The names of the bones that are feet, and of all below them."""
    bones = armature.data.bones
    names = [bone_map.extremities.get(f"{side}_foot", "") for side in ("right", "left")]
    feet = [bones[name] for name in names if name in bones]
    return {name for foot in feet for name in (foot.name, *(bone.name for bone in foot.children_recursive))}


def below(armature: bpy.types.Object) -> list[bpy.types.Object]:
    """The objects below an armature, but for the rigs of other views and what these carry."""
    items: list[bpy.types.Object] = armature.children_recursive
    picked = set(picked_rigs(armature).values())
    rigs = {item for item in items if item.type == "ARMATURE" and (item in picked or view_name(item.name).views)}
    others = rigs.union(*(rig.children_recursive for rig in rigs))
    return [item for item in items if item not in others]


def _depth(item: bpy.types.Object) -> int:
    return 0 if item.parent is None else 1 + _depth(item.parent)


def _weighted_bone(item: bpy.types.Object, bones: Mapping[str, bpy.types.Bone]) -> str:
    """The one bone that an object has weights for."""
    names = [group.name for group in item.vertex_groups if group.name in bones]
    return names[0] if len(names) == 1 else ""
