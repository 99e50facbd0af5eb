"""Keys are chosen step by step before a job bakes: Blender's window lives meanwhile, and what changes meanwhile counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
import pytest

from tests.blender.scene_of_puppet import ask, keys_of

pytestmark = pytest.mark.usefixtures("fresh_session")
LIMB = "forearm.R"


def until_keys_are_chosen(meanwhile: Callable[[], None] = lambda: None) -> tuple[Any, int]:
    """Run the whole job, do something once it has begun to choose keys, and count its steps there."""
    from blender_addon.bridge.job.job_settings import JobSettings
    from blender_addon.bridge.scene import addon as package
    from blender_addon.operators import stages
    from blender_addon.operators.jobs import Run

    run, steps = Run(stages.whole_job(JobSettings.of(bpy.context.scene), package.preferred())), 0
    while run.advance():
        if bpy.context.window_manager.retarget2d.stage.startswith("Choosing keys"):
            steps += 1
            if steps == 2:
                meanwhile()
    return run, steps


def test_a_job_goes_on_between_the_steps_of_choosing_keys(puppet: bpy.types.Object) -> None:
    ask()
    _, steps = until_keys_are_chosen()
    assert steps > 5
    assert puppet.animation_data.action is not None


def test_what_changes_while_keys_are_chosen_counts(puppet: bpy.types.Object) -> None:
    def lock() -> None:
        bone = puppet.pose.bones[LIMB]
        bone.lock_rotation = (True, True, True)

    ask()
    until_keys_are_chosen(lock)
    late = keys_of(puppet.animation_data.action)
    assert not any(LIMB in path and "rotation" in path for path, *_ in late)
    bpy.ops.retarget2d.bake()
    assert keys_of(puppet.animation_data.action) == late


def test_a_rig_that_goes_while_keys_are_chosen_is_one_sentence(puppet: bpy.types.Object) -> None:
    ask()
    run, _ = until_keys_are_chosen(lambda: bpy.data.objects.remove(puppet))
    assert "Puppet" in run.error
    assert "Error" not in run.error
    assert not bpy.data.actions
