"""Runs inside a Blender with a window: uses the add-on as a person does and writes down what came of it.

    blender --enable-event-simulate --python scenarios.py -- SCENARIO FOLDER WORKER_PYTHON

SCENARIO is one of SCENARIOS. The result is FOLDER/result.json; a request for a photograph is a file NAME.request there.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import bpy

ROOT = Path(__file__).resolve().parents[3]
PUPPET_FILE, VIDEO = ROOT / "assets/characters/puppet.blend", ROOT / "assets/footage/street.mp4"
PUPPET = "Puppet"
DRAWN_FILE, DRAWN = ROOT / "assets/characters/drawn.blend", "Doodle"
RUN, SAMPLE = "bpy.ops.retarget2d.run()", "bpy.ops.retarget2d.try_sample()"
SHORT, LONG, BOTH = "0:24", "0:200", "60:90"
"""Parts of the video: one to finish, one to interrupt, one that shows two people."""
EDITED, EDITED_FRAME = "60:120", 20
"""The part that is laid out to be edited, and the frame that is photographed."""
REDRAWS = 100
TURNS = 3
"""How often the view is changed while a preview plays."""
SAMPLE_FRAME = 12
CLICKED_PART = 0.75
"""How far along the strip under the view it is clicked."""
PORTRAIT, PORTRAIT_FRAME = "0:120", 54
"""The part that the documentation shows, and the frame of the scene."""


def module_of(path: Path) -> ModuleType:
    """The module in that file."""
    described = importlib.util.spec_from_file_location(path.stem, path)
    assert described is not None
    assert described.loader is not None
    module = importlib.util.module_from_spec(described)
    sys.modules[path.stem] = module
    described.loader.exec_module(module)
    return module


if TYPE_CHECKING:
    from tests.blender.ui.window import Steps, Window

window_module = module_of(Path(__file__).with_name("window.py"))
scene_module = module_of(ROOT / "tests/blender/scene_of_puppet.py")


def prepare(window: Window, frame_range: str) -> Steps:
    """The puppet and the video, as a user has chosen them, and our tab."""
    scene_module.ask(frame_range=frame_range)
    bpy.context.scene.retarget2d.video = str(VIDEO)
    yield from window.open_tab()
    with bpy.context.temp_override(window=window.window):
        bpy.ops.ed.undo_push(message="Prepared")


def keys() -> list[Any]:
    """The puppet's keys, as JSON can hold them."""
    action = bpy.data.objects[PUPPET].animation_data.action
    return sorted([path, index, points] for (path, index), points in scene_module.keys_of(action).items())


def button(window: Window) -> Steps:
    """Click the button, draw on while the worker works, and undo."""
    yield from prepare(window, SHORT)
    before = scene_module.contents()
    began = time.monotonic()
    yield from window.until(lambda: time.monotonic() - began > 4)
    RESULT["idle"] = window.redraws(began)
    yield from window.photograph("ready")
    yield from window.click(RUN)
    began = time.monotonic()
    yield from window.until(window.ended)
    RESULT["beside_job"] = window.redraws(began)
    RESULT.update(error=window.status.error, note=window.status.note, device=window.status.device, keys=keys())
    yield from window.photograph("done")
    window.press("Z", ctrl=True)
    yield 1.0
    RESULT["undone"] = scene_module.contents() == before


def search(window: Window) -> Steps:
    """F3, as a user who looks for it."""
    yield from prepare(window, SHORT)
    yield from window.search("Retarget Video")
    yield from window.until(window.ended)
    RESULT.update(error=window.status.error, note=window.status.note, keys=keys())


def escape(window: Window) -> Steps:
    """ESC at each stage that takes time, and once more in the detection that goes on from the one before."""
    yield from prepare(window, LONG)
    before = scene_module.contents()
    for stage in ("Starting", "Looking for people", "Looking for people, from frame"):
        yield from window.click(RUN)
        yield from window.until(window.at(stage))
        assert window.status.stage.startswith(stage), window.status.note or window.status.error
        if stage != "Starting":
            yield from window.until(window.in_the_middle)
            yield from window.photograph("working")
        pressed = time.monotonic()
        window.press("ESC")
        yield from window.until(window.ended)
        RESULT[stage] = {
            "seconds": time.monotonic() - pressed,
            "note": window.status.note,
            "error": window.status.error,
            "same": scene_module.contents() == before,
        }
        yield 1.0


