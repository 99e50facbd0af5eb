"""`detect VIDEO -o OUT`: everybody in a video, one identity each, as a pose file."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...settings.as_options import typed
from ...settings.device import Device
from ...settings.footage import FootageSettings
from .. import pose_files
from ..detection.detectors import DEFAULT, DETECTORS
from ..shown import quoted
from .cleaning import add_cleaning_of_files, check_cleaning, cleaned_file
from .command import OUTPUT, Report, check_output, output_path
from .setting_options import add_setting

log = logging.getLogger(__name__)

DIRECTML = "directml"
"""A device that onnxruntime alone knows, and PyTorch does not."""
DEVICE_OF_PROVIDER = {"cpu": "cpu", "cuda": "cuda", DIRECTML: DIRECTML, "coreml": "mps"}
"""The values of the old option --provider."""
EVERYBODY = "all"


@dataclass(frozen=True)
class Detected(Report):
    """`Report`, the ids of the `people` found, the most prominent first, where their poses come from (`source`), the
    `device` that the networks ran on, empty where none ran, and onnxruntime's word for it in `provider`, "cache" where
    none ran.
    """

    people: tuple[int, ...]
    provider: str
    source: str
    device: str

    def __str__(self) -> str:
        found = f"{len(self.people)} people" if len(self.people) > 1 else "1 person"
        return f"{super().__str__()}, {found}, {f'on {self.device}' if self.device else 'found before'}"


class _OldProvider(argparse.Action):
    """The old option --provider: the device is stored, and the new words are said."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        """Store the device."""
        device = DEVICE_OF_PROVIDER[str(values)]
        log.warning("--provider %s is called --device %s now.", values, device)
        setattr(namespace, self.dest, device)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """VIDEO, OUT and the options."""
    parser.add_argument("footage", type=Path, metavar="VIDEO", help="a video, a picture, or a folder of pictures")
    parser.add_argument("-o", "--out", type=output_path, required=True, metavar="OUT", help=OUTPUT)
    parser.add_argument(
        "--people",
        type=_people,
        default=None,
        metavar="all|N",
        help="everybody, or the N most prominent (default: all)",
    )
    add_setting(parser, FootageSettings, "frame_range", "default: all of it", type=_range)
    add_setting(parser, FootageSettings, "fps")
    parser.add_argument(
        "--overlay", type=Path, metavar="OUT.mp4", help="also write the video with the skeletons drawn over it"
    )
    parser.add_argument(
        "--device",
        choices=[*(device.word for device in Device), DIRECTML],
        default=Device.AUTO.word,
        help="what the pose networks run on; mps is Apple's Core ML, directml a graphics card on Windows (default: %(default)s)",
    )
    parser.add_argument(
        "--provider", dest="device", choices=DEVICE_OF_PROVIDER, action=_OldProvider, help=argparse.SUPPRESS
    )
    parser.add_argument(
        "--detector", choices=DETECTORS, default=DEFAULT, help="what looks for people (default: %(default)s)"
    )
    parser.add_argument(
        "--threads", type=_positive, default=0, metavar="N", help="threads of the pose networks (default: one a core)"
    )
    parser.add_argument(
        "--no-cache", action="store_true", help="look again even where the same video was looked at before"
    )
    add_cleaning_of_files(parser)


def run(options: argparse.Namespace) -> Detected:
    """Find everybody and write them."""
    check_output(options.out, options.footage, options.overlay)
    check_cleaning(options, otherwise=0.0)
    if options.overlay is not None:
        check_output(options.overlay, options.footage)

    from tqdm import tqdm

    from ..detection.overlay import check_overlay, write_overlay
    from ..detection.performance import detect
    from ..detection.providers import provider_of
    from ..video import FrameRange, Video

    if options.overlay is not None:
        check_overlay(options.overlay)
    told = typed(options, FootageSettings)
    frames = FrameRange.parse(told.frame_range) if told.frame_range else None
    video = Video.open(options.footage, frames, told.fps)
    log.info("Looking for people in %s…", video.path.name)
    with tqdm(
        total=video.frame_count, unit="frame", desc=video.path.name, file=sys.stderr, disable=None, leave=False
    ) as bar:

        def resumed(frames: int) -> None:
            bar.initial = bar.n = frames
            log.info("Going on after the first %d frames of %s, which were looked at before.", frames, video.path.name)

        performance = detect(
            video,
            provider_of(options.device),
            threads=options.threads,
            cache=None if options.no_cache else _cache(),
            detector=options.detector,
            progress=lambda done: bar.update(done - bar.n),
            resumed=resumed,
        )
    poses = performance.poses
    if options.people is not None:
        poses = pose_files.PoseFile(poses.people[: options.people], poses.ids[: options.people])
    poses = cleaned_file(poses, options)
    pose_files.write(poses, options.out)
    if options.overlay is not None:
        write_overlay(video, poses, options.overlay)
    ran = performance.provider
    name, device = (ran.name.lower(), ran.device) if ran is not None else (performance.source.value, "")
    whose, written = (poses.ids, name, performance.source.value, device), poses.people[0]
    return Detected(str(options.out), len(written), written.fps, *whose)


def _cache() -> Path | None:
    """Where poses are kept; None, with a warning, where the system names no such folder."""
    from ..folders import cache_folder

    folder = cache_folder()
    if folder is None:
        log.warning("This system names no folder for the user's files, so what is found is not kept; set HOME to one.")
        return None
    return folder / "poses"


def _people(text: str) -> int | None:
    return None if text == EVERYBODY else _positive(text)


def _positive(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{quoted(text)} is no whole number above zero")


def _range(text: str) -> str:
    """The text, where it is a range."""
    from ..video import FrameRange

    try:
        if text:
            FrameRange.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text
