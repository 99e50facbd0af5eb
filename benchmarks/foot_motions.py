"""Motions of every performance on the bodies that are asked for: `python -m benchmarks.foot_motions REQUEST.npz
OUT.npz`, in a Python that has what the worker needs.

The request holds `sources` (paths, one a performance, with its person's id as `people`), `lengths` (N, 14) of the
bodies, the `strength` 0..1 of cleaning, and how `limbs` are drawn; out come the arrays of `RetargetedMotion` as filmed,
named `PERFORMANCE BODY NAME` by their numbers.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from blender_addon.core import pose_files
from blender_addon.core.full_length_limbs import with_limbs_at_full_length
from blender_addon.core.motion import Limbs
from blender_addon.core.retargeting import Retargeter
from blender_addon.core.skeleton import Skeleton
from blender_addon.worker.jobs import clean
from blender_addon.worker.messages import CleanRequest
from blender_addon.worker.monitor import Monitor

FPS, IMAGE_SIZE = 25.0, (720, 720)
"""Of the OpenPose clips, whose files do not say."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit status."""
    request, out = map(Path, arguments if arguments is not None else sys.argv[1:])
    with np.load(request) as asked:
        sources, people, bodies = (
            asked["sources"].tolist(),
            asked["people"].tolist(),
            [Skeleton(lengths) for lengths in asked["lengths"]],
        )
        strength, limbs = float(asked["strength"]), Limbs(str(asked["limbs"]))
    retargeter = Retargeter.load()
    arrays: dict[str, np.ndarray] = {}
    for performance, (source, person) in enumerate(zip(sources, people, strict=True)):
        found = (
            pose_files.read(Path(source))
            if source.endswith(".npz")
            else pose_files.read(Path(source), fps=FPS, image_size=IMAGE_SIZE)
        )
        poses = found.select(person or None)
        if strength > 0:
            poses = clean(CleanRequest(poses, strength), Monitor(lambda _progress: None, threading.Event())).poses
        for body, seen in enumerate(retargeter.retarget_many([poses] * len(bodies), bodies)):
            motion = with_limbs_at_full_length(seen) if limbs is Limbs.FULL_LENGTH else seen
            made = {name: getattr(motion, name) for name in ("positions", "depth", "contacts", "confidence")} | {
                "fps": np.float64(motion.fps)
            }
            if motion.leg_turns is not None:
                made["turns"] = motion.leg_turns
            if motion.landmarks is not None:
                made |= {
                    "names": np.array(motion.landmarks.names),
                    "offsets": motion.landmarks.offsets,
                    "sure": motion.landmarks.confidence,
                }
            arrays |= {f"{performance} {body} {name}": values for name, values in made.items()}
    np.savez(out, **arrays)  # type: ignore[arg-type]
    return 0


if __name__ == "__main__":
    sys.exit(main())
