"""Build the extension's zip and let Blender's own tool judge it.

python3.11 -m tools.extension          build/motion_retarget_2d-VERSION.zip
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from . import environments

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "blender_addon"
ID = "motion_retarget_2d"
BUILT_WITH = "4.5"
"""The Blender whose tool builds."""


def build(output: Path = ROOT / "build", source: Path = SOURCE) -> Path:
    """The zip in the folder `output`, built from the folder `source` and found valid.

    SystemExit with one sentence where it is not.
    """
    output.mkdir(parents=True, exist_ok=True)
    _ask_blender("build", "--source-dir", str(source), "--output-dir", str(output))
    version = tomllib.loads((source / "blender_manifest.toml").read_text(encoding="utf-8"))["version"]
    built = output / f"{ID}-{version}.zip"
    _ask_blender("validate", str(built))
    return built


def install(program: Sequence[str], zipped: Path, user: Path) -> None:
    """Install the zip into the Blender that `program` starts, under its user folder `user`, and enable it.

    SystemExit with one sentence where that fails.
    """
    command = (*program, "--command", "extension")
    environment = os.environ | {"BLENDER_USER_RESOURCES": str(user)}
    installing = (*command, "install-file", "-r", "user_default", "-e", str(zipped.resolve()))
    told = [
        subprocess.run(words, check=False, capture_output=True, text=True, env=environment)
        for words in (installing, (*command, "list"))
    ]
    if told[0].returncode or f"{ID} [installed]" not in told[1].stdout:  # a file that is not there leaves the status 0
        raise SystemExit(
            f"{zipped.name} cannot be installed into {' '.join(program)}: {' '.join((told[0].stdout + told[0].stderr).split())}"
        )


def _ask_blender(*arguments: str) -> None:
    """Run the tool behind `blender --command extension`, which needs no Blender."""
    environment = ROOT / environments.BLENDERS[BUILT_WITH].folder
    tool = next(
        environment.glob(f"lib/python*/site-packages/bpy/{BUILT_WITH}/scripts/addons_core/bl_pkg/cli/blender_ext.py"),
        None,
    )
    if tool is None:
        raise SystemExit(
            f"Blender's tool for extensions was not found in {environment.name}: run `make zip`, which makes that environment."
        )
    told = subprocess.run([sys.executable, str(tool), *arguments], check=False, capture_output=True, text=True)
    if told.returncode:
        raise SystemExit(f"The extension cannot be made: {' '.join((told.stdout + told.stderr).split())}")


def main() -> None:
    """Build it and say where it is."""
    argparse.ArgumentParser(
        prog="python -m tools.extension", description="Build the extension's zip into build/ and validate it."
    ).parse_args()
    sys.stdout.write(f"{build().relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
