"""The job without a window, for the command line."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import bpy

from ..bridge.job.job_settings import JobSettings, first_missing
from ..bridge.job.messages import kept_for
from ..bridge.job.session import Ending, session
from ..bridge.scene import addon
from ..bridge.targets.baking import Baked
from ..bridge.targets.table import NEEDS_OF_SCENE
from ..worker import client
from . import stages
from .install_runtime import CANCELLED
from .jobs import TICK, Run

Tell = Callable[[str, float, str], object]
"""Called with the stage, the part of it that is done (0..1), and both as a line. If it raises, the job ends."""


def missing(scene: bpy.types.Scene) -> str:
    """What the job still needs in the scene, as the panel words it; empty if nothing is missing."""
    with bpy.context.temp_override(scene=scene):
        return first_missing(bpy.context, NEEDS_OF_SCENE)


def run_job(scene: bpy.types.Scene, preferred: addon.Preferred, tell: Tell) -> Baked:
    """Detect, retarget and bake as the scene's settings say; ValueError, in one sentence, where that cannot be done."""
    result = _finished(Run(stages.whole_job(JobSettings.of(scene), preferred), kept_for(scene)), tell)
    assert isinstance(result, Baked)
    return result


def install(wheels: Path | None, tell: Tell) -> str:
    """Install the worker's environment; a line that says where. ValueError where that fails."""
    installation = client.install(stages.folder_of_runtime(), Path(sys.executable), wheels, addon.may_go_online())
    try:
        return str(
            _finished(Run(stages.following(installation), session.keep_installation_message, cancelled=CANCELLED), tell)
        )
    except KeyboardInterrupt:
        # The installation may be complete all the same. If not, it has removed its files when this returns.
        with suppress(client.JobCancelled):
            return f"The runtime is installed: {installation.wait().python}"
        raise


def leave() -> None:
    """End the worker; a job that was cancelled has half a second to end by itself."""
    while client.is_running():
        time.sleep(TICK)
    client.stop()


def _finished(run: Run, tell: Tell) -> object:
    run.finish(lambda: tell(session.stage, session.fraction, session.text))
    if run.ending is not Ending.RESULT:
        raise ValueError(run.error or run.note)
    return run.result
