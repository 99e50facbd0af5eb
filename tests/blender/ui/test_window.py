"""A real Blender with a real window: the button is clicked, F3 finds it, redraws go on, ESC cancels, and a dead worker
is one sentence.

BLENDER names the program; BLENDER_UI a command that gives the program after it a screen, empty where there is one;
BLENDER_WORKER_PYTHON the Python for the worker, as that Blender sees it.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from tests.blender.ui.stage import NoBlender, play


def played(scenario: str, folder: Path) -> dict[str, Any]:
    """What came of a scenario in a Blender of its own."""
    try:
        return play(scenario, folder)
    except NoBlender as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def clicked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return played("button", tmp_path_factory.mktemp("button"))


def test_a_click_on_the_button_bakes(clicked: dict[str, Any]) -> None:
    assert not clicked["error"]
    assert "keys" in clicked["note"]
    assert clicked["keys"]
    assert clicked["device"] == "cpu"


def test_blender_draws_on_while_the_worker_works(clicked: dict[str, Any]) -> None:
    """The worker takes part of the processor, but Blender never waits for it.

    How long exactly a quiet machine goes without a redraw, the benchmark tells.
    """
    idle, beside = clicked["idle"], clicked["beside_job"]
    assert beside["rate"] > idle["rate"] / 5
    assert beside["gap"] < 2.0 + 2 * idle["gap"]


def test_one_undo_takes_the_click_back(clicked: dict[str, Any]) -> None:
    assert clicked["undone"]


def test_f3_finds_it_and_gives_the_same_keys(clicked: dict[str, Any], tmp_path: Path) -> None:
    found = played("search", tmp_path)
    assert not found["error"]
    assert found["keys"] == clicked["keys"]


def test_escape_cancels_within_a_second_and_changes_nothing(tmp_path: Path) -> None:
    seen_at = played("escape", tmp_path)
    assert "Looking for people, from frame" in seen_at, "the detection goes on from where it was cancelled"
    for stage, seen in seen_at.items():
        assert seen["same"], stage
        assert seen["note"].startswith("Cancelled"), stage
        assert seen["seconds"] < 1.0, stage


def test_a_killed_worker_leaves_one_sentence_and_the_button_works_again(tmp_path: Path) -> None:
    seen = played("killed", tmp_path)
    assert "worker was killed" in seen["error"]
    assert seen["same"]
    assert not seen["error_after"]
    assert "keys" in seen["note_after"]


def test_a_line_along_the_horizon_is_the_tilt_of_the_camera(tmp_path: Path) -> None:
    seen = played("horizon", tmp_path)
    assert seen["given_up"]
    automatic, tilt = seen["drawn"]
    assert not automatic
    assert tilt == pytest.approx(math.degrees(math.atan(1 / 4)), abs=0.2)
    assert seen["undone"]


def test_a_performance_is_laid_out_over_the_video_and_looked_at(tmp_path: Path) -> None:
    seen = played("editing", tmp_path)
    assert not seen["error"]
    assert "60 frames to edit" in seen["note"]
    assert (seen["perspective"], seen["colours"]) == ("CAMERA", "OBJECT")
    assert seen["went_on"]
    assert seen["selected"] >= 1
    assert len(set(seen["icons"])) == 2
    assert 0 not in seen["icons"]


def test_the_chosen_performers_are_named_alike_at_each_of_a_hundred_redraws(tmp_path: Path) -> None:
    seen = played("choosers", tmp_path)["shown"]
    assert len(seen["footage"]) >= 50
    assert {tuple(fields) for fields in seen["footage"]} == {("Performer 1 · 30 frames",)}
    assert {tuple(fields) for fields in seen["character"]} == {("Performer 1",)}


def test_the_tab_speaks_of_the_scene_as_it_is_now(tmp_path: Path) -> None:
    seen = played("messages", tmp_path)
    shown = {name: " ".join(texts) for name, texts in seen.items() if isinstance(texts, list)}
    assert "Baked 24 frames" in shown["baked"]
    assert "Baked" not in shown["outrun"]
    assert "The settings changed since the last bake" in shown["outrun"]
    assert "soon" in shown["wrong"]
    for name in ("put_back", "installation_cancelled"):
        assert "Baked 24 frames" in shown[name], name
        assert "soon" not in shown[name], name
        assert "Cancelled" not in shown[name], name
    assert seen["installing"]
    assert seen["installation"].startswith("The installation was cancelled")
    for name in ("other_scene", "new_file"):
        assert "Baked" not in shown[name], name
        assert "Choose a video first" in shown[name], name


def test_a_new_figure_is_selected_its_frames_are_played_and_one_undo_takes_all_back(tmp_path: Path) -> None:
    seen = played("beside_cube", tmp_path)
    assert not seen["error"]
    assert seen["baked"][:3] == [["street"], 1, 24]
    assert seen["baked"][3].startswith("Baked 24 frames: figure “street”, ")
    assert seen["undone"] == [["Cube"], 1, 250, ""]


def test_the_sample_takes_two_clicks_and_two_undos_take_it_back(tmp_path: Path) -> None:
    seen = played("first_clicks", tmp_path)
    assert not seen["error"]
    assert "keys" in seen["note"]
    assert "Puppet" in seen["note"]
    assert seen["undone"] == [["Camera", "Cube", "Light"], ""]


@pytest.mark.parametrize("scenario", ["footage", "feet", "channels", "keys_and_timing", "drawing"])
def test_panels_of_settings_are_drawn_without_an_error(scenario: str, tmp_path: Path) -> None:
    """Whatever is chosen in them: an error while a panel is drawn is on Blender's stderr, where the stage looks for it."""
    assert not played(scenario, tmp_path)["error"]
    assert (tmp_path / "usual.png").stat().st_size > 10_000


