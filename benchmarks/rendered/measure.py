"""Measures the whole path over rendered clips: `python -m benchmarks.rendered.measure`, in the worker's Python.

Every clip of build/rendered is detected, cleaned, retargeted and baked on a rig, on the puppet and on the figure by the
product's command lines; what the written files show is compared with the truth. Results are kept by clip, and made anew
where the clip, the product or the way of measuring has changed. Writes docs/RENDERED.md and docs/rendered.json.

`--product FOLDER` measures another version of the product, checked out there.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .bake_jobs import CHARACTERS, RIG, BakeJob, Jobs
from .baked import Baked, read_baked
from .clip_truth import ClipTruth, add_clips, read_truth
from .depth_errors import DepthErrors, depth_errors, joined
from .found_people import FoundPerson, matched, read_found
from .ground_errors import heights_by_support
from .measures import Numbers, measures
from .report import CLIPS_OF, DEPTHS_OF, Measured, Products, depths_as_json, view_of, write_page

log = logging.getLogger("benchmarks")
Doubles = NDArray[np.float64]

ROOT = Path(__file__).resolve().parents[2]
PAGE, NUMBERS = Path("docs/RENDERED.md"), Path("docs/rendered.json")
WORKER, BLENDER = ROOT / ".venv/bin/python", ROOT / ".venv-bpy-4.5/bin/python"
NOW = "now"
"""What the product of this checkout is called."""
DEPENDS_ON = ("bakes.py", "bake_jobs.py", "bake_characters.py", "reading.py")
"""Modules beside this one that results depend on."""
SOURCES = ("*.py", "*.json", "*.npz", "*.onnx", "*.pt")
"""What of the product results depend on."""
PROCESSES = 2


@dataclass(frozen=True, eq=False)
class Place:
    """Where one product's results are kept, by clip, and how it is called."""

    product: Path
    label: str
    folder: Path
    version: str

    @classmethod
    def of(cls, product: Path, clips: Path) -> Place:
        """Of the product in a folder."""
        label = NOW if product.resolve() == ROOT else _commit(product)
        parts = sorted(path for kind in SOURCES for path in (product / "blender_addon").rglob(kind))
        here = [Path(__file__).with_name(name) for name in DEPENDS_ON]
        version = sha256(b"".join(sha256(path.read_bytes()).digest() for path in (*parts, *here))).hexdigest()
        return cls(product.resolve(), label, (clips / "measured" / label).resolve(), version)

    def key(self, video: Path) -> str:
        """Changes with all that the results of a video depend on."""
        return sha256(self.version.encode() + video.read_bytes()).hexdigest()

    def environment(self) -> dict[str, str]:
        """Of the product's processes: poses that were found once are found again by both command lines."""
        user = self.folder / "blender"
        user.mkdir(parents=True, exist_ok=True)
        return os.environ | {"BLENDER_USER_RESOURCES": str(user), "XDG_CACHE_HOME": str(user / "datafiles")}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where everything was measured."""
    options = _options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    clips = [read_truth(path) for path in sorted(options.clips.glob("*.npz"))]
    clips = [clip for clip in clips if not options.only or {clip.name, *clip.kinds} & set(options.only)]
    if not clips:
        log.error("There are no such clips in %s; render them with `make rendered`.", options.clips)
        return 1
    place = Place.of(options.product, options.clips)
    began = time.monotonic()
    failed = _make(place, clips, options)
    measured = [_measured(place, clip) for clip in clips]
    _write_depth_errors(place, clips, measured)
    everything = _merged(options.numbers, place.label, measured, whole=not options.only)
    write_page(everything, options.page)
    seconds = time.monotonic() - began
    log.info("%d clips of %s in %.0f minutes: %s", len(clips), place.label, seconds / 60, options.page)
    return 1 if failed else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.rendered.measure", description=(__doc__ or "").splitlines()[0]
    )
    add_clips(parser)
    parser.add_argument("--product", type=Path, default=ROOT, help="the checkout to measure (default: this one)")
    parser.add_argument("--only", nargs="+", metavar="KIND", help="clips that show this or are called so")
    parser.add_argument("--fresh", action="store_true", help="detect and bake again even where nothing has changed")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page to write (default: %(default)s)")
    parser.add_argument("--numbers", type=Path, default=NUMBERS, help="the JSON to write (default: %(default)s)")
    parser.add_argument("--data", type=Path, default=os.environ.get("MOTION_RETARGET_2D_DATA"), help="holds rigs/")
    parser.add_argument("--processes", type=int, default=PROCESSES, help="Blenders at once (default: %(default)s)")
    return parser.parse_args(arguments)


def _commit(product: Path) -> str:
    command = ["git", "-C", str(product), "rev-parse", "--short=7", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _make(place: Place, clips: Sequence[ClipTruth], options: argparse.Namespace) -> bool:
    """Detect and bake what is not there yet; whether any of it failed."""
    jobs = []
    for clip in clips:
        video = (options.clips / f"{clip.name}.mp4").resolve()
        key = place.key(video)
        folder = place.folder / clip.name
        folder.mkdir(parents=True, exist_ok=True)
        if options.fresh or _kept(folder / "found.key") != key:
            _detect(place, video, folder)
            (folder / "found.key").write_text(key, encoding="utf-8")
        for person, found in enumerate(found_in(place, clip)):
            name = f"{clip.name}.{person}"
            if found is not None and (options.fresh or _kept(folder / f"{name}.key") != key):
                jobs.append(BakeJob(str(video), found.performer, clip.fps, clip.frames, str(folder), name, key))
    parts = [jobs[part :: options.processes] for part in range(options.processes)]
    running = [_baking(place, part, index, options) for index, part in enumerate(parts) if part]
    return any([process.wait() for process in running])


def _kept(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _detect(place: Place, video: Path, folder: Path) -> None:
    log.info("Detecting %s…", video.name)
    command = [WORKER, "-m", "blender_addon.core", "detect", video, "-o", folder / "found.npz"]
    done = subprocess.run(
        [str(word) for word in command],
        cwd=place.product,
        env=place.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        log.error("Nobody was detected in %s: %s", video.name, done.stderr.strip().splitlines()[-1])
        (folder / "found.npz").unlink(missing_ok=True)


def _baking(place: Place, jobs: Sequence[BakeJob], index: int, options: argparse.Namespace) -> subprocess.Popen[bytes]:
    """A Blender that bakes; what it says goes to a file."""
    data = str(Path(options.data).resolve()) if options.data else ""
    bases = place.folder / f"characters.{place.version[:8]}.{'shared' if data else 'own'}.{index}"
    path = place.folder / f"jobs.{index}.json"
    Jobs(str(place.product), str(WORKER), str(bases), data, tuple(jobs)).write(path)
    log.info("Baking %d people, see %s", len(jobs), path.with_suffix(".log"))
    with path.with_suffix(".log").open("wb") as said:
        return subprocess.Popen(
            [str(BLENDER), "-m", "benchmarks.rendered.bakes", str(path)],
            cwd=ROOT,
            env=place.environment(),
            stdout=said,
            stderr=subprocess.STDOUT,
        )


def found_in(place: Place, clip: ClipTruth) -> tuple[FoundPerson | None, ...]:
    """Who each person of the clip is among those whom the product found."""
    path = place.folder / clip.name / "found.npz"
    return matched(clip, read_found(path, clip.frames)) if path.exists() else (None,) * len(clip.people)


def _baked(place: Place, clip: ClipTruth, person: int) -> dict[str, Baked]:
    folder = place.folder / clip.name
    paths = {character: folder / f"{clip.name}.{person}.{character}.npz" for character in CHARACTERS}
    return {character: read_baked(path).cut(clip.frames) for character, path in paths.items() if path.exists()}


def _measured(place: Place, clip: ClipTruth) -> Measured:
    """Everybody of a clip."""
    people: list[Numbers] = []
    supports: dict[str, list[Doubles]] = {}
    depths = []
    for person, (truth, found) in enumerate(zip(clip.people, found_in(place, clip), strict=True)):
        baked = _baked(place, clip, person) if found is not None else {}
        people.append(measures(truth, found, baked, clip.fps))
        depths.append(depth_errors(truth, found))
        for name, heights in heights_by_support(truth, baked[RIG]).items() if RIG in baked else ():
            supports.setdefault(name, []).append(heights)
    pooled = {name: np.concatenate(heights) for name, heights in supports.items()}
    kinds = (*clip.kinds, view_of(np.concatenate([truth.facing[truth.counts] for truth in clip.people])))
    return Measured(clip.name, kinds, tuple(people), pooled, joined(depths))


def _write_depth_errors(place: Place, clips: Sequence[ClipTruth], measured: Sequence[Measured]) -> None:
    """The file that training can draw from; `clip` is the row of `clips`."""
    whole = joined([each.depths for each in measured])
    rows = np.repeat(np.arange(len(measured)), [len(each.depths.joint) for each in measured]).astype(np.int16)
    arrays = {each.name: getattr(whole, each.name) for each in fields(DepthErrors)}
    path = place.folder / "depth_errors.npz"
    np.savez_compressed(path, clip=rows, clips=np.array([clip.name for clip in clips]), **arrays)
    log.info("The detector's depth errors, joint by joint: %s", path)


def _merged(path: Path, label: str, measured: Sequence[Measured], *, whole: bool) -> Products:
    """The JSON with what was measured put in; what the whole of the clips tells only where it is the `whole`."""
    told: Products = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    product = told.setdefault(label, {CLIPS_OF: {}, DEPTHS_OF: {}})
    clips = {each.name: each.as_json() for each in measured}
    product[CLIPS_OF] = clips if whole else product[CLIPS_OF] | clips
    if whole:
        product[DEPTHS_OF] = depths_as_json(joined([each.depths for each in measured]))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return told


if __name__ == "__main__":
    sys.exit(main())
