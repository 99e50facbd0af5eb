"""How the performance is cleaned and put right."""

from __future__ import annotations

import argparse

import bpy

from ..bridge.editing.settings import LEFT_UNSEEN
from ..properties import editing as choices
from .parser import NONE, SCENE, UsageError, set_given, words

LOST = words(choices.LOST, {LEFT_UNSEEN: "network", "EASE_TO_REST": "rest"})
OPERATIONS, BACKDROPS = words(choices.OPERATIONS), words(choices.BACKDROPS)
"""Words of the command line, and what they are called in the scene's settings."""

NUMBERS = {"swap": 3, "split": 2, "merge": 2}
"""How many numbers each correction takes: performers, then the frame of the clip where it has one."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of cleaning and of who is who."""
    cleaning = parser.add_argument_group("what was seen")
    cleaning.add_argument(
        "--smooth",
        type=_strength,
        metavar="S",
        help=f"0 (raw) to 1: how much is taken for mistakes and jitter ({SCENE})",
    )
    cleaning.add_argument(
        "--lost", choices=LOST, help=f"what somebody does who is lost for longer than half a second ({SCENE})"
    )
    cleaning.add_argument(
        "--correct",
        type=_correction,
        action="append",
        metavar="WHAT",
        help="who is who: swap:A,B,FRAME or split:A,FRAME from a frame of the clip on, or merge:A,B; may be given several "
        "times, in order; they come after those of the scene, which none takes out",
    )
    cleaning.add_argument(
        "--backdrop",
        choices=BACKDROPS,
        help=f"what shows the video behind a performance that is edited later ({SCENE})",
    )


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set what is asked for; UsageError where --lost would do nothing."""
    editing = scene.retarget2d.editing
    set_given(
        editing, {"smooth": options.smooth, "lost": LOST.get(options.lost), "backdrop": BACKDROPS.get(options.backdrop)}
    )
    if options.lost is not None and editing.smooth == 0:
        raise UsageError("--lost bridges what --smooth cleans; give --smooth above 0 too.")
    for operation, numbers in options.correct or ():
        if operation == NONE:
            editing.corrections.clear()
            continue
        made = editing.corrections.add()
        made.operation = OPERATIONS[operation]
        made.one = numbers[0]
        made.other = 0 if operation == "split" else numbers[1]
        made.frame = 0 if operation == "merge" else numbers[-1]
        made.video, made.frame_range = scene.retarget2d.video.strip(), scene.retarget2d.frame_range.strip()


def _strength(text: str) -> float:
    try:
        strength = float(text)
    except ValueError:
        strength = -1.0
    if not 0 <= strength <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no strength, give a number from 0 (raw) to 1")
    return strength


def _correction(text: str) -> tuple[str, list[int]]:
    operation, _, rest = text.partition(":")
    if text == NONE:
        return NONE, []
    numbers = rest.split(",")
    if len(numbers) != NUMBERS.get(operation) or not all(number.isascii() and number.isdigit() for number in numbers):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no correction, give swap:A,B,FRAME, split:A,FRAME, merge:A,B or none"
        )
    return operation, [int(number) for number in numbers]