@pytest.fixture(scope="module")
def given_back(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return played("given_back", tmp_path_factory.mktemp("given_back"))


def test_discarding_an_edit_gives_every_view_back_as_it_was(given_back: dict[str, Any]) -> None:
    for view in given_back["between"]:
        assert view["shading"] == ["SOLID", "OBJECT"]
        assert view["camera"][1] == "street 1 Camera"
        assert (view["perspective"], view["lines"]) == ("CAMERA", False)
    assert given_back["after"] == given_back["before"]


def test_discarding_an_edit_selects_what_was_selected_before_its_joints(given_back: dict[str, Any]) -> None:
    assert given_back["chosen_before"] == [["Puppet"], "Puppet", "POSE"]
    assert given_back["chosen_after"] == given_back["chosen_before"]


def test_what_the_user_changed_in_a_view_during_an_edit_stays(given_back: dict[str, Any]) -> None:
    """And what he did not change is given back."""
    (first, second), before = given_back["own"], given_back["before"]
    assert first["shading"] == [before[0]["shading"][0], "VERTEX"]
    assert (first["perspective"], first["lines"], first["camera"]) == ("PERSP", before[0]["lines"], before[0]["camera"])
    assert second["shading"] == ["RENDERED", before[1]["shading"][1]]
    assert (second["lines"], second["camera"], second["perspective"]) == (True, [True, "Scene Camera"], "CAMERA")


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return dict(played("leaving", tmp_path_factory.mktemp("leaving"))["ways"])


@pytest.mark.parametrize("way", ["left", "deleted", "unlinked", "undone", "reopened", "disabled"])
def test_leaving_an_edit_gives_the_views_back(way: str, left: dict[str, Any]) -> None:
    """However it is left: the edit's objects are deleted, its collection is unlinked, it is undone, the file is
    reopened and it is discarded, ...
    """
    seen = left[way]
    assert {tuple(view["shading"]) for view in seen["between"]} == {("SOLID", "OBJECT")}
    assert seen["after"]["all"] == seen["before"]["all"]


@pytest.mark.parametrize("way", ["left", "undone", "reopened", "disabled"])
def test_leaving_an_edit_selects_what_was_selected(way: str, left: dict[str, Any]) -> None:
    assert left[way]["after"]["chosen"] == left[way]["before"]["chosen"]


def test_views_that_another_file_is_opened_in_are_given_back(left: dict[str, Any]) -> None:
    """The windows stay when a file is opened without its own; the cameras that they looked through are gone with the
    file before.
    """
    before, after = (
        [{**view, "camera": view["camera"][0]} for view in left["another"][when]["views"]]
        for when in ("before", "after")
    )
    for was, now in zip(before, after, strict=True):
        assert (now["shading"], now["lines"]) == (was["shading"], was["lines"])
    assert [view["camera"] for view in after] == [False, True]


def test_a_correction_is_taken_away_however_the_field_names_its_video(tmp_path: Path) -> None:
    seen = played("correction", tmp_path)
    assert seen["video"].startswith("//")
    assert seen["left"] == 0


def test_panels_of_a_damaged_file_are_drawn_without_an_error(tmp_path: Path) -> None:
    """An error while a panel is drawn is on Blender's stderr, where the stage looks for it."""
    *maps, doubt = played("damaged", tmp_path)["said"]
    assert all("The bone map that Puppet carries cannot be read" in said for said in maps)
    assert "press Discard Edit" in doubt


def test_a_click_on_the_strip_goes_to_that_frame_and_every_editor_draws_what_was_detected(tmp_path: Path) -> None:
    seen = played("evidence", tmp_path)
    assert not seen["problem"]
    first, last = seen["frames"][0], seen["frames"][-1]
    assert abs(seen["clicked"] - (first + 0.75 * (last - first))) <= 1


def test_a_preview_follows_the_settings_and_leaves_everything_as_it_was(tmp_path: Path) -> None:
    seen = played("preview", tmp_path)
    assert not seen["error"]
    assert not seen["problem"]
    assert seen["runtime"]
    assert len(seen["seconds"]) == 3, "each change of the view was followed"
    assert seen["same"], "stopping it leaves the file as it was"
    assert not seen["on"]
    assert not seen["on_after_undo"], "an undo may take the preview away"
    assert not seen["actions_after_undo"]
    assert seen["took_back"], "the preview is no step of its own: an undo takes back what the user did last"