def killed(window: Window) -> Steps:
    """The worker is killed in the middle of its work."""
    yield from prepare(window, LONG)
    before = scene_module.contents()
    yield from window.click(RUN)
    yield from window.until(window.at("Looking"))
    yield from window.until(window.in_the_middle)
    assert not window.ended(), window.status.error
    client = sys.modules[f"{PACKAGE}.worker.client"]
    os.kill(client.worker_process_id(), signal.SIGKILL)
    yield from window.until(window.ended)
    RESULT.update(error=window.status.error, same=scene_module.contents() == before)
    yield from window.photograph("killed")
    # Blender 5 shows the report where the mouse is, over the button, until it is put away.
    window.press("ESC")
    yield 1.0
    bpy.context.scene.retarget2d.frame_range = SHORT
    yield from window.click(RUN)
    yield from window.until(window.ended)
    RESULT.update(error_after=window.status.error, note_after=window.status.note)


def portrait(window: Window) -> Steps:
    """The tab at work and when it is done, for the documentation."""
    yield from prepare(window, PORTRAIT)
    bpy.context.scene.retarget2d.video = bpy.path.relpath(str(VIDEO))
    yield from window.click(RUN)
    yield from window.until(window.at("Looking for people"))
    yield from window.until(lambda: window.ended() or window.status.progress > 0.4)
    yield from window.photograph("working")
    yield from window.until(window.ended)
    RESULT.update(error=window.status.error)
    bpy.context.scene.frame_set(PORTRAIT_FRAME)
    yield from window.settled()
    yield from window.photograph("done")


def open_panels(*names: str) -> None:
    """Of the tab's panels these are open, all others closed; to be said before the tab is shown."""
    for kind in sys.modules[f"{PACKAGE}.panels"].CLASSES:
        if issubclass(kind, bpy.types.Panel):
            bpy.utils.unregister_class(kind)
            kind.bl_options = (
                frozenset() if kind.__name__.removeprefix("RETARGET2D_PT_") in names else frozenset({"DEFAULT_CLOSED"})
            )
            bpy.utils.register_class(kind)


def horizon(window: Window) -> Steps:
    """A line along the horizon, a line that is given up, and undo."""
    open_panels("character")
    yield from prepare(window, SHORT)
    settings = bpy.context.scene.retarget2d
    yield from window.photograph("automatic")
    yield from window.point_at("bpy.ops.retarget2d.draw_horizon()", 0.85)
    window.press_button()
    yield 0.5
    window.press("ESC")
    yield 0.5
    RESULT["given_up"] = settings.camera_tilt_auto
    yield from window.point_at("bpy.ops.retarget2d.draw_horizon()", 0.85)
    window.press_button()
    yield 0.5
    yield from window.drag([(200, 500), (300, 480), (600, 400)])
    RESULT["drawn"] = (settings.camera_tilt_auto, settings.camera_tilt)
    yield from window.settled()
    yield from window.photograph("drawn")
    window.press("Z", ctrl=True)
    yield 1.0
    RESULT.update(undone=bpy.context.scene.retarget2d.camera_tilt_auto, error="")


def feet(window: Window) -> Steps:
    """How feet stand, as it is and as it may be chosen."""
    open_panels("character", "feet")
    yield from prepare(window, SHORT)
    yield from window.photograph("usual")
    settings = bpy.context.scene.retarget2d
    settings.feet.planting, settings.feet.ground_auto = "ALWAYS", False
    settings.bake = {"GREASE_PENCIL"}
    yield from window.settled()
    yield from window.photograph("chosen")
    RESULT.update(error="")


def channels(window: Window) -> Steps:
    """Which channels are keyed, with everything that a choice brings."""
    open_panels("bake", "channels", "stretch")
    yield from prepare(window, SHORT)
    yield from window.photograph("usual")
    settings = bpy.context.scene.retarget2d.channels
    settings.limbs, settings.right_arm = {"RIGHT_ARM", "LEFT_ARM", "BODY"}, 0.5
    settings.root, settings.use_stretch = "OBJECT", True
    yield from window.settled()
    yield from window.photograph("chosen")
    RESULT.update(error="")


