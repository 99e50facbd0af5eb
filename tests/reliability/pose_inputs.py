"""Pose files made by the grammar of each format, and damaged in their structure: values of another type, keys that are
missing, lists that are nested, numbers without end. A seed gives the same files again.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import pickle
import random
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from blender_addon.core.pose_files import PoseFile, write
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.skeleton import LAYOUTS, JointLayout

Points = NDArray[np.float64]
Json = Any

ODD_VALUES: tuple[Json, ...] = (
    *(None, {}, [], "", "x", " 7 ", True, False, 0, 0.0, -1, 1, -3.5, 1e308, -1e308, 1e-320, 10**30, -(10**30)),
    *(float("nan"), float("inf"), "nan", "0", "-5", "1e999", 2**31, 2**63, 65535, 12.0, 7.5, "名前", "\u0000", "._a"),
    *([[]], [None], {"a": {}}, [0, 0, 0], "frame_000007.png", "a/b/3.jpg", "b-3", "9" * 300, "x" * 3000),
)
ODD_CELLS = (
    "",
    "nan",
    "inf",
    "1e999",
    "-5",
    "0",
    "0.0",
    "7.5",
    "x",
    '"',
    "9" * 400,
    "名前",
    "\u0000",
    ",",
    " 3 ",
    "[1]",
)
ODD_NAMES = (
    "._x.json",
    ".DS_Store",
    "notes.txt",
    "a.json",
    "12.json",
    "clip_-3_keypoints.json",
    "clip_1e3.json",
    "b_0002_keypoints.json",
)

BODY = {
    "nose": (0, -100), "neck": (0, -70), "head_top": (0, -125), "upper_neck": (0, -80), "mid_hip": (0, 0), "chest": (0, -35),
    "shoulder": (25, -70), "elbow": (35, -35), "wrist": (38, 0), "hip": (14, 0), "knee": (16, 50), "ankle": (17, 100),
    "eye": (5, -103), "ear": (12, -100), "heel": (14, 106), "toe": (26, 108), "small_toe": (28, 107), "head": (0, -100),
}  # fmt: skip


@dataclass(frozen=True)
class PoseInput:
    """An input as written: its path, its format and the options that it is read with."""

    path: Path
    format: str
    options: dict[str, Any] = field(default_factory=dict)


def figure(random_: random.Random, layout: JointLayout, frames: int) -> Points:
    """(T, K, 3) of somebody who walks and sways, here and there unseen."""
    column, height = random_.uniform(150, 900), random_.uniform(0.5, 2.5)
    points = np.zeros((frames, len(layout.points), 3))
    for at, name in enumerate(layout.points):
        side, _, part = name.partition("_")
        x, y = BODY.get(name) or BODY.get(part) or (0, 0)
        time = np.arange(frames)
        points[:, at, 0] = column + height * (x if side != "right" else -x) + 2 * time
        points[:, at, 1] = 300 + height * y + 4 * np.sin(time / 3 + at)
        points[:, at, 2] = random_.uniform(0.3, 1)
    unseen = np.random.default_rng(random_.getrandbits(32)).random(points.shape[:2]) < 0.05
    points[unseen] = 0
    return points


def people(random_: random.Random, *layouts: str) -> tuple[JointLayout, list[Points]]:
    """A layout, and one to three figures in it."""
    layout = LAYOUTS[random_.choice(layouts)]
    frames = random_.randint(1, 12)
    return layout, [figure(random_, layout, frames) for _ in range(random_.randint(1, 3))]


def frame_numbers(random_: random.Random, count: int) -> list[Any]:
    """Numbers of frames: in a row, with gaps, as floats or below 0."""
    first, step = random_.choice((0, 0, 1, 100, -4)), random_.choice((1, 1, 5))
    kind: Callable[[int], Any] = random_.choice((int, int, float, str))
    return [kind(first + step * at) for at in range(count)]


def damaged(random_: random.Random, document: Json, times: int) -> Json:
    """The document with so many of its nodes put otherwise."""
    document = copy.deepcopy(document)
    for _ in range(times):
        holder, key = _node(random_, document)
        if holder is None:
            return random_.choice(ODD_VALUES)
        _damage(random_, holder, key)
    return document


def _node(random_: random.Random, document: Json) -> tuple[Json, Any]:
    """A place in the document: what holds it, and its key there."""
    holder, key, node = None, None, document
    while isinstance(node, dict | list) and node and (holder is None or random_.random() < 0.75):
        holder = node
        key = random_.choice(list(node)) if isinstance(node, dict) else random_.randrange(len(node))
        node = node[key]
    return holder, key


def _damage(random_: random.Random, holder: Json, key: Json) -> None:
    """Put one node otherwise."""
    kind = random_.randrange(8)
    if kind <= 2:
        holder[key] = random_.choice(ODD_VALUES)
    elif kind == 3:
        del holder[key]
    elif kind == 4:
        holder[key] = [holder[key]] if random_.random() < 0.5 else {"0": holder[key]}
    elif kind == 5 and isinstance(holder, list):
        holder.insert(random_.randrange(len(holder) + 1), copy.deepcopy(random_.choice(holder)))
    elif kind == 6 and isinstance(holder, dict):
        holder[str(random_.choice(ODD_VALUES))[:20]] = holder.pop(key)
    elif kind == 7 and isinstance(holder[key], list):
        random_.shuffle(holder[key])
    else:
        deep: Json = 0
        for _ in range(random_.choice((3, 40, 400))):
            deep = [deep]
        holder[key] = deep


def results(random_: random.Random) -> Json:
    """A list of COCO or AlphaPose results."""
    _, figures = people(random_, "coco_17", "coco_17", "halpe_26", "coco_18", "mpi_15", "mpii_16", "h36m_17")
    numbers = frame_numbers(random_, len(figures[0]))
    named = random_.choice(
        (lambda at: numbers[at], lambda at: f"{numbers[at]}.jpg", lambda at: f"a_{numbers[at]}_1080p.png")
    )
    return [
        {"image_id": named(at), "category_id": 1, "keypoints": one[at].ravel().tolist(), "score": 1, "idx": [row]}
        for at in range(len(figures[0]))
        for row, one in enumerate(figures)
    ]


def annotated(random_: random.Random) -> Json:
    """COCO annotations, with or without names of points."""
    layout, figures = people(random_, "coco_17", "halpe_26", "body_25")
    numbers = frame_numbers(random_, len(figures[0]))
    images = [
        {"id": at, "file_name": f"frame_{number}.png", "width": 1280, "height": 720}
        for at, number in enumerate(numbers)
    ]
    category: dict[str, Json] = {"id": 1, "name": random_.choice(("person", "dancer", "dog"))}
    if random_.random() < 0.7:
        category["keypoints"] = list(layout.points)
    entries = [
        {"image_id": at, "category_id": 1, "keypoints": one[at].ravel().tolist(), "attributes": {"track_id": row}}
        for at in range(len(numbers))
        for row, one in enumerate(figures)
    ]
    return {"images": images, "annotations": entries, "categories": [category]}


def by_image(random_: random.Random) -> Json:
    """AlphaPose by image."""
    _, figures = people(random_, "coco_18")
    outer, inner = random_.choice((("people", "pose_keypoints_2d"), ("bodies", "joints")))
    return {
        f"{at}.jpg": {"version": "AlphaPose v0.3", outer: [{inner: one[at].ravel().tolist()} for one in figures]}
        for at in range(len(figures[0]))
    }


def mmpose(random_: random.Random) -> Json:
    """MMPose, as it is or as its demo wraps it."""
    layout, figures = people(random_, "coco_17", "halpe_26", "h36m_17")
    frames = [
        {
            "frame_id": number,
            "instances": [
                {"keypoints": one[at, :, :2].tolist(), "keypoint_scores": one[at, :, 2].tolist(), "track_id": row}
                for row, one in enumerate(figures)
            ],
        }
        for at, number in enumerate(frame_numbers(random_, len(figures[0])))
    ]
    names = {str(at): name for at, name in enumerate(layout.points)}
    return random_.choice((frames, {"meta_info": {"keypoint_id2name": names}, "instance_info": frames}))


def openpose_frames(random_: random.Random) -> list[Json]:
    """Frames of OpenPose or of ControlNet."""
    _, figures = people(random_, "body_25", "coco_18", "mpi_15", "body_25b", "coco_17")
    parts = random_.random() < 0.3
    if parts:
        figures = [one / (1280, 720, 1) for one in figures]
    more: dict[str, Json] = {"canvas_width": 1280, "canvas_height": 720} if parts else {"version": 1.3}
    return [
        {"people": [{"person_id": [random_.choice((-1, row))], "pose_keypoints_2d": one[at].ravel().tolist()} for row, one in enumerate(figures)], **more}
        for at in range(len(figures[0]))
    ]  # fmt: skip


def write_folder(random_: random.Random, folder: Path, damages: int) -> Path:
    """A folder of frames, among it damaged ones and files of other kinds; sometimes one of its files is picked."""
    path = folder / "frames"
    path.mkdir()
    frames = openpose_frames(random_)
    name = random_.choice(("clip_{:012d}_keypoints.json", "{}.json", "a1_{}_1080p.json", "cam-{:03d}.json"))
    for at, frame in enumerate(frames):
        hurt = damaged(random_, frame, damages) if random_.random() < 0.3 else frame
        (path / name.format(at)).write_text(json.dumps(hurt), encoding="utf-8")
    for _ in range(random_.choice((0, 0, damages))):
        (path / random_.choice(ODD_NAMES)).write_bytes(
            random_.choice((b"", b"{}", b"\x00\x05\x16\x07", b'{"people": []}'))
        )
    return random_.choice((path, path, path / name.format(0)))


def table_rows(random_: random.Random, kind: str) -> list[list[Any]]:
    """Rows of a CSV file."""
    if kind == "mediapipe":
        layout, figures = people(random_, "mediapipe_33")
        header = ["frame", "landmark", "x", "y", "z", "visibility"]
        named = random_.random() < 0.5
        body = [
            [at, name if named else number, x / 1280, y / 720, 0.1, sure]
            for at in range(len(figures[0]))
            for one in figures
            for number, (name, (x, y, sure)) in enumerate(zip(layout.points, one[at].tolist(), strict=True))
        ]
        return [header, *body]
    layout, figures = people(random_, "coco_17")
    names = [name.replace("left", random_.choice(("left", "L", "l"))) for name in layout.points]
    who = [f"person{row}" for row in range(len(figures))]
    columns = [(one, name, coordinate) for one in who for name in names for coordinate in ("x", "y", "likelihood")]
    levels = [["scorer", *("s" for _ in columns)], ["individuals", *(one for one, _, _ in columns)]]
    levels += [["bodyparts", *(name for _, name, _ in columns)], ["coords", *(one for _, _, one in columns)]]
    numbers = frame_numbers(random_, len(figures[0]))
    style = random_.choice((lambda number: number, lambda number: f"labeled-data/dance/img{number}.png"))
    rows = [[style(number), *np.concatenate([one[at].ravel() for one in figures])] for at, number in enumerate(numbers)]
    return [*levels, *rows]


def damaged_rows(random_: random.Random, rows: list[list[Any]], times: int) -> list[list[Any]]:
    """The same with cells, rows and columns put otherwise."""
    for _ in range(times):
        row = random_.randrange(len(rows)) if rows else 0
        kind = random_.randrange(6)
        if not rows or not rows[row]:
            return rows
        column = random_.randrange(len(rows[row]))
        if kind <= 2:
            rows[row][column] = random_.choice(ODD_CELLS)
        elif kind == 3:
            del rows[row]
        elif kind == 4:
            rows.insert(random_.randrange(len(rows)), list(rows[row]))
        else:
            for each in rows:
                del each[column : column + random_.choice((1, 3))]
    return rows


def written_rows(rows: list[list[Any]]) -> bytes:
    """The rows as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


