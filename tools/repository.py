"""Build a repository of the extension: a folder of files that any web server can offer, and that Blender installs from
and updates from. Its zips can add GPU support.

python3.11 -m tools.repository          build/repository, with the zips of all platforms and Pythons
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from . import extension

ROOT = Path(__file__).resolve().parents[1]
INDEX = "index.json"
"""What Blender asks for: the address of a repository ends in it."""


def build(
    folder: Path = ROOT / "build/repository",
    bundles: Iterable[extension.Bundle] = extension.SELF_HOSTED,
    source: Path = extension.SOURCE,
    *,
    website: str = "",
) -> Path:
    """The repository in the folder, made anew, with the zips of the `bundles`; its index.

    The small zip is no part of it: it is for the same Blenders as the others, and Blender would not know which to take.
    SystemExit with one sentence where Blender's tool refuses it.
    """
    shutil.rmtree(folder, ignore_errors=True)
    count = len([extension.build(folder, source, bundle, website=website) for bundle in bundles])
    extension.ask_blender("server-generate", "--repo-dir", str(folder), "--html")
    index = folder / INDEX
    listed = len(json.loads(index.read_text(encoding="utf-8"))["data"])
    if listed != count:
        raise SystemExit(f"Blender's tool lists {listed} of {count} zips in {index}: look which of them overlap.")
    return index


def main() -> None:
    """Build it and say where it is."""
    parser = argparse.ArgumentParser(prog="python -m tools.repository", description="Build a repository for Blender.")
    parser.add_argument("--website", default="", help="the address of the project's page, for the manifests")
    index = build(website=parser.parse_args().website)
    for entry in json.loads(index.read_text(encoding="utf-8"))["data"]:
        sys.stdout.write(f"{index.parent.relative_to(ROOT)}/{entry['archive_url'].removeprefix('./')}: ")
        sys.stdout.write(f"{entry['archive_size'] / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main()