def drawing(window: Window) -> Steps:
    """An artist's own drawing and its layers."""
    open_panels("bake", "drawing")
    with bpy.data.libraries.load(str(DRAWN_FILE)) as (_, loaded):
        loaded.objects = [DRAWN]
    bpy.context.scene.collection.objects.link(loaded.objects[0])
    yield from prepare(window, SHORT)
    settings = bpy.context.scene.retarget2d
    settings.armature, settings.bake, settings.drawing.target = None, {"DRAWING"}, loaded.objects[0]
    bpy.ops.retarget2d.assign_layers()
    yield from window.settled()
    yield from window.photograph("usual")
    settings.drawing.way = "BONES"
    yield from window.settled()
    yield from window.photograph("chosen")
    RESULT.update(error="")


def keys_and_timing(window: Window) -> Steps:
    """How the motion is keyed, when it is performed, and which layer it becomes, with everything that a choice brings."""
    open_panels("bake", "timing", "keys", "layers", "drawing", "style")
    yield from prepare(window, SHORT)
    yield from window.photograph("usual")
    settings = bpy.context.scene.retarget2d
    settings.timing.cycle, settings.layers.mode = True, "LAYER"
    settings.bake = {"RIG", "GREASE_PENCIL"}
    yield from window.settled()
    yield from window.photograph("chosen")
    RESULT.update(error="")


def footage(window: Window) -> Steps:
    """What is done to the performance before it is retargeted."""
    open_panels("footage", "cleaning", "performers", "edit", "poses", "character", "blend", "steps")
    yield from prepare(window, SHORT)
    yield from window.photograph("usual")
    RESULT.update(error="")


def bone_map(window: Window) -> Steps:
    """The bone map of a character that a person has begun to edit, for the documentation."""
    open_panels("character", "bone_map")
    yield from prepare(window, SHORT)
    chosen = bpy.context.scene.retarget2d.bone_map
    yield from window.photograph("found")
    chosen.left_ankle = "shin.R"
    chosen.head = "head"
    chosen.left_hand = ""
    chosen.part = "left_ankle"
    RESULT.update(summary=chosen.summary, error="")
    yield from window.settled()
    yield from window.photograph("edited")


def plays_another(puppet: bpy.types.Object, earlier: int) -> bool:
    """Whether it plays another Action than that with the session uid."""
    return bool(puppet.animation_data.action.session_uid != earlier)


def strip_place(window: Window, part: float) -> tuple[int, int]:
    """A place on the strip under the view, so far along it (0..1)."""
    module = sys.modules[f"{PACKAGE}.operators.evidence_strip"]
    region = next(region for region in window.area.regions if region.type == "WINDOW")
    with bpy.context.temp_override(window=window.window, area=window.area, region=region):
        strip = module._strip(bpy.context)
    return round(strip.left + part * strip.width), round(strip.bottom + strip.height / 2)


def photograph_of_editors(window: Window) -> Steps:
    """The video in the Movie Clip editor and in the Image editor, with the skeletons over it."""
    area, clip, image = window.area, bpy.data.movieclips.load(str(VIDEO)), bpy.data.images.load(str(VIDEO))
    for kind, content, member in (("CLIP_EDITOR", clip, "clip"), ("IMAGE_EDITOR", image, "image")):
        area.type = kind
        space = area.spaces.active
        setattr(space, member, content)
        if kind == "IMAGE_EDITOR":
            space.image_user.use_auto_refresh, space.image_user.frame_duration = True, 1000
        yield 1.0
        region = next(region for region in area.regions if region.type == "WINDOW")
        with bpy.context.temp_override(window=window.window, area=area, region=region):
            getattr(bpy.ops, member).view_all("EXEC_DEFAULT")
        area.tag_redraw()
        yield 1.0
        yield from window.photograph(kind.lower())
    area.type = "VIEW_3D"
    bpy.data.movieclips.remove(clip)
    bpy.data.images.remove(image)
    yield 1.0


