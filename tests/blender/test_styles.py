"""Styles of the drawn figure: those that come with the add-on, and a user's own files."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from blender_addon.bridge.figure import style_files
from blender_addon.bridge.figure.default_placement import default_placement
from blender_addon.bridge.figure.figure_bake import FigureBake, bake_figure
from blender_addon.bridge.figure.figure_style import DEFAULT_STYLE, FigureStyle, LimbStyle
from blender_addon.bridge.figure.style_files import read_style, save_style, style_from_json, style_names, style_to_json
from blender_addon.bridge.projection.planes import FRONT
from blender_addon.bridge.retiming.resample import resample
from blender_addon.bridge.scene import addon
from blender_addon.core.limbs import Limb
from blender_addon.core.skeleton import Skeleton
from tests.blender.scene_of_puppet import contents
from tests.blender.street_motion import street_motion

pytestmark = pytest.mark.usefixtures("blank_file")

BODY = Skeleton.from_proportions((0.18, 0.34, 0.12, 0.17, 0.16, 0.06, 0.27, 0.26))


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder, empty."""
    monkeypatch.setattr(addon, "user_folder", lambda: tmp_path)
    return tmp_path / "styles"


def draw(style: FigureStyle) -> FigureBake:
    motion = resample(street_motion(BODY, frames=slice(12)), 30.0, 1)
    return bake_figure(bpy.context.scene, motion, default_placement(motion, FRONT, style), "Figure", style=style)


def radii(bake: FigureBake, limb: Limb) -> np.ndarray[Any, Any]:
    data = bake.figure.data.layers[limb].frames[0].drawing.attributes["radius"].data
    values = np.empty(len(data), dtype=np.float32)
    data.foreach_get("value", values)
    return values


def test_a_few_styles_come_with_the_add_on(own_folder: Path) -> None:
    assert style_names() == ["character", "brush", "silhouette", "stick_figure"]


@pytest.mark.parametrize("name", ["character", "brush", "silhouette", "stick_figure"])
def test_every_shipped_style_draws_all_limbs_two_units_tall(name: str) -> None:
    style = read_style(name)
    bake = draw(style)
    for limb in Limb:
        assert all(len(key.drawing.curve_offsets) > 1 for key in bake.figure.data.layers[limb].frames)
    heights = []
    for limb in Limb:
        shown = bake.figure.data.layers[limb].frames[0].drawing
        points = np.empty(3 * len(shown.attributes["position"].data), dtype=np.float32)
        shown.attributes["position"].data.foreach_get("vector", points)
        heights += [(points[2::3] - radii(bake, limb)).min(), (points[2::3] + radii(bake, limb)).max()]
    assert max(heights) == pytest.approx(2, abs=0.15)
    assert min(heights) == pytest.approx(0, abs=0.12)


def test_a_stick_figure_is_lines_that_are_thicker_in_the_legs() -> None:
    bake = draw(read_style("stick_figure"))
    arm, leg = radii(bake, Limb.RIGHT_ARM), radii(bake, Limb.RIGHT_LEG)
    assert arm.min() > 0
    assert leg.max() > 1.1 * arm.max()
    assert arm.max() > 1.3 * arm.min()
    assert len(bake.figure.data.layers[Limb.BODY].frames[0].drawing.curve_offsets) - 1 == 3, "spine, shoulders and hips"


@pytest.mark.parametrize("name", ["character", "brush", "silhouette", "stick_figure"])
def test_a_style_is_the_same_after_it_was_written_and_read(name: str) -> None:
    style = read_style(name)
    assert style_from_json(style_to_json(style), name) == replace(
        style, colours=style_from_json(style_to_json(style), name).colours
    )
    assert style_to_json(style_from_json(style_to_json(style), name)) == style_to_json(style)


def test_a_style_of_one_s_own_is_kept_and_chosen_by_name(own_folder: Path) -> None:
    thick = replace(DEFAULT_STYLE, arm=LimbStyle(0.08, 0.07, 0.06))
    assert save_style(thick, "thick arms") == own_folder / "thick arms.json"
    assert "thick arms" in style_names()
    assert read_style("thick arms").arm == thick.arm
    assert read_style(str(own_folder / "thick arms.json")).arm == thick.arm
    assert [path.name for path in own_folder.iterdir()] == ["thick arms.json"]


