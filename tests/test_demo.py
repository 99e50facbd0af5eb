"""`python -m demo` shows what is really there: the pictures hold figures, the numbers beside them are true, and nothing is half-written."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from blender_addon.core import pose_files
from blender_addon.core.motion import View
from blender_addon.core.retargeting import Retargeter
from blender_addon.core.skeleton import BONE_CHILDREN, BONE_PARENTS, Joint
from demo import showreel
from demo.__main__ import main
from demo.figures import LEFT, PAPER, RIGHT, Array, Colour, Figure, Image, draw_figure
from demo.panels import FigurePanel
from demo.performer import FPS, FRAMES, ORDINARY, routine
from demo.scenes import CAMERA, CARTOON, PERFORMER, SCENES, error, panels, performance, retarget_scenes


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that one run of the demo leaves."""
    folder = tmp_path_factory.mktemp("demo") / "new/demo"
    assert main(["--out", str(folder), "--device", "cpu"]) == 0
    return folder


def facing_camera() -> tuple[Array, Array]:
    positions, depth = routine(ORDINARY.scaled(100), View(0))
    return positions[0] + np.float32(200), depth[0]


def drawn(positions: Array, depth: Array) -> Image:
    image: Image = np.full((400, 400, 3), PAPER, np.uint8)
    draw_figure(image, Figure(np.concatenate((positions, depth[:, None]), axis=1), head=17, thickness=10))
    return image


def pixels_of(image: Image, colour: Colour) -> int:
    return int((image == np.array(colour, np.uint8)).all(axis=-1).sum())


def test_the_demo_leaves_these_files_and_no_others(made: Path) -> None:
    assert sorted(path.name for path in made.iterdir()) == sorted(["contact-sheet.png", "demo.mp4", "poses.npz", *(f"{scene.name}.npz" for scene in SCENES)])


def test_the_contact_sheet_has_a_figure_in_every_cell(made: Path) -> None:
    sheet = cv2.imread(str(made / "contact-sheet.png"))
    assert sheet is not None
    side, left = showreel.SHEET_SIDE, showreel.LABEL_WIDTH
    assert sheet.shape == (showreel.LEGEND_HEIGHT + (len(SCENES) + 1) * side, left + showreel.SHEET_COLUMNS * side, 3)
    for row in range(len(SCENES) + 1):
        for column in range(showreel.SHEET_COLUMNS):
            cell = sheet[showreel.LEGEND_HEIGHT + row * side :, left + column * side :][:side, :side]
            ink = np.abs(cell.astype(int) - cell[0, 0]).max(axis=-1) > 40
            assert ink.mean() > 0.03, (row, column)
            assert not ink[[0, -1]].any(), (row, column)
            assert not ink[:, [0, -1]].any(), (row, column)


def test_the_video_plays_for_as_long_as_the_routine(made: Path) -> None:
    video = cv2.VideoCapture(str(made / "demo.mp4"))
    assert video.get(cv2.CAP_PROP_FPS) == FPS
    frames = []
    while (read := video.read())[0]:
        frames.append(read[1])
    assert len(frames) == FRAMES
    assert frames[0].shape[:2] == (showreel.LEGEND_HEIGHT + 2 * (showreel.VIDEO_SIDE + showreel.BAR_HEIGHT), showreel.VIDEO_COLUMNS * showreel.VIDEO_SIDE)
    assert np.abs(frames[0].astype(int) - frames[20]).max() > 100


def test_the_poses_are_those_that_were_filmed_and_the_motions_of_each_scene_fit_them(made: Path) -> None:
    np.testing.assert_array_equal(pose_files.read(made / "poses.npz").select().positions, performance().positions)
    for scene in SCENES:
        assert len(pose_files.read(made / f"{scene.name}.npz").select()) == FRAMES


def test_the_cartoon_moves_as_the_truth_says(made: Path) -> None:
    truth, _ = routine(CARTOON, CAMERA)
    assert error(pose_files.read(made / "cartoon.npz").select().positions, truth, CARTOON) < 1.5


def test_the_truth_is_nowhere_off_itself_and_a_shifted_joint_is_counted() -> None:
    truth, _ = routine(PERFORMER, CAMERA)
    assert error(truth + np.float32(7), truth, PERFORMER) == pytest.approx(0, abs=1e-4)
    moved = truth.copy()
    moved[:, Joint.LEFT_WRIST, 0] += 0.3 * PERFORMER.height
    assert error(moved, truth, PERFORMER) == pytest.approx(1.0, rel=1e-3)


