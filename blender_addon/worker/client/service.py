"""The one worker that Blender keeps: started on demand, kept warm, replaced after a crash or for another Python."""

from __future__ import annotations

import atexit
import threading
from pathlib import Path
from typing import Any, overload

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
    Request,
    Retargeted,
    RetargetRequest,
)
from ..protocol import ProtocolError
from .connection import WorkerProcess
from .errors import WorkerError
from .job import Job


class Service:
    """At most one worker, which does at most one job at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._worker: WorkerProcess | None = None
        self._job: Job[Any] | None = None

    def start(self, request: Request, python: Path, packages: Path | None = None, gpu: Path | None = None) -> Job[Any]:
        """Give the worker a job; start the worker where none runs.

        Args:
            request: what is asked.
            python: the Python that runs the worker.
            packages: the folder of the bundled packages, where the worker runs on them.
            gpu: the folder of PyTorch that was added to those.

        Raises:
            WorkerError: a job runs already, or `python` cannot be started.
        """
        python = python.absolute()
        with self._lock:
            self._finish_last()
            worker = self._worker
            wanted = (python, packages, gpu)
            if worker is not None and not (worker.is_alive and (worker.python, worker.packages, worker.gpu) == wanted):
                worker.close()
                worker = self._worker = None
            if worker is None:
                worker = self._worker = WorkerProcess(python, packages, gpu)
            try:
                self._job = Job(worker, request)
            except ProtocolError as error:
                raise WorkerError(str(error)) from error
            worker.was_used = True
            return self._job

    def stop(self) -> None:
        """End the worker, and with it the job it does."""
        with self._lock:
            if self._job is not None and not self._job.poll():
                self._job.abandon()
            if self._worker is not None:
                self._worker.close()
            if self._job is not None:
                self._job.poll()
            self._worker = self._job = None

    def is_running(self) -> bool:
        """Whether a job runs."""
        return self._job is not None and not self._job.poll()

    def is_stopping(self) -> bool:
        """Whether a job was cancelled and has not ended yet."""
        job = self._job
        return job is not None and job.is_cancelled and not job.poll()

    def worker_process_id(self) -> int | None:
        """The process id of the worker that is kept, None where there is none."""
        worker = self._worker
        return worker.process_id if worker is not None and worker.is_alive else None

    def _finish_last(self) -> None:
        if self._job is None or self._job.poll():
            return
        if not self._job.is_cancelled:
            raise WorkerError("Another job still runs; wait until it is done, or cancel it.")
        # It has not answered yet, and nobody waits for it any more.
        self._job.abandon()
        if self._worker is not None:
            self._worker.close()
        self._job.poll()
        self._worker = None


_service = Service()
atexit.register(_service.stop)


@overload
def start(
    request: DetectRequest, python: Path, packages: Path | None = None, gpu: Path | None = None
) -> Job[Detected]: ...
@overload
def start(
    request: RetargetRequest, python: Path, packages: Path | None = None, gpu: Path | None = None
) -> Job[Retargeted]: ...
@overload
def start(
    request: CleanRequest, python: Path, packages: Path | None = None, gpu: Path | None = None
) -> Job[Cleaned]: ...
@overload
def start(
    request: CorrectRequest, python: Path, packages: Path | None = None, gpu: Path | None = None
) -> Job[Corrected]: ...
@overload
def start(
    request: PortraitRequest, python: Path, packages: Path | None = None, gpu: Path | None = None
) -> Job[Portraits]: ...
@overload
def start(request: FilmRequest, python: Path, packages: Path | None = None, gpu: Path | None = None) -> Job[Film]: ...
def start(request: Request, python: Path, packages: Path | None = None, gpu: Path | None = None) -> Job[Any]:
    """Let the worker on `python` do what is asked, with the folder of the bundled `packages` where it runs on those, and
    that of PyTorch for a `gpu` where it was added; it is started where none runs. Raises WorkerError where a job runs or `python` cannot be started.
    """
    return _service.start(request, python, packages, gpu)


def stop() -> None:
    """End the worker: when the add-on is disabled and when Blender ends."""
    _service.stop()


def is_running() -> bool:
    """Whether a job runs."""
    return _service.is_running()


def is_stopping() -> bool:
    """Whether a job was cancelled and has not ended yet."""
    return _service.is_stopping()


def worker_process_id() -> int | None:
    """The process id of the worker, None where none runs."""
    return _service.worker_process_id()
