"""The watch over a Blender that runs tests: what pytest says counts, whatever Blender does afterwards, and nothing
outlives a run.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from tools import tests_in_blender
from tools.tests_in_blender import STATUS_VARIABLE, TIMED_OUT, Blender

SAY = f"import os, time; from pathlib import Path; Path(os.environ[{STATUS_VARIABLE!r}]).write_text('%d'); "
HANG = "import time; time.sleep(600)"


def program(source: str) -> Blender:
    return Blender("a Blender", (sys.executable, "-c", source))


@pytest.mark.parametrize("status", [0, 1, 5])
def test_the_status_is_that_of_the_process(status: int) -> None:
    assert tests_in_blender.run(program(f"raise SystemExit({status})"), []) == status


CRASH = f"import os, signal; os.kill(os.getpid(), signal.{signal.SIGSEGV.name})"


def test_a_blender_that_crashes_in_a_test_has_failed() -> None:
    assert tests_in_blender.run(program(CRASH), []) == -signal.SIGSEGV


@pytest.mark.parametrize("status", [0, 1])
def test_a_blender_that_crashes_after_its_tests_is_told_of_and_what_pytest_said_counts(
    status: int, capfd: pytest.CaptureFixture[str]
) -> None:
    assert tests_in_blender.run(program(SAY % status + CRASH), []) == status
    assert "ended with status -11" in capfd.readouterr().err


@pytest.mark.parametrize("status", [0, 1])
def test_a_blender_that_hangs_after_its_tests_is_killed_and_what_pytest_said_counts(
    status: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tests_in_blender, "GRACE", 0.5)
    assert tests_in_blender.run(program(SAY % status + HANG), []) == status
    assert "did not end within" in capfd.readouterr().err


def test_a_blender_that_hangs_in_a_test_is_killed_with_all_that_it_started(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    child = tmp_path / "child"
    start = f"import subprocess, sys; started = subprocess.Popen([sys.executable, '-c', {HANG!r}]); open({str(child)!r}, 'w').write(str(started.pid)); "
    began = time.monotonic()
    assert tests_in_blender.run(program(start + HANG), [], limit=3.0) == TIMED_OUT
    assert time.monotonic() - began < 30
    assert "was not done after 3 seconds" in capfd.readouterr().err
    end = time.monotonic() + 5
    while not has_ended(int(child.read_text())):  # a kill takes a moment to arrive
        assert time.monotonic() < end
        time.sleep(0.01)


def has_ended(process: int) -> bool:
    """Gone, or killed while nobody has asked yet how it ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_each_run_has_a_user_folder_of_its_own_that_goes_away(tmp_path: Path) -> None:
    told = tmp_path / "told"
    source = (
        f"import os; from pathlib import Path; Path({str(told)!r}).write_text(os.environ['BLENDER_USER_RESOURCES'])"
    )
    tests_in_blender.run(program(source), [])
    folder = Path(told.read_text(encoding="utf-8"))
    assert folder != Path(os.environ.get("BLENDER_USER_RESOURCES", ""))
    assert not folder.exists()


def test_blenders_side_by_side_share_the_files_and_the_worst_ending_counts(tmp_path: Path) -> None:
    source = f"""
import os, sys
from pathlib import Path
files = [word for word in sys.argv[1:] if word.endswith(".py")]
(Path({str(tmp_path)!r}) / str(os.getpid())).write_text(" ".join(files))
raise SystemExit(1 if any(file.endswith("test_actions.py") for file in files) else 5)
"""
    status = tests_in_blender.run_side_by_side(program(source), [tests_in_blender.TESTS, "-q"], processes=3)
    shares = [path.read_text(encoding="utf-8").split() for path in tmp_path.iterdir()]
    assert status == 1
    assert len(shares) == 3
    there = {
        str(path.relative_to(tests_in_blender.ROOT))
        for path in (tests_in_blender.ROOT / tests_in_blender.TESTS).glob("test_*.py")
    }
    assert sorted(file for share in shares for file in share) == sorted(there)


def test_side_by_side_it_is_told_where_no_test_ran_at_all() -> None:
    assert tests_in_blender.run_side_by_side(program("raise SystemExit(5)"), [tests_in_blender.TESTS], processes=2) == 5
    assert tests_in_blender.run_side_by_side(program("raise SystemExit(0)"), [tests_in_blender.TESTS], processes=2) == 0
