"""What an edit keeps of its detection: texts of 0.1.0 stay readable, and texts are written as 0.1.0 wrote them."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.core.pose_sequence import DepthEvidence, Landmarks, PoseSequence, as_float32
from tests.core.later_poses import LaterPoses, Lighting

pytestmark = pytest.mark.usefixtures("addon")

FOLDER = Path(__file__).parent / "data/0_1_0"

Detection = Any
"""A detection of the add-on that is tested, which is imported once it is enabled."""


def detection(name: str) -> Detection:
    """The made-up detection that 0.1.0 kept in the text of that name."""
    from blender_addon.bridge.performance_edit.clip_clock import ClipClock
    from blender_addon.bridge.performance_edit.stored_detection import Detection

    frames = 6
    count = np.arange(frames * 15, dtype=np.float32).reshape(frames, 15)
    poses = PoseSequence(
        np.stack([3 * count, 200 - count], axis=-1),
        as_float32((count % 8) / 7, ""),
        29.97,
        None,
        1.5,
        source="dance.mp4",
    )
    shown = poses.positions + 1
    if name == "full":
        index = np.arange(frames * 2, dtype=np.float32).reshape(frames, 2)
        points, sure = np.stack([index, 5 - index], axis=-1), as_float32((index % 4) / 3, "")
        landmarks = Landmarks(("nose", "left_toe"), as_float32(points, ""), sure)
        depth = DepthEvidence(poses.positions[..., 0] - 100, as_float32((poses.positions[..., 1] % 3) / 2, ""))
        poses = replace(poses, image_size=(640, 360), landmarks=landmarks, depth=depth)
    return Detection(poses, shown, ClipClock(12, 1.25))


def text_of_0_1_0(name: str) -> str:
    return (FOLDER / f"{name}_detection.txt").read_text(encoding="ascii").strip()


def arrays_of(text: str) -> dict[str, NDArray[Any]]:
    with np.load(io.BytesIO(base64.b64decode(text))) as held:
        return {name: held[name] for name in held.files}


def assert_same_arrays(one: str, other: str) -> None:
    ones, others = arrays_of(one), arrays_of(other)
    assert ones.keys() == others.keys()
    for name, array in ones.items():
        assert array.dtype == others[name].dtype
        np.testing.assert_array_equal(array, others[name])


@pytest.mark.parametrize("name", ["bare", "full"])
def test_a_detection_is_written_with_the_arrays_that_0_1_0_wrote(name: str) -> None:
    assert_same_arrays(detection(name).packed(), text_of_0_1_0(name))


@pytest.mark.parametrize("name", ["bare", "full"])
def test_a_detection_of_0_1_0_stays_readable(name: str) -> None:
    there = detection(name)
    found = type(there).unpacked(text_of_0_1_0(name))
    assert found.clock == there.clock
    poses, wanted = found.poses, there.poses
    assert (poses.fps, poses.start, poses.source, poses.image_size) == (29.97, 1.5, "dance.mp4", wanted.image_size)
    assert (poses.landmarks is None) == (poses.depth is None) == (name == "bare")
    assert_same_arrays(found.packed(), text_of_0_1_0(name))


def test_a_field_that_is_added_to_poses_is_kept_and_old_texts_get_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    from blender_addon.bridge.performance_edit import stored_detection

    monkeypatch.setattr(stored_detection, "PoseSequence", LaterPoses)
    old = stored_detection.Detection.unpacked(text_of_0_1_0("full"))
    assert isinstance(old.poses, LaterPoses)
    assert (old.poses.lighting, old.poses.take) == (None, 0)
    shift = old.poses.positions[:, 0]
    later = replace(old, poses=replace(old.poses, lighting=Lighting(shift, is_still=False), take=4))
    again = stored_detection.Detection.unpacked(later.packed()).poses
    assert isinstance(again, LaterPoses)
    assert again.lighting is not None
    np.testing.assert_array_equal(again.lighting.shift, shift)
    assert (again.lighting.is_still, again.take) == (False, 4)
