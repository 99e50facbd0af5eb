"""Bake targets: a new one is a module and a row, and what a job planned is still true when it writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import bpy
import pytest

from tests.blender.copied_addon import copy_addon
from tests.blender.scene_of_puppet import PUPPET, PUPPET_FILE, RANGE, STREET, ask, contents, keys_of, open_puppet

ROW = '    MARKER = "MARKER", "Marker", "An empty that goes where the hips go", "marker", "EMPTY_AXIS", 8\n'
MODULE = '''
"""The marker: an empty where the performer's hips are."""

import bpy

from ...core.skeleton import Joint
from .target import Target, TargetPlan, Written


class MarkerPlan(TargetPlan):
    def write(self, writing):
        marker = bpy.data.objects.new("Marker", None)
        writing.scene.collection.objects.link(marker)
        motion = writing.takes[0].motion
        for frame, (right, down) in zip(motion.frames, motion.positions[:, Joint.MID_HIP]):
            marker.location = right, 0, -down
            marker.keyframe_insert("location", frame=int(frame))
        keys = 3 * len(motion.frames)
        return Written((marker.animation_data.action,), keys, keys, performers=(marker,))


class Marker(Target):
    only_adds = True
    one_performer = "Choose one performer for the marker"

    def needs(self, settings):
        return "Choose a character that the marker goes along with" if settings.body.armature is None else ""

    def plan(self, settings, subject, plane):
        return MarkerPlan(settings, subject, plane)


