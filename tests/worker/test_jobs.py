"""Jobs in the real worker: results, progress, cancelling, errors in one sentence, and a worker that is killed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from blender_addon.core import pose_files
from blender_addon.core.detection.sightings import SUFFIX
from blender_addon.core.full_length_limbs import with_limbs_at_full_length
from blender_addon.core.motion import Alignment, Blend, Limbs, View
from blender_addon.core.retargeting import Retargeter
from blender_addon.worker import client
from blender_addon.worker.client import DetectRequest, Job, JobCancelled, Progress, RetargetRequest, WorkerError
from tests.core.clips import ADULT, CHILD, marching

SENTENCE = r"^[^\n]*\.$"
CANCELLED_WITHIN = 0.5
LONG = 400_000
"""Frames of a clip whose retargeting takes many seconds."""


def until(job: Job[Any], condition: Callable[[], bool], seconds: float = 60) -> None:
    """Poll until something has happened, as a timer would."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"nothing happened in {seconds} s: {job.progress}"
        job.poll()
        time.sleep(0.005)


def is_alive(process: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def exists(process: int) -> bool:
    """Whether the system still knows the process, zombies included."""
    return Path(f"/proc/{process}").exists()


def detecting(python: Path, video: Path, **options: Any) -> Job[client.Detected]:  # noqa: ANN401
    """A detection of the whole video that has looked at a few frames."""
    job = client.start(DetectRequest(video, **options), python)
    until(job, lambda: job.progress.fraction > 0)
    return job


def retargeting(python: Path) -> Job[client.Retargeted]:
    """A long retargeting that has begun."""
    client.start(RetargetRequest(marching(30)), python).wait()
    job = client.start(RetargetRequest(marching(LONG), CHILD, View(40)), python)
    until(job, lambda: job.progress.stage == "Retargeting")
    return job


STARTERS: dict[str, Callable[[Path, Path], Job[Any]]] = {
    "detect": detecting,
    "retarget": lambda python, video: retargeting(python),
}


def test_a_video_becomes_poses_with_monotonous_progress(python: Path, video: Path) -> None:
    heard: list[Progress] = []
    found = client.start(DetectRequest(video, range="10:30", device="cpu"), python).wait(heard.append)
    assert found.device == "cpu"
    assert found.message == ""
    assert len(found.people) == len(found.ids) >= 1
    assert {len(person) for person in found.people} == {20}
    assert found.people[0].source == "street.mp4"
    fractions = [progress.fraction for progress in heard]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert [*dict.fromkeys(progress.stage for progress in heard)][-2:] == [
        "Loading the pose networks",
        "Looking for people",
    ]
    assert any(progress.rate and progress.remaining is not None for progress in heard)


def test_a_pose_file_is_read_in_place_of_a_video(python: Path, tmp_path: Path) -> None:
    clip = marching(40)
    pose_files.write(clip, tmp_path / "poses.npz")
    found = client.start(DetectRequest(tmp_path / "poses.npz", range="10:30", fps=25), python).wait()
    assert (found.source, found.device, found.message, found.ids) == ("file", "", "", (1,))
    assert np.array_equal(found.people[0].positions, clip.positions[10:30])
    assert found.people[0].fps == 25


def test_poses_are_kept_and_found_again(python: Path, video: Path, tmp_path: Path) -> None:
    request = DetectRequest(video, range="0:8", cache=tmp_path / "poses")
    first = client.start(request, python).wait()
    again = client.start(request, python).wait()
    assert [(found.source, found.device) for found in (first, again)] == [("networks", "cpu"), ("cache", "")]
    assert np.array_equal(first.people[0].positions, again.people[0].positions)


def test_a_motion_is_that_of_the_library_and_the_worker_stays_warm(python: Path) -> None:
    clip = marching(60)
    here = Retargeter.load(device="cpu").retarget(clip, CHILD, View(70))
    first = client.start(RetargetRequest(clip, CHILD, View(70), device="cpu"), python).wait()
    process = client.worker_process_id()
    began = time.perf_counter()
    again = client.start(RetargetRequest(clip, CHILD, View(70), device="cpu"), python).wait()
    assert time.perf_counter() - began < 1
    assert client.worker_process_id() == process
    assert (first.device, first.model) == ("cpu", "kinematic")
    assert np.allclose(first.motion.positions, here.positions, atol=1e-3)
    assert np.array_equal(first.motion.positions, again.motion.positions)


def test_a_blend_at_full_length_is_that_of_the_library(python: Path) -> None:
    blend = Blend(marching(40, view=View(-60), body=CHILD.scaled(300)), 0.5, 0.5, 0.5, Alignment.MATCH)
    here = with_limbs_at_full_length(Retargeter.load(device="cpu").retarget(marching(60), blend=blend))
    heard: list[Progress] = []
    there = (
        client.start(RetargetRequest(marching(60), device="cpu", blend=blend, limbs=Limbs.FULL_LENGTH), python)
        .wait(heard.append)
        .motion
    )
    assert len(there) == len(here)
    assert np.allclose(there.positions, here.positions, atol=0.05)
    fractions = [progress.fraction for progress in heard]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


def test_a_long_retargeting_tells_how_far_it_is(python: Path) -> None:
    heard: list[Progress] = []
    client.start(RetargetRequest(marching(30_000), ADULT), python).wait(heard.append)
    fractions = [progress.fraction for progress in heard]
    assert fractions == sorted(fractions)
    assert len(set(fractions)) > 4


def test_progress_is_told_twenty_times_a_second_at_most(python: Path, video: Path) -> None:
    times: list[float] = []
    client.start(DetectRequest(video, range="0:40"), python).wait(lambda progress: times.append(time.monotonic()))
    assert len(times) <= 20 * (times[-1] - times[0]) + 5


@pytest.mark.parametrize("kind", STARTERS)
def test_a_cancelled_job_ends_within_half_a_second_and_the_next_one_works(kind: str, python: Path, video: Path) -> None:
    job = STARTERS[kind](python, video)
    began = time.monotonic()
    job.cancel()
    until(job, job.poll)
    assert time.monotonic() - began < CANCELLED_WITHIN
    with pytest.raises(JobCancelled, match=SENTENCE):
        job.result()
    assert len(client.start(RetargetRequest(marching(20)), python).wait().motion) == 20


def test_cancelling_before_the_worker_has_started_ends_it_too(python: Path, video: Path) -> None:
    client.stop()
    job = client.start(DetectRequest(video), python)
    began = time.monotonic()
    job.cancel()
    until(job, job.poll)
    assert time.monotonic() - began < CANCELLED_WITHIN + 0.2
    with pytest.raises(JobCancelled):
        job.result()


def test_a_cancelled_job_that_nobody_asks_after_makes_room_for_the_next(python: Path, video: Path) -> None:
    detecting(python, video).cancel()
    assert client.start(RetargetRequest(marching(20)), python).wait().device


SOME_FRAMES = 3000
"""Bytes of what was seen in a few frames."""


@pytest.mark.parametrize("how", ["cancelled", "killed at once", "by another"])
def test_a_detection_that_was_stopped_halfway_goes_on_and_finds_the_same(
    how: str, python: Path, video: Path, tmp_path: Path
) -> None:
    """ESC, a worker that dies, and one that is killed because it did not hear."""
    request = DetectRequest(video, range="20:100", cache=tmp_path / "poses")
    job = client.start(request, python)
    # A killed worker loses what it did not write yet: two seconds of work.
    until(job, lambda: any(path.stat().st_size > SOME_FRAMES for path in tmp_path.rglob(f"*{SUFFIX}")))
    if how == "cancelled":
        job.cancel()
    elif how == "killed at once":
        job.abandon()
    else:
        process = client.worker_process_id()
        assert process is not None
        os.kill(process, signal.SIGKILL)
    until(job, job.poll)
    with pytest.raises(WorkerError):
        job.result()
    assert [*tmp_path.rglob("*.npz*")] == []
    heard: list[Progress] = []
    went_on = client.start(request, python).wait(heard.append)
    (stage,) = dict.fromkeys(
        progress.stage for progress in heard if progress.stage.startswith("Looking for people, from frame")
    )
    kept = int(re.findall(r"\d+", stage)[0]) - 20  # on a slow machine one frame
    assert kept > 0
    assert next(one.fraction for one in heard if one.stage == stage and one.fraction > 0) >= kept / 80
    in_one_go = client.start(replace(request, cache=None), python).wait()
    assert went_on.ids == in_one_go.ids
    for one, other in zip(went_on.people, in_one_go.people, strict=True):
        assert np.array_equal(one.positions, other.positions)
        assert np.array_equal(one.confidence, other.confidence)
    assert [path.suffix for path in (tmp_path / "poses").iterdir()] == [".npz"]


def test_what_went_wrong_with_the_cache_is_told_with_the_result(python: Path, video: Path, tmp_path: Path) -> None:
    request = DetectRequest(video, range="60:61", cache=tmp_path / "poses")
    assert client.start(request, python).wait().notices == ()
    (entry,) = (tmp_path / "poses").iterdir()
    entry.write_bytes(b"")
    again = client.start(request, python).wait()
    assert (again.device, len(again.notices)) == ("cpu", 1)
    assert again.notices[0].startswith("The poses that were kept of street.mp4 are damaged")
    shutil.rmtree(tmp_path / "poses")
    (tmp_path / "poses").write_text("a file where the folder should be", encoding="utf-8")
    unkept = client.start(request, python).wait()
    assert np.array_equal(unkept.people[0].positions, again.people[0].positions)
    assert [notice.partition(" (")[0] for notice in unkept.notices] == ["The poses of street.mp4 could not be kept"]


def test_there_is_one_job_at_a_time(python: Path, video: Path) -> None:
    job = detecting(python, video)
    assert client.is_running()
    with pytest.raises(WorkerError, match=SENTENCE):
        client.start(RetargetRequest(marching(5)), python)
    job.cancel()
    until(job, job.poll)
    assert not client.is_running()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV], ids=["killed", "crashed"])
