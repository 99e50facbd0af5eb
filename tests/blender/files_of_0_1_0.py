"""Write down version 0.1.0 for the tests of later ones: its properties, what its options set, and files that it saved.

    .venv-bpy-4.3/bin/python -m tests.blender.files_of_0_1_0

The add-on of one commit writes it, whatever the checkout holds, in the oldest Blender: every later one opens its files.
Run it again only to pin more of 0.1.0. The options in `options.json` are written by hand; this fills in what they set.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import bpy

from tests.blender.parsed_options import OptionPins
from tests.blender.rna_properties import described_properties
from tests.blender.setting_values import own_properties, saved_properties, setting_values, value_at

ROOT = Path(__file__).resolve().parents[2]
COMMIT = "b49f948e62145c29df9f472687146db46d6a24f5"
OLDEST = (4, 3)
FOLDER = Path("tests/blender/data/0_1_0")
HERE = "--here"
"""The option with which this runs in a folder that holds the add-on of the commit."""

CHARACTERS = Path("assets/characters")
VIDEO = "//../../../../assets/footage/street.mp4"
RANGE = "0:24"
CORRECTED = (12, 60.0)
"""The frame on which a joint of the edit is moved, and by how many pixels."""
LEFT_WRIST = 7
GOLDEN = 0.618034
WIDEST = 100.0

Document = dict[str, Any]


def main() -> None:
    """Take the commit out of the history, and let it write."""
    if sys.argv[1:] == [HERE]:
        write_everything()
        return
    if bpy.app.version[:2] != OLDEST:
        raise SystemExit(f"This is Blender {bpy.app.version_string}; run it with .venv-bpy-4.3/bin/python.")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        archive = folder / "commit.tar"
        packing = ["git", "archive", f"--output={archive}", COMMIT, "blender_addon", "assets"]
        subprocess.run(packing, cwd=ROOT, check=True)
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        (folder / FOLDER).mkdir(parents=True)
        shutil.copy(ROOT / FOLDER / "options.json", folder / FOLDER)
        worker = os.environ.get("BLENDER_WORKER_PYTHON") or str(ROOT / ".venv/bin/python")
        own = {"BLENDER_USER_RESOURCES": str(folder / "user"), "BLENDER_WORKER_PYTHON": worker, "PYTHONPATH": str(ROOT)}
        program = [sys.executable, "-m", "tests.blender.files_of_0_1_0", HERE]
        subprocess.run(program, cwd=folder, env=os.environ | own, check=True)
        for path in sorted((folder / FOLDER).iterdir()):
            shutil.copy(path, ROOT / FOLDER)
            sys.stdout.write(f"{FOLDER / path.name}: {path.stat().st_size / 1000:.0f} kB\n")


def write_everything() -> None:
    """Everything, into FOLDER of the working directory."""
    import blender_addon

    assert Path(blender_addon.__file__).is_relative_to(Path.cwd()), "the add-on of the commit comes first"
    entry = bpy.context.preferences.addons.new()
    entry.module = blender_addon.__name__
    blender_addon.register()
    bpy.context.preferences.filepaths.save_version = 0
    preferences = bpy.context.preferences.addons[blender_addon.__name__].preferences
    write("properties", described_properties(preferences), 1)
    preferences.python = os.environ["BLENDER_WORKER_PYTHON"]
    for make in (every_setting, every_choice, mostly_unset, two_scenes, baked, drawing_in_motion):
        make()
    write_options()
    blender_addon.unregister()


def write_options() -> None:
    """What each fragment of the job's options sets; those of other commands set nothing."""
    pinned = json.loads((FOLDER / "options.json").read_text(encoding="utf-8"))
    pinned["job"] = OptionPins(FOLDER.absolute(), (CHARACTERS / "puppet.blend").absolute()).effects(pinned["job"])
    write("options", pinned, 2)


def every_setting() -> None:
    """Every setting is changed from its default."""
    blank_file()
    scene = bpy.context.scene
    blocks = blocks_to_point_to(scene)
    change_everything(scene.retarget2d, "retarget2d", blocks, count(1))
    save("every_setting")


def every_choice() -> None:
    """A scene for each place in the longest list of choices, so that the number of every choice is in the file."""
    blank_file()
    most = max(len(items) for _, items in choices(bpy.context.scene))
    for index in range(most):
        scene = bpy.data.scenes.new(f"Choice {index:02}")
        scene.retarget2d.editing.corrections.add()
        scene.retarget2d.drawing.layers.add()
        for path, items in choices(scene):
            group, _, name = path.rpartition(".")
            chosen = items[index % len(items)]
            holder = scene.path_resolve(group)
            setattr(holder, name, {chosen} if holder.bl_rna.properties[name].is_enum_flag else chosen)
    store("every_choice")
    told = {scene.name: {path: value_at(scene, path) for path, _ in choices(scene)} for scene in bpy.data.scenes}
    write("every_choice", {"scenes": told}, 2)


