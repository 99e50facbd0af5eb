"""Which Python runs the worker: Blender's own, the preferences', or the one that was installed."""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..bundled import CURE, bundled_wheels, look
from .child_run import Outcome, run
from .errors import WorkerError

log = logging.getLogger(__name__)

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements.txt"
"""What the worker needs, pinned."""

MODULES = ("numpy", "scipy", "cv2", "av", "onnxruntime")
"""What it imports of that."""

MARKER = "environment.json"
"""Written when an environment is whole; it names the folder it is in."""

CHECK_TIMEOUT = 60.0
IMPORT_TIMEOUT = 600.0
"""Seconds. The first import of large libraries from a slow disk takes minutes."""

STATE_AGE = 15.0
"""Seconds after which the state shown in the preferences is looked up again."""

NEVER = threading.Event()
"""What nobody sets."""

NO_FOLDER = "the folder of Blender's extensions"
"""Said of the place of packages where Blender has no user folder."""

NO_PROGRAM = "Blender's own Python was not found as a program beside Blender; choose an interpreter in the extension's preferences."
CHECKING = "Looking for a Python that has onnxruntime…"
ANSWER = "modules that are missing:"
"""What the line begins with in which a Python answers: others say more, a welcome or a warning."""
FIND = f"import importlib.util, sys; print('\\n{ANSWER}', *(name for name in sys.argv[1:] if importlib.util.find_spec(name) is None))"
IMPORT = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]"


@dataclass(frozen=True)
class Runtime:
    """The `python` that the worker runs on, and its `origin`: "blender", "preferences" or "installed".

    `packages` is the folder of the packages that the extension brings, where they are used; `notice` a sentence about
    them for the user, or empty; `gpu` the folder of PyTorch that was added to them, where one was.
    """

    python: Path
    origin: str
    packages: Path | None = None
    notice: str = ""
    gpu: Path | None = None


def find_runtime(
    preferred: Path | None,
    installed: Path | None,
    packages: Path | None = None,
    cancelled: threading.Event = NEVER,
) -> Runtime:
    """Where the extension brings packages, the `preferred` Python, else Blender's own with those, unpacked in the folder
    `packages`. Where it brings none, Blender's own if all that is needed imports there, else the `preferred` one, else
    the environment in the folder `installed`, if there is one.

    Takes hundredths of a second with bundled packages, else a tenth of one the first time. Raises WorkerError that says
    what to do where there is none, JobCancelled soon after `cancelled` is set.
    """
    own, problem, way = blenders_python(), "", "press Install"
    if wheels := bundled_wheels():
        way = CURE
        unpacked = look(packages or Path(NO_FOLDER), wheels)
        problem = unpacked.problem or ("" if own is not None else NO_PROGRAM)
        if own is not None and not problem:
            if preferred is None:
                gpu = gpu_packages(installed) if installed is not None else None
                return Runtime(own, "blender", packages, unpacked.notice, gpu)
            way = "Blender's own is used"
    elif own is not None and not _missing(own, cancelled) and _imports(own, cancelled):
        return Runtime(own, "blender")
    if preferred is not None:
        if not preferred.is_file():
            raise WorkerError(
                f"The interpreter {preferred} of the preferences is not there; choose another one, or leave it empty and {way}."
            )
        if missing := _missing(preferred, cancelled):
            raise WorkerError(
                f"The interpreter {preferred} of the preferences lacks {_listed(missing)}; choose another, or leave it empty and {way}."
            )
        return Runtime(preferred, "preferences")
    python = installed_python(installed) if installed is not None else None
    if python is None:
        raise WorkerError(
            problem
            or "There is no Python with onnxruntime yet; press Install in the add-on's preferences, or choose an interpreter there."
        )
    if missing := _missing(python, cancelled):
        raise WorkerError(
            f"The installed environment lacks {_listed(missing)}; press Install in the add-on's preferences again."
        )
    return Runtime(python, "installed")


_ORIGINS = {
    "blender": "Blender's own Python",
    "preferences": "The interpreter of the preferences",
    "installed": "The installed environment",
}
_Places = tuple[Path | None, Path | None, Path | None]


@dataclass(frozen=True)
class _State:
    """What `find_runtime` found `when`, in a line; `is_problem` where it found none."""

    when: float = -STATE_AGE
    text: str = CHECKING
    is_problem: bool = False


_states: dict[_Places, _State] = {}
_looking = threading.Lock()