def our_poses(random_: random.Random) -> PoseFile:
    """Poses of ours."""
    layout, figures = people(random_, "joints_15")
    found = [layout.joints(one[..., :2].astype(np.float32), one[..., 2].astype(np.float32)) for one in figures]
    sequences = [PoseSequence(*one, fps=25.0, image_size=(1280, 720)) for one in found if one[1].any()]
    return PoseFile(tuple(sequences), tuple(range(1, len(sequences) + 1)))


def damaged_arrays(random_: random.Random, arrays: dict[str, NDArray[Any]], times: int) -> dict[str, NDArray[Any]]:
    """Arrays of other types, shapes and values."""
    for _ in range(times):
        name = random_.choice(list(arrays))
        array, kind = arrays[name], random_.randrange(7)
        if kind == 0:
            with suppress(ValueError):  # text that is no number
                arrays[name] = array.astype(
                    random_.choice(
                        ("float16", "int8", "uint64", "bool", "complex64", "U5", "S3")
                        if array.dtype.kind != "U"
                        else ("U2", "S3")
                    )
                )
        elif kind == 1:
            arrays[name] = array[..., None] if random_.random() < 0.5 else array.reshape(-1)
        elif kind == 2 and array.dtype.kind == "f" and array.size:
            arrays[name] = array = array.copy()
            array.reshape(-1)[random_.randrange(array.size)] = random_.choice((np.nan, np.inf, -1e38, 1e38, 0, -1))
        elif kind == 3 and len(arrays) > 1:
            del arrays[name]
        elif kind == 4:
            arrays[name] = array[:0] if array.ndim else array
        elif kind == 5:
            arrays[random_.choice(("depth", "landmark_names", "image_size", "layout", "fps"))] = array
        else:
            arrays[name] = np.array(random_.choice((0, -1, 1e9, np.nan, "x")))
    return arrays


