"""Bakes clips onto the three characters through the product's command line, and reads them back: `python -m
benchmarks.rendered.bakes JOBS.json`, in a Python that has bpy. `measure.py` writes JOBS.json and runs it.

The product may be any version: its `cli.py` is loaded from its folder as Blender loads a script.
"""

from __future__ import annotations

import importlib
import logging
import runpy
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import bpy
import numpy as np
from numpy.typing import NDArray

from .bake_characters import names_in_file, write_base_files
from .bake_jobs import CHARACTERS, FIGURE, BakeJob, Jobs
from .reading import read_character

log = logging.getLogger("benchmarks")

CONTACTS = ("right_foot", "left_foot", "right_hand", "left_hand", "right_knee", "left_knee", "seat", "back")
"""What the columns of the product's contacts are, as many as it has."""
FIRST_FRAME = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where everything was baked."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    jobs = Jobs.read(Path((sys.argv[1:] if arguments is None else arguments)[0]))
    bases = Path(jobs.bases)
    if not all((bases / f"{character}.blend").exists() for character in CHARACTERS):
        write_base_files(bases, Path(jobs.data) if jobs.data else None)
    with _product(Path(jobs.product)) as command:
        failed = [job.name for job in jobs.jobs if not _tried(command, jobs, job)]
    for name in failed:
        log.error("%s was not baked; the lines above say why.", name)
    return 1 if failed else 0


@contextmanager
def _product(folder: Path) -> Iterator[ModuleType]:
    """The command line of the product in a folder, enabled meanwhile."""
    script = runpy.run_path(str(folder / "blender_addon/cli.py"), run_name="product")
    package = script["module_of_extension"]()
    try:
        yield importlib.import_module(f"{package}.cli")
    finally:
        sys.modules[package].unregister()


def _tried(command: ModuleType, jobs: Jobs, job: BakeJob) -> bool:
    """Whether it went well; one clip that fails does not take the others with it."""
    try:
        return _done(command, jobs, job)
    except Exception:
        log.exception("%s", job.name)
        return False


def _done(command: ModuleType, jobs: Jobs, job: BakeJob) -> bool:
    """Bake on every character and write what was read back; whether all went well."""
    log.info("%s…", job.name)
    for character in CHARACTERS:
        blend = Path(job.folder) / f"{job.name}.{character}.blend"
        bpy.ops.wm.open_mainfile(filepath=str(Path(jobs.bases) / f"{character}.blend"), load_ui=False)
        render = bpy.context.scene.render
        render.fps, render.fps_base = round(job.fps), round(job.fps) / job.fps
        words = ["--video", job.video, "--performer", str(job.performer), "--python", jobs.python]
        target = (
            ["--bake", _figure_word(command)]
            if character == FIGURE
            else ["--bake", "rig", "--armature", names_in_file().armature]
        )
        if command.main([*words, *target, "--output", str(blend)]):
            return False
        contacts = _contacts(command)
        bpy.ops.wm.open_mainfile(filepath=str(blend), load_ui=False)
        read = read_character(character, range(FIRST_FRAME, FIRST_FRAME + job.frames))
        read["contacts"] = contacts
        read["contact_names"] = np.array(CONTACTS[: contacts.shape[1]])
        np.savez_compressed(blend.with_suffix(".npz"), **read)  # type: ignore[arg-type]
    (Path(job.folder) / f"{job.name}.key").write_text(job.key, encoding="utf-8")
    return True


def _figure_word(command: ModuleType) -> str:
    """What the figure is called among the words of --bake: it had another name before."""
    parser = importlib.import_module(f"{command.__package__}.command_line").job_parser("benchmark", "setup", "bone-map")
    return "figure" if "rig,figure" in parser.format_help() else "grease-pencil"


def _contacts(command: ModuleType) -> NDArray[np.float64]:
    """(T, C) what the product takes for contacts, of the job that was just done: no file says so, but its session."""
    session = next(
        module.session
        for name, module in list(sys.modules.items())
        if name.startswith(f"{command.__package__}.")
        and name.endswith(".session")
        and hasattr(getattr(module, "session", None), "takes")
    )
    return np.asarray(session.takes[0].motion.contacts, np.float64)


if __name__ == "__main__":
    sys.exit(main())
