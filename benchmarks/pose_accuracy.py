"""How right detected joints are, and their confidence: `python -m benchmarks.pose_accuracy RECORDING [--mediapipe PYTHON]`.

RECORDING is the folder Pose2Sim/Demo_SinglePerson of the wheel `pose2sim` (BSD-3-Clause): one person, four calibrated
cameras, 100 frames. The joints of the four views are triangulated and shown to each camera again; what four views agree
on is right. PYTHON is an interpreter that has MediaPipe (`mediapipe_poses.py` says how): it is measured by turns on the
same recording. Writes a section into docs/EVALUATION.md.
"""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from blender_addon.core.detection.blazepose import BlazePose
from blender_addon.core.detection.landmarks import LAYOUT, limb_rows
from blender_addon.core.video import Video
from training.documents import replace_section, table

log = logging.getLogger("benchmarks")
Numbers = NDArray[np.float64]

LEAST_WEIGHT = 0.05
GROSS = 60.0
"""Pixels."""
HEIGHT = 900.0
"""Of the person in the pictures, in pixels."""
RIGHT = 0.05
"""Of the height: what confidence promises."""
BINS = 10

SCENE: tuple[tuple[tuple[float, float] | None, ...], ...] = (
    ((279.9, 1360.1), (282.9, 1212.2), None, (933, 1055)),
    ((318.6, 1335.3), (325.6, 1208.2), None, (890, 1070)),
    ((66.5, 1057.4), (414.9, 1036.5), (912, 1225), (884, 1429)),
    ((109.2, 1060.4), (438.8, 1041.5), (875, 1235), (837, 1411)),
    ((787.2, 1274.8), (803.1, 1263.9), (141, 1265), None),
    ((767.3, 1289.7), (758.4, 1268.8), (165, 1241), None),
    ((510.2, 1033.5), (822.9, 1062.3), (519, 1497), (324, 1463)),
    ((518.2, 1064.3), (789.2, 1084.2), (486, 1432), (386, 1397)),
    ((667.1, 1516.9), (275.0, 1315.4), (262, 971), (831, 860)),
    ((943.0, 1423.6), (631.3, 1343.2), (64, 1058), (608, 924)),
)
"""Bolts, markers and posts of the platform, which stand still, in the four views: pixels of the first frame, by hand to
about one; None where one is hidden.
"""

PLACES_ABOUT = (-0.8, 0.0, 0.0)
"""Metres: where the search for the places of SCENE begins."""

STIFFNESS = 0.01
"""How little a view is moved without need."""

KNOWN = (("OpenPose, as known", 14.7, 27.9), ("the plain pipeline, as known", 11.6, 22.3))
"""Median and 90th percentile of others by the cameras as published."""

QUIET = 0.1
"""Processors that other programs may take up while speed is measured."""

LEAST_STAY = 0.5
"""A video shows one person where nobody else is followed for this part of it."""


@dataclass(frozen=True)
class Camera:
    """A calibrated camera: `matrix` (3, 3), `distortion` (4,), and the world turned by `rotation` (3, 3) and moved by
    `translation` (3,), metres.
    """

    matrix: Numbers
    distortion: Numbers
    rotation: Numbers
    translation: Numbers

    def normalised(self, points: Numbers) -> Numbers:
        """(N, 2) pixels to directions at depth 1, the lens undone."""
        return np.asarray(cv2.undistortPoints(points[:, None], self.matrix, self.distortion)[:, 0], np.float64)

    def project(self, places: Numbers) -> Numbers:
        """(N, 3) metres to (N, 2) pixels."""
        turn = np.asarray(cv2.Rodrigues(self.rotation)[0], np.float64)
        return np.asarray(
            cv2.projectPoints(places, turn, self.translation, self.matrix, self.distortion)[0][:, 0], np.float64
        )


@dataclass(frozen=True)
class Observed:
    """One person in V views of T frames: `points` (V, T, 12, 2) pixels and `confidence` (V, T, 12)."""

    points: Numbers
    confidence: Numbers

    def moved(self, by: Numbers) -> Observed:
        """With the points of each view moved by (V, 2) pixels."""
        return Observed(self.points + by[:, None, None], self.confidence)