def write_arrays(random_: random.Random, folder: Path, kind: str, damages: int) -> tuple[Path, dict[str, Any]]:
    """A NumPy file."""
    if kind == "npz":
        write(our_poses(random_), folder / "whole.npz")
        with np.load(folder / "whole.npz") as file:
            arrays = damaged_arrays(random_, dict(file), damages)
        np.savez(folder / "a.npz", **arrays)  # type: ignore[arg-type]
        return folder / "a.npz", {}
    if kind == "freemocap":
        _, figures = people(random_, "mediapipe_33")
        array = np.stack(figures)[..., :2]
        np.save(folder / "a.npy", damaged_arrays(random_, {"a": array}, damages).get("a", array))
        return folder / "a.npy", {}
    heatmaps = np.random.default_rng(random_.getrandbits(32)).random((random_.randint(1, 4), 17, 12, 16), np.float32)
    named = {"heatmaps": heatmaps, "layout": np.array("coco_17"), "fps": np.array(25.0)}
    np.savez(folder / "a.npz", **damaged_arrays(random_, named, damages))  # type: ignore[arg-type]
    return folder / "a.npz", {}


def write_hdf5(random_: random.Random, folder: Path, damages: int) -> Path:
    """DeepLabCut's table, as pandas lays it out."""
    h5py = import_module("h5py")

    rows = table_rows(random_, "deeplabcut")
    header = list(zip(*(row[1:] for row in rows[:4]), strict=True))
    values = np.array([row[1:] for row in rows[4:]], dtype=np.float64)
    names = damaged(random_, [list(name) for name in header], damages)
    told = [tuple(name) if isinstance(name, list) else name for name in names] if isinstance(names, list) else names
    table = np.zeros(
        len(values), dtype=[("index", random_.choice(("<i8", "<f8"))), ("values_block_0", "<f8", (len(header),))]
    )
    table["index"], table["values_block_0"] = np.arange(len(values)) * random_.choice((1, 1, 5, 0)), values
    with h5py.File(folder / "a.h5", "w") as file:
        made = file.create_group("df_with_missing").create_dataset("table", data=table, maxshape=(None,), chunks=(64,))
        made.attrs["values_block_0_kind"] = np.bytes_(pickle.dumps(told, 0)[:64_000])
    return folder / "a.h5"


