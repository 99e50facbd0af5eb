"""A camera that was held askew, or high: what is said of it counts, and its tilt can be taken out of the picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.core.motion import CameraAngle, RetargetedMotion, View
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.retargeting import Retargeter
from tests.core.clips import ADULT, CHILD, about_mid_hip, height_in, marching

Array = NDArray[np.float32]

TILT = 20.0
SIDE = View(70, 10)
UPRIGHT = marching(120, view=View(30), body=ADULT.scaled(300))


def tilted(poses: PoseSequence, degrees: float = TILT) -> PoseSequence:
    """The clip in a picture that is turned clockwise about its middle."""
    return replace(poses, positions=turned(poses.positions, degrees))


def turned(positions: Array, degrees: float) -> Array:
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    middle = positions.mean(axis=(0, 1))
    return np.asarray((positions - middle) @ np.array([[cos, sin], [-sin, cos]]) + middle, dtype=np.float32)


def difference(one: Array, other: Array) -> float:
    """The greatest distance of joints about the mid-hip, in heights of the body."""
    return float(np.abs(about_mid_hip(one) - about_mid_hip(other)).max()) / height_in(UPRIGHT)


def test_a_tilt_that_is_said_is_taken_out_of_every_other_view(kinematic: Retargeter) -> None:
    level = kinematic.retarget(UPRIGHT, view=SIDE).positions
    told = kinematic.retarget(tilted(UPRIGHT), view=SIDE, camera=CameraAngle(tilt=TILT)).positions
    read = kinematic.retarget(tilted(UPRIGHT), view=SIDE).positions
    assert difference(told, level) < 0.005
    assert difference(read, level) > 2 * difference(told, level)


def test_as_filmed_keeps_the_tilt(kinematic: Retargeter) -> None:
    askew = tilted(UPRIGHT)
    for camera in (None, CameraAngle(tilt=TILT)):
        for body in (None, CHILD.scaled(300)):
            shown = kinematic.retarget(askew, body, camera=camera)
            level = kinematic.retarget(UPRIGHT, body)
            assert difference(shown.positions, turned(level.positions, TILT)) < 0.05


def test_a_clip_from_its_own_view_is_level(kinematic: Retargeter) -> None:
    askew, camera = tilted(UPRIGHT), CameraAngle(tilt=TILT)
    level = kinematic.retarget(askew, view=askew, camera=camera).positions
    assert difference(level, kinematic.retarget(UPRIGHT, view=UPRIGHT).positions) < 0.005


def test_a_height_that_is_said_is_the_view(kinematic: Retargeter) -> None:
    view, read = kinematic.encode(UPRIGHT, CameraAngle(height=35)).view, kinematic.encode(UPRIGHT).view
    assert isinstance(view, View)
    assert isinstance(read, View)
    assert view.elevation == pytest.approx(35)
    assert view.azimuth == pytest.approx(read.azimuth)


def test_nothing_changes_where_nothing_is_said(kinematic: Retargeter) -> None:
    def positions(motion: RetargetedMotion) -> Array:
        return motion.positions

    plain = positions(kinematic.retarget(UPRIGHT, CHILD, SIDE))
    np.testing.assert_array_equal(positions(kinematic.retarget(UPRIGHT, CHILD, SIDE, camera=CameraAngle())), plain)


def test_each_of_many_clips_has_its_own_camera(kinematic: Retargeter) -> None:
    clips = [tilted(UPRIGHT, 15), tilted(UPRIGHT, -25)]
    many = kinematic.retarget_many(clips, views=[SIDE, SIDE], cameras=[CameraAngle(15.0), CameraAngle(-25.0)])
    assert difference(many[0].positions, many[1].positions) < 0.005


def test_the_papers_network_cannot_be_told(paper: Retargeter) -> None:
    with pytest.raises(ValueError, match="knows no camera"):
        paper.retarget(UPRIGHT, camera=CameraAngle(height=10.0))


@pytest.mark.parametrize("camera", [{"tilt": 91.0}, {"height": float("nan")}])
def test_an_angle_that_no_camera_has_is_refused(camera: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="within 90 degrees of level"):
        CameraAngle(**camera)