def preview(window: Window) -> Steps:
    """The character performs at the press of a button, follows the view, an undo, and is as it was once it is stopped."""
    open_panels("bake")
    yield from prepare(window, SHORT)
    yield from window.search("Detect Performers")
    yield from window.until(window.ended)
    bpy.context.scene["last_step"] = True
    with bpy.context.temp_override(window=window.window):
        bpy.ops.ed.undo_push(message="Last step of the user")
    playing, before = sys.modules[f"{PACKAGE}.bridge.preview.preview"].preview, scene_module.contents()
    puppet, scene = bpy.data.objects[PUPPET], bpy.context.scene

    def shown() -> bool:
        return bool(playing.problem or (playing.whole and puppet.animation_data and puppet.animation_data.action))

    yield from window.point_at("bpy.ops.retarget2d.preview()")
    window.press_button()
    yield from window.until(shown)
    scene.frame_set(SAMPLE_FRAME)
    yield from window.settled()
    yield from window.photograph("playing")
    seconds = []
    for turn in range(TURNS):
        earlier, began = puppet.animation_data.action.session_uid, time.monotonic()
        scene.retarget2d.view, scene.retarget2d.azimuth = "ANGLE", 0.3 + 0.1 * turn
        yield from window.until(partial(plays_another, puppet, earlier))
        seconds.append(time.monotonic() - began)
    yield from window.photograph("turned")
    RESULT.update(seconds=seconds, problem=playing.problem, runtime=puppet.animation_data.action.is_runtime_data)
    scene.retarget2d.view = "AS_FILMED"
    with bpy.context.temp_override(window=window.window, area=window.area):
        bpy.ops.retarget2d.stop_preview()
    yield 1.0
    scene.frame_set(1)
    RESULT.update(same=scene_module.contents() == before, on=playing.on)
    with bpy.context.temp_override(window=window.window, area=window.area):
        bpy.ops.retarget2d.preview("INVOKE_DEFAULT")
    yield from window.until(shown)
    window.press("Z", ctrl=True)
    yield 2.0
    RESULT.update(
        took_back="last_step" not in bpy.context.scene,
        on_after_undo=playing.on,
        actions_after_undo=[action.name for action in bpy.data.actions],
        error="",
    )


def evidence(window: Window) -> Steps:
    """While a preview plays: the video in a corner, a click on the strip under the view, and the editors of videos."""
    open_panels("bake")
    yield from prepare(window, SHORT)
    yield from window.search("Detect Performers")
    yield from window.until(window.ended)
    playing = sys.modules[f"{PACKAGE}.bridge.preview.preview"].preview
    film, session = (sys.modules[f"{PACKAGE}.bridge.{name}"] for name in ("preview.film", "job.session"))
    window.status.show_video = True
    with bpy.context.temp_override(window=window.window, area=window.area):
        bpy.ops.retarget2d.preview("INVOKE_DEFAULT")
    yield from window.until(
        lambda: playing.problem or (playing.whole and not film.is_missing(session.session.performance.key))
    )
    bpy.context.scene.frame_set(SAMPLE_FRAME)
    yield from window.photograph("evidence")
    yield from window.click_in_view(*strip_place(window, CLICKED_PART))
    RESULT.update(clicked=bpy.context.scene.frame_current, frames=playing.evidence.frames.tolist())
    yield from photograph_of_editors(window)
    RESULT.update(problem=playing.problem, error="")


def editing(window: Window) -> Steps:
    """The performance over the video, as F3 lays it out, then the next doubtful frame."""
    yield from prepare(window, EDITED)
    bpy.context.scene.render.fps = 30
    yield from window.search("Detect Performers")
    yield from window.until(window.ended)
    portraits, session = (
        sys.modules[f"{PACKAGE}.bridge.scene.portraits"],
        sys.modules[f"{PACKAGE}.bridge.job.session"].session,
    )
    RESULT["icons"] = [portraits.icon_of(session.performance.key, performer) for performer in session.performance.ids]
    yield from window.search("Edit Performance")
    yield from window.until(window.ended)
    view = window.area.spaces.active
    RESULT.update(
        error=window.status.error,
        note=window.status.note,
        perspective=view.region_3d.view_perspective,
        colours=view.shading.color_type,
    )
    with bpy.context.temp_override(window=window.window, area=window.area, region=window.area.regions[-1]):
        bpy.context.scene.frame_set(EDITED_FRAME)
        bpy.ops.view3d.view_center_camera()
    yield from window.photograph("edit")
    before = bpy.context.scene.frame_current
    with bpy.context.temp_override(window=window.window, area=window.area):
        bpy.ops.retarget2d.next_doubt()
    RESULT.update(
        went_on=bpy.context.scene.frame_current > before,
        selected=len([item for item in bpy.data.objects if item.select_get()]),
    )
    yield from window.photograph("doubt")


