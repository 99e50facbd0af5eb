"""How far standing feet slide on rigs with other legs: `python -m benchmarks.foot_sliding --data DIR`, in a Python that
has bpy.

The two street performers and the OpenPose clips are cleaned and retargeted as filmed onto rigs whose legs are half,
once, and one and a half times as long beside the trunk as a performer's, and baked twice: a key a frame, and reduced by
the defaults. Ankles are read back from the evaluated rig: across the rig's plane only on cut-outs, whose limbs change
layers. Writes a table into docs/BAKING.md.
"""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("BLENDER_USER_RESOURCES", tempfile.mkdtemp(prefix="blender-user-"))

import bpy
import numpy as np
from numpy.typing import NDArray

from blender_addon.bridge.body.contacts import CONTACT_THRESHOLD
from blender_addon.bridge.body.scene_motion import SceneMotion
from blender_addon.bridge.foot_planting.contact_spans import contact_spans
from blender_addon.bridge.projection.planes import Plane, plane_of
from blender_addon.bridge.retiming.apply_timing import apply_timing
from blender_addon.bridge.rig.measured_character import Character, read_character
from blender_addon.bridge.rig.rig_bake import RigBakeSettings, bake_rig
from blender_addon.core.motion import LandmarkOffsets, Limbs, RetargetedMotion, View
from blender_addon.core.skeleton import LEG_BONES, Skeleton
from blender_addon.settings.keys import KeyMode, KeySettings
from blender_addon.settings.timing import AS_FILMED
from blender_addon.settings.view import PlaneChoice
from tests.blender.legs import posed_ankles, slides, stretch_legs
from tests.blender.read_back import posed_bones
from tests.blender.rigs import RIGS, rigify_with_legs
from training.documents import replace_section, table

log = logging.getLogger("benchmarks")

ROOT = Path(__file__).resolve().parents[1]
OPENPOSE = ("tall_man", "small_man", "workout_march", "model")
STRENGTH = 0.75
"""Of cleaning: what the extension does by default."""
SCENE_FPS = 24.0
CHARACTERS = ("puppet", "slim", "mixamo", "unreal", "cmu_motionbuilder", "kaykit_knight", "quaternius_worker", "rigify")
FACTORS = (0.5, 1.0, 1.5)
PERFORMERS_LEGS = 1.6
"""Lengths of the trunk from mid-hip to neck that a performer's leg is long: the median of these six, who have 1.1 to
1.9.
"""
METARIGS_LEGS = 1.93
"""The same of Rigify's human metarig.

A generated rig cannot be stretched by hand, so it is generated of a metarig with other legs.
"""
DEFORMING = ("DEF-foot.R", "DEF-foot.L")
"""What a rig moves that is keyed by IK."""


@dataclass(frozen=True)
class Measured:
    """A rig's standing feet over all performances: `slid` (2, N) in parts of the height by a key a frame and by reduced
    keys, one a contact of the scene; how many `contacts` the performers have, and how many of those the scene has
    `lost`.
    """

    name: str
    legs: float
    slid: NDArray[np.float64]
    contacts: int
    lost: int

    def row(self) -> tuple[str, ...]:
        """Of the table."""
        slid = [f"{value:.3f}" for each in 100 * self.slid for value in (np.median(each), each.max())]
        return self.name, f"{self.legs:g}", str(self.contacts), str(self.contacts - self.lost), *slid


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where it was measured."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = options_of("foot_sliding", __doc__, arguments)
    rigs = [(name, factor) for name in options.only for factor in FACTORS]
    with tempfile.TemporaryDirectory(prefix="feet-") as folder:
        motions = motions_on(
            options, [character_with_legs(options.data, *rig)[1].skeleton for rig in rigs], Path(folder), STRENGTH
        )
        measured = []
        for body, (name, factor) in enumerate(rigs):
            measured.append(
                _measure(
                    options.data,
                    name,
                    factor,
                    [motion_of(motions, performance, body) for performance in range(2 + len(OPENPOSE))],
                )
            )
            log.info(" | ".join(measured[-1].row()))
    head = (
        "rig",
        "legs",
        "contacts",
        "kept",
        "median slide, % of height",
        "largest",
        "median, reduced keys",
        "largest, reduced keys",
    )
    text = table(head, [each.row() for each in measured])
    replace_section(options.output, "foot-sliding", text, "Baking")
    return 0


