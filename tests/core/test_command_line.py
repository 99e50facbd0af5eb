"""`python -m blender_addon.core`: what it writes, what it says, and how it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from blender_addon.core import pose_files
from blender_addon.core.__main__ import main
from blender_addon.core.motion import PREDICTED_CONFIDENCE, DistanceHandling, View
from blender_addon.core.networks.backends import chosen_device
from blender_addon.core.networks.example_clip import ORDINARY_BODY, example_clip
from blender_addon.core.pose_sequence import Array, PoseSequence
from blender_addon.core.retargeting import Model, Retargeter
from blender_addon.core.skeleton import Joint, Skeleton
from blender_addon.core.smoothing import LostTracking, cleaned, cleaned_for_network
from blender_addon.settings.bake import Network
from blender_addon.settings.cleaning import CleaningSettings
from blender_addon.settings.device import Device
from blender_addon.worker.jobs import run
from blender_addon.worker.messages import (
    Cleaned,
    CleanRequest,
    Detected,
    DetectRequest,
    Request,
    Result,
    Retargeted,
    RetargetRequest,
)
from blender_addon.worker.monitor import Monitor

ROOT = Path(__file__).resolve().parents[2]
CLIPS = ("model", "small_man", "tall_man", "workout_march")
FPS = 30.0

COMMAND = (sys.executable, "-m", "blender_addon.core")
INTERRUPTIBLE = "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); runpy.run_module('blender_addon.core', run_name='__main__')"
"""A process that Ctrl-C reaches even where the tests run in the background of a shell, which shields its jobs from it.
"""


def marching(view: View, height: float, *, times: int = 1) -> PoseSequence:
    """Somebody who marches on the spot, seen all the time."""
    pixels = height / ORDINARY_BODY.height
    positions: Array = np.tile(example_clip(ORDINARY_BODY.scaled(pixels), view), (times, 1, 1)) + np.array(
        [640, 400], np.float32
    )
    for middle, sides in (
        (Joint.NECK, (Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER)),
        (Joint.MID_HIP, (Joint.RIGHT_HIP, Joint.LEFT_HIP)),
    ):
        positions[:, middle] = positions[:, sides].mean(axis=1)
    return PoseSequence(positions, np.ones(positions.shape[:2], np.float32), FPS, (1280, 720))


@pytest.fixture
def one(tmp_path: Path) -> Path:
    """A file of one person."""
    path = tmp_path / "one.npz"
    pose_files.write(marching(View(-35, 8), 400), path)
    return path


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A file of two people, 3 and 7, filmed from the left and from the right."""
    path = tmp_path / "two.npz"
    pose_files.write(pose_files.PoseFile((marching(View(-60), 400), marching(View(60), 200)), (3, 7)), path)
    return path


def command(*arguments: object) -> int:
    """Its exit status, usage errors included."""
    try:
        return main([str(argument) for argument in arguments])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1


def written(path: Path) -> PoseSequence:
    return pose_files.read(path).select()


def library(
    poses: Path, skeleton: Skeleton | PoseSequence | None = None, view: View | PoseSequence | None = None
) -> Array:
    """What the library makes of the same clips, cleaned, and walking in depth, as by default."""
    body = smoothed(skeleton) if isinstance(skeleton, PoseSequence) else skeleton
    seen_from = smoothed(view) if isinstance(view, PoseSequence) else view
    network = Retargeter.load(device="cpu")
    as_seen = skeleton is None and view is None
    distance = DistanceHandling.KEPT if as_seen else CleaningSettings().distance
    return network.retarget(smoothed(written(poses)), body, seen_from, distance=distance).positions


def smoothed(poses: PoseSequence) -> PoseSequence:
    return cleaned_for_network(poses, CleaningSettings().smooth)[0]


@pytest.fixture
def fails(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., str]:
    """Runs a command that must fail with status 1, one sentence and no file; gives the sentence."""

    def failed(*arguments: object) -> str:
        before = set(tmp_path.rglob("*"))
        capsys.readouterr()
        assert command(*arguments) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1, said.err
        assert set(tmp_path.rglob("*")) == before
        return said.err

    return failed