def test_what_a_file_leaves_out_is_the_default_s() -> None:
    style = style_from_json('{"arm": {"upper": 0.09}}', "mine")
    assert style.arm == replace(DEFAULT_STYLE.arm, upper=0.09)
    assert style.leg == DEFAULT_STYLE.leg


WRONG = {
    "no JSON": ("{", "is no JSON"),
    "a list": ("[]", "is no table"),
    "another version": ('{"version": 9}', "another version"),
    "an unknown part": ('{"tail": {}}', "names tail"),
    "an unknown number": ('{"arm": {"thickness": 1}}', r"names arm\.thickness"),
    "a part that is a number": ('{"arm": 3}', "no table for arm"),
    "a text for a number": ('{"arm": {"upper": "wide"}}', r"arm\.upper is 'wide'"),
    "a number below nought": ('{"outline": -1}', "outline is -1"),
    "a number that is none": ('{"outline": NaN}', "outline is nan"),
    "a number too large": ('{"leg": {"lower": 40}}', r"leg\.lower is 40"),
    "a truth for a number": ('{"outline": true}', "outline is True"),
    "a colour that is none": ('{"colours": {"Skin": "red"}}', "the colour of Skin is 'red'"),
    "a colour for nothing": ('{"colours": {"Cape": "#112233"}}', "a colour for Cape"),
    "colours that are no table": ('{"colours": 3}', "no table of colours"),
    "a face that is none": ('{"head": {"face": 1}}', "The face of the style"),
    "a part of no face": ('{"head": {"face": [{"paint": "Ink"}]}}', "The face of the style"),
    "an eye beside the head": (
        '{"head": {"face": [{"paint": "Ink", "at": [0.9, 0.9], "shape": [[0, 0], [1, 0], [0, 1]]}]}}',
        "beside the head",
    ),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_style_is_refused_in_one_sentence(mistake: str) -> None:
    text, sentence = WRONG[mistake]
    with pytest.raises(ValueError, match=sentence) as raised:
        style_from_json(text, "mine")
    assert str(raised.value).endswith(".")
    assert "mine" in str(raised.value)


@pytest.mark.parametrize("name", ["", "a/b", "../up", "character", "  "])
def test_a_style_cannot_be_called_anything(name: str, own_folder: Path) -> None:
    with pytest.raises(ValueError, match="style"):
        save_style(DEFAULT_STYLE, name)
    assert not own_folder.exists()


UNREADABLE: dict[str, Callable[[Path], str]] = {
    "an unknown name": lambda _folder: "sculpture",
    "a file that is missing": lambda folder: str(folder / "none.json"),
    "a file of bytes": lambda folder: _written(folder, b"\xff\xfe\x00"),
}


def _written(folder: Path, content: bytes) -> str:
    (folder / "bytes.json").write_bytes(content)
    return str(folder / "bytes.json")


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_style_that_cannot_be_read_is_named(what: str, own_folder: Path, tmp_path: Path) -> None:
    name = UNREADABLE[what](tmp_path)
    with pytest.raises(ValueError, match="style"):
        read_style(name)


def test_operators_save_and_load_styles(addon: object, own_folder: Path, tmp_path: Path) -> None:
    chosen = bpy.context.scene.retarget2d.drawing
    chosen.style = "stick_figure"
    assert bpy.ops.retarget2d.save_style(name="mine") == {"FINISHED"}
    assert chosen.style == "mine"
    assert read_style("mine") == replace(read_style("stick_figure"), colours=read_style("mine").colours)
    other = tmp_path / "bold.json"
    other.write_text(json.dumps({"outline": 0.03}), encoding="utf-8")
    assert bpy.ops.retarget2d.load_style(filepath=str(other)) == {"FINISHED"}
    assert chosen.style == "bold"
    assert read_style("bold").outline == 0.03


def test_a_wrong_file_is_not_loaded(addon: object, own_folder: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"outline": "thick"}', encoding="utf-8")
    before = contents()
    with pytest.raises(RuntimeError, match="outline is 'thick'"):
        bpy.ops.retarget2d.load_style(filepath=str(wrong))
    assert contents() == before
    assert style_names() == [style_files.CHARACTER, "brush", "silhouette", "stick_figure"]
