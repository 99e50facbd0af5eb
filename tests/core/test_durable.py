"""Files take the place of others only once they are on the disk."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from blender_addon.core import durable, pose_files
from blender_addon.core.detection.overlay import write_overlay
from blender_addon.core.networks.weights_file import save_state
from blender_addon.core.pose_files import PoseFile
from blender_addon.core.video import FrameRange, Video
from tests.core.clips import marching
from tests.renames import watched

ROOT = Path(__file__).resolve().parents[2]
STREET = ROOT / "assets/footage/street.mp4"
WRITERS: dict[str, Callable[[Path], object]] = {
    "poses.npz": lambda path: pose_files.write(marching(3), path),
    "poses.csv": lambda path: pose_files.write(marching(3), path),
    "overlay.mp4": lambda path: write_overlay(
        Video.open(STREET, FrameRange(0, 1)), PoseFile((marching(1),), (1,)), path
    ),
    "weights.npz": lambda path: save_state(path, {"weights": np.ones(3, np.float32)}, {}, {}),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_is_on_the_disk_before_it_takes_the_place_of_another(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_text("the one before", encoding="utf-8")
    with watched(monkeypatch) as renamed:
        WRITERS[name](tmp_path / name)
    assert renamed == {name: True}
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_failed_write_leaves_the_file_before_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("before", encoding="utf-8")

    def write_half() -> None:
        with durable.whole_file(tmp_path / "kept") as part:
            part.write_text("half", encoding="utf-8")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="No space"):
        write_half()
    assert (tmp_path / "kept").read_text(encoding="utf-8") == "before"
    assert len(list(tmp_path.iterdir())) == 1


def test_two_processes_that_write_the_same_file_at_once_leave_one_whole(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom blender_addon.core import durable\n"
        "for _ in range(200):\n"
        "    with durable.whole_file(Path(sys.argv[1])) as part:\n"
        "        part.write_text(sys.argv[2] * 50_000)\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", program, tmp_path / "file", letter], cwd=ROOT) for letter in "ab"
    ]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        if (tmp_path / "file").exists():
            text = (tmp_path / "file").read_text(encoding="utf-8")
            assert len(text) == 50_000
            seen |= set(text)
            assert len(set(text)) == 1
    assert [writer.returncode for writer in writers] == [0, 0]
    assert seen <= set("ab")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
