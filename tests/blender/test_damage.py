"""Text in a .blend file or in a file of the user may be damaged: that is one sentence, in bounded memory and time."""

from __future__ import annotations

import json
import os
import random
import re
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import bpy
import numpy as np
import pytest

from blender_addon.core.skeleton import Joint
from tests.blender.damaged_texts import KINDS
from tests.blender.scene_of_puppet import ask, forget_session, keys_of

Edit = Any
"""An edit of the add-on that is tested, which is imported once it is enabled."""

pytestmark = pytest.mark.usefixtures("addon")

SENTENCE = (
    "The edit street 1 Performance is damaged in this file and can no longer be read; "
    "press Discard Edit, then Edit Performance to begin it again."
)
DAMAGES = 2_000
MEMORY = 60_000_000
"""Bytes that reading a damaged text may take at most; the real one takes less than one million."""


def edit() -> Edit:
    from blender_addon.bridge.job.job_settings import JobSettings
    from blender_addon.bridge.performance_edit.edit import find_chosen_edit

    return find_chosen_edit(JobSettings.of(bpy.context.scene))


@pytest.fixture(scope="module")
def stored(addon: ModuleType) -> str:
    """The text that a real edit of the street video keeps."""
    forget_session()
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.context.scene.render.fps = 30
    ask(armature=None, bake={"GREASE_PENCIL"}, frame_range="60:90")
    assert bpy.ops.retarget2d.edit_performance() == {"FINISHED"}
    return str(edit().group.detected)


@pytest.fixture
def found(stored: str) -> Edit:
    """That edit, in a file of its own."""
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.context.scene.render.fps = 30
    ask(armature=None, bake={"GREASE_PENCIL"}, frame_range="60:90")
    assert bpy.ops.retarget2d.edit_performance() == {"FINISHED"}
    assert edit().group.detected == stored
    return edit()


def damaged(text: str) -> Iterator[tuple[str, str]]:
    """The damaged texts, each with how it was damaged."""
    assert sum(count for _, count in KINDS) == DAMAGES
    dice = random.Random(1)
    for damage, count in KINDS:
        for index in range(count):
            yield f"{damage.__name__} {index}", damage(text, dice)


def is_same(found: Any, detection: Any) -> bool:  # noqa: ANN401
    """Whether nothing of it was lost: some bits of an archive say nothing, as when it was written."""
    same = np.array_equal(found.places, detection.places) and np.array_equal(
        found.poses.positions, detection.poses.positions
    )
    return (
        same and np.array_equal(found.poses.confidence, detection.poses.confidence) and found.clock == detection.clock
    )


