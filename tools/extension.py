"""Build the extension's zips and let Blender's own tool judge them.

python3.11 -m tools.extension                                           the small zip, for those who bring a Python
python3.11 -m tools.extension --platform linux-x64 --python 3.11        a zip that brings all that the worker needs
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from . import environments, wheels

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "blender_addon"
ID = "motion_retarget_2d"
MANIFEST = "blender_manifest.toml"
BUILT_WITH = "4.5"
"""The Blender whose tool builds."""

SAMPLE = "sample"
"""The folder of the zip that holds the sample."""
SAMPLES = (
    "footage/street.mp4",
    "footage/NOTICE.md",
    "characters/puppet.blend",
    "characters/slim.blend",
    "characters/drawn.blend",
)
"""What of assets it holds."""

LICENCES = ("Apache-2.0", "BSD-3-Clause", "MIT")
"""Of what every zip holds that others have made: the pose networks and one's packaging, the sample video."""


@dataclass(frozen=True)
class Bundle:
    """The wheels of a zip: for a `platform` as Blender names it and a `python` version.

    The zip `serves` the Blenders from the first to before the second version, the series that has this Python where
    nothing is said. One that is `self_hosted` can add GPU support, which Blender's extension platform does not allow.
    """

    platform: str
    python: str
    serves: tuple[str, str | None] | None = None
    self_hosted: bool = False

    @property
    def versions(self) -> tuple[str, str | None]:
        """The first Blender it is for, and the first it is not for."""
        series = wheels.PYTHONS[self.python]
        return self.serves or (series.first, series.end)


BUNDLES = tuple(Bundle(platform, python) for python in wheels.PYTHONS for platform in wheels.PLATFORMS)
"""All that is released on Blender's extension platform."""
SELF_HOSTED = tuple(replace(bundle, self_hosted=True) for bundle in BUNDLES)
"""All that is released on a server of one's own."""

NETWORK = 'network = "Download PyTorch for a GPU, when asked to"'
"""What a self-hosted zip asks for."""


def build(
    output: Path = ROOT / "build", source: Path = SOURCE, bundle: Bundle | None = None, *, website: str = ""
) -> Path:
    """The zip in the folder `output`, built from the folder `source` and found valid: with the wheels of a `bundle`, or
    the small one, with `website` in its manifest.

    SystemExit with one sentence where it is not valid.
    """
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="extension-") as folder:
        staged = Path(folder) / ID
        _stage(staged, source)
        manifest = staged / MANIFEST
        text = manifest.read_text(encoding="utf-8")
        brought = _bring(staged / "wheels", bundle) if bundle is not None else []
        manifest.write_text(_manifest(text, bundle, brought, website), encoding="utf-8")
        kind = _kind(bundle) if bundle is not None else ""
        built = (output / f"{ID}-{tomllib.loads(text)['version']}{kind}.zip").resolve()
        ask_blender("build", "--source-dir", str(staged), "--output-filepath", str(built))
    ask_blender("validate", str(built))
    return built


def _kind(bundle: Bundle) -> str:
    """What the name of a zip says of its bundle."""
    return f"-{bundle.platform}-python{bundle.python}{'-self-hosted' if bundle.self_hosted else ''}"


def install(program: Sequence[str], zipped: Path, user: Path) -> None:
    """Install the zip into the Blender that `program` starts, under its user folder `user`, and enable it.

    SystemExit with one sentence where that fails.
    """
    command = (*program, "--command", "extension")
    environment = os.environ | {"BLENDER_USER_RESOURCES": str(user)}
    installing = (*command, "install-file", "-r", "user_default", "-e", str(zipped.resolve()))
    told = [
        subprocess.run(words, check=False, capture_output=True, text=True, env=environment)
        for words in (installing, (*command, "list"))
    ]
    if told[0].returncode or f"{ID} [installed]" not in told[1].stdout:  # a file that is not there leaves the status 0
        raise SystemExit(
            f"{zipped.name} cannot be installed into {' '.join(program)}: {' '.join((told[0].stdout + told[0].stderr).split())}"
        )


