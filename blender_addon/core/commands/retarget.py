"""`retarget POSES -o OUT`: the motion of a clip on another body, from another view."""

from __future__ import annotations

import argparse
import json
import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...settings.as_options import typed
from ...settings.bake import BakeSettings
from ...settings.blend import BlendSettings
from ...settings.cleaning import CleaningSettings
from ...settings.device import Device
from ...settings.view import ViewSettings
from .. import pose_files
from ..motion import Blend, DistanceHandling, Limbs, View
from ..pose_sequence import PoseSequence
from ..shown import quoted
from ..skeleton import Skeleton
from .cleaning import add_cleaning, check_cleaning, cleaned_clip, filmed_clip
from .command import OUTPUT, POSE_FILE, Report, UsageError, add_pose_file_options, check_output, output_path, read_poses
from .setting_options import MAIN, add_performer, add_setting, id_of

log = logging.getLogger(__name__)

FEWEST_KEYS = 2
ANGLES = 3
"""Of a view: azimuth, elevation and roll."""
MOST_BYTES = 1 << 20
"""A file of bone lengths is smaller than this."""
BLENDED = ("motion", "skeleton", "view")
MAIN_IS_TAKEN = "default: main, the most prominent"
OTHERS = ("like", "view_like", "blend")
"""Other performances, as they are called among parsed arguments."""


@dataclass(frozen=True)
class Retargeted(Report):
    """`Report`, and which network on which device did it."""

    model: str
    device: str

    def __str__(self) -> str:
        return f"{super().__str__()}, {self.model} on {self.device}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """POSES, OUT, the target body and view, the network and the options."""
    parser.add_argument("poses", type=Path, metavar="POSES", help=POSE_FILE)
    parser.add_argument("-o", "--out", type=output_path, required=True, metavar="OUT", help=OUTPUT)
    add_performer(parser, "poses", MAIN_IS_TAKEN)
    target = parser.add_argument_group("target", "What is not given stays the performer's.")
    body = target.add_mutually_exclusive_group()
    body.add_argument(
        "--skeleton",
        type=Path,
        metavar="LENGTHS.json",
        help="a JSON object of the 14 bone lengths by name; OUT is in their unit",
    )
    body.add_argument(
        "--like", type=Path, metavar="OTHER", help="a pose file of the body to take; OUT is in its pixels"
    )
    add_performer(target, "like", MAIN_IS_TAKEN, of="like")
    view = target.add_mutually_exclusive_group()
    view.add_argument(
        "--view",
        dest="angles",
        type=view_of,
        metavar="AZIMUTH[,ELEVATION[,ROLL]]",
        help="degrees: 0 faces the camera, 90 looks to the picture's right; positive elevation sees from above; positive roll turns the picture clockwise",
    )
    view.add_argument(
        "--view-keys",
        type=view_keys_of,
        metavar="KEYS",
        help='the angle keyed over the clip\'s frames: "0:0 48:90" or "0:0,10 48:90,0,5"',
    )
    view.add_argument("--view-like", type=Path, metavar="OTHER", help="a pose file of the view to take")
    add_performer(target, "view_like", MAIN_IS_TAKEN, of="view-like")
    for name in ("camera_tilt", "camera_height", "limbs"):
        add_setting(target, ViewSettings, name)
    add_blend_options(parser)
    add_cleaning(parser)
    network = parser.add_argument_group("network")
    add_setting(network, BakeSettings, "model")
    network.add_argument(
        "--device",
        choices=[device.word for device in Device],
        default=Device.AUTO.word,
        help="what it runs on (default: %(default)s, the fastest there is)",
    )
    network.add_argument(
        "--weights", type=Path, metavar="FILE", help="weights of your own, or the folder of the paper's official ones"
    )
    add_pose_file_options(parser)


def run(options: argparse.Namespace) -> Retargeted:
    """Retarget one person and write the motion."""
    for name in OTHERS:
        if getattr(options, name) is None and getattr(options, f"{name}_performer") is not None:
            option = f"--{name.replace('_', '-')}"
            raise UsageError(f"{option}-performer chooses somebody of {option}; give that too.")
    check_cleaning(options, otherwise=CleaningSettings().smooth)
    check_output(options.out, options.poses, options.skeleton, options.like, options.view_like, options.blend)
    skeleton = read_skeleton(options.skeleton) if options.skeleton else _performer(options, "like")
    poses = _performer(options, "poses")
    assert poses is not None, "argparse wants POSES"
    keyed = view_between(options.view_keys, len(poses)) if options.view_keys else None
    view = options.angles or keyed or _performer(options, "view_like")
    blend = _blend(options)

    from ..retargeting import Retargeter

    model = typed(options, BakeSettings).model.word
    retargeter = Retargeter.load(model, options.device, options.weights)
    log.info("Retargeting %d frames with %s on %s…", len(poses), model, retargeter.device)
    seen = typed(options, ViewSettings)
    as_seen = skeleton is None and view is None and blend is None
    distance = DistanceHandling.KEPT if as_seen else typed(options, CleaningSettings).distance
    motion = retargeter.retarget(poses, skeleton, view, blend=blend, camera=seen.camera, distance=distance)
    if seen.limbs is Limbs.FULL_LENGTH:
        from ..full_length_limbs import with_limbs_at_full_length

        motion = with_limbs_at_full_length(motion)
    pose_files.write(motion, options.out)
    return Retargeted(str(options.out), len(motion), motion.fps, model, str(retargeter.device))


def add_blend_options(parser: argparse.ArgumentParser) -> None:
    """The second performance, how far it is gone to, and how time goes."""
    group = parser.add_argument_group(
        "blend", "On the way to a second performance: 0 is the first one's, 1 the second one's."
    )
    group.add_argument("--blend", type=Path, metavar="OTHER", help="a pose file of the second performance")
    add_performer(group, "blend", MAIN_IS_TAKEN, of="blend")
    for name in (*BLENDED, "alignment"):
        add_setting(group, BlendSettings, name)


def _blend(options: argparse.Namespace) -> Blend | None:
    second = _performer(options, "blend")
    told = typed(options, BlendSettings)
    shares = {part: getattr(told, part) for part in BLENDED}
    if second is None:
        if given := [part for part, share in shares.items() if share]:
            raise UsageError(f"--blend-{given[0]} goes to the performance of --blend; give that too.")
        return None
    return Blend(second, alignment=told.alignment, **shares)


def view_of(text: str) -> View:
    """AZIMUTH[,ELEVATION[,ROLL]] in degrees: argparse's `type` of a view."""
    return View(*_angles(text))


