"""The sheet of one performance: sixteen frames of the source, and below each every character. Runs where OpenCV is."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from blender_addon.core.detection.overlay import drawn
from blender_addon.core.pose_files import PoseFile
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.skeleton import Joint
from blender_addon.core.video import FrameRange, Video

Image = NDArray[np.uint8]
"""(H, W, 3) uint8, blue green red."""

TALL, BELOW = 1.55, 0.12
"""Height of the part of the picture that is shown, in the performer's, and what of it lies below the ankles."""
PAPER = (235, 240, 242)
INK = (52, 44, 40)
LABEL = 13
QUALITY = 70


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the renders, cut the source, write the sheet."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gallery_sheet", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("poses", type=Path)
    parser.add_argument("renders", type=Path)
    parser.add_argument("sheet", type=Path)
    parser.add_argument("--characters", nargs="+", required=True)
    parser.add_argument("--video", type=Path)
    parser.add_argument("--range", default="")
    options = parser.parse_args(arguments)
    rows = [
        [read_picture(path) for path in sorted((options.renders / name).glob("*.png"))] for name in options.characters
    ]
    height, width = rows[0][0].shape[:2]
    source = _source(options.poses, options.video, options.range, (width, height))
    labels = ["source", *options.characters]
    pictures = np.vstack([_labelled(np.hstack(row), label) for row, label in zip([source, *rows], labels, strict=True)])
    if not cv2.imwrite(str(options.sheet), pictures, [cv2.IMWRITE_WEBP_QUALITY, QUALITY]):
        raise ValueError(f"{options.sheet} cannot be written; check the room on that disk.")
    return 0


def _source(file: Path, video: Path | None, frame_range: str, size: tuple[int, int]) -> list[Image]:
    """The source's frames with the skeleton over them, cut about the performer."""
    with np.load(file) as stored:
        positions, confidence, frames, picture = (
            stored[name] for name in ("positions", "confidence", "frames", "size")
        )
    # Pose files may not say how large the picture is.
    wide, high = (int(side) for side in (picture if picture.all() else np.ceil(positions.max(axis=(0, 1))) + 1))
    person = PoseSequence(positions, confidence, 30.0, (wide, high))
    poses = PoseFile((person,), (1,))
    wanted = {int(row) for row in frames}
    if video is None:
        images = {row: np.full((high, wide, 3), PAPER, np.uint8) for row in wanted}
    else:
        opened = Video.open(video, FrameRange.parse(frame_range) if frame_range else None)
        images = {row: frame.image for row, frame in enumerate(opened.frames()) if row in wanted}
    tall = _height(positions, confidence)
    return [
        _cut(drawn(images[int(row)], poses, int(row)), positions[row], confidence[row], tall, size) for row in frames
    ]


def _height(positions: NDArray[np.float32], confidence: NDArray[np.float32]) -> float:
    """How tall the performer is in the picture, in pixels: the longest that head to ankle ever is."""
    ankles = [Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]
    seen = (confidence[:, [Joint.HEAD, *ankles]] > 0).all(axis=1)
    spans = np.linalg.norm(positions[seen][:, [Joint.HEAD]] - positions[seen][:, ankles], axis=-1)
    return float(np.percentile(spans, 95)) if seen.any() else float(np.ptp(positions[..., 1]))


def _cut(
    image: Image, joints: NDArray[np.float32], confidence: NDArray[np.float32], tall: float, size: tuple[int, int]
) -> Image:
    """The part about the joints that are seen, as large as every other."""
    low, high = joints[confidence > 0].min(axis=0), joints[confidence > 0].max(axis=0)
    middle = (low + high) / 2
    scale = size[1] / (TALL * tall)
    shift = np.array(size) / 2 - scale * middle
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    return np.asarray(
        cv2.warpAffine(image, matrix, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_CONSTANT, borderValue=PAPER),
        dtype=np.uint8,
    )


def _labelled(row: Image, label: str) -> Image:
    cv2.putText(row, label.replace("_", " "), (6, 6 + LABEL), INK, cv2.FontFace("sans"), LABEL, 600)
    return row


def read_picture(path: Path) -> Image:
    """The picture in a file. Raises ValueError where it is none."""
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError(f"{path} is no picture; render it again.")
    return np.asarray(image, dtype=np.uint8)


if __name__ == "__main__":
    sys.exit(main())
