"""No folder that is written to without asking is ever relative to the working folder."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from blender_addon.core.folders import cache_folder, temporary_folder

ROOT = Path(__file__).resolve().parents[2]
STREET = ROOT / "assets/footage/street.mp4"

NO_TEMPORARY_FOLDER = "import tempfile; tempfile._candidate_tempdir_list = lambda: [__import__('os').getcwd()]\n"
"""As on a machine where /tmp and its like cannot be written, and Python takes the working folder."""


@pytest.fixture
def working(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    folder = tmp_path / "working"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="XDG_CACHE_HOME")
@pytest.mark.parametrize(
    ("cache", "home", "expected"),
    [("", "/u", "/u/.cache"), ("relative", "/u", "/u/.cache"), ("/c", "/u", "/c"), ("", "relative", None)],
)
def test_the_cache_is_in_a_folder_of_the_user_s_or_nowhere(
    cache: str, home: str, expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", cache)
    monkeypatch.setenv("HOME", home)
    assert cache_folder() == (Path(expected, "motion_retarget_2d") if expected else None)


@pytest.mark.usefixtures("working")
def test_the_working_folder_is_no_temporary_folder_unless_it_is_named_as_one(
    working: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert temporary_folder() == Path(tempfile.gettempdir())
    monkeypatch.setattr(tempfile, "tempdir", str(working))
    assert temporary_folder() is None
    monkeypatch.setenv("TMPDIR", str(working))
    assert temporary_folder() == working


def test_a_detection_without_any_folder_of_its_own_says_so_and_writes_its_output_alone(
    working: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", "home")
    program = f"{NO_TEMPORARY_FOLDER}import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom blender_addon.core.__main__ import main\nsys.exit(main(sys.argv[1:]))"
    command = (sys.executable, "-c", program, "detect", STREET, "--range", "60:61", "-o", working / "out.npz")
    run = subprocess.run(command, cwd=working, capture_output=True, check=False, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    assert "so what is found is not kept; set HOME" in run.stderr
    assert [path.name for path in working.iterdir()] == ["out.npz"]
