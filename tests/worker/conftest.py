"""The real worker, on the Python that runs these tests."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from blender_addon.worker import client
from tests.core.clips import marching

ROOT = Path(__file__).resolve().parents[2]
VIDEO = ROOT / "assets/footage/street.mp4"


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
