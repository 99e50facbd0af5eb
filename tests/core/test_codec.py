"""Dataclasses travel and are kept by their fields alone: who adds a field writes nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

import numpy as np
import pytest
from numpy.typing import NDArray
from typing_extensions import TypeAliasType

from blender_addon.core.codec import FRAMES, Shape, build, change_frames, flatten, leaves, pack, unpack
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.worker.messages import DetectRequest
from tests.core.later_poses import LaterPoses, later_poses

Array = NDArray[np.float32]


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, eq=False)
class Inner:
    names: Annotated[tuple[str, ...], Shape(("names",))]
    weights: Annotated[Array, Shape((FRAMES, "names"))]


@dataclass(frozen=True, eq=False)
class Other:
    count: int = 0


@dataclass(frozen=True, eq=False)
class Everything:
    """A field of each kind that there is."""

    rate: float
    colour: Colour
    path: Path | None
    inner: Inner | Other | None
    several: tuple[Inner, ...]
    angle: float | Annotated[Array, Shape((FRAMES,))]
    size: tuple[int, int] | None = None
    ids: tuple[int, ...] = ()
    is_on: bool = False
    text: str = ""
    turns: Annotated[Array, Shape((FRAMES, 2))] | None = None


@dataclass(frozen=True)
class LaterRequest(DetectRequest):
    skip: tuple[int, ...] = field(default=())
    mask: Path | None = None


Scalar = TypeVar("Scalar", bound=np.generic)
Aliased = TypeAliasType("Aliased", np.ndarray[Any, np.dtype[Scalar]], type_params=(Scalar,))
"""An array as NumPy 2.5 and later declare `NDArray`."""


@dataclass(frozen=True, eq=False)
class WithAliases:
    """Arrays whose hints are aliases."""

    weights: Annotated[Aliased[np.float32], Shape((FRAMES, 2))]
    turns: Annotated[Aliased[np.float32], Shape((FRAMES,))] | None = None


def inner(count: int) -> Inner:
    return Inner(("a", "b"), np.arange(2 * count, dtype=np.float32).reshape(count, 2))


def everything() -> Everything:
    values = np.arange(6, dtype=np.float32)
    several = (inner(3), inner(0))
    return Everything(
        25.0, Colour.BLUE, Path("/a/b"), inner(3), several, values, (4, 3), (1, 7), True, "dänce", values.reshape(3, 2)
    )


def travelled(value: Any) -> Any:  # noqa: ANN401
    header, arrays = pack(value)
    return unpack(type(value), json.loads(json.dumps(header, allow_nan=False)), arrays)


def assert_same(one: object, other: object) -> None:
    (one_header, one_arrays), (other_header, other_arrays) = pack(one), pack(other)
    assert type(one) is type(other)
    assert one_header == other_header
    assert one_arrays.keys() == other_arrays.keys()
    for name, array in one_arrays.items():
        assert array.dtype == other_arrays[name].dtype
        np.testing.assert_array_equal(array, other_arrays[name])


def test_every_kind_of_field_travels() -> None:
    whole = everything()
    again = travelled(whole)
    assert_same(again, whole)
    assert (again.colour, again.path, again.size, again.ids) == (Colour.BLUE, Path("/a/b"), (4, 3), (1, 7))
    assert isinstance(again.several[1], Inner)


def test_arrays_travel_and_are_kept_where_their_type_is_an_alias() -> None:
    whole = WithAliases(np.ones((3, 2), np.float32), np.arange(3, dtype=np.float32))
    assert_same(travelled(whole), whole)
    assert_same(build(WithAliases, flatten(whole)), whole)
    assert [(leaf.kind, leaf.shape) for leaf in leaves(WithAliases)] == [("f", (FRAMES, 2)), ("f", (FRAMES,))]


def test_what_is_none_or_of_another_type_of_a_union_travels() -> None:
    least = Everything(25, Colour.RED, None, Other(4), (), 0.5)
    again = travelled(least)
    assert_same(again, least)
    assert isinstance(again.inner, Other)
    assert (again.path, again.angle, again.turns) == (None, 0.5, None)


def test_a_path_travels_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert travelled(DetectRequest(Path("dance.mp4"))).video == tmp_path / "dance.mp4"


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("rate", "25"),
        ("rate", True),
        ("rate", None),
        ("colour", "green"),
        ("colour", 1),
        ("path", 3),
        ("inner", {"is": "Camera"}),
        ("inner", {}),
        ("inner", []),
        ("several", [1]),
        ("several", None),
        ("size", [1, 2, 3]),
        ("size", [1, "2"]),
        ("ids", "17"),
        ("ids", [1.5]),
        ("is_on", 1),
        ("text", ["a"]),
        ("turns", [[0.0, 1.0]]),
    ],
    ids=str,
)
def test_a_header_that_says_something_else_is_refused(name: str, wrong: object) -> None:
    header, arrays = pack(everything())
    arrays.pop(name, None)
    with pytest.raises((KeyError, TypeError)):
        unpack(Everything, header | {name: wrong}, arrays)


@pytest.mark.parametrize("name", ["rate", "inner", "several", "turns", "inner.weights", "text"])
def test_a_part_that_is_missing_is_refused_though_its_field_has_a_default(name: str) -> None:
    header, arrays = pack(everything())
    header.pop(name, None)
    arrays.pop(name, None)
    with pytest.raises(KeyError):
        unpack(Everything, header, arrays)


def test_an_array_in_place_of_a_text_is_refused() -> None:
    header, arrays = pack(everything())
    with pytest.raises(TypeError):
        unpack(Everything, header, arrays | {"text": np.zeros(3)})


def test_a_field_that_is_added_to_a_request_travels() -> None:
    request = LaterRequest(Path("/v.mp4"), "1:9", skip=(3, 4), mask=Path("/mask.png"))
    assert travelled(request) == request


def test_fields_that_are_added_to_poses_travel_and_are_kept() -> None:
    poses = later_poses()
    assert_same(travelled(poses), poses)
    assert_same(build(LaterPoses, flatten(poses)), poses)


def test_poses_that_were_kept_before_a_field_was_added_get_its_default() -> None:
    poses = later_poses()
    old = {leaf: array for leaf, array in flatten(poses).items() if leaf in leaves(PoseSequence)}
    assert_same(build(LaterPoses, old), replace(poses, lighting=None, quality=None, take=0))


def test_an_archive_that_lacks_a_part_is_refused() -> None:
    held = flatten(later_poses())
    for lost in ("confidence", "landmarks.names", "depth.confidence", "lighting.shift"):
        with pytest.raises(KeyError):
            build(LaterPoses, {leaf: array for leaf, array in held.items() if leaf.name != lost})


def test_a_part_of_poses_is_that_part_of_every_field_by_frame() -> None:
    poses = later_poses()
    part = poses[2:7]
    assert isinstance(part, LaterPoses)
    assert part.lighting is not None
    assert part.quality is not None
    np.testing.assert_array_equal(part.lighting.shift, np.arange(4, 14).reshape(5, 2))
    np.testing.assert_array_equal(part.quality, np.arange(4, 14, 2))
    assert (part.take, part.lighting.is_still) == (3, False)


def test_a_change_by_frame_reaches_every_field_by_frame() -> None:
    poses = later_poses()
    longer = change_frames(poses, lambda array: np.concatenate([array, array]))
    assert len(longer) == 2 * len(poses)
    by_frame = [leaf for leaf in leaves(LaterPoses) if leaf.is_by_frame]
    assert {leaf.name for leaf in by_frame} >= {"landmarks.positions", "depth.values", "lighting.shift", "quality"}
    for leaf in by_frame:
        np.testing.assert_array_equal(flatten(longer)[leaf], np.concatenate([flatten(poses)[leaf]] * 2))
