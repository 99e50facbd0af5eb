"""GPU support for a zip that brings its packages: PyTorch in a folder of its own, from the package index.

The first time it is asked how much there is to download, the second time that is downloaded, going on where it stopped,
and installed. The worker stays on Blender's own Python and gets PyTorch's folder as the last one on its path.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import shutil
import ssl
import sys
import tempfile
import tomllib
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from ...core import durable
from ..bundled import ADDON, bundled_wheels
from ..messages import Progress
from . import service
from .child import clean_environment
from .child_run import run
from .errors import JobCancelled, WorkerError
from .folder_lock import Locked, locked
from .installation import COLLECTED, ENVIRONMENT, INSTALLED, MADE, QUIET, Installation, Task, full_disk
from .runtime import MARKER, forget_states, gpu_folder, gpu_packages

_Stored = TypeVar("_Stored", dict[str, Any], list[dict[str, Any]])

TORCH = "2.13.0"
"""The version of PyTorch that is added: the one that the project is developed with."""

INDICES = {"win32": "https://download.pytorch.org/whl/cu130"}
"""Where PyTorch for a GPU is, on systems for which pip's own index has only that for the processor."""

PLAN = "plan.json"
WHEELS = "wheels"
"""Within the folder of GPU support: what there is to download, and what is here of it."""
PART = ".part"
"""The end of the name of a file that is not whole."""

UNPACKED = 2.5
"""How many times its download PyTorch takes on a disk once it is installed; a little more than was seen."""

PIECE = 1 << 20
"""Bytes read at once."""
PATIENCE = 60.0
"""Seconds without a byte after which a download has stopped."""

AMD, NVIDIA = Path("/dev/kfd"), Path("/dev/nvidiactl")
"""Where Linux has the drivers."""

NO_DOWNLOADS = (
    "This build of the extension downloads nothing; name a Python that has PyTorch, and all the add-on needs, "
    "in the extension's preferences."
)
RESOLVE = """
import json, sys
from pip._internal.cli.main import main
from pip._internal.operations.prepare import RequirementPreparer
from pip._internal.utils.direct_url_helpers import direct_url_from_link
report, *arguments = sys.argv[1:]

def say(_preparer, requirements, *_more, **_named):
    with open(report, "w", encoding="utf-8") as file:
        json.dump([direct_url_from_link(one.link).to_dict() for one in requirements], file)
    sys.exit()

RequirementPreparer.prepare_linked_requirements_more = say
sys.exit(main(arguments))
"""
"""pip, which says what it would download at the moment when it would begin. Its own dry run downloads all of it where pip is
of version 24 or older, as in Blender's Python.
"""

TRY = """
import torch
cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
print("DEVICE", torch.cuda.get_device_name() if cuda else "Apple's graphics" if mps else "")
"""
TOLD = "DEVICE "


