"""The demonstration makes what it promises, with the extension itself: a few frames of it, in which both performers are
seen.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
VIDEO = ROOT / "assets/footage/street.mp4"
FIRST, LAST = 34, 58
FRAMES = LAST - FIRST
PATIENCE = 900

LOOK_INSIDE = """
import json, sys
import bpy
bpy.ops.wm.open_mainfile(filepath=sys.argv[1])
scene, puppet = bpy.context.scene, bpy.data.objects["Puppet"]
(figure,) = [item for item in scene.objects if item.type == "GREASEPENCIL"]
house = bpy.data.objects["House"]
roof = max((house.matrix_world @ vertex.co).z for vertex in house.data.vertices)
soles, sizes, hidden = [], [], []
for frame in range(scene.frame_start, scene.frame_end + 1):
    scene.frame_set(frame)
    feet = [item for item in puppet.children if item.name.startswith("foot") and not item.hide_viewport]
    soles.append(min((foot.matrix_world @ vertex.co).z for foot in feet for vertex in foot.data.vertices) - roof)
    hidden.append(figure.hide_render)
    graph = bpy.context.evaluated_depsgraph_get()
    sizes.append(sum(len(layer.current_frame().drawing.strokes) for layer in figure.evaluated_get(graph).data.layers if layer.current_frame()))
action = puppet.animation_data.action
clip = scene.camera.data.background_images[0].clip
print(json.dumps({
    "frames": [scene.frame_start, scene.frame_end], "fps": scene.render.fps, "engine": scene.render.engine, "soles": soles, "strokes": sizes,
    "hidden": hidden, "clip": clip.filepath, "clip frames": clip.frame_duration,
    "action": action.name if action else "", "libraries": len(bpy.data.libraries),
    "view": sorted({area.spaces.active.region_3d.view_perspective for screen in bpy.data.screens for area in screen.areas if area.type == "VIEW_3D"}),
}))
"""


@dataclass(frozen=True)
class Made:
    """What the demo wrote and said."""

    folder: Path
    printed: list[str]
    python: Path


def blender_python() -> Path:
    """A Python that has bpy, of those that the Makefile makes."""
    found = sorted(ROOT.glob(".venv-bpy-*/bin/python"))
    if not found:
        pytest.skip("NO BPY: `make demo` makes an environment that has it")
    return next((python for python in found if "4.5" in str(python)), found[0])


def run_demo(python: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(python), "-m", "demo", *arguments], cwd=ROOT, capture_output=True, check=False, text=True, timeout=PATIENCE
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A dozen frames of the demo."""
    python, folder = blender_python(), tmp_path_factory.mktemp("demo")
    result = run_demo(python, "--out", str(folder), "--python", sys.executable, "--range", f"{FIRST}:{LAST}")
    assert result.returncode == 0, result.stderr
    return Made(folder, result.stdout.splitlines(), python)


@pytest.fixture(scope="module")
def inside(made: Made) -> dict[str, Any]:
    """What the .blend file holds, as Blender sees it."""
    command = [str(made.python), "-c", LOOK_INSIDE, str(made.folder / "demo.blend")]
    result = subprocess.run(command, capture_output=True, check=True, text=True, timeout=PATIENCE)
    content: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return content


def pictures(path: Path) -> Iterator[np.ndarray[Any, Any]]:
    capture = cv2.VideoCapture(str(path))
    while (read := capture.read())[0]:
        yield read[1]


def test_it_writes_three_files_and_says_where(made: Made) -> None:
    assert made.printed[-3:] == [str(made.folder / name) for name in ("demo.blend", "demo.mp4", "contact-sheet.png")]
    assert {path.name for path in made.folder.iterdir()} == {"demo.blend", "demo.mp4", "contact-sheet.png", "blender"}


def test_the_film_is_h264_and_shows_every_frame(made: Made) -> None:
    capture = cv2.VideoCapture(str(made.folder / "demo.mp4"))
    codec = int(capture.get(cv2.CAP_PROP_FOURCC)).to_bytes(4, "little").decode()
    assert codec in {"h264", "avc1"}
    assert (capture.get(cv2.CAP_PROP_FPS), len(list(pictures(made.folder / "demo.mp4")))) == (30, FRAMES)


def test_the_film_has_the_video_on_its_left_and_the_characters_on_its_right(made: Made) -> None:
    film, source = list(pictures(made.folder / "demo.mp4")), list(pictures(VIDEO))[FIRST:LAST]
    height, width = film[0].shape[:2]
    half = width // 2
    for shown, filmed in zip(film, source, strict=True):
        left = cv2.resize(filmed, (half, height), interpolation=cv2.INTER_AREA).astype(float)
        assert np.abs(left - shown[:, :half]).mean() < 12
        assert np.abs(left - shown[:, half : 2 * half]).mean() > 40
    assert np.abs(film[0][:, half:].astype(float) - film[-1][:, half:]).max() > 100, "the characters move"


def test_the_contact_sheet_shows_them_one_above_the_other(made: Made) -> None:
    sheet = cv2.imread(str(made.folder / "contact-sheet.png"))
    assert sheet is not None
    assert sheet.shape[1] > 1500
    assert sheet.shape[0] > 1000


def test_the_file_is_ready_to_play(inside: dict[str, Any]) -> None:
    assert inside["frames"] == [1, FRAMES]
    assert (inside["fps"], inside["engine"], inside["view"]) == (30, "BLENDER_WORKBENCH", ["CAMERA"])
    assert inside["action"]
    assert inside["libraries"] == 0
    assert inside["clip"].startswith("//")
    assert inside["clip frames"] == 230, "the video is found from where the file lies"


def test_both_performers_are_there(inside: dict[str, Any]) -> None:
    """She comes from behind the tree in the middle of these frames."""
    assert inside["hidden"][0] is True
    assert inside["hidden"][-1] is False
    assert min(strokes for strokes, hidden in zip(inside["strokes"], inside["hidden"], strict=True) if not hidden) > 5


def test_the_puppet_jumps_on_the_roof(inside: dict[str, Any]) -> None:
    soles = np.array(inside["soles"])
    assert np.abs(soles).min() < 0.03
    assert soles.min() > -0.06
    assert soles.max() < 0.4


def test_a_missing_interpreter_is_one_sentence(tmp_path: Path) -> None:
    result = run_demo(blender_python(), "--out", str(tmp_path / "out"), "--python", str(tmp_path / "nowhere"))
    assert result.returncode == 1
    assert (
        result.stderr
        == f"There is no Python {tmp_path / 'nowhere'}; make it with `make venv`, or name another with --python.\n"
    )
    assert list((tmp_path / "out").iterdir()) == []


def test_a_python_without_bpy_is_told_where_to_get_it(tmp_path: Path) -> None:
    result = run_demo(Path(sys.executable), "--out", str(tmp_path / "out"), "--python", sys.executable)
    assert result.returncode == 1
    assert result.stderr == "This Python has no bpy; run `make demo`, which makes one that has.\n"


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    result = run_demo(Path(sys.executable), "--out", str(tmp_path / "out"))
    assert result.returncode == 1
    assert result.stderr.endswith("choose another folder with --out.\n")
    assert result.stderr.count("\n") == 1
