"""The virtual environments of the project, each with what is installed in it.

python3.11 -m tools.environments worker          .venv: the worker, training, the tests
python3.11 -m tools.environments lean            .venv-lean: the worker and its tests without PyTorch, as users have it
python3.11 -m tools.environments 4.5             .venv-bpy-4.5: Blender 4.5 as a Python module, and pytest
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from . import debian_packages, system_libraries

ROOT = Path(__file__).resolve().parents[1]
PYTEST = "pytest==9.2.0"
READY = ".ready"
"""A file in an environment that is whole."""

LOOK = """
import sys
from importlib.metadata import version
from pip._vendor.packaging.requirements import Requirement
python, *asked = sys.argv[1:]
assert python == "%d.%d" % sys.version_info[:2], sys.version
for one in map(Requirement, asked):
    assert one.specifier.contains(version(one.name)), f"{one.name} {version(one.name)}"
"""
"""What an environment's Python is asked: whether it has that version, and these packages in versions that fit."""


class NoPython(Exception):
    """The Python that an environment wants is not on this machine."""


@dataclass(frozen=True)
class Environment:
    """An environment in `folder`, made by the Python of that version, holding these `packages`, as pip is asked for
    them.
    """

    folder: str
    python: str
    packages: tuple[str, ...]

    @property
    def program(self) -> Path:
        """Its Python."""
        return ROOT / self.folder / "bin/python"


def _blender(version: str, python: str, numpy: str) -> Environment:
    """Blender as a module with what its own Python has, NumPy, so that nothing else is leant on; and pytest."""
    return Environment(f".venv-bpy-{version.rpartition('.')[0]}", python, (f"bpy=={version}", numpy, PYTEST))


WORKER = "worker"
LEAN = "lean"
BLENDERS = {
    "4.3": _blender("4.3.0", "3.11", "numpy==1.24.3"),
    "4.5": _blender("4.5.15", "3.11", "numpy>=1.26,<2"),
    "5.0": _blender("5.0.1", "3.11", "numpy>=1.26,<2"),
    "5.2": _blender("5.2.3", "3.13", "numpy>=2.2"),
}
ENVIRONMENTS = {
    WORKER: Environment(".venv", "3.11", ("--editable", ".[training,test]")),
    LEAN: Environment(".venv-lean", "3.11", ("--editable", ".[test]")),
    **BLENDERS,
}


def make(name: str, index: str = "") -> Environment:
    """Make an environment and see that the system has what it needs; `index` is a package index beside pip's own. That of
    a Blender stays where it is as it should be and is made anew where not, so that nothing of other versions is left in
    it; others are completed.

    NoPython where its Python is missing, SystemExit with one sentence where something else is.
    """
    environment = ENVIRONMENTS[name]
    if name in BLENDERS:
        if is_current(environment):
            (ROOT / environment.folder / READY).touch()
            provide_libraries(environment)
            return environment
        _remove(ROOT / environment.folder)
    if not environment.program.exists():
        python = find_python(environment.python)
        if subprocess.run([python, "-c", "import ensurepip"], check=False, capture_output=True).returncode:
            debian_packages.provide([f"python{environment.python}-venv"], "a virtual environment")
        _run([str(python), "-m", "venv", str(ROOT / environment.folder)])
    indices = ["--extra-index-url", index] if index else []
    _run(
        [
            str(environment.program),
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            *indices,
            *environment.packages,
        ]
    )
    if name in BLENDERS:
        provide_libraries(environment)
    (ROOT / environment.folder / READY).touch()
    return environment


def is_current(environment: Environment) -> bool:
    """Whether it is whole and holds the Python and the packages that are asked for now, whatever it was made for."""
    if not ((ROOT / environment.folder / READY).exists() and environment.program.exists()):
        return False
    look = [str(environment.program), "-c", LOOK, environment.python, *environment.packages]
    return not subprocess.run(look, check=False, capture_output=True).returncode


def _remove(folder: Path) -> None:
    """Remove an environment. A link goes, and what it leads to stays: that is another checkout's."""
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def provide_libraries(environment: Environment) -> None:
    """See that this system has the shared libraries that Blender in an environment needs.

    SystemExit with one sentence where it has not.
    """
    bpy = next((ROOT / environment.folder).glob("lib/python*/site-packages/bpy"))
    if missing := system_libraries.missing_libraries(bpy):
        debian_packages.provide(system_libraries.packages_of(missing), "Blender as a Python module")


def find_python(version: str) -> Path:
    """The Python of a version (`3.13`) on this machine. NoPython where there is none."""
    for candidate in _pythons(version):
        told = subprocess.run(
            [candidate, "-c", "import sys; print(sys.version_info[:2])"], check=False, capture_output=True, text=True
        )
        if told.stdout.strip() == str(tuple(map(int, version.split(".")))):
            return candidate
    raise NoPython(f"Python {version} was not found as python{version}: install it and start again.")


def _pythons(version: str) -> Iterator[Path]:
    """Where one may be: this one, the search path's, those of the usual installers of other versions."""
    yield Path(sys.executable)
    if found := which(f"python{version}"):
        yield Path(found)
    for pattern in (
        f".pyenv/versions/{version}.*/bin/python",
        f".local/share/uv/python/cpython-{version}.*/bin/python",
    ):
        yield from sorted(Path.home().glob(pattern))


def _run(command: list[str]) -> None:
    if status := subprocess.run(command, check=False, cwd=ROOT).returncode:
        raise SystemExit(f"`{' '.join(command)}` failed with status {status}: see above, and start again.")


def main() -> None:
    """Make the environments that are named."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.environments", description="Make virtual environments of the project."
    )
    parser.add_argument("names", nargs="+", choices=ENVIRONMENTS, metavar="NAME", help=", ".join(ENVIRONMENTS))
    parser.add_argument("--index", default="", help="a package index beside pip's own, such as PyTorch's")
    options = parser.parse_args()
    try:
        for name in options.names:
            make(name, options.index)
    except NoPython as missing:
        raise SystemExit(str(missing)) from None


if __name__ == "__main__":
    main()
