"""Shows what the project does, with what ships in the repository: `python -m demo`, into build/demo."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from blender_addon.core import pose_files
from blender_addon.core.retargeting import Retargeter

from .performer import FPS
from .scenes import SCENES, panels, performance, retarget_scenes
from .showreel import write_contact_sheet, write_video

log = logging.getLogger("demo")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit status."""
    logging.basicConfig(format="%(message)s", level=logging.INFO, force=True)
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/demo"), help="the folder to write into (default: %(default)s)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    options = parser.parse_args(arguments)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=options.out) as unfinished:
            make(Path(unfinished), options.device)
            files = [file.replace(options.out / file.name) for file in sorted(Path(unfinished).iterdir())]
    except ValueError as error:
        log.error("%s", error)
        return 1
    except OSError as error:
        log.error("%s cannot be written to (%s); choose another folder with --out.", options.out, error.strerror)
        return 1
    except KeyboardInterrupt:
        log.error("Interrupted; no half-written file is left.")
        return 130
    for file in files:
        print(file)
    return 0


def make(folder: Path, device: str) -> None:
    """Write the poses that go in, the motions that come out, and both as pictures into `folder`."""
    retargeter = Retargeter.load(device=device)
    poses = performance()
    pose_files.write(poses, folder / "poses.npz")
    log.info("Retargeting %d frames %d times with %s on %s…", len(poses), len(SCENES), retargeter.model, retargeter.device)
    motions = retarget_scenes(poses, retargeter)
    for scene, motion in zip(SCENES, motions, strict=True):
        pose_files.write(motion, folder / f"{scene.name}.npz")
    shown = panels(poses, motions)
    write_contact_sheet(shown, folder / "contact-sheet.png")
    write_video(shown, FPS, folder / "demo.mp4")


if __name__ == "__main__":
    sys.exit(main())
