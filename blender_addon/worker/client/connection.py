"""One worker process: started, heard, spoken to and ended."""

from __future__ import annotations

import json
import logging
import queue
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path

from ...core.folders import temporary_folder
from ..protocol import LAST_LINE_SAYS_WHY, PROTOCOL, Message, ProtocolError, receive, send
from .child import clean_environment, outlive_broken_pipes, spawn, watcher
from .child_run import LONGEST_LINE, readable
from .errors import WorkerError
from .folder_lock import Locked, locked

log = logging.getLogger(__name__)

PACKAGE = Path(__file__).resolve().parents[2]
"""The folder of the add-on, whatever it is called."""

LAUNCH = f"""
import sys
if sys.version_info < (3, 11):
    sys.stderr.write("The worker needs Python 3.11 or newer, and %s is %d.%d; choose another interpreter in the preferences.\\n" % (
        sys.executable, *sys.version_info[:2]))
    sys.exit({LAST_LINE_SAYS_WHY})
import importlib.util, os
folder, *packages = sys.argv[1:]
if packages:
    import numpy
    sys.path.insert(0, packages[0])
    sys.path += packages[1:]
    del packages[1:]
name = os.path.basename(folder)
spec = importlib.util.spec_from_file_location(name, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder])
sys.modules[name] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sys.modules[name])
importlib.import_module(name + ".worker.process").main(*packages)
"""
"""Imports the add-on's package alone: with its parent folder on the path, other add-ons there could stand before the
packages the worker needs.

The folder of bundled packages comes before all others, so that no package of the system's stands in for one. NumPy is
imported before it, and so is the Python's own, whatever other extensions have brought. PyTorch, where it was added, comes
after all others, and so replaces none of them.
"""

ISOLATED = ("-I", "-X", "utf8", "-u")
"""Options of a Python that runs on bundled packages: nothing of the user's own and no variables lead it astray."""

THREADS_THAT_SLEEP = {"OMP_WAIT_POLICY": "PASSIVE"}
"""PyTorch's threads wait for each other by spinning, which on cores shared with Blender makes everything many times
slower.
"""

KEPT_LINES = 200
"""Of what the worker writes to standard error."""

FOLDER_PREFIX = "retarget-2d-"
"""What the folder of a socket begins with."""

LONGEST_START = 3600.0
"""Seconds after which a worker has begun to listen, or never will."""

PATIENCE = 0.3
"""Seconds that a worker has to leave before it is killed."""


@dataclass(frozen=True)
class Ended:
    """The worker is gone: its exit `status` (negative: the signal), its last `lines` on standard error, and whether it
    had `said_hello`.

    `problem` is a sentence where the client ended it for what it said.
    """

    status: int
    lines: tuple[str, ...]
    said_hello: bool
    problem: str = ""