def runtime_state(preferred: Path | None, installed: Path | None, packages: Path | None = None) -> str:
    """One line about what `find_runtime` finds, for the preferences: at once from what was seen last, looked up anew by
    a thread of its own.
    """
    return _state((preferred, installed, packages)).text


def runtime_problem(preferred: Path | None, installed: Path | None, packages: Path | None = None) -> str:
    """Why `find_runtime` finds nothing, as `runtime_state` does; empty where it finds a Python, or has not looked yet."""
    state = _state((preferred, installed, packages))
    return state.text if state.is_problem else ""


def _state(places: _Places) -> _State:
    state = _states.get(places, _State())
    if time.monotonic() - state.when > STATE_AGE and _looking.acquire(blocking=False):
        threading.Thread(target=_look_up, args=places, name="state of the runtime", daemon=True).start()
    return state


def forget_states() -> None:
    """Look anew the next time: something was installed."""
    _states.clear()
    _found.clear()


def blenders_python() -> Path | None:
    """The Python that Blender brings as a program of its own; None where it brings none."""
    python = Path(sys.executable) if sys.executable else None
    return python if python is not None and python.stem.lower().startswith("python") else None


def installed_python(installed: Path) -> Path | None:
    """The Python of the environment that was installed in that folder; None where there is none that is whole."""
    try:
        folder = json.loads((installed / MARKER).read_text(encoding="utf-8"))["folder"]
        python = environment_python(installed / folder)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return python if python.is_file() else None


def gpu_folder(installed: Path) -> Path:
    """The folder of GPU support, beside that of the runtime."""
    return installed.with_name("gpu")


def gpu_packages(installed: Path) -> Path | None:
    """The folder of PyTorch that was added for this Python; None where none was."""
    python = installed_python(gpu_folder(installed))
    if python is None:
        return None
    own = "Lib" if sys.platform == "win32" else f"lib/python{sys.version_info.major}.{sys.version_info.minor}"
    folder = python.parents[1] / own / "site-packages"
    return folder if folder.is_dir() else None


def environment_python(environment: Path) -> Path:
    """Where an environment's Python is."""
    return environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def _import_problem(python: Path, cancelled: threading.Event) -> str:
    """Why the worker's modules cannot all be imported there, in the last line of what it says; nothing where they can.
    Takes seconds.
    """
    answer = _asked(python, IMPORT, IMPORT_TIMEOUT, cancelled)
    return answer.last_line if answer.status else ""


def _look_up(*places: Path | None) -> None:
    preferred, installed, packages = places
    text, is_problem = CHECKING, False
    try:
        runtime = find_runtime(preferred, installed, packages)
        text = f"{_ORIGINS[runtime.origin]} runs the networks: {runtime.python}"
        if runtime.notice:
            text = f"{text}. {runtime.notice}"
    except WorkerError as error:
        text, is_problem = str(error), True
    finally:
        _states[preferred, installed, packages] = _State(time.monotonic(), text, is_problem)
        _looking.release()


_found: dict[tuple[Path, str], bool] = {}
"""Pythons that were seen to have everything. What is missing may be installed at any time, so that is asked every time.
"""


def _missing(python: Path, cancelled: threading.Event) -> list[str]:
    """The modules that are not there."""
    if (python, FIND) in _found:
        return []
    answer = _asked(python, FIND, CHECK_TIMEOUT, cancelled)
    told = next((line for line in reversed(answer.lines) if line.startswith(ANSWER)), None)
    if answer.status or told is None:
        raise WorkerError(
            f"{python} cannot be used ({answer.last_line}); choose another interpreter in the preferences."
        )
    missing = told.removeprefix(ANSWER).split()
    if not missing:
        _found[python, FIND] = True
    return missing


def _imports(python: Path, cancelled: threading.Event) -> bool:
    if (python, IMPORT) not in _found:
        _found[python, IMPORT] = not _import_problem(python, cancelled)
    return _found[python, IMPORT]


def _asked(python: Path, program: str, timeout: float, cancelled: threading.Event) -> Outcome:
    """What a program answers that is given MODULES, in a process of its own.

    Raises JobCancelled, with that process gone, soon after `cancelled` is set.
    """
    try:
        return run([python, "-c", program, *MODULES], cancelled, limit=timeout)
    except OSError as error:  # TimeoutError too
        return Outcome(-1, (error.strerror or str(error),))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
