"""Of somebody whose hips are below the picture, as before a webcam, what is not seen stands upright."""

from __future__ import annotations

import numpy as np
import pytest

from blender_addon.core import pose_files
from blender_addon.core.gaps.filled_clip import fill_gaps
from blender_addon.core.motion import View
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.retargeting import Retargeter
from blender_addon.core.skeleton import Joint
from tests.core.clips import ADULT, marching, with_confidence
from tests.street_poses import FILE, PASSER_BY, WALKER

HIPS = (Joint.MID_HIP, Joint.RIGHT_HIP, Joint.LEFT_HIP)
BELOW_THE_CHEST = (*HIPS, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.LEFT_KNEE, Joint.LEFT_ANKLE)
CUT = [int(joint) for joint in BELOW_THE_CHEST]


def real(person: int, frames: slice) -> PoseSequence:
    return pose_files.read(FILE).people[person][frames]


WHOLE = {
    "from the front": lambda: marching(90, view=View(0)),
    "from the side": lambda: marching(90, view=View(80)),
    "the man of the street": lambda: real(WALKER, slice(0, 90)),
    "the woman of the street": lambda: real(PASSER_BY, slice(60, 150)),
}


@pytest.mark.parametrize("name", WHOLE)
def test_who_is_seen_from_the_chest_up_stands(name: str, kinematic: Retargeter) -> None:
    poses = with_confidence(WHOLE[name](), 0, BELOW_THE_CHEST)
    motion = kinematic.retarget(poses, skeleton=ADULT)
    up = motion.positions[:, Joint.NECK] - motion.positions[:, Joint.MID_HIP]
    leaning = np.degrees(np.arctan2(np.abs(up[:, 0]), -up[:, 1]))
    assert np.quantile(leaning, 0.95) < 20
    feet = motion.positions[:, [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]]
    assert ((feet - motion.positions[:, None, Joint.MID_HIP])[..., 1] > 0.35 * motion.skeleton.height).all()
    assert not motion.confidence[:, CUT].any()


@pytest.mark.parametrize("name", ["from the front", "the man of the street"])
def test_the_body_below_the_picture_is_about_where_it_is(name: str) -> None:
    whole = WHOLE[name]()
    filled = fill_gaps(with_confidence(whole, 0, BELOW_THE_CHEST))
    seen = whole.seen[:, Joint.MID_HIP] & whole.seen[:, Joint.NECK]
    trunk = np.linalg.norm(whole.positions[seen, Joint.NECK] - whole.positions[seen, Joint.MID_HIP], axis=1)
    off = np.linalg.norm(filled.positions - whole.positions, axis=-1)[seen, Joint.MID_HIP]
    assert np.median(off / trunk) < 0.25


def test_hips_that_come_into_sight_stay_where_they_are_seen() -> None:
    poses = with_confidence(marching(90), 0, BELOW_THE_CHEST, slice(0, 60))
    filled = fill_gaps(poses)
    assert np.array_equal(filled.positions[60:], poses.positions[60:])
    assert not filled.confidence[:60, CUT].any()


def test_hidden_hips_over_legs_in_sight_leave_the_legs_alone() -> None:
    """As behind a low wall, or a skirt."""
    whole = marching(60)
    filled = fill_gaps(with_confidence(whole, 0, HIPS))
    legs = [Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.LEFT_KNEE, Joint.LEFT_ANKLE]
    assert np.array_equal(filled.positions[:, legs], whole.positions[:, legs])
