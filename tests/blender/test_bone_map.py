"""The bone map that a character carries: edited in rows, mirrored, saved as presets, kept through renames, files and
overrides, and used by the job.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import bpy
import pytest

from blender_addon.bridge.bone_maps.panel_state import ShownMap
from tests.blender.rig_bones import RigBone, build_armature
from tests.blender.rigs import NO_BIPEDS, RIGS, planar_puppet
from tests.blender.scene_of_puppet import ask, contents, forget_session, open_puppet

pytestmark = pytest.mark.usefixtures("addon", "blank_file")


@pytest.fixture(autouse=True)
def presets_folder() -> Iterator[Path]:
    """The user's presets; none before and none after."""
    from blender_addon.bridge.scene import addon

    user = addon.user_folder()
    assert user is not None
    folder = user / "bone_maps"
    yield folder
    for file in folder.glob("*") if folder.is_dir() else ():
        file.unlink()


def choose(armature: bpy.types.Object) -> bpy.types.PropertyGroup:
    """Make it the scene's character; its bone map as the panel shows it."""
    bpy.context.scene.retarget2d.armature = armature
    return bpy.context.scene.retarget2d.bone_map


def now() -> ShownMap:
    """What the panel shows beside that."""
    return ShownMap.of(bpy.context.scene)


def sentences(part: str = "") -> list[str]:
    return [problem.sentence for problem in now().problems(part)]


def pose(armature: bpy.types.Object, *names: str) -> None:
    """Pose Mode with these bones selected."""
    from blender_addon.bridge.armature.bone_selection import select_bones

    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="POSE")
    select_bones(armature, names)


def test_what_is_found_is_shown_with_its_confidence_before_anything_is_stored(data_if_any: Path | None) -> None:
    shown = choose(RIGS["mixamo"](data_if_any))
    assert shown.summary.startswith("Mixamo, 98% sure: ")
    assert shown.right_elbow == "mixamorig:RightArm"
    assert shown.head == "mixamorig:Neck › mixamorig:Head"
    assert now().source("right_elbow") == "By its name (Mixamo)"
    assert not now().is_stored
    assert sentences() == []


def test_an_edited_row_is_carried_by_the_armature_and_says_so(data_if_any: Path | None) -> None:
    armature = RIGS["mixamo"](data_if_any)
    shown = choose(armature)
    shown.head = "mixamorig:Head"
    assert now().is_stored
    assert now().bones("head") == ("mixamorig:Head",)
    assert now().source("head") == "Mapped by hand"
    assert now().source("neck") == "By its name (Mixamo)"
    assert "1 edited" in shown.summary
    bpy.context.scene.retarget2d.armature = None
    assert choose(armature).head == "mixamorig:Head"


def test_a_chain_is_written_in_a_line_or_bone_by_bone(data_if_any: Path | None) -> None:
    shown = choose(RIGS["unreal"](data_if_any))
    shown.neck = "pelvis › spine_03"
    assert now().bones("neck") == ("pelvis", "spine_03")
    shown.part = "neck"
    shown.bone_2 = "spine_01"
    shown.bone_3 = "spine_02"
    assert now().bones("neck") == ("pelvis", "spine_01", "spine_02")
    shown.bone_1 = ""
    assert now().bones("neck") == ("spine_01", "spine_02")
    assert shown.bone_3 == ""
    shown.row = 0
    assert shown.part == "root"


def test_bones_are_picked_in_pose_mode_in_any_order(data_if_any: Path | None) -> None:
    armature = RIGS["rigify_metarig"](data_if_any)
    shown = choose(armature)
    shown.right_elbow = ""
    assert "No bone of human is mapped to the right upper arm; choose one." in sentences("right_elbow")
    pose(armature, "upper_arm.R.001" if "upper_arm.R.001" in armature.data.bones else "forearm.R", "upper_arm.R")
    assert bpy.ops.retarget2d.bone_map_pick(part="neck", bones="spine.002\nspine\nspine.001") == {"FINISHED"}
    assert now().bones("neck") == ("spine", "spine.001", "spine.002")
    pose(armature, "upper_arm.R")
    assert bpy.ops.retarget2d.bone_map_pick(part="right_elbow") == {"FINISHED"}
    assert shown.right_elbow == "upper_arm.R"


