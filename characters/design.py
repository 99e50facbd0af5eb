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
    """One colour cut along an outline; `inked` where a dark line runs around it."""

    outline: Outline
    colour: str
    inked: bool = False


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
    higher the nearer.
    """

    bone: str
    layer: Layer
    shapes: tuple[Shape, ...]
    order: int = 0


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
        """All pieces, at most one a bone."""
        return tuple(piece for part in self.parts for piece in part.pieces)


FAR_LAYERS: Mapping[Layer, Layer] = {Layer.NEAR_ARM: Layer.FAR_ARM, Layer.NEAR_LEG: Layer.FAR_LEG}


def far_twin(near: Part, other_colours: Mapping[str, str]) -> Part:
    """The left limb of a right one: mirrored, behind the body, in `other_colours` where it has such and else in the far
    shade.
    """

    def shape(original: Shape) -> Shape:
        return replace(
            original,
            outline=mirrored(original.outline),
            colour=other_colours.get(original.colour, f"far {original.colour}"),
        )

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
            piece, bone=_other_side(piece.bone), layer=FAR_LAYERS[piece.layer], shapes=tuple(map(shape, piece.shapes))
        )
        for piece in near.pieces
    )
    return Part(tuple(bones), tuple(pieces))


def with_far_shades(colours: Mapping[str, str]) -> dict[str, str]:
    """The colours, and each a shade darker as "far …"."""
    return dict(colours) | {f"far {name}": _shaded(code) for name, code in colours.items()}


def _shaded(code: str) -> str:
    return "#" + "".join(f"{round(int(code[at : at + 2], 16) * FAR_SHADE):02x}" for at in (1, 3, 5))


def _other_side(name: str) -> str:
    return f"{name[:-2]}.L" if name.endswith(".R") else name
