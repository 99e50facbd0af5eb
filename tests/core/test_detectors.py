"""A detector is one module and one row: whatever looks for people, the rest of a detection is the same."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest

from blender_addon.core import pose_files
from blender_addon.core.__main__ import main
from blender_addon.core.detection.blazepose import BlazePose
from blender_addon.core.detection.detectors import DEFAULT, DETECTORS, detector_named
from blender_addon.core.detection.performance import Performance, detect
from blender_addon.core.detection.pose_cache import Asked
from blender_addon.core.pose_sequence import PoseSource
from blender_addon.core.skeleton import Joint
from blender_addon.core.video import FrameRange, Video
from blender_addon.worker.jobs import run
from blender_addon.worker.messages import Detected, DetectRequest
from blender_addon.worker.monitor import Monitor
from tests.core.standing import SIDES, Standing

STREET = Path(__file__).resolve().parents[2] / "assets/footage/street.mp4"
FRAMES = FrameRange(10, 18)
WIDTH, HEIGHT = 1768, 994


@pytest.fixture
def standing(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a detector that is one row more."""
    monkeypatch.setitem(DETECTORS, "standing", "tests.core.standing")
    return "standing"


def found_by(detector: str, cache: Path | None = None) -> Performance:
    return detect(Video.open(STREET, FRAMES), cache=cache, detector=detector)


def test_what_another_detector_says_is_what_is_found(standing: str) -> None:
    found = found_by(standing)
    assert (found.poses.ids, found.source) == ((1,), PoseSource.NETWORKS)
    person = found.poses.people[0]
    assert len(person) == 8
    assert person.seen.all()
    for joint, side in ((Joint.LEFT_ANKLE, "left"), (Joint.RIGHT_ANKLE, "right")):
        expected = np.array([SIDES[side] * WIDTH, 0.95 * HEIGHT])
        assert np.abs(person.positions[:, joint] - expected).max() < 0.01
    assert person.landmarks is not None
    assert set(person.landmarks.names) == {"nose", "left_ear", "right_ear"}
    assert person.depth is None, "it tells none"


def test_each_detector_s_poses_are_kept_under_a_key_of_their_own(standing: str, tmp_path: Path) -> None:
    video = Video.open(STREET, FRAMES)
    keys = [Asked.of(video, method).key for method in (Standing.method, BlazePose.method)]
    found_by(standing, tmp_path)
    assert [path.stem for path in tmp_path.iterdir()] == keys[:1]
    assert found_by(standing, tmp_path).source is PoseSource.CACHE
    other = found_by(DEFAULT, tmp_path)
    assert other.source is PoseSource.NETWORKS
    assert other.poses.people[0].depth is not None
    assert {path.stem for path in tmp_path.iterdir()} == set(keys)


def test_poses_of_another_detector_are_not_taken_where_they_lie_in_the_wrong_place(
    standing: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found_by(standing, tmp_path)
    (path,) = tmp_path.iterdir()
    path.rename(tmp_path / f"{Asked.of(Video.open(STREET, FRAMES), BlazePose.method).key}.npz")
    assert found_by(DEFAULT, tmp_path).source is PoseSource.NETWORKS
    assert "thrown away" in caplog.text


def test_another_detector_goes_on_after_it_was_stopped(
    standing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blender_addon.core.detection.sightings.WRITE_EVERY", 0.0)

    def stop(done: int) -> None:
        if done == 5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        detect(Video.open(STREET, FRAMES), cache=tmp_path, detector=standing, progress=stop)
    after: list[int] = []
    again = detect(Video.open(STREET, FRAMES), cache=tmp_path, detector=standing, resumed=after.append)
    assert after == [5]
    assert np.array_equal(again.poses.people[0].positions, found_by(standing).poses.people[0].positions)


def test_the_key_of_kept_poses_changes_with_what_they_hold_and_else_never() -> None:
    """The entries of the default detector in users' caches: a changed key has every video looked at again. It changed
    when the camera's motion was added, which earlier entries lack, when videos came to be read as players show them,
    when people came to be looked for in the frames before they were found, when who comes in again came to be known,
    when times of decoding came to be put in order, when a find came to be one person's alone, when who lies came to be
    found, and when captions came to be told from the ground.
    """
    asked = Asked(BlazePose.method, "0" * 64, 0, 230, 30.0, (WIDTH, HEIGHT))
    assert asked.key == "66b017cc1cf3515170b23bc140e9bf08"
    assert str(asked) == (
        "('movenet_multipose + blazepose_heavy, 6', 'people, 1', 'background, 2', "
        f"'as players show it, in the order of decoding times', '{'0' * 64}', 0, 230, 30.0, (1768, 994))"
    )


def test_methods_tell_detectors_apart(standing: str) -> None:
    methods = [detector_named(name).method for name in DETECTORS]
    assert len(methods) == len(set(methods)) == len(DETECTORS) > 1


def test_the_command_and_the_worker_name_a_detector(
    standing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.npz"
    command = ["detect", str(STREET), "--range", "10:18", "--no-cache", "-o", str(out), "--json", "--detector"]
    assert main([*command, standing]) == 0
    assert json.loads(capsys.readouterr().out)["people"] == [1]
    by_worker = run(
        DetectRequest(STREET, "10:18", detector=standing), Monitor(lambda progress: None, threading.Event())
    )
    assert isinstance(by_worker, Detected)
    expected = found_by(standing).poses.people[0].positions
    assert np.array_equal(pose_files.read(out).people[0].positions, expected)
    assert np.array_equal(by_worker.people[0].positions, expected)


def test_a_detector_that_is_not_there_is_refused(standing: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match=r"^There is no detector abacus; choose one of blazepose, standing\.$"):
        found_by("abacus")
    with pytest.raises(SystemExit):
        main(["detect", str(STREET), "-o", "out.npz", "--detector", "abacus"])
    assert standing in capsys.readouterr().err