JSON_FORMATS: dict[str, Callable[[random.Random], Json]] = {
    "COCO results": results,
    "COCO annotations": annotated,
    "AlphaPose by image": by_image,
    "MMPose": mmpose,
    "OpenPose list": openpose_frames,
}
FORMATS = (*JSON_FORMATS, "OpenPose folder", "MediaPipe CSV", "DeepLabCut CSV", "our CSV", "our npz", "FreeMoCap", "heatmaps", "HDF5")  # fmt: skip


def made_input(seed: int, folder: Path) -> PoseInput:
    """The input of a seed, written into an empty folder. One in four is whole."""
    random_ = random.Random(seed)
    name = FORMATS[seed % len(FORMATS)]
    damages = random_.choice((0, 1, 1, 3))
    options: dict[str, Any] = {}
    if random_.random() < 0.6:
        options["image_size"] = random_.choice(((1280, 720), (1280, 720), (1, 1), (65536, 65536)))
    if random_.random() < 0.1:
        options["layout"] = random_.choice(list(LAYOUTS))
    if random_.random() < 0.2:
        options["fps"] = random_.choice((0.001, 24.0, 1000.0, 5000.0))
    if name in JSON_FORMATS:
        path = folder / "a.json"
        path.write_text(json.dumps(damaged(random_, JSON_FORMATS[name](random_), damages)), encoding="utf-8")
    elif name == "OpenPose folder":
        path = write_folder(random_, folder, damages)
    elif name == "our CSV":
        path = folder / "a.csv"
        write(our_poses(random_), path)
        rows = [row.split(",") for row in path.read_text(encoding="utf-8").splitlines()]
        path.write_bytes(written_rows(damaged_rows(random_, rows, damages)))
    elif name in {"MediaPipe CSV", "DeepLabCut CSV"}:
        path = folder / "a.csv"
        path.write_bytes(written_rows(damaged_rows(random_, table_rows(random_, name.split()[0].lower()), damages)))
    elif name == "HDF5":
        path = write_hdf5(random_, folder, damages)
    else:
        path, more = write_arrays(
            random_, folder, {"our npz": "npz", "FreeMoCap": "freemocap"}.get(name, "heatmaps"), damages
        )
        options |= more
    if random_.random() < 0.05 and path.is_file():
        content = path.read_bytes()
        path.write_bytes(content[: random_.randrange(len(content) + 1)] + struct.pack("<d", random_.random()))
    return PoseInput(path, name, options)
