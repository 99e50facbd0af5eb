"""What the kinematic network sees of a clip depends neither on where nor on how large the performer is in the picture."""

from __future__ import annotations

import numpy as np
import pytest

from blender_addon.core.networks.observation import LENGTH_QUANTILES, observe
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.skeleton import BONE_COUNT, BONE_INDEX, JOINT_COUNT, Joint
from tests.core.clips import marching, moved, observed, with_confidence


def test_where_the_performer_stands_and_how_large_changes_nothing_that_is_observed() -> None:
    near, far = observed(marching(40)), observed(moved(marching(40), 0.25, (-3000, 700)))
    for name in ("joints", "confidence", "velocity", "valid", "statistics"):
        assert np.abs(getattr(near, name) - getattr(far, name)).max() <= 2e-4, name
    assert float((far.scale / near.scale)[0]) == pytest.approx(0.25, rel=1e-4)


@pytest.mark.parametrize("confidence", [1e-4, 1e-12, 1e-30, 1e-44])
def test_the_unit_does_not_depend_on_how_sure_a_detector_is_of_everything(confidence: float) -> None:
    poses = marching(30)
    doubtful = with_confidence(poses, confidence, range(JOINT_COUNT))
    assert float(observed(doubtful).scale[0]) == pytest.approx(
        float(observed(poses).scale[0]), rel=0.1 if confidence < 1e-38 else 1e-4
    )


def test_statistics_count_only_what_was_seen() -> None:
    poses = marching(40)
    stretched = poses.positions.copy()
    stretched[::2, Joint.HEAD] += 500
    wrong = with_confidence(
        PoseSequence(stretched, poses.confidence, poses.fps, poses.image_size), 0, (Joint.HEAD,), slice(0, None, 2)
    )
    found = observed(wrong).statistics.reshape(BONE_COUNT, -1)[BONE_INDEX[Joint.HEAD]]
    assert float(found[-1]) == pytest.approx(0.5)
    seen = np.sort(
        np.linalg.norm(poses.positions[1::2, Joint.HEAD] - poses.positions[1::2, Joint.NECK], axis=-1)
    ) / float(observed(wrong).scale[0])
    assert found[:-1].tolist() == pytest.approx([seen[round(19 * quantile)] for quantile in LENGTH_QUANTILES], rel=1e-4)


def test_padding_after_a_clip_shows_nothing() -> None:
    short = marching(20)
    junk = np.full((6, JOINT_COUNT, 2), 1e6, dtype=np.float32)
    padded = observe(
        np.concatenate((short.positions, junk))[None],
        np.concatenate((short.confidence, np.zeros((6, JOINT_COUNT), dtype=np.float32)))[None],
        np.array([[1.0] * 20 + [0.0] * 6], dtype=np.float32),
    )
    alone = observed(short)
    assert np.abs(padded.joints[:, :20] - alone.joints).max() <= 1e-5
    assert np.abs(padded.scale - alone.scale).max() <= 1e-3
    assert np.abs(padded.statistics - alone.statistics).max() <= 1e-5
    assert not padded.joints[:, 20:].any()
    assert not padded.velocity[:, 20:].any()
