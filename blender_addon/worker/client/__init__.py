"""The worker as Blender sees it: jobs, and the Python that they run on. Nothing heavy is imported here."""

from __future__ import annotations

from ...core.motion import Blend
from ...core.pose_sequence import PoseSequence, PoseSource
from ..bundled import bundled_wheels
from ..messages import (
    Cleaned,
    CleanRequest,
    Corrected,
    CorrectRequest,
    Detected,
    DetectRequest,
    Film,
    FilmRequest,
    PortraitRequest,
    Portraits,
    Progress,
    Request,
    Retargeted,
    RetargetRequest,
    TrackCorrection,
)
from .errors import JobCancelled, WorkerError
from .gpu_support import add_gpu_support, gpu_state, in_words, may_be_added, remove_gpu_support
from .installation import Installation, Task, install
from .job import Job
from .runtime import Runtime, blenders_python, find_runtime, runtime_problem, runtime_state
from .service import is_running, is_stopping, start, stop, worker_process_id

__all__ = [
    "Blend",
    "CleanRequest",
    "Cleaned",
    "CorrectRequest",
    "Corrected",
    "DetectRequest",
    "Detected",
    "Film",
    "FilmRequest",
    "Installation",
    "Job",
    "JobCancelled",
    "PortraitRequest",
    "Portraits",
    "PoseSequence",
    "PoseSource",
    "Progress",
    "Request",
    "RetargetRequest",
    "Retargeted",
    "Runtime",
    "Task",
    "TrackCorrection",
    "WorkerError",
    "add_gpu_support",
    "blenders_python",
    "bundled_wheels",
    "find_runtime",
    "gpu_state",
    "in_words",
    "install",
    "is_running",
    "is_stopping",
    "may_be_added",
    "remove_gpu_support",
    "runtime_problem",
    "runtime_state",
    "start",
    "stop",
    "worker_process_id",
]