TARGET = Marker()
'''
PROGRAM = """
import json, sys
import bpy

folder, told, *arguments = sys.argv[sys.argv.index("--") + 1 :]
sys.path.insert(0, folder)
import blender_addon
from blender_addon import cli

blender_addon.register()
chosen = bpy.context.scene.retarget2d
chosen.video, chosen.bake = "street.mp4", {"MARKER"}
items = {item.identifier: item.name for item in type(chosen).bl_rna.properties["bake"].enum_items}
missing = bpy.context.window_manager.retarget2d.missing
helped, done = cli.main(["--help"]), cli.main(arguments)
with open(told, "w") as file:
    json.dump({"items": items, "missing": missing, "statuses": [helped, done]}, file)
blender_addon.unregister()
"""
"""What is run in a Blender of its own, with the add-on that lies in a folder."""


@pytest.fixture
def puppet(addon: ModuleType) -> bpy.types.Object:
    return open_puppet()


def copy_with_marker(folder: Path) -> None:
    """The add-on with one more module and one more row; nothing else is different."""
    copy = copy_addon(folder)
    (copy / "bridge/targets/marker.py").write_text(MODULE)
    rows = copy / "settings/bake_targets.py"
    before, after = rows.read_text().split("\n\nOF_RIGS")
    rows.write_text(f"{before}{ROW}\n\nOF_RIGS{after}")


def test_a_new_target_is_a_module_and_a_row(worker_python: Path, tmp_path: Path) -> None:
    copy_with_marker(tmp_path)
    program, told, out = tmp_path / "program.py", tmp_path / "told.json", tmp_path / "out.blend"
    program.write_text(PROGRAM)
    job = ["--file", PUPPET_FILE, "--video", STREET, "--range", RANGE, "--armature", PUPPET, "--bake", "marker"]
    words = ["--", tmp_path, told, *job, "--output", out, "--python", worker_python, "--json"]
    start = [bpy.app.binary_path, "-b", "--python", program] if bpy.app.binary_path else [sys.executable, program]
    done = subprocess.run(
        [str(word) for word in (*start, *words)],
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
        cwd=tmp_path,
        env=os.environ | {"BLENDER_USER_RESOURCES": str(tmp_path / "user"), "PYTHONPATH": ""},
    )
    assert told.is_file(), done.stderr
    found = json.loads(told.read_text())
    assert found["items"] == {"RIG": "Rig", "GREASE_PENCIL": "Figure", "DRAWING": "Drawing", "MARKER": "Marker"}
    assert found["missing"] == "Choose a character that the marker goes along with"
    assert found["statuses"] == [0, 0], done.stderr
    assert "marker" in next(line for line in done.stdout.splitlines() if "rig" in line and "drawing" in line)
    report = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))
    assert (report["keys"], report["figures"]) == (3 * 24, [])
    bpy.ops.wm.open_mainfile(filepath=str(out))
    action = bpy.data.objects["Marker"].animation_data.action
    assert report["actions"] == [action.name]
    curves = keys_of(action)
    assert len(curves) == 3
    assert len({value for _, value in curves["location", 0]}) > 12, "the marker goes where the performer goes"
    assert bpy.data.objects[PUPPET].animation_data is None


def run_job(meanwhile: Callable[[], None] = lambda: None) -> Any:  # noqa: ANN401
    """Run the whole job, and do something once it has planned its bake."""
    from blender_addon.bridge.job.job_settings import JobSettings
    from blender_addon.bridge.scene import addon as package
    from blender_addon.operators import stages
    from blender_addon.operators.jobs import Run

    run = Run(stages.whole_job(JobSettings.of(bpy.context.scene), package.preferred()))
    assert run.advance()
    meanwhile()
    run.finish()
    return run


def test_the_bones_of_a_rig_are_mapped_once_a_job(puppet: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    from blender_addon.bridge.bone_maps import current_map, map_bones

    maps = []

    def counted(*arguments: Any) -> Any:  # noqa: ANN401
        maps.append(map_bones(*arguments))
        return maps[-1]

    monkeypatch.setattr(current_map, "map_bones", counted)
    ask(bake={"RIG", "GREASE_PENCIL"})
    assert not run_job().error
    assert len(maps) == 1


def lean(puppet: bpy.types.Object) -> None:
    puppet.pose.bones["hips"].location.x = 0.5


def turn(puppet: bpy.types.Object) -> None:
    puppet.rotation_euler.z = 1.0
    bpy.context.view_layer.update()


def map_without_a_hand(puppet: bpy.types.Object) -> None:
    from blender_addon.bridge.armature.rest_pose import read_rest_pose
    from blender_addon.bridge.bone_maps.current_map import choose_map
    from blender_addon.bridge.bone_maps.stored import store_map

    rest = read_rest_pose(puppet)
    bone_map = choose_map(puppet, rest).bone_map
    store_map(puppet, bone_map.with_part("right_hand", ()), rest)


@pytest.mark.parametrize("change", [lean, turn, map_without_a_hand])
def test_what_changes_on_a_rig_after_the_bake_was_planned_counts(
    puppet: bpy.types.Object, change: Callable[[bpy.types.Object], None]
) -> None:
    ask(bake={"RIG", "GREASE_PENCIL"})
    assert not run_job().error
    unchanged = all_keys()
    puppet = open_puppet()
    ask(bake={"RIG", "GREASE_PENCIL"})
    assert not run_job(lambda: change(puppet)).error
    late = all_keys()
    puppet = open_puppet()
    change(puppet)
    ask(bake={"RIG", "GREASE_PENCIL"})
    assert not run_job().error
    assert late == all_keys()
    assert late != unchanged


def all_keys() -> tuple[object, ...]:
    """What the puppet's Action holds, and where the figure stands."""
    [figure] = [item for item in bpy.data.objects if item.type == "GREASEPENCIL"]
    place = [round(value, 5) for row in figure.matrix_world for value in row]
    return keys_of(bpy.data.objects[PUPPET].animation_data.action), place


def lengthen(puppet: bpy.types.Object) -> None:
    edit(puppet)
    forearm, hand = puppet.data.edit_bones["forearm.R"], puppet.data.edit_bones["hand.R"]
    longer = 0.3 * (forearm.tail - forearm.head)
    forearm.tail, hand.head, hand.tail = forearm.tail + longer, hand.head + longer, hand.tail + longer
    bpy.ops.object.mode_set(mode="OBJECT")


def edit(puppet: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = puppet
    bpy.ops.object.mode_set(mode="EDIT")


def unlink(puppet: bpy.types.Object) -> None:
    for collection in puppet.users_collection:
        collection.objects.unlink(puppet)


def remove(puppet: bpy.types.Object) -> None:
    bpy.data.objects.remove(puppet)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lengthen,
            "The proportions of Puppet changed since the motion was retargeted; retarget again.",
        ),
        (edit, "Puppet is being edited; leave Edit Mode first."),
        (unlink, "Puppet is not in the scene Scene; choose an armature that is."),
        (remove, "Puppet was deleted in the meantime; choose another object."),
    ],
)
def test_a_rig_that_is_no_longer_what_was_planned_is_one_sentence(
    puppet: bpy.types.Object, change: Callable[[bpy.types.Object], None], sentence: str
) -> None:
    ask(bake={"RIG", "GREASE_PENCIL"})
    made: list[dict[str, Any]] = []

    def changed() -> None:
        change(puppet)
        made.append(contents())

    assert run_job(changed).error == sentence
    assert [contents()] == made
    if bpy.context.mode != "OBJECT":
        bpy.ops.object.mode_set(mode="OBJECT")
