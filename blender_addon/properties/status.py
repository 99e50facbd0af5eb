"""What is shown of the job that runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy

from ..bridge.job.job_settings import first_missing
from ..bridge.job.messages import Outcome, Told, told, told_of_installation
from ..bridge.job.session import session
from ..bridge.scene.addon import PACKAGE
from ..bridge.targets.table import NEEDS_OF_ALL


def _from_session(name: str) -> Callable[[bpy.types.PropertyGroup], Any]:
    """What reads a property from the session."""
    return lambda _status: getattr(session, name)


def _told() -> Told:
    """What is true of the open scene; nothing while a job runs."""
    scene = bpy.context.scene
    return told(scene) if scene is not None and not session.running else Told()


def _text_of(*outcomes: Outcome) -> Callable[[bpy.types.PropertyGroup], str]:
    """The line for the panel where that is the outcome, else an empty one."""

    def read(_status: bpy.types.PropertyGroup) -> str:
        found = _told()
        return found.text if found.outcome in outcomes else ""

    return read


def _from_told(name: str, told_now: Callable[[], Told] = _told) -> Callable[[bpy.types.PropertyGroup], Any]:
    """What reads a property from what is true now."""
    return lambda _status: getattr(told_now(), name)


def _notices(_status: RETARGET2D_PG_status) -> str:
    return "\n".join(_told().notices)


def _missing(_status: RETARGET2D_PG_status) -> str:
    """What *Retarget Video* still needs."""
    return first_missing(bpy.context, NEEDS_OF_ALL)


def _module(_status: RETARGET2D_PG_status) -> str:
    return PACKAGE


class RETARGET2D_PG_status(bpy.types.PropertyGroup):
    """What is shown of the job, and of how the last one ended as far as that is true of the open scene; it is never stored in a file."""

    running: bpy.props.BoolProperty(name="Running", get=_from_session("running"))  # type: ignore[valid-type]
    progress: bpy.props.FloatProperty(name="Progress", get=_from_session("fraction"), subtype="FACTOR")  # type: ignore[valid-type]
    stage: bpy.props.StringProperty(name="Stage", get=_from_session("stage"))  # type: ignore[valid-type]
    text: bpy.props.StringProperty(name="Status", get=_from_session("text"))  # type: ignore[valid-type]
    details: bpy.props.StringProperty(name="Details", get=_from_session("details"))  # type: ignore[valid-type]
    missing: bpy.props.StringProperty(name="Missing", get=_missing)  # type: ignore[valid-type]
    outcome: bpy.props.StringProperty(name="Outcome", get=_from_told("outcome"))  # type: ignore[valid-type]
    error: bpy.props.StringProperty(name="Error", get=_text_of(Outcome.ERROR))  # type: ignore[valid-type]
    note: bpy.props.StringProperty(name="Result", get=_text_of(Outcome.RESULT, Outcome.CANCELLED))  # type: ignore[valid-type]
    out_of_date: bpy.props.StringProperty(name="Out of Date", get=_text_of(Outcome.OUT_OF_DATE))  # type: ignore[valid-type]
    device: bpy.props.StringProperty(name="Device", get=_from_told("device"))  # type: ignore[valid-type]
    needs_runtime: bpy.props.BoolProperty(name="Needs Runtime", get=_from_told("needs_runtime"))  # type: ignore[valid-type]
    notices: bpy.props.StringProperty(name="Notices", get=_notices)  # type: ignore[valid-type]
    installation: bpy.props.StringProperty(name="Installation", get=_from_told("text", told_of_installation))  # type: ignore[valid-type]
    installation_outcome: bpy.props.StringProperty(  # type: ignore[valid-type]
        name="Installation Outcome", get=_from_told("outcome", told_of_installation)
    )
    module: bpy.props.StringProperty(name="Add-on", get=_module)  # type: ignore[valid-type]
