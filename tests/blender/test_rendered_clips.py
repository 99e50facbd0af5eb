"""The benchmark of rendered clips bakes through the command line of a product and reads back what Blender shows."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from benchmarks.rendered import bakes, sheet_renders
from benchmarks.rendered.bake_characters import names_in_file, write_base_files
from benchmarks.rendered.bake_jobs import CHARACTERS, FIGURE, PUPPET, RIG, BakeJob, Jobs
from benchmarks.rendered.baked import Baked, read_baked
from benchmarks.rendered.reading import read_character
from benchmarks.rendered.sheet_jobs import CELL, SheetJob, View, write_jobs
from blender_addon.core import pose_files
from blender_addon.core.skeleton import Joint
from tests.street_poses import FILE, WALKER

ROOT = Path(__file__).resolve().parents[2]
FRAMES = 20
ARMATURES = [RIG, PUPPET]


@pytest.fixture(scope="module", autouse=True)
def of_the_checkout(pytestconfig: pytest.Config) -> None:
    """The benchmark enables the product that lies in a folder, and cannot while an installed one is enabled."""
    if pytestconfig.getoption("--installed"):
        pytest.skip("the benchmark enables the product by itself: it is tested with the add-on of the checkout")


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


@pytest.fixture(scope="module")
def baked(bases: Path, worker_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a short performance on all characters."""
    folder = tmp_path_factory.mktemp("baked")
    poses = pose_files.read(FILE).people[WALKER][:FRAMES]
    pose_files.write(pose_files.PoseFile((poses,), (1,)), folder / "walker.npz")
    job = BakeJob(str(folder / "walker.npz"), 1, poses.fps, FRAMES, str(folder), "walker.0", "key")
    Jobs(str(ROOT), str(worker_python), str(bases), "", (job,)).write(folder / "jobs.json")
    assert bakes.main([str(folder / "jobs.json")]) == 0
    return folder


def test_a_clip_is_baked_on_three_characters_and_read_back(baked: Path) -> None:
    assert (baked / "walker.0.key").read_text(encoding="utf-8") == "key"
    read = {character: read_baked(baked / f"walker.0.{character}.npz") for character in CHARACTERS}
    for character, each in read.items():
        ankles = each.joints[:, [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]]
        assert ankles.shape == (FRAMES, 2, 3), character
        assert np.isfinite(ankles).all(), character
        assert np.ptp(ankles[..., 0]) > 0.05, character
        assert each.contacts.shape == (FRAMES, 2), character
    assert _separation(read[RIG]) == pytest.approx(_separation(read[FIGURE]), abs=0.25)


def test_a_performer_that_is_not_there_fails_alone(baked: Path, bases: Path, worker_python: Path) -> None:
    nobody = BakeJob(str(baked / "walker.npz"), 7, 30.0, FRAMES, str(baked), "nobody.0", "key")
    Jobs(str(ROOT), str(worker_python), str(bases), "", (nobody,)).write(baked / "nobody.json")
    assert bakes.main([str(baked / "nobody.json")]) == 1
    assert not (baked / "nobody.0.key").exists()


@pytest.mark.parametrize("character", CHARACTERS)
def test_a_sheet_shows_the_character_above_the_ground(baked: Path, character: str, tmp_path: Path) -> None:
    job = SheetJob(str(baked / f"walker.0.{character}.blend"), character, View.FRONT, (0, 10), str(tmp_path))
    write_jobs((job,), tmp_path / "jobs.json")
    assert sheet_renders.main([str(tmp_path / "jobs.json")]) == 0
    image = bpy.data.images.load(str(tmp_path / "01.png"))
    pixels = np.array(image.pixels).reshape(*CELL[::-1], -1)[..., :3]  # from the bottom row up
    paper, ground = pixels[-1, 0], pixels[0, 0]
    assert paper.min() > ground.max()
    middle = pixels[CELL[1] // 5 : CELL[1] * 3 // 4, CELL[0] // 4 : CELL[0] * 3 // 4]
    assert 0.05 < (np.abs(middle - paper).max(axis=-1) > 0.1).mean() < 0.9


def _separation(baked: Baked) -> float:
    """Mean distance of the ankles across the picture, in leg lengths."""
    ankles = baked.joints[:, [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE], 0]
    return float((ankles[:, 1] - ankles[:, 0]).mean() / baked.leg)
