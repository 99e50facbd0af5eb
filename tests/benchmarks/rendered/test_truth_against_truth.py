"""A character that does exactly what the performer does has no errors, whatever the camera."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.rendered.bake_jobs import FIGURE, PUPPET, RIG
from benchmarks.rendered.clip_truth import truth_of
from benchmarks.rendered.measures import TABLES, measures
from tests.benchmarks.rendered.made_people import FRAMES, arrays, camera, followed, found, person, standing, with_joint

WITHOUT_ERROR = {
    "right": 100.0,
    "contacts": 100.0,
    "source_least": 0.2 / 0.87,
    "source_most": 0.2 / 0.87,
    "puppet_least": 0.2 / 0.87,
    "puppet_most": 0.2 / 0.87,
    "puppet_ankles": 100.0,
    "trunk_view": 100.0,
    "trunk_direction": 100.0,
    "head_view": 100.0,
    "head_direction": 100.0,
    "advice": 100.0,
}
"""What is no error, or no percentage of one."""
OF_LIMBS_THAT_OVERLAP = {"order", "order_short"}
"""Columns that say nothing of somebody who stands with arms and legs apart."""


@pytest.mark.parametrize("heading", [90.0, 200.0])
def test_exactly_what_was_filmed_measures_no_error_in_any_column(heading: float) -> None:
    world = standing() @ _turn(heading - 90).T
    truth = truth_of("made", arrays(world, np.tile(camera(heading), (FRAMES, 1, 1)))).people[0]
    own = followed(truth)
    numbers = measures(truth, found(truth), {RIG: own, PUPPET: own, FIGURE: own})
    for column in (column for columns in TABLES.values() for column in columns):
        if column.name in OF_LIMBS_THAT_OVERLAP:
            continue
        assert numbers[column.name] == pytest.approx(WITHOUT_ERROR.get(column.name, 0.0), abs=1e-3), column.name


def test_the_stage_looks_where_the_camera_looks_on_average() -> None:
    cameras = np.stack([camera(90 + turn) for turn in np.linspace(-30, 30, FRAMES)])
    truth = truth_of("made", arrays(standing(), cameras)).people[0]
    assert truth.camera_moves
    np.testing.assert_allclose(truth.joints, standing(), atol=1e-9)


def test_a_camera_that_only_shakes_keeps_its_heading() -> None:
    cameras = np.stack([camera(90 + turn) for turn in np.sin(np.arange(FRAMES))])
    assert not truth_of("made", arrays(standing(), cameras)).people[0].camera_moves


def test_whoever_is_out_of_the_picture_is_not_measured() -> None:
    told = arrays(standing())
    told["visible"][0, 10:, 3:] = False
    truth = truth_of("made", told).people[0]
    assert truth.counts.sum() == 10


def test_heights_are_those_of_head_spine_and_leg() -> None:
    assert person().height == pytest.approx(0.2 + 0.5 + 0.45 + 0.42)
    assert person().leg == pytest.approx(0.87)


def test_a_joint_that_is_off_changes_the_numbers_of_its_table() -> None:
    from blender_addon.core.skeleton import Joint

    truth = person()
    own = with_joint(followed(truth), Joint.LEFT_KNEE, (0.0, -0.2, 0.0))
    numbers = measures(truth, found(truth), {RIG: own})
    assert numbers["joints"] > 1
    assert numbers["legs_bent_95"] > 30
    assert numbers["arms_bent_95"] == pytest.approx(0, abs=1e-6)


def _turn(degrees: float) -> np.ndarray:
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array(((cos, -sin, 0.0), (sin, cos, 0.0), (0.0, 0.0, 1.0)))
