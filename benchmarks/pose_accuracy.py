"""How right detected joints are, and their confidence: `python -m benchmarks.pose_accuracy CLIP`.

CLIP is the folder Pose2Sim/Demo_SinglePerson of the wheel `pose2sim` (BSD-3-Clause): one person, four calibrated cameras, 100 frames. The joints of the
four views are triangulated and shown to each camera again; what four views agree on is right. Writes a section into docs/EVALUATION.md.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from blender_addon.core.detection.confidence import confidence
from blender_addon.core.detection.detector import Detector
from blender_addon.core.detection.landmarks import LIMBS
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


@dataclass(frozen=True)
class Camera:
    """A calibrated camera: `matrix` (3, 3), `distortion` (4,), and the world turned by `rotation` (3, 3) and moved by `translation` (3,), metres."""

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
        return np.asarray(cv2.projectPoints(places, turn, self.translation, self.matrix, self.distortion)[0][:, 0], np.float64)


@dataclass(frozen=True)
class Observed:
    """One person in V views of T frames: `points` (V, T, 12, 2) pixels, `confidence` (V, T, 12), and `fps`, frames a second of one view."""

    points: Numbers
    confidence: Numbers
    fps: float


def cameras(calibration: Path) -> list[Camera]:
    """Those of a Qualisys file: lengths in 1/64 pixel and millimetres, rotations by column, z towards the viewer."""
    found = []
    for camera in ET.parse(calibration).getroot().iter("camera"):
        transform, lens, picture = (_numbers(camera, tag) for tag in ("transform", "intrinsic", "fov_video"))
        middle = [lens["centerPointU"] / 64 - picture["left"], lens["centerPointV"] / 64 - picture["top"]]
        matrix = np.array([[lens["focalLengthU"] / 64, 0, middle[0]], [0, lens["focalLengthV"] / 64, middle[1]], [0, 0, 1]])
        distortion = np.array([lens[name] for name in ("radialDistortion1", "radialDistortion2", "tangentalDistortion1", "tangentalDistortion2")])
        turn = np.array([[transform[f"r{row}{column}"] for column in "123"] for row in "123"])
        place = np.array([transform[axis] for axis in "xyz"]) / 1000
        flip = np.diag([1.0, -1.0, -1.0])
        found.append(Camera(matrix, distortion, flip @ turn, flip @ -turn @ place))
    return found


def observed(videos: Sequence[Path], threads: int) -> Observed:
    """The most prominent person of each video, raw."""
    views, began, frame_count = [], time.perf_counter(), 0
    for path in videos:
        video = Video.open(path)
        detector = Detector(video.fps, threads=threads)
        frames = [detector(frame.image, frame.index) for frame in video.frames()]
        frame_count += len(frames)
        sizes = Counter[int]()
        for sightings in frames:
            sizes.update({sighting.id: round(sighting.body.size) for sighting in sightings})
        person = sizes.most_common(1)[0][0]
        bodies = [next((sighting.body for sighting in sightings if sighting.id == person), None) for sightings in frames]
        if None in bodies:
            raise ValueError(f"The person of {path.name} is lost in frame {bodies.index(None)}; nothing can be compared there.")
        views.append([(body.points[list(LIMBS)], confidence(body, video.image_size)[list(LIMBS)]) for body in bodies if body is not None])
        log.info("%s: %d frames", path.name, len(frames))
    length = min(map(len, views))
    points, sure = (np.array([[row[part] for row in view[:length]] for view in views], np.float64) for part in (0, 1))
    return Observed(points, sure, frame_count / (time.perf_counter() - began))


def reprojection_errors(seen: Observed, views: Sequence[Camera], *, without_itself: bool) -> Numbers:
    """(V, T, 12) pixels between each joint and what all views, or all others, make of it: direct linear transform, weighed by confidence."""
    count = len(views)
    points, weights = seen.points.reshape(count, -1, 2), np.maximum(seen.confidence.reshape(count, -1), LEAST_WEIGHT)
    rays = np.array([view.normalised(own) for view, own in zip(views, points, strict=True)])
    errors = []
    for view in range(count):
        used = [other for other in range(count) if not (without_itself and other == view)]
        places = _triangulated(rays[used], weights[used], [views[other] for other in used])
        errors.append(np.linalg.norm(views[view].project(places) - points[view], axis=1))
    return np.array(errors).reshape(seen.confidence.shape)


def calibration_error(sure: Numbers, right: NDArray[np.bool_]) -> float:
    """How far confidence is from the share that is right, over ten bins weighed by their size (expected calibration error)."""
    rows = np.minimum((sure.ravel() * BINS).astype(int), BINS - 1)
    gaps = [abs(float(sure.ravel()[rows == row].sum() - right.ravel()[rows == row].sum())) for row in range(BINS)]
    return sum(gaps) / sure.size


def section(seen: Observed, views: Sequence[Camera]) -> str:
    """What goes into docs/EVALUATION.md."""
    rows = []
    for name, without_itself in (("all four views", False), ("the three others", True)):
        errors = reprojection_errors(seen, views, without_itself=without_itself)
        rows.append([name, f"{np.median(errors):.1f}", f"{np.quantile(errors, 0.9):.1f}", f"{100 * (errors > GROSS).mean():.2f} %"])
    right = reprojection_errors(seen, views, without_itself=False) <= RIGHT * HEIGHT
    reported = seen.confidence > 0
    error = calibration_error(seen.confidence[reported], right[reported])
    return "\n".join(
        [
            "## Detection",
            "",
            f"Made by `python -m benchmarks.pose_accuracy`: Pose2Sim's clip of one person, {seen.points.shape[1]} frames, four calibrated cameras, the person "
            f"{HEIGHT:.0f} pixels tall; shoulders to ankles, all frames and views, raw. Each joint is compared with what views make of it together "
            "(direct linear transform, weighed by confidence); cameras that are not quite in step and calibrated add to every error.",
            "",
            table(["triangulated from", "median (pixels)", "90th percentile", f"above {GROSS:.0f} pixels"], rows),
            "",
            f"{100 * reported.mean():.1f} % of the joints are reported as seen. A reported joint's confidence is the chance that it is within "
            f"{100 * RIGHT:.0f} % of the height: the calibration error is {error:.3f}, "
            f"the standard deviation of confidence {seen.confidence[reported].std():.3f}.",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pose_accuracy", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path, metavar="CLIP", help="the folder Pose2Sim/Demo_SinglePerson")
    parser.add_argument("--threads", type=int, default=0, help="of the pose networks (default: one a core)")
    parser.add_argument("--output", type=Path, default=Path("docs"), help="folder for EVALUATION.md (default: %(default)s)")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    views = cameras(options.clip / "calibration/Calib.qca.txt")
    seen = observed(sorted((options.clip / "videos").glob("*.mp4")), options.threads)
    text = section(seen, views)
    replace_section(options.output / "EVALUATION.md", "detection", text, "Evaluation")
    log.info("%s\n\n%.1f frames a second, decoding included.", text, seen.fps)
    return 0


def _numbers(camera: ET.Element, tag: str) -> dict[str, float]:
    """The attributes of a camera's element that are numbers."""
    element = camera.find(tag)
    if element is None:
        raise ValueError(f"The calibration has a camera without {tag}; take the file of the wheel.")
    return {name: float(value) for name, value in element.attrib.items() if value.lstrip("-").replace(".", "", 1).replace("e-", "", 1).isdigit()}


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
