"""`detect VIDEO -o OUT`: everybody in a video, one identity each, as a pose file."""

from __future__ import annotations

import argparse
import logging
import sys
from dataclasses import dataclass
from pathlib import Path

from .. import pose_files
from ..detection.detectors import DEFAULT, DETECTORS
from .cleaning import add_cleaning_options, check_cleaning, cleaned_poses
from .command import OUTPUT, Report, check_output, output_path

log = logging.getLogger(__name__)

PROVIDERS = ("cpu", "cuda", "directml", "coreml")
EVERYBODY = "all"


@dataclass(frozen=True)
class Detected(Report):
    """`Report`, the ids of the `people` found, the most prominent first, and the execution `provider`; "cache" where
    they were found before.
    """

    people: tuple[int, ...]
    provider: str

    def __str__(self) -> str:
        found = f"{len(self.people)} people" if len(self.people) > 1 else "1 person"
        return f"{super().__str__()}, {found}, {'found before' if self.provider == 'cache' else f'on {self.provider}'}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """VIDEO, OUT and the options."""
    parser.add_argument("video", type=Path, metavar="VIDEO", help="a video, a picture, or a folder of pictures")
    parser.add_argument("-o", "--out", type=output_path, required=True, metavar="OUT", help=OUTPUT)
    parser.add_argument(
        "--people",
        type=_people,
        default=None,
        metavar="all|N",
        help="everybody, or the N most prominent (default: all)",
    )
    parser.add_argument(
        "--range",
        type=_range,
        default=None,
        metavar="A:B",
        help="frames (10:250) or seconds (1.5s:8s), the last excluded (default: all)",
    )
    parser.add_argument(
        "--fps", type=float, metavar="RATE", help="frames a second (default: the video's, or 30 for pictures)"
    )
    parser.add_argument(
        "--overlay", type=Path, metavar="OUT.mp4", help="also write the video with the skeletons drawn over it"
    )
    parser.add_argument(
        "--provider",
        choices=PROVIDERS,
        default=PROVIDERS[0],
        help="what the pose networks run on (default: %(default)s)",
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
    add_cleaning_options(parser)


def run(options: argparse.Namespace) -> Detected:
    """Find everybody and write them."""
    check_output(options.out, options.video, options.overlay)
    check_cleaning(options)
    if options.overlay is not None:
        check_output(options.overlay, options.video)

    from tqdm import tqdm

    from ..detection.overlay import check_overlay, write_overlay
    from ..detection.performance import detect
    from ..detection.providers import Provider
    from ..video import Video

    if options.overlay is not None:
        check_overlay(options.overlay)
    video = Video.open(options.video, options.range, options.fps)
    log.info("Looking for people in %s…", video.path.name)
    with tqdm(
        total=video.frame_count, unit="frame", desc=video.path.name, file=sys.stderr, disable=None, leave=False
    ) as bar:

        def resumed(frames: int) -> None:
            bar.initial = bar.n = frames
            log.info("Going on after the first %d frames of %s, which were looked at before.", frames, video.path.name)

        performance = detect(
            video,
            Provider[options.provider.upper()],
            threads=options.threads,
            cache=None if options.no_cache else _cache(),
            detector=options.detector,
            progress=lambda done: bar.update(done - bar.n),
            resumed=resumed,
        )
    poses = performance.poses
    if options.people is not None:
        poses = pose_files.PoseFile(poses.people[: options.people], poses.ids[: options.people])
    poses = cleaned_poses(poses, options)
    pose_files.write(poses, options.out)
    if options.overlay is not None:
        write_overlay(video, poses, options.overlay)
    provider = performance.provider.name.lower() if performance.provider is not None else "cache"
    return Detected(str(options.out), len(poses.people[0]), poses.people[0].fps, poses.ids, provider)


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
    raise argparse.ArgumentTypeError(f"{text!r} is no whole number above zero")


def _range(text: str) -> object:
    from ..video import FrameRange

    try:
        return FrameRange.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