@dataclass(frozen=True)
class Run:
    """One video looked at once: `points` (T, 33, 2), `confidence` (T, 33), the seconds it took, and whether it shows
    one person alone.
    """

    points: Numbers
    confidence: Numbers
    seconds: float
    alone: bool = True


def cameras(calibration: Path) -> list[Camera]:
    """Those of a Qualisys file: lengths in 1/64 pixel and millimetres, rotations by column, z towards the viewer."""
    found = []
    for camera in ET.parse(calibration).getroot().iter("camera"):
        transform, lens, picture = (_numbers(camera, tag) for tag in ("transform", "intrinsic", "fov_video"))
        middle = [lens["centerPointU"] / 64 - picture["left"], lens["centerPointV"] / 64 - picture["top"]]
        matrix = np.array(
            [[lens["focalLengthU"] / 64, 0, middle[0]], [0, lens["focalLengthV"] / 64, middle[1]], [0, 0, 1]]
        )
        distortion = np.array(
            [
                lens[name]
                for name in ("radialDistortion1", "radialDistortion2", "tangentalDistortion1", "tangentalDistortion2")
            ]
        )
        turn = np.array([[transform[f"r{row}{column}"] for column in "123"] for row in "123"])
        place = np.array([transform[axis] for axis in "xyz"]) / 1000
        flip = np.diag([1.0, -1.0, -1.0])
        found.append(Camera(matrix, distortion, flip @ turn, flip @ -turn @ place))
    return found


def ours(path: Path, threads: int) -> Run:
    """The most prominent person of a video, raw."""
    video = Video.open(path)
    detector = BlazePose(video.fps, threads=threads)
    began = time.perf_counter()
    frames = [seen for _, seen in detector.follow(video.frames())]
    seconds = time.perf_counter() - began
    sizes, stays = Counter[int](), Counter[int]()
    for sightings in frames:
        sizes.update({sighting.id: round(np.ptp(sighting.points, axis=0).max()) for sighting in sightings})
        stays.update(sighting.id for sighting in sightings)
    person = sizes.most_common(1)[0][0]
    bodies = [sighting for sightings in frames for sighting in sightings if sighting.id == person]
    if len(bodies) < len(frames):
        raise ValueError(
            f"The person of {path.name} is lost in {len(frames) - len(bodies)} frames; nothing can be compared there."
        )
    points, sure = (
        np.array([body.points for body in bodies], np.float64),
        np.array([body.confidence for body in bodies], np.float64),
    )
    return Run(points, sure, seconds, sum(stay >= LEAST_STAY * len(frames) for stay in stays.values()) == 1)


