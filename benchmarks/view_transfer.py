"""How near motion that one real camera filmed comes to what another one saw: `python -m benchmarks.view_transfer RECORDING`.

RECORDING is the folder Pose2Sim/Demo_SinglePerson of the wheel `pose2sim` (BSD-3-Clause): one person, four calibrated
cameras, 100 frames. What our detector finds in one view is put onto the body, and into the view, that are read from
another, for all twelve pairs, and compared with what the four views together show that camera. Nothing is trained or
chosen by this recording. Writes a section into docs/EVALUATION.md.
"""

from __future__ import annotations

import argparse
import logging
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path

import numpy as np

from blender_addon.core.detection import performance
from blender_addon.core.motion import CameraAngle, View, rotation
from blender_addon.core.networks.kinematic_model import KinematicCodes
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.retargeting import Retargeter
from blender_addon.core.skeleton import Joint
from blender_addon.core.video import Video
from training.documents import replace_section, table

from .pose_accuracy import HEIGHT, Camera, Numbers, Observed, agreed, cameras, corrections

log = logging.getLogger("benchmarks")

UP = np.array([0.0, 0.0, 1.0])
"""In the world of the recording."""


@dataclass(frozen=True, eq=False)
class Filmed:
    """What one camera filmed: the poses found there, how far it was tilted in truth, in degrees, and `shown`
    (T, 15, 2), where the joints are by all views together.
    """

    poses: PoseSequence
    tilt: float
    shown: Numbers


Transfer = Callable[[Filmed, Filmed], Numbers]
"""Gives (T, 15, 2): the motion of the first on the body and in the view of the second."""


def filmed(videos: Sequence[Path], views: Sequence[Camera], cache: Path | None) -> list[Filmed]:
    """The recording."""
    found = [performance.detect(Video.open(path), cache=cache).poses.people[0] for path in videos]
    frames = min(map(len, found))
    points = np.array([poses.positions[:frames] for poses in found], np.float64)
    sure = np.array([poses.confidence[:frames] for poses in found], np.float64)
    right = agreed(Observed(points, sure), views, corrections(views)).points
    return [Filmed(poses, tilt_of(view), shown) for poses, view, shown in zip(found, views, right, strict=True)]


def tilt_of(camera: Camera) -> float:
    """Degrees that the picture of a camera is turned clockwise."""
    across, down, _ = camera.rotation @ -UP
    return math.degrees(math.atan2(-across, down))


def by_clip(network: Retargeter) -> Transfer:
    """Body and view as the network reads them from the other clip."""

    def transfer(one: Filmed, other: Filmed) -> Numbers:
        motion = network.retarget(one.poses, skeleton=other.poses, view=other.poses)
        return np.asarray(motion.positions, np.float64)

    return transfer


def as_filmed(network: Retargeter, *, told: bool = False, depth: bool = True) -> Transfer:
    """The same with the tilt of the other camera put back: as the network reads it, or `told` of both cameras; with the
    detector's depth or without it.
    """

    def codes_of(clip: Filmed) -> KinematicCodes:
        poses = clip.poses if depth else replace(clip.poses, depth=None)
        codes = network.encode(poses, CameraAngle(tilt=clip.tilt) if told else None)
        assert isinstance(codes, KinematicCodes), "the kinematic network has these"
        return codes

    def transfer(one: Filmed, other: Filmed) -> Numbers:
        here, there = codes_of(one), codes_of(other)
        view = View(there.view.azimuth, there.view.elevation, tilt_in(there))
        motion = network.decode(replace(here, skeleton=there.skeleton, view=view), planted=True)
        return np.asarray(motion.positions, np.float64)

    return transfer


def tilt_in(codes: KinematicCodes) -> float:
    """Degrees that the picture of the camera that filmed is turned clockwise, as the codes have it."""
    turn = codes.motion.camera @ rotation(codes.view).T
    return math.degrees(math.atan2(turn[1, 0], turn[0, 0]))


def error(transfer: Transfer, clips: Sequence[Filmed]) -> float:
    """Mean distance of joints about the mid-hip, in % of the height, over all pairs."""
    off = []
    for one, other in permutations(clips, 2):
        shown = other.shown - other.shown[:, Joint.MID_HIP, None]
        moved = transfer(one, other)[: len(shown)]
        off.append(np.linalg.norm(moved - moved[:, Joint.MID_HIP, None] - shown, axis=-1).mean())
    return 100 * float(np.mean(off)) / HEIGHT


def section(rows: Sequence[tuple[str, float]], clips: Sequence[Filmed]) -> str:
    """What goes into docs/EVALUATION.md."""
    tilts = ", ".join(f"{clip.tilt:.0f}" for clip in clips)
    return "\n".join(
        [
            "## Between real cameras",
            "",
            f"Made by `python -m benchmarks.view_transfer`: Pose2Sim's recording of one person, {len(clips[0].shown)} frames, four calibrated cameras, "
            f"tilted by {tilts}°. What is found in one view goes onto the body and into the view that are read from another; all twelve pairs. The error is "
            f"the mean distance of the 15 joints about the mid-hip from where the four views together show them, in % of the height ({HEIGHT:.0f} pixels). "
            "Nothing is fitted to this recording.",
            "",
            table(["", "error (% of height)"], [[name, f"{value:.2f}"] for name, value in rows]),
        ]
    )


def transfers(weights: Path | None, data: Path | None) -> dict[str, Transfer]:
    """The rows, by name."""
    kinematic = Retargeter.load("kinematic", "cpu", weights)
    rows = {
        "our `kinematic`": as_filmed(kinematic),
        "our `kinematic`, without the detector's depth": as_filmed(kinematic, depth=False),
        "our `kinematic`, told how the cameras are tilted": as_filmed(kinematic, told=True),
        "our `kinematic`, level (a view has no tilt)": by_clip(kinematic),
        "our `paper`": by_clip(Retargeter.load("paper", "cpu")),
    }
    if data is None:
        log.warning("THE OFFICIAL NETWORK IS NOT COMPARED WITH: name the folder that holds baselines/lcm with --data.")
    else:
        rows["LCM, official weights"] = by_clip(Retargeter.load("paper", "cpu", data / "baselines/lcm"))
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.view_transfer",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("recording", type=Path, metavar="RECORDING", help="the folder Pose2Sim/Demo_SinglePerson")
    parser.add_argument("--data", type=Path, help="folder that holds baselines/lcm, the official network")
    parser.add_argument("--kinematic-weights", type=Path, metavar="FILE", help="other weights than the shipped ones")
    parser.add_argument("--cache", type=Path, help="folder to keep detections in")
    parser.add_argument(
        "--output", type=Path, default=Path("docs"), help="folder for EVALUATION.md (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    views = cameras(options.recording / "calibration/Calib.qca.txt")
    clips = filmed(sorted((options.recording / "videos").glob("*.mp4")), views, options.cache)
    rows = []
    for name, transfer in transfers(options.kinematic_weights, options.data).items():
        rows.append((name, error(transfer, clips)))
        log.info("%s: %.2f", *rows[-1])
    replace_section(options.output / "EVALUATION.md", "view_transfer", section(rows, clips), "Evaluation")
    return 0


if __name__ == "__main__":
    sys.exit(main())