def choosers(window: Window) -> Steps:
    """The fields that show which performers are chosen, drawn again and again."""
    open_panels("footage", "character")
    yield from prepare(window, BOTH)
    yield from window.search("Detect Performers")
    yield from window.until(window.ended)
    settings = bpy.context.scene.retarget2d
    settings.performer_choice = "1"
    settings.view, settings.look.view_source.performer_choice = "AS_OTHER", "1"
    drawn = {panel: window.watch(f"RETARGET2D_PT_{panel}") for panel in ("footage", "character")}
    yield from window.redrawn(REDRAWS)
    yield from window.photograph("chosen")
    shown = {
        panel: [[text for name, text in texts if name == "performer_choice"] for texts in seen]
        for panel, seen in drawn.items()
    }
    RESULT.update(error=window.status.error, shown=shown)


def messages(window: Window) -> Steps:
    """What the tab says of a bake and of errors, while the scene goes on."""
    open_panels("footage", "bake")
    drawn = window.watch("RETARGET2D_PT_bake")

    def look(name: str) -> Steps:
        yield from window.settled()
        yield from window.photograph(name)
        RESULT[name] = [text for _, text in drawn[-1]]

    yield from prepare(window, SHORT)
    yield from window.click(RUN)
    yield from window.until(window.ended)
    yield from look("baked")
    bpy.context.scene.retarget2d.view = "SIDE"
    yield from look("outrun")
    bpy.context.scene.retarget2d.frame_range = "soon"
    yield from window.click(RUN)
    yield from window.until(window.ended)
    window.press("ESC")  # the report, which may lie over the tab
    yield from look("wrong")
    bpy.context.scene.retarget2d.frame_range, bpy.context.scene.retarget2d.view = SHORT, "AS_FILMED"
    yield from look("put_back")
    wheel = window.folder / "wheels/empty.whl"
    wheel.parent.mkdir()
    wheel.touch()
    with bpy.context.temp_override(window=window.window):
        bpy.ops.retarget2d.install_runtime("INVOKE_DEFAULT", wheels=str(wheel.parent))
    yield 0.5
    RESULT["installing"] = window.status.running
    window.press("ESC")
    yield from window.until(window.ended)
    RESULT["installation"] = window.status.installation
    yield from look("installation_cancelled")
    other = bpy.data.scenes.new("Other")
    window.window.scene = other
    yield from look("other_scene")
    with bpy.context.temp_override(window=window.window):
        bpy.ops.wm.read_homefile()
    yield 1.0
    yield from window.open_tab()
    yield from look("new_file")
    RESULT["error"] = ""


def first_clicks(window: Window) -> Steps:
    """What somebody does who has just installed the extension: the sample, then the button."""
    open_panels("footage", "bake")
    with bpy.context.temp_override(window=window.window):
        bpy.ops.wm.read_homefile()
    yield 1.0
    bpy.context.preferences.addons[PACKAGE].preferences.python = WORKER_PYTHON
    yield from window.open_tab()
    yield from window.settled()
    yield from window.photograph("empty")
    yield from window.point_at(SAMPLE)
    window.press_button()
    yield from window.until(lambda: bool(bpy.context.scene.retarget2d.video))
    yield from window.settled()
    yield from window.photograph("sample")
    bpy.context.scene.retarget2d.frame_range = SHORT
    yield from window.click(RUN)
    yield from window.until(window.ended)
    yield from window.settled()
    RESULT.update(error=window.status.error, note=window.status.note)
    bpy.context.scene.frame_set(SAMPLE_FRAME)
    yield from window.photograph("baked")
    for _ in range(2):
        window.press("Z", ctrl=True)
        yield 1.0
    RESULT["undone"] = [sorted(item.name for item in bpy.data.objects), bpy.context.scene.retarget2d.video]


def beside_cube(window: Window) -> Steps:
    """A figure of the video in a new file, whose cube stands where it would."""
    open_panels("footage", "bake")
    with bpy.context.temp_override(window=window.window):
        bpy.ops.wm.read_homefile()
    yield 1.0
    bpy.context.preferences.addons[PACKAGE].preferences.python = WORKER_PYTHON
    bpy.context.scene.render.fps = 30
    yield from prepare(window, SHORT)
    bpy.context.scene.retarget2d.bake = {"GREASE_PENCIL"}
    with bpy.context.temp_override(window=window.window):
        bpy.ops.ed.undo_push(message="Figure")
    yield from window.click(RUN)
    yield from window.until(window.ended)
    yield from window.settled()
    yield from window.photograph("figure")

    def left() -> tuple[list[str], int, int, str]:
        """What is selected, which frames are played, and what the tab says."""
        scene = bpy.context.scene
        selected = [item.name for item in bpy.data.objects if item.select_get()]
        return selected, scene.frame_start, scene.frame_end, window.status.note

    RESULT.update(error=window.status.error, baked=left())
    window.press("Z", ctrl=True)
    yield 1.0
    RESULT["undone"] = left()