def mostly_unset() -> None:
    """A job is prepared: a video, a character, and nothing else."""
    open_character("puppet")
    settings = bpy.context.scene.retarget2d
    settings.video, settings.armature = VIDEO, bpy.data.objects["Puppet"]
    save("mostly_unset")


def two_scenes() -> None:
    """One scene is set up in part and animated, one holds values that were set back, and one was never looked at."""
    blank_file()
    shot = bpy.context.scene
    shot.name, settings = "Shot", shot.retarget2d
    settings.video, settings.view, settings.plane = VIDEO, "ANGLE", "SIDE"
    settings.depth_auto, settings.depth, settings.timing.speed = False, 0.25, 0.5
    settings.keys.mode, settings.channels.root, settings.feet.planting = "TWOS", "IN_PLACE", "NEVER"
    for frame, azimuth, elevation, amount in ((1, 0.0, 10.0, 1.0), (48, 90.0, -20.0, 0.25)):
        settings.azimuth, settings.elevation, settings.channels.right_arm = azimuth, elevation, amount
        for path in ("retarget2d.azimuth", "retarget2d.elevation", "retarget2d.channels.right_arm"):
            shot.keyframe_insert(path, frame=frame)
    back = bpy.data.scenes.new("Set Back").retarget2d
    back.timing.speed, back.bake, back.editing.smooth = 1.0, {"RIG"}, 0.75
    back.keys.mode, back.feet.ground = "DENSE", 2.0
    back.keys.property_unset("mode")
    back.feet.property_unset("ground")
    bpy.data.scenes.new("Untouched")
    save("two_scenes")


def baked() -> None:
    """A puppet with a bone map of its own, a bake onto it and a figure, and the edit that was corrected before."""
    open_character("puppet")
    bpy.ops.wm.save_as_mainfile(filepath=str(path_of("baked")))
    scene, settings = bpy.context.scene, bpy.context.scene.retarget2d
    scene.render.fps = 30
    settings.video, settings.frame_range = VIDEO, RANGE
    settings.armature, settings.bake = bpy.data.objects["Puppet"], {"RIG", "GREASE_PENCIL"}
    done(bpy.ops.retarget2d.bone_map_find())
    done(bpy.ops.retarget2d.bone_map_export(filepath=str((FOLDER / "bone_map.json").absolute())))
    settings.bone_map.right_hand = ""
    done(bpy.ops.retarget2d.edit_performance())
    frame, across = CORRECTED
    wrist = settings.editing.edits[0].joints[LEFT_WRIST].item
    scene.frame_set(frame)
    wrist.location[0] += across
    wrist.keyframe_insert("location", index=0, frame=frame)
    done(bpy.ops.retarget2d.run())
    save("baked")


def drawing_in_motion() -> None:
    """An artist's drawing whose layers perform."""
    open_character("drawn")
    bpy.ops.wm.save_as_mainfile(filepath=str(path_of("drawing_in_motion")))
    settings = bpy.context.scene.retarget2d
    settings.video, settings.frame_range, settings.bake = VIDEO, RANGE, {"DRAWING"}
    settings.drawing.target = bpy.data.objects["Doodle"]
    done(bpy.ops.retarget2d.assign_layers())
    settings.drawing.layers["Face"].part = "NONE"
    done(bpy.ops.retarget2d.run())
    save("drawing_in_motion")


def choices(scene: bpy.types.Scene) -> list[tuple[str, list[str]]]:
    """Every setting of the scene that is a choice, by its path, and what there is to choose."""
    found = []
    for path in setting_values(scene):
        group, _, name = path.rpartition(".")
        row = scene.path_resolve(group).bl_rna.properties[name]
        if row.type == "ENUM":
            found.append((path, [item.identifier for item in row.enum_items_static]))
    return found


def blocks_to_point_to(scene: bpy.types.Scene) -> dict[str, bpy.types.ID]:
    """What settings that are pointers point to, by their names."""
    bpy.ops.object.grease_pencil_add(type="EMPTY")
    made = {
        "target": bpy.context.object,
        "armature": bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig")),
        "carrier": bpy.data.objects.new("Carrier", None),
        "camera": bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera")),
        "item": bpy.data.objects.new("Joint", None),
    }
    for item in made.values():
        if item.name not in scene.collection.objects:
            scene.collection.objects.link(item)
    made["collection"] = bpy.data.collections.new("Performance")
    scene.collection.children.link(made["collection"])
    return made