@pytest.mark.parametrize("kind", STARTERS)
def test_a_worker_that_dies_is_named_in_one_sentence_and_the_next_job_starts_another(
    kind: str, how: signal.Signals, python: Path, video: Path
) -> None:
    job = STARTERS[kind](python, video)
    process = client.worker_process_id()
    assert process is not None
    os.kill(process, how)
    until(job, job.poll, seconds=5)
    with pytest.raises(WorkerError, match=SENTENCE) as error:
        job.result()
    assert how.name in str(error.value)
    assert not isinstance(error.value, JobCancelled)
    assert not exists(process), "a zombie is left"
    assert len(client.start(RetargetRequest(marching(20)), python).wait().motion) == 20
    assert client.worker_process_id() != process


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_worker_killed_between_two_jobs_is_replaced_unnoticed(python: Path, warm: int) -> None:
    os.kill(warm, signal.SIGKILL)
    while exists(warm):
        time.sleep(0.01)
    assert client.start(RetargetRequest(marching(20)), python).wait().device


@pytest.mark.parametrize(
    ("request_", "named"),
    [
        (DetectRequest(Path("/nowhere/dance.mp4")), "dance.mp4"),
        (DetectRequest(Path(__file__)), "test_jobs.py"),
        (DetectRequest(Path("/nowhere/dance.mp4"), range="5:2"), "5:2"),
        (DetectRequest(Path("/nowhere/dance.mp4"), device="abacus"), "abacus"),
        (RetargetRequest(marching(5), model="guess"), "guess"),
        (RetargetRequest(marching(5), device="abacus"), "abacus"),
        (RetargetRequest(marching(5), view=View(np.zeros(4))), "4"),
    ],
    ids=["no video", "not a video", "range", "device of detect", "model", "device of retarget", "view"],
)
def test_what_cannot_be_done_is_named_in_cores_sentence_and_the_worker_stays(
    request_: Any,  # noqa: ANN401
    named: str,
    python: Path,
    warm: int,
) -> None:
    with pytest.raises(WorkerError, match=SENTENCE) as error:
        client.start(request_, python).wait()
    assert named in str(error.value)
    assert "error of its own" not in str(error.value)
    assert client.worker_process_id() == warm


