"""Heatmaps (T, J, H, W) of one performer: `.npy`, or `.npz` with `heatmaps` and optionally `layout` or `joint_names`,
`fps` and `image_size`.

A joint lies where a soft-argmax around the peak says, to a fraction of a cell; its confidence is the peak.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..pose_sequence import checked_image_size
from ..skeleton import LAYOUTS
from .containers import NpzFile
from .performers import UNKNOWN, Detections, finite_points, performers
from .point_layout import layout_of_points, layouts_of, other_export
from .point_names import named_layout
from .pose_file import MAX_FRAMES, PoseFile, Source
from .statements import NAMES, names_told

REACH = 5
"""Cells to each side of the peak that the soft-argmax looks at."""

WINDOW = 1.5
"""Width (one sigma) of the Gaussian window, in cells."""

ROUNDS = 3
"""How often the window is centred again on what it found."""

SHARPEST = 0.05
"""The least share of a shift that the window lets through; less is a flat heatmap."""

CHUNK = 64
"""Frames at a time."""

SMALLEST_SIDE = 4
"""Fewer cells than this are no picture."""


def recognises(array: NDArray[Any]) -> bool:
    """Whether an array has the shape."""
    return array.ndim == 4 and min(array.shape[2:]) >= SMALLEST_SIDE


def recognises_npz(file: NpzFile) -> bool:
    """Whether an archive holds heatmaps."""
    return "heatmaps" in file.names


def read_npz(file: NpzFile, source: Source) -> PoseFile:
    """The performer in an archive; what it says of itself stands behind what the user says."""
    if source.layout is None and "layout" in file.names:
        named = str(file.array("layout"))[:40]
        if named not in LAYOUTS:
            raise source.error(
                f"names a layout {named} that we do not know; name it with --layout, one of {', '.join(LAYOUTS)}."
            )
        source = replace(source, layout=named)
    if source.image_size is None and "image_size" in file.names:
        source = replace(source, image_size=checked_image_size(file.array("image_size").tolist()))
    if (
        source.fps is None
        and "fps" in file.names
        and file.array("fps").size == 1
        and file.array("fps").dtype.kind in "fiu"
        and file.array("fps").item() > 0
    ):
        source = replace(source, fps=float(file.array("fps").item()))
    names = _names(file, source)
    array = file.array("heatmaps")
    if array.dtype.kind not in "fiu" or not recognises(array):
        raise source.error(f"holds heatmaps of shape {array.shape}; write (frames, joints, height, width).")
    return read(array, source, names)


def _names(file: NpzFile, source: Source) -> tuple[str, ...]:
    """The names of the joints, where an array of the archive says them and the user names no layout."""
    arrays = [file.array(name) for name in NAMES if name in file.names and source.layout is None]
    return names_told(source, [{NAMES[0]: array.astype(str).ravel().tolist()} for array in arrays])


def read(array: NDArray[Any], source: Source, names: tuple[str, ...] = ()) -> PoseFile:
    """The performer; PoseFileError where neither the file names its joints nor the user their layout. Without an image
    size, a cell is a pixel.
    """
    frames, joints, height, width = array.shape
    if names and len(names) != joints:
        raise source.error(f"names {len(names)} joints and holds {joints} heatmaps a frame; write it again.")
    if source.layout is None and not names:
        fitting = ", ".join(layout.name for layout in layouts_of(joints))
        remedy = f"name their layout with --layout, one of {fitting}." if fitting else other_export()
        raise source.error(f"holds heatmaps of {joints} joints; {remedy}")
    nothing = np.zeros((1, joints, 2), np.float32), np.zeros((1, joints), np.float32)
    layout = named_layout(source, names) if names else layout_of_points(source, *nothing)
    if not 0 < frames <= MAX_FRAMES:
        raise source.error(f"holds {frames} frames; give 1 to {MAX_FRAMES}.")
    if source.image_size is None:
        source = replace(source, image_size=(width, height))
    scale = np.array(source.image_size) / (width, height)
    full = 1.0 if array.dtype.kind == "f" else float(np.iinfo(array.dtype).max)
    found = [finite_points(_peaks(_cleaned(array[at : at + CHUNK], full), scale)) for at in range(0, frames, CHUNK)]
    positions, confidence = (np.concatenate(parts) for parts in zip(*found, strict=True))
    timeline = np.arange(frames)
    return performers(
        source, Detections(layout, positions, confidence, timeline, np.full(frames, UNKNOWN), 0, frames - 1)
    )


def _cleaned(heatmaps: NDArray[Any], full: float) -> NDArray[np.float32]:
    """Heatmaps as parts of `full`, 0 where they are not finite or below 0."""
    with np.errstate(invalid="ignore", over="ignore"):
        parts = heatmaps.astype(np.float32) / np.float32(full)
    return np.where(np.isfinite(parts) & (parts > 0), parts, np.float32(0))


def soft_argmax(heatmaps: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the peaks of heatmaps, to a part of a cell.

    The mean under a Gaussian window of variance s² is off the window's centre by 1 − v / s² of the peak's distance, v
    the variance under it, for a Gaussian peak of any width; divided by that, the mean is the peak.

    Args:
        heatmaps: (…, H, W), 0 and above.

    Returns:
        (…, 2) column and row of each peak, the first cell's centre at 0; and (…,) its value.
    """
    height, width = heatmaps.shape[-2:]
    flat = heatmaps.reshape(-1, height, width).astype(np.float64)
    rows, columns = np.divmod(flat.reshape(len(flat), -1).argmax(axis=1), width)
    peaks = flat[np.arange(len(flat)), rows, columns]
    offsets = np.arange(-REACH, REACH + 1)
    padded = np.pad(flat, ((0, 0), (REACH, REACH), (REACH, REACH)))
    patch = padded[
        np.arange(len(flat))[:, None, None],
        (rows[:, None] + offsets + REACH)[:, :, None],
        (columns[:, None] + offsets + REACH)[:, None, :],
    ]
    centre = np.zeros((len(flat), 2))
    for _ in range(ROUNDS):
        across, down = (np.exp(-((offsets - centre[:, [axis]]) ** 2) / (2 * WINDOW**2)) for axis in (0, 1))
        weight = patch * down[:, :, None] * across[:, None, :]
        total = np.maximum(weight.sum(axis=(1, 2)), np.finfo(np.float64).tiny)[:, None, None]
        sides = np.stack([weight.sum(axis=1), weight.sum(axis=2)], axis=1) / total
        mean = (sides * offsets).sum(axis=-1)
        variance = (sides * (offsets - mean[..., None]) ** 2).sum(axis=-1)
        centre = np.clip(centre + (mean - centre) / np.maximum(1 - variance / WINDOW**2, SHARPEST), -1, 1)
    places = np.column_stack([columns, rows]) + centre
    return places.reshape(*heatmaps.shape[:-2], 2), peaks.reshape(heatmaps.shape[:-2])


def _peaks(heatmaps: NDArray[np.float32], scale: NDArray[np.float64]) -> NDArray[np.float64]:
    """(T, J, 3) x, y in pixels, whose first one's centre is at 0 as the first cell's is, and the confidence."""
    places, peaks = soft_argmax(heatmaps)
    return np.concatenate([(places + 0.5) * scale - 0.5, peaks[..., None]], axis=-1)
