"""The people of the street video as other tools would write them: a folder of OpenPose frames, and an .npz file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from blender_addon.core.skeleton import LAYOUTS, Joint, Skeleton
from tests.blender.street_motion import FILE

FPS = 25.0
FRAMES = 24
TALL, CENTRE = 400.0, (800.0, 450.0)
"""Pixels."""
POINTS = {point: Joint[point.upper()] for point in LAYOUTS["coco_18"].points if point.upper() in Joint.__members__} | {
    "nose": Joint.HEAD
}


def street_people(frames: int = FRAMES) -> NDArray[np.float32]:
    """(2, T, 15, 2) where both are seen, in pixels."""
    with np.load(FILE) as stored:
        seen, height = stored["positions"][:, 60 : 60 + frames], Skeleton(stored["lengths"]).height
    return np.asarray(seen / height * TALL + np.array(CENTRE), dtype=np.float32)


def write_openpose(folder: Path, people: NDArray[np.float32]) -> Path:
    """One file a frame, 18 points a person; `people` (P, T, 15, 2)."""
    folder.mkdir()
    layout = LAYOUTS["coco_18"].points
    for frame in range(people.shape[1]):
        seen = []
        for person in people[:, frame]:
            points = np.zeros((len(layout), 3))
            for name, joint in POINTS.items():
                points[layout.index(name)] = (*person[joint], 0.9)
            seen.append({"pose_keypoints_2d": points.ravel().tolist()})
        (folder / f"street_{frame:012}_keypoints.json").write_text(json.dumps({"people": seen}), encoding="utf-8")
    return folder


def write_npz(path: Path, people: NDArray[np.float32], fps: float = FPS) -> Path:
    """Our own format."""
    everyone = np.arange(1, len(people) + 1)
    np.savez(
        path,
        positions=people,
        confidence=np.ones(people.shape[:3], np.float32),
        person=everyone,
        fps=fps,
        start=0.0,
        image_size=(1768, 994),
    )
    return path
