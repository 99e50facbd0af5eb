"""A cut-out character as data: bones in one plane, and pieces of paper pinned to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from .outlines import Outline, Point, mirrored

FAR_SHADE = 0.80
"""How bright the paper of a far limb is beside that of its near twin."""


class Layer(Enum):
    """How many sheets behind the body a limb lies; below zero before it."""

    FAR_ARM = 2
    FAR_LEG = 1
    BODY = 0
    NEAR_LEG = -1
    HEAD = -2
    NEAR_ARM = -3


@dataclass(frozen=True, eq=False)
class Shape:
    """One colour cut along an outline; `inked` where a dark line runs around it; `of_face` where it goes with a nod."""

    outline: Outline
    colour: str
    inked: bool = False
    of_face: bool = False


@dataclass(frozen=True)
class Bone:
    """A bone from `head` to `tail`, x to the picture's right and z up; never connected, so that a limb can be moved in
    depth.
    """

    name: str
    parent: str | None
    head: Point
    tail: Point


@dataclass(frozen=True, eq=False)
class Piece:
    """Shapes, from the back one to the front one, that follow a bone; `order` is their place within the layer, the
    higher the nearer. `views`: words for the views that they are drawn for, such as `side.right`; none for the front
    view, or for all of a bone that has no other piece. `face`: of the shapes, those that are of the face; any other
    piece is the rest of them.
    """

    bone: str
    layer: Layer
    shapes: tuple[Shape, ...]
    order: int = 0
    views: str = ""
    face: bool = False

    @property
    def name(self) -> str:
        """What its object is called."""
        what = "face" if self.face else self.bone
        return f"{what}.{self.views}" if self.views else what


@dataclass(frozen=True, eq=False)
class Part:
    """Bones and the pieces on them."""

    bones: tuple[Bone, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, eq=False)
class Character:
    """A character: `colours` are sRGB hexadecimal by name, `ink` and `backdrop` among them; `parts` in the order that
    has parents first.
    """

    name: str
    colours: Mapping[str, str]
    parts: tuple[Part, ...]

    @property
    def bones(self) -> tuple[Bone, ...]:
        """All bones, parents before children."""
        return tuple(bone for part in self.parts for bone in part.bones)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All pieces: at most one a bone and view, and a face."""
        return tuple(piece for part in self.parts for piece in part.pieces)


def of_face(*shapes: Shape) -> tuple[Shape, ...]:
    """Eyes, brows, nose and mouth: features that are an object of their own, between the shapes before and after."""
    return tuple(replace(shape, of_face=True) for shape in shapes)


def looking_left(piece: Piece) -> Piece:
    """A piece of the middle of the body, drawn for a view that looks to the picture's right, mirrored for the other."""
    shapes = tuple(replace(shape, outline=mirrored(shape.outline)) for shape in piece.shapes)
    return replace(piece, shapes=shapes, views=_mirrored_views(piece.views))


def head_from_all_sides(
    front: tuple[Shape, ...], right: Mapping[str, tuple[Shape, ...]], back: tuple[Shape, ...]
) -> tuple[Piece, ...]:
    """A head for each view, and a face where one is seen: those that look to the `right`, by the names of their views,
    are mirrored for the left.
    """
    first, *looking_right, last = (
        Piece("head", Layer.HEAD, shapes, views=views)
        for views, shapes in (("", front), *right.items(), ("back", back))
    )
    heads = (first, *looking_right, *map(looking_left, looking_right), last)
    return (*heads, *(replace(head, face=True) for head in heads if any(shape.of_face for shape in head.shapes)))


FAR_LAYERS: Mapping[Layer, Layer] = {Layer.NEAR_ARM: Layer.FAR_ARM, Layer.NEAR_LEG: Layer.FAR_LEG}
LOOKING_LEFT = "3q.side.3q_back.left"
"""The views in which the left limbs are near to the viewer."""


def far_twin(near: Part, other_colours: Mapping[str, str]) -> Part:
    """The left limb of a right one: mirrored, behind the body, in `other_colours` where it has such and else in the far
    shade.
    """
    bones = (
        Bone(
            _other_side(bone.name),
            _other_side(bone.parent) if bone.parent else None,
            (-bone.head[0], bone.head[1]),
            (-bone.tail[0], bone.tail[1]),
        )
        for bone in near.bones
    )
    pieces = (
        replace(
            piece,
            bone=_other_side(piece.bone),
            layer=FAR_LAYERS[piece.layer],
            shapes=tuple(replace(shape, outline=mirrored(shape.outline)) for shape in piece.shapes),
            views=_mirrored_views(piece.views),
        )
        for piece in near.pieces
    )
    return Part(tuple(bones), tuple(_painted(piece, other_colours, far=True) for piece in pieces))


def shaded_by_view(limb: Part, other_colours: Mapping[str, str], *, far: bool) -> Part:
    """A limb whose shade changes where the character looks to the left: one that is `far` before is near there."""
    pieces: list[Piece] = []
    for piece in limb.pieces:
        turned = piece.views.endswith(("left", "back"))
        other = _painted(piece, other_colours, far=not far)
        pieces += [other if turned else piece]
        if not piece.views and not any(each.bone == piece.bone and each.views for each in limb.pieces):
            pieces.append(replace(other, views=LOOKING_LEFT))
    return Part(limb.bones, tuple(pieces))


def _painted(piece: Piece, other_colours: Mapping[str, str], *, far: bool) -> Piece:
    """A piece in its own colours, or in the far shade; in `other_colours` where it has such."""
    shapes = []
    for shape in piece.shapes:
        plain = shape.colour.removeprefix("far ")
        colour = plain if plain in other_colours.values() else other_colours.get(plain)
        shapes.append(replace(shape, colour=colour or (f"far {plain}" if far else plain)))
    return replace(piece, shapes=tuple(shapes))


def with_far_shades(colours: Mapping[str, str]) -> dict[str, str]:
    """The colours, and each a shade darker as "far …"."""
    return dict(colours) | {f"far {name}": _shaded(code) for name, code in colours.items()}


def _shaded(code: str) -> str:
    return "#" + "".join(f"{round(int(code[at : at + 2], 16) * FAR_SHADE):02x}" for at in (1, 3, 5))


def _mirrored_views(views: str) -> str:
    sides = {"right": "left", "left": "right"}
    return ".".join(sides.get(word, word) for word in views.split("."))


def _other_side(name: str) -> str:
    return f"{name[:-2]}.L" if name.endswith(".R") else name
