"""Installing the worker's environment from a folder of wheels with no network, and doing a real job in it; failures and
cancelling leave nothing.

The folder is filled with `python -m pip download --requirement blender_addon/worker/requirements.txt --dest FOLDER`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from blender_addon.worker import client
from blender_addon.worker.client import JobCancelled, WorkerError

ROOT = Path(__file__).resolve().parents[2]
SENTENCE = r"^[^\n]*\.$"

INSTALL = """
import sys
from pathlib import Path
from blender_addon.worker import client
runtime, python, wheels = map(Path, sys.argv[1:])
installation, heard = client.install(runtime, python, wheels), []
while not installation.poll():
    if not heard or installation.progress != heard[-1]:
        heard.append(installation.progress)
installation.result()
assert [one.fraction for one in heard] == sorted(one.fraction for one in heard), heard
assert len({one.fraction for one in heard}) > 10, heard
sys.executable = ""
print(client.find_runtime(None, runtime).python)
"""


@pytest.fixture
def base(python: Path) -> Path:
    """A Python without packages of its own to make environments with: the one that made ours."""
    answer = subprocess.run(
        [python, "-c", "import sys; print(sys._base_executable)"], capture_output=True, text=True, check=True
    )
    return Path(answer.stdout.strip())


def without_network() -> list[str]:
    """What to put before a command so that it has no network, not even a loopback; nothing where the system does not
    let us.
    """
    unshare = shutil.which("unshare")
    if unshare and subprocess.run([unshare, "-rn", "true"], capture_output=True, check=False).returncode == 0:
        return [unshare, "-rn"]
    return []


def what_stands_in(folder: Path) -> list[Path]:
    return [*folder.iterdir()] if folder.is_dir() else []


def test_an_environment_from_a_folder_of_wheels_does_a_real_job_without_a_network(
    wheels: Path, base: Path, video: Path, tmp_path: Path
) -> None:
    runtime = tmp_path / "runtime"
    command = [*without_network(), sys.executable, "-c", INSTALL, str(runtime), str(base), str(wheels)]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    assert made.returncode == 0, made.stderr
    python = Path(made.stdout.strip())
    assert python.is_relative_to(runtime)
    found = client.start(client.DetectRequest(video, range="0:20"), python).wait()
    retargeted = client.start(client.RetargetRequest(found.people[0]), python).wait()
    assert (len(retargeted.motion), retargeted.device) == (20, "cpu")
    client.stop()


def test_a_cancelled_installation_leaves_nothing(wheels: Path, base: Path, tmp_path: Path) -> None:
    installation = client.install(tmp_path / "runtime", base, wheels)
    while installation.progress.fraction < 0.6:
        assert not installation.poll()
        time.sleep(0.01)
    began = time.monotonic()
    installation.cancel()
    while not installation.poll():
        time.sleep(0.01)
    assert time.monotonic() - began < 10
    with pytest.raises(JobCancelled, match=SENTENCE):
        installation.result()
    assert not (tmp_path / "runtime").exists()


@pytest.mark.parametrize("missing", ["onnxruntime", "numpy"])
def test_a_wheel_that_is_missing_is_named_and_nothing_is_left(
    missing: str, wheels: Path, base: Path, tmp_path: Path
) -> None:
    some = tmp_path / "wheels"
    some.mkdir()
    for wheel in wheels.glob("*.whl"):
        if not wheel.name.startswith(f"{missing}-"):
            (some / wheel.name).symlink_to(wheel)
    with pytest.raises(WorkerError, match=f"{missing}==.*that fits") as error:
        client.install(tmp_path / "runtime", base, some).wait()
    assert "\n" not in str(error.value)
    assert not (tmp_path / "runtime").exists()


def test_what_was_installed_before_stays_when_a_new_installation_fails(base: Path, tmp_path: Path) -> None:
    before = tmp_path / "runtime/environment-1/bin/python"
    before.parent.mkdir(parents=True)
    before.touch()
    broken = tmp_path / "wheels"
    broken.mkdir()
    (broken / "onnxruntime-1.31.1-py3-none-any.whl").write_bytes(b"no wheel")
    with pytest.raises(WorkerError, match=SENTENCE):
        client.install(tmp_path / "runtime", base, broken).wait()
    assert what_stands_in(tmp_path / "runtime") == [tmp_path / "runtime/environment-1"]
    assert before.is_file()


def test_without_a_network_and_without_wheels_the_sentence_says_what_to_allow(base: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match=r"online access.*wheels"):
        client.install(tmp_path / "runtime", base, None, online=False)
    with pytest.raises(WorkerError, match="no wheels"):
        client.install(tmp_path / "runtime", base, tmp_path)
    assert what_stands_in(tmp_path / "runtime") == []


def test_a_python_that_cannot_make_environments_is_named(tmp_path: Path) -> None:
    script = tmp_path / "python"
    script.write_text(
        "#!/bin/sh\necho 'The virtual environment was not created successfully because ensurepip is not available.'\nexit 1\n",
        encoding="utf-8",
    )
    script.chmod(0o755)
    (tmp_path / "a.whl").touch()
    with pytest.raises(WorkerError, match="python3-venv"):
        client.install(tmp_path / "runtime", script, tmp_path).wait()
    with pytest.raises(WorkerError, match=SENTENCE):
        client.install(tmp_path / "runtime", tmp_path / "nowhere", tmp_path).wait()
    assert not (tmp_path / "runtime").exists()


def test_a_place_that_is_a_file_is_named(base: Path, tmp_path: Path) -> None:
    (tmp_path / "a.whl").touch()
    (tmp_path / "runtime").write_text("a file", encoding="utf-8")
    with pytest.raises(WorkerError, match=SENTENCE) as error:
        client.install(tmp_path / "runtime", base, tmp_path).wait()
    assert str(tmp_path / "runtime") in str(error.value)
