"""The shared libraries that Blender, as a Python module, expects of the system, and the Debian packages that hold them."""

from __future__ import annotations

import ctypes
import re
import subprocess
import sys
from pathlib import Path

DEBIAN_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libICE.so.6": "libice6",
    "libSM.so.6": "libsm6",
    "libX11.so.6": "libx11-6",
    "libXext.so.6": "libxext6",
    "libXfixes.so.3": "libxfixes3",
    "libXi.so.6": "libxi6",
    "libXrender.so.1": "libxrender1",
    "libXt.so.6": "libxt6",
    "libXxf86vm.so.1": "libxxf86vm1",
    "libgcc_s.so.1": "libgcc-s1",
    "libgomp.so.1": "libgomp1",
    "libstdc++.so.6": "libstdc++6",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
}
"""All that bpy 4.3 to 5.2 are linked with and their wheels do not bring, but for the C library itself; the same in
Debian 12 and 13 and in Ubuntu.
"""

OPENED_BY_NAME = ("libEGL.so.1",)
"""Not linked with: opened when a picture is drawn without a screen."""

_NOT_FOUND = re.compile(r"^\s*(\S+) => not found", re.MULTILINE)


def missing_libraries(bpy: Path) -> list[str]:
    """The libraries that the package in the folder `bpy` needs and this system lacks.

    Elsewhere than on Linux there are none.
    """
    if sys.platform != "linux":
        return []
    linked = subprocess.run(["ldd", str(bpy / "__init__.so")], capture_output=True, check=False, text=True)
    if linked.returncode:
        raise SystemExit(
            f"{bpy / '__init__.so'} cannot be looked at with ldd ({linked.stderr.strip()}): delete that environment and make it again."
        )
    return sorted({*_NOT_FOUND.findall(linked.stdout), *(name for name in OPENED_BY_NAME if not _can_be_opened(name))})


def packages_of(libraries: list[str]) -> list[str]:
    """The Debian packages that hold them. SystemExit where one is in no package we know."""
    if unknown := [name for name in libraries if name not in DEBIAN_PACKAGES]:
        raise SystemExit(
            f"This system lacks {', '.join(unknown)}, which Blender as a Python module needs: install what holds it and start again."
        )
    return sorted({DEBIAN_PACKAGES[name] for name in libraries})


def _can_be_opened(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
