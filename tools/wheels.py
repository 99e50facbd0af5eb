"""The wheels that a zip brings along, unmodified from the package index: which, for which platform and Python, and where
they are kept.

python3.11 -m tools.wheels --platform linux-x64 --python 3.11      into build/bundled/linux-x64-3.11
python3.11 -m tools.wheels --pin 3.11                              write tools/bundled-3.11.txt anew, hashes included
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import environments

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build/bundled"
"""A folder of wheels for each platform and Python."""

PLATFORMS: dict[str, tuple[str, ...]] = {
    "linux-x64": ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    "windows-x64": ("win_amd64",),
    "macos-arm64": ("macosx_14_0_arm64",),
}
"""By Blender's name for a platform, the wheels that its oldest system takes, in pip's words: Blender itself asks for
glibc 2.28, and onnxruntime for macOS 14.
"""


@dataclass(frozen=True)
class Series:
    """The Blenders that have one Python: from the version `first` to before the version `end`, None where there is no
    end yet. `numpy` are the versions of NumPy in them, the oldest and the newest: NumPy is Blender's own, never
    bundled.
    """

    first: str
    end: str | None
    numpy: tuple[str, str]


PYTHONS: dict[str, Series] = {
    "3.11": Series("4.3.0", "5.1.0", ("1.24.3", "1.26.4")),
    "3.13": Series("5.1.0", None, ("2.2.0", "2.3.4")),
}

LICENCES: dict[str, tuple[str, ...]] = {
    # Inside: FFmpeg, which is LGPL-3.0 as built, x264 and x265 (GPL-2.0), OpenCORE AMR, dav1d, libvpx and others.
    "av": (
        "BSD-3-Clause",
        "LGPL-3.0-or-later",
        "GPL-2.0-or-later",
        "LGPL-2.1-or-later",
        "Apache-2.0",
        "BSD-2-Clause",
        "MIT",
    ),
    "flatbuffers": ("Apache-2.0",),
    "onnxruntime": ("MIT",),
    "opencv-python-headless": ("MIT", "Apache-2.0", "LGPL-2.1-or-later"),  # the last: FFmpeg, inside
    "packaging": ("Apache-2.0", "BSD-2-Clause"),
    "protobuf": ("BSD-3-Clause",),
    # Inside: OpenBLAS, LAPACK, the runtime of the Fortran compiler and its libquadmath.
    "scipy": ("BSD-3-Clause", "GPL-3.0-or-later WITH GCC-exception-3.1", "LGPL-2.1-or-later"),
}
"""SPDX identifiers of what may be bundled, and of the libraries inside it."""

_PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def requirements(python: str) -> Path:
    """The file that pins the wheels for a Python, with the hashes for every platform."""
    return ROOT / f"tools/bundled-{python}.txt"


def pins(python: str) -> dict[str, str]:
    """The versions of the distributions bundled for a Python."""
    return dict(_PIN.findall(requirements(python).read_text(encoding="utf-8")))


def kept(platform: str, python: str) -> list[Path]:
    """The wheels for a platform and Python that are kept here and whole; empty where one is missing."""
    hashes = set(_HASH.findall(requirements(python).read_text(encoding="utf-8")))
    found = sorted((KEPT / f"{platform}-{python}").glob("*.whl"))
    whole = [wheel for wheel in found if hashlib.sha256(wheel.read_bytes()).hexdigest() in hashes]
    return whole if len(found) == len(whole) == len(pins(python)) else []


def collect(platform: str, python: str) -> list[Path]:
    """The wheels for a platform and Python, downloaded where they are not kept yet. SystemExit where pip gets them not."""
    if not (wheels := kept(platform, python)):
        folder = KEPT / f"{platform}-{python}"
        shutil.rmtree(folder, ignore_errors=True)
        _download(platform, python, folder, "--require-hashes", "--requirement", str(requirements(python)))
        wheels = kept(platform, python)
    return wheels


def pin(python: str) -> None:
    """Write the requirements of a Python anew for the versions that they name: the hashes of all platforms."""
    file = requirements(python)
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for name, version in pins(python).items():
            for platform in PLATFORMS:
                _download(platform, python, Path(folder), f"{name}=={version}")
            wheels = Path(folder).glob(f"{name.replace('-', '_')}-*.whl")
            hashes = sorted({hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in wheels})
            lines.append(" \\\n    ".join([f"{name}=={version}", *(f"--hash=sha256:{digest}" for digest in hashes)]))
    comments = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    file.write_text("\n".join([*comments, *lines]) + "\n", encoding="utf-8")


def name_for_blender(name: str, python: str) -> str:
    """The name of a wheel's file in a zip: its own, with the Python that it is for where it fits several.

    Blender 4.3.0 and 4.3.1 leave out a wheel of the stable ABI, such as cp37-abi3, unless its name has their Python. The
    content stays as it is.
    """
    own = f"cp{python.replace('.', '')}"
    return name if f"-{own}-" in name else re.sub(r"-(cp\d+)-abi3-", rf"-\1.{own}-abi3-", name)


def _download(platform: str, python: str, folder: Path, *wanted: str) -> None:
    """Ask pip, which is in every environment of Blender as a module."""
    program = environments.BLENDERS["4.5"].program
    command = [str(program), "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-input", "--no-deps"]
    for tag in PLATFORMS[platform]:
        command += ["--platform", tag]
    command += ["--only-binary", ":all:", "--python-version", python, "--dest", str(folder), *wanted]
    if subprocess.run(command, check=False).returncode:
        raise SystemExit(
            f"The wheels for {platform} and Python {python} cannot be downloaded: see above, check the network, and start again."
        )


def licences(python: str) -> Iterator[str]:
    """The SPDX identifiers of all that is bundled for a Python; one may come more than once."""
    for name in pins(python):
        yield from LICENCES[name]


def main() -> None:
    """Collect wheels, or pin them anew."""
    parser = argparse.ArgumentParser(prog="python -m tools.wheels", description="Collect the wheels that a zip brings.")
    parser.add_argument("--platform", choices=PLATFORMS, nargs="+", default=[*PLATFORMS], help="default: all")
    parser.add_argument("--python", choices=PYTHONS, nargs="+", default=[*PYTHONS], help="default: all")
    parser.add_argument("--pin", choices=PYTHONS, help="write the hashes of that Python's requirements anew instead")
    options = parser.parse_args()
    if options.pin:
        pin(options.pin)
        return
    for python in options.python:
        for platform in options.platform:
            wheels = collect(platform, python)
            sys.stdout.write(f"{platform}, Python {python}: {sum(one.stat().st_size for one in wheels) / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main()