@dataclass(frozen=True)
class RemoteWheel:
    """A file to download: its `name`, its address, the hash of its content, and its size in bytes."""

    name: str
    url: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Plan:
    """What there is to download for a version of PyTorch."""

    torch: str
    wheels: tuple[RemoteWheel, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(wheel.size for wheel in self.wheels)

    def __str__(self) -> str:
        return (
            f"PyTorch {self.torch} is {len(self.wheels)} files of {in_words(self.size)} to download, "
            f"and takes about {in_words(round(self.size * UNPACKED))} on the disk"
        )


@dataclass(frozen=True)
class GpuSupport:
    """What is there of it: the `device` that PyTorch found when it was installed, None where it is not installed, empty
    where it found no GPU; else the `plan`, where that is known, and the bytes that are `here` of it.
    """

    device: str | None = None
    plan: Plan | None = None
    here: int = 0

    def __str__(self) -> str:
        if self.device is not None:
            found = f"runs the networks on {self.device}" if self.device else "found no GPU, so the processor is used"
            return f"PyTorch is installed and {found}."
        if self.plan is None:
            return "Retargeting can run on a GPU with PyTorch; how much there is to download is looked up first."
        return f"{self.plan}{f'; {in_words(self.here)} are here already' if self.here else ''}."


def in_words(size: int) -> str:
    """Bytes, as a user reads them."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


@cache
def may_be_added(addon: Path = ADDON) -> bool:
    """Whether this is a zip that brings its packages and asks for the network: the platform's doesn't."""
    try:
        manifest = tomllib.loads((addon / "blender_manifest.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(bundled_wheels(addon)) and "network" in manifest.get("permissions", {})


def gpu_state(installed: Path | None) -> GpuSupport:
    """What is there, beside the folder of the runtime `installed`."""
    if installed is None:
        return GpuSupport()
    folder = gpu_folder(installed)
    if gpu_packages(installed) is not None:
        return GpuSupport(device=str(_read(folder / MARKER).get("device", "")))
    plan = _plan(folder)
    return GpuSupport(plan=plan, here=sum(_here(folder / WHEELS, one) for one in plan.wheels) if plan else 0)


def add_gpu_support(installed: Path, python: Path, online: bool) -> Task[Any]:
    """Begin to look up what there is to download, or, where that is known, to download and install it.

    Args:
        installed: the folder of the runtime; GPU support goes beside it.
        python: Blender's own.
        online: whether the user lets Blender use the network.

    Raises:
        WorkerError: it cannot begin.
    """
    if not may_be_added():
        raise WorkerError(NO_DOWNLOADS)
    if service.is_running():
        raise WorkerError("A job still runs; wait until it is done, or cancel it, and add GPU support again.")
    if not online:
        raise WorkerError(
            "Adding GPU support needs the network: allow online access in Blender's preferences under System."
        )
    if AMD.exists() and not NVIDIA.exists():
        raise WorkerError(
            "PyTorch for AMD graphics is not added from here; name a Python that has it in the extension's preferences."
        )
    folder = gpu_folder(installed).absolute()
    plan = _plan(folder)
    return Lookup(folder, python.absolute()) if plan is None else GpuInstallation(folder, python.absolute(), plan)


def remove_gpu_support(installed: Path) -> int:
    """Remove it with all that was downloaded; gives the bytes that became free.

    Raises:
        WorkerError: a job runs, or another Blender uses it.
    """
    if service.is_running():
        raise WorkerError("A job still runs; wait until it is done, or cancel it, and remove GPU support again.")
    service.stop()
    folder = gpu_folder(installed)
    size = sum(file.lstat().st_size for file in folder.rglob("*") if not file.is_dir())
    in_use = WorkerError(f"{folder} is in use by another Blender; quit that one, and remove GPU support again.")
    try:
        for environment in folder.glob(f"{ENVIRONMENT}*"):
            with locked(environment):
                pass
        with locked(folder):
            (folder / MARKER).unlink(missing_ok=True)
            shutil.rmtree(folder)
    except FileNotFoundError:
        return 0
    except (Locked, OSError) as error:
        raise in_use from error
    finally:
        forget_states()
    return size


class Lookup(Task[Plan]):
    """Looks up what there is to download; pip decides, and downloads nothing."""

    def _do(self) -> Plan:
        self.progress = Progress("Looking up PyTorch", 0.0)
        with tempfile.TemporaryDirectory(prefix=ENVIRONMENT, dir=self._installed) as folder:
            python, report = self._environment(Path(folder)), Path(folder) / "report.json"
            self.progress = Progress("Looking up PyTorch", 0.3)
            index = ["--index-url", INDICES[sys.platform]] if sys.platform in INDICES else []
            wanted = ["--ignore-installed", "--only-binary", ":all:", *index, f"torch=={TORCH}"]
            command: list[str | Path] = [python, "-c", RESOLVE, report, "install", *QUIET, *wanted]
            outcome = run(command, self._cancelled, environment=clean_environment())
            chosen: list[dict[str, Any]] = _stored(report, [])
            if not chosen:  # pip takes the exit for a failure
                raise WorkerError(
                    f"PyTorch {TORCH} cannot be looked up ({outcome.last_line}); check the network, and try again."
                )
        plan = Plan(TORCH, tuple(self._wheel(one, number / len(chosen)) for number, one in enumerate(chosen)))
        with durable.whole_file(self._installed / PLAN) as file:
            file.write_text(json.dumps({"torch": plan.torch, "wheels": [asdict(one) for one in plan.wheels]}), "utf-8")
        return plan

    def _wheel(self, info: dict[str, Any], done: float) -> RemoteWheel:
        if self._cancelled.is_set():
            raise JobCancelled("Cancelled; nothing was changed.")
        self.progress = Progress("Looking up PyTorch", 0.5 + done / 2)
        url = str(info["url"])
        try:
            with _opened(Request(url, method="HEAD")) as answer:
                size = int(answer.headers["Content-Length"])
        except (OSError, HTTPException, TypeError, ValueError) as error:
            raise WorkerError(
                f"{urlsplit(url).netloc} does not say how large {_name(url)} is ({error}); check the network, and try again."
            ) from error
        return RemoteWheel(_name(url), url, info["archive_info"]["hashes"]["sha256"], size)


class GpuInstallation(Installation):
    """Downloads what the plan says, and installs it. What was downloaded stays where that is cancelled or fails."""

    def __init__(self, installed: Path, python: Path, plan: Plan) -> None:
        self._plan, self._device = plan, ""
        super().__init__(installed, python)

    def _install(self, environment: Path) -> Path:
        wheels = self._installed / WHEELS
        wheels.mkdir(exist_ok=True)
        self._make_sure_of_room(wheels)
        for wheel in self._plan.wheels:
            self._fetch(wheel, wheels)
        self.progress = Progress("Installing PyTorch", COLLECTED)
        python = self._environment(environment)
        command: list[str | Path] = [python, "-m", "pip", "install", *QUIET, "--no-index", "--no-deps"]
        outcome = run([*command, *(wheels / one.name for one in self._plan.wheels)], self._cancelled)
        if outcome.status:
            raise WorkerError(
                full_disk(outcome, environment) or f"pip could not install PyTorch ({outcome.last_line}); try again."
            )
        self.progress = Progress("Trying PyTorch", INSTALLED)
        tried = run([python, "-c", TRY], self._cancelled)
        told = next((line.removeprefix(TOLD) for line in tried.lines if line.startswith(TOLD.strip())), None)
        if tried.status or told is None:
            raise WorkerError(f"PyTorch was installed but cannot be loaded ({tried.last_line}); remove GPU support.")
        self._device = told.removeprefix(TOLD.strip()).strip()
        shutil.rmtree(wheels)
        (self._installed / PLAN).unlink()
        return python

    def _told(self) -> dict[str, str]:
        return {"device": self._device, "torch": self._plan.torch}

    def _make_sure_of_room(self, wheels: Path) -> None:
        """WorkerError where the disk is too small for what is still to come."""
        here = sum(_here(wheels, one) for one in self._plan.wheels)
        needed, free = self._plan.size * (1 + UNPACKED) - here, shutil.disk_usage(wheels).free
        if free < needed:
            raise WorkerError(
                f"GPU support needs about {in_words(round(needed))} more on the disk of {self._installed}, which has "
                f"{in_words(free)} free; make room there, and add it again."
            )

    def _fetch(self, wheel: RemoteWheel, folder: Path) -> None:
        """Download one file, or what is missing of it."""
        whole, part = folder / wheel.name, folder / f"{wheel.name}{PART}"
        if whole.exists():
            return
        try:
            self._receive(wheel, part)
        except (OSError, HTTPException) as error:
            here = sum(_here(folder, one) for one in self._plan.wheels)
            raise WorkerError(
                f"The download stopped after {in_words(here)} of {in_words(self._plan.size)} ({error}); "
                "add GPU support again, and it goes on from there."
            ) from error
        with part.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != wheel.sha256:
            part.unlink()
            raise WorkerError(f"{wheel.name} arrived damaged and was removed; add GPU support again.")
        part.replace(whole)

    def _receive(self, wheel: RemoteWheel, part: Path) -> None:
        """Append what is missing. A server that cannot go on in the middle begins anew."""
        here = part.stat().st_size if part.exists() else 0
        if here == wheel.size:
            return
        if here > wheel.size:
            part.unlink()
            here = 0
        with _opened(Request(wheel.url, headers={"Range": f"bytes={here}-"} if here else {})) as answer:
            goes_on = here and answer.status == 206
            with part.open("ab" if goes_on else "wb") as file:
                while piece := answer.read(PIECE):
                    file.write(piece)
                    if self._cancelled.is_set():
                        raise JobCancelled("Cancelled; what was downloaded is kept.")
                    self._tell()
        if part.stat().st_size < wheel.size:
            raise OSError("the server ended the connection")

    def _tell(self) -> None:
        here = sum(_here(self._installed / WHEELS, one) for one in self._plan.wheels)
        part = MADE + (COLLECTED - MADE) * min(here / self._plan.size, 1.0)
        self.progress = Progress(f"Downloading {in_words(here)} of {in_words(self._plan.size)}", part)


def _here(folder: Path, wheel: RemoteWheel) -> int:
    """The bytes of a wheel that are in the folder."""
    for name in (wheel.name, f"{wheel.name}{PART}"):
        with suppress(OSError):
            return (folder / name).stat().st_size
    return 0


def _plan(folder: Path) -> Plan | None:
    """What was looked up; None where nothing was, or for another version of PyTorch."""
    with suppress(TypeError, KeyError):
        stored = _read(folder / PLAN)
        plan = Plan(stored["torch"], tuple(RemoteWheel(**one) for one in stored["wheels"]))
        return plan if plan.torch == TORCH and plan.wheels else None
    return None


def _read(file: Path) -> dict[str, Any]:
    """The table in a JSON file; empty where there is none."""
    return _stored(file, {})


def _stored(file: Path, nothing: _Stored) -> _Stored:
    """What a JSON file holds; `nothing` where there is none, or it is of another kind."""
    with suppress(OSError, ValueError):
        found = json.loads(file.read_text(encoding="utf-8"))
        return found if isinstance(found, type(nothing)) else nothing
    return nothing


def _name(url: str) -> str:
    """The name of a wheel's file."""
    return unquote(urlsplit(url).path.rpartition("/")[2])


def _opened(request: Request) -> HTTPResponse:
    """The answer to a request; OSError where there is none."""
    try:
        return cast(HTTPResponse, urlopen(request, timeout=PATIENCE, context=_certificates()))
    except HTTPError as error:
        raise OSError(f"the server answers {error.code}") from error


def _certificates() -> ssl.SSLContext:
    """Those that Blender brings, since its Python may know none of the system's."""
    try:
        file = importlib.import_module("certifi").where()
    except ImportError:
        file = None
    return ssl.create_default_context(cafile=file)