@pytest.mark.parametrize("name", [b"two\nlines.mp4", b"caf\xe9.mp4", b"\x1b[2J.json"])
def test_a_file_whose_name_cannot_be_shown_is_named_without_what_cannot(
    name: bytes, python: Path, warm: int, tmp_path: Path
) -> None:
    path = tmp_path / os.fsdecode(name)
    path.write_bytes(b"{" if name.endswith(b"json") else b"no video")
    with pytest.raises(WorkerError, match=SENTENCE) as error:
        client.start(DetectRequest(path), python).wait()
    assert str(error.value).isprintable()
    assert "�" in str(error.value)
    assert client.worker_process_id() == warm


def test_a_video_without_anybody_is_said_to_be_so(python: Path, tmp_path: Path) -> None:
    import cv2

    cv2.imwrite(str(tmp_path / "empty.png"), np.full((240, 320, 3), 90, np.uint8))
    with pytest.raises(WorkerError, match="nobody"):
        client.start(DetectRequest(tmp_path / "empty.png"), python).wait()


def test_a_device_that_is_not_there_is_replaced_with_a_sentence(python: Path, video: Path) -> None:
    torch = pytest.importorskip("torch")
    missing = "mps" if not torch.backends.mps.is_available() else "cuda"
    retargeted = client.start(RetargetRequest(marching(20), device=missing), python).wait()
    detected = client.start(DetectRequest(video, range="0:6", device=missing), python).wait()
    for result in (retargeted, detected):
        assert result.device == "cpu"
        assert missing in result.message
        assert result.message.endswith(".")


