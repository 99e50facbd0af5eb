"""Standing feet carry the body: where they slide, it goes with them, and the legs are bent less."""

from __future__ import annotations

import numpy as np

from blender_addon.core.carried_body import carried_by_feet
from blender_addon.core.contacts import plant_feet
from blender_addon.core.skeleton import Joint
from tests.core.test_contacts import FLIES, FPS, STANDS, Array, right_foot_stands, skating

STANDING = right_foot_stands(60, 20, 40)
INNER = slice(24, 36)
"""Where the curve that smooths the way does not reach the ends of the contact."""


def slid(joints: Array) -> float:
    path = joints[INNER, Joint.RIGHT_ANKLE]
    return float(np.linalg.norm(np.diff(path, axis=0), axis=-1).sum())


def test_the_body_goes_with_the_foot_that_would_slide() -> None:
    joints = skating()
    carried = carried_by_feet(joints, STANDING, FPS)
    assert slid(carried) < 0.3 * slid(joints)


def test_the_pose_is_the_same() -> None:
    joints = skating()
    carried = carried_by_feet(joints, STANDING, FPS)
    np.testing.assert_allclose(
        carried - carried[:, Joint.MID_HIP, None], joints - joints[:, Joint.MID_HIP, None], atol=1e-5
    )


def test_legs_are_bent_less_and_the_foot_stands_as_before() -> None:
    joints = skating()
    alone, together = (
        plant_feet(joints, STANDING, FPS),
        plant_feet(carried_by_feet(joints, STANDING, FPS), STANDING, FPS),
    )

    def bent(planted: Array) -> float:
        knee = [Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE]
        moved = (planted - planted[:, Joint.MID_HIP, None]) - (joints - joints[:, Joint.MID_HIP, None])
        return float(np.abs(moved[INNER][:, knee]).max())

    assert bent(together) < 0.5 * bent(alone)
    assert np.ptp(together[20:40, Joint.RIGHT_ANKLE], axis=0).max() < 1e-4


def test_nobody_who_flies_is_carried() -> None:
    joints = skating()
    assert carried_by_feet(joints, np.full((60, 2), FLIES, dtype=np.float32), FPS) is joints


def test_two_feet_that_slide_apart_carry_the_body_nowhere() -> None:
    joints = skating()
    joints[:] = joints[:1]
    apart = np.linspace(0, 0.2, 60)
    joints[:, Joint.RIGHT_ANKLE, 0] -= apart
    joints[:, Joint.LEFT_ANKLE, 0] += apart
    carried = carried_by_feet(joints, np.full((60, 2), STANDS, dtype=np.float32), FPS)
    np.testing.assert_allclose(carried, joints, atol=1e-5)


def test_the_body_begins_and_ends_where_it_was() -> None:
    joints = skating()
    carried = carried_by_feet(joints, np.full((60, 2), STANDS, dtype=np.float32), FPS)
    np.testing.assert_array_equal(carried[[0, -1]], joints[[0, -1]])
    assert np.abs(carried - joints).max() > 1