class WorkerProcess:
    """A worker on `python`, with the folder of the bundled `packages` where it runs on those, and that of PyTorch for a
    `gpu`, which needs them.

    Its messages come into `inbox`, `Ended` as the last one; `post` never blocks. Raises WorkerError where it cannot
    start.
    """

    def __init__(self, python: Path, packages: Path | None = None, gpu: Path | None = None) -> None:
        self.python, self.packages, self.gpu = python, packages, gpu
        self._used = ExitStack()
        # Nobody removes the environment while the worker runs in it.
        for environment in filter(None, (python.parents[1], _environment_of(gpu))):
            with suppress(Locked, OSError):
                self._used.enter_context(locked(environment, shared=True))
        self._folder = _folder_of_our_own()
        watch_over = self._used.enter_context(watcher(self._folder))
        self.inbox: queue.SimpleQueue[Message | Ended] = queue.SimpleQueue()
        self.leaves = False
        self.was_used = False
        self._problem = ""
        self._outbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._answered: set[int] = set()
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._key = secrets.token_bytes(32)
        self._listener = _listener(self._folder, self._key)
        self._address = self._listener.address
        try:
            self._process = spawn(
                [python, *(ISOLATED if packages else ()), "-c", LAUNCH, PACKAGE, *filter(None, (packages, gpu))],
                stdin=subprocess.PIPE,
                stderr=subprocess.PIPE,
                environment=THREADS_THAT_SLEEP | clean_environment(),
            )
        except OSError as error:
            self._close_listener()
            self._used.close()
            raise WorkerError(
                f"{python} cannot be started ({error.strerror}); choose another interpreter in the preferences."
            ) from error
        watch_over(self._process)
        self._watcher = threading.Thread(target=self._watch, name="worker's end", daemon=True)
        self._threads = [self._watcher, threading.Thread(target=self._hear, name="worker's messages", daemon=True)]
        for thread in self._threads:
            thread.start()

    @property
    def process_id(self) -> int:
        """The worker's process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process runs and will take another job."""
        return not self.leaves and self._process.poll() is None

    def post(self, message: Message) -> None:
        """Send it as soon as the worker listens."""
        self._outbox.put(message)

    def has_answered(self, job: int) -> bool:
        """Whether that job's last message has come."""
        return job in self._answered

    def kill(self) -> None:
        """End the process at once; it takes no other job."""
        self.leaves = True
        with suppress(OSError):
            self._process.kill()

    def close(self) -> None:
        """Let the process leave, or kill it, and wait until nothing of it is left."""
        self.post(Message("leave"))
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE)
        self.kill()
        for thread in self._threads:
            thread.join(2.0)

    def _tell_where(self) -> None:
        where = {"address": self._address, "family": _family(self._address), "key": self._key.hex()}
        assert self._process.stdin is not None
        with suppress(OSError), self._process.stdin as stdin:
            stdin.write(json.dumps(where).encode() + b"\n")

    def _watch(self) -> None:
        """Keep what the worker writes to standard error, wait for its end, and wake up `_hear` where it still waits for
        a connection.
        """
        outlive_broken_pipes()
        assert self._process.stderr is not None
        with self._process.stderr as stream:
            for line in iter(lambda: stream.readline(LONGEST_LINE), b""):
                self._lines.append(readable(line))
        self._process.wait()
        with suppress(OSError, EOFError, AuthenticationError):
            Client(self._address, authkey=self._key).close()

    def _hear(self) -> None:
        """Wait for the worker, then put its messages into the inbox until it is gone."""
        outlive_broken_pipes()
        said_hello = False
        self._tell_where()
        connection = self._accept()
        self._close_listener()
        speaker = threading.Thread(target=self._speak, args=(connection,), name="messages to the worker", daemon=True)
        try:
            _check_hello(receive(connection))
            said_hello = True
            speaker.start()
            while True:
                self._take(receive(connection))
        except (EOFError, OSError):
            pass
        except ProtocolError as error:
            self._problem = str(error)
            self.kill()
        with suppress(subprocess.TimeoutExpired):
            # Left alone, so that the exit status is its own.
            self._process.wait(PATIENCE)
        self.kill()
        self._watcher.join()
        self._outbox.put(None)
        if said_hello:
            speaker.join()
        connection.close()
        self._used.close()
        self.inbox.put(Ended(self._process.returncode, tuple(self._lines), said_hello, self._problem))

    def _take(self, message: Message) -> None:
        if message.kind != "progress":
            self._answered.add(int(message.content.get("job", -1)))
            self.leaves = self.leaves or bool(message.content.get("ends_worker", False))
        self.inbox.put(message)

    def _accept(self) -> Connection:
        """The connection of whoever knows the key; after the worker's end, that of `_watch`."""
        while True:
            try:
                return self._listener.accept()
            except (AuthenticationError, OSError, EOFError) as error:
                log.warning("Somebody who is not the worker wanted to speak to us: %r", error)
                time.sleep(0.05)

    def _speak(self, connection: Connection) -> None:
        outlive_broken_pipes()
        with suppress(OSError):
            while (message := self._outbox.get()) is not None:
                send(connection, message)

    def _close_listener(self) -> None:
        self._listener.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _check_hello(message: Message) -> None:
    if message.kind != "hello" or message.content.get("protocol") != PROTOCOL:
        raise ProtocolError("the worker is of another version")


def _folder_of_our_own() -> Path | None:
    """A new folder for the socket; None where the system has no room for temporary files. Those that were left by a
    Blender that was killed are removed.
    """
    with suppress(OSError):
        place = temporary_folder()
        if place is not None:
            _remove_left_folders(place)
            return Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX, dir=place))
    return None


def _remove_left_folders(place: Path) -> None:
    """A folder is there until its worker listens: one that has been there for long was left."""
    for folder in place.glob(f"{FOLDER_PREFIX}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > LONGEST_START and folder.is_dir() and not folder.is_symlink():
                shutil.rmtree(folder, ignore_errors=True)


def _listener(folder: Path | None, key: bytes) -> Listener:
    """A listener nobody else can reach: a pipe on Windows, a socket in a folder of our own elsewhere, or a local port
    where there is none or its path is too long.
    """
    if sys.platform == "win32":
        return Listener(family="AF_PIPE", authkey=key)
    with suppress(OSError):
        if folder is not None:
            return Listener(str(folder / "socket"), "AF_UNIX", authkey=key)
    return Listener(("127.0.0.1", 0), "AF_INET", authkey=key)


def _family(address: str | tuple[str, int]) -> str:
    if isinstance(address, tuple):
        return "AF_INET"
    return "AF_PIPE" if sys.platform == "win32" else "AF_UNIX"


def _environment_of(packages: Path | None) -> Path | None:
    """The virtual environment that a folder of packages is in."""
    parents = packages.parents if packages is not None else ()
    return next((folder for folder in parents if (folder / "pyvenv.cfg").exists()), None)