def test_a_gpu_that_needs_pytorch_is_refused_in_a_sentence_where_that_is_missing(
    bare_python: Path, tmp_path: Path
) -> None:
    import onnxruntime

    environment = tmp_path / "no-torch"
    shutil.copytree(bare_python.parents[1], environment, symlinks=True)
    packages = next(environment.glob("lib/python*/site-packages"))
    source = Path(onnxruntime.__file__).parents[1]
    for name in ("numpy", "numpy.libs", "scipy", "scipy.libs", "onnxruntime"):
        (packages / name).symlink_to(source / name)
    python = environment / "bin/python"
    with pytest.raises(WorkerError, match=r"^Retargeting on cuda needs PyTorch, [^\n]*; choose auto or cpu\.$"):
        client.start(RetargetRequest(marching(5), device="cuda"), python).wait()
    assert client.start(RetargetRequest(marching(5)), python).wait().device == "cpu"


def test_memory_that_runs_out_is_named(python: Path) -> None:
    """An address space too small for the network's work; only this worker is limited."""
    resource = pytest.importorskip("resource")
    client.start(RetargetRequest(marching(30)), python).wait()
    process = client.worker_process_id()
    assert process is not None
    used = int(Path(f"/proc/{process}/statm").read_text(encoding="utf-8").split()[0]) * resource.getpagesize()
    resource.prlimit(process, resource.RLIMIT_AS, (used + (96 << 20), used + (96 << 20)))
    with pytest.raises(WorkerError, match="Memory ran out"):
        client.start(RetargetRequest(marching(LONG), CHILD), python).wait()
    assert client.start(RetargetRequest(marching(20)), python).wait().device
    assert client.worker_process_id() != process


def test_a_python_without_packages_is_named_with_what_to_do(bare_python: Path) -> None:
    with pytest.raises(WorkerError, match=r"numpy.*Install") as error:
        client.start(RetargetRequest(marching(5)), bare_python).wait()
    assert "\n" not in str(error.value)


def test_a_package_that_only_the_job_needs_is_named_and_may_be_installed_meanwhile(
    bare_python: Path, python: Path, tmp_path: Path
) -> None:
    """NumPy and SciPy alone: the worker starts and finds no onnxruntime; once it has it, the next job works."""
    import numpy

    environment = tmp_path / "no-onnxruntime"
    shutil.copytree(bare_python.parents[1], environment, symlinks=True)
    packages = next(environment.glob("lib/python*/site-packages"))
    source = Path(numpy.__file__).parent
    for name in ("numpy", "numpy.libs", "scipy", "scipy.libs"):
        (packages / name).symlink_to(source.parent / name)
    with pytest.raises(WorkerError, match=r"onnxruntime.*Install") as error:
        client.start(RetargetRequest(marching(5)), environment / "bin/python").wait()
    assert "\n" not in str(error.value)
    (packages / "all.pth").write_text(str(source.parent), encoding="utf-8")
    assert client.start(RetargetRequest(marching(5)), environment / "bin/python").wait().device