def change_everything(
    group: bpy.types.PropertyGroup,
    path: str,
    blocks: dict[str, bpy.types.ID],
    serial: Iterator[int],
    *,
    is_row: bool = False,
) -> None:
    """Give every setting another value than its default; collections get two rows."""
    for row in saved_properties(group, is_row=is_row):
        name, own = row.identifier, f"{path}.{row.identifier}"
        value = getattr(group, name)
        if isinstance(value, bpy.types.PropertyGroup):
            change_everything(value, own, blocks, serial)
        elif row.type == "COLLECTION":
            for index in range(2):
                change_everything(value.add(), f"{own}[{index}]", blocks, serial, is_row=True)
        else:
            setattr(group, name, blocks[name] if row.type == "POINTER" else other_value(row, own, next(serial)))
            assert group.is_property_set(name)
            assert value_at(group.id_data, own) != usual_value(row), own


def usual_value(row: bpy.types.Property) -> Any:  # noqa: ANN401
    """The default, as JSON holds it."""
    if row.type == "POINTER":
        return None
    if row.type == "ENUM":
        return sorted(row.default_flag) if row.is_enum_flag else row.default
    return list(row.default_array) if row.type != "STRING" and row.is_array else row.default


def other_value(row: bpy.types.Property, path: str, serial: int) -> Any:  # noqa: ANN401
    """A value that is not the default, and rarely the same as another setting's."""
    if row.type == "STRING":
        return f"{path} – ø 動き"
    if row.type == "BOOLEAN":
        return not row.default
    if row.type == "ENUM":
        items = [item.identifier for item in row.enum_items_static]
        if row.is_enum_flag:
            return set(items[2:]) if row.default_flag == set(items) else set(items) - row.default_flag
        others = [item for item in items if item != row.default]
        return others[serial % len(others)]
    return (
        tuple(_other_number(row, serial + index) for index in range(row.array_length))
        if row.is_array
        else _other_number(row, serial)
    )


def _other_number(row: bpy.types.Property, serial: int) -> float:
    least, most = max(row.soft_min, -WIDEST), min(row.soft_max, WIDEST)
    number: float = least + (0.1 + 0.8 * (serial * GOLDEN % 1)) * (most - least)
    return number if row.type == "FLOAT" else round(number)


def done(result: set[str]) -> None:
    """The operator did it."""
    assert result == {"FINISHED"}, result


def blank_file() -> None:
    """Begin with nothing."""
    bpy.ops.wm.read_homefile(use_empty=True)


def open_character(name: str) -> None:
    """Begin with a shipped character."""
    bpy.ops.wm.open_mainfile(filepath=str((CHARACTERS / f"{name}.blend").absolute()), load_ui=False)


def path_of(name: str) -> Path:
    """The .blend file."""
    return (FOLDER / f"{name}.blend").absolute()


def store(name: str) -> None:
    """Save the open file and open it again."""
    if bpy.data.filepath:
        bpy.ops.file.make_paths_relative()
    bpy.ops.wm.save_as_mainfile(filepath=str(path_of(name)), compress=True)
    bpy.ops.wm.open_mainfile(filepath=str(path_of(name)), load_ui=False)


def save(name: str) -> None:
    """Save the open file, and beside it what this version finds in it."""
    store(name)
    shown = bpy.context.scene.retarget2d.bone_map
    parts = [item.identifier for item in shown.bl_rna.properties["part"].enum_items_static]
    told: Document = {
        "scenes": {scene.name: setting_values(scene) for scene in bpy.data.scenes},
        "animated": animated_values(),
        "own properties": own_properties(),
        "bone map": {part: getattr(shown, part) for part in parts},
        "carried maps": {item.name: item.retarget2d_bone_map for item in bpy.data.objects if item.retarget2d_bone_map},
    }
    write(name, {what: found for what, found in told.items() if any(found.values())}, 3)


def animated_values() -> dict[str, dict[str, Any]]:
    """The open scene's settings that are animated, at some frames."""
    scene = bpy.context.scene
    action = scene.animation_data.action if scene.animation_data is not None else None
    paths = dict.fromkeys(curve.data_path for curve in action.fcurves) if action is not None else {}
    told: dict[str, dict[str, Any]] = {}
    for frame in (1, 24, 48) if paths else ():
        scene.frame_set(frame)
        told[str(frame)] = {path: value_at(scene, path) for path in paths}
    return told


def write(name: str, document: Document, depth: int) -> None:
    """Write JSON, a line for whatever lies `depth` objects deep."""
    (FOLDER / f"{name}.json").write_text(_lines(document, depth) + "\n", encoding="utf-8")


def _lines(value: Any, depth: int, margin: str = "") -> str:  # noqa: ANN401
    if depth == 0 or not isinstance(value, dict) or not value:
        return json.dumps(value, ensure_ascii=False)
    inner = f"{margin}  "
    rows = (
        f"{inner}{json.dumps(key, ensure_ascii=False)}: {_lines(each, depth - 1, inner)}" for key, each in value.items()
    )
    return "{\n" + ",\n".join(rows) + f"\n{margin}}}"


if __name__ == "__main__":
    main()
