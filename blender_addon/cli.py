"""The command line in Blender: the same job as the panel's button, with no window.

    blender -b FILE.blend --python …/blender_addon/cli.py -- --output out.blend
    blender -b FILE.blend --python …/blender_addon/cli.py -- --video dance.mp4 --armature Rig --bake rig --output out.blend
    blender --command motion_retarget_2d --file FILE.blend --video dance.mp4 --bake grease-pencil --output out.blend

Run as a script it enables the installed extension and calls that module's `main`; where none is installed, the package
that it lies in. Nothing of ours is imported at the top, since a script has no package to import from.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import logging
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import bpy

log = logging.getLogger(__name__)

COMMAND = "motion_retarget_2d"
"""The extension's id, and its name as a command of Blender's."""

Check = Callable[[], object]
"""Raises where a signal came."""

SETUP, BONE_MAP = "setup", "bone-map"
"""First words that ask for something else than the job."""
USAGE_STATUS, FAILED_STATUS = 2, 1

MODULE_AS_SCRIPT = "motion_retarget_2d_checkout"
"""What the package is called where the script lies in a copy of it that is not installed."""


@dataclass(frozen=True)
class Report:
    """What was written, for machines: `frames` of the longest motion, `keys` on the rig, of the `dense_keys` that a key
    a frame would be, `drawings` of Grease Pencil, `seconds` it took.
    """

    output: str
    performers: tuple[int, ...]
    actions: tuple[str, ...]
    figures: tuple[str, ...]
    frames: int
    keys: int
    dense_keys: int
    drawings: int
    model: str
    device: str
    notices: tuple[str, ...]
    seconds: float


def main(arguments: Sequence[str], *, ends_process: bool = False) -> int:
    """Run the command; its exit status is 0 only where everything asked for was written. Errors are one sentence on
    stderr.

    Ctrl-C and SIGTERM end it with status 130 and 143, and nothing written: a signal is noted, and looked for between
    steps. Where the command `ends_process`, no other signal changes that status.
    """
    from .core.interruption import heard
    from .operators import headless

    with heard(at_once=False, ends_process=ends_process) as interruption:
        try:
            return _run(arguments, interruption.check)
        except SystemExit as asked:  # argparse after --help
            return int(asked.code or 0)
        except KeyboardInterrupt:
            pass
        except Exception as error:
            if not interruption.came:
                return _explained(error)
        headless.leave()
        return _failed("Cancelled; nothing was written.", interruption.status)


def _run(arguments: Sequence[str], check: Check) -> int:
    """What the first word asks for."""
    from . import command_line

    others = {SETUP: (command_line.setup_parser, _setup), BONE_MAP: (command_line.map_parser, _write_map)}
    word = next(iter(arguments), "")
    if word in others:
        parser, run = others[word]
        return run(parser(f"{COMMAND} {word}").parse_args(arguments[1:]), check)
    return _retarget(command_line.job_parser(COMMAND, SETUP, BONE_MAP).parse_args(arguments), check)


def _explained(error: Exception) -> int:
    """Say what went wrong; the exit status."""
    from .command_line.parser import UsageError
    from .core.shown import sentence

    if isinstance(error, ValueError | OSError):
        return _failed(sentence(error), USAGE_STATUS if isinstance(error, UsageError) else FAILED_STATUS)
    log.error("The command failed.", exc_info=error)
    return _failed(
        f"The command failed with {type(error).__name__}: {error}; the lines above tell where.", FAILED_STATUS
    )


def _retarget(options: argparse.Namespace, check: Check) -> int:
    """Open, retarget, bake, save."""
    from . import command_line
    from .bridge.job.session import session
    from .bridge.scene import addon, blend_file
    from .command_line.parser import UsageError
    from .operators import headless

    began = time.monotonic()
    blend_file.check_output(options.output)
    if options.file is not None:
        blend_file.open_file(options.file)
    scene = blend_file.scene_named(options.scene)
    command_line.apply(options, scene)
    if missing := headless.missing(scene):
        raise UsageError(f"{missing}.")
    baked = headless.run_job(scene, addon.preferred(options.python, options.device), _Progress(check))
    check()
    blend_file.save_copy(options.output, check)
    report = Report(
        output=str(options.output),
        performers=baked.performers,
        actions=baked.actions,
        figures=baked.figures,
        frames=baked.frames,
        keys=baked.keys,
        dense_keys=baked.dense_keys,
        drawings=baked.drawings,
        model=baked.model,
        device=baked.device,
        notices=tuple(session.notices),
        seconds=round(time.monotonic() - began, 3),
    )
    for notice in report.notices:
        _say(notice)
    _say(f"{options.output}: {baked}, with {report.model} on {report.device}")
    if options.json:
        sys.stdout.write(json.dumps(asdict(report)) + "\n")
        sys.stdout.flush()
    return 0


def _setup(options: argparse.Namespace, check: Check) -> int:
    """Make the worker's environment."""
    from .operators import headless

    _say(headless.install(options.wheels, _Progress(check)))
    return 0