def _angles(text: str) -> tuple[float, float, float]:
    try:
        angles = [float(angle) for angle in text.split(",")]
        if len(angles) <= ANGLES and np.isfinite(angles).all():
            azimuth, elevation, roll = (*angles, 0.0, 0.0)[:ANGLES]
            return azimuth, elevation, roll
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(
        f"{quoted(text)} is no view; give AZIMUTH[,ELEVATION[,ROLL]] in degrees, such as 90 or -45,10"
    )


def view_keys_of(text: str) -> dict[int, tuple[float, float, float]]:
    """Azimuth, elevation and roll by frame, of FRAME:AZIMUTH[,ELEVATION[,ROLL]] and so on with spaces between:
    argparse's `type` of a view that moves.
    """
    keys = {}
    for word in text.split():
        frame, _, angles = word.partition(":")
        if not (frame.isascii() and frame.isdigit()):
            raise argparse.ArgumentTypeError(
                f"{quoted(word)} is no key; give FRAME:AZIMUTH[,ELEVATION[,ROLL]], such as 48:90 or 48:-45,10"
            )
        keys[int(frame)] = _angles(angles)
    if len(keys) < FEWEST_KEYS:
        raise argparse.ArgumentTypeError(
            f'{quoted(text)} keys nothing over time; give two keys at least, such as "0:0 48:90"'
        )
    return keys


def view_between(keys: dict[int, tuple[float, float, float]], frames: int) -> View:
    """One angle for each of so many frames, evenly from key to key; it stands before the first and after the last. 0 to
    360 goes once round.
    """
    at = sorted(keys)
    return View(*(np.interp(np.arange(frames), at, [keys[frame][angle] for frame in at]) for angle in range(ANGLES)))


def read_skeleton(path: Path) -> Skeleton:
    """The JSON object of bone names and lengths that `Skeleton.named` makes; ValueError where the file is missing or
    anything else.
    """
    if path.exists() and not path.is_file():
        raise ValueError(f"The skeleton {path} is a pipe, a device or a folder, and no file; choose a JSON file.")
    try:
        lengths = json.loads(path.read_bytes(), parse_int=float) if path.stat().st_size <= MOST_BYTES else None
    except OSError as error:
        raise ValueError(f"The skeleton file {path} cannot be read ({error.strerror}); check the path.") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"The skeleton file {path} is no whole JSON file; write it again.") from error
    if not isinstance(lengths, dict) or not all(isinstance(length, float) for length in lengths.values()):
        raise ValueError(
            f'The skeleton file {path} must be one JSON object of bone names and lengths, such as {{"head": 0.17, "neck": 0.5, …}}; mend it.'
        )
    try:
        return Skeleton.from_named(lengths)
    except ValueError as error:
        raise ValueError(f"The skeleton file {path} cannot be used: {error}") from error


def _performer(options: argparse.Namespace, file: str) -> PoseSequence | None:
    """The person chosen in one of the pose files named by the options, cleaned; None where that file is not given."""
    path, chosen = getattr(options, file), getattr(options, f"{file}_performer")
    if path is None:
        return None
    poses = read_poses(path, options)
    one = id_of(poses, MAIN if chosen is None else chosen)
    if chosen is None and len(poses.ids) > 1:
        option = "--performer" if file == "poses" else f"--{file.replace('_', '-')}-performer"
        known = ", ".join(map(str, poses.ids))
        log.info(
            "%s holds %d people; %d is the main one, choose one of %s with %s.",
            path,
            len(poses.ids),
            one,
            known,
            option,
        )
    return filmed_clip(cleaned_clip(poses.select(one), options), options)
