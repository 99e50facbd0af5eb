"""The command line in Blender: the same job as the panel's button, with no window.

    blender -b FILE.blend --python …/blender_addon/cli.py -- --video dance.mp4 --armature Rig --bake rig --output out.blend
    blender --command motion_retarget_2d --file FILE.blend --video dance.mp4 --bake grease-pencil --output out.blend

Run as a script it enables the installed extension and calls that module's `main`; where none is installed, the package that it lies in.
Nothing of ours is imported at the top, since a script has no package to import from.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

import bpy

log = logging.getLogger(__name__)

COMMAND = "motion_retarget_2d"
"""The extension's id, and its name as a command of Blender's."""

SETUP = "setup"
USAGE_STATUS, FAILED_STATUS, INTERRUPTED_STATUS = 2, 1, 130

TARGETS = {"rig": "RIG", "grease-pencil": "GREASE_PENCIL"}
VIEWS = {"as-filmed": "AS_FILMED", "front": "FRONT", "three-quarter": "THREE_QUARTER", "side": "SIDE"}
PERFORMERS = {"main": 0, "all": -1}
PLANES = ("own", "front", "side", "camera")
DEVICES = ("auto", "cpu", "cuda", "mps")
MODELS = ("kinematic", "paper")
"""Words of the command line, and what they are called in the scene's settings."""

LAST_FRAME = 1_048_574
"""Blender's own limit."""

MODULE_AS_SCRIPT = "motion_retarget_2d_checkout"
"""What the package is called where the script lies in a copy of it that is not installed."""


class UsageError(ValueError):
    """Arguments that make no sense, in one sentence."""


class Parser(argparse.ArgumentParser):
    """An argument parser that says what is wrong in one sentence."""

    def error(self, message: str) -> NoReturn:
        """Instead of usage and message."""
        raise UsageError(f"{message[:1].upper()}{message[1:].rstrip('.')}; --help tells more.")


@dataclass(frozen=True)
class Report:
    """What was written, for machines: `frames` of the longest motion, `keys` on the rig, `drawings` of Grease Pencil, `seconds` it took."""

    output: str
    performers: tuple[int, ...]
    actions: tuple[str, ...]
    figures: tuple[str, ...]
    frames: int
    keys: int
    drawings: int
    model: str
    device: str
    notices: tuple[str, ...]
    seconds: float


def main(arguments: Sequence[str]) -> int:
    """Run the command; its exit status is 0 only where everything asked for was written. Errors are one sentence on stderr."""
    try:
        if list(arguments[:1]) == [SETUP]:
            return _setup(_setup_parser().parse_args(arguments[1:]))
        return _retarget(_parser().parse_args(arguments))
    except (ValueError, OSError) as error:
        return _failed(str(error), USAGE_STATUS if isinstance(error, UsageError) else FAILED_STATUS)
    except KeyboardInterrupt:
        return _failed("Cancelled; nothing was written.", INTERRUPTED_STATUS)
    except SystemExit as asked:  # argparse after --help
        return int(asked.code or 0)
    except Exception as error:
        log.exception("The command failed.")
        return _failed(f"The command failed with {type(error).__name__}: {error}; the lines above tell where.", FAILED_STATUS)


