"""3D viewports that show an edit: through its camera, with joints coloured by confidence.

The state before is stored in the view's shading. There it is saved with the window, copied when the view is split, and
not changed by undo, like the view itself.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import uuid4

import bpy

from .edit import Edit
from .selection import select_as_before

PROPERTY = "retarget2d"
"""The property of a view's shading that holds the state before."""


@dataclass(frozen=True)
class _Setting:
    """A `name` of a view's `place` that an edit sets to `shown`, and what it was before is `kept` as."""

    kept: str
    place: str
    name: str
    shown: object

    def read(self, view: bpy.types.SpaceView3D) -> object:
        """The value of now."""
        return getattr(getattr(view, self.place), self.name)

    def write(self, view: bpy.types.SpaceView3D, value: object) -> None:
        """Set the value, unless this Blender does not know it."""
        with contextlib.suppress(TypeError):
            setattr(getattr(view, self.place), self.name, value)


SETTINGS = (
    _Setting("shading_type", "shading", "type", "SOLID"),
    _Setting("color_type", "shading", "color_type", "OBJECT"),
    # The joints are all parented to one corner of the picture.
    _Setting("relationship_lines", "overlay", "show_relationship_lines", False),
)


def show_in_viewports(edit: Edit) -> None:
    """Let every 3D viewport of the scene's windows look through the edit's camera, with objects in their own colours.

    The scene's camera stays what it is.
    """
    group = edit.group
    if bpy.app.background or group.camera is None:
        return
    group.identity = group.identity or uuid4().hex
    for window in bpy.context.window_manager.windows:
        if window.scene != group.id_data:
            continue
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                view = area.spaces.active
                _remember(view, edit)
                for setting in SETTINGS:
                    setting.write(view, setting.shown)
                view.use_local_camera, view.camera = True, group.camera
                view.region_3d.view_perspective = "CAMERA"


def is_in_viewports(edit: Edit) -> bool:
    """Whether any viewport shows the edit."""
    identity = edit.group.identity
    return bool(identity) and any(_kept(view).edit == identity for view in _views())


def restore_viewports(edit: Edit) -> None:
    """Restore the viewports that show the edit, and the selection before.

    What the user changed meanwhile stays.
    """
    identity = edit.group.identity
    for view in _views():
        if identity and _kept(view).edit == identity:
            _restore(view, _edits())
    select_as_before(edit)


def restore_all_viewports() -> None:
    """The same for all edits of the file."""
    edits = _edits()
    for view in _views():
        if _kept(view).edit:
            _restore(view, edits)
    for edit in edits.values():
        select_as_before(edit)


def restore_viewports_of_lost_edits() -> None:
    """The same for edits that are no longer there: whose objects were deleted, or that were undone."""
    edits = _edits()
    there = {identity for identity, edit in edits.items() if edit.is_laid_out}
    for view in _views():
        identity = _kept(view).edit
        if identity and identity not in there:
            _restore(view, edits)
            if identity in edits:
                select_as_before(edits[identity])


def is_lost_edit_shown() -> bool:
    """Whether a viewport shows an edit that is no longer there. It is asked after every change, so it is quick."""
    looked_at = {identity for view in _views() if (identity := _kept(view).edit)}
    return bool(looked_at) and not looked_at <= {identity for identity, edit in _edits().items() if edit.is_laid_out}


def _views() -> Iterator[bpy.types.SpaceView3D]:
    """Every 3D view of the file: also of other workspaces, and of areas that show another editor now."""
    return (
        space
        for screen in bpy.data.screens
        for area in screen.areas
        for space in area.spaces
        if space.type == "VIEW_3D"
    )


def _kept(view: bpy.types.SpaceView3D) -> bpy.types.PropertyGroup:
    return getattr(view.shading, PROPERTY)


def _edits() -> dict[str, Edit]:
    """All edits of the file that were looked at, by identity."""
    groups = (group for scene in bpy.data.scenes for group in scene.retarget2d.editing.edits)
    return {group.identity: Edit(group) for group in groups if group.identity}


def _remember(view: bpy.types.SpaceView3D, edit: Edit) -> None:
    """How the view is; where it looks at an edit already, only what the user set since."""
    kept, looking = _kept(view), bool(_kept(view).edit)
    for setting in SETTINGS:
        if not looking or setting.read(view) != setting.shown:
            setattr(kept, setting.kept, setting.read(view))
    if not looking or not _looks_through_edit(view, _edits()):
        region = view.region_3d
        kept.local_camera, kept.camera = view.use_local_camera, view.camera.name_full if view.camera is not None else ""
        kept.perspective, kept.camera_zoom, kept.camera_offset = (
            region.view_perspective,
            region.view_camera_zoom,
            region.view_camera_offset,
        )
    kept.edit = edit.group.identity


def _restore(view: bpy.types.SpaceView3D, edits: Mapping[str, Edit]) -> None:
    """Let the view be as it was, but for what is no longer as the edit set it."""
    kept = _kept(view)
    for setting in SETTINGS:
        if setting.read(view) == setting.shown:
            setting.write(view, getattr(kept, setting.kept))
    if _looks_through_edit(view, edits):
        _give_camera_back(view, kept)
    kept.edit = ""


def _give_camera_back(view: bpy.types.SpaceView3D, kept: bpy.types.PropertyGroup) -> None:
    region = view.region_3d
    # A view whose camera is deleted leaves it by itself.
    if region is not None and (region.view_perspective == "CAMERA" or view.camera is None):
        with contextlib.suppress(TypeError):
            region.view_perspective = kept.perspective
        region.view_camera_zoom, region.view_camera_offset = kept.camera_zoom, kept.camera_offset
    if kept.local_camera:
        view.camera = next((item for item in bpy.data.objects if item.name_full == kept.camera), None)
    else:
        # Not by itself in a screen that no window shows.
        scene = _scene_of(view)
        view.camera = scene.camera if scene is not None else None
        view.use_local_camera = False


def _scene_of(view: bpy.types.SpaceView3D) -> bpy.types.Scene | None:
    """The scene that the view's window shows; where no window does, the one of the first."""
    windows = [window for manager in bpy.data.window_managers for window in manager.windows]
    shown = next((window for window in windows if window.screen == view.id_data), windows[0] if windows else None)
    return shown.scene if shown is not None else None


def _looks_through_edit(view: bpy.types.SpaceView3D, edits: Mapping[str, Edit]) -> bool:
    """Whether the view's camera is still that of the edit, or what Blender put in its place as that was lost."""
    if not view.use_local_camera:
        return False
    camera, edit = view.camera, edits.get(_kept(view).edit)
    if edit is not None and edit.is_laid_out:
        return bool(camera == edit.group.camera)
    scene = _scene_of(view)
    return camera is None or not camera.users_scene or (scene is not None and camera == scene.camera)
