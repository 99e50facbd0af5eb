"""The state of the running job, and the outcome of the last one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy

from ..bridge.job.job_settings import first_missing
from ..bridge.job.messages import Outcome, PanelLine, installation_line, panel_line
from ..bridge.job.session import session
from ..bridge.preview.preview import preview
from ..bridge.scene import addon
from ..bridge.targets.advice import advice
from ..bridge.targets.table import NEEDS_OF_ALL
from ..worker import client


def _from_session(name: str) -> Callable[[bpy.types.PropertyGroup], Any]:
    """A getter that reads a property from the session."""
    return lambda _status: getattr(session, name)


def _line() -> PanelLine:
    """The line that applies to the open scene; empty while a job runs."""
    scene = bpy.context.scene
    return panel_line(scene) if scene is not None and not session.running else PanelLine()


def _text_of(*outcomes: Outcome) -> Callable[[bpy.types.PropertyGroup], str]:
    """A getter of the panel's line for these outcomes; empty for others."""

    def read(_status: bpy.types.PropertyGroup) -> str:
        found = _line()
        return found.text if found.outcome in outcomes else ""

    return read


def _from_line(name: str, line_now: Callable[[], PanelLine] = _line) -> Callable[[bpy.types.PropertyGroup], Any]:
    """A getter that reads a property from the line of now."""
    return lambda _status: getattr(line_now(), name)


def _notices(_status: RETARGET2D_PG_status) -> str:
    return "\n".join(_line().notices)


def _missing(_status: RETARGET2D_PG_status) -> str:
    """What *Retarget Video* still needs."""
    return first_missing(bpy.context, NEEDS_OF_ALL)


def _advice(_status: RETARGET2D_PG_status) -> str:
    """How the performer faces, and what that means for the character."""
    found = advice(bpy.context.scene) if bpy.context.scene is not None and not session.running else None
    return found.text if found is not None else ""


def _advised_step(_status: RETARGET2D_PG_status) -> str:
    found = advice(bpy.context.scene) if bpy.context.scene is not None and not session.running else None
    return str(found.step) if found is not None else ""


def _previewing(_status: RETARGET2D_PG_status) -> bool:
    return preview.on


def _preview_problem(_status: RETARGET2D_PG_status) -> str:
    return preview.problem


def _shows_skeleton(_status: RETARGET2D_PG_status) -> bool:
    return preview.shows_skeleton


def _show_skeleton(_status: RETARGET2D_PG_status, value: bool) -> None:
    preview.shows_skeleton = value


def _shows_strip(_status: RETARGET2D_PG_status) -> bool:
    return preview.shows_strip


def _show_strip(_status: RETARGET2D_PG_status, value: bool) -> None:
    preview.shows_strip = value


def _shows_video(_status: RETARGET2D_PG_status) -> bool:
    return preview.shows_video


def _show_video(_status: RETARGET2D_PG_status, value: bool) -> None:
    preview.shows_video = value


def _module(_status: RETARGET2D_PG_status) -> str:
    return addon.PACKAGE


def _can_install(status: RETARGET2D_PG_status) -> bool:
    """Whether installing is what helps: packages are missing, and the extension does not bring them."""
    return bool(status.runtime_problem or status.installation) and not client.bundled_wheels()


def _runtime(_status: RETARGET2D_PG_status) -> str:
    """Which Python runs the networks, or why none does."""
    return client.runtime_state(addon.preferred().python, addon.runtime_folder(), addon.folder_of_packages())


def _runtime_problem(_status: RETARGET2D_PG_status) -> str:
    """Why nothing can run the networks; empty where something can, or where it is not known yet."""
    return client.runtime_problem(addon.preferred().python, addon.runtime_folder(), addon.folder_of_packages())


class RETARGET2D_PG_status(bpy.types.PropertyGroup):
    """The state of the running job, and the outcome of the last one if it still applies to the scene. It is not saved"""

    running: bpy.props.BoolProperty(name="Running", get=_from_session("running"))  # type: ignore[valid-type]
    progress: bpy.props.FloatProperty(name="Progress", get=_from_session("fraction"), subtype="FACTOR")  # type: ignore[valid-type]
    stage: bpy.props.StringProperty(name="Stage", get=_from_session("stage"))  # type: ignore[valid-type]
    text: bpy.props.StringProperty(name="Status", get=_from_session("text"))  # type: ignore[valid-type]
    details: bpy.props.StringProperty(name="Details", get=_from_session("details"))  # type: ignore[valid-type]
    missing: bpy.props.StringProperty(name="Missing", get=_missing)  # type: ignore[valid-type]
    outcome: bpy.props.StringProperty(name="Outcome", get=_from_line("outcome"))  # type: ignore[valid-type]
    error: bpy.props.StringProperty(name="Error", get=_text_of(Outcome.ERROR))  # type: ignore[valid-type]
    note: bpy.props.StringProperty(name="Result", get=_text_of(Outcome.RESULT, Outcome.CANCELLED))  # type: ignore[valid-type]
    out_of_date: bpy.props.StringProperty(name="Out of Date", get=_text_of(Outcome.OUT_OF_DATE))  # type: ignore[valid-type]
    device: bpy.props.StringProperty(name="Device", get=_from_line("device"))  # type: ignore[valid-type]
    runtime: bpy.props.StringProperty(name="Runtime", get=_runtime)  # type: ignore[valid-type]
    runtime_problem: bpy.props.StringProperty(name="Runtime Problem", get=_runtime_problem)  # type: ignore[valid-type]
    can_install: bpy.props.BoolProperty(name="Can Install", get=_can_install)  # type: ignore[valid-type]
    needs_runtime: bpy.props.BoolProperty(name="Needs Runtime", get=_from_line("needs_runtime"))  # type: ignore[valid-type]
    advice: bpy.props.StringProperty(name="Advice", get=_advice)  # type: ignore[valid-type]
    advised_step: bpy.props.StringProperty(name="Advised Step", get=_advised_step)  # type: ignore[valid-type]
    notices: bpy.props.StringProperty(name="Notices", get=_notices)  # type: ignore[valid-type]
    installation: bpy.props.StringProperty(name="Installation", get=_from_line("text", installation_line))  # type: ignore[valid-type]
    installation_outcome: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Installation Outcome", get=_from_line("outcome", installation_line)
    )
    previewing: bpy.props.BoolProperty(name="Preview", get=_previewing)  # type: ignore[valid-type]
    preview_problem: bpy.props.StringProperty(name="Preview Problem", get=_preview_problem)  # type: ignore[valid-type]
    show_skeleton: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Skeleton",
        description="Draw the performer's skeleton over the character while a preview plays",
        get=_shows_skeleton,
        set=_show_skeleton,
    )
    show_strip: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Confidence",
        description="Show a strip under the view that tells how sure every frame is; a click goes to that frame",
        get=_shows_strip,
        set=_show_strip,
    )
    show_video: bpy.props.BoolProperty(  # type: ignore[valid-type]
        name="Video",
        description="Show the video in a corner of the view while a preview plays, with what was detected in it",
        get=_shows_video,
        set=_show_video,
    )
    module: bpy.props.StringProperty(name="Add-on", get=_module)  # type: ignore[valid-type]
