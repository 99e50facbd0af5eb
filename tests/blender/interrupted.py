"""A command in a Blender of its own that gets a signal in the middle of its job, and what is left of it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tests.blender.pose_clips import street_people, write_npz

ROOT = Path(__file__).resolve().parents[2]
HOOK = ROOT / "tests/blender/signal_at_stage.py"
SENTENCE = "Cancelled; nothing was written."
STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143}
BEFORE = b"what was there"
UNTIL_THE_END = 10_000
"""Signals, one after the other: more than the process lives to hear."""
LIMIT = 180
"""Seconds."""

CLIP_FRAMES = {"Looking for people": 0, "Cleaning": 6000, "Retargeting": 6000}
"""Frames of the poses that make a stage last; 0 for a video, which alone has it."""
SHORT_CLIP = 24
STAGES = ("Starting", "Looking for people", "Cleaning", "Retargeting", "Choosing keys", "Baking", "Saving")
SENT = (
    *((stage, signal.SIGINT) for stage in STAGES),
    *((stage, signal.SIGTERM) for stage in ("Starting", "Retargeting", "Saving")),
)
"""What is sent at which stage."""


@dataclass(frozen=True)
class Ending:
    """How it ended: the exit `status`, the lines of standard `errors`, and how the files begin that stand where it
    wrote.
    """

    status: int
    output: str
    errors: list[str]
    files: dict[str, bytes]
    left: list[str] = field(default_factory=list)
    """Processes that it started and that still run, and temporary folders of ours."""


def ended(program: Sequence[object], folder: Path, stage: str, sent: signal.Signals, times: int = 1) -> Ending:
    """Run the program, which writes `folder`/out/out.blend, with HOOK inside."""
    out, temporary = folder / "out", folder / "tmp"
    for place in (out, temporary):
        place.mkdir()
    (out / "out.blend").write_bytes(BEFORE)
    asked = {"SIGNAL_AT": stage, "SIGNAL_NUMBER": int(sent), "SIGNAL_TIMES": times, "SIGNAL_FOLDER": out}
    environment = (
        os.environ
        | {name: str(value) for name, value in asked.items()}
        | {"TMPDIR": str(temporary), "LC_ALL": "C.UTF-8"}
    )
    words = [str(word) for word in program]
    done = subprocess.run(words, capture_output=True, check=False, text=True, timeout=LIMIT, env=environment, cwd=ROOT)
    return ending(done.returncode, done.stdout, done.stderr, folder)


def ending(status: int, output: str, errors: str, folder: Path) -> Ending:
    """What is left of a program that ran with `folder`/tmp for its temporary files."""
    lines = [line for line in errors.splitlines() if line.strip() and "mounted file-systems" not in line]
    files = {path.name: path.read_bytes()[: 2 * len(BEFORE)] for path in (folder / "out").iterdir()}
    temporary = folder / "tmp"
    return Ending(
        status,
        output,
        lines,
        files,
        [*processes_in(temporary), *(path.name for path in temporary.glob("retarget-2d-*"))],
    )


def processes_in(temporary: Path) -> list[str]:
    """The processes whose temporary files go there, where a system tells."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"TMPDIR={temporary}".encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        except OSError:
            continue
    return found


def footage(folder: Path, stage: str) -> list[object]:
    """The arguments that name footage by which a job comes to the stage, and stays there for a while."""
    frames = CLIP_FRAMES.get(stage, SHORT_CLIP)
    if not frames:
        return ["--video", ROOT / "assets/footage/street.mp4", "--range", "0:24"]
    people = street_people(SHORT_CLIP)
    return ["--video", write_npz(folder / "clip.npz", np.concatenate([people] * (frames // SHORT_CLIP), axis=1))]


def assert_nothing_happened(seen: Ending, status: int) -> None:
    """The right status, one sentence, the former file as it was, no process and no temporary file left."""
    assert seen.status == status, seen
    assert seen.errors[-1] == SENTENCE
    assert not any("Traceback" in line or "Exception" in line for line in seen.errors), seen.errors
    assert seen.files == {"out.blend": BEFORE}
    assert seen.left == []
