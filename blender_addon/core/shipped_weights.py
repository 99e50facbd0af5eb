"""The weights that ship with the extension, and whether they are still what was shipped."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from . import durable

FOLDER = Path(__file__).parent / "weights"
SUMS = "SHA256SUMS"
"""Lines of a sha256 and a file name, as `sha256sum` writes and checks them."""


@cache
def shipped_weights(name: str, folder: Path = FOLDER) -> Path:
    """The path of a shipped weights file, which is checked once a process.

    Raises ValueError where it is missing, is not listed, or its sha256 is not the one listed.
    """
    path = folder / name
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
        listed = {file.lstrip(" *"): digest for digest, _, file in (line.partition(" ") for line in lines)}
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ValueError(
            f"The weights {name} did not come with this installation (no {error.filename}); install the extension again."
        ) from error
    if listed.get(name) != found:
        raise ValueError(f"The weights {name} are not the ones that were shipped; install the extension again.")
    return path


def list_anew(path: Path) -> None:
    """Write the line of a file in the SHA256SUMS beside it anew, where it has one. Raises OSError."""
    sums = path.parent / SUMS
    if not sums.exists():
        return
    lines = sums.read_text(encoding="utf-8").splitlines()
    line = f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}"
    anew = [line if one.partition(" ")[2].lstrip(" *") == path.name else one for one in lines]
    if anew != lines:
        with durable.whole_file(sums) as part:
            part.write_text("".join(f"{one}\n" for one in anew), encoding="utf-8")