@pytest.mark.parametrize("name", ["nowhere/python", "text"])
def test_what_is_no_python_is_named(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name == "text":
        path.write_text("no program", encoding="utf-8")
    with pytest.raises(WorkerError, match=SENTENCE) as error:
        client.start(RetargetRequest(marching(5)), path).wait()
    assert str(path) in str(error.value)


def test_a_program_that_is_no_python_is_named(tmp_path: Path) -> None:
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\necho 'I am no Python' >&2\nexit 7\n", encoding="utf-8")
    script.chmod(0o755)
    with pytest.raises(WorkerError, match="I am no Python") as error:
        client.start(RetargetRequest(marching(5)), script).wait()
    assert str(script) in str(error.value)


def test_a_clip_in_which_everything_is_missing_but_a_moment_is_retargeted(python: Path) -> None:
    clip = marching(50)
    confidence = np.zeros((50, 15), np.float32)
    confidence[20:24] = 1
    assert len(client.start(RetargetRequest(replace(clip, confidence=confidence)), python).wait().motion) == 50


def test_what_nobody_saw_is_left_to_the_network_and_has_a_place_to_be_shown_at(python: Path) -> None:
    poses = marching(60)
    confidence = poses.confidence.copy()
    confidence[20:30, 4] = 0
    hidden = replace(poses, confidence=confidence)
    done = client.start(client.CleanRequest(hidden, 0.5), python).wait()
    assert not done.poses.seen[20:30, 4].any()
    assert done.poses.seen[:, :4].all()
    assert np.linalg.norm(done.places[20:30, 4] - poses.positions[20:30, 4], axis=-1).max() < 0.1 * np.ptp(
        poses.positions[..., 1]
    )
    jitter = [np.abs(np.diff(clip.positions[:, 0], 2, axis=0)).mean() for clip in (done.poses, hidden)]
    assert jitter[0] <= jitter[1]


def test_a_lost_performer_is_what_the_policy_says(python: Path) -> None:
    poses = marching(120)
    confidence = poses.confidence.copy()
    confidence[40:80] = 0
    lost = replace(poses, confidence=confidence)
    left = client.start(client.CleanRequest(lost, 0.5), python).wait().poses
    assert not left.seen[40:80].any()
    held = client.start(client.CleanRequest(lost, 0.5, "HOLD"), python).wait().poses
    assert held.seen[40:80].all()
    assert (held.confidence[40:80] < 0.1).all()
    assert np.ptp(held.positions[50:70], axis=0).max() < 1
    assert len(client.start(client.CleanRequest(lost, 0.5, "STOP"), python).wait().poses) == 40


def test_no_strength_leaves_the_poses_as_they_are(python: Path) -> None:
    poses = marching(30)
    done = client.start(client.CleanRequest(poses, 0.0), python).wait()
    assert np.array_equal(done.poses.positions, poses.positions)
    assert np.array_equal(done.places, poses.positions)


def test_tracks_are_swapped_split_and_merged_in_order(python: Path) -> None:
    one, other = marching(30), replace(marching(30), positions=marching(30).positions + 500)
    made = (
        client.TrackCorrection("swap", 1, 2, 10),
        client.TrackCorrection("split", 1, 0, 20),
        client.TrackCorrection("merge", 2, 3, 0),
    )
    done = client.start(client.CorrectRequest((one, other), (1, 2), made), python).wait()
    assert done.ids == (1, 2)
    first = done.people[0]
    assert np.array_equal(first.positions[:10], one.positions[:10])
    assert np.array_equal(first.positions[10:20], other.positions[10:20])
    assert not first.seen[20:].any()
    with pytest.raises(WorkerError, match=SENTENCE):
        client.start(
            client.CorrectRequest((one, other), (1, 2), (client.TrackCorrection("swap", 1, 2, 99),)), python
        ).wait()


def test_each_performer_has_a_portrait(python: Path, video: Path) -> None:
    found = client.start(DetectRequest(video, range="60:70"), python).wait()
    portraits = client.start(client.PortraitRequest(video, "60:70", None, found.people, found.ids), python).wait()
    assert portraits.ids == found.ids
    assert portraits.pictures.shape == (len(found.ids), 128, 128, 3)
    assert all(picture.std() > 10 for picture in portraits.pictures)


def test_a_film_is_small_and_says_which_frames_it_shows(python: Path, video: Path) -> None:
    whole = client.start(client.FilmRequest(video, "60:80", None, 90, 400), python).wait()
    assert whole.rows.tolist() == list(range(20))
    assert whole.pictures.shape[:2] == (20, 90)
    assert whole.pictures.shape[3] == 3
    few = client.start(client.FilmRequest(video, "60:80", None, 90, 6), python).wait()
    assert few.rows.tolist() == [0, 4, 8, 12, 16]
    np.testing.assert_array_equal(few.pictures, whole.pictures[few.rows])
