"""The extension as it was before: the same with an older version in its manifest."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

from tools import extension

OLD = "0.0.1"


def current_version() -> str:
    """The version of the checkout."""
    return str(tomllib.loads((extension.SOURCE / extension.MANIFEST).read_text(encoding="utf-8"))["version"])


def with_old_version(folder: Path) -> Path:
    """A copy of the add-on's folder with the older version; what `extension.build` takes as its source."""
    source = Path(shutil.copytree(extension.SOURCE, folder / "source", ignore=shutil.ignore_patterns("__pycache__")))
    manifest = source / extension.MANIFEST
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace(f'\nversion = "{current_version()}"', f'\nversion = "{OLD}"'), encoding="utf-8")
    return source
