"""What was filmed beside what was made of it: the frames of demo.mp4, and the contact sheet.

A program of its own, `python -m demo.composing`, because OpenCV lives in the worker's environment.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from blender_addon.core.detection.overlay import drawn
from blender_addon.core.detection.performance import detect
from blender_addon.core.video import FrameRange, Video

from .progress import Progress

Image = NDArray[np.uint8]
"""(H, W, 3) uint8, blue green red."""

SHEET_COLUMNS, SHEET_ROWS = 4, 4
SHEET_CELL = 400
"""Width of a picture on the contact sheet."""
MARGIN = 10
PAPER, INK, WHITE = (240, 245, 247), (52, 44, 40), (255, 255, 255)
LABEL = 20
"""Size of the letters, in pixels."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the video and the rendered frames, and write both."""
    parser = argparse.ArgumentParser(
        prog="python -m demo.composing", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("video", type=Path)
    parser.add_argument("--range", type=FrameRange.parse, default=None)
    parser.add_argument("--cache", type=Path, required=True, help="where the poses found in the video are kept")
    parser.add_argument("--rendered", type=Path, required=True, help="the folder of rendered frames")
    parser.add_argument("--frames", type=Path, required=True, help="the folder for the frames of the film")
    parser.add_argument("--sheet", type=Path, required=True, help="the contact sheet")
    options = parser.parse_args(arguments)
    video = Video.open(options.video, options.range)
    rendered = sorted(options.rendered.glob("*.png"))
    options.frames.mkdir(parents=True, exist_ok=True)
    chosen = {int(index) for index in np.linspace(0, len(rendered) - 1, SHEET_COLUMNS * SHEET_ROWS)}
    cells: list[Image] = []
    with Progress("Setting side by side", len(rendered)) as progress:
        for row, (source, character) in enumerate(
            zip(_filmed(video, options.cache), map(_read, rendered), strict=False)
        ):
            pair = _same_height(source, character)
            _write(np.hstack(pair), options.frames / f"{row + 1:04d}.png")
            if row in chosen:
                cells.append(_cell(pair, video.first_frame + row))
            progress.advance()
    _write(_sheet(cells), options.sheet)
    return 0


def _filmed(video: Video, cache: Path) -> Iterator[Image]:
    """The video's frames with the skeletons over them, as they were found by the demo's own detection."""
    poses = detect(video, cache=cache).poses
    for row, frame in enumerate(video.frames()):
        yield drawn(frame.image, poses, min(row, len(poses.people[0]) - 1))


def _same_height(source: Image, character: Image) -> tuple[Image, Image]:
    """Both as high as the character's picture, and of even width, which H.264 asks for."""
    height = character.shape[0]
    width = 2 * round(source.shape[1] * height / source.shape[0] / 2)
    return np.asarray(cv2.resize(source, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8), character


def _cell(pair: tuple[Image, Image], number: int) -> Image:
    """The source above, the character below, and which frame it is."""
    pictures = [
        cv2.resize(
            picture, (SHEET_CELL, round(picture.shape[0] * SHEET_CELL / picture.shape[1])), interpolation=cv2.INTER_AREA
        )
        for picture in pair
    ]
    cell = np.vstack([np.asarray(picture, dtype=np.uint8) for picture in pictures])
    cv2.putText(cell, f"{number}", (MARGIN, MARGIN + LABEL), INK, cv2.FontFace("sans"), LABEL, 700)
    return cell


def _sheet(cells: Sequence[Image]) -> Image:
    """The cells in rows, with paper around them."""
    height, width = cells[0].shape[0] + MARGIN, cells[0].shape[1] + MARGIN
    rows = -(-len(cells) // SHEET_COLUMNS)
    sheet: Image = np.full((rows * height + MARGIN, SHEET_COLUMNS * width + MARGIN, 3), PAPER, np.uint8)
    for index, cell in enumerate(cells):
        top, left = MARGIN + index // SHEET_COLUMNS * height, MARGIN + index % SHEET_COLUMNS * width
        sheet[top : top + cell.shape[0], left : left + cell.shape[1]] = cell
    return sheet


def _read(path: Path) -> Image:
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError(f"{path} is no picture; render it again.")
    return np.asarray(image, dtype=np.uint8)


def _write(image: Image, path: Path) -> None:
    if not cv2.imwrite(str(path), image):
        raise ValueError(f"{path} cannot be written; check the room on that disk.")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ValueError, OSError) as error:
        sys.exit(str(error))
