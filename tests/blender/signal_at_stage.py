"""Run inside a Blender, before cli.py: sends this process a signal as soon as its job is at a stage.

SIGNAL_AT names the stage, or SAVING, by how it begins; SIGNAL_NUMBER the signal; SIGNAL_TIMES how often it is sent;
SIGNAL_FOLDER where the command writes.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

SAVING = "Saving"
EVERY = 0.0005
"""Seconds between two looks, and between two signals."""


def stage_now() -> str:
    """Where the job is: the panel's word for it, or SAVING while a file is written that will take the place of another."""
    if any(Path(os.environ["SIGNAL_FOLDER"]).glob(".out-*")):
        return SAVING
    sessions = [module for name, module in list(sys.modules.items()) if name.endswith(".bridge.job.session")]
    return sessions[0].session.stage if sessions and hasattr(sessions[0], "session") else ""


def send() -> None:
    """Wait for the stage, then send."""
    while not stage_now().startswith(os.environ["SIGNAL_AT"]):
        time.sleep(EVERY)
    for _ in range(int(os.environ["SIGNAL_TIMES"])):
        os.kill(os.getpid(), int(os.environ["SIGNAL_NUMBER"]))
        time.sleep(EVERY)


if __name__ == "__main__":
    threading.Thread(target=send, daemon=True).start()
