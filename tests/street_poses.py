"""The two people of the sample video as the shipped detector sees them, and OpenPose clips cut from that."""

from __future__ import annotations

from pathlib import Path

from blender_addon.core import pose_files

FILE = Path(__file__).parent / "data/street_poses.npz"
"""What `detect` wrote of the whole video, positions to a tenth of a pixel."""
WALKER, PASSER_BY = 0, 1
CUTS: dict[str, tuple[int, slice]] = {
    "tall_man": (WALKER, slice(0, 135)),
    "small_man": (PASSER_BY, slice(47, 168)),
    "workout_march": (WALKER, slice(0, 95)),
    "model": (WALKER, slice(40, 161)),
}
"""By the names of the shared data's clips: who, and which frames. No frame is empty; in `workout_march` every joint is
seen all the time.
"""


def write_openpose_clips(folder: Path) -> Path:
    """One folder a clip, one file a frame; the folder of all."""
    people = pose_files.read(FILE).people
    for name, (person, frames) in CUTS.items():
        pose_files.write(people[person][frames], folder / name)
    return folder