def test_bones_of_two_limbs_are_no_chain(data_if_any: Path | None) -> None:
    armature = RIGS["unreal"](data_if_any)
    shown = choose(armature)
    before = armature.retarget2d_bone_map
    with pytest.raises(RuntimeError, match="is not a child of"):
        bpy.ops.retarget2d.bone_map_pick(part="right_elbow", bones="upperarm_r\nupperarm_l")
    with pytest.raises(RuntimeError, match="select the bones of that part in Pose Mode first"):
        bpy.ops.retarget2d.bone_map_pick(part="right_elbow")
    assert armature.retarget2d_bone_map == before
    assert shown.right_elbow == "upperarm_r"


def test_unmapping_and_finding_anew(data_if_any: Path | None) -> None:
    shown = choose(RIGS["unreal"](data_if_any))
    bpy.ops.retarget2d.bone_map_unmap(part="left_knee")
    assert shown.left_knee == ""
    assert sentences() == ["No bone of unreal is mapped to the left thigh; choose one."]
    bpy.ops.retarget2d.bone_map_find()
    assert shown.left_knee == "thigh_l"
    assert now().is_stored
    bpy.ops.retarget2d.bone_map_forget()
    assert not now().is_stored


@pytest.mark.parametrize(
    "rig",
    [
        "mixamo",
        "unreal",
        "cmu_motionbuilder",
        "kaykit_knight",
        "quaternius_worker",
        "rigify",
        "rigify_metarig",
        "puppet",
    ],
)
def test_one_side_is_mirrored_from_the_other_by_name(rig: str, data_if_any: Path | None) -> None:
    choose(RIGS[rig](data_if_any))
    whole = {
        part: now().bones(part)
        for part in ("right_elbow", "right_wrist", "right_hand", "right_knee", "right_ankle", "right_foot", "right_hip")
    }
    for part in whole:
        bpy.ops.retarget2d.bone_map_unmap(part=part)
    assert bpy.ops.retarget2d.bone_map_mirror(side="LEFT") == {"FINISHED"}
    assert {part: now().bones(part) for part in whole} == whole
    assert sentences() == []


def test_bones_without_sides_in_their_names_are_mirrored_by_their_place(tmp_path: Path) -> None:
    from tests.blender.rigs import rename_at_random

    armature = planar_puppet(tmp_path)
    names = rename_at_random(armature)
    shown = choose(armature)
    bpy.ops.retarget2d.bone_map_unmap(part="left_wrist")
    bpy.ops.retarget2d.bone_map_mirror(side="RIGHT")
    assert shown.left_wrist == names["arm_lower.L"]


def test_a_bone_without_counterpart_is_named(data_if_any: Path | None) -> None:
    armature = RIGS["unreal"](data_if_any)
    armature.data.bones["hand_l"].name = "hook"
    shown = choose(armature)
    armature.data.bones["hook"].name = "claw_l"
    shown.left_hand = "claw_l"
    before = armature.retarget2d_bone_map
    bpy.ops.retarget2d.bone_map_mirror(side="LEFT")  # the claw lies where the right hand's mirror image does
    assert shown.right_hand == "hand_r"
    armature.retarget2d_bone_map = before
    shown.left_hand = "index_01_l"
    armature.data.bones["index_01_r"].name = "odd"
    assert bpy.ops.retarget2d.bone_map_mirror(side="LEFT") == {"FINISHED"}
    assert shown.right_hand == "odd"


def test_right_and_left_are_swapped(data_if_any: Path | None) -> None:
    shown = choose(RIGS["unreal"](data_if_any))
    bpy.ops.retarget2d.bone_map_swap()
    assert shown.right_knee == "thigh_l"
    assert any("swap them if the names are right" in sentence for sentence in sentences())
    assert not any(problem.stops for problem in now().problems())
    bpy.ops.retarget2d.bone_map_swap()
    assert sentences() == []


