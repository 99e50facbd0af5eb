"""A job that the worker does, as its asker sees it."""

from __future__ import annotations

import itertools
import logging
import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar, cast

from ..message_packing import pack_request, unpack_progress, unpack_result
from ..messages import Progress, Request, Result
from ..protocol import Message, ProtocolError
from .connection import Ended, WorkerProcess
from .errors import JobCancelled, WorkerError
from .exit_messages import sentence

log = logging.getLogger(__name__)

ANSWER_WITHIN = 0.3
"""Seconds in which a cancelled job must have stopped; then the worker is killed, so that half a second is kept on a
busy machine too.
"""

CANCELLED = "Cancelled; nothing was changed."

_ResultOf = TypeVar("_ResultOf", bound=Result)
_numbers = itertools.count(1)


class Job(Generic[_ResultOf]):
    """Ask `poll` now and then, as from a timer, or `wait`. `progress` is the last that was heard."""

    def __init__(self, worker: WorkerProcess, request: Request) -> None:
        self.number = next(_numbers)
        self.progress = Progress("Starting the worker" if not worker.was_used else "Waiting for the worker", 0.0)
        self._worker = worker
        self._result: Result | None = None
        self._error: WorkerError | None = None
        self._cancelled = False
        message = pack_request(request)
        worker.post(Message(message.kind, {**message.content, "job": self.number}, message.arrays))

    @property
    def is_cancelled(self) -> bool:
        """Whether `cancel` was called, answered or not."""
        return self._cancelled

    def poll(self) -> bool:
        """Take what has come; never blocks. True once the job has finished, well or not."""
        while not self._is_finished():
            try:
                self._take(self._worker.inbox.get_nowait())
            except queue.Empty:
                break
        return self._is_finished()

    def cancel(self) -> None:
        """Stop it: it ends within half a second, or its worker does. A job that has finished stays as it is."""
        if self._cancelled or self.poll():
            return
        self._cancelled = True
        self._worker.post(Message("cancel", {"job": self.number}))
        killer = threading.Timer(ANSWER_WITHIN, self._kill_unless_answered)
        killer.daemon = True
        killer.start()

    def abandon(self) -> None:
        """Kill the worker now."""
        self._cancelled = True
        self._worker.kill()

    def result(self) -> _ResultOf:
        """What came out. Raises JobCancelled where it was cancelled, WorkerError where it failed or still runs."""
        if self._error is not None:
            raise self._error
        if self._result is None:
            raise WorkerError("The job still runs; wait for it or cancel it.")
        return cast(_ResultOf, self._result)

    def wait(self, on_progress: Callable[[Progress], object] | None = None) -> _ResultOf:
        """Block until the job has finished, and return its result. Ctrl-C cancels it.

        Args:
            on_progress: called with each progress.

        Raises:
            WorkerError: the job failed.
            JobCancelled: it was cancelled.
        """
        told = None
        while True:
            try:
                if on_progress is not None and self.progress is not told:
                    told = self.progress
                    on_progress(told)
                if self._is_finished():
                    return self.result()
                # A wait without an end cannot be interrupted on Windows.
                self._take(self._worker.inbox.get(timeout=0.1))
            except queue.Empty:
                continue
            except KeyboardInterrupt:
                self.cancel()

    def _is_finished(self) -> bool:
        return self._result is not None or self._error is not None

    def _take(self, message: Message | Ended) -> None:
        if isinstance(message, Ended):
            log.debug("The worker's last lines:\n%s", "\n".join(message.lines))
            self._fail(sentence(message, self._worker.python))
        elif message.content.get("job") == self.number:
            try:
                self._read(message)
            except ProtocolError as error:
                self._worker.kill()
                self._fail(str(error))

    def _read(self, message: Message) -> None:
        match message.kind:
            case "progress":
                self.progress = unpack_progress(message)
            case "failed":
                log.debug("%s", message.content.get("trace"))
                self._fail(str(message.content.get("sentence")))
            case "cancelled":
                self._fail(CANCELLED)
            case _ if self._cancelled:
                self._fail(CANCELLED)
            case _:
                self._result = unpack_result(message)

    def _fail(self, why: str) -> None:
        self._error = JobCancelled(CANCELLED) if self._cancelled else WorkerError(why)

    def _kill_unless_answered(self) -> None:
        if not self._worker.has_answered(self.number):
            self._worker.kill()
            self._fail(CANCELLED)
