"""A motion on a body that holds itself otherwise at rest."""

from __future__ import annotations

import numpy as np
import pytest

from blender_addon.core.posture import with_posture
from blender_addon.core.skeleton import BONE_INDEX, Joint, Posture

SPINE, HEAD = BONE_INDEX[Joint.NECK], BONE_INDEX[Joint.HEAD]


def upright(frames: int = 3) -> np.ndarray:
    """Bones of somebody who stands upright and faces the camera: x right, y down, z away."""
    bones = np.zeros((frames, 14, 3), dtype=np.float32)
    bones[:, [SPINE, HEAD]] = (0, -1, 0)
    for part in ("SHOULDER", "HIP"):
        bones[:, BONE_INDEX[Joint[f"LEFT_{part}"]]] = (1, 0, 0)
        bones[:, BONE_INDEX[Joint[f"RIGHT_{part}"]]] = (-1, 0, 0)
    return bones


def test_who_faces_the_camera_leans_towards_it() -> None:
    leaning = with_posture(upright(), Posture(0, 0), Posture(30, -10))
    spine, head = leaning[0, SPINE], leaning[0, HEAD]
    np.testing.assert_allclose(spine, (0, -np.cos(np.radians(30)), -np.sin(np.radians(30))), atol=1e-6)
    np.testing.assert_allclose(head, (0, -np.cos(np.radians(10)), np.sin(np.radians(10))), atol=1e-6)


def test_limbs_stay_as_they_are() -> None:
    bones = upright()
    changed = with_posture(bones, Posture(0, 0), Posture(20, 20))
    limbs = [index for index in range(14) if index not in (SPINE, HEAD)]
    np.testing.assert_array_equal(changed[:, limbs], bones[:, limbs])


@pytest.mark.parametrize(
    ("own", "other"), [(None, Posture(5, 5)), (Posture(5, 5), None), (Posture(5, 5), Posture(5, 5))]
)
def test_nothing_changes_where_a_posture_is_unknown_or_both_are_one(own: Posture | None, other: Posture | None) -> None:
    bones = upright()
    assert with_posture(bones, own, other) is bones


def test_to_another_posture_and_back_is_the_same_motion() -> None:
    bones = np.random.default_rng(0).standard_normal((40, 14, 3)).astype(np.float32)
    there = with_posture(bones, Posture(0, 0), Posture(12, -25))
    np.testing.assert_allclose(with_posture(there, Posture(12, -25), Posture(0, 0)), bones, atol=1e-5)


def test_a_posture_without_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        Posture(float("nan"), 0)
