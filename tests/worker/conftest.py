"""The real worker, on the Python that runs these tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from blender_addon.worker import client
from tests.core.clips import marching

ROOT = Path(__file__).resolve().parents[2]
VIDEO = ROOT / "assets/footage/street.mp4"
WHEELS_VARIABLE = "MOTION_RETARGET_2D_WHEELS"
NO_WHEELS = f"NO WHEELS: fill a folder by `pip download -r blender_addon/worker/requirements.txt -d DIR` and give it with {WHEELS_VARIABLE}=DIR"


@pytest.fixture(scope="session")
def python() -> Path:
    """The Python of this process: it has all that the worker needs."""
    return Path(sys.executable)


@pytest.fixture(scope="session")
def video() -> Path:
    return VIDEO


@pytest.fixture(scope="session", autouse=True)
def _nothing_stays() -> Iterator[None]:
    yield
    client.stop()


@pytest.fixture
def warm(python: Path) -> int:
    """The process id of a worker that has done a job."""
    client.start(client.RetargetRequest(marching(30)), python).wait()
    process = client.worker_process_id()
    assert process is not None
    return process


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory: pytest.TempPathFactory, python: Path) -> Path:
    """A Python with no package at all."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([python, "-m", "venv", "--without-pip", folder], check=True, timeout=120)
    return folder / "bin/python"


@pytest.fixture(scope="session")
def wheels() -> Path:
    """The folder of wheels to install from; without one the test is skipped."""
    folder = os.environ.get(WHEELS_VARIABLE)
    if not folder:
        pytest.skip(NO_WHEELS)
    path = Path(folder).resolve()
    assert any(path.glob("onnxruntime-*.whl")), f"{path} holds no wheel of onnxruntime"
    return path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the very end how many tests did not run for want of wheels."""
    reports = terminalreporter.stats.get("skipped", [])
    count = sum(1 for report in reports if NO_WHEELS in str(report.longrepr))
    if count:
        terminalreporter.write_sep("!", f"{count} tests did not run", red=True, bold=True)
        terminalreporter.write_line(NO_WHEELS, red=True, bold=True)
