"""The worker as Blender uses it: Blender's own Python asks, another one works, and nothing heavy comes into Blender."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.skeleton import BONE_COUNT, Skeleton
from blender_addon.worker import client

bpy = pytest.importorskip("bpy")

ROOT = Path(__file__).resolve().parents[2]
VIDEO = ROOT / "assets/footage/street.mp4"
HEAVY = {"torch", "onnxruntime", "cv2", "av", "scipy"}


@pytest.fixture(scope="module", autouse=True)
def _nothing_stays() -> Iterator[None]:
    yield
    client.stop()


@pytest.fixture(scope="module")
def performer(worker_python: Path) -> PoseSequence:
    """The main performer of the first frames of the sample."""
    return client.start(client.DetectRequest(VIDEO, range="0:20"), worker_python).wait().people[0]


def test_a_video_becomes_a_motion_while_blenders_process_stays_light(
    performer: PoseSequence, worker_python: Path
) -> None:
    request = client.RetargetRequest(performer, Skeleton(np.full(BONE_COUNT, 0.3, np.float32)))
    done = client.start(request, worker_python).wait()
    assert len(done.motion) == len(performer) == 20
    assert np.isfinite(done.motion.positions).all()
    assert (done.device, done.model) != ("", "")
    assert not HEAVY & set(sys.modules)


def test_asking_never_blocks(worker_python: Path) -> None:
    """A timer of Blender's comes round every few milliseconds; so must `poll`."""
    job = client.start(client.DetectRequest(VIDEO, range="0:30"), worker_python)
    longest = 0.0
    finished = False
    while not finished:
        began = time.perf_counter()
        finished = job.poll()
        longest = max(longest, time.perf_counter() - began)
        time.sleep(0.005)
    assert len(job.result().people[0]) == 30
    assert longest < 0.1


def test_a_killed_worker_leaves_blender_and_the_next_job_well(performer: PoseSequence, worker_python: Path) -> None:
    job = client.start(client.DetectRequest(VIDEO), worker_python)
    while job.progress.fraction == 0:
        assert not job.poll()
        time.sleep(0.01)
    worker = client.worker_process_id()
    assert worker is not None
    os.kill(worker, signal.SIGKILL)
    with pytest.raises(client.WorkerError, match="killed"):
        job.wait()
    assert client.start(client.RetargetRequest(performer), worker_python).wait().device
    bpy.ops.wm.read_homefile(use_empty=True)


def test_a_cancelled_job_ends_within_half_a_second(worker_python: Path) -> None:
    job = client.start(client.DetectRequest(VIDEO), worker_python)
    while job.progress.fraction == 0:
        assert not job.poll()
        time.sleep(0.01)
    began = time.monotonic()
    job.cancel()
    with pytest.raises(client.JobCancelled):
        job.wait()
    assert time.monotonic() - began < 0.5


def test_blenders_own_python_lacks_pytorch_and_the_preferences_interpreter_is_taken(
    worker_python: Path, tmp_path: Path
) -> None:
    own = client.blenders_python()
    if own is not None and own.samefile(worker_python):
        pytest.skip("Blender's own Python is the worker's here")
    assert client.find_runtime(worker_python, tmp_path) == client.Runtime(worker_python, "preferences")
    with pytest.raises(client.WorkerError, match="press Install"):
        client.find_runtime(None, tmp_path)