def _stage(staged: Path, source: Path) -> None:
    """What the zip holds beside the wheels: the add-on's folder and the sample."""
    shutil.copytree(source, staged, ignore=shutil.ignore_patterns("__pycache__"))
    for name in SAMPLES:
        (staged / SAMPLE / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "assets" / name, staged / SAMPLE / name)


def _bring(folder: Path, bundle: Bundle) -> list[str]:
    """Put the wheels of a bundle into the folder; their names there."""
    folder.mkdir()
    names = []
    for wheel in wheels.collect(bundle.platform, bundle.python):
        names.append(wheels.name_for_blender(wheel.name, bundle.python))
        shutil.copy(wheel, folder / names[-1])
    return names


def _manifest(text: str, bundle: Bundle | None, brought: Iterable[str], website: str) -> str:
    """The manifest of a zip, from that of the folder. A zip that brings all it needs asks for no network, unless it can
    add GPU support.
    """
    if website:
        text = _with(text, f'website = "{website}"')
    foreign = [*LICENCES, *(wheels.licences(bundle.python) if bundle is not None else ())]
    licences = dict.fromkeys([*tomllib.loads(text).get("license", ()), *(f"SPDX:{one}" for one in foreign)])
    text = re.sub(r"^license = .*$", f"license = {_array(licences)}", text, flags=re.MULTILINE)
    if bundle is None:
        return text
    network = f"{NETWORK}\n" if bundle.self_hosted else ""
    text = re.sub(r"^network = .*\n", network, text, flags=re.MULTILINE)
    first, end = bundle.versions
    text = re.sub(r"^blender_version_min = .*$", f'blender_version_min = "{first}"', text, flags=re.MULTILINE)
    if end is not None:
        text = _with(text, f'blender_version_max = "{end}"')
    text = _with(text, f'platforms = ["{bundle.platform}"]')
    return _with(text, f"wheels = {_array(f'./wheels/{name}' for name in brought)}")


def _with(text: str, line: str) -> str:
    """The manifest with one more line, before its first table."""
    return text.replace("\n\n[", f"\n{line}\n\n[", 1)


def _array(values: Iterable[str]) -> str:
    return "[\n" + "".join(f'  "{value}",\n' for value in values) + "]"


def ask_blender(*arguments: str) -> None:
    """Run the tool behind `blender --command extension`, which needs no Blender."""
    environment = ROOT / environments.BLENDERS[BUILT_WITH].folder
    tool = next(
        environment.glob(f"lib/python*/site-packages/bpy/{BUILT_WITH}/scripts/addons_core/bl_pkg/cli/blender_ext.py"),
        None,
    )
    if tool is None:
        raise SystemExit(
            f"Blender's tool for extensions was not found in {environment.name}: run `make zip`, which makes that environment."
        )
    told = subprocess.run([sys.executable, str(tool), *arguments], check=False, capture_output=True, text=True)
    if told.returncode:
        raise SystemExit(f"The extension cannot be made: {' '.join((told.stdout + told.stderr).split())}")


def main() -> None:
    """Build a zip and say where it is."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.extension", description="Build a zip of the extension into build/ and validate it."
    )
    parser.add_argument("--platform", choices=wheels.PLATFORMS, help="bring the wheels for this platform")
    parser.add_argument("--python", choices=wheels.PYTHONS, help="and this Python of Blender's")
    parser.add_argument("--self-hosted", action="store_true", help="let the zips with wheels add GPU support")
    parser.add_argument("--website", default="", help="the address of the project's page, for the manifest")
    parser.add_argument("--all", action="store_true", help="the small zip and one for each platform and Python")
    options = parser.parse_args()
    if (options.platform is None) != (options.python is None):
        parser.error("a zip with wheels is for one platform and one Python: give both, or neither for the small zip")
    here = options.self_hosted
    wanted: list[Bundle | None] = [None]
    if options.platform:
        wanted = [Bundle(options.platform, options.python, self_hosted=here)]
    elif options.all:
        wanted = [None, *(SELF_HOSTED if here else BUNDLES)]
    for bundle in wanted:
        built = build(bundle=bundle, website=options.website)
        sys.stdout.write(f"{built.relative_to(ROOT)}: {built.stat().st_size / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main()
