"""Renders the clips and writes what is true of them: `python -m benchmarks.rendered.render --data DIR`, in a Python that
has bpy.

A clip is finished when its .npz is there; what is finished is not done again. Without DIR, the clips of our own people
and of motion made by script are rendered.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .clips import CLIPS, SHORT_CLIPS, Clip

log = logging.getLogger(__name__)

OUT, SHORT_OUT = Path("build/rendered"), Path("tests/data/rendered")
SUBFRAMES = 4
"""Pictures that a blurred one is the mean of."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rendered", description=(__doc__ or "").split(":")[0])
    parser.add_argument(
        "--data",
        type=Path,
        default=os.environ.get("MOTION_RETARGET_2D_DATA"),
        help="the folder that holds motion/ and rigs/",
    )
    parser.add_argument("--out", type=Path, default=OUT, help="the folder to write into (default: %(default)s)")
    parser.add_argument("--only", nargs="+", metavar="KIND|NAME", help="some of the kinds or clips")
    parser.add_argument("--part", default="1/1", metavar="K/N", help="every Nth clip from the Kth: for N runs at once")
    parser.add_argument("--short", action="store_true", help=f"render {SHORT_OUT} anew")
    parser.add_argument("--truth-only", action="store_true", help="write the truth without a video")
    parser.add_argument("--list", action="store_true", help="list the clips and end")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    data = Path(options.data).resolve() if options.data else None
    part, parts = (int(word) for word in options.part.split("/"))
    clips = chosen_clips(options.only, with_data=data is not None)[part - 1 :: parts]
    if options.short:
        clips, options.out = list(SHORT_CLIPS), SHORT_OUT
    if options.list:
        for clip in clips:
            log.info("%s: %s, %.1f s", clip.name, " ".join(clip.kinds), clip.seconds)
        return 0
    if not clips:
        log.error("There is no clip or kind %s; --list names them.", " ".join(options.only or []))
        return 2
    if data is None:
        log.warning("WITHOUT --data: %d of %d clips, those of our own people and motion.", len(clips), len(CLIPS))
    options.out.mkdir(parents=True, exist_ok=True)
    for clip in clips:
        if (options.out / f"{clip.name}.npz").exists():
            log.info("%s: there already", clip.name)
            continue
        begun = time.monotonic()
        frames = render_clip(clip, options.out, data, with_video=not options.truth_only)
        log.info("%s: %d frames in %.0f s", clip.name, frames, time.monotonic() - begun)
    return 0


def chosen_clips(only: Sequence[str] | None, *, with_data: bool) -> list[Clip]:
    """The clips of these kinds or names, or all; without data those that need none."""
    return [
        clip
        for clip in CLIPS
        if (with_data or not clip.needs_data) and (not only or clip.name in only or set(clip.kinds) & set(only))
    ]


def seed_of(clip: Clip) -> int:
    """The number that all that is random in a clip is made from: of its name, so that a new clip changes no other."""
    return zlib.crc32(clip.name.encode())


def render_clip(clip: Clip, out: Path, data: Path | None, *, with_video: bool = True) -> int:
    """Render one clip into `out`, its truth last; gives the number of frames."""
    from demo.filming import write_video

    from .stage import Recorder, set_stage
    from .truth import assemble

    seed = seed_of(clip)
    stage = set_stage(clip, seed, data)
    recorder = Recorder(stage)
    random = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory(prefix=f".{clip.name}-", dir=out) as name:
        folder = Path(name).resolve()
        pictures = []
        for frame in range(stage.frames):
            stage.show(frame)
            recorder.record()
            if with_video:
                pictures.append(_picture(clip, stage, frame, folder, random))
        if with_video:
            write_video(pictures, round(stage.fps), folder / "video.mp4", quality=clip.quality)
            (folder / "video.mp4").replace(out / f"{clip.name}.mp4")
        arrays = assemble(recorder.recorded(), stage.path, fps=stage.fps)
        arrays |= {
            "kinds": np.array(clip.kinds),
            "character": np.array(" ".join(part.person for part in clip.parts)),
            "motion": np.array(" ".join(part.motion for part in clip.parts)),
            "camera": np.array(repr(clip.camera)),
            "seed": np.array(seed),
        }
        np.savez_compressed(folder / "truth.npz", **arrays)  # type: ignore[arg-type]
        (folder / "truth.npz").replace(out / f"{clip.name}.npz")
    return stage.frames


def _picture(clip: Clip, stage: object, frame: int, folder: Path, random: np.random.Generator) -> Path:
    """Render a frame into a file: with motion blur the mean of frames between, with noise that on top."""
    from .pictures import read_picture, render_picture, write_picture
    from .stage import Stage

    assert isinstance(stage, Stage)
    path = folder / f"{frame:04d}.png"
    if not clip.blur:
        render_picture(path)
        if not clip.noise:
            return path
        pixels = read_picture(path)
    else:
        total: list[NDArray[np.float32]] = []
        for between in (np.arange(SUBFRAMES) + 0.5) / SUBFRAMES - 0.5:
            stage.show(float(np.clip(frame + between * clip.blur, 0, stage.frames - 1)))
            render_picture(path)
            total.append(read_picture(path))
        pixels = np.mean(total, axis=0, dtype=np.float32)
    if clip.noise:
        pixels[..., :3] += _noise(pixels.shape[:2], clip.noise, random)
    write_picture(path, pixels)
    return path


def _noise(size: tuple[int, int], deviation: float, random: np.random.Generator) -> NDArray[np.float32]:
    """(H, W, 3) of a sensor: in brightness most of all, less in colour."""
    grey = random.standard_normal((*size, 1))
    colour = random.standard_normal((*size, 3))
    return ((0.8 * grey + 0.6 * colour) * deviation / 255).astype(np.float32)


if __name__ == "__main__":
    sys.exit(main())
