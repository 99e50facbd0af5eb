"""Enabling adds, disabling takes away: whatever order, however often."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import bpy
import pytest

import blender_addon
from blender_addon.bridge.preview.preview import preview

ROOT = Path(__file__).resolve().parents[2]
MENUS = ("VIEW3D_MT_object_animation", "VIEW3D_MT_pose")


def what_blender_has() -> dict[str, object]:
    """All that an add-on may leave behind."""
    return {
        "types": sorted(name for name in dir(bpy.types) if "retarget2d" in name.lower()),
        "operators": sorted(dir(bpy.ops.retarget2d)),
        "properties": [
            hasattr(kind, "retarget2d")
            for kind in (bpy.types.Scene, bpy.types.WindowManager, bpy.types.Object, bpy.types.View3DShading)
        ],
        "menus": [
            len(menu.draw._draw_funcs) if hasattr(menu.draw, "_draw_funcs") else 0
            for menu in (getattr(bpy.types, name) for name in MENUS)
        ],
        "handlers": {
            name: len(found)
            for name in dir(bpy.app.handlers)
            if isinstance(found := getattr(bpy.app.handlers, name), list)
        },
    }


@pytest.fixture
def disabled() -> Iterator[None]:
    """The add-on is off, and afterwards as it was."""
    enabled = hasattr(bpy.types.Scene, "retarget2d")
    if enabled:
        blender_addon.unregister()
    yield
    if enabled:
        blender_addon.register()


@pytest.mark.usefixtures("disabled")
def test_disabling_leaves_nothing_behind_however_often() -> None:
    blender_addon.register()
    blender_addon.unregister()
    before = what_blender_has()
    assert before["types"] == []
    for _ in range(3):
        blender_addon.register()
        assert what_blender_has() != before
        blender_addon.unregister()
        assert what_blender_has() == before


def test_preferences_and_folders_go_by_the_package_of_the_add_on_itself() -> None:
    from blender_addon.bridge.scene.addon import PACKAGE

    assert blender_addon.__name__ == PACKAGE


@pytest.mark.usefixtures("addon")
def test_every_operator_stands_in_the_menu_that_f3_searches() -> None:
    """What a menu draws is what F3 finds."""
    from blender_addon.operators import CLASSES
    from blender_addon.panels import bone_map
    from blender_addon.panels.menus import ENTRIES, SEPARATOR

    entries = {entry[0] for entry in (*ENTRIES, *bone_map.ENTRIES) if entry != SEPARATOR}
    assert entries == {kind.bl_idname for kind in CLASSES if "INTERNAL" not in getattr(kind, "bl_options", ())}


@pytest.mark.usefixtures("addon")
def test_every_operator_explains_itself() -> None:
    from blender_addon.operators import CLASSES

    for kind in CLASSES:
        described = getattr(bpy.ops.retarget2d, kind.bl_idname.partition(".")[2]).get_rna_type().description
        assert described, kind
        assert not described.endswith("."), kind


@pytest.mark.usefixtures("addon")
def test_what_is_shown_of_a_job_is_not_saved() -> None:
    """It is read from the process: there is nothing in the window manager that a file could take along."""
    status = bpy.context.window_manager.retarget2d
    written = {row.identifier for row in status.bl_rna.properties if not row.is_readonly} - {"rna_type", "name"}
    assert written == {"show_skeleton", "show_strip", "show_video"}
    for name in written:
        before, kept = getattr(status, name), name.replace("show_", "shows_")
        try:
            setattr(status, name, not before)
            assert getattr(preview, kept) is not before, "it is kept by the process"
        finally:
            setattr(status, name, before)


@pytest.mark.skipif(bool(bpy.app.binary_path), reason="Blender as a program disables its add-ons itself")
def test_blender_as_a_module_ends_well_with_the_add_on_enabled() -> None:
    """With classes left at its end, Blender 4.3 to 4.5 crash or hang there."""
    program = "import sys, bpy, blender_addon; blender_addon.register(); sys.exit(3)"
    assert (
        subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False, timeout=60
        ).returncode
        == 3
    )


def test_preferences_go_by_the_name_of_the_add_on_itself(addon: ModuleType) -> None:
    from blender_addon.bridge.scene.addon import PACKAGE

    assert addon.__name__ == PACKAGE
