"""One line in the panel about how the performer faces, and a button for the setting that shows it best."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import bpy
import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.bridge.views.facing_summary import facing_summary
from blender_addon.core.pose_sequence import PoseSequence, PoseSource
from blender_addon.core.skeleton import Skeleton
from characters.catalogue import FOLDER
from tests.blender.drawn_views import draw_view, draw_views
from tests.blender.known_walks import FPS, WALK, known_motion
from tests.blender.rigs import RIGS

LENGTHS = (0.25, 0.52, 0.18, 0.29, 0.26, 0.18, 0.29, 0.26, 0.10, 0.43, 0.43, 0.10, 0.43, 0.43)
"""Metres of an adult's bones, in the order of BONES."""


def walker(azimuth: float | NDArray[np.float64], frames: int = 96) -> PoseSequence:
    """An adult, as they are detected."""
    motion = known_motion(Skeleton(np.array(LENGTHS, dtype=np.float32)), WALK, azimuth, frames)
    return PoseSequence(
        (300 + 80 * motion.positions).astype(np.float32), np.ones((frames, 15), dtype=np.float32), FPS, (640, 480)
    )


@pytest.fixture
def scene(addon: ModuleType, blank_file: None, data_if_any: Path | None) -> Iterator[Callable[..., bpy.types.Scene]]:
    """The open scene, with a character that somebody is to be put on who was detected."""
    from blender_addon.bridge.job.session import Performance, session

    def made(rig: str, azimuth: float | NDArray[np.float64]) -> bpy.types.Scene:
        shown = bpy.context.scene
        shown.retarget2d.armature = RIGS[rig](data_if_any)
        shown = bpy.context.scene
        shown.retarget2d.armature = next(item for item in shown.objects if item.type == "ARMATURE")
        shown.retarget2d.video, shown.retarget2d.bake = "/dance.mp4", {"RIG"}
        poses = walker(azimuth, 180)
        session.performance = Performance(("dance",), "/dance.mp4", "", (poses,), (1,), PoseSource.FILE)
        return shown

    yield made
    session.performance = None


@pytest.mark.parametrize("azimuth", [0.0, 25.0, -30.0])
def test_who_faces_the_viewer_is_said_to(azimuth: float) -> None:
    told = facing_summary(walker(azimuth))
    assert told is not None
    assert told.away < 0.05


@pytest.mark.parametrize("azimuth", [90.0, -90.0, 180.0, 150.0])
def test_who_is_turned_away_all_the_time_is_steadily(azimuth: float) -> None:
    told = facing_summary(walker(azimuth))
    assert told is not None
    assert told.away > 0.9
    assert told.steady
    assert (told.back > 0.5) == (abs(azimuth) > 120)


def test_who_turns_once_around_is_turned_away_for_two_thirds_of_it() -> None:
    told = facing_summary(walker(np.linspace(0, 360, 180), 180))
    assert told is not None
    assert told.away == pytest.approx(240 / 360, abs=0.07)
    assert not told.steady


def status() -> tuple[str, str]:
    found = bpy.context.window_manager.retarget2d
    return found.advice, found.advised_step


def test_nothing_is_said_before_somebody_is_detected(addon: ModuleType, blank_file: None) -> None:
    assert status() == ("", "")
    assert not bpy.ops.retarget2d.take_advice.poll()


def test_a_character_with_artwork_has_it_for_that(scene: Callable[..., bpy.types.Scene]) -> None:
    shown = scene("puppet", np.linspace(0, 360, 180))
    text, step = status()
    assert "turns away in 6" in text
    assert text.endswith("has artwork for that")
    assert step == ""
    shown.retarget2d.channels.artwork = False
    assert status()[1] == "Show Artwork for Views"
    assert bpy.ops.retarget2d.take_advice() == {"FINISHED"}
    assert shown.retarget2d.channels.artwork
    assert status()[1] == ""


