"""Another extension, which brings a newer version of a package that ours brings too."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from tools import extension

VERSION = "99.0"

MANIFEST = """
schema_version = "1.0.0"
id = "other"
version = "1.0.0"
name = "Other"
tagline = "Brings a newer package"
maintainer = "Somebody"
type = "add-on"
blender_version_min = "4.3.0"
license = ["SPDX:GPL-3.0-or-later"]
wheels = ["./wheels/{wheel}"]
"""


def build(folder: Path, wheel: Path) -> Path:
    """The zip of an extension that brings `wheel` as version 99.0 of the same package."""
    source = folder / "other"
    (source / "wheels").mkdir(parents=True)
    name, version = wheel.name.split("-")[:2]
    newer = source / "wheels" / wheel.name.replace(f"-{version}-", f"-{VERSION}-", 1)
    with zipfile.ZipFile(wheel) as read, zipfile.ZipFile(newer, "w", zipfile.ZIP_DEFLATED) as written:
        for inside in read.namelist():
            content = read.read(inside)
            if inside.endswith(("METADATA", "RECORD")):
                content = re.sub(re.escape(version).encode(), VERSION.encode(), content)
            written.writestr(inside.replace(f"{name}-{version}.dist-info", f"{name}-{VERSION}.dist-info"), content)
    (source / extension.MANIFEST).write_text(MANIFEST.format(wheel=newer.name), encoding="utf-8")
    (source / "__init__.py").write_text(
        "def register():\n    pass\n\n\ndef unregister():\n    pass\n", encoding="utf-8"
    )
    zipped = folder / "other.zip"
    extension.ask_blender("build", "--source-dir", str(source), "--output-filepath", str(zipped))
    return zipped
