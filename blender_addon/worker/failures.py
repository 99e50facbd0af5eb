"""What went wrong in a job, in one sentence for the user."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path

from ..core.shown import sentence
from . import bundled

NO_MEMORY = (
    "out of memory",
    "can't allocate memory",
    "failed to allocate",
    "insufficient memory",
    "bad allocation",
    "std::bad_alloc",
)
"""What PyTorch, onnxruntime and OpenCV say in errors that are no MemoryError."""


@dataclass(frozen=True)
class Failure:
    """`sentence` is for the user, `trace` for the log; after one that `ends_worker`, the next job starts a new worker."""

    sentence: str
    trace: str
    ends_worker: bool


def explain(error: Exception, packages: Path | None = None) -> Failure:
    """Return what the user and the log are told about an error.

    Args:
        error: what a job ended with. A ValueError or OSError that is a sentence is passed on as it is.
        packages: the folder of the bundled packages, where the worker runs on them.
    """
    trace = "".join(traceback.format_exception(error))
    if _memory_ran_out(error):
        return Failure(
            "Memory ran out; choose a shorter range of the video, or close other programs, and try again.", trace, True
        )
    if isinstance(error, ImportError):
        if packages is not None and _comes_from(error, packages):
            return Failure(unusable_package(error, packages), trace, True)
        return Failure(missing_package(error.name, str(error)), trace, True)
    if isinstance(error, OSError) and error.strerror:
        return Failure(sentence(error), trace, False)
    if isinstance(error, ValueError | OSError) and _is_sentence(str(error)):
        return Failure(sentence(error), trace, False)
    last = " ".join(traceback.format_exception_only(error)[-1].split())
    return Failure(
        f"The worker met an error of its own ({last}); try again, and if it comes back report it with the lines in Blender's log.",
        trace,
        True,
    )


def missing_package(name: str | None, problem: str) -> str:
    """Return the sentence for a package of the worker's Python that is missing or cannot be loaded.

    Args:
        name: the package; None where the error does not name it.
        problem: the error in its own words, which then stands for the name.
    """
    package = (name or problem).partition(".")[0]
    return f"The worker's Python cannot load {package}; press Install in the add-on's preferences, or choose another interpreter there."


def unusable_package(error: ImportError, packages: Path) -> str:
    """What to say where a bundled package is there and cannot be loaded: the file, why, and who may be to blame."""
    file = error.path or next(
        frame.filename
        for frame in reversed(traceback.extract_tb(error.__traceback__))
        if _within(frame.filename, packages)
    )
    reason = " ".join(str(error).split()).rstrip(".")
    unpacked = bundled.look(packages, bundled.bundled_wheels())
    if unpacked.problem:
        return unpacked.problem
    if unpacked.notice:
        return f"{file} cannot be loaded ({reason}): {unpacked.notice[0].lower()}{unpacked.notice[1:]}"
    return (
        f"{file} cannot be loaded ({reason}); {bundled.CURE}, and see in the manual whether this system is new enough."
    )


def _comes_from(error: ImportError, packages: Path) -> bool:
    """Whether a module in the folder was being imported."""
    files = [error.path, *(frame.filename for frame in traceback.extract_tb(error.__traceback__))]
    return any(_within(file, packages) for file in files if file)


def _within(file: str, folder: Path) -> bool:
    return Path(file).is_relative_to(folder)


def _memory_ran_out(error: Exception) -> bool:
    text = str(error).lower()
    return isinstance(error, MemoryError) or (
        not isinstance(error, ValueError) and any(sign in text for sign in NO_MEMORY)
    )


def _is_sentence(text: str) -> bool:
    """Whether it is one of core's own: Python's and NumPy's errors end without a full stop."""
    return text.endswith(".") and "\n" not in text
