"""Contact F1 of the poses that were found, without a bake: `python -m benchmarks.rendered.contacts_unbaked`, after
`make measure-rendered`, which leaves the poses in build/rendered/measured/now.

It begins at cleaning, so that another way of telling contacts is measured over all clips in half a minute.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from blender_addon.core.retargeting import Retargeter

from .clip_truth import CLIPS, ClipTruth, add_clips, read_truth
from .contact_scores import contact_f1
from .ground_errors import FEET
from .unbaked import people_in, retargeted

log = logging.getLogger("benchmarks")

FIXED = "fixed"
"""What clips of a camera that stands still show."""


def score(network: Retargeter, clip: ClipTruth, found: Path) -> float:
    """Contact F1 in percent, the mean of everybody who was found; nan where nobody was."""
    scores = []
    for truth, poses in people_in(clip, found):
        contacts = retargeted(network, truth, poses).contacts[: clip.frames].astype(np.float64)
        scores.append(contact_f1(truth, FEET, contacts))
    return float(np.nanmean(scores)) if np.isfinite(scores).any() else float("nan")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.rendered.contacts_unbaked", description=(__doc__ or "").splitlines()[0]
    )
    add_clips(parser)
    parser.add_argument(
        "--found", type=Path, default=CLIPS / "measured/now", help="holds CLIP/found.npz (default: %(default)s)"
    )
    parser.add_argument("--only", nargs="+", metavar="KIND", help="clips that show this or are called so")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    clips = [read_truth(path) for path in sorted(options.clips.glob("*.npz"))]
    clips = [clip for clip in clips if not options.only or {clip.name, *clip.kinds} & set(options.only)]
    found = [(clip, options.found / clip.name / "found.npz") for clip in clips]
    network = Retargeter.load("kinematic", "cpu")
    scores = {clip: score(network, clip, path) for clip, path in found if path.exists()}
    if not scores:
        log.error("No poses of these clips are in %s; run make measure-rendered first.", options.found)
        return 1
    for clip, one in scores.items():
        log.info("%-20s %5.1f", clip.name, one)
    for name, wanted in (("fixed camera", True), ("moving camera", False)):
        some = [one for clip, one in scores.items() if (FIXED in clip.kinds) == wanted]
        if some:
            log.info("%s, %d clips: %.1f", name, len(some), np.nanmean(some))
    log.info("all %d clips: %.1f", len(scores), np.nanmean(list(scores.values())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
