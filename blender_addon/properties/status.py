"""What is shown of the job that runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy

from ..bridge.addon import PACKAGE
from ..bridge.job_settings import NEEDS_OF_ALL, first_missing
from ..bridge.session import session


def _from_session(name: str) -> Callable[[bpy.types.PropertyGroup], Any]:
    """What reads a property from the session."""
    return lambda _status: getattr(session, name)


def _notices(_status: RETARGET2D_PG_status) -> str:
    return "\n".join(session.notices)


def _missing(_status: RETARGET2D_PG_status) -> str:
    """What *Retarget Video* still needs."""
    return first_missing(bpy.context, NEEDS_OF_ALL)


def _module(_status: RETARGET2D_PG_status) -> str:
    return PACKAGE


class RETARGET2D_PG_status(bpy.types.PropertyGroup):
    """What is shown of the job; it is read from this process and never stored in a file."""

    running: bpy.props.BoolProperty(name="Running", get=_from_session("running"))  # type: ignore[valid-type]
    progress: bpy.props.FloatProperty(name="Progress", get=_from_session("fraction"), subtype="FACTOR")  # type: ignore[valid-type]
    stage: bpy.props.StringProperty(name="Stage", get=_from_session("stage"))  # type: ignore[valid-type]
    text: bpy.props.StringProperty(name="Status", get=_from_session("text"))  # type: ignore[valid-type]
    error: bpy.props.StringProperty(name="Error", get=_from_session("error"))  # type: ignore[valid-type]
    details: bpy.props.StringProperty(name="Details", get=_from_session("details"))  # type: ignore[valid-type]
    missing: bpy.props.StringProperty(name="Missing", get=_missing)  # type: ignore[valid-type]
    note: bpy.props.StringProperty(name="Result", get=_from_session("note"))  # type: ignore[valid-type]
    device: bpy.props.StringProperty(name="Device", get=_from_session("device"))  # type: ignore[valid-type]
    needs_runtime: bpy.props.BoolProperty(name="Needs Runtime", get=_from_session("needs_runtime"))  # type: ignore[valid-type]
    module: bpy.props.StringProperty(name="Add-on", get=_module)  # type: ignore[valid-type]
    notices: bpy.props.StringProperty(name="Notices", get=_notices)  # type: ignore[valid-type]