def test_a_character_of_one_drawing_is_seen_best_from_the_front_by_who_is_always_turned_away(
    scene: Callable[..., bpy.types.Scene],
) -> None:
    shown = scene("planar_puppet", 90.0)
    assert status()[0].startswith("The performer is seen from the side")
    assert status()[1] == "View: Front"
    bpy.ops.retarget2d.take_advice()
    assert shown.retarget2d.view == "FRONT"
    assert status()[1] == ""


def test_a_character_of_one_drawing_follows_who_turns(scene: Callable[..., bpy.types.Scene]) -> None:
    shown = scene("planar_puppet", np.linspace(0, 360, 180))
    assert status()[1] == ""
    shown.retarget2d.channels.follow_turn = 0.0
    assert status()[1] == "Follow the Turn"
    bpy.ops.retarget2d.take_advice()
    assert shown.retarget2d.channels.follow_turn == 1.0


def test_who_turns_away_for_a_moment_is_not_said_to_be_seen_from_the_side(
    scene: Callable[..., bpy.types.Scene],
) -> None:
    azimuth = np.zeros(180)
    azimuth[80:98] = 90.0
    scene("planar_puppet", azimuth)
    text, step = status()
    assert text.startswith("The performer turns away in ")
    assert step != "View: Front"


def test_nothing_is_advised_for_a_rig_that_turns_along(scene: Callable[..., bpy.types.Scene]) -> None:
    scene("cmu_motionbuilder", 180.0)
    text, step = status()
    assert text.startswith("The performer shows their back")
    assert step == ""


def test_who_faces_the_viewer_needs_no_advice(scene: Callable[..., bpy.types.Scene]) -> None:
    scene("planar_puppet", 10.0)
    assert status() == ("The performer faces the viewer", "")


@pytest.fixture
def fox(scene: Callable[..., bpy.types.Scene]) -> Callable[[float], bpy.types.PropertyGroup]:
    """The settings of a scene in which the shipped drawing is to perform for somebody who was detected."""

    def made(azimuth: float) -> bpy.types.PropertyGroup:
        bpy.ops.wm.open_mainfile(filepath=str(FOLDER / "drawn.blend"), load_ui=False)
        settings = scene("planar_puppet", azimuth).retarget2d
        settings.drawing.target, settings.bake = bpy.data.objects["Doodle"], {"DRAWING"}
        return settings

    return made


def test_a_drawing_whose_layers_are_views_has_artwork_for_that(
    fox: Callable[[float], bpy.types.PropertyGroup],
) -> None:
    settings = fox(90.0)
    assert status() == (
        "The performer is seen from the side; Doodle has no artwork for that, and a view from the front shows it best",
        "View: Front",
    )
    draw_views(settings.drawing.target)
    assert status() == ("The performer is seen from the side; Doodle has artwork for that", "")
    settings.channels.artwork = False
    assert status()[1] == "Show Artwork for Views"


def test_views_of_a_drawing_count_for_the_armature_that_moves_it(
    fox: Callable[[float], bpy.types.PropertyGroup],
) -> None:
    settings = fox(90.0)
    draw_views(settings.drawing.target)
    settings.bake = {"RIG", "DRAWING"}
    assert status() == ("The performer is seen from the side; Doodle has artwork for that", "")


def test_a_view_picked_for_a_layer_is_artwork_for_that(fox: Callable[[float], bpy.types.PropertyGroup]) -> None:
    settings = fox(90.0)
    layer = draw_view(settings.drawing.target.data, "Head", "Head.001")
    bpy.ops.retarget2d.assign_layers()
    assert "no artwork" in status()[0]
    next(row for row in settings.drawing.layers if row.name == layer.name).view = "SIDE_RIGHT"
    assert status()[0].endswith("Doodle has artwork for that")


def test_a_rig_of_its_own_for_the_side_is_artwork_for_that(scene: Callable[..., bpy.types.Scene]) -> None:
    armature = scene("planar_puppet", 90.0).retarget2d.armature
    side = armature.copy()
    side.name = f"{armature.name}.side"
    bpy.context.scene.collection.objects.link(side)
    assert status()[0].endswith("has artwork for that")