def looks(view: bpy.types.SpaceView3D) -> dict[str, Any]:
    """How a 3D view looks at the scene: all of it that an edit may change."""
    region, shading = view.region_3d, view.shading
    return {
        "shading": [shading.type, shading.color_type],
        "lines": view.overlay.show_relationship_lines,
        "camera": [view.use_local_camera, view.camera.name if view.camera else ""],
        "perspective": region.view_perspective,
        "framing": [round(region.view_camera_zoom, 3), *(round(value, 3) for value in region.view_camera_offset)],
        "place": [round(value, 4) for value in (*region.view_location, *region.view_rotation, region.view_distance)],
    }


def all_looks() -> list[dict[str, Any]]:
    """How every 3D view of the file looks, those of other workspaces too."""
    spaces = (space for screen in bpy.data.screens for area in screen.areas for space in area.spaces)
    return [looks(space) for space in spaces if space.type == "VIEW_3D"]


def chosen() -> list[Any]:
    """What is selected, what is active, and the mode."""
    layer = bpy.context.view_layer
    return [
        sorted(item.name for item in layer.objects if item.select_get()),
        layer.objects.active.name if layer.objects.active else "",
        bpy.context.mode,
    ]


def two_views(window: Window) -> Steps:
    """Two 3D views that look at the puppet each in its own way, a camera of the scene and another one; the puppet is
    chosen, in Pose Mode.
    """
    yield from prepare(window, EDITED)
    scene = bpy.context.scene
    scene.render.fps = 30
    for name, place in (("Scene Camera", (0.0, -12.0, 2.0)), ("Other Camera", (3.0, -12.0, 2.0))):
        camera = bpy.data.objects.new(name, bpy.data.cameras.new(name))
        camera.location, camera.rotation_euler[0] = place, 1.5708
        scene.collection.objects.link(camera)
    scene.camera = bpy.data.objects["Scene Camera"]
    with bpy.context.temp_override(window=window.window, area=window.area, region=window.area.regions[-1]):
        bpy.ops.screen.area_split(direction="VERTICAL", factor=0.4)
    first, second = views(window)
    first.shading.color_type, first.overlay.show_relationship_lines = "MATERIAL", True
    first.region_3d.view_perspective = "ORTHO"
    second.shading.type, second.shading.color_type = "WIREFRAME", "RANDOM"
    second.use_local_camera, second.camera = True, bpy.data.objects["Other Camera"]
    second.region_3d.view_perspective, second.region_3d.view_camera_zoom = "CAMERA", 12.0
    puppet = bpy.data.objects[PUPPET]
    with bpy.context.temp_override(window=window.window, area=window.area, region=window.area.regions[-1]):
        bpy.ops.object.select_all(action="DESELECT")
        puppet.select_set(True)
        bpy.context.view_layer.objects.active = puppet
        bpy.ops.object.mode_set(mode="POSE")
    yield 1.0


def views(window: Window) -> list[bpy.types.SpaceView3D]:
    """The window's 3D views."""
    return [area.spaces.active for area in window.window.screen.areas if area.type == "VIEW_3D"]


def edited(window: Window) -> Steps:
    """Lay the performance out, by its button's command, as a user does who then looks for a doubtful frame and brings
    the picture closer.
    """
    with bpy.context.temp_override(window=window.window, area=window.area, region=window.area.regions[-1]):
        bpy.ops.retarget2d.edit_performance("INVOKE_DEFAULT", True)
    yield from window.until(window.ended)
    assert not window.status.error, window.status.error
    with bpy.context.temp_override(window=window.window, area=window.area, region=window.area.regions[-1]):
        bpy.ops.view3d.view_center_camera()
        bpy.context.scene.frame_set(EDITED_FRAME)
    yield 0.5


def go_to_doubt(window: Window) -> Steps:
    """The next doubtful frame, whose joints are selected."""
    with bpy.context.temp_override(window=window.window, area=window.area):
        bpy.ops.retarget2d.next_doubt()
    yield 0.3