def options_of(benchmark: str, description: str | None, arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options of a benchmark that bakes every performance onto the characters."""
    parser = argparse.ArgumentParser(
        prog=f"python -m benchmarks.{benchmark}", description=(description or "").splitlines()[0]
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds footage/ and rigs/")
    parser.add_argument(
        "--street",
        type=Path,
        required=True,
        help="what `python -m blender_addon.core detect` found in the shipped video, as .npz",
    )
    parser.add_argument(
        "--python", type=Path, default=ROOT / ".venv/bin/python", help="the Python that has what the networks need"
    )
    parser.add_argument("--only", nargs="+", choices=CHARACTERS, default=CHARACTERS, help="some of the characters")
    parser.add_argument(
        "--output", type=Path, default=Path("docs/BAKING.md"), help="the page to write into (default: %(default)s)"
    )
    return parser.parse_args(arguments)


def motions_on(
    options: argparse.Namespace,
    bodies: Sequence[Skeleton],
    folder: Path,
    strength: float = 0.0,
    limbs: Limbs = Limbs.FORESHORTENED,
) -> dict[str, np.ndarray]:
    """Every performance on every body, cleaned so strongly, as the worker's Python makes them."""
    clips = [options.data / "footage/openpose" / name for name in OPENPOSE]
    sources = [str(path.absolute()) for path in (options.street, options.street, *clips)]
    request, out = folder / "request.npz", folder / "motions.npz"
    lengths = np.stack([body.lengths for body in bodies])
    np.savez(
        request,
        sources=np.array(sources),
        people=np.array([1, 2, 0, 0, 0, 0]),
        lengths=lengths,
        strength=strength,
        limbs=str(limbs.value),
    )
    command = [options.python.absolute(), "-m", "benchmarks.foot_motions", request, out]
    subprocess.run([str(word) for word in command], cwd=ROOT, check=True)
    with np.load(out) as arrays:
        return {name: arrays[name] for name in arrays.files}


def motion_of(arrays: dict[str, np.ndarray], performance: int, body: int) -> RetargetedMotion:
    """One of them; whoever bakes it puts in the body."""

    def of(name: str) -> np.ndarray:
        return arrays[f"{performance} {body} {name}"]

    landmarks = None
    if f"{performance} {body} names" in arrays:
        landmarks = LandmarkOffsets(tuple(of("names").tolist()), of("offsets"), of("sure"))
    turns = of("turns") if f"{performance} {body} turns" in arrays else None
    unknown = Skeleton(np.ones(14, dtype=np.float32))
    seen = (of("positions"), of("depth"), of("contacts"), of("confidence"))
    return RetargetedMotion(*seen, unknown, View(0.0), float(of("fps")), landmarks=landmarks, leg_turns=turns)


def character_with_legs(data: Path, name: str, factor: float) -> tuple[bpy.types.Object, Character]:
    """The rig in a new file, its legs so many times as long beside the trunk as a performer's."""
    bpy.ops.wm.read_homefile(use_empty=True)
    if name == "rigify":
        armature = rigify_with_legs(factor * PERFORMERS_LEGS / METARIGS_LEGS)
    else:
        armature = RIGS[name](data)
        own = read_character(armature).skeleton
        stretch_legs(
            armature, factor * PERFORMERS_LEGS * float(own.lengths[1]) / float(own.lengths[list(LEG_BONES)].sum() / 2)
        )
    return armature, read_character(armature)


def _measure(data: Path, name: str, factor: float, motions: Sequence[RetargetedMotion]) -> Measured:
    slid: dict[KeyMode, list[float]] = {KeyMode.DENSE: [], KeyMode.REDUCED: []}
    contacts = lost = 0
    armature, character = character_with_legs(data, name, factor)
    plane = plane_of(PlaneChoice.OWN, armature, character.rest, character.bone_map, bpy.context.scene)
    for motion in motions:
        whole = replace(motion, skeleton=character.skeleton)
        scene_motion = apply_timing(whole, SCENE_FPS, 1, AS_FILMED)
        settings = RigBakeSettings(plane, 0.0 if character.planar else 1.0, "feet")
        for mode in slid:
            bake_rig(armature, character.bone_map, scene_motion, replace(settings, keys=KeySettings(mode)))
            slid[mode] += slides(
                _ankles(armature, character, scene_motion, plane), scene_motion, _height(armature, character)
            )
        each, gone = _contacts(motion, scene_motion)
        contacts, lost = contacts + each, lost + gone
    return Measured(name, factor, np.array(list(slid.values())), contacts, lost)


def _height(armature: bpy.types.Object, character: Character) -> float:
    return float(np.linalg.norm(np.array(armature.matrix_world)[:3, 0])) * character.skeleton.height


def _ankles(armature: bpy.types.Object, character: Character, motion: SceneMotion, plane: Plane) -> NDArray[np.float64]:
    """(K, 2, D) right and left ankle, along the plane's axes that count."""
    if DEFORMING[0] in character.rest:
        posed = posed_bones(armature, set(DEFORMING), motion.frames)
        ankles = np.stack([posed[bone][:, :3, 3] for bone in DEFORMING], axis=1)
    else:
        ankles = posed_ankles(armature, character.rest, character.bone_map, motion.frames)
    return np.asarray(ankles @ (plane.axes[:2] if character.planar else plane.axes).T)


def _contacts(motion: RetargetedMotion, scene_motion: SceneMotion) -> tuple[int, int]:
    """How many contacts the performer has, and how many of them no frame of the scene has."""
    nearest = (
        np.round(np.arange(len(motion)) * scene_motion.fps / motion.fps).astype(int).clip(0, len(scene_motion) - 1)
    )
    contacts = lost = 0
    for foot in range(2):
        stances = contact_spans(motion.contacts[:, foot].astype(np.float64))
        stands = scene_motion.contacts[:, foot] >= CONTACT_THRESHOLD
        contacts += len(stances)
        lost += sum(not stands[nearest[stance.frames]].any() for stance in stances)
    return contacts, lost


if __name__ == "__main__":
    sys.exit(main())
