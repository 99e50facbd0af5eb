"""The example clip that shows a body or a view: the body's own lengths, the view's own angle, and every limb to be
seen.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.core.motion import View
from blender_addon.core.networks.example_clip import FRAMES, ORDINARY_BODY, example_clip
from blender_addon.core.skeleton import BONE_CHILDREN, BONE_INDEX, BONE_PARENTS, BONES, JOINT_COUNT, Joint, Skeleton
from tests.core.clips import CHILD

Array = NDArray[np.float32]

ACROSS = (Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER, Joint.RIGHT_HIP, Joint.LEFT_HIP)


def lengths_in_picture(positions: Array) -> Array:
    return np.asarray(np.linalg.norm(positions[:, BONE_CHILDREN] - positions[:, BONE_PARENTS], axis=-1))


@pytest.mark.parametrize("skeleton", [ORDINARY_BODY, CHILD, CHILD.scaled(300)], ids=["ordinary", "child", "in pixels"])
@pytest.mark.parametrize("azimuth", [0.0, 60.0, 90.0, 180.0])
def test_no_bone_is_longer_than_the_bodys_and_every_limb_is_once_seen_nearly_whole(
    skeleton: Skeleton, azimuth: float
) -> None:
    seen = lengths_in_picture(example_clip(skeleton, View(azimuth))).max(axis=0) / skeleton.lengths
    assert seen.max() < 1 + 1e-4
    assert seen[[BONE_INDEX[joint] for joint in BONES if joint not in ACROSS]].min() > 0.95


def test_it_marches_on_the_spot_and_in_a_circle_of_time() -> None:
    clip = example_clip(ORDINARY_BODY, View(20))
    assert clip.shape == (FRAMES, JOINT_COUNT, 2)
    assert not clip[:, Joint.MID_HIP].any()
    steps = np.abs(np.diff(np.concatenate((clip, clip[:1])), axis=0)).max(axis=(1, 2))
    assert steps[-1] < 1.5 * steps[:-1].max()
    assert steps.min() > 1e-3


def test_knees_go_up_where_it_faces() -> None:
    to_the_right, to_the_left = (example_clip(ORDINARY_BODY, View(azimuth)) for azimuth in (90, -90))
    for knee in (Joint.RIGHT_KNEE, Joint.LEFT_KNEE):
        assert to_the_right[:, knee, 0].max() > 0.15
        assert to_the_right[:, knee, 0].min() > -0.1
    assert np.allclose(to_the_right[..., 0], -to_the_left[..., 0], atol=1e-6)


def test_its_left_is_the_right_of_the_picture_when_it_faces_the_camera() -> None:
    for azimuth, side in ((0, 1), (180, -1)):
        clip = example_clip(ORDINARY_BODY, View(azimuth))
        assert (side * (clip[:, Joint.LEFT_SHOULDER, 0] - clip[:, Joint.RIGHT_SHOULDER, 0]) > 0.2).all()


def test_arms_swing_against_the_legs() -> None:
    clip = example_clip(ORDINARY_BODY, View(90))
    for side in ("RIGHT", "LEFT"):
        knee, elbow = (clip[:, Joint[f"{side}_{part}"], 0] for part in ("KNEE", "ELBOW"))
        assert np.corrcoef(knee, elbow)[0, 1] < -0.9


def test_from_above_the_body_is_lower_in_the_picture() -> None:
    level, above = (example_clip(ORDINARY_BODY, View(0, elevation)) for elevation in (0, 30))
    assert np.ptp(above[..., 1]) < np.ptp(level[..., 1])


def test_a_view_that_moves_is_shown_by_its_mean_the_short_way_round() -> None:
    moving = example_clip(ORDINARY_BODY, View(np.array([170.0, -170.0]), np.array([0.0, 20.0])))
    assert np.allclose(moving, example_clip(ORDINARY_BODY, View(180, 10)), atol=1e-5)
