"""GPU support is PyTorch in a folder of its own: its size is said first, a download goes on where it stopped, and all of
it can be removed. Stand-ins for PyTorch come from a package index on this machine.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blender_addon.worker import client
from blender_addon.worker.client import JobCancelled, WorkerError, connection, gpu_support
from blender_addon.worker.client.runtime import gpu_folder, gpu_packages
from tests.worker.package_index import HEAVY_BYTES, PackageIndex, served

SENTENCE = r"^[^\n]*\.$"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    """The package index that pip asks here; and the add-on is a build that may."""
    files = tmp_path / "files"
    files.mkdir()
    monkeypatch.setattr(gpu_support, "may_be_added", lambda: True)
    with served(files) as (offered, variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        yield offered


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The folder of the runtime, beside which GPU support goes."""
    return tmp_path / "user/runtime"


@pytest.fixture(scope="session")
def base(python: Path) -> Path:
    """The Python that made this environment."""
    ask = [str(python), "-c", "import sys; print(sys._base_executable)"]
    return Path(subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip())


@pytest.fixture
def looked_up(index: PackageIndex, installed: Path) -> None:
    """What there is to download is known, as the first step leaves it."""
    wheels = [
        {
            "name": file.name,
            "url": f"{index.address}/files/{file.name}",
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "size": file.stat().st_size,
        }
        for file in sorted(index.folder.glob("*.whl"))
    ]
    gpu_folder(installed).mkdir(parents=True)
    plan = json.dumps({"torch": gpu_support.TORCH, "wheels": wheels})
    (gpu_folder(installed) / gpu_support.PLAN).write_text(plan, encoding="utf-8")


@pytest.fixture
def add(installed: Path, base: Path) -> Callable[[], object]:
    """Do the next step, to its end."""
    return lambda: client.add_gpu_support(installed, base, online=True).wait()


def test_the_size_is_said_before_anything_is_downloaded(
    index: PackageIndex, installed: Path, add: Callable[[], object]
) -> None:
    assert "looked up first" in str(client.gpu_state(installed))
    add()
    assert index.sent == 0
    found = client.gpu_state(installed)
    assert found.plan is not None
    assert found.plan.size == sum(file.stat().st_size for file in index.folder.glob("*.whl"))
    assert f"PyTorch {gpu_support.TORCH} is 2 files of 6 MB to download" in str(found)
    assert [one.name for one in gpu_folder(installed).iterdir()] == [gpu_support.PLAN]


def test_the_second_time_it_is_installed_and_the_device_named(
    index: PackageIndex, installed: Path, add: Callable[[], object]
) -> None:
    add()
    assert gpu_packages(installed) is None
    add()
    packages = gpu_packages(installed)
    assert packages is not None
    assert (packages / "torch/__init__.py").is_file()
    assert str(client.gpu_state(installed)) == "PyTorch is installed and runs the networks on Stand-in."
    assert not (gpu_folder(installed) / gpu_support.WHEELS).exists()
    assert index.ranges == []


@pytest.mark.usefixtures("looked_up")
def test_a_download_that_stopped_goes_on_where_it_was(
    index: PackageIndex, installed: Path, add: Callable[[], object]
) -> None:
    index.cut = HEAVY_BYTES // 2
    with pytest.raises(WorkerError, match=r"stopped after 3 MB of 6 MB.*goes on from there\.") as error:
        add()
    assert "\n" not in str(error.value)
    assert "3 MB are here already" in str(client.gpu_state(installed))
    assert gpu_packages(installed) is None
    index.cut, sent = None, index.sent
    add()
    assert client.gpu_state(installed).device == "Stand-in"
    assert len(index.ranges) == 1
    assert index.sent - sent <= HEAVY_BYTES // 2 + 10_000


@pytest.mark.usefixtures("looked_up")
def test_a_cancelled_download_is_kept(
    index: PackageIndex, installed: Path, base: Path, add: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpu_support, "PIECE", 1000)
    installation = client.add_gpu_support(installed, base, online=True)
    end = time.monotonic() + 60
    while client.gpu_state(installed).here < 100_000:
        assert time.monotonic() < end
        time.sleep(0.001)
    installation.cancel()
    with pytest.raises(JobCancelled):
        installation.wait()
    here = client.gpu_state(installed).here
    assert 100_000 <= here < HEAVY_BYTES
    add()
    assert client.gpu_state(installed).device == "Stand-in"
    assert index.ranges


