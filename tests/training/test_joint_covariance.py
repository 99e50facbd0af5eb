"""How joints deviate together from interpolated curves is measured on a library of motion."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from blender_addon.core.networks.weights_file import load_state
from blender_addon.core.skeleton import JOINT_COUNT, MIRROR_JOINTS, Joint
from training.joint_covariance import main, measured_covariance
from training.motion_library import MotionLibrary
from training.motion_sources import DATA_VARIABLE


@pytest.fixture(autouse=True)
def no_shared_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATA_VARIABLE, raising=False)


def test_both_sides_are_alike_and_the_mid_hip_stands_still(motion: MotionLibrary) -> None:
    covariance = measured_covariance(motion)
    assert covariance.shape == (JOINT_COUNT, JOINT_COUNT)
    assert np.allclose(covariance, covariance.T)
    assert np.allclose(covariance, covariance[np.ix_(MIRROR_JOINTS, MIRROR_JOINTS)])
    assert np.abs(covariance[Joint.MID_HIP]).max() < 1e-6
    assert np.linalg.eigvalsh(covariance).min() > -1e-6


def test_an_elbow_goes_with_its_wrist_more_than_with_the_other_hand(motion: MotionLibrary) -> None:
    elbow = measured_covariance(motion)[Joint.RIGHT_ELBOW]
    assert elbow[Joint.RIGHT_WRIST] > abs(elbow[Joint.LEFT_WRIST])


def test_the_command_writes_what_it_measured(bvh_folder: Path, motion: MotionLibrary, tmp_path: Path) -> None:
    written = tmp_path / "made" / "joint_covariance.npz"
    assert main(["--bvh", str(bvh_folder), "--export", str(written)]) == 0
    assert np.allclose(load_state(written).extras["covariance"], measured_covariance(motion), atol=1e-4)


def test_a_folder_without_motion_is_named(tmp_path: Path) -> None:
    assert main(["--bvh", str(tmp_path), "--export", str(tmp_path / "joint_covariance.npz")]) == 1