def given_back(window: Window) -> Steps:
    """An edit is begun and discarded: how the views look before, in between and after; then once more, with a view that
    the user changes meanwhile.
    """
    open_panels("footage", "edit", "bake")
    yield from two_views(window)
    RESULT.update(error="", before=[looks(view) for view in views(window)], chosen_before=chosen())
    yield from window.photograph("before")
    yield from edited(window)
    yield from go_to_doubt(window)
    RESULT["between"] = [looks(view) for view in views(window)]
    yield from window.photograph("between")
    discard(window)
    yield 1.0
    RESULT.update(after=[looks(view) for view in views(window)], chosen_after=chosen())
    yield from window.photograph("after")
    yield from edited(window)
    first, second = views(window)
    first.shading.color_type, first.region_3d.view_perspective = "VERTEX", "PERSP"
    second.shading.type, second.overlay.show_relationship_lines = "RENDERED", True
    second.camera = bpy.data.objects["Scene Camera"]
    discard(window)
    yield 1.0
    RESULT["own"] = [looks(view) for view in views(window)]


def discard(window: Window) -> None:
    """Discard the edit, as a user who confirmed it."""
    with bpy.context.temp_override(window=window.window, area=window.area, region=window.area.regions[-1]):
        bpy.ops.retarget2d.discard_edit("EXEC_DEFAULT", True)


def delete_objects(window: Window) -> Steps:
    """Delete all that can be selected of the edit, with X."""
    [collection] = [found for found in bpy.data.collections if found.name.endswith("Performance")]
    with bpy.context.temp_override(window=window.window, area=window.area, region=window.area.regions[-1]):
        bpy.ops.object.mode_set(mode="OBJECT")
        bpy.ops.object.select_all(action="DESELECT")
        for item in collection.objects:
            item.select_set(True)
        bpy.ops.object.delete()
    yield 1.0


def unlink(_window: Window) -> Steps:
    """Take the edit's collection out of the scene, as the outliner does."""
    [collection] = [found for found in bpy.data.collections if found.name.endswith("Performance")]
    bpy.context.scene.collection.children.unlink(collection)
    yield 1.0


def undo(window: Window) -> Steps:
    """Ctrl+Z until the edit is gone."""
    for _ in range(3):
        if any(found.name.endswith("Performance") for found in bpy.data.collections):
            window.press("Z", ctrl=True)
            yield 1.0