@pytest.mark.parametrize("body", [ORDINARY, CARTOON], ids=["ordinary", "cartoon"])
def test_the_performer_keeps_their_bones_their_middles_and_their_feet_on_the_ground(body: object) -> None:
    skeleton = CARTOON if body is CARTOON else ORDINARY
    positions, depth = routine(skeleton, View(0))
    joints = np.concatenate((positions, depth[..., None]), axis=-1) / skeleton.height
    lengths = np.linalg.norm(joints[:, BONE_CHILDREN] - joints[:, BONE_PARENTS], axis=-1)
    np.testing.assert_allclose(lengths, np.broadcast_to(skeleton.lengths / skeleton.height, lengths.shape), atol=1e-5)
    for middle, right, left in ((Joint.NECK, Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER), (Joint.MID_HIP, Joint.RIGHT_HIP, Joint.LEFT_HIP)):
        np.testing.assert_allclose(joints[:, middle], (joints[:, right] + joints[:, left]) / 2, atol=1e-5)
    lowest = joints[:, [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE], 1].max(axis=1)
    np.testing.assert_allclose(lowest, lowest[0], atol=1e-5)


def test_the_routine_ends_where_it_began_without_a_jump() -> None:
    positions, _ = routine(ORDINARY, CAMERA)
    steps = np.linalg.norm(np.diff(np.concatenate((positions, positions[:1])), axis=0), axis=-1).max(axis=-1)
    assert steps[-1] <= steps.max()
    assert steps.max() < 0.15


def test_right_and_left_have_their_colours_and_sides() -> None:
    image = drawn(*facing_camera())
    for colour, side in ((RIGHT, np.less), (LEFT, np.greater)):
        columns = np.flatnonzero((image == np.array(colour, np.uint8)).all(axis=-1).any(axis=0))
        assert side(columns.mean(), 200)


def test_the_near_arm_hides_the_trunk_and_the_trunk_the_far_arm() -> None:
    positions, depth = facing_camera()
    across, behind = positions.copy(), depth.copy()
    across[Joint.LEFT_WRIST] = across[Joint.MID_HIP] - np.array([0, 20], np.float32)
    behind[[Joint.LEFT_ELBOW, Joint.LEFT_WRIST]] = 60
    before = behind.copy()
    before[[Joint.LEFT_ELBOW, Joint.LEFT_WRIST]] = -60
    at = tuple(np.round(across[Joint.LEFT_WRIST]).astype(int)[::-1])
    assert tuple(drawn(across, before)[at]) == LEFT
    assert tuple(drawn(across, behind)[at]) != LEFT


def test_the_nose_is_seen_from_the_front_and_not_from_behind() -> None:
    front = drawn(*facing_camera())
    positions, depth = routine(ORDINARY.scaled(100), View(180))
    back = drawn(positions[0] + np.float32(200), depth[0])
    ink = (52, 44, 40)
    assert pixels_of(front, ink) > 5
    assert pixels_of(back, ink) == 0


def test_every_title_and_note_fits_its_place() -> None:
    font = cv2.FontFace("sans")
    poses = performance()
    for panel in panels(poses, retarget_scenes(poses, Retargeter.load(device="cpu"))):
        for text, size, weight in ((panel.title, showreel.TITLE_SIZE, showreel.BOLD), (panel.note, showreel.NOTE_SIZE, showreel.REGULAR)):
            width = cv2.getTextSize((0, 0), text, (0, 0), font, size, weight)[2]
            assert 0 < width < min(showreel.LABEL_WIDTH, showreel.VIDEO_SIDE) - showreel.MARGIN, text


def test_a_panel_may_be_larger_without_showing_something_else() -> None:
    positions, depth = routine(PERFORMER, CAMERA)
    panel = FigurePanel("", "", positions, depth, PERFORMER, 660)
    small, large = panel.picture(10, 200), panel.picture(10, 400)
    shrunk = cv2.resize(large, (200, 200), interpolation=cv2.INTER_AREA)
    assert np.abs(shrunk.astype(int) - small).mean() < 2


def test_a_place_that_cannot_be_written_to_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["--out", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err == f"{tmp_path / 'file'} cannot be written to (File exists); choose another folder with --out.\n"


def test_ctrl_c_leaves_the_folder_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / "demo.mp4").write_text("of before")
    monkeypatch.setattr("demo.__main__.write_video", interrupted)
    assert main(["--out", str(tmp_path)]) == 130
    assert capsys.readouterr().err.endswith("Interrupted; no half-written file is left.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["demo.mp4"]
    assert (tmp_path / "demo.mp4").read_text() == "of before"
