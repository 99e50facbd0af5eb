"""The truth beside a rendered clip, as what is measured is compared with it."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from blender_addon.core.skeleton import BONE_CHILDREN, BONE_PARENTS, HEIGHT_BONES, LEG_BONES, Joint

from .directions import camera_axes, head_axes

Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]

CLIPS = Path("build/rendered")
"""Where `make rendered` puts clips and truth."""
ENOUGH_SEEN = 8
"""Joints that must be visible for a frame to count."""
SIDES, ENDS = ("right", "left"), ("heel", "toe")
ANGLES = ("head", "facing", "head_seen", "facing_seen", "lowest")
TURNS = 2.0
"""Degrees of heading that a camera keeps within where it stands."""


@dataclass(frozen=True, eq=False)
class PersonTruth:
    """One person of a clip of T frames.

    Attributes:
        joints: (T, 15, 3) metres in the stage: x to the picture's right, y away from the camera, z up from the ground.
        pixels: (T, 15, 2) where they are in the picture, x right, y down.
        depths: (T, 15) metres away from the camera, along its axis.
        visible: (T, 15) neither hidden by a body nor out of the picture.
        supports: (T, S) what the person stands on.
        support_names: names of the S supports.
        head: (T, 3, 3) the head's left, up and forward in columns, in the stage.
        facing: (T,) degrees, the trunk's azimuth as the camera of the frame sees it.
        facing_seen: (T,) the same beside the line of sight, as the picture shows it, and head_yaw_seen (T,) the head's.
        elevation: (T,) degrees that the camera looks down on the person by.
        focal: (T,) pixels.
        camera_moves: whether the camera's heading changes.
        lowest: (T,) metres that the mesh's lowest point is above the ground.
        slips: (T, 2, 2) metres that the lower one of heel and toe of the right and the left foot went since the frame
            before, x and y in the stage; nan where the truth has no such points.
    """

    joints: Doubles
    pixels: Doubles
    depths: Doubles
    visible: Mask
    supports: Mask
    support_names: tuple[str, ...]
    head: Doubles
    facing: Doubles
    facing_seen: Doubles
    head_yaw_seen: Doubles
    elevation: Doubles
    focal: Doubles
    camera_moves: bool
    lowest: Doubles
    slips: Doubles

    @cached_property
    def counts(self) -> Mask:
        """(T,) frames that are measured: enough of the person is visible."""
        return np.asarray(self.visible.sum(axis=1) >= ENOUGH_SEEN)

    @cached_property
    def lengths(self) -> Doubles:
        """(14,) median bone lengths in metres."""
        bones = self.joints[:, list(BONE_CHILDREN)] - self.joints[:, list(BONE_PARENTS)]
        return np.asarray(np.median(np.linalg.norm(bones, axis=-1), axis=0))

    @property
    def height(self) -> float:
        """Head, spine, thigh and shin, in metres."""
        return float(self.lengths[list(HEIGHT_BONES)].sum())

    @property
    def leg(self) -> float:
        """Thigh and shin, in metres."""
        return float(self.lengths[list(LEG_BONES)].sum() / 2)

    @cached_property
    def pixels_per_metre(self) -> Doubles:
        """(T,) at the depth of the mid-hip."""
        return np.asarray(self.focal / np.maximum(self.depths[:, Joint.MID_HIP], 1e-3))

    def support(self, name: str) -> Mask:
        """(T,) whether the person stands on it."""
        return np.asarray(self.supports[:, self.support_names.index(name)])


@dataclass(frozen=True, eq=False)
class ClipTruth:
    """A clip: what it shows, how fast, and everybody in it."""

    name: str
    kinds: tuple[str, ...]
    fps: float
    size: tuple[int, int]
    people: tuple[PersonTruth, ...]

    @property
    def frames(self) -> int:
        """How many."""
        return len(self.people[0].joints)


def add_clips(parser: argparse.ArgumentParser) -> None:
    """The option that names the folder of clips."""
    parser.add_argument("--clips", type=Path, default=CLIPS, help="the folder of clips (default: %(default)s)")


def read_truth(path: Path) -> ClipTruth:
    """The clip whose truth is `path`."""
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    return truth_of(path.stem, arrays)


def truth_of(name: str, arrays: dict[str, NDArray[np.generic]]) -> ClipTruth:
    """The clip of such arrays."""
    cameras = np.asarray(arrays["camera_to_world"], np.float64)
    stage, turns = stage_of(cameras)
    people = tuple(_person(arrays, person, cameras, stage, turns) for person in range(len(arrays["joints"])))
    width, height = (int(side) for side in np.asarray(arrays["image_size"], np.int64))
    kinds = tuple(str(kind) for kind in arrays["kinds"])
    return ClipTruth(name, kinds, float(np.asarray(arrays["fps"], np.float64)), (width, height), people)


def stage_of(cameras: Doubles) -> tuple[Doubles, bool]:
    """(3, 3) rows right, away and up of the stage in the world, of cameras (T, 4, 4) to the world; and whether they
    turn.

    The stage is upright and looks the way that the cameras look on average.
    """
    away = -cameras[:, :2, 2]
    headings = np.unwrap(np.arctan2(away[:, 1], away[:, 0]))
    heading = np.arctan2(np.sin(headings).mean(), np.cos(headings).mean())
    forward = np.array((np.cos(heading), np.sin(heading), 0.0))
    up = np.array((0.0, 0.0, 1.0))
    return np.stack((np.cross(forward, up), forward, up)), bool(np.ptp(np.degrees(headings)) > TURNS)


def _person(
    arrays: dict[str, NDArray[np.generic]], person: int, cameras: Doubles, stage: Doubles, turns: bool
) -> PersonTruth:
    given = {name: np.asarray(arrays[name][person]) for name in ("joints", "joints_2d", "visible", "supports")}
    angles = {name: np.asarray(arrays[name][person], np.float64) for name in ANGLES}
    world = given["joints"].astype(np.float64)
    axes = camera_axes(cameras)
    seen = np.einsum("tij,tkj->tki", axes, world - cameras[:, None, :3, 3])
    head = _head(stage, axes, angles)
    middle = world[:, Joint.MID_HIP] - cameras[:, :3, 3]
    flat = np.linalg.norm(middle[:, :2], axis=-1)
    above = np.array((0.0, 0.0, float(np.asarray(arrays["ground"], np.float64))))
    return PersonTruth(
        joints=(world - above) @ stage.T,
        pixels=given["joints_2d"].astype(np.float64),
        depths=seen[..., 2],
        visible=given["visible"].astype(np.bool_),
        supports=given["supports"].astype(np.bool_),
        support_names=tuple(str(name) for name in arrays["support_names"]),
        head=head,
        facing=angles["facing"],
        facing_seen=angles["facing_seen"],
        head_yaw_seen=angles["head_seen"][:, 0],
        elevation=np.degrees(np.arctan2(-middle[:, 2], flat)),
        focal=np.asarray(arrays["focal"], np.float64),
        camera_moves=turns,
        lowest=angles["lowest"],
        slips=_slips(arrays, person, stage),
    )


def _slips(arrays: dict[str, NDArray[np.generic]], person: int, stage: Doubles) -> Doubles:
    """(T, 2, 2) as PersonTruth has them."""
    names = [str(name) for name in arrays.get("landmark_names", ())]
    found = np.full((len(arrays["joints"][person]), len(SIDES), 2), np.nan)
    for foot, side in enumerate(SIDES):
        if not {f"{side}_{end}" for end in ENDS} <= set(names):
            continue
        points = [names.index(f"{side}_{end}") for end in ENDS]
        ends = np.asarray(arrays["landmarks"][person], np.float64)[:, points] @ stage.T
        lower = ends[..., 2].argmin(axis=1)
        went = np.diff(ends[..., :2], axis=0, prepend=ends[:1, :, :2])
        found[:, foot] = went[np.arange(len(went)), lower]
    return found


def _head(stage: Doubles, axes: Doubles, angles: dict[str, Doubles]) -> Doubles:
    """(T, 3, 3) the head's axes in the stage, of its angles as the cameras of `axes` (T, 3, 3) see it."""
    in_world = np.swapaxes(axes, 1, 2) @ head_axes(angles["head"])
    return np.asarray(stage @ in_world)