def reopen_and_discard(window: Window) -> Steps:
    """Save the file while the performance is edited, open it again with its windows, and discard the edit."""
    yield from go_to_doubt(window)
    path = str(window.folder / "edited.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    with bpy.context.temp_override(window=window.window):
        bpy.ops.wm.open_mainfile(filepath=path, load_ui=True)
    yield 1.0
    discard(window)
    yield 1.0


def open_another(window: Window) -> Steps:
    """Open another file and keep the windows that there are."""
    with bpy.context.temp_override(window=window.window):
        bpy.ops.wm.open_mainfile(filepath=str(PUPPET_FILE), load_ui=False)
    yield 1.0


def leave(window: Window) -> Steps:
    """Leave the edit as it is, by the tab's button's command."""
    yield from go_to_doubt(window)
    with bpy.context.temp_override(window=window.window, area=window.area, region=window.area.regions[-1]):
        assert bpy.ops.retarget2d.leave_edit("INVOKE_DEFAULT", True) == {"FINISHED"}
        assert not bpy.ops.retarget2d.leave_edit.poll()
    assert [found for found in bpy.data.collections if found.name.endswith("Performance")]
    yield 0.5


def disable(window: Window) -> Steps:
    """Turn the add-on off."""
    yield from go_to_doubt(window)
    if PACKAGE.startswith("bl_ext."):
        bpy.ops.preferences.addon_disable(module=PACKAGE)
    else:
        sys.modules[PACKAGE].unregister()
    yield 0.5


def eventually(met: Callable[[], bool]) -> Steps:
    """Wait for it, a few seconds at most: a busy machine is slow to do what Blender does by itself."""
    for _ in range(16):
        if met():
            return
        yield 0.5


LEAVINGS = {
    "left": leave,
    "deleted": delete_objects,
    "unlinked": unlink,
    "undone": undo,
    "reopened": reopen_and_discard,
    "another": open_another,
    "disabled": disable,
}
"""Ways to leave an edit beside *Discard Edit*."""


def leaving(window: Window) -> Steps:
    """Each way to leave an edit, from the same two views and the same file on."""
    yield from two_views(window)
    path = str(window.folder / "begun.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    RESULT.update(error="", ways={})
    for name, way in LEAVINGS.items():
        with bpy.context.temp_override(window=window.window):
            bpy.ops.wm.open_mainfile(filepath=path, load_ui=True)
        yield 1.0
        with bpy.context.temp_override(window=window.window):
            bpy.ops.ed.undo_push(message="Opened")
        before = {"views": [looks(view) for view in views(window)], "all": all_looks(), "chosen": chosen()}
        yield from edited(window)
        between = [looks(view) for view in views(window)]
        yield from way(window)
        yield from eventually(lambda was=before["all"]: all_looks() == was)  # type: ignore[misc]
        after = {"views": [looks(view) for view in views(window)], "all": all_looks(), "chosen": chosen()}
        RESULT["ways"][name] = {"before": before, "between": between, "after": after}


def correction(window: Window) -> Steps:
    """A correction of who is who that was made for the video by its whole path is taken away while the field names it
    beside the file.
    """
    open_panels("footage", "performers")
    yield from prepare(window, SHORT)
    settings = bpy.context.scene.retarget2d
    made = settings.editing.corrections.add()
    made.operation, made.one, made.other, made.video, made.frame_range = "SWAP", 1, 2, str(VIDEO), SHORT
    settings.video = bpy.path.relpath(str(VIDEO))
    RESULT.update(error="", video=settings.video)
    yield from window.settled()
    yield from window.photograph("usual")
    yield from window.point_at("bpy.ops.retarget2d.remove_correction(index=0)", across=0.865)
    window.press_button()
    yield 1.0
    RESULT["left"] = len(settings.editing.corrections)


def damaged(window: Window) -> Steps:
    """All panels, of a file in which everything that is kept as text is damaged."""
    open_panels("footage", "performers", "edit", "character", "bone_map", "bake", "layers", "drawing", "style")
    yield from prepare(window, SHORT)
    yield from edited(window)
    scene, puppet = bpy.context.scene, bpy.data.objects[PUPPET]
    RESULT.update(error="", said=[])
    for text in (
        "UEsDBBQAAAAI",
        "[" * 5000,
        json.dumps({"root": "\ud800", "bones": {"neck": ["a\0b"]}, "confidence": 10**400}),
    ):
        scene.retarget2d.editing.edits[0].detected = text
        puppet.retarget2d_bone_map = text
        yield from window.settled()
        RESULT["said"].append(scene.retarget2d.bone_map.summary)
    yield from window.photograph("usual")
    with bpy.context.temp_override(window=window.window, area=window.area):
        try:
            bpy.ops.retarget2d.next_doubt()
        except RuntimeError as error:
            RESULT["said"].append(str(error))
    discard(window)
    yield from window.settled()


PLAYED = (
    beside_cube,
    first_clicks,
    bone_map,
    button,
    choosers,
    messages,
    search,
    escape,
    killed,
    portrait,
    editing,
    preview,
    evidence,
    footage,
    horizon,
    feet,
    channels,
    keys_and_timing,
    drawing,
    given_back,
    leaving,
    correction,
    damaged,
)
SCENARIOS = {scenario.__name__: scenario for scenario in PLAYED}
RESULT: dict[str, Any] = {}


def finish(folder: Path, error: BaseException | None) -> None:
    """Write the result and leave."""
    if error is not None:
        RESULT["failed"] = "".join(traceback.format_exception(error))
    (folder / "result.json").write_text(json.dumps(RESULT), encoding="utf-8")
    bpy.ops.wm.quit_blender()


def enabled(worker_python: str) -> str:
    """Turn the add-on on, with its worker on that Python, and open the puppet's file; the add-on's module."""
    bpy.context.preferences.view.show_splash = False
    package: str = module_of(ROOT / "blender_addon/cli.py").module_of_extension()
    entries = bpy.context.preferences.addons
    if package not in entries:
        entries.new().module = package
    entries[package].preferences.python = worker_python
    bpy.ops.wm.open_mainfile(filepath=str(PUPPET_FILE))
    return package


def begin(scenario: Callable[[Window], Steps], folder: Path) -> None:
    """Play it."""
    window_module.play(scenario(window_module.Window(folder)), lambda error: finish(folder, error))


if __name__ == "__main__":
    scenario, folder_name, WORKER_PYTHON = sys.argv[sys.argv.index("--") + 1 :]
    PACKAGE = enabled(WORKER_PYTHON)
    begin(SCENARIOS[scenario], Path(folder_name))