def mediapipes(path: Path, python: Path) -> Run:
    """The same by MediaPipe, in its own environment; raises CalledProcessError where that lacks something."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "poses.npz"
        program = Path(__file__).with_name("mediapipe_poses.py")
        subprocess.run([python, program, path, out], check=True, stderr=subprocess.DEVNULL)
        with np.load(out) as found:
            return Run(found["points"], found["confidence"], float(found["seconds"]))


def together(runs: Sequence[Run]) -> Observed:
    """The shoulders to ankles of one person in several views; ValueError where it was lost."""
    length, rows = min(len(run.points) for run in runs), limb_rows(LAYOUT)
    points = np.array([run.points[:length, rows] for run in runs])
    if np.isnan(points).any():
        raise ValueError("MediaPipe lost the person in some frames; nothing can be compared there.")
    return Observed(points, np.array([run.confidence[:length, rows] for run in runs]))


def scene() -> Observed:
    """SCENE as something that is seen in one frame, NaN where it is hidden."""
    points = np.array([[place or (np.nan, np.nan) for place in row] for row in SCENE], np.float64).transpose(1, 0, 2)[
        :, None
    ]
    return Observed(points, np.where(np.isnan(points[..., 0]), 0.0, 1.0))


def corrections(views: Sequence[Camera]) -> Numbers:
    """(V, 2) pixels by which what each view sees has to be moved so that the views agree on what stands still: how far
    the calibration is off.
    """
    still = scene()
    seen = still.confidence[:, 0] > 0
    count = len(SCENE)

    def off(unknown: Numbers) -> Numbers:
        places, moves = unknown[: 3 * count].reshape(-1, 3), unknown[3 * count :].reshape(-1, 2)
        rows = [
            (view.project(places[used]) - point[used] - move).ravel()
            for view, point, used, move in zip(views, still.points[:, 0], seen, moves, strict=True)
        ]
        return np.concatenate([*rows, STIFFNESS * moves.ravel()])

    start = np.concatenate([np.tile(PLACES_ABOUT, count), np.zeros(2 * len(views))])
    return np.asarray(least_squares(off, start).x[3 * count :], np.float64).reshape(-1, 2)


def reprojection_errors(seen: Observed, views: Sequence[Camera], *, without_itself: bool) -> Numbers:
    """(V, T, 12) pixels between each joint and what all views, or all others, make of it: direct linear transform,
    weighed by confidence.
    """
    count = len(views)
    points, weights = _flat(seen)
    rays = _rays(points, views)
    errors = []
    for view in range(count):
        used = [other for other in range(count) if not (without_itself and other == view)]
        places = _triangulated(rays[used], weights[used], [views[other] for other in used])
        errors.append(np.linalg.norm(views[view].project(places) - points[view], axis=1))
    return np.array(errors).reshape(seen.confidence.shape)


def agreed(seen: Observed, views: Sequence[Camera], correct: Numbers) -> Observed:
    """What the views would see if they agreed: the joints that they make together once `correct` is put right, where
    each view shows them.
    """
    right = seen.moved(correct)
    points, weights = _flat(right)
    places = _triangulated(_rays(points, views), weights, views)
    shown = np.array([view.project(places) for view in views]).reshape(right.points.shape)
    return Observed(shown, right.confidence).moved(-correct)


def unbiased(seen: Observed, right: Observed) -> Observed:
    """Without the mean error of each joint in each view, against what is `right`."""
    return Observed(seen.points + (right.points - seen.points).mean(axis=1, keepdims=True), seen.confidence)


def calibration_error(sure: Numbers, right: NDArray[np.bool_]) -> float:
    """How far confidence is from the share that is right, over ten bins weighed by their size (expected calibration
    error).
    """
    rows = np.minimum((sure.ravel() * BINS).astype(int), BINS - 1)
    gaps = [abs(float(sure.ravel()[rows == row].sum() - right.ravel()[rows == row].sum())) for row in range(BINS)]
    return sum(gaps) / sure.size


def row(name: str, errors: Numbers) -> list[str]:
    """What a table says of errors in pixels."""
    return [
        name,
        f"{np.nanmedian(errors):.1f}",
        f"{np.nanquantile(errors, 0.9):.1f}",
        f"{100 * (errors > GROSS).mean():.2f} %",
    ]


def section(seen: Observed, views: Sequence[Camera], correct: Numbers, other: Observed | None = None) -> str:
    """What goes into docs/EVALUATION.md; `correct` as `corrections` gives it, and `other` what MediaPipe saw."""
    head = ["triangulated from", "median (pixels)", "90th percentile", f"above {GROSS:.0f} pixels"]
    tables = []
    for by in (np.zeros_like(correct), correct):
        body = []
        for who, whose in (("", seen), ("MediaPipe: ", other)):
            if whose is not None:
                errors = [reprojection_errors(whose.moved(by), views, without_itself=alone) for alone in (False, True)]
                body += [row(f"{who}all four views", errors[0]), row(f"{who}the three others", errors[1])]
        tables.append(body)
    tables[0] += [[f"{name}: all four views", f"{middle}", f"{most}", "–"] for name, middle, most in KNOWN]
    shown = agreed(seen, views, correct)
    for name, ideal in (
        ("joints without an error", shown),
        ("ours, without each joint's mean error in each view", unbiased(seen, shown)),
    ):
        tables[0].append(row(f"{name}: all four views", reprojection_errors(ideal, views, without_itself=False)))
    right = reprojection_errors(seen.moved(correct), views, without_itself=False) <= RIGHT * HEIGHT
    reported = seen.confidence > 0
    error = calibration_error(seen.confidence[reported], right[reported])
    return "\n".join(
        [
            "## Detection",
            "",
            f"Made by `python -m benchmarks.pose_accuracy`: Pose2Sim's recording of one person, {seen.points.shape[1]} frames, four calibrated cameras, the "
            f"person {HEIGHT:.0f} pixels tall; shoulders to ankles, all frames and views, raw. Each joint is compared with what views make of it together "
            "(direct linear transform, weighed by confidence).",
            "",
            "By the cameras as they were published:",
            "",
            table(head, tables[0]),
            "",
            _about_the_cameras(views, correct),
            "",
            "By cameras that agree on what stands still:",
            "",
            table(head, tables[1]),
            "",
            f"{100 * reported.mean():.1f} % of the joints are reported as seen. A reported joint's confidence is the chance that it is within "
            f"{100 * RIGHT:.0f} % of the height: the calibration error is {error:.3f}, "
            f"the standard deviation of confidence {seen.confidence[reported].std():.3f}.",
        ]
    )


def _about_the_cameras(views: Sequence[Camera], correct: Numbers) -> str:
    """How far the published cameras are off, in a sentence or two."""
    still = scene()
    before, after = (scene_errors(still.moved(by), views) for by in (np.zeros_like(correct), correct))
    moves = ", ".join(f"{np.hypot(*move):.0f}" for move in correct)
    return (
        f"These cameras are off: {len(SCENE)} bolts, markers and posts of the platform, which stand still and were located by hand to about a pixel, lie "
        f"{np.nanmedian(before):.1f} pixels in the median and {np.nanquantile(before, 0.9):.1f} in the 90th percentile from what all views make of them, as "
        f"near as that table's joints. Each view moved as a whole ({moves} pixels) leaves {np.nanmedian(after):.1f} and {np.nanquantile(after, 0.9):.1f} "
        "there. The moves come from what stands still alone; no joint has part in them."
    )


def scene_errors(still: Observed, views: Sequence[Camera]) -> Numbers:
    """(V, N) pixels between each point of the scene and what the views that see it make of it; NaN where it is hidden."""
    errors = np.full(still.confidence[:, 0].shape, np.nan)
    for index in range(len(errors.T)):
        used = np.flatnonzero(still.confidence[:, 0, index] > 0).tolist()
        part = Observed(still.points[used][:, :, [index]], still.confidence[used][:, :, [index]])
        errors[used, index] = reprojection_errors(part, [views[view] for view in used], without_itself=False)[:, 0, 0]
    return errors


def beside(videos: Sequence[Path], python: Path, threads: int, rounds: int) -> tuple[list[Run], list[Run], str]:
    """Our last run and MediaPipe's of each video, by turns, and a sentence on how long they take.

    Speed counts where one person alone is in sight and no other program ran meanwhile.
    """
    speeds = []
    for _ in range(rounds):
        pairs = []
        for path in videos:
            began, before = time.perf_counter(), _others()
            mine, its = ours(path, threads), mediapipes(path, python)
            others = (_others() - before) / (time.perf_counter() - began)
            pair = (len(mine.points) / mine.seconds, len(its.points) / its.seconds)
            log.info("%s: %.1f and %.1f frames a second; other programs took %.2f processors", path.name, *pair, others)
            if mine.alone and others <= QUIET:
                speeds.append(pair)
            pairs.append((mine, its))
    return [mine for mine, _ in pairs], [its for _, its in pairs], _told(speeds)


def _told(speeds: Sequence[tuple[float, float]]) -> str:
    """Of our frames a second and MediaPipe's in each pair of runs."""
    if not speeds:
        log.warning(
            "SPEED IS NOT MEASURED: other programs were running all the time; run this again beside nothing else."
        )
        return "Speed beside MediaPipe was not measured in this run: other programs were running."
    ratios = [own / other for own, other in speeds]
    own, other = (median(speed[side] for speed in speeds) for side in (0, 1))
    return (
        f"One person, decoding included, {len(ratios)} pairs of runs by turns with MediaPipe 0.10.21 (heavy) beside no other program: {own:.1f} frames a "
        f"second and {other:.1f}, {median(ratios):.2f} times as many ({min(ratios):.2f} to {max(ratios):.2f})."
    )