@pytest.mark.usefixtures("looked_up")
def test_a_file_that_arrives_damaged_is_named_and_not_kept(
    index: PackageIndex, installed: Path, add: Callable[[], object]
) -> None:
    index.damage = b"damage"
    with pytest.raises(WorkerError, match=SENTENCE) as error:
        add()
    assert ".whl arrived damaged" in str(error.value)
    assert client.gpu_state(installed).here == 0


@pytest.mark.usefixtures("looked_up")
def test_what_was_added_can_be_removed_with_all_that_was_downloaded(
    index: PackageIndex, installed: Path, add: Callable[[], object]
) -> None:
    index.cut = 1000
    with pytest.raises(WorkerError):
        add()
    index.cut = None
    add()
    assert client.remove_gpu_support(installed) > HEAVY_BYTES
    assert not gpu_folder(installed).exists()
    assert client.remove_gpu_support(installed) == 0


@pytest.mark.usefixtures("looked_up")
def test_the_worker_takes_pytorch_from_its_folder_and_all_else_from_where_it_did(
    installed: Path, add: Callable[[], object], python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A NumPy lies beside PyTorch too, and this Python has a PyTorch of its own."""
    add()
    packages = gpu_packages(installed)
    assert packages is not None
    (packages / "numpy").mkdir()
    (packages / "numpy/__init__.py").write_text("raise ImportError('another NumPy')\n", encoding="utf-8")
    serve = 'importlib.import_module(name + ".worker.process").main(*packages)'
    (packages / "added.py").touch()
    say = r'import numpy, added; sys.stderr.write(f"{numpy.__version__}\n{added.__file__}\n{packages}\n")'
    assert serve in connection.LAUNCH
    monkeypatch.setattr(connection, "LAUNCH", connection.LAUNCH.replace(serve, say))
    worker = connection.WorkerProcess(python, tmp_path, packages)
    ended = worker.inbox.get(timeout=60)
    assert isinstance(ended, connection.Ended)
    added, given = ended.lines[-2:]
    assert Path(added).is_relative_to(packages)
    assert given == str([str(tmp_path)])


@pytest.mark.usefixtures("looked_up")
def test_offline_in_the_platforms_zip_and_on_a_full_disk_a_sentence_says_what_to_do(
    index: PackageIndex,
    installed: Path,
    base: Path,
    add: Callable[[], object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(WorkerError, match=r"allow online access.*\.$"):
        client.add_gpu_support(installed, base, online=False)
    monkeypatch.setattr(gpu_support, "UNPACKED", 1e9)
    with pytest.raises(WorkerError, match=r"GB free; make room there.*\.$"):
        add()
    monkeypatch.setattr(gpu_support, "may_be_added", lambda: False)
    with pytest.raises(WorkerError, match=r"downloads nothing; name a Python that has PyTorch.*\.$"):
        client.add_gpu_support(installed, base, online=True)
    assert index.sent == 0


def test_an_index_that_cannot_be_reached_is_said(installed: Path, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu_support, "may_be_added", lambda: True)
    for name, value in {"INDEX_URL": "http://127.0.0.1:9/", "CONFIG_FILE": "/dev/null", "FIND_LINKS": ""}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(WorkerError, match=r"cannot be looked up .*check the network, and try again\.$"):
        client.add_gpu_support(installed, base, online=True).wait()
    assert not gpu_folder(installed).exists()


@pytest.mark.usefixtures("looked_up")
def test_a_plan_for_another_version_of_pytorch_is_looked_up_anew(installed: Path, base: Path) -> None:
    file = gpu_folder(installed) / gpu_support.PLAN
    stored = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(stored | {"torch": "2.0.0"}), encoding="utf-8")
    assert client.gpu_state(installed).plan is None
    begun = client.add_gpu_support(installed, base, online=True)
    begun.cancel()
    assert isinstance(begun, gpu_support.Lookup)
    with pytest.raises(JobCancelled):
        begun.wait()


def test_the_version_is_that_of_the_project() -> None:
    project = (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert f'"torch=={gpu_support.TORCH}"' in project


def test_this_checkout_adds_nothing() -> None:
    assert not client.may_be_added()
