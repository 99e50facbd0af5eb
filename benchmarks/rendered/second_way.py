"""Who stands on what, told in a second way: `python -m benchmarks.rendered.second_way`, after `make rendered`.

The truth beside a clip tells it by the mesh. This tells it by heights and speeds of joints and landmarks alone, and says
how often both agree over all clips.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from blender_addon.core.skeleton import Joint

from .clip_truth import Doubles, Mask, add_clips
from .truth import SUPPORTS

log = logging.getLogger("benchmarks")

STAYS = 0.35
"""Metres per second below which a point stays where it is."""
SOLE, ABOVE = 0.06, 0.015
"""Metres: heels and toes are no higher than the first above the ground they stand on, and no higher than the second above
where they are lowest: soles differ in thickness."""
SIDES = ("right", "left")


def contacts_by_joints(truth: Mapping[str, NDArray[np.generic]], person: int = 0) -> Mask:
    """(T, 10) what of SUPPORTS carries a person, by heights and speeds of joints and landmarks."""
    joints, fps = np.asarray(truth["joints"][person], np.float64), float(np.asarray(truth["fps"], np.float64))
    names = [str(name) for name in truth["landmark_names"]]
    landmarks = np.asarray(truth["landmarks"][person], np.float64)
    points = {name: landmarks[:, index] for index, name in enumerate(names)}
    seat = float(np.nan_to_num(np.asarray(truth["seat_height"][person], np.float64)))
    found: dict[str, Mask] = {}
    for side in SIDES:
        heel, toe = points[f"{side}_heel"], points[f"{side}_toe"]
        found[f"{side}_foot"] = _near(heel, _sole(heel), fps) | _near(toe, _sole(toe), fps)
        found[f"{side}_hand"] = _near(points[f"{side}_index_knuckle"], 0.04, fps)
        found[f"{side}_knee"] = _near(joints[:, Joint[f"{side}_knee".upper()]], 0.07, fps)
        found[f"{side}_elbow"] = _near(joints[:, Joint[f"{side}_elbow".upper()]], 0.06, fps)
    found["seat"] = _near(joints[:, Joint.MID_HIP], 0.15 + seat, fps)
    found["back"] = _near(joints[:, Joint.NECK], 0.16, fps)
    return np.stack([found[name] for name in SUPPORTS], axis=-1)


def agreement(truth: Mapping[str, NDArray[np.generic]]) -> Mask:
    """(N, 10) whether both ways agree, over all frames of everybody."""
    people = range(len(truth["supports"]))
    return np.concatenate([truth["supports"][person] == contacts_by_joints(truth, person) for person in people])


def _sole(points: Doubles) -> float:
    return min(float(points[:, 2].min()) + ABOVE, SOLE)


def _near(points: Doubles, height: float, fps: float) -> Mask:
    """(T,) whether a point (T, 3) is low and stays where it is."""
    step = np.linalg.norm(np.diff(points, axis=0), axis=-1) * fps
    speed = np.minimum(np.append(step, step[-1:]), np.insert(step, 0, step[:1]))
    return np.asarray((points[:, 2] < height) & (speed < STAYS))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.rendered.second_way", description=(__doc__ or "").splitlines()[0]
    )
    add_clips(parser)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    paths = sorted(options.clips.glob("*.npz"))
    if not paths:
        log.error("There is no clip in %s; run make rendered first.", options.clips)
        return 1
    agreed = []
    for path in paths:
        with np.load(path) as file:
            agreed.append(agreement({name: file[name] for name in file.files}))
    whole = np.concatenate(agreed)
    for name, share in zip(SUPPORTS, whole.mean(axis=0), strict=True):
        log.info("%-12s %.1f %%", name, 100 * share)
    log.info("%d clips, %d frames of a person: both ways agree in %.1f %%", len(paths), len(whole), 100 * whole.mean())
    return 0


if __name__ == "__main__":
    sys.exit(main())
