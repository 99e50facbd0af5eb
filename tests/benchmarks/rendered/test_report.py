"""The page and the JSON say what was measured, of every version of the product."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.rendered.depth_errors import depth_errors
from benchmarks.rendered.report import CLIPS_OF, DEPTHS_OF, Measured, depths_as_json, view_of, write_page
from tests.benchmarks.rendered.made_people import found, person

WALK = Measured(
    "walk",
    ("walk", "fixed", "seen in profile"),
    ({"right": 80.0, "puppet_crossed": 31.0}, {"right": 90.0}),
    {"left_foot": np.array((-1.0, 1.0, 3.0))},
    depth_errors(person(), found(person())),
)
SIT = Measured("sit", ("sit", "fixed"), ({"right": 40.0},), {}, depth_errors(person(), None))


@pytest.fixture
def page(tmp_path: Path) -> str:
    clips = {each.name: each.as_json() for each in (WALK, SIT)}
    product = {CLIPS_OF: clips, DEPTHS_OF: depths_as_json(WALK.depths)}
    path = tmp_path / "page.md"
    path.write_text("# Rendered clips\n\nWhat people wrote.\n", encoding="utf-8")
    write_page({"now": product, "before": {CLIPS_OF: {"walk": clips["walk"]}, DEPTHS_OF: {}}}, path)
    return path.read_text(encoding="utf-8")


def test_a_kind_is_the_mean_of_everybody_in_its_clips(page: str) -> None:
    assert "| walk | 1 | 85 |" in page
    assert "| fixed | 2 | 70 |" in page
    assert "| **all** | 2 | 70 |" in page


def test_what_was_not_told_is_a_dash(page: str) -> None:
    assert "| sit | 40 | – | – | – | – |" in page


def test_each_person_of_a_clip_has_a_row(page: str) -> None:
    assert "| walk 1 | 80 |" in page
    assert "| walk 2 | 90 |" in page


def test_the_faults_stand_beside_each_other_for_both_products(page: str) -> None:
    assert "| fault | before | now |" in page
    assert "| legs that cross on the puppet in profile: frames crossed, % | 31 | 31 |" in page


def test_supports_have_their_median_and_how_far_off_they_are(page: str) -> None:
    assert "| left foot | 1 | 3 | 1.0 | 2.8 |" in page


def test_depths_of_views_that_no_clip_shows_are_dashes(page: str) -> None:
    assert "| left knee | 0 ± 0 | – |" in page.replace("-0", "0")


def test_what_people_wrote_stays(page: str) -> None:
    assert "What people wrote." in page


@pytest.mark.parametrize(
    ("azimuth", "view"),
    [(-20, "seen from the front"), (95, "seen in profile"), (-130, "seen at an angle"), (175, "seen from behind")],
)
def test_a_clip_is_seen_as_its_performer_faces(azimuth: float, view: str) -> None:
    assert view_of(np.full(10, azimuth)) == view
