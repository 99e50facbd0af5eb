"""Each scene that was used carries the version of the settings that it was saved with, so that new defaults leave it alone."""

from __future__ import annotations

from collections.abc import Iterator

import bpy

from ..settings import changed_defaults
from ..settings.footage import Other, OtherPerformance
from ..settings.topics import all_settings

ROOT, VERSION = "retarget2d", "settings_version"
LISTS = ("editing.corrections", "editing.edits", "drawing.layers")
"""What a scene keeps beside settings."""


def is_used(scene: bpy.types.Scene) -> bool:
    """Whether anything of ours was ever set in a scene."""
    if any(len(scene.path_resolve(f"{ROOT}.{path}")) for path in LISTS):
        return True
    return any(_owner(scene, path).is_property_set(path.rpartition(".")[2]) for path in _paths())


def bring_up_to_date(scene: bpy.types.Scene) -> None:
    """Give a scene of an earlier version the defaults that it had, where they changed since, and this version."""
    if scene.library is None and is_used(scene):
        _keep_defaults(scene, getattr(scene, ROOT).settings_version)


def _keep_defaults(scene: bpy.types.Scene, version: int) -> None:
    for path, value in changed_defaults.old_defaults(version).items():
        owner, name = _owner(scene, path), path.rpartition(".")[2]
        if not owner.is_property_set(name):
            setattr(owner, name, value)
    stamp(scene)


def stamp(scene: bpy.types.Scene) -> None:
    """Let a scene that was used carry the version of now."""
    if scene.library is None and is_used(scene):
        setattr(getattr(scene, ROOT), VERSION, changed_defaults.settings_version())


def _paths() -> Iterator[str]:
    """The paths of all properties that hold settings."""
    for setting in all_settings():
        if isinstance(setting, Other):
            yield from (f"{setting.path}.{detail.name}" for detail in OtherPerformance.settings().values())
        else:
            group = setting.path.rpartition(".")[0]
            yield from (f"{group}.{found.name}".lstrip(".") for found in setting.properties())


def _owner(scene: bpy.types.Scene, path: str) -> bpy.types.PropertyGroup:
    return scene.path_resolve(f"{ROOT}.{path}".rpartition(".")[0])


@bpy.app.handlers.persistent
def _after_load(*_arguments: object) -> None:
    """Scenes that nobody set anything in are as old as those of their file that were used."""
    scenes = [scene for scene in bpy.data.scenes if scene.library is None]
    versions = [getattr(scene, ROOT).settings_version for scene in scenes if is_used(scene)]
    untouched = [scene for scene in scenes if not is_used(scene)] if versions else []
    for scene in scenes:
        bring_up_to_date(scene)
    for scene in untouched:
        _keep_defaults(scene, min(versions))


@bpy.app.handlers.persistent
def _before_append(*_arguments: object) -> None:
    """What is here already is of this version, saved or not; only what is appended may be older."""
    for scene in bpy.data.scenes:
        stamp(scene)


@bpy.app.handlers.persistent
def _after_append(*_arguments: object) -> None:
    for scene in bpy.data.scenes:
        bring_up_to_date(scene)


@bpy.app.handlers.persistent
def _before_save(*_arguments: object) -> None:
    for scene in bpy.data.scenes:
        stamp(scene)


HANDLERS = {
    "load_post": _after_load,
    "blend_import_pre": _before_append,
    "blend_import_post": _after_append,
    "save_pre": _before_save,
}


def register() -> None:
    """Listen for files that are opened, appended from and saved."""
    for name, handler in HANDLERS.items():
        getattr(bpy.app.handlers, name).append(handler)


def unregister() -> None:
    """Listen no more."""
    for name, handler in HANDLERS.items():
        getattr(bpy.app.handlers, name).remove(handler)