def test_a_real_clip_is_retargeted_in_a_process_of_its_own(openpose_clips: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.npz"
    clips = openpose_clips
    arguments = (
        "retarget",
        clips / "tall_man",
        "--like",
        clips / "small_man",
        "--view",
        "-45,10",
        "--fps",
        "25",
        "-o",
        out,
        "--json",
        "--device",
        "cpu",
    )
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report.pop("seconds") > 0
    assert report == {
        "command": "retarget",
        "out": str(out),
        "frames": 135,
        "fps": 25.0,
        "model": "kinematic",
        "device": "cpu",
    }
    assert done.stderr == "Retargeting 135 frames with kinematic on cpu…\n"
    assert len(written(out)) == 135


@pytest.mark.parametrize("clip", CLIPS)
def test_a_clip_on_its_own_body_from_its_own_view_comes_out_as_it_was_seen(
    clip: str, openpose_clips: Path, tmp_path: Path
) -> None:
    folder = openpose_clips / clip
    assert command("retarget", folder, "--smooth", 0, "-o", tmp_path / "out.npz") == 0
    seen, out = written(folder), written(tmp_path / "out.npz")
    sure = seen.confidence >= 0.3
    assert np.abs(out.positions - seen.positions)[sure].max() < 0.05
    assert out.seen.all()
    assert out.depth is not None


def test_the_view_is_the_one_that_was_asked_for(openpose_clips: Path, tmp_path: Path) -> None:
    folder = openpose_clips / "tall_man"
    across = {}
    for azimuth in (0, 90, -90, 180):
        out = tmp_path / f"{azimuth}.npz"
        assert command("retarget", folder, "--view", azimuth, "-o", out) == 0
        poses = written(out).positions
        across[azimuth] = float(np.mean(poses[:, Joint.LEFT_SHOULDER, 0] - poses[:, Joint.RIGHT_SHOULDER, 0]))
    assert across[0] > 0 > across[180]
    assert max(abs(across[90]), abs(across[-90])) < across[0] / 3


@pytest.mark.parametrize(
    ("arguments", "view"),
    [
        (("--view", "-45"), View(-45)),
        (("--view=-45",), View(-45)),
        (("--view", "-45,10"), View(-45, 10)),
        (("--view=-45,-10.5",), View(-45, -10.5)),
        (("--view", "-.5"), View(-0.5)),
        (("--view", "90,-15"), View(90, -15)),
        (("--view", "20,5,-30"), View(20, 5, -30)),
        (("--view", "270"), View(-90)),
    ],
)
def test_a_view_may_be_written_with_or_without_an_equals_sign_and_negative(
    arguments: tuple[str, ...], view: View, one: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.npz"
    assert command("retarget", one, *arguments, "-o", out) == 0
    np.testing.assert_array_equal(written(out).positions, library(one, view=view))


@pytest.mark.parametrize("view", ["front", "1,2,3,4", "", "nan", "90,", "inf,0"])
def test_what_is_no_view_is_wrong_usage(
    view: str, one: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("retarget", one, "--view", view, "-o", tmp_path / "out.npz") == 2
    assert "give AZIMUTH[,ELEVATION[,ROLL]] in degrees" in capsys.readouterr().err


def test_bone_lengths_from_a_file_are_those_of_the_motion(one: Path, tmp_path: Path) -> None:
    skeleton = Skeleton.from_proportions((40, 30, 20, 45, 40, 10, 20, 20))
    lengths = tmp_path / "lengths.json"
    lengths.write_text(json.dumps({name: round(length) for name, length in skeleton.named().items()}), encoding="utf-8")
    assert command("retarget", one, "--skeleton", lengths, "-o", tmp_path / "out.npz") == 0
    out = written(tmp_path / "out.npz")
    np.testing.assert_array_equal(out.positions, library(one, skeleton))
    np.testing.assert_allclose(out.positions[0, Joint.MID_HIP], 0, atol=1e-4)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "no whole JSON file"),
        ('{"head": 0.2, ', "no whole JSON file"),
        ("\x00\xff", "no whole JSON file"),
        ("[" * 100_000, "no whole JSON file"),
        ("[0.2, 0.3]", "one JSON object of bone names and lengths"),
        ('{"head": "long"}', "one JSON object of bone names and lengths"),
        ('{"head": true}', "one JSON object of bone names and lengths"),
        ('{"head": 0.2}', "lacks a length for neck, "),
        (json.dumps(ORDINARY_BODY.named() | {"tail": 1.0}), "names tail"),
        (json.dumps(ORDINARY_BODY.named() | {"head": -1.0}), "fix head"),
        (json.dumps(ORDINARY_BODY.named() | {"head": float("nan")}), "fix head"),
        (json.dumps(ORDINARY_BODY.named() | {"head": 10**400}), "fix head"),
    ],
    ids=[
        "empty",
        "truncated",
        "binary",
        "deep",
        "a list",
        "text",
        "a truth",
        "a bone missing",
        "a bone too many",
        "negative",
        "NaN",
        "huge",
    ],
)
def test_a_skeleton_file_that_cannot_be_used_says_what_to_mend(
    content: str, complaint: str, one: Path, tmp_path: Path, fails: Callable[..., str]
) -> None:
    lengths = tmp_path / "lengths.json"
    lengths.write_bytes(content.encode("latin-1"))
    said = fails("retarget", one, "--skeleton", lengths, "-o", tmp_path / "out.npz")
    assert str(lengths) in said
    assert complaint in said


