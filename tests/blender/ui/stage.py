"""Where scenarios are played: a real Blender with a window, on a screen of its own.

BLENDER names the program; BLENDER_UI a command that gives the program after it a screen, empty where there is one;
BLENDER_WORKER_PYTHON the Python for the worker, as that Blender sees it; BLENDER_INSTALLED_RESOURCES a user folder in
which the extension is installed, empty for the one of the checkout.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
LIMIT = 420
"""Seconds for a scenario."""
SIZE = ("1600", "1000")


class NoBlender(Exception):
    """There is no program, or no screen for it."""


def play(scenario: str, folder: Path) -> dict[str, Any]:
    """Play a scenario of `scenarios.py`; what it wrote. Its photographs are NAME.png in the folder. AssertionError
    where it failed.
    """
    worker = os.environ.get("BLENDER_WORKER_PYTHON") or sys.executable
    return play_script(HERE / "scenarios.py", [scenario, str(folder), worker], folder)


def play_script(script: Path, arguments: list[str], folder: Path) -> dict[str, Any]:
    """Run a script in a Blender with a window; what it wrote, as `play` says."""
    blender, screen = os.environ.get("BLENDER"), os.environ.get("BLENDER_UI", "")
    if not blender or not (screen or os.environ.get("DISPLAY")):
        raise NoBlender(
            "NO BLENDER: name the real program with BLENDER, and with BLENDER_UI a command that gives it a screen"
        )
    command = [*shlex.split(screen), sys.executable, HERE / "photographer.py", folder, *shlex.split(blender)]
    options = ["--enable-event-simulate", "--window-geometry", "0", "0", *SIZE, "--python-exit-code", "1"]
    environment = os.environ | {
        "BLENDER_USER_RESOURCES": os.environ.get("BLENDER_INSTALLED_RESOURCES") or str(folder / "user")
    }
    words = [str(word) for word in (*command, *options, "--python", script, "--", *arguments)]
    ended = subprocess.run(words, check=False, capture_output=True, text=True, timeout=LIMIT, env=environment)
    told = folder / "result.json"
    if not told.exists() or "Traceback" in ended.stderr:
        raise AssertionError(
            f"Blender ended with status {ended.returncode}: {ended.stdout[-3000:]}{ended.stderr[-3000:]}"
        )
    outcome: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    if "failed" in outcome:
        raise AssertionError(outcome["failed"])
    return outcome
