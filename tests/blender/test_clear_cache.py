"""The cache is shown with its size in the preferences, and emptied there."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest

pytestmark = pytest.mark.usefixtures("fresh_session")


def test_clearing_the_cache_deletes_what_is_kept_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from blender_addon.bridge.scene import addon, kept_poses

    monkeypatch.setattr(addon, "pose_cache", lambda: tmp_path)
    for name in ("a.npz", "b.sightings", ".c.a8x_k2", "notes.txt"):
        (tmp_path / name).write_bytes(b"x" * 1_000_000)
    assert kept_poses.in_megabytes(kept_poses.size(tmp_path)) == "3.0 MB"
    assert bpy.ops.retarget2d.clear_cache() == {"FINISHED"}
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    assert bpy.ops.retarget2d.clear_cache() == {"FINISHED"}


def test_the_preferences_have_the_button_and_say_the_size() -> None:
    from blender_addon import preferences

    source = Path(preferences.__file__).read_text(encoding="utf-8")
    assert 'operator("retarget2d.clear_cache"' in source
    assert bpy.ops.retarget2d.clear_cache.get_rna_type().name == "Clear Cache"