def test_body_and_view_may_come_from_other_clips(one: Path, two: Path, tmp_path: Path) -> None:
    other, third = pose_files.read(two).people
    assert (
        command(
            "retarget",
            one,
            "--like",
            two,
            "--like-performer",
            3,
            "--view-like",
            two,
            "--view-like-performer",
            7,
            "-o",
            tmp_path / "out.npz",
        )
        == 0
    )
    np.testing.assert_array_equal(written(tmp_path / "out.npz").positions, library(one, other, third))


def test_of_two_people_one_is_chosen(two: Path, tmp_path: Path) -> None:
    assert command("retarget", two, "--performer", 7, "--smooth", 0, "-o", tmp_path / "out.npz") == 0
    np.testing.assert_allclose(
        written(tmp_path / "out.npz").positions, pose_files.read(two).select(7).positions, atol=0.01
    )


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        ("{two}", "--performer"),
        ("{one} --like {two}", "--like-performer"),
        ("{one} --view-like {two}", "--view-like-performer"),
        ("{one} --blend {two}", "--blend-performer"),
    ],
)
def test_of_several_people_the_main_performer_is_taken_and_the_ids_and_the_option_are_said(
    arguments: str, option: str, one: Path, two: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, out, chosen = arguments.format(one=one, two=two).split(), one.with_name("out.npz"), one.with_name("3.npz")
    assert command("retarget", *given, "-o", out) == 0
    assert f"{two} holds 2 people; 3 is the main one, choose one of 3, 7 with {option}.\n" in capsys.readouterr().err
    for whose in (3, "main"):
        assert command("retarget", *given, option, whose, "-o", chosen) == 0
        assert chosen.read_bytes() == out.read_bytes()
        assert "holds 2 people" not in capsys.readouterr().err


def test_a_person_who_is_not_there_is_an_error_that_names_those_who_are(
    two: Path, tmp_path: Path, fails: Callable[..., str]
) -> None:
    said = fails("retarget", two, "--performer", 5, "-o", tmp_path / "out.npz")
    assert "no person 5" in said
    assert "3 (64 frames), 7 (64 frames)" in said


def test_the_view_goes_round_from_key_to_key(one: Path, tmp_path: Path) -> None:
    turning, front, side = (tmp_path / f"{name}.npz" for name in ("turning", "front", "side"))
    assert command("retarget", one, "--view-keys", "0:0 40:90", "-o", turning, "--device", "cpu") == 0
    assert command("retarget", one, "--view", 0, "-o", front, "--device", "cpu") == 0
    assert command("retarget", one, "--view", 90, "-o", side, "--device", "cpu") == 0
    moving, first, last = (pose_files.read(path).people[0].positions for path in (turning, front, side))
    hips = slice(Joint.MID_HIP, Joint.MID_HIP + 1)
    np.testing.assert_allclose(moving[0] - moving[0, hips], first[0] - first[0, hips], atol=8)
    np.testing.assert_allclose(moving[50] - moving[50, hips], last[50] - last[50, hips], atol=8)
    assert np.abs((moving[20] - moving[20, hips]) - (first[20] - first[20, hips])).max() > 8


def test_two_performances_are_blended_and_limbs_drawn_at_full_length(one: Path, two: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.npz"
    shares = ("--blend-motion", 0.5, "--blend-skeleton", 0.5, "--blend-view", 1, "--align", "match")
    assert (
        command(
            "retarget",
            one,
            "--blend",
            two,
            "--blend-performer",
            7,
            *shares,
            "--limbs",
            "full-length",
            "-o",
            out,
            "--device",
            "cpu",
        )
        == 0
    )
    poses = pose_files.read(out).people[0]
    limb = np.linalg.norm(poses.positions[:, Joint.LEFT_KNEE] - poses.positions[:, Joint.LEFT_HIP], axis=-1)
    assert np.ptp(limb) / limb.mean() < 0.01
    assert command("retarget", one, "-o", out, "--device", "cpu") == 0
    assert pose_files.read(out).people[0].positions.shape == poses.positions.shape


@pytest.mark.parametrize(
    "chosen",
    [("--like-performer", 3), ("--view-like-performer", 3), ("--blend-performer", 3), ("--blend-motion", 0.5)],
)
def test_choosing_a_person_of_no_clip_is_wrong_usage(
    chosen: tuple[str, int], one: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("retarget", one, *chosen, "-o", tmp_path / "out.npz") == 2
    assert str(chosen[0]) in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("dance",),
        ("retarget", "{one}"),
        ("retarget", "{one}", "-o", "{out}.fbx"),
        ("retarget", "{one}", "-o", "{out}.npz", "--skeleton", "a.json", "--like", "{one}"),
        ("retarget", "{one}", "-o", "{out}.npz", "--view", "0", "--view-like", "{one}"),
        ("retarget", "{one}", "-o", "{out}.npz", "--view-keys", "0:0"),
        ("retarget", "{one}", "-o", "{out}.npz", "--view-keys", "soon:0 later:90"),
        ("retarget", "{one}", "-o", "{out}.npz", "--limbs", "rubber"),
        ("retarget", "{one}", "-o", "{out}.npz", "--model", "other"),
        ("retarget", "{one}", "-o", "{out}.npz", "--layout", "other"),
        ("convert", "{one}"),
    ],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)
def test_wrong_usage_ends_with_status_2(arguments: tuple[str, ...], one: Path, tmp_path: Path) -> None:
    assert command(*(argument.format(one=one, out=tmp_path / "out") for argument in arguments)) == 2
    assert list(tmp_path.iterdir()) == [one]


def test_an_option_that_is_given_two_hyphens_for_a_value_is_wrong_usage(one: Path, tmp_path: Path) -> None:
    for option in ("--smooth=--", "--fps=--", "--layout=--"):
        with pytest.raises(SystemExit) as ended:
            main(["convert", str(one), str(tmp_path / "out.npz"), option])
        assert ended.value.code == 2


def test_a_file_that_is_not_there_is_named(tmp_path: Path, fails: Callable[..., str]) -> None:
    assert str(tmp_path / "nobody.npz") in fails("retarget", tmp_path / "nobody.npz", "-o", tmp_path / "out.npz")


def test_a_truncated_frame_is_named_and_nothing_is_written(
    openpose_clips: Path, tmp_path: Path, fails: Callable[..., str]
) -> None:
    folder = tmp_path / "clip"
    shutil.copytree(openpose_clips / "tall_man", folder)
    frame = sorted(folder.iterdir())[60]
    frame.write_bytes(frame.read_bytes()[:500])
    assert frame.name in fails("retarget", folder, "-o", tmp_path / "out.npz")


def test_a_truncated_archive_is_named_and_nothing_is_written(
    one: Path, tmp_path: Path, fails: Callable[..., str]
) -> None:
    one.write_bytes(one.read_bytes()[:-200])
    assert one.name in fails("convert", one, tmp_path / "out.npz")


def test_weights_that_are_not_there_are_named(one: Path, tmp_path: Path, fails: Callable[..., str]) -> None:
    assert str(tmp_path / "weights.npz") in fails(
        "retarget", one, "--weights", tmp_path / "weights.npz", "-o", tmp_path / "out.npz"
    )


def test_what_is_read_is_never_overwritten(one: Path, fails: Callable[..., str]) -> None:
    before = one.read_bytes()
    assert "write to another place" in fails("retarget", one, "-o", one.parent / "." / one.name)
    assert "write to another place" in fails("convert", one, one)
    assert one.read_bytes() == before


@pytest.mark.parametrize("is_read", [True, False])
def test_a_name_that_no_file_can_have_is_one_short_sentence(
    is_read: bool, one: Path, tmp_path: Path, fails: Callable[..., str]
) -> None:
    name = tmp_path / f"{'x' * 3000}.npz"
    said = fails("convert", *((name, tmp_path / "out.npz") if is_read else (one, name))).strip().rpartition("\n")[2]
    assert "File name too long" in said
    assert said.endswith(".")
    assert len(said) < 1000


def test_a_folder_that_is_not_there_is_noticed_before_the_work(
    one: Path, tmp_path: Path, fails: Callable[..., str]
) -> None:
    assert f"no folder {tmp_path / 'nowhere'}" in fails("retarget", one, "-o", tmp_path / "nowhere/out.npz")


def test_the_sentence_of_an_error_is_followed_by_its_origin_where_more_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("retarget", tmp_path / "nobody.npz", "-o", tmp_path / "out.npz", "-v") == 1
    said = capsys.readouterr().err
    assert said.startswith("There is no pose file")
    assert "Traceback" in said


@pytest.mark.parametrize("name", ["out.npz", "out.csv", "out"])
def test_every_format_that_is_written_can_be_read_again(name: str, one: Path, tmp_path: Path) -> None:
    assert command("retarget", one, "--view", "90", "-o", tmp_path / name) == 0
    told = [
        joint for joint in Joint if joint not in {Joint.NECK, Joint.MID_HIP}
    ]  # OpenPose's readers take the middles of the others for these
    np.testing.assert_allclose(
        written(tmp_path / name).positions[:, told], library(one, view=View(90))[:, told], atol=0.001
    )


def test_poses_are_converted_there_and_back_in_full(two: Path, tmp_path: Path) -> None:
    assert command("convert", two, tmp_path / "openpose", "--fps", "24") == 0
    assert (
        command("convert", tmp_path / "openpose", tmp_path / "back.npz", "--fps", "24", "--image-size", "1280", "720")
        == 0
    )
    before, after = pose_files.read(two), pose_files.read(tmp_path / "back.npz")
    assert after.ids == before.ids
    assert {(person.fps, person.image_size) for person in after.people} == {(24.0, (1280, 720))}
    for one, other in zip(before.people, after.people, strict=True):
        np.testing.assert_allclose(other.positions, one.positions, atol=1e-3)


def test_one_person_is_converted_under_their_own_id(
    two: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("convert", two, tmp_path / "out.csv", "--performer", 7) == 0
    assert pose_files.read(tmp_path / "out.csv").ids == (7,)
    assert capsys.readouterr().out.startswith(f"{tmp_path / 'out.csv'}: 64 frames at 30 a second, ")


def gap_and_jitter(path: Path) -> PoseSequence:
    """Two people, written to `path`: the first jitters and is away for two seconds, the second is always there."""
    whole = marching(View(30), 400, times=3)[:180]
    confidence = whole.confidence.copy()
    confidence[60:120] = 0
    shaken = whole.positions + np.random.default_rng(0).normal(0, 2, whole.positions.shape).astype(np.float32)
    one = PoseSequence(shaken, confidence, whole.fps, whole.image_size)
    pose_files.write(pose_files.PoseFile((one, whole), (1, 2)), path)
    return one


def steadiness(poses: PoseSequence) -> float:
    """Pixels of the usual second difference in the first frames, in which everybody is there."""
    return float(np.abs(np.diff(poses.positions[:55], 2, axis=0)).mean())


def test_poses_are_written_raw_unless_smoothing_is_asked_for(tmp_path: Path) -> None:
    gap_and_jitter(tmp_path / "in.npz")
    assert command("convert", tmp_path / "in.npz", tmp_path / "raw.npz") == 0
    assert command("convert", tmp_path / "in.npz", tmp_path / "zero.npz", "--smooth", "0") == 0
    assert command("convert", tmp_path / "in.npz", tmp_path / "smooth.npz", "--smooth", "1") == 0
    before, raw, zero, smooth = (
        pose_files.read(tmp_path / name).people[0] for name in ("in.npz", "raw.npz", "zero.npz", "smooth.npz")
    )
    np.testing.assert_array_equal(raw.positions, before.positions)
    np.testing.assert_array_equal(zero.positions, before.positions)
    assert steadiness(smooth) < 0.5 * steadiness(raw)


@pytest.mark.parametrize("policy", ["hold", "interpolate", "rest", "stop"])
def test_somebody_who_is_lost_does_as_the_policy_says(policy: str, tmp_path: Path) -> None:
    one = gap_and_jitter(tmp_path / "in.npz")
    assert command("convert", tmp_path / "in.npz", tmp_path / "out.npz", "--smooth", "0.5", "--lost", policy) == 0
    lost, other = pose_files.read(tmp_path / "out.npz").people
    assert len(lost) == len(other) == 180
    if policy == "stop":
        assert lost.seen[:60].all()
        assert not lost.seen[60:].any()
    else:
        expected = cleaned(
            one,
            0.5,
            {"hold": LostTracking.HOLD, "interpolate": LostTracking.INTERPOLATE, "rest": LostTracking.EASE_TO_REST}[
                policy
            ],
        ).poses
        np.testing.assert_allclose(lost.positions, expected.positions, atol=1e-3)
        assert lost.confidence[60:120].max() == np.float32(PREDICTED_CONFIDENCE)
    assert other.seen.all()


@pytest.mark.parametrize(
    "arguments", [("--smooth", "2"), ("--smooth", "much"), ("--lost", "hold"), ("--smooth", "1", "--lost", "away")]
)
def test_cleaning_that_cannot_be_is_wrong_usage(arguments: tuple[str, ...], tmp_path: Path) -> None:
    gap_and_jitter(tmp_path / "in.npz")
    assert command("convert", tmp_path / "in.npz", tmp_path / "out.npz", *arguments) == 2
    assert not (tmp_path / "out.npz").exists()


def test_body_parts_with_names_of_their_own_are_named_by_the_option_of_the_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs, out = ROOT / "tests/data/cases/dlc_midline_names/x.csv", tmp_path / "out.npz"
    assert command("convert", theirs, out) == 1
    assert "name them with --body-parts." in capsys.readouterr().err
    parts = ("ankle", "knee", "hip", "wrist", "elbow", "shoulder")
    named = [f"{part}{number}={side}_{part}" for part in parts for number, side in ((1, "right"), (2, "left"))]
    assert command("convert", theirs, out, "--body-parts", ",".join(named)) == 0
    person = pose_files.read(out).select()
    assert person.seen[:, [Joint.RIGHT_ANKLE, Joint.LEFT_WRIST]].all()
    assert command("convert", theirs, out, "--body-parts", "ankle1") == 1
    assert "write NAME=POINT" in capsys.readouterr().err


def test_converting_needs_numpy_alone(two: Path, tmp_path: Path) -> None:
    program = (
        "import runpy, sys\nfor name in ('torch', 'scipy', 'cv2', 'onnxruntime', 'bpy'): sys.modules[name] = None\n"
    )
    program += "runpy.run_module('blender_addon.core', run_name='__main__')\n"
    arguments = ("convert", str(two), str(tmp_path / "out.csv"))
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert pose_files.read(tmp_path / "out.csv").ids == (3, 7)


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_with_one_line_and_leaves_no_half_file(sent: signal.Signals, status: int, tmp_path: Path) -> None:
    poses, out = tmp_path / "long.npz", tmp_path / "out.npz"
    pose_files.write(marching(View(30), 400, times=1000), poses)
    arguments = ("retarget", str(poses), "--view", "0", "-o", str(out))
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, *arguments], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    assert process.stderr.readline().startswith("Retargeting 64000 frames")
    process.send_signal(sent)
    _, said = process.communicate(timeout=300)
    assert said == "Interrupted; no half-written file is left.\n"
    assert process.returncode == status
    assert list(tmp_path.iterdir()) == [poses]


@pytest.mark.parametrize("times", [1, 50])
def test_a_folder_that_is_being_written_is_gone_and_the_former_one_stays(times: int, tmp_path: Path) -> None:
    poses, out = tmp_path / "long.npz", tmp_path / "out"
    pose_files.write(marching(View(30), 400), out)
    former = {path.name: path.read_bytes() for path in out.iterdir()}
    pose_files.write(marching(View(-30), 400, times=400), poses)
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, "convert", str(poses), str(out)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not any(tmp_path.glob(".out.*")):
        assert process.poll() is None, "it is caught in the middle"
        time.sleep(0.001)
    for _ in range(times):
        process.send_signal(signal.SIGTERM)
        time.sleep(0.001)
    _, said = process.communicate(timeout=300)
    assert (process.returncode, said) == (143, "Interrupted; no half-written file is left.\n")
    assert sorted(tmp_path.iterdir()) == [poses, out]
    assert {path.name: path.read_bytes() for path in out.iterdir()} == former


def test_the_choices_are_those_of_the_library() -> None:
    assert tuple(network.word for network in Network) == tuple(Model)
    pytest.importorskip("torch", reason="PyTorch is not here: it alone knows the GPUs")
    for device in Device:
        assert chosen_device(device.word).type in list(Device)


@pytest.mark.parametrize("clip", ["tall_man", "workout_march"])
def test_the_same_clip_gives_the_same_motion_as_in_the_panel(clip: str, shared_data: Path, tmp_path: Path) -> None:
    """The panel's jobs, asked for as its settings are without anybody touching them."""
    folder, out = shared_data / "footage/openpose" / clip, tmp_path / "out.npz"
    assert command("retarget", folder, "--device", "cpu", "-o", out) == 0
    found, settings = job(DetectRequest(folder)), CleaningSettings()
    assert isinstance(found, Detected)
    clean = job(CleanRequest(found.people[0], settings.smooth, settings.gap_policy))
    assert isinstance(clean, Cleaned)
    motion = job(RetargetRequest(clean.poses, device="cpu"))
    assert isinstance(motion, Retargeted)
    ours = written(out)
    np.testing.assert_array_equal(ours.positions, motion.motion.positions)
    assert np.abs(ours.positions - written(folder).positions)[written(folder).seen].max() > 1, "it is smoothed"


def job(request: Request) -> Result:
    return run(request, Monitor(lambda progress: None, threading.Event()))


OLD_WORDS = [
    ("retarget", "{two} --person 7 -o {out}", "--person is called --performer now."),
    ("retarget", "{one} --like {two} --like-person 7 -o {out}", "--like-person is called --like-performer now."),
    (
        "retarget",
        "{one} --view-like {two} --view-like-person 7 -o {out}",
        "--view-like-person is called --view-like-performer now.",
    ),
    ("retarget", "{one} --blend {two} --blend-person 7 -o {out}", "--blend-person is called --blend-performer now."),
    ("convert", "{two} {out} --person 7", "--person is called --performer now."),
]


@pytest.mark.parametrize("old_word", OLD_WORDS)
def test_an_old_word_does_what_the_new_one_does_and_says_it(
    old_word: tuple[str, str, str], one: Path, two: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, arguments, sentence = old_word
    paths = [one.with_name(out) for out in ("old.npz", "new.npz")]
    old, new = (arguments.format(one=one, two=two, out=out).split() for out in paths)
    assert command(name, *old) == 0
    assert capsys.readouterr().err.count(f"{sentence}\n") == 1
    assert command(name, *(word.replace("person", "performer") if word.startswith("--") else word for word in new)) == 0
    assert "is called" not in capsys.readouterr().err
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("share", ["-0.5", "1.5", "nan", "half"])
@pytest.mark.parametrize("part", ["motion", "skeleton", "view"])
def test_a_share_beyond_0_and_1_is_wrong_usage(
    part: str, share: str, one: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--blend", one, f"--blend-{part}={share}", "-o", tmp_path / "out.npz")
    assert command("retarget", one, *options) == 2
    assert f"{share!r} is no number from 0 to 1" in capsys.readouterr().err


def test_what_nobody_saw_stays_unseen_in_a_file_unless_a_policy_is_given(tmp_path: Path) -> None:
    gap_and_jitter(tmp_path / "in.npz")
    for policy in ((), ("--lost", "network")):
        assert command("convert", tmp_path / "in.npz", tmp_path / "out.npz", "--smooth", "0.5", *policy) == 0
        lost = pose_files.read(tmp_path / "out.npz").people[0]
        assert lost.seen[:60].all()
        assert not lost.seen[60:120].any()
        assert lost.seen[120:].all()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere OpenMP does not say what it was told")
@pytest.mark.parametrize("module", ["blender_addon.core.__main__, torch", "training.train"])
def test_threads_sleep_while_they_wait_for_each_other(module: str) -> None:
    pytest.importorskip("torch", reason="PyTorch is not here: its threads are looked at")
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"} | {
        "OMP_DISPLAY_ENV": "TRUE"
    }
    told = subprocess.run(
        [sys.executable, "-c", f"import {module}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    assert "OMP_WAIT_POLICY = 'PASSIVE'" in told