def _others() -> float:
    """Seconds of processors that other programs have taken up; 0 where the system does not say so as Linux does."""
    ticks = Path("/proc/stat")
    if not ticks.is_file():
        return 0.0
    user, nice, system, _, _, *interrupts = map(int, ticks.read_text(encoding="ascii").splitlines()[0].split()[1:9])
    machine = (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")
    own = os.times()
    return machine - (own.user + own.system + own.children_user + own.children_system)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.pose_accuracy",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("recording", type=Path, metavar="RECORDING", help="the folder Pose2Sim/Demo_SinglePerson")
    parser.add_argument(
        "--mediapipe", type=Path, metavar="PYTHON", help="compare with MediaPipe, which this interpreter has"
    )
    parser.add_argument("--rounds", type=int, default=3, help="of that comparison (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=0, help="of the pose networks (default: one a core)")
    parser.add_argument(
        "--output", type=Path, default=Path("docs"), help="folder for EVALUATION.md (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    views = cameras(options.recording / "calibration/Calib.qca.txt")
    videos = sorted((options.recording / "videos").glob("*.mp4"))
    if options.mediapipe is None:
        log.warning(
            "MEDIAPIPE IS NOT COMPARED WITH: give an interpreter that has it with --mediapipe; benchmarks/mediapipe_poses.py says how to make one."
        )
        text = section(together([ours(path, options.threads) for path in videos]), views, corrections(views))
    else:
        mine, its, told = beside(videos, options.mediapipe, options.threads, options.rounds)
        text = f"{section(together(mine), views, corrections(views), together(its))}\n\n{told}"
    replace_section(options.output / "EVALUATION.md", "detection", text, "Evaluation")
    log.info("%s", text)
    return 0


def _numbers(camera: ET.Element, tag: str) -> dict[str, float]:
    """The attributes of a camera's element that are numbers."""
    element = camera.find(tag)
    if element is None:
        raise ValueError(f"The calibration has a camera without {tag}; take the file of the wheel.")
    return {
        name: float(value)
        for name, value in element.attrib.items()
        if value.lstrip("-").replace(".", "", 1).replace("e-", "", 1).isdigit()
    }


def _flat(seen: Observed) -> tuple[Numbers, Numbers]:
    """(V, T · 12, 2) points and (V, T · 12) weights."""
    count = len(seen.points)
    return seen.points.reshape(count, -1, 2), np.maximum(seen.confidence.reshape(count, -1), LEAST_WEIGHT)


def _rays(points: Numbers, views: Sequence[Camera]) -> Numbers:
    """(V, N, 2) directions of (V, N, 2) pixels."""
    return np.array([view.normalised(own) for view, own in zip(views, points, strict=True)])


def _triangulated(rays: Numbers, weights: Numbers, views: Sequence[Camera]) -> Numbers:
    """(N, 3) metres from (V, N, 2) directions and (V, N) weights."""
    equations = []
    for ray, weight, view in zip(rays, weights, views, strict=True):
        matrix = np.column_stack([view.rotation, view.translation])
        equations += [weight[:, None] * (ray[:, [axis]] * matrix[2] - matrix[axis]) for axis in (0, 1)]
    places = np.linalg.svd(np.stack(equations, axis=1))[2][:, -1]
    return np.asarray(places[:, :3] / places[:, 3:], np.float64)


if __name__ == "__main__":
    sys.exit(main())
