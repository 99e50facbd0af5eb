"""The extension as a user has it: installed from its zip, enabled, and found by the tests under the name it has in the
checkout.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import bpy

REPOSITORY = "user_default"
EXTENSION = "motion_retarget_2d"
IN_CHECKOUT = "blender_addon"


def install(zipped: Path) -> str:
    """Install the zip into Blender's own folder for extensions and enable it; the name of its package."""
    bpy.ops.extensions.package_install_files(filepath=str(zipped.resolve()), repo=REPOSITORY, enable_on_install=True)
    package = f"bl_ext.{REPOSITORY}.{EXTENSION}"
    if package not in bpy.context.preferences.addons:
        raise ValueError(
            f"{zipped} was not installed: {package} is not among the enabled add-ons; what Blender said stands above."
        )
    return package


def disable(package: str) -> None:
    """Take it out in time: Blender as a module disables add-ons only when half of it is gone."""
    bpy.ops.preferences.addon_disable(module=package)


class SameModules(MetaPathFinder, Loader):
    """Lets `import blender_addon.x` give the installed package's module x: the very same module, under two names."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._specs: dict[str, ModuleSpec | None] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Take what belongs to us."""
        if fullname != IN_CHECKOUT and not fullname.startswith(f"{IN_CHECKOUT}."):
            return None
        return ModuleSpec(fullname, self)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Import the real one. The machinery of imports will write its own `spec` over that module's."""
        module = importlib.import_module(self._package + spec.name.removeprefix(IN_CHECKOUT))
        self._specs[spec.name] = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """It has run already; it gets back what says who it is."""
        assert module.__spec__ is not None
        module.__spec__ = self._specs.pop(module.__spec__.name)


def stand_in_for_checkout(package: str) -> None:
    """From here on, tests that import the add-on get the installed one."""
    assert not any(name.partition(".")[0] == IN_CHECKOUT for name in sys.modules)
    sys.meta_path.insert(0, SameModules(package))
