"""How the performance is cleaned and put right."""

from __future__ import annotations

import argparse

import bpy

from ..bridge.editing.settings import LEFT_UNSEEN
from ..properties import editing as choices
from .parser import UsageError, words

LOST = words(choices.LOST, {LEFT_UNSEEN: "network", "EASE_TO_REST": "rest"})
OPERATIONS = words(choices.OPERATIONS)
"""Words of the command line, and what they are called in the scene's settings."""

NUMBERS = {"swap": 3, "split": 2, "merge": 2}
"""How many numbers each correction takes: performers, then the frame of the clip where it has one."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of cleaning and of who is who."""
    cleaning = parser.add_argument_group("what was seen")
    cleaning.add_argument("--smooth", type=_strength, metavar="S", help="0 (raw) to 1: how much is taken for mistakes and jitter (default: as the scene says)")
    cleaning.add_argument("--lost", choices=LOST, help="what somebody does who is lost for longer than half a second (default: as the scene says)")
    cleaning.add_argument(
        "--correct",
        type=_correction,
        action="append",
        metavar="WHAT",
        help="who is who: swap:A,B,FRAME or split:A,FRAME from a frame of the clip on, or merge:A,B; may be given several times, in order",
    )


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set what is asked for; UsageError where --lost would do nothing."""
    editing = scene.retarget2d.editing
    if options.smooth is not None:
        editing.smooth = options.smooth
    if options.lost is not None:
        if editing.smooth == 0:
            raise UsageError("--lost bridges what --smooth cleans; give --smooth above 0 too.")
        editing.lost = LOST[options.lost]
    for operation, numbers in options.correct or ():
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
    numbers = rest.split(",")
    if len(numbers) != NUMBERS.get(operation) or not all(number.isascii() and number.isdigit() for number in numbers):
        raise argparse.ArgumentTypeError(f"{text!r} is no correction, give swap:A,B,FRAME, split:A,FRAME or merge:A,B")
    return operation, [int(number) for number in numbers]
