"""How steady the yaw of small faces is: `python -m benchmarks.rendered.small_faces`, after `make rendered`.

Clips are made as small as fits 320 × 240, detected, cleaned and retargeted. Of a face that keeps still, the yaw should
not vary; of one that turns, the turn should keep its size.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from blender_addon.core import pose_files
from blender_addon.core.detection.performance import detect
from blender_addon.core.motion import RetargetedMotion
from blender_addon.core.retargeting import Retargeter
from blender_addon.core.video import Video

from .clip_truth import add_clips, read_truth
from .unbaked import people_in, retargeted

log = logging.getLogger("benchmarks")
Doubles = NDArray[np.float64]

STILL = ("reach", "kneel", "kick", "upright_own", "walk_towards", "jump", "stand_up_captured", "sit")
"""Clips in which the face turns by 8° at most."""
TURNING = ("head",)
"""Clips in which it turns by 40° in FRAMES and more, both ears in sight."""
FRAMES, LEAST = 10, 40.0
WIDTH, HEIGHT = 320, 240
QUALITY = "18"
"""Of H.264, lower is better: what the small picture loses by being written is little."""


def shrink(video: Path, small: Path) -> None:
    """Write a video no larger than WIDTH × HEIGHT."""
    with av.open(str(video)) as source, av.open(str(small), "w") as target:
        shown = source.streams.video[0]
        written = target.add_stream("libx264", rate=shown.average_rate)
        scale = min(WIDTH / shown.width, HEIGHT / shown.height)
        size = 2 * round(shown.width * scale / 2), 2 * round(shown.height * scale / 2)
        written.width, written.height = size
        written.options = {"crf": QUALITY}
        for frame in source.decode(shown):
            shown_small = cv2.resize(frame.to_ndarray(format="bgr24"), size, interpolation=cv2.INTER_AREA)
            image = np.asarray(shown_small, np.uint8)
            target.mux(written.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        target.mux(written.encode())


def yaw(motion: RetargetedMotion) -> Doubles:
    """(T,) degrees that the face looks to the picture's right by, without jumps: 0 looks at the camera."""
    assert motion.landmarks is not None
    names, offsets = motion.landmarks.names, motion.landmarks.offsets.astype(np.float64)
    nose, right, left = (offsets[:, names.index(name)] for name in ("nose", "right_ear", "left_ear"))
    forward = nose - (right + left) / 2
    return np.asarray(np.degrees(np.unwrap(np.arctan2(forward[:, 0], -forward[:, 2]))))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.rendered.small_faces", description=(__doc__ or "").splitlines()[0]
    )
    add_clips(parser)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    paths = [path for name in (*STILL, *TURNING) if (path := options.clips / f"{name}.npz").exists()]
    if not paths:
        log.error("None of these clips is in %s; run make rendered first.", options.clips)
        return 1
    network = Retargeter.load("kinematic", "cpu")
    with TemporaryDirectory() as folder:
        for path in paths:
            small, found = Path(folder) / f"{path.stem}.mp4", Path(folder) / f"{path.stem}.npz"
            shrink(path.with_suffix(".mp4"), small)
            pose_files.write(detect(Video.open(small)).poses, found)
            for truth, poses in people_in(read_truth(path), found):
                true = np.degrees(np.unwrap(np.radians(truth.head_yaw_seen)))
                told = yaw(retargeted(network, truth, poses))[: len(true)]
                off = told - true[: len(told)]
                log.info("%-20s the error of the yaw varies by %.1f° (standard deviation)", path.stem, off.std())
                if path.stem in TURNING:
                    turned, truly = (
                        told[FRAMES:] - told[:-FRAMES],
                        (true[FRAMES:] - true[:-FRAMES])[: len(told) - FRAMES],
                    )
                    kept = (turned / truly)[np.abs(truly) >= LEAST]
                    log.info("%-20s turns of %.0f° in %d frames keep %.0f %%", "", LEAST, FRAMES, 100 * np.median(kept))
    return 0


if __name__ == "__main__":
    sys.exit(main())
