"""Texts that a .blend file keeps of an edit, damaged in many ways."""

from __future__ import annotations

import base64
import io
import random
import re
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np


def arrays_of(text: str) -> dict[str, np.ndarray[Any, Any]]:
    with np.load(io.BytesIO(base64.b64decode(text))) as held:
        return {name: held[name] for name in held.files}


def text_of(arrays: dict[str, Any]) -> str:
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return base64.b64encode(stream.getvalue()).decode("ascii")


def zipped(files: dict[str, bytes]) -> str:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return base64.b64encode(stream.getvalue()).decode("ascii")


def files_of(text: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(text))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def other_letters(text: str, dice: random.Random) -> str:
    letters = list(text)
    for _ in range(dice.choice((1, 1, 3, 20))):
        letters[dice.randrange(len(letters))] = dice.choice("AZaz09+/= \n{\u20ac")
    return "".join(letters)


def flipped_bits(text: str, dice: random.Random) -> str:
    data = bytearray(base64.b64decode(text))
    for _ in range(dice.choice((1, 1, 3, 20))):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return base64.b64encode(data).decode("ascii")


def cut_off(text: str, dice: random.Random) -> str:
    data = base64.b64decode(text)
    return dice.choice(
        (text[: dice.randrange(len(text))], base64.b64encode(data[: dice.randrange(len(data))]).decode("ascii"))
    )


def garbage(text: str, dice: random.Random) -> str:
    begin = base64.b64decode(text)[: dice.choice((0, 4, 40, 400))]
    return base64.b64encode(begin + dice.randbytes(dice.randrange(5_000))).decode("ascii")


def other_documents(_text: str, dice: random.Random) -> str:
    return dice.choice(
        (
            "null",
            "{}",
            "[]",
            "1e999",
            '{"positions": 1}',
            "[" * 5_000,
            "",
            " ",
            "=",
            "\u20ac",
            "UEsFBg==",
            "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==",
        )
    )


def other_arrays(text: str, dice: random.Random) -> str:
    arrays: dict[str, Any] = arrays_of(text)
    name = dice.choice(sorted(arrays))
    array = arrays[name]
    changes: list[Callable[[], Any]] = [
        lambda: (
            arrays.pop(name)
            if name not in {"depth", "depth_confidence", "image_size"}
            else arrays.update({name: np.zeros(7)})
        ),
        lambda: arrays.update({name: array.astype("U") if array.dtype.kind != "U" else np.zeros(array.shape)}),
        lambda: arrays.update({name: array[None]}),
        lambda: arrays.update({name: array[:-1] if array.ndim else np.array(["", ""])}),
        lambda: arrays.update({name: array.astype(complex) if array.dtype.kind != "U" else np.array(b"")}),
        lambda: arrays.update({"other": array}),
        lambda: arrays.update(
            {name: np.full(array.shape, value) if array.dtype.kind != "U" else np.array("a" * 9_000)}
        ),
    ]
    value = dice.choice((np.nan, np.inf, -np.inf, -1e30, 1e30))
    dice.choice(changes)()
    return text_of(arrays)


def other_timing(text: str, dice: random.Random) -> str:
    arrays = arrays_of(text)
    timing = arrays["timing"].copy()
    place, value = dice.choice(((0, 0.0), (0, -30.0), (2, 1e18), (3, 0.0), (3, -1.0), (3, 1e-9), (3, 5e-324)))
    timing[place] = value
    return text_of(arrays | {"timing": timing})


def huge_shapes(text: str, dice: random.Random) -> str:
    """Headers that promise more than there is."""
    files = files_of(text)
    frames = re.search(rb"\((\d+),", files["positions.npy"][:128])
    assert frames is not None
    name = dice.choice([name for name in files if frames[0] in files[name][:128]])
    many = dice.choice((b"999999999", b"30000000", b"250000", b"9999999999999", b"-30", b"31", b"0"))
    files[name] = re.sub(
        rb"\(%s,(.*?) {%d}" % (frames[1], max(len(many) - len(frames[1]), 0)),
        lambda found: b"(" + many + b"," + found[1],
        files[name],
        count=1,
    )
    return zipped(files)


def bombs(text: str, dice: random.Random) -> str:
    """Little text that holds much: one array, or many files."""
    files = files_of(text)
    if dice.random() < 0.5:
        name = dice.choice(sorted(files))
        return zipped(files | {name: files[name] + bytes(BOMB)})
    return zipped(files | {f"{index}.npy": b"" for index in range(5_000)})


BOMB = 120_000_000
KINDS: tuple[tuple[Callable[[str, random.Random], str], int], ...] = (
    (other_letters, 400),
    (flipped_bits, 500),
    (cut_off, 300),
    (garbage, 200),
    (other_documents, 100),
    (other_arrays, 300),
    (other_timing, 50),
    (huge_shapes, 140),
    (bombs, 10),
)
"""Ways in which a text is damaged, and how often each."""
