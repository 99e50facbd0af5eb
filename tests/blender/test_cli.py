"""The command line: the same keys as the button, an exit status that is true, and one sentence on stderr for every
mistake.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import bpy
import pytest

from tests.blender.scene_of_puppet import BOTH, PUPPET, PUPPET_FILE, RANGE, ROOT, STREET, ask, keys_of, open_puppet

JOB = ["--video", str(STREET), "--range", RANGE, "--armature", PUPPET, "--bake", "rig"]

AS_MODULE = """
import sys, runpy, bpy
bpy.ops.wm.open_mainfile(filepath=sys.argv[1], load_ui=False)
script = sys.argv[2]
sys.argv = ["blender", "--", *sys.argv[3:]]
runpy.run_path(script, run_name="__main__")
"""
"""What `blender -b FILE --python cli.py -- ARGS` does, where Blender is a module."""


def command_line(file: Path, *arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run cli.py as a script in a Blender of its own, of the kind that runs this test."""
    script, words = str(ROOT / "blender_addon/cli.py"), list(map(str, arguments))
    if bpy.app.binary_path:
        program = [bpy.app.binary_path, "-b", str(file), "--python", script, "--", *words]
    else:
        program = [sys.executable, "-c", AS_MODULE, str(file), script, *words]
    return subprocess.run(
        program,
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
        cwd=cwd or ROOT,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
    )


def sentence_of(errors: str) -> str:
    """The one line on stderr; what Blender itself may say about the machine is not ours."""
    lines = [line for line in errors.splitlines() if line.strip() and "mounted file-systems" not in line]
    assert len(lines) == 1, errors
    return lines[0]


