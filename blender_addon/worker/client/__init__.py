"""The worker as Blender sees it: jobs, and the Python that they run on. Nothing heavy is imported here."""

from __future__ import annotations

from ..messages import Detected, DetectRequest, Progress, Retargeted, RetargetRequest
from .errors import JobCancelled, WorkerError
from .job import Job
from .service import is_running, start, stop, worker_process_id

__all__ = [
    "DetectRequest",
    "Detected",
    "Job",
    "JobCancelled",
    "Progress",
    "RetargetRequest",
    "Retargeted",
    "WorkerError",
    "is_running",
    "start",
    "stop",
    "worker_process_id",
]
