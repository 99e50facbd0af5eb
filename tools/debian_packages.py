"""Packages of the system that are wanted here: installed where that is allowed, else named in one sentence with the
command.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence


def provide(packages: Sequence[str], wanted_by: str) -> None:
    """Install Debian packages. SystemExit with one sentence where this user, or this system, may not."""
    if os.geteuid() or shutil.which("apt-get") is None:
        by_hand = f"sudo apt install {' '.join(packages)}"
        raise SystemExit(
            f"This system lacks packages that {wanted_by} needs: run `{by_hand}` (Debian, Ubuntu) and start again."
        )
    sys.stderr.write(f"Installing for {wanted_by}: {' '.join(packages)}\n")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", *packages]):
        if subprocess.run(["apt-get", *command], check=False, env=environment, stdout=sys.stderr).returncode:
            raise SystemExit(
                f"`apt-get {' '.join(command)}` failed: see above, and start again once the packages that {wanted_by} needs can be installed."
            )
