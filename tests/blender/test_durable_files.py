"""Files that Blender writes for the user take the place of others only once they are on the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from blender_addon.bridge.armature.bone_map import BoneMap
from blender_addon.bridge.bone_maps.preset_files import write_map_file
from blender_addon.bridge.figure.figure_style import DEFAULT_STYLE
from blender_addon.bridge.figure.style_files import save_style
from blender_addon.bridge.scene import addon, blend_file
from tests.renames import watched

WRITERS: dict[str, Callable[[Path], object]] = {
    "styles/mine.json": lambda path: save_style(DEFAULT_STYLE, path.stem),
    "map.json": lambda path: write_map_file(path, BoneMap({}, "root")),
    "scene.blend": blend_file.save_copy,
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_is_on_the_disk_before_it_takes_the_place_of_another(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addon, "user_folder", lambda: tmp_path)
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("the one before", encoding="utf-8")
    with watched(monkeypatch) as renamed:
        WRITERS[name](path)
    assert renamed == {path.name: True}
    assert [file.name for file in path.parent.iterdir()] == [path.name]