def test_each_problem_is_said_at_its_rows(data_if_any: Path | None) -> None:
    shown = choose(RIGS["unreal"](data_if_any))
    shown.left_ankle = "calf_r"
    assert "The bone calf_r is mapped to the right shin and the left shin; keep it in one of them." in sentences(
        "right_ankle"
    )
    assert (
        "The bone calf_r is not a child of thigh_l, which is mapped before it; choose bones of one limb, from the body outwards."
        in sentences("left_ankle")
    )
    shown.left_ankle = "calf_l"
    shown.right_toe = ""
    assert sentences("right_toe") == [
        "The left toe is mapped and the right toe is not; mirror the map, or leave it so if the character has only one."
    ]
    shown.right_toe = "ball_r"
    shown.right_knee, shown.right_ankle = "thigh_r", "foot_r"
    shown.right_foot = "ball_r"
    shown.right_toe = ""
    assert any(
        "1.8 times as long as" in sentence or "differ a lot in length" in sentence
        for sentence in sentences("right_knee")
    ), sentences()


def test_undo_takes_one_edit_back(data_if_any: Path | None) -> None:
    armature = RIGS["unreal"](data_if_any)
    shown = choose(armature)
    shown.right_toe = ""
    bpy.ops.ed.undo_push(message="before")
    before = armature.retarget2d_bone_map
    bpy.ops.retarget2d.bone_map_swap("EXEC_DEFAULT", True)
    assert bpy.data.objects["unreal"].retarget2d_bone_map != before
    bpy.ops.ed.undo()
    assert bpy.data.objects["unreal"].retarget2d_bone_map == before


def test_the_map_goes_with_the_file_and_follows_renamed_bones(data_if_any: Path | None, tmp_path: Path) -> None:
    armature = RIGS["unreal"](data_if_any)
    shown = choose(armature)
    bpy.ops.retarget2d.bone_map_find()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "rig.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "rig.blend"))
    armature, shown = bpy.data.objects["unreal"], bpy.context.scene.retarget2d.bone_map
    assert now().is_stored
    armature.data.bones["thigh_l"].name = "oberschenkel"
    assert shown.left_knee == "oberschenkel"
    assert now().notes == ("Bones of unreal were renamed, and its bone map follows: thigh_l is now oberschenkel.",)
    assert sentences() == []
    shown.right_toe = ""
    shown.right_toe = "ball_r"
    assert now().notes == ()


def test_a_bone_that_is_gone_is_said(data_if_any: Path | None) -> None:
    armature = RIGS["unreal"](data_if_any)
    choose(armature)
    bpy.ops.retarget2d.bone_map_find()
    bpy.ops.object.mode_set(mode="EDIT")
    armature.data.edit_bones.remove(armature.data.edit_bones["calf_l"])
    bpy.ops.object.mode_set(mode="OBJECT")
    assert "unreal has no bone calf_l; choose another one for the left shin, or find the bones again." in sentences(
        "left_ankle"
    )


def test_a_damaged_map_is_one_sentence(data_if_any: Path | None) -> None:
    armature = RIGS["unreal"](data_if_any)
    armature.retarget2d_bone_map = '{"root": 3}'
    shown = choose(armature)
    assert shown.summary == "The bone map that unreal carries cannot be read; find its bones again, or load a preset."
    assert bpy.ops.retarget2d.bone_map_find() == {"FINISHED"}
    assert shown.right_knee == "thigh_r"


@pytest.mark.parametrize("kind", NO_BIPEDS)
def test_what_is_no_biped_says_so_and_can_be_mapped_by_hand(kind: str, data_if_any: Path | None) -> None:
    armature = NO_BIPEDS[kind](data_if_any)
    shown = choose(armature)
    assert shown.summary.startswith(("The armature", armature.name))
    with pytest.raises(RuntimeError, match=armature.name):
        bpy.ops.retarget2d.bone_map_find()
    if armature.data.bones:
        shown.root = armature.data.bones[0].name
        assert now().is_stored
        assert len(sentences()) >= 9


def test_a_linked_armature_keeps_its_map_and_an_override_takes_its_own(
    data_if_any: Path | None, tmp_path: Path
) -> None:
    choose(RIGS["unreal"](data_if_any)).head = "head"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
    bpy.ops.wm.read_homefile(use_empty=True)
    with bpy.data.libraries.load(str(tmp_path / "library.blend"), link=True) as (_there, here):
        here.objects = ["unreal"]
    linked = here.objects[0]
    bpy.context.scene.collection.objects.link(linked)
    shown = choose(linked)
    assert shown.head == "head"
    assert "linked from another file" in shown.why_not
    shown.head = "neck_01"
    assert shown.head == "head"
    with pytest.raises(RuntimeError, match="make a library override"):
        bpy.ops.retarget2d.bone_map_find()
    override = linked.override_create(remap_local_usages=True)
    shown = choose(override)
    assert shown.head == "head"
    assert not shown.why_not
    shown.head = "neck_01 › head"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    assert now().bones("head") == ("neck_01", "head")


