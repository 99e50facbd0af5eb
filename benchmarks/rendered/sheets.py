"""A page of contact sheets, to look at: `python -m benchmarks.rendered.sheets`, in the worker's Python, after
`measure`.

For everybody of every clip: the source with the joints that were found in colour and the true ones in white, then the
rig from the front and from its right, the puppet and the figure, side by side over time. The page lies beside what was
measured, in build/rendered/measured/PRODUCT/sheets/index.html; nothing of it is committed.
"""

from __future__ import annotations

import argparse
import html
import logging
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from blender_addon.core.detection.overlay import drawn
from blender_addon.core.pose_files import PoseFile
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.skeleton import BONE_CHILDREN, BONE_PARENTS
from blender_addon.core.video import Video

from ..gallery_sheet import read_picture
from .bake_jobs import FIGURE, PUPPET, RIG
from .clip_truth import ClipTruth, PersonTruth, add_clips, read_truth
from .found_people import FoundPerson
from .measure import BLENDER, ROOT, Place, found_in
from .sheet_jobs import CELL, SheetJob, View, write_jobs

log = logging.getLogger("benchmarks")
Image = NDArray[np.uint8]
"""(H, W, 3) uint8, blue green red."""

COUNT = 12
"""Frames of a sheet."""
ROWS = ((RIG, View.FRONT), (RIG, View.SIDE), (PUPPET, View.FRONT), (FIGURE, View.FRONT))
INK, WHITE, PAPER = (52, 44, 40), (255, 255, 255), (235, 240, 242)
LABEL, QUALITY = 13, 75
ROOM = 1.35
"""Height of what is shown of the source, in the height of the person or more."""
HEAD = "<!doctype html><meta charset=utf-8><title>{title}</title><style>body{{font:14px sans-serif}}img{{display:block}}</style><h1>{title}</h1>"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.rendered.sheets", description=(__doc__ or "").splitlines()[0]
    )
    add_clips(parser)
    parser.add_argument("--product", type=Path, default=ROOT, help="the checkout that was measured (default: this one)")
    parser.add_argument("--only", nargs="+", metavar="KIND", help="clips that show this or are called so")
    options = parser.parse_args(arguments)
    place = Place.of(options.product, options.clips)
    clips = [read_truth(path) for path in sorted(options.clips.glob("*.npz"))]
    clips = [clip for clip in clips if not options.only or {clip.name, *clip.kinds} & set(options.only)]
    folder = place.folder / "sheets"
    folder.mkdir(parents=True, exist_ok=True)
    people = [
        (clip, person) for clip in clips for person in range(len(clip.people)) if clip.people[person].counts.any()
    ]
    jobs = [job for clip, person in people for job in _jobs(place, clip, person, folder / "renders")]
    write_jobs(jobs, folder / "jobs.json")
    with (folder / "renders.log").open("wb") as said:
        command = [str(BLENDER), "-m", "benchmarks.rendered.sheet_renders", str(folder / "jobs.json")]
        subprocess.run(command, cwd=ROOT, check=True, stdout=said, stderr=subprocess.STDOUT)
    for clip, person in people:
        _write_sheet(place, options.clips / f"{clip.name}.mp4", clip, person, folder)
    shutil.rmtree(folder / "renders", ignore_errors=True)
    log.info("%s", _write_page(place, folder))
    return 0


def _shown(truth: PersonTruth) -> tuple[int, ...]:
    """The frames of a sheet."""
    there = np.flatnonzero(truth.counts)
    return tuple(int(frame) for frame in there[np.linspace(0, len(there) - 1, COUNT).astype(int)])


def _jobs(place: Place, clip: ClipTruth, person: int, renders: Path) -> list[SheetJob]:
    name, frames = f"{clip.name}.{person}", _shown(clip.people[person])
    blends = [(place.folder / clip.name / f"{name}.{character}.blend", character, view) for character, view in ROWS]
    return [
        SheetJob(str(blend), character, view, frames, str(renders / name / f"{character}-{view}"))
        for blend, character, view in blends
        if blend.with_suffix(".npz").exists()
    ]


def _write_sheet(place: Place, video: Path, clip: ClipTruth, person: int, folder: Path) -> None:
    truth, name = clip.people[person], f"{clip.name}.{person}"
    rows = [("source", _source(video, truth, found_in(place, clip)[person], clip))]
    for character, view in ROWS:
        paths = sorted((folder / "renders" / name / f"{character}-{view}").glob("*.png"))
        if paths:
            rows.append(
                (character if view is View.FRONT else f"{character}, its left", [read_picture(path) for path in paths])
            )
    picture = np.vstack([_labelled(np.hstack(cells), label) for label, cells in rows])
    if not cv2.imwrite(str(folder / f"{name}.webp"), picture, [cv2.IMWRITE_WEBP_QUALITY, QUALITY]):
        raise ValueError(f"{folder / name}.webp cannot be written; check the room on that disk.")


def _source(video: Path, truth: PersonTruth, found: FoundPerson | None, clip: ClipTruth) -> list[Image]:
    """The clip's frames about the person, with what was found and what is true."""
    wanted = _shown(truth)
    images = {row: frame.image for row, frame in enumerate(Video.open(video).frames()) if row in wanted}
    cells = []
    for row in wanted:
        image = np.array(images[row])
        if found is not None and found.confidence.any():
            poses = PoseSequence(
                found.pixels.astype(np.float32), found.confidence.astype(np.float32), clip.fps, clip.size
            )
            image = np.array(drawn(image, PoseFile((poses,), (found.performer,)), row))
        cells.append(_cut(_with_truth(image, truth, row), truth, row))
    return cells


def _with_truth(image: Image, truth: PersonTruth, row: int) -> Image:
    """With the true bones in thin white lines."""
    points = np.round(truth.pixels[row]).astype(int)
    for child, parent in zip(BONE_CHILDREN, BONE_PARENTS, strict=True):
        first, last = ((int(points[joint, 0]), int(points[joint, 1])) for joint in (child, parent))
        cv2.line(image, first, last, WHITE, 1, cv2.LINE_AA)
    return image


def _cut(image: Image, truth: PersonTruth, row: int) -> Image:
    """The part about the person, the same scale in all frames of somebody who keeps their distance."""
    low, high = truth.pixels[row].min(axis=0), truth.pixels[row].max(axis=0)
    tall = max(float(truth.height * truth.pixels_per_metre[row]), *(high - low))
    scale = CELL[1] / (ROOM * tall)
    shift = np.array(CELL) / 2 - scale * (low + high) / 2
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    cut = cv2.warpAffine(image, matrix, CELL, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_CONSTANT, borderValue=PAPER)
    return np.asarray(cut, dtype=np.uint8)


def _labelled(row: Image, label: str) -> Image:
    cv2.putText(row, label, (6, 6 + LABEL), INK, cv2.FontFace("sans"), LABEL, 600)
    return row


def _write_page(place: Place, folder: Path) -> Path:
    """All sheets that lie in the folder, below one another."""
    title = html.escape(f"Rendered clips on three characters: {place.label}")
    sheets = sorted(folder.glob("*.webp"))
    parts = [f"<h2>{html.escape(sheet.stem)}</h2><img src='{html.escape(sheet.name)}'>" for sheet in sheets]
    page = folder / "index.html"
    page.write_text(HEAD.format(title=title) + "\n".join(parts), encoding="utf-8")
    return page


if __name__ == "__main__":
    sys.exit(main())