def test_a_damaged_edit_is_one_sentence(found: Edit, stored: str) -> None:
    """Two thousand times, in bounded memory and time."""
    wrong: list[str] = []
    unharmed = 0
    detection = found.detection()
    began = time.monotonic()
    for name, text in damaged(stored):
        found.group.detected = text
        watched = name.startswith(("bombs", "huge"))
        if watched:
            tracemalloc.start()
        try:
            if is_same(found.detection(), detection):
                unharmed += 1
            else:
                wrong.append(f"{name}: read")
        except ValueError as error:
            if str(error) != SENTENCE:
                wrong.append(f"{name}: {error}")
        except BaseException as error:
            wrong.append(f"{name}: {type(error).__name__}: {error}")
        if watched:
            if (peak := tracemalloc.get_traced_memory()[1]) > MEMORY:
                wrong.append(f"{name}: {peak:,} bytes")
            tracemalloc.stop()
    assert not wrong, (len(wrong), wrong[:: max(1, len(wrong) // 20)])
    assert unharmed < DAMAGES / 10
    assert time.monotonic() - began < 120


OPERATORS = pytest.mark.parametrize("operator", ["next_doubt", "swap_sides", "retarget"])


@OPERATORS
def test_operators_on_a_damaged_edit_say_so_and_it_can_be_begun_again(operator: str, found: Edit, stored: str) -> None:
    found.group.detected = stored[: len(stored) // 2]
    with pytest.raises(RuntimeError, match=re.escape(SENTENCE)):
        getattr(bpy.ops.retarget2d, operator)()
    assert bpy.ops.retarget2d.discard_edit() == {"FINISHED"}
    assert bpy.ops.retarget2d.edit_performance() == {"FINISHED"}
    assert edit().group.detected == stored


@pytest.mark.parametrize("count", [0, 14, 16])
@OPERATORS
def test_an_edit_of_other_joints_than_a_body_has_is_damaged(operator: str, count: int, found: Edit) -> None:
    items = list(found.joints)
    found.group.joints.clear()
    for index in range(count):
        found.group.joints.add().item = items[index % 15]
    with pytest.raises(RuntimeError, match=re.escape(SENTENCE)):
        getattr(bpy.ops.retarget2d, operator)()


@pytest.mark.parametrize("value", ["much", [1.0, 2.0], {"a": 1}, float("nan")])
def test_a_joint_whose_confidence_is_no_number_is_certain(value: object, found: Edit) -> None:
    """The user may make anything of a custom property."""
    item = found.joints[Joint.HEAD]
    item.animation_data.action = None
    item["confidence"] = value
    assert (found.read().poses.confidence[:, Joint.HEAD] == 1).all()


def test_a_clip_of_too_many_frames_is_not_laid_out(found: Edit) -> None:
    from blender_addon.bridge.performance_edit.stored_detection import MOST_FRAMES

    detection = found.detection()
    times = MOST_FRAMES // 30 + 1
    repeated = {name: np.tile(getattr(detection.poses, name).T, times).T for name in ("positions", "confidence")}
    long = replace(detection, poses=replace(detection.poses, landmarks=None, depth=None, camera=None, **repeated))
    with pytest.raises(ValueError, match="choose a part of the video as the range"):
        long.packed()


REMEDIES = ("choose ", "mend ", "fix ", "find its bones", "use ", "update ", "write ", "keep it", "bake again")
"""What a sentence about a damaged text advises."""
SPOILT: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    10**400,
    "",
    "\ud800",
    "a\0b",
    [],
    [None],
    [[1]],
    {},
    {"a": 1},
    "x" * 300,
)
"""What each value of a document is replaced by."""
LITERALS = ("1e999", "NaN", "-Infinity")
OTHER_TEXTS = ("null", "[]", "1", "", "{", "[" * 100_000, '{"a":' * 50_000, "9" * 5_000)


def places_in(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401
    rows = document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    for key, value in rows:
        yield (*path, key)
        yield from places_in(value, (*path, key))


def spoilt(text: str) -> Iterator[str]:
    """The document with each of its values replaced by each of the others in turn, and texts that are no such document."""
    for path in places_in(json.loads(text)):
        for value in (*SPOILT, *LITERALS):
            document = json.loads(text)
            part = document
            for key in path[:-1]:
                part = part[key]
            part[path[-1]] = value
            changed = json.dumps(document)
            yield changed.replace(f'"{value}"', value) if value in LITERALS else changed
    yield from OTHER_TEXTS


def is_a_sentence(said: str) -> bool:
    return len(said) < 600 and said.endswith(".") and any(remedy in said for remedy in REMEDIES)


def mapped(armature: bpy.types.Object) -> str:
    """The bone map that the armature carries from now on."""
    from blender_addon.bridge.armature.rest_pose import read_rest_pose
    from blender_addon.bridge.bone_maps.current_map import choose_map
    from blender_addon.bridge.bone_maps.stored import store_map, stored_text

    rest = read_rest_pose(armature)
    store_map(armature, choose_map(armature, rest).bone_map, rest)
    return stored_text(armature)


def test_a_damaged_bone_map_of_an_armature_is_one_sentence_in_the_panel(puppet: bpy.types.Object) -> None:
    from blender_addon.bridge.bone_maps.current_map import ChosenMap, known_map
    from blender_addon.bridge.bone_maps.stored import PROPERTY

    bpy.context.scene.retarget2d.armature = puppet
    refused = 0
    for text in spoilt(mapped(puppet)):
        setattr(puppet, PROPERTY, text)
        known = known_map(puppet)
        assert bpy.context.scene.retarget2d.bone_map.summary
        if isinstance(known, ChosenMap):
            assert all(is_showable(words) for words in (str(known), *known.bone_map.named)), text
        else:
            refused += 1
            assert is_a_sentence(known), (known, text)
    assert refused > 500


def is_showable(text: str) -> bool:
    """Whether Blender can draw it."""
    return "\0" not in text and text.encode("utf-8", "replace").decode("utf-8") == text


def test_a_damaged_style_or_bone_map_file_is_one_sentence(puppet: bpy.types.Object, tmp_path: Path) -> None:
    from blender_addon.bridge.bone_maps.preset_files import read_map_file
    from blender_addon.bridge.figure.figure_style import DEFAULT_STYLE
    from blender_addon.bridge.figure.style_files import read_style, style_to_json

    file = tmp_path / "mine.json"
    readers: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: read_map_file(file), mapped(puppet)),
        (lambda: read_style(str(file)), style_to_json(DEFAULT_STYLE)),
    )
    for read, text in readers:
        said = [refusal for damaged_text in spoilt(text) if (refusal := refusal_of(read, file, damaged_text))]
        assert len(said) > 500
        assert [words for words in said if not is_a_sentence(words) and "no bone of ours" not in words] == []


def refusal_of(read: Callable[[], object], file: Path, text: str) -> str:
    """What is said of a file with that text; nothing where it can be used."""
    file.write_text(text, encoding="utf-8")
    try:
        read()
    except ValueError as error:
        return str(error)
    return ""


def test_a_file_too_large_for_a_style_is_not_read(tmp_path: Path) -> None:
    from blender_addon.bridge.figure.style_files import read_style

    file = tmp_path / "mine.json"
    file.write_bytes(b" " * 2_000_000)
    with pytest.raises(ValueError, match="far too large for a style"):
        read_style(str(file))


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux has files whose names are no text")
def test_a_preset_or_style_whose_name_is_no_text_is_not_listed() -> None:
    """A panel that shows it would fail."""
    from blender_addon.bridge.bone_maps.preset_files import preset_names
    from blender_addon.bridge.figure.style_files import style_names
    from blender_addon.bridge.scene.addon import user_folder

    for folder, names in (("styles", style_names), ("bone_maps", preset_names)):
        users = user_folder()
        assert users is not None
        place = users / folder
        place.mkdir(parents=True, exist_ok=True)
        file = os.path.join(os.fsencode(place), b"caf\xe9.json")  # noqa: PTH118
        with open(file, "wb"):  # noqa: PTH123
            pass
        try:
            assert all(is_showable(name) for name in names())
        finally:
            os.unlink(file)  # noqa: PTH108


MARKS: tuple[Any, ...] = (
    "mine",
    1,
    [1.0],
    {},
    {"source": 1},
    {"source": "street 1", "place": "here", "number": "three", "fingerprint": 0},
)


@pytest.mark.parametrize("mark", MARKS)
def test_a_bake_whose_mark_was_changed_is_taken_for_the_user_s_own(mark: object, puppet: bpy.types.Object) -> None:
    """It is pushed down and kept, as every Action that no bake made."""
    ask()
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    earlier = puppet.animation_data.action
    earlier["motion_retarget_2d"] = mark
    keys = keys_of(earlier)
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    assert puppet.animation_data.action != earlier
    assert keys_of(earlier) == keys


@pytest.mark.parametrize("mark", MARKS)
def test_a_figure_whose_mark_was_changed_is_left_alone(mark: object) -> None:
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.context.scene.render.fps = 30
    ask(armature=None, bake={"GREASE_PENCIL"}, frame_range="0:24")
    assert bpy.ops.retarget2d.edit_performance() == {"FINISHED"}
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    [figure] = [item for item in bpy.data.objects if item.type == "GREASEPENCIL"]
    figure.data["motion_retarget_2d"] = mark
    bpy.context.scene.frame_set(10)
    assert bpy.ops.retarget2d.resolve() == {"FINISHED"}
    assert len([item for item in bpy.data.objects if item.type == "GREASEPENCIL"]) == 2


@pytest.mark.parametrize(
    "rests", ["", "{", "[]", '{"Head": 1}', '{"Head": [1, 2]}', '{"Head": [1e999, 0, 0, 0, 0, 0, 1, 1, 1]}', 3, [1.0]]
)
def test_damaged_rests_of_a_drawing_s_layers_are_one_sentence(rests: object) -> None:
    from characters.catalogue import FOLDER

    bpy.ops.wm.open_mainfile(filepath=str(FOLDER / "drawn.blend"), load_ui=False)
    drawing = bpy.data.objects["Doodle"]
    ask(armature=None, bake={"DRAWING"}).drawing.target = drawing
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    drawing.data.animation_data.action["retarget2d_rests"] = rests
    with pytest.raises(RuntimeError, match="take the Action off Doodle"):
        bpy.ops.retarget2d.run()