def test_a_preset_is_saved_loaded_and_removed(data_if_any: Path | None, presets_folder: Path) -> None:
    shown = choose(RIGS["unreal"](data_if_any))
    shown.head = "head"
    assert bpy.ops.retarget2d.bone_map_save_preset(name="My Mannequin") == {"FINISHED"}
    assert now().presets() == ["My Mannequin"]
    with pytest.raises(RuntimeError, match="There is a preset My Mannequin already"):
        bpy.ops.retarget2d.bone_map_save_preset(name="my mannequin")
    assert bpy.ops.retarget2d.bone_map_save_preset(name="My Mannequin", replace=True) == {"FINISHED"}
    shown.head = "neck_01"
    assert bpy.ops.retarget2d.bone_map_load_preset(name="My Mannequin") == {"FINISHED"}
    assert now().bones("head") == ("head",)
    assert [file.name for file in presets_folder.iterdir()] == ["My Mannequin.json"]
    bpy.ops.retarget2d.bone_map_remove_preset(name="My Mannequin")
    assert now().presets() == []


@pytest.mark.parametrize("name", ["", "  ", "../evil", "a/b", "con", ".hidden", "x" * 200, "a\nb"])
def test_a_name_that_no_file_may_have_is_refused(name: str, data_if_any: Path | None, presets_folder: Path) -> None:
    choose(RIGS["unreal"](data_if_any))
    with pytest.raises(RuntimeError, match="cannot be the name of a preset"):
        bpy.ops.retarget2d.bone_map_save_preset(name=name)
    assert not presets_folder.is_dir() or not list(presets_folder.iterdir())


def test_a_preset_is_used_by_itself_where_its_bones_fit_and_says_so(data_if_any: Path | None) -> None:
    armature = RIGS["unreal"](data_if_any)
    shown = choose(armature)
    shown.head = "head"
    bpy.ops.retarget2d.bone_map_save_preset(name="Mannequin")
    bpy.ops.retarget2d.bone_map_forget()
    assert now().bones("head") == ("head",)
    assert shown.summary.startswith("Preset Mannequin")
    assert now().notes == ("The bones of unreal are mapped by the preset Mannequin, which fits them.",)
    assert choose(RIGS["mixamo"](data_if_any)).summary.startswith("Mixamo")


def test_a_damaged_preset_is_one_sentence_and_changes_nothing(data_if_any: Path | None, presets_folder: Path) -> None:
    armature = RIGS["unreal"](data_if_any)
    shown = choose(armature)
    presets_folder.mkdir(exist_ok=True)
    files = {
        "broken": b"{",
        "foreign": b'{"name": "Walk"}',
        "binary": b"\x89PNG\r\n\x1a\n\xff\xfe",
        "newer": b'{"version": 2, "root": "a", "bones": {}}',
        "big": b" " * 2_000_000,
    }
    for name, content in files.items():
        (presets_folder / f"{name}.json").write_bytes(content)
    assert shown.summary.startswith("Unreal")
    for name in files:
        with pytest.raises(RuntimeError, match=rf"{name}\.json") as caught:
            bpy.ops.retarget2d.bone_map_load_preset(name=name)
        assert str(caught.value).strip().count("\n") == 0
    assert not now().is_stored


def test_a_map_of_another_rig_is_refused(data_if_any: Path | None, tmp_path: Path) -> None:
    choose(RIGS["mixamo"](data_if_any))
    bpy.ops.retarget2d.bone_map_export(filepath=str(tmp_path / "mixamo.json"))
    choose(RIGS["unreal"](data_if_any))
    with pytest.raises(RuntimeError, match="has none of the bones of that map"):
        bpy.ops.retarget2d.bone_map_import(filepath=str(tmp_path / "mixamo.json"))
    assert not now().is_stored


