"""Corrections of performer identity."""

from __future__ import annotations

import argparse

import bpy

from ..core.shown import quoted
from ..properties.editing import OPERATIONS
from ..settings.kinds import NONE, word_of

WORDS = {word_of(row[0]): row[0] for row in OPERATIONS}
NUMBERS = {"swap": 3, "split": 2, "merge": 2}
"""How many numbers each correction takes: performers, then the frame of the performance where it has one."""


def add(parser: argparse.ArgumentParser) -> None:
    """The option of corrections."""
    parser.add_argument(
        "--correct",
        type=_correction,
        action="append",
        metavar="WHAT",
        help="performer identity: swap:A,B,FRAME or split:A,FRAME from a frame of the performance on, or merge:A,B; may be given several "
        "times, in order; they come after those of the scene, which none takes out",
    )


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Add those that are given to the scene's."""
    made = scene.retarget2d.editing.corrections
    for operation, numbers in options.correct or ():
        if operation == NONE:
            made.clear()
            continue
        row = made.add()
        row.operation, row.one = WORDS[operation], numbers[0]
        row.other = 0 if operation == "split" else numbers[1]
        row.frame = 0 if operation == "merge" else numbers[-1]
        row.video, row.frame_range = scene.retarget2d.video.strip(), scene.retarget2d.frame_range.strip()


def _correction(text: str) -> tuple[str, list[int]]:
    operation, _, rest = text.partition(":")
    if text == NONE:
        return NONE, []
    numbers = rest.split(",")
    if len(numbers) != NUMBERS.get(operation) or not all(number.isascii() and number.isdigit() for number in numbers):
        raise argparse.ArgumentTypeError(
            f"{quoted(text)} is no correction, give swap:A,B,FRAME, split:A,FRAME, merge:A,B or none"
        )
    return operation, [int(number) for number in numbers]