def _retarget(options: argparse.Namespace) -> int:
    """Open, retarget, bake, save."""
    from .bridge import addon, blend_file
    from .bridge.session import session
    from .operators import headless

    began = time.monotonic()
    blend_file.check_output(options.output)
    if options.file is not None:
        blend_file.open_file(options.file)
    scene = blend_file.scene_named(options.scene)
    _apply(options, scene)
    baked = headless.run_job(scene, addon.preferred(options.python, options.device), _Progress())
    blend_file.save_copy(options.output)
    report = Report(
        output=str(options.output),
        performers=tuple(take.performer for take in session.takes),
        actions=baked.actions,
        figures=baked.figures,
        frames=baked.frames,
        keys=baked.keys,
        drawings=baked.drawings,
        model=session.takes[0].model,
        device=session.takes[0].device,
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


def _apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Set the scene as the options say, so that the file that is written shows how it was made; UsageError where the armature is none."""
    settings = scene.retarget2d
    settings.armature = _armature(scene, options.armature)
    settings.video = str(options.video.absolute())
    settings.frame_range = options.range
    settings.performer = options.performer
    settings.bake = {TARGETS[target] for target in options.bake}
    settings.plane = options.plane.upper()
    settings.depth_auto = options.depth is None
    settings.start_frame = options.start_frame
    settings.model = options.model.upper()
    if options.depth is not None:
        settings.depth = options.depth
    if isinstance(options.view, str):
        settings.view = options.view
    else:
        settings.view = "ANGLE"
        settings.azimuth, settings.elevation = options.view


def _armature(scene: bpy.types.Scene, name: str | None) -> bpy.types.Object | None:
    if name is None:
        return None
    armatures = {item.name: item for item in scene.objects if item.type == "ARMATURE"}
    if name not in armatures:
        known = f"choose among {', '.join(armatures)}" if armatures else "the scene has none"
        raise UsageError(f"There is no armature {name} in the scene {scene.name}; {known}.")
    return armatures[name]


def _setup(options: argparse.Namespace) -> int:
    """Make the worker's environment."""
    from .operators import headless

    _say(headless.install(options.wheels, _Progress()))
    return 0


class _Progress:
    """Lines on stderr: one a stage and tenth of it, rewritten in place on a terminal."""

    def __init__(self) -> None:
        self._said = ("", -1)

    def __call__(self, stage: str, fraction: float, text: str) -> None:
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


def _parser() -> Parser:
    parser = Parser(
        prog=COMMAND,
        description="Put the motion of a filmed performer on a rig or on Grease Pencil, and write the file.",
        epilog=f"`{COMMAND} {SETUP} [--wheels FOLDER]` installs what the networks need.",
        allow_abbrev=False,
    )
    parser.add_argument("--file", type=_blend, metavar="FILE.blend", help="open this file first (default: the one that is open)")
    parser.add_argument("--scene", metavar="NAME", help="the scene (default: the file's own)")
    parser.add_argument("--video", type=Path, required=True, metavar="VIDEO", help="the video of the performance, a picture or a folder of pictures")
    parser.add_argument("--range", default="", metavar="A:B", help="frames (10:250) or seconds (1.5s:8s), the last excluded (default: all)")
    parser.add_argument("--performer", type=_performer, default=0, metavar="N|main|all", help="whose motion (default: main)")
    parser.add_argument("--armature", metavar="NAME", help="the character: it gives the proportions, and takes the keys of --bake rig")
    parser.add_argument("--bake", type=_targets, required=True, metavar="rig,grease-pencil", help="what the motion is baked onto: one or both")
    parser.add_argument("--output", type=_blend, required=True, metavar="OUT.blend", help="the file to write; it is replaced only by a whole one")
    look = parser.add_argument_group("how it is seen")
    look.add_argument(
        "--view", type=_view, default="as-filmed", metavar="VIEW", help=f"{', '.join(VIEWS)}, or AZIMUTH[,ELEVATION] in degrees (default: as-filmed)"
    )
    look.add_argument("--plane", choices=PLANES, default="own", help="where the picture lands (default: %(default)s)")
    look.add_argument("--depth", type=_depth, metavar="D", help="0 to 1: how much limbs leave the plane (default: 0 on cut-out rigs, 1 on others)")
    look.add_argument("--start-frame", type=_frame, default=1, metavar="N", help="the scene's frame that the motion begins at (default: %(default)s)")
    network = parser.add_argument_group("network")
    network.add_argument("--model", choices=MODELS, default=MODELS[0], help="which network (default: %(default)s)")
    network.add_argument("--device", choices=DEVICES, help="where it runs (default: as the preferences say)")
    network.add_argument("--python", type=_program, metavar="PATH", help="the Python that has what the networks need (default: as the preferences say)")
    parser.add_argument("--json", action="store_true", help="print one JSON object that tells what was written, the last line on stdout")
    return parser


def _setup_parser() -> Parser:
    parser = Parser(prog=f"{COMMAND} {SETUP}", description="Install what the networks need into a folder of the add-on's own.", allow_abbrev=False)
    parser.add_argument("--wheels", type=_folder, metavar="FOLDER", help="a folder of wheels to install from, with no network (default: the package index)")
    return parser


def _blend(text: str) -> Path:
    path = Path(text)
    if path.suffix != ".blend":
        raise argparse.ArgumentTypeError(f"{text!r} is no .blend file")
    return path


def _program(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no program {text!r}")
    return path.absolute()


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {text!r}")
    return path.absolute()


def _performer(text: str) -> int:
    if text in PERFORMERS:
        return PERFORMERS[text]
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is neither the number of a performer, nor main, nor all")


def _targets(text: str) -> tuple[str, ...]:
    targets = tuple(text.split(","))
    if unknown := [target for target in targets if target not in TARGETS]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is nothing to bake onto, give rig, grease-pencil or rig,grease-pencil")
    return targets


def _view(text: str) -> str | tuple[float, float]:
    if text in VIEWS:
        return VIEWS[text]
    try:
        azimuth, elevation = (*(float(angle) for angle in text.split(",")), 0.0)[:2]
        if text.count(",") <= 1 and abs(azimuth) <= 180 and abs(elevation) <= 90:
            return azimuth, elevation
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text!r} is no view, give {', '.join(VIEWS)}, or AZIMUTH[,ELEVATION] within 180 and 90 degrees, such as --view=-45,10")


def _frame(text: str) -> int:
    try:
        frame = int(text)
    except ValueError:
        frame = LAST_FRAME + 1
    if abs(frame) > LAST_FRAME:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at most {LAST_FRAME}")
    return frame


def _depth(text: str) -> float:
    try:
        depth = float(text)
    except ValueError:
        depth = -1.0
    if not 0 <= depth <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number between 0 and 1")
    return depth


def register() -> None:
    """Add `blender --command motion_retarget_2d`."""
    from .bridge import addon

    addon.commands.append(bpy.utils.register_cli_command(COMMAND, main))


def unregister() -> None:
    """Take it out."""
    from .bridge import addon

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
    described = importlib.util.spec_from_file_location(MODULE_AS_SCRIPT, folder / "__init__.py", submodule_search_locations=[str(folder)])
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
    status = int(command_line.main(arguments))
    sys.stdout.flush()
    return status


if __name__ == "__main__":
    sys.exit(_run_as_script())
