"""The worker: started by `client`, it does one job after the other and ends as soon as nobody is connected any more.

Its standard input gives one line of JSON: where the client listens, and the key. Neither stands in the arguments, which
every user of a machine can read.
"""

from __future__ import annotations

import faulthandler
import json
import logging
import os
import queue
import signal
import sys
import threading
from multiprocessing.connection import Client, Connection
from pathlib import Path

from . import bundled
from .failures import Failure, explain
from .message_packing import pack_progress, pack_result, unpack_request
from .messages import Result
from .monitor import Cancelled, Monitor
from .protocol import LAST_LINE_SAYS_WHY, PROTOCOL, Message, ProtocolError, receive, send

log = logging.getLogger(__name__)


class Worker:
    """One connection to the client: a thread hears it, the main thread works."""

    def __init__(self, connection: Connection, packages: Path | None = None) -> None:
        self._connection = connection
        self._packages = packages
        self._jobs: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._cancelled: dict[int, threading.Event] = {}

    def serve(self) -> None:
        """Do job after job; returns after a failure that makes this process unfit for another."""
        self._send(Message("hello", {"protocol": PROTOCOL, "python": sys.version.split()[0]}))
        threading.Thread(target=self._listen, name="listener", daemon=True).start()
        while True:
            message = self._jobs.get()
            job = message.content["job"]
            answer = self._answer(message, job)
            self._send(_numbered(answer, job))
            self._cancelled.pop(job, None)
            if answer.kind == "failed" and answer.content["ends_worker"]:
                return

    def _listen(self) -> None:
        """Take jobs and cancellations; end the process, whatever it is doing, once the client is gone."""
        try:
            while True:
                message = receive(self._connection)
                if message.kind == "leave":
                    break
                if message.kind == "cancel":
                    self._cancelled.setdefault(message.content["job"], threading.Event()).set()
                else:
                    self._cancelled.setdefault(message.content["job"], threading.Event())
                    self._jobs.put(message)
        except (ProtocolError, KeyError) as error:
            sys.stderr.write(f"{error}\n")
            sys.stderr.flush()
            os._exit(LAST_LINE_SAYS_WHY)
        finally:
            os._exit(0)

    def _answer(self, message: Message, job: int) -> Message:
        monitor = Monitor(lambda progress: self._send(_numbered(pack_progress(progress), job)), self._cancelled[job])
        try:
            return pack_result(_done(message, monitor))
        except Cancelled:
            return Message("cancelled")
        except Exception as error:
            failure = explain(error, self._packages)
            log.debug("%s", failure.trace)
            return _failed(failure)

    def _send(self, message: Message) -> None:
        try:
            send(self._connection, message)
        except OSError:
            os._exit(0)


def _done(message: Message, monitor: Monitor) -> Result:
    from .jobs import run

    return run(unpack_request(message), monitor)


def _failed(failure: Failure) -> Message:
    return Message("failed", {"sentence": failure.sentence, "trace": failure.trace, "ends_worker": failure.ends_worker})


def _numbered(message: Message, job: int) -> Message:
    return Message(message.kind, {**message.content, "job": job}, message.arrays)


def main(packages: str = "") -> None:
    """Connect and serve; `packages` is the folder of the bundled packages. The client's Ctrl-C is the client's to
    answer.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    folder = Path(packages) if packages else None
    if folder is not None:
        _check_packages(folder)
    line = json.loads(sys.stdin.readline())
    address = tuple(line["address"]) if isinstance(line["address"], list) else line["address"]
    with Client(address, line["family"], authkey=bytes.fromhex(line["key"])) as connection:
        Worker(connection, folder).serve()
        # Whoever hears nothing more of us was told why; the thread that listens must not hold the process back.
        sys.stderr.flush()
        os._exit(0)


def _check_packages(folder: Path) -> None:
    """End, with the reason as the last line, where a bundled package is not there, or would come from elsewhere."""
    wheels = bundled.bundled_wheels()
    if problem := bundled.look(folder, wheels).problem or bundled.strays(folder, wheels):
        sys.stderr.write(f"{problem}\n")
        sys.stderr.flush()
        os._exit(LAST_LINE_SAYS_WHY)


if __name__ == "__main__":
    main()