def test_the_command_writes_the_same_keys_as_the_button(addon: ModuleType, worker_python: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.blend"
    unseen = "3:27"  # what was looked at before comes from the cache, with no progress to tell
    result = command_line(PUPPET_FILE, *JOB, "--range", unseen, "--output", out, "--python", worker_python, "--json")
    assert result.returncode == 0, result.stderr
    report = json.loads(next(line for line in result.stdout.splitlines() if line.startswith("{")))
    puppet = open_puppet()
    ask(frame_range=unseen)
    bpy.ops.retarget2d.run()
    by_button = keys_of(puppet.animation_data.action)
    assert report["keys"] == sum(map(len, by_button.values()))
    bpy.ops.wm.open_mainfile(filepath=str(out))
    baked = bpy.data.objects[PUPPET].animation_data.action
    assert report["actions"] == [baked.name]
    assert keys_of(baked) == by_button
    assert report["device"] == "cpu"
    assert report["frames"] == 24
    assert report["seconds"] > 0
    assert "%" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["out.blend"]


def test_a_file_may_be_opened_by_the_command_and_everybody_drawn(worker_python: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.blend"
    arguments = [
        "--file",
        PUPPET_FILE,
        "--video",
        STREET,
        "--range",
        BOTH,
        "--performer",
        "all",
        "--bake",
        "grease-pencil",
        "--view=-30,10",
        "--output",
        out,
    ]
    result = command_line(PUPPET_FILE, *arguments, "--python", worker_python, "--json")
    assert result.returncode == 0, result.stderr
    report = json.loads(next(line for line in result.stdout.splitlines() if line.startswith("{")))
    assert len(report["figures"]) == len(report["performers"]) == 2
    assert report["drawings"] > 0
    bpy.ops.wm.open_mainfile(filepath=str(out))
    assert set(report["figures"]) <= set(bpy.data.objects.keys())


def test_a_layer_is_made_headless_with_the_same_options_and_its_notes_are_told(
    worker_python: Path, tmp_path: Path
) -> None:
    puppet = open_puppet()
    puppet.pose.bones["forearm.R"].constraints.new("LIMIT_ROTATION").name = "Stiff"
    source, out = tmp_path / "source.blend", tmp_path / "out.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(source))
    options = ["--bake-as", "layer", "--layer-title", "Wave", "--layer-blending", "combine", "--layer-influence", "0.5"]
    result = command_line(source, *JOB, *options, "--output", out, "--python", worker_python, "--json")
    assert result.returncode == 0, result.stderr
    report = json.loads(next(line for line in result.stdout.splitlines() if line.startswith("{")))
    assert any("(Stiff)" in notice for notice in report["notices"])
    assert "(Stiff)" in result.stderr
    bpy.ops.wm.open_mainfile(filepath=str(out))
    [track] = bpy.data.objects[PUPPET].animation_data.nla_tracks
    [strip] = track.strips
    assert (track.name, strip.blend_type, strip.influence, strip.action.name) == (
        "Wave",
        "COMBINE",
        0.5,
        report["actions"][0],
    )


def test_feet_and_ends_are_set_as_in_the_panel(worker_python: Path, tmp_path: Path) -> None:
    from blender_addon import cli

    out = tmp_path / "out.blend"
    open_puppet()
    asked = ["--feet", "always", "--ground", "0.5", "--legs", "fk", "--arms", "ik", "--turn", "hands,head"]
    assert cli.main([*JOB, *asked, "--output", str(out), "--python", str(worker_python)]) == 0
    bpy.ops.wm.open_mainfile(filepath=str(out))
    by_command = keys_of(bpy.data.objects[PUPPET].animation_data.action)
    feet, landmarks = bpy.context.scene.retarget2d.feet, bpy.context.scene.retarget2d.landmarks
    assert (feet.planting, feet.ground_auto, feet.ground, feet.legs, feet.arms) == ("ALWAYS", False, 0.5, "FK", "IK")
    assert (landmarks.hands, landmarks.feet, landmarks.head) == (True, False, True)
    puppet = open_puppet()
    settings = ask()
    settings.feet.planting, settings.feet.ground_auto, settings.feet.ground = "ALWAYS", False, 0.5
    settings.landmarks.feet = False
    bpy.ops.retarget2d.run()
    assert keys_of(puppet.animation_data.action) == by_command
    settings.feet.planting = "NEVER"
    bpy.ops.retarget2d.bake()
    assert keys_of(puppet.animation_data.action) != by_command


def baked_by_command(out: Path, worker_python: Path, *options: str) -> bpy.types.Action:
    """What the puppet plays in the file that the command writes, which is open then."""
    from blender_addon import cli

    open_puppet()
    assert cli.main([*JOB, *options, "--output", str(out), "--python", str(worker_python)]) == 0
    bpy.ops.wm.open_mainfile(filepath=str(out))
    action: bpy.types.Action = bpy.data.objects[PUPPET].animation_data.action
    return action


def test_half_the_speed_takes_twice_as_long(addon: ModuleType, worker_python: Path, tmp_path: Path) -> None:
    usual = baked_by_command(tmp_path / "usual.blend", worker_python).frame_range[1]
    slow = baked_by_command(tmp_path / "slow.blend", worker_python, "--speed", "0.5")
    assert bpy.context.scene.retarget2d.timing.speed == 0.5
    assert slow.frame_range[1] - 1 == pytest.approx(2 * (usual - 1), abs=1)
    by_command = keys_of(slow)
    puppet = open_puppet()
    ask().timing.speed = 0.5
    bpy.ops.retarget2d.run()
    assert keys_of(puppet.animation_data.action) == by_command


def test_a_cycle_repeats_and_closes(addon: ModuleType, worker_python: Path, tmp_path: Path) -> None:
    from blender_addon.bridge.scene.animation.actions import curves_of_all_slots

    options = [
        "--range",
        "90:150",
        "--performer",
        "2",
        "--cycle",
        "--cycle-frames",
        "15",
        "--cycle-root",
        "in-place",
        "--repeats",
        "2",
        "--keys",
        "dense",
    ]
    action = baked_by_command(tmp_path / "cycle.blend", worker_python, *options)
    first, last = (int(frame) for frame in action.frame_range)
    assert action.use_cyclic
    assert (last - first) % 2 == 0
    assert last - first >= 30
    moving = [
        curve
        for curve in curves_of_all_slots(action)
        if len(curve.keyframe_points) > 2 and curve.keyframe_points[0].interpolation != "CONSTANT"
    ]
    assert moving
    for curve in moving:
        assert [modifier.type for modifier in curve.modifiers] == ["CYCLES"]
        turns = curve.evaluate(last) - curve.evaluate(first)
        assert turns == pytest.approx(2 * (curve.evaluate((first + last) / 2) - curve.evaluate(first)), abs=1e-3)
        if curve.data_path.endswith("location"):
            assert turns == pytest.approx(0, abs=1e-3), "it stays in place"
        assert curve.evaluate(last + 7) - turns == pytest.approx(curve.evaluate(first + 7), abs=1e-3)
    ended = baked_by_command(tmp_path / "ended.blend", worker_python, *options, "--no-endless")
    assert not any(curve.modifiers for curve in curves_of_all_slots(ended))


def test_poses_on_twos_stand_for_two_frames(addon: ModuleType, worker_python: Path, tmp_path: Path) -> None:
    from blender_addon.bridge.scene.animation.actions import curves_of_all_slots

    action = baked_by_command(tmp_path / "twos.blend", worker_python, "--keys", "twos")
    first, last = (int(frame) for frame in action.frame_range)
    turning = [
        curve
        for curve in curves_of_all_slots(action)
        if curve.data_path.endswith("rotation_euler") and len(curve.keyframe_points) > 1
    ]
    assert turning
    for curve in turning:
        assert [key.co[0] for key in curve.keyframe_points] == list(range(first, last + 1, 2))
        assert {key.interpolation for key in curve.keyframe_points} == {"CONSTANT"}
    assert any(curve.evaluate(first + 2) != curve.evaluate(first) for curve in turning)
    assert all(curve.evaluate(first + 1) == curve.evaluate(first) for curve in turning)


def test_channels_are_chosen_headless_as_in_the_panel(addon: ModuleType, worker_python: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.blend"
    options = [
        "--key-limbs",
        "right-arm,body",
        "--amount",
        "right-arm=0.5",
        "--amount",
        "body=0",
        "--pose",
        "kept",
        "--path",
        "object",
        "--stretch",
        "0.8",
        "--keep-volume",
        "0",
    ]
    result = command_line(PUPPET_FILE, *JOB, *options, "--output", out, "--python", worker_python, "--json")
    assert result.returncode == 0, result.stderr
    report = json.loads(next(line for line in result.stdout.splitlines() if line.startswith("{")))
    bpy.ops.wm.open_mainfile(filepath=str(out))
    puppet, channels = bpy.data.objects[PUPPET], bpy.context.scene.retarget2d.channels
    assert channels.limbs == {"RIGHT_ARM", "BODY"}
    assert (channels.right_arm, channels.left_arm, channels.body) == (0.5, 1.0, 0.0)
    assert (channels.pose, channels.root, round(channels.stretch, 4), channels.volume) == ("ADDED", "OBJECT", 0.8, 0.0)
    assert set(report["actions"]) == {puppet.animation_data.action.name, puppet.parent.animation_data.action.name}
    keyed = {path.split('"')[1] for path, _ in keys_of(puppet.animation_data.action)}
    assert "forearm.R" in keyed
    assert not {name for name in keyed if name.endswith(".L") or "shin" in name or name == "head"}


def test_a_file_stays_compressed(worker_python: Path, tmp_path: Path) -> None:
    open_puppet()
    source, out = tmp_path / "source.blend", tmp_path / "out.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(source), compress=True, copy=True)
    result = command_line(source, *JOB, "--output", out, "--python", worker_python)
    assert result.returncode == 0, result.stderr
    assert source.read_bytes()[:4] == out.read_bytes()[:4] != b"BLEN"


def test_a_bone_map_is_written_edited_and_used(addon: ModuleType, worker_python: Path, tmp_path: Path) -> None:
    file, out = tmp_path / "puppet.json", tmp_path / "out.blend"
    written = command_line(PUPPET_FILE, "bone-map", "--armature", PUPPET, "--output", file)
    assert written.returncode == 0, written.stderr
    assert "2D puppet, 98% sure" in written.stderr
    bone_map = json.loads(file.read_text(encoding="utf-8"))
    assert bone_map["bones"]["head"] == ["neck", "head"]
    bone_map["bones"]["head"] = ["head"]
    file.write_text(json.dumps(bone_map), encoding="utf-8")
    result = command_line(PUPPET_FILE, *JOB, "--bone-map", file, "--output", out, "--python", worker_python)
    assert result.returncode == 0, result.stderr
    bpy.ops.wm.open_mainfile(filepath=str(out))
    puppet = bpy.data.objects[PUPPET]
    keyed = {path for path, _ in keys_of(puppet.animation_data.action)}
    assert 'pose.bones["head"].rotation_euler' in keyed
    assert not any("neck" in path for path in keyed)
    assert json.loads(puppet.retarget2d_bone_map)["bones"]["head"] == ["head"]


OUT = ["--output", "out.blend"]
MISTAKES: dict[str, tuple[list[str], str]] = {
    "nothing at all": ([], "required"),
    "no output": (JOB, "--output"),
    "no video": (["--bake", "rig", *OUT], "Choose a video"),
    "an unknown option": ([*JOB, *OUT, "--loud"], "--loud"),
    "a shortened option": ([*JOB, *OUT, "--perf", "1"], "--perf"),
    "a video that is missing": (["--video", "missing.mp4", "--armature", PUPPET, "--bake", "rig", *OUT], "missing.mp4"),
    "an armature that is missing": (
        ["--video", str(STREET), "--armature", "Nobody", "--bake", "rig", *OUT],
        f"choose among {PUPPET}",
    ),
    "a rig without an armature": (["--video", str(STREET), "--bake", "rig", *OUT], "Choose a character"),
    "a target that is none": ([*JOB, *OUT, "--bake", "clay"], "clay"),
    "an empty target": ([*JOB, *OUT, "--bake", ""], "--bake"),
    "an output folder that is missing": ([*JOB, "--output", "no/folder/out.blend"], "folder"),
    "an output that is no .blend": ([*JOB, "--output", "out.mp4"], "out.mp4"),
    "an output that is a folder": ([*JOB, "--output", "folder.blend"], "folder.blend"),
    "a performer that is none": ([*JOB, *OUT, "--performer", "somebody"], "somebody"),
    "performer nought": ([*JOB, *OUT, "--performer", "0"], "'0'"),
    "everybody on one rig": ([*JOB, *OUT, "--performer", "all"], "one performer"),
    "a view that is none": ([*JOB, *OUT, "--view", "sideways"], "sideways"),
    "a view of four angles": ([*JOB, *OUT, "--view", "1,2,3,4"], "1,2,3,4"),
    "a view that is no number": ([*JOB, *OUT, "--view", "nan"], "nan"),
    "keys of a view that are none": ([*JOB, *OUT, "--view-keys", "1:front 48:90"], "1:front"),
    "one key of a view": ([*JOB, *OUT, "--view-keys", "48:90"], "48:90"),
    "a view and its keys": ([*JOB, *OUT, "--view", "side", "--view-keys", "1:0 48:90"], "--view"),
    "a body beside the armature's": ([*JOB, *OUT, "--like", "same", "--like-person", "2"], "--like"),
    "a share of no blend": ([*JOB, *OUT, "--blend-motion", "0.5"], "--blend"),
    "a share beyond all": ([*JOB, *OUT, "--blend", "same", "--blend-motion", "2"], "'2'"),
    "a share of an armature": ([*JOB, *OUT, "--blend", "same", "--blend-skeleton", "1"], "--blend-skeleton"),
    "a person of no other video": ([*JOB, *OUT, "--view-like-person", "2"], "--view-like"),
    "another video that is missing": ([*JOB, *OUT, "--blend", "missing.mp4", "--blend-motion", "1"], "missing.mp4"),
    "limbs that are none": ([*JOB, *OUT, "--limbs", "rubber"], "rubber"),
    "a layout that is none": ([*JOB, *OUT, "--layout", "octopus"], "octopus"),
    "a frame rate of nought": ([*JOB, *OUT, "--fps", "0"], "--fps"),
    "a plane that is none": ([*JOB, *OUT, "--plane", "ceiling"], "ceiling"),
    "a depth beyond 1": ([*JOB, *OUT, "--depth", "2"], "'2'"),
    "a depth that is no number": ([*JOB, *OUT, "--depth", "nan"], "nan"),
    "a start frame that is no number": ([*JOB, *OUT, "--start-frame", "soon"], "soon"),
    "a start frame beyond Blender's": ([*JOB, *OUT, "--start-frame", "99999999999"], "99999999999"),
    "a strength beyond 1": ([*JOB, *OUT, "--smooth", "2"], "'2'"),
    "a policy that is none": ([*JOB, *OUT, "--lost", "found"], "found"),
    "a policy without cleaning": ([*JOB, *OUT, "--smooth", "0", "--lost", "hold"], "--smooth"),
    "a correction that is none": ([*JOB, *OUT, "--correct", "swap:1"], "swap:1"),
    "a way to bake that is none": ([*JOB, *OUT, "--bake-as", "sculpture"], "sculpture"),
    "a limb that is none": ([*JOB, *OUT, "--key-limbs", "tail"], "tail"),
    "an amount of no limb": ([*JOB, *OUT, "--amount", "tail=0.5"], "tail"),
    "an amount beyond 1": ([*JOB, *OUT, "--amount", "head=2"], "'2'"),
    "a carrier that is missing": ([*JOB, *OUT, "--path", "object", "--carrier", "Cloud"], "Cloud"),
    "a stretch beyond 1": ([*JOB, *OUT, "--stretch", "2"], "'2'"),
    "a blending that is none": ([*JOB, *OUT, "--layer-blending", "shake"], "shake"),
    "an influence beyond 1": ([*JOB, *OUT, "--layer-influence", "2"], "'2'"),
    "a planting that is none": ([*JOB, *OUT, "--feet", "sometimes"], "sometimes"),
    "a ground that is no height": ([*JOB, *OUT, "--ground", "floor"], "floor"),
    "legs of another kind": ([*JOB, *OUT, "--legs", "wood"], "wood"),
    "an end that does not turn": ([*JOB, *OUT, "--turn", "hands,tail"], "tail"),
    "a device that is none": ([*JOB, *OUT, "--device", "abacus"], "abacus"),
    "keys that are none": ([*JOB, *OUT, "--keys", "fours"], "fours"),
    "a tolerance of nought": ([*JOB, *OUT, "--angle-tolerance", "0"], "'0'"),
    "a speed beyond ten": ([*JOB, *OUT, "--speed", "11"], "'11'"),
    "a cycle of one frame": ([*JOB, *OUT, "--cycle", "--cycle-frames", "1"], "'1'"),
    "half a repeat": ([*JOB, *OUT, "--repeats", "0.5"], "'0.5'"),
    "a model that is none": ([*JOB, *OUT, "--model", "magic"], "magic"),
    "a python that is missing": ([*JOB, *OUT, "--python", "no/python"], "no/python"),
    "a file that is missing": ([*JOB, *OUT, "--file", "missing.blend"], "missing.blend"),
    "a file that is broken": ([*JOB, *OUT, "--file", "broken.blend"], "broken.blend"),
    "a scene that is missing": ([*JOB, *OUT, "--scene", "Act 2"], "Act 2"),
    "a bone map that is missing": ([*JOB, *OUT, "--bone-map", "missing.json"], "missing.json"),
    "a bone map that is none": ([*JOB, *OUT, "--bone-map", "broken.blend"], "broken.blend"),
    "a bone map and no armature": (
        ["--video", str(STREET), "--bake", "grease-pencil", *OUT, "--bone-map", "a.json"],
        "--armature",
    ),
    "the bone map of nobody": (["bone-map", "--armature", "Nobody", "--output", "out.json"], f"choose among {PUPPET}"),
    "a bone map over a .blend file": (["bone-map", "--armature", PUPPET, "--output", "broken.blend"], "broken.blend"),
    "a bone map over poses": (["bone-map", "--armature", PUPPET, "--output", "poses.json"], "poses.json"),
    "a bone map into a pipe": (["bone-map", "--armature", PUPPET, "--output", "pipe.json"], "pipe.json"),
    "a scene whose name is no text": ([*JOB, *OUT, "--scene", "caf\udce9"], "There is no scene caf"),
    "a bone map into no folder": (["bone-map", "--armature", PUPPET, "--output", "no/folder/out.json"], "out.json"),
    "wheels that are missing": (["setup", "--wheels", "no/wheels"], "no/wheels"),
    "an option of the other command": (["setup", *JOB], "--video"),
}


def contents(folder: Path) -> dict[str, bytes | None]:
    """What stands in a folder: the bytes of its files, None for a folder."""
    return {path.name: path.read_bytes() if path.is_file() else None for path in folder.iterdir()}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_sentence_and_no_file(
    mistake: str, addon: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from blender_addon import cli

    arguments, named = MISTAKES[mistake]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.blend").mkdir()
    (tmp_path / "broken.blend").write_bytes(b"BLENDER-v405 and no more")
    (tmp_path / "poses.json").write_bytes(b'[{"image_id": 0, "keypoints": [1, 2, 3]}]')
    os.mkfifo(tmp_path / "pipe.json")
    before = contents(tmp_path)
    open_puppet()
    capfd.readouterr()
    status = cli.main(arguments)
    sentence = sentence_of(
        "\n".join(line for line in capfd.readouterr().err.splitlines() if not line.startswith("Error: Cannot read"))
    )
    assert status != 0
    assert named in sentence
    assert sentence.endswith(".")
    assert contents(tmp_path) == before


def test_a_script_s_status_reaches_the_shell(tmp_path: Path) -> None:
    result = command_line(
        PUPPET_FILE,
        "--video",
        "missing.mp4",
        "--bake",
        "rig",
        "--armature",
        PUPPET,
        "--output",
        tmp_path / "out.blend",
        cwd=tmp_path,
    )
    assert result.returncode != 0
    assert "missing.mp4" in sentence_of(result.stderr)


def test_help_explains_every_option(addon: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    from blender_addon import cli

    assert cli.main(["--help"]) == 0
    text = capsys.readouterr().out
    for option in (
        "--video",
        "--armature",
        "--bake",
        "--output",
        "--performer",
        "--range",
        "--view",
        "--plane",
        "--depth",
        "--start-frame",
        "--smooth",
        "--lost",
        "--correct",
        "--bake-as",
        "--key-limbs",
        "--amount",
        "--pose",
        "--path",
        "--carrier",
        "--stretch",
        "--keep-volume",
        "--layer-title",
        "--layer-blending",
        "--layer-influence",
        "--feet",
        "--ground",
        "--legs",
        "--arms",
        "--turn",
        "--device",
        "--model",
        "--python",
        "--json",
        "--drawing",
        "--drawing-way",
        "--drawing-parts",
        "--no-near-far",
        "--figure-style",
        "setup",
    ):
        assert option in text


@pytest.mark.parametrize("compressed", [True, False], ids=["compressed", "plain"])
def test_a_disk_that_is_full_leaves_the_old_file(compressed: bool, addon: ModuleType, tmp_path: Path) -> None:
    """Files may grow no further than the limit: the write fails as on a full disk. Blender itself calls a compressed
    one saved all the same.
    """
    resource = pytest.importorskip("resource")
    from blender_addon.bridge.scene import blend_file

    open_puppet()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "source.blend"), compress=compressed)
    out = tmp_path / "out.blend"
    out.write_bytes(b"what was there")
    before = sorted(path.name for path in tmp_path.iterdir())
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(ValueError, match=r"out.blend could not be written"):
            blend_file.save_copy(out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert out.read_bytes() == b"what was there"
    assert sorted(path.name for path in tmp_path.iterdir()) == before