def _write_map(options: argparse.Namespace, check: Check) -> int:
    """Open, find the bones, write their map; what is wrong with it is said, a line each."""
    from .bridge.armature.rest_pose import read_rest_pose
    from .bridge.bone_maps import preset_files
    from .bridge.bone_maps.current_map import choose_map
    from .bridge.scene import blend_file
    from .command_line.job import armature_named

    if options.file is not None:
        blend_file.open_file(options.file)
    armature = armature_named(blend_file.scene_named(options.scene), options.armature)
    chosen = choose_map(armature, read_rest_pose(armature))
    check()
    preset_files.write_map_file(options.output, chosen.bone_map)
    for sentence in (*chosen.notes, *(problem.sentence for problem in chosen.problems)):
        _say(sentence)
    _say(f"{options.output}: {chosen}")
    return 0


class _Progress:
    """Lines on stderr: one a stage and tenth of it, rewritten in place on a terminal. Whoever cancels is heard each
    time.
    """

    def __init__(self, check: Check) -> None:
        self._said = ("", -1)
        self._check = check

    def __call__(self, stage: str, fraction: float, text: str) -> None:
        self._check()
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\033[K{text}")
            sys.stderr.flush()
        elif fraction > 0 and (stage, int(10 * fraction)) != self._said:
            self._said = (stage, int(10 * fraction))
            _say(text)


def _say(text: str) -> None:
    sys.stderr.write(("\r\033[K" if sys.stderr.isatty() else "") + text + "\n")
    sys.stderr.flush()


def _failed(sentence: str, status: int) -> int:
    _say(sentence)
    return status


def register() -> None:
    """Add `blender --command motion_retarget_2d`."""
    from .bridge.scene import addon

    addon.commands.append(bpy.utils.register_cli_command(COMMAND, lambda arguments: main(arguments, ends_process=True)))


def unregister() -> None:
    """Take it out."""
    from .bridge.scene import addon

    while addon.commands:
        bpy.utils.unregister_cli_command(addon.commands.pop())


def module_of_extension() -> str:
    """Enable the installed extension, or register the package that this script lies in; its name."""
    for repository in bpy.context.preferences.extensions.repos:
        if repository.enabled and (Path(repository.directory) / COMMAND / "__init__.py").is_file():
            module = f"bl_ext.{repository.module}.{COMMAND}"
            bpy.ops.preferences.addon_enable(module=module)
            return module
    folder = Path(__file__).resolve().parent
    described = importlib.util.spec_from_file_location(
        MODULE_AS_SCRIPT, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert described is not None
    assert described.loader is not None
    package = importlib.util.module_from_spec(described)
    sys.modules[MODULE_AS_SCRIPT] = package
    described.loader.exec_module(package)
    package.register()
    return MODULE_AS_SCRIPT


def _run_as_script() -> int:
    """Blender's own status is 0 whatever a script raises, so nothing may be raised here."""
    try:
        module = module_of_extension()
        command_line = importlib.import_module(f"{module}.cli")
    except Exception as error:
        log.exception("The extension cannot be enabled.")
        return _failed(f"The extension cannot be enabled ({error}); install it again.", FAILED_STATUS)
    arguments = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    status = int(command_line.main(arguments, ends_process=True))
    sys.stdout.flush()
    return status


if __name__ == "__main__":
    sys.exit(_run_as_script())
