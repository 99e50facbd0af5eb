"""What every test may ask for: the folder of shared motion, reference weights and footage. What every run leaves: its
exit status, where that is asked for.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

DATA_VARIABLE = "MOTION_RETARGET_2D_DATA"
DATA_FOLDERS = ("motion", "baselines/lcm", "footage")
NO_DATA = f"NO SHARED DATA: give the folder that holds {', '.join(DATA_FOLDERS)} with --data=DIR or {DATA_VARIABLE}=DIR"

WANTING = "NO "
"""What the reason of a test begins with that is skipped because this machine lacks something; such reasons are said
loudly.
"""

STATUS_VARIABLE = "MOTION_RETARGET_2D_TEST_STATUS"
"""Names a file for the exit status, for whoever watches a Blender that may hang after the last test."""

_data_folder = pytest.StashKey[Path | None]()
_status = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --data and --installed."""
    parser.addoption(
        "--installed",
        metavar="ZIP",
        type=Path,
        help="in Blender: install this extension and test that, not the checkout",
    )
    parser.addoption(
        "--data", metavar="DIR", help=f"folder holding {', '.join(DATA_FOLDERS)} (default: ${DATA_VARIABLE})"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Find the shared data; a folder that was named but is not one stops the run, so that a typing error never skips
    tests.
    """
    given = config.getoption("--data") or os.environ.get(DATA_VARIABLE)
    if not given:
        config.stash[_data_folder] = None
        return
    folder = Path(given).expanduser().resolve()
    missing = [name for name in DATA_FOLDERS if not (folder / name).is_dir()]
    if missing:
        raise pytest.UsageError(
            f"The data folder {folder} has no {' and no '.join(missing)}: give another with --data=DIR or {DATA_VARIABLE}, or none."
        )
    config.stash[_data_folder] = folder


@pytest.fixture(scope="session")
def shared_data(pytestconfig: pytest.Config) -> Path:
    """Give the folder that holds motion/, baselines/lcm/ and footage/; without one the test is skipped."""
    folder = pytestconfig.stash[_data_folder]
    if folder is None:
        pytest.skip(NO_DATA)
    return folder


@pytest.fixture(scope="session")
def data_if_any(pytestconfig: pytest.Config) -> Path | None:
    """Give the folder of shared data, or None where there is none: for tests that have something of our own to take its
    place.
    """
    return pytestconfig.stash[_data_folder]


@pytest.fixture(scope="session")
def openpose_clips(data_if_any: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of real OpenPose clips: the shared data's, or else folders of the same names that hold stretches
    of what the two people of the sample video do.
    """
    if data_if_any is not None:
        return data_if_any / "footage/openpose"
    from tests.street_poses import write_openpose_clips

    return write_openpose_clips(tmp_path_factory.mktemp("openpose"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the very end how many tests did not run for want of something, and what to do about each."""
    skipped = Counter(
        reason
        for report in terminalreporter.stats.get("skipped", [])
        if (reason := _reason(report)).startswith(WANTING)
    )
    for reason, count in skipped.items():
        terminalreporter.write_sep("!", f"{count} tests did not run", red=True, bold=True)
        terminalreporter.write_line(reason, red=True, bold=True)


def _reason(report: pytest.TestReport) -> str:
    """Why a test was skipped."""
    return report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else ""


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Remember how it ended."""
    session.config.stash[_status] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Tell it to whoever watches, now that nothing is left to be done."""
    if (file := os.environ.get(STATUS_VARIABLE)) and _status in config.stash:
        written = Path(file).with_suffix(".part")
        written.write_text(str(config.stash[_status]), encoding="ascii")
        written.replace(file)
