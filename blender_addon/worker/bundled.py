"""The wheels that the zip brings, as Blender has unpacked them: into one folder that all extensions share, where the
newest version of a package wins.
"""

from __future__ import annotations

import csv
import importlib.util
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ADDON = Path(__file__).resolve().parents[1]
"""The folder of the add-on, whatever it is called."""

CURE = "turn the extension Motion Retarget 2D off and on again in the preferences, so that Blender unpacks its packages anew"


@dataclass(frozen=True)
class Wheel:
    """A package that the zip brings: the `distribution` in the words of file names, and its `version`."""

    distribution: str
    version: str

    def __str__(self) -> str:
        return _said(self.distribution, self.version)


@dataclass(frozen=True)
class Unpacked:
    """What has become of the wheels, each a sentence, or empty: the `problem` that keeps them from being used, and the
    `notice` that another extension's package stands where ours would.
    """

    problem: str = ""
    notice: str = ""


@cache
def bundled_wheels(addon: Path = ADDON) -> tuple[Wheel, ...]:
    """What the manifest of the add-on says that the zip brings; nothing in a small zip and in a checkout."""
    try:
        manifest = tomllib.loads((addon / "blender_manifest.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    parts = (Path(wheel).name.split("-") for wheel in manifest.get("wheels", ()))
    return tuple(Wheel(distribution, version) for distribution, version, *_ in parts)


def look(folder: Path, wheels: Sequence[Wheel]) -> Unpacked:
    """Compare every file of the wheels in the `folder` with what the wheels say of them. Takes hundredths of a second."""
    replaced = []
    for wheel in wheels:
        info = _info(folder, wheel)
        if not info.is_dir():
            other = next(iter(sorted(folder.glob(f"{wheel.distribution}-*.dist-info"))), None)
            if other is None:
                return Unpacked(f"{wheel}, which the extension brings, is not in {folder}; {CURE}.")
            replaced.append(f"{wheel} by {_named(other)}")
            continue
        for file, size in _files(info):
            try:
                found = (folder / file).stat().st_size
            except OSError:
                return Unpacked(
                    f"{folder / file} of {wheel} is missing; {CURE}, and look whether an antivirus program took it."
                )
            if found != size:
                owner = _owner(folder, file, found)
                if not owner:
                    return Unpacked(f"{folder / file} of {wheel} is damaged; {CURE}.")
                replaced.append(f"{wheel} by {owner}")
                break
    if replaced:
        return Unpacked(
            notice=f"Another extension replaced {', '.join(replaced)}; turn that extension off if the networks fail or their results differ."
        )
    return Unpacked()


def strays(folder: Path, wheels: Sequence[Wheel]) -> str:
    """A sentence about the first package of the wheels that Python would import from elsewhere than the `folder`; empty
    where there is none.
    """
    for wheel in wheels:
        for file, _ in _files(_info(folder, wheel)):
            package, _, rest = file.partition("/")
            if rest != "__init__.py":
                continue
            found = importlib.util.find_spec(package)
            origin = found.origin if found is not None else None
            if origin is None or not Path(origin).is_relative_to(folder):
                return f"{package} of {wheel} would come from {origin or 'nowhere'} and not from {folder}; {CURE}."
    return ""


def _info(folder: Path, wheel: Wheel) -> Path:
    return folder / f"{wheel.distribution}-{wheel.version}.dist-info"


def _files(info: Path) -> Iterator[tuple[str, int]]:
    """The files of an unpacked wheel and their sizes, as its RECORD has them."""
    try:
        text = (info / "RECORD").read_text(encoding="utf-8")
    except OSError:
        return
    for row in csv.reader(text.splitlines()):
        if len(row) == 3 and row[2].isdecimal() and not row[0].startswith(".."):
            yield row[0], int(row[2])


def _owner(folder: Path, file: str, size: int) -> str:
    """The package in the folder that has a file of that name and size; empty where there is none."""
    for info in sorted(folder.glob("*.dist-info")):
        if (file, size) in _files(info):
            return _named(info)
    return ""


def _named(info: Path) -> str:
    return _said(*info.name.removesuffix(".dist-info").split("-", 1))


def _said(distribution: str, version: str) -> str:
    return f"{distribution.replace('_', '-')} {version}"
