"""The extension's zip, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import environments, extension


@pytest.fixture(scope="session")
def blender_python() -> Path:
    """The Python of the environment that holds Blender as a module."""
    python = environments.BLENDERS[extension.BUILT_WITH].program
    if not python.exists():
        pytest.skip(
            f"NO BLENDER: `make zip` makes the environment {python.parents[1].name}, which builds and installs the extension"
        )
    return python


@pytest.fixture(scope="session")
def zipped(blender_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip of the checkout as it stands."""
    return extension.build(tmp_path_factory.mktemp("zip"))
