"""Retargeting without Blender, for pipelines and farms: `python -m blender_addon.core COMMAND …`.

Exit status: 0 where OUT was written, 1 with one sentence on stderr where it could not be, 2 for wrong usage, 130 after
Ctrl-C, 143 after SIGTERM.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict

from . import interruption, sleeping_threads  # noqa: F401
from .shown import bare_option, sentence

log = logging.getLogger(__package__)

NEGATIVE_VALUE = re.compile(r"-[\d.][\d.,+-]*")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line, that of the process where no arguments are given; gives the exit status. SystemExit for wrong
    usage.
    """
    with interruption.heard(at_once=True, ends_process=arguments is None) as heard:
        try:
            return _run(arguments)
        except KeyboardInterrupt:
            pass
        except Exception:
            if not heard.came:
                raise
        heard.at_once = False
        log.error("Interrupted; no half-written file is left.")
        return heard.status


def _run(arguments: Sequence[str] | None) -> int:
    from .commands import UsageError

    parser = _parser()
    logging.basicConfig(format="%(message)s", force=True)
    words = _with_negative_values(sys.argv[1:] if arguments is None else arguments)
    if bare := bare_option(words):
        parser.error(f"argument {bare}: expected one argument")
    options = parser.parse_args(words)
    log.setLevel(logging.DEBUG if options.verbose else logging.INFO)
    began = time.perf_counter()
    try:
        report = options.command.run(options)
    except UsageError as error:
        parser.error(str(error))
    except (ValueError, OSError) as error:
        log.error("%s", sentence(error))
        log.debug("Where it came from:", exc_info=error)
        return 1
    seconds = time.perf_counter() - began
    print(
        json.dumps({"command": options.command.name, **asdict(report), "seconds": round(seconds, 3)})
        if options.json
        else f"{report}, {seconds:.1f} s"
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    from .commands import COMMANDS

    parser = argparse.ArgumentParser(
        prog="python -m blender_addon.core", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        own = commands.add_parser(command.name, help=command.summary, description=command.summary, allow_abbrev=False)
        command.add_arguments(own)
        own.add_argument("--json", action="store_true", help="one line of JSON on stdout about what was done")
        own.add_argument(
            "-v", "--verbose", action="store_true", help="say more on stderr, and where an error comes from"
        )
        own.set_defaults(command=command)
    return parser


def _with_negative_values(arguments: Sequence[str]) -> list[str]:
    """`--view -45,10` as `--view=-45,10`: argparse takes what begins with a minus for an option."""
    joined: list[str] = []
    for argument in arguments:
        if NEGATIVE_VALUE.fullmatch(argument) and joined and joined[-1].startswith("--") and "=" not in joined[-1]:
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


if __name__ == "__main__":
    sys.exit(main())
