"""Edits of a performance that a file keeps, damaged in their text and in their objects."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.reliability.fuzzing import check_sentence
from tests.reliability.in_blender import enable_add_on, was_cleaned_and_retargeted, was_done

NAMES = ("text", "arrays", "objects", "everything")
ODD_NUMBERS = (float("nan"), float("inf"), 1e30, -1e30, 1e7, -1e7, 0.0, -1.0, 0.5, 3e38)
ODD_TEXTS = ("", "x", "0:1", "5:2", "1s:", "é" * 200, "//gone.mp4", "a\nb")


def prepared() -> Callable[[int, Path], bool]:
    """What opens a file with a real edit, damages that, and reads, retargets and edits it."""
    enable_add_on()
    import bpy

    from tests.blender.scene_of_puppet import ask

    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.context.scene.render.fps = 30
    ask(armature=None, bake={"GREASE_PENCIL"}, frame_range="60:72")
    assert bpy.ops.retarget2d.edit_performance() == {"FINISHED"}
    whole = Path(tempfile.mkdtemp(prefix="fuzz_edit_")) / "whole.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(whole), compress=False)

    def use(seed: int, _folder: Path) -> bool:
        dice = random.Random(seed)
        bpy.ops.wm.open_mainfile(filepath=str(whole), load_ui=False)
        group = bpy.context.scene.retarget2d.editing.edits[0]
        _damage(NAMES[seed % len(NAMES)], group, dice)
        return _used(dice)

    return use


def _damage(kind: str, group: Any, dice: random.Random) -> None:  # noqa: ANN401
    from tests.blender.damaged_texts import KINDS

    if kind == "text":
        damages, weights = zip(*KINDS, strict=True)
        group.detected = dice.choices(damages, weights)[0](group.detected, dice)
    if kind in {"arrays", "everything"}:
        group.detected = other_values(group.detected, dice)
    if kind in {"objects", "everything"}:
        for _ in range(dice.choice((1, 2, 5))):
            dice.choice(OBJECT_DAMAGES)(group, dice)


def other_values(text: str, dice: random.Random) -> str:
    """The same arrays with other numbers, or all of them shorter, longer or empty together."""
    from tests.blender.damaged_texts import arrays_of, text_of

    try:
        arrays: dict[str, Any] = arrays_of(text)
    except Exception:
        return text
    for _ in range(dice.choice((1, 1, 3))):
        name = dice.choice(sorted(arrays))
        array, kind = arrays[name], dice.randrange(6)
        frames = len(arrays["positions"]) if "positions" in arrays else 0
        if kind <= 2 and array.dtype.kind == "f" and array.size:
            arrays[name] = array = array.copy()
            for _ in range(dice.choice((1, 5, 200))):
                array.reshape(-1)[dice.randrange(array.size)] = dice.choice(ODD_NUMBERS)
        elif kind == 3 and frames:
            few = dice.choice((0, 1, 2, frames * 3))
            at = np.arange(few) % frames
            arrays = {key: one[at] if one.ndim and len(one) == frames else one for key, one in arrays.items()}
        elif kind == 4:
            arrays.pop(name)
        elif array.dtype.kind == "U":
            arrays[name] = np.array([dice.choice(ODD_TEXTS)] * array.size).reshape(array.shape)
    return text_of(arrays)


def _move_joint(group: Any, dice: random.Random) -> None:  # noqa: ANN401
    joint = dice.choice(group.joints).item
    if joint is not None:
        joint.location[dice.randrange(3)] = dice.choice(ODD_NUMBERS)
        joint["confidence"] = dice.choice((*ODD_NUMBERS, "much", [1.0], {"a": 1}, True))


def _spoil_keys(group: Any, dice: random.Random) -> None:  # noqa: ANN401
    from blender_addon.bridge.scene.animation.actions import curves_in_use

    joint = dice.choice(group.joints).item
    if joint is None or joint.animation_data is None:
        return
    for curve in curves_in_use(joint):
        kind = dice.randrange(5)
        points = curve.keyframe_points
        if kind == 0 and len(points):
            points[dice.randrange(len(points))].co = (dice.choice(ODD_NUMBERS), dice.choice(ODD_NUMBERS))
        elif kind == 1:
            points.clear()
        elif kind == 2:
            curve.modifiers.new(dice.choice(("CYCLES", "NOISE", "GENERATOR", "LIMITS")))
        elif kind == 3:
            curve.mute = True


def _delete_object(group: Any, dice: random.Random) -> None:  # noqa: ANN401
    import bpy

    if group.collection is not None and len(group.collection.all_objects):
        bpy.data.objects.remove(dice.choice(list(group.collection.all_objects)))


def _unlink(group: Any, _dice: random.Random) -> None:  # noqa: ANN401
    import bpy

    if group.collection is not None:
        bpy.data.collections.remove(group.collection)


def _other_joints(group: Any, dice: random.Random) -> None:  # noqa: ANN401
    kind = dice.randrange(4)
    if kind == 0 and len(group.joints):
        group.joints.remove(dice.randrange(len(group.joints)))
    elif kind == 1:
        group.joints.add()
    elif kind == 2 and len(group.joints):
        group.joints[0].item = dice.choice(group.joints).item
    elif len(group.joints):
        group.joints.move(0, len(group.joints) - 1)


def _other_words(group: Any, dice: random.Random) -> None:  # noqa: ANN401
    setattr(group, dice.choice(("video", "frame_range", "identity")), dice.choice(ODD_TEXTS))
    if dice.random() < 0.3:
        group.performer = dice.choice((-1, 0, 2, 2**31 - 1))


def _other_action(group: Any, dice: random.Random) -> None:  # noqa: ANN401
    joint = dice.choice(group.joints).item
    if joint is not None and joint.animation_data is not None:
        kind = dice.randrange(3)
        if kind == 0:
            joint.animation_data_clear()
        elif kind == 1:
            joint.animation_data.action = None
        else:
            joint.driver_add("location", 0).driver.expression = "1/0"


OBJECT_DAMAGES = (
    *(_move_joint, _move_joint, _spoil_keys, _spoil_keys, _delete_object, _unlink),
    *(_other_joints, _other_words, _other_action),
)


def _used(dice: random.Random) -> bool:
    """Read the edit, retarget what it says, and let the operators have it."""
    import bpy

    from blender_addon.bridge.job.job_settings import JobSettings
    from blender_addon.bridge.performance_edit.edit import find_chosen_edit

    edit = find_chosen_edit(JobSettings.of(bpy.context.scene))
    poses = None
    if edit is not None:
        try:
            poses = edit.read().poses
        except ValueError as error:
            check_sentence(str(error))
    for name in dice.sample(("next_doubt", "swap_sides", "leave_edit", "discard_edit"), 2):
        was_done(getattr(bpy.ops.retarget2d, name))
    if poses is None:
        return False
    if not poses.seen.any():
        return True
    assert np.isfinite(poses.positions).all()
    return was_cleaned_and_retargeted(poses)
