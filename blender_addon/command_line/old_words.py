"""Options of earlier versions that became several: still read, and the new words are said."""

from __future__ import annotations

import argparse
import logging

from ..core.shown import quoted
from ..settings.feet import LandmarkSettings

log = logging.getLogger(__name__)

ENDS = tuple(LandmarkSettings.settings())


def add(parser: argparse.ArgumentParser) -> None:
    """`--turn hands,feet,head`."""
    parser.add_argument("--turn", type=_ends, help=argparse.SUPPRESS)


def apply(options: argparse.Namespace) -> None:
    """As if the new options were given."""
    if options.turn is not None:
        log.warning("--turn is called %s now.", ", ".join(f"--turn-{end}" for end in ENDS))
        for end, setting in LandmarkSettings.settings().items():
            if getattr(options, setting.path) is None:
                setattr(options, setting.path, end in options.turn)


def _ends(text: str) -> tuple[str, ...]:
    ends = () if text == "none" else tuple(text.split(","))
    if unknown := [end for end in ends if end not in ENDS]:
        raise argparse.ArgumentTypeError(
            f"{quoted(unknown[0])} is nothing that landmarks turn, give some of {','.join(ENDS)}, or none"
        )
    return ends
