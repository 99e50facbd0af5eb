"""The benchmark of rendered clips bakes through the command line of a product and reads back what Blender shows."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from benchmarks.rendered import bakes
from benchmarks.rendered.bake_characters import names_in_file, write_base_files
from benchmarks.rendered.bake_jobs import CHARACTERS, PUPPET, RIG, BakeJob, Jobs
from benchmarks.rendered.baked import Baked, read_baked
from benchmarks.rendered.reading import read_character
from blender_addon.core import pose_files
from blender_addon.core.skeleton import Joint
from tests.street_poses import FILE, WALKER

ROOT = Path(__file__).resolve().parents[2]
FRAMES = 20
ARMATURES = [RIG, PUPPET]


@pytest.fixture(scope="module")
def bases(data_if_any: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the characters at rest."""
    folder = tmp_path_factory.mktemp("characters")
    write_base_files(folder, data_if_any)
    return folder


def opened(bases: Path, character: str) -> bpy.types.Object:
    bpy.ops.wm.open_mainfile(filepath=str(bases / f"{character}.blend"), load_ui=False)
    return bpy.data.objects[names_in_file().armature]


@pytest.mark.parametrize("character", ARMATURES)
def test_a_character_at_rest_stands_on_the_ground_and_looks_at_the_viewer(bases: Path, character: str) -> None:
    opened(bases, character)
    read = read_character(character, range(1, 3))
    heights = dict(zip(read["support_names"], read["heights"][1], strict=True))
    assert read["lowest"] == pytest.approx(0, abs=1e-4)
    assert heights["right_foot"] == pytest.approx(0, abs=1e-3)
    assert heights["left_foot"] == pytest.approx(0, abs=1e-3)
    assert heights["seat"] > 0.2
    np.testing.assert_allclose(read["head"][0], np.array(((1, 0, 0), (0, 0, 1), (0, -1, 0))).T, atol=1e-5)
    assert read["joints"][0] == pytest.approx(read["rest"], abs=1e-5)
    assert read["rest"][Joint.HEAD, 2] > read["rest"][Joint.NECK, 2] > read["rest"][Joint.MID_HIP, 2]
    assert read["rest"][Joint.RIGHT_HIP, 0] < 0 < read["rest"][Joint.LEFT_HIP, 0]


@pytest.mark.parametrize("character", ARMATURES)
def test_a_character_that_is_moved_slides_and_rises_as_far(bases: Path, character: str) -> None:
    armature = opened(bases, character)
    armature.keyframe_insert("location", frame=1)
    armature.location.x, armature.location.z = armature.location.x + 0.3, armature.location.z + 0.1
    armature.keyframe_insert("location", frame=2)
    read = read_character(character, range(1, 3))
    np.testing.assert_allclose(read["slips"][1], ((0.3, 0.0), (0.3, 0.0)), atol=1e-5)
    assert read["lowest"][1] == pytest.approx(0.1, abs=1e-4)
    went = read["joints"][1] - read["joints"][0]
    np.testing.assert_allclose(went, np.tile((0.3, 0.0, 0.1), (15, 1)), atol=1e-5)


def test_a_turned_head_is_read_as_turned(bases: Path) -> None:
    armature = opened(bases, PUPPET)
    bone = armature.pose.bones["head"]
    bone.rotation_euler.z = np.radians(30)
    bone.keyframe_insert("rotation_euler", frame=1)
    up = read_character(PUPPET, range(1, 2))["head"][0][:, 1]
    assert np.degrees(np.arccos(up[2])) == pytest.approx(30, abs=1e-3)


def test_a_clip_is_baked_on_three_characters_and_read_back(bases: Path, worker_python: Path, tmp_path: Path) -> None:
    poses = pose_files.read(FILE).people[WALKER][:FRAMES]
    pose_files.write(pose_files.PoseFile((poses,), (1,)), tmp_path / "walker.npz")
    job = BakeJob(str(tmp_path / "walker.npz"), 1, poses.fps, FRAMES, str(tmp_path), "walker.0", "key")
    Jobs(str(ROOT), str(worker_python), str(bases), "", (job,)).write(tmp_path / "jobs.json")
    assert bakes.main([str(tmp_path / "jobs.json")]) == 0
    assert (tmp_path / "walker.0.key").read_text(encoding="utf-8") == "key"
    read = {character: read_baked(tmp_path / f"walker.0.{character}.npz") for character in CHARACTERS}
    for character, baked in read.items():
        ankles = baked.joints[:, [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]]
        assert ankles.shape == (FRAMES, 2, 3), character
        assert np.isfinite(ankles).all(), character
        assert np.ptp(ankles[..., 0]) > 0.05, character
        assert baked.contacts.shape == (FRAMES, 2), character
    assert _separation(read[RIG]) == pytest.approx(_separation(read["figure"]), abs=0.25)


def _separation(baked: Baked) -> float:
    """Mean distance of the ankles across the picture, in leg lengths."""
    ankles = baked.joints[:, [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE], 0]
    return float((ankles[:, 1] - ankles[:, 0]).mean() / baked.leg)
