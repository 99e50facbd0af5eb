"""The add-on in Blender as a module, for subjects that need one: run them with .venv-bpy-4.5/bin/python."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.reliability.fuzzing import check_sentence

ROOT = Path(__file__).resolve().parents[2]
WORKER_PYTHON = ROOT / ".venv/bin/python"


def enable_add_on() -> None:
    """Register the add-on of the checkout, with a worker, in a Blender that has a user folder of its own."""
    os.environ["BLENDER_USER_RESOURCES"] = tempfile.mkdtemp(prefix="fuzz_user_")
    os.environ["XDG_CACHE_HOME"] = os.environ["BLENDER_USER_RESOURCES"]
    import bpy

    import blender_addon
    from blender_addon.bridge.scene.addon import PACKAGE

    bpy.context.preferences.addons.new().module = PACKAGE
    blender_addon.register()
    bpy.context.preferences.addons[PACKAGE].preferences.python = str(WORKER_PYTHON)


def was_done(operator: Callable[[], set[str]]) -> bool:
    """Whether an operator finished; False where it said in one sentence why not."""
    try:
        return operator() == {"FINISHED"}
    except RuntimeError as error:
        if "poll()" in str(error):  # the button is grey, and its tooltip says why
            return False
        for line in str(error).strip().splitlines():
            check_sentence(line.removeprefix("Error: ").strip())
        return False


def was_cleaned_and_retargeted(poses: Any) -> bool:  # noqa: ANN401
    """Let the worker clean the poses, and retarget the first of them; False where it said in one sentence why not."""
    import numpy as np

    from blender_addon.worker import client

    try:
        cleaned = client.start(client.CleanRequest(poses, 0.5), WORKER_PYTHON).wait()
        motion = client.start(client.RetargetRequest(cleaned.poses[:16]), WORKER_PYTHON).wait().motion
    except client.WorkerError as error:
        if any(sign in str(error) for sign in ("error of its own", "crashed")):
            raise
        check_sentence(str(error))
        return False
    assert np.isfinite(motion.positions).all()
    return True
