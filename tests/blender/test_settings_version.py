"""A scene keeps what it had where nothing was set, whatever a later version's defaults are."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import bpy
import pytest

FILES = Path(__file__).parent / "data/0_1_0"
pytestmark = pytest.mark.usefixtures("addon")
PUPPET_FILE = Path(__file__).resolve().parents[2] / "assets/characters/puppet.blend"


@pytest.fixture
def later(addon: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version in which *Smooth*, *Speed* and *Keys* have other defaults than before; properties go on without them."""
    from blender_addon.settings import changed_defaults

    rows = ({"timing.speed": 0.5, "editing.smooth": 0.25}, {"timing.speed": 0.75, "keys.mode": "TWOS"})
    monkeypatch.setattr(changed_defaults, "CHANGED_DEFAULTS", rows)


def settings() -> bpy.types.PropertyGroup:
    return bpy.context.scene.retarget2d


def test_a_scene_of_the_first_version_keeps_the_defaults_that_it_had(later: None) -> None:
    bpy.ops.wm.open_mainfile(filepath=str(FILES / "mostly_unset.blend"))
    assert settings().timing.speed == 0.5, "it is what the first of the two changes found"
    assert settings().editing.smooth == pytest.approx(0.25)
    assert settings().keys.mode == "TWOS"
    assert settings().settings_version == 3


def test_what_was_set_stays_as_it_was_set(later: None) -> None:
    bpy.ops.wm.open_mainfile(filepath=str(FILES / "every_setting.blend"))
    assert settings().timing.speed not in {0.5, 0.75}
    assert settings().keys.mode != "TWOS"


def test_a_scene_of_this_version_takes_nothing_from_earlier_ones(later: None, tmp_path: Path) -> None:
    bpy.ops.wm.read_homefile(use_empty=True)
    settings().video = "dance.mp4"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "now.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "now.blend"))
    assert settings().settings_version == 3
    assert settings().timing.speed == 1.0


def test_a_scene_that_nobody_used_carries_no_version_and_has_the_new_defaults(later: None, tmp_path: Path) -> None:
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "empty.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "empty.blend"))
    assert settings().settings_version == 0
    assert settings().timing.speed == 1.0


def test_an_appended_scene_keeps_its_defaults_too(later: None) -> None:
    bpy.ops.wm.read_homefile(use_empty=True)
    with bpy.data.libraries.load(str(FILES / "mostly_unset.blend")) as (there, wanted):
        wanted.scenes = there.scenes
    appended = next(scene for scene in wanted.scenes if scene.retarget2d.video)
    assert appended.retarget2d.timing.speed == 0.5


def test_every_changed_default_is_that_of_a_setting(addon: ModuleType) -> None:
    from blender_addon.settings.changed_defaults import CHANGED_DEFAULTS

    bpy.ops.wm.read_homefile(use_empty=True)
    for row in CHANGED_DEFAULTS:
        for path, value in row.items():
            group, _, name = f"retarget2d.{path}".rpartition(".")
            setattr(bpy.context.scene.path_resolve(group), name, value)


def test_files_of_the_first_version_are_stamped_and_what_has_the_same_default_stays_unset(addon: ModuleType) -> None:
    from blender_addon.settings.changed_defaults import settings_version

    bpy.ops.wm.open_mainfile(filepath=str(FILES / "mostly_unset.blend"))
    assert settings().settings_version == settings_version()
    assert not settings().timing.is_property_set("speed")


@pytest.mark.parametrize("file", ["mostly_unset", "baked", "every_choice"])
def test_cut_outs_of_the_first_version_neither_follow_a_turn_nor_shorten(file: str, addon: ModuleType) -> None:
    from blender_addon.bridge.job.job_settings import JobSettings

    bpy.ops.wm.open_mainfile(filepath=str(FILES / f"{file}.blend"))
    channels = JobSettings.of(bpy.context.scene).channels
    assert (channels.follow_turn, channels.stretch) == (0.0, 0.0)


def test_a_foreshortening_that_was_set_in_the_first_version_is_as_it_was(addon: ModuleType) -> None:
    from blender_addon.bridge.job.job_settings import JobSettings

    bpy.ops.wm.open_mainfile(filepath=str(FILES / "every_setting.blend"))
    channels = JobSettings.of(bpy.context.scene).channels
    assert channels.stretch > 0
    assert not channels.auto_stretch


def test_cut_outs_of_a_new_scene_follow_a_turn_and_shorten_where_that_reads(addon: ModuleType) -> None:
    from blender_addon.bridge.job.job_settings import JobSettings

    bpy.ops.wm.read_homefile(use_empty=True)
    channels = JobSettings.of(bpy.context.scene).channels
    assert (channels.follow_turn, channels.stretch, channels.auto_stretch) == (1.0, 1.0, True)


def test_appending_something_leaves_a_new_scene_its_defaults() -> None:
    bpy.ops.wm.read_homefile(use_factory_startup=True)
    chosen = bpy.context.scene.retarget2d
    chosen.video = "dance.mp4"
    before = (chosen.channels.follow_turn, chosen.editing.distance)
    with bpy.data.libraries.load(str(PUPPET_FILE)) as (stored, loaded):
        loaded.objects = stored.objects[:1]
    assert (chosen.channels.follow_turn, chosen.editing.distance) == before
    assert before == (1.0, "AUTOMATIC")