def test_a_map_is_exported_whole_or_not_at_all(data_if_any: Path | None, tmp_path: Path) -> None:
    choose(RIGS["rigify"](data_if_any))
    file = tmp_path / "rig.json"
    file.write_text("what was there", encoding="utf-8")
    with pytest.raises(RuntimeError, match="cannot be written"):
        bpy.ops.retarget2d.bone_map_export(filepath=str(tmp_path / "nowhere" / "rig.json"))
    assert bpy.ops.retarget2d.bone_map_export(filepath=str(file)) == {"FINISHED"}
    assert json.loads(file.read_text(encoding="utf-8"))["version"] == 1
    assert list(tmp_path.iterdir()) == [file]
    before = {part: now().bones(part) for part in ("right_elbow", "neck", "left_foot")}, now().switches
    bpy.ops.retarget2d.bone_map_import(filepath=str(file))
    assert ({part: now().bones(part) for part in ("right_elbow", "neck", "left_foot")}, now().switches) == before


def test_switches_are_set_added_and_removed(data_if_any: Path | None) -> None:
    armature = RIGS["rigify"](data_if_any)
    shown = choose(armature)
    count = len(now().switches)
    assert count == 6
    shown.switch_1 = 0.25
    assert now().switches[0].value == 0.25
    bpy.ops.retarget2d.bone_map_remove_switch(place=0)
    assert len(now().switches) == count - 1
    with pytest.raises(RuntimeError, match="has no number nonsense"):
        bpy.ops.retarget2d.bone_map_add_switch(bone="torso", property="nonsense", value=1.0)
    bpy.ops.retarget2d.bone_map_add_switch(bone="torso", property="head_follow", value=0.0)
    assert any(
        (switch.bone, switch.property, switch.value) == ("torso", "head_follow", 0.0) for switch in now().switches
    )


def test_showing_a_row_selects_its_bones(data_if_any: Path | None) -> None:
    from blender_addon.bridge.armature.bone_selection import selected_bones

    armature = RIGS["unreal"](data_if_any)
    choose(armature)
    pose(armature)
    bpy.ops.retarget2d.bone_map_show(part="head")
    assert set(selected_bones(bpy.context, armature)) == {"neck_01", "head"}


def test_the_job_uses_the_map_that_was_edited() -> None:
    puppet = open_puppet()
    ask()
    shown = bpy.context.scene.retarget2d.bone_map
    bpy.ops.retarget2d.bone_map_unmap(part="right_hand")
    shown.head = "head"
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    from blender_addon.bridge.rig.measured_character import read_character

    assert read_character(puppet).bone_map.bones.count("neck") == 0


def test_a_map_of_other_proportions_is_retargeted_anew() -> None:
    open_puppet()
    ask()
    bpy.ops.retarget2d.detect()
    bpy.ops.retarget2d.retarget()
    from blender_addon.bridge.job.session import session

    first = session.takes[0].motion.skeleton
    shown = bpy.context.scene.retarget2d.bone_map
    shown.left_hand = ""
    shown.right_hand = ""
    assert bpy.ops.retarget2d.bake() == {"FINISHED"}, "forearms end where hands begin, so that proportions are the same"
    shown.head = "head"
    shown.neck = "hips › spine"
    shown.right_elbow, shown.right_wrist = "upper_arm.R", "hand.R"
    before = contents()
    with pytest.raises(RuntimeError, match=r"retarget (again|the performer again)"):
        bpy.ops.retarget2d.bake()
    assert contents() == before
    bpy.ops.retarget2d.retarget()
    assert session.takes[0].motion.skeleton != first
    assert bpy.ops.retarget2d.bake() == {"FINISHED"}


def test_a_map_that_cannot_be_used_stops_the_job_before_it_begins() -> None:
    open_puppet()
    ask()
    bpy.context.scene.retarget2d.bone_map.right_knee = ""
    from blender_addon.bridge.job.session import session

    forget_session()
    before = contents()
    with pytest.raises(RuntimeError, match="No bone of Puppet is mapped to the right thigh; choose one"):
        bpy.ops.retarget2d.run()
    assert contents() == before
    assert session.performance is None


def test_bones_with_odd_names_are_mapped() -> None:
    armature = build_armature(
        "odd", [RigBone("a › b", None, (0, 0, 0), (0, 0, 1)), RigBone('骨, "x"', "a › b", (0, 0, 1), (0, 0, 2))]
    )
    shown = choose(armature)
    shown.root = "a › b"
    assert now().bones("root") == ("a › b",)
    shown.part = "neck"
    shown.bone_1 = "a › b"
    shown.bone_2 = '骨, "x"'
    assert now().bones("neck") == ("a › b", '骨, "x"')
