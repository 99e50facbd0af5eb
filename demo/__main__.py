"""Makes the demonstration: `python -m demo`, in a Python that has bpy; the networks run in another, by default .venv's.

A man jumps about on a roof, somersaults down and runs off; a woman walks by. He moves a cut-out puppet, she a figure
drawn in Grease Pencil.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VIDEO = ROOT / "assets/footage/street.mp4"
WORKER = ROOT / ".venv/bin/python"
OUT = Path("build/demo")
LIBRARIES = "libegl1 libgl1 libice6 libsm6 libx11-6 libxfixes3 libxi6 libxkbcommon0 libxrender1"
"""What bpy needs of the system, by the names of Debian's packages."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=OUT, help="the folder to write into (default: %(default)s)")
    parser.add_argument(
        "--python",
        type=Path,
        default=WORKER,
        help="the Python that has what the networks need (default: the checkout's .venv)",
    )
    parser.add_argument(
        "--range", default="", metavar="A:B", help="only these frames (0:60) or seconds (0s:2s) of the video"
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    options = parser.parse_args(arguments)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=options.out) as unfinished:
            files = make(Path(unfinished).resolve(), options)
            files = [file.replace(options.out / file.name) for file in files]
    except (ValueError, ImportError) as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{options.out} cannot be written to ({error.strerror}); choose another folder with --out.")
    except subprocess.CalledProcessError:
        return _failed("The pictures could not be set side by side; the line above says why.")
    except KeyboardInterrupt:
        return _failed("Interrupted; no half-written file is left.", status=130)
    for file in files:
        print(file)
    return 0


def make(folder: Path, options: argparse.Namespace) -> list[Path]:
    """Make the three files in `folder`; ValueError or ImportError, in a sentence, where that cannot be done."""
    if not options.python.is_file():
        raise ValueError(
            f"There is no Python {options.python}; make it with `make venv`, or name another with --python."
        )
    # The add-on keeps what it found in the video under the user's folder of Blender: one of the demo's own leaves the
    # user's alone.
    user = (options.out / "blender").resolve()
    os.environ["BLENDER_USER_RESOURCES"] = str(user)
    user.mkdir(exist_ok=True)
    _import_blender()

    import blender_addon

    blender_addon.register()
    try:
        return _made(folder, options)
    finally:
        blender_addon.unregister()


def _made(folder: Path, options: argparse.Namespace) -> list[Path]:
    import bpy

    from blender_addon.bridge.scene import addon

    from .filming import quiet, render_frames, write_film
    from .staging import Source, name_video_from, stage

    blend, film, sheet = folder / "demo.blend", folder / "demo.mp4", folder / "contact-sheet.png"
    scene = stage(Source(VIDEO, options.range, options.python.absolute(), options.device), blend)
    rendered, composed = folder / "rendered", folder / "composed"
    render_frames(scene, rendered)
    scene.frame_set(scene.frame_start)
    name_video_from(scene, VIDEO, options.out.resolve())
    with quiet():
        bpy.ops.wm.save_as_mainfile(filepath=str(blend), compress=True, relative_remap=False)
    cache = addon.pose_cache()
    assert cache is not None, "the demo has a user folder of its own"
    command = [options.python.absolute(), "-m", "demo.composing", VIDEO, "--cache", cache, "--rendered", rendered]
    command += ["--frames", composed, "--sheet", sheet, *(["--range", options.range] if options.range else [])]
    subprocess.run([str(word) for word in command], cwd=ROOT, check=True)
    write_film(composed, scene.render.fps, film)
    return [blend, film, sheet]


def _import_blender() -> None:
    """ImportError, in a sentence, where bpy is not there or the system lacks what it needs."""
    try:
        import bpy  # noqa: F401
    except ModuleNotFoundError as error:
        raise ImportError("This Python has no bpy; run `make demo`, which makes one that has.") from error
    except ImportError as error:
        raise ImportError(
            f"Blender's module misses a library of the system ({error}); on Debian: apt install {LIBRARIES}"
        ) from error


def _failed(sentence: str, *, status: int = 1) -> int:
    print(sentence, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
