"""The panels as a contact sheet and as a video."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from .figures import INK, LEFT, PAPER, RIGHT, TRUTH, Colour, Image
from .panels import Panel

log = logging.getLogger(__name__)

SHEET_SIDE, SHEET_COLUMNS = 240, 7
VIDEO_SIDE, VIDEO_COLUMNS = 420, 3
LABEL_WIDTH, BAR_HEIGHT, LEGEND_HEIGHT = 300, 54, 40
MARGIN = 14
TITLE_SIZE, NOTE_SIZE = 17, 14
BOLD, REGULAR = 700, 400
FRAMES_PER_LINE = 60
"""Frames of the video from one line about its progress to the next."""

LEGEND: tuple[tuple[str, Colour], ...] = (("right limbs", RIGHT), ("left limbs", LEFT), ("where the network errs: the truth, in grey", TRUTH))


def write_contact_sheet(panels: Sequence[Panel], path: Path) -> None:
    """A row a panel, a column a moment."""
    moments = np.linspace(0, min(map(len, panels)), SHEET_COLUMNS, endpoint=False).astype(int)
    rows = [_legend(LABEL_WIDTH + SHEET_COLUMNS * SHEET_SIDE)]
    for panel in panels:
        label = _paper(LABEL_WIDTH, SHEET_SIDE)
        _write(label, (MARGIN, SHEET_SIDE // 2 - 8), panel.title, panel.note)
        rows.append(np.hstack((label, *(panel.picture(int(moment), SHEET_SIDE) for moment in moments))))
    if not cv2.imwrite(str(path), np.vstack(rows)):
        raise ValueError(f"{path.name} cannot be written; check the room on that disk.")


def write_video(panels: Sequence[Panel], fps: float, path: Path) -> None:
    """All panels side by side, as long as the shortest; logs how far it is."""
    frames = min(map(len, panels))
    rows = -(-len(panels) // VIDEO_COLUMNS)
    size = VIDEO_COLUMNS * VIDEO_SIDE, LEGEND_HEIGHT + rows * (VIDEO_SIDE + BAR_HEIGHT)
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), fps, size)
    if not writer.isOpened():
        raise ValueError(f"OpenCV cannot write {path.name}; install opencv-python-headless, whose build can.")
    try:
        for frame in range(frames):
            writer.write(_side_by_side(panels, frame, rows))
            if (frame + 1) % FRAMES_PER_LINE == 0:
                log.info("Drawing the video: frame %d of %d", frame + 1, frames)
    finally:
        writer.release()


def _side_by_side(panels: Sequence[Panel], frame: int, rows: int) -> Image:
    image = _paper(VIDEO_COLUMNS * VIDEO_SIDE, LEGEND_HEIGHT + rows * (VIDEO_SIDE + BAR_HEIGHT))
    image[:LEGEND_HEIGHT] = _legend(image.shape[1])
    for index, panel in enumerate(panels):
        row, column = divmod(index, VIDEO_COLUMNS)
        top, left = LEGEND_HEIGHT + row * (VIDEO_SIDE + BAR_HEIGHT), column * VIDEO_SIDE
        _write(image, (left + MARGIN, top + 22), panel.title, panel.note)
        image[top + BAR_HEIGHT : top + BAR_HEIGHT + VIDEO_SIDE, left : left + VIDEO_SIDE] = panel.picture(frame, VIDEO_SIDE)
    return image


def _legend(width: int) -> Image:
    image, x = _paper(width, LEGEND_HEIGHT), MARGIN
    for text, colour in LEGEND:
        cv2.circle(image, (x + 7, LEGEND_HEIGHT // 2), 7, colour, -1, cv2.LINE_AA)
        (x, _), _ = cv2.putText(image, text, (x + 22, LEGEND_HEIGHT // 2 + 5), INK, cv2.FontFace("sans"), NOTE_SIZE, REGULAR)
        x += 2 * MARGIN
    return image


def _write(image: Image, at: tuple[int, int], title: str, note: str) -> None:
    """A bold line and a plain one below it."""
    font = cv2.FontFace("sans")
    cv2.putText(image, title, at, INK, font, TITLE_SIZE, BOLD)
    cv2.putText(image, note, (at[0], at[1] + 22), INK, font, NOTE_SIZE, REGULAR)


def _paper(width: int, height: int) -> Image:
    return np.full((height, width, 3), PAPER, np.uint8)
