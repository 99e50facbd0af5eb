"""Torch stays with the networks that are trained and run by it: nothing else of core loads it, and nothing does before
a network is loaded.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import blender_addon.core

CORE = Path(blender_addon.core.__file__).parent
MAY_IMPORT_TORCH = {
    "networks/kinematic_network.py",
    "networks/paper_network.py",
    "networks/torch_inference.py",
    "networks/torch_weights.py",
}
"""The torch modules themselves, and what runs them."""

IMPORT_ALL = """
import importlib, sys
for module in sys.argv[1:]:
    importlib.import_module(module)
print("torch" in sys.modules)
"""
LOAD_A_NETWORK = """
import sys
from blender_addon.core.retargeting import Retargeter
print("torch" in sys.modules)
Retargeter.load("paper", "cpu")
print("torch" in sys.modules)
"""


def modules() -> dict[str, Path]:
    """The files of core by their path in it."""
    return {path.relative_to(CORE).as_posix(): path for path in CORE.rglob("*.py")}


def imports_torch(path: Path) -> bool:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        if any(name.split(".")[0] == "torch" for name in names):
            return True
    return False


def output_of(script: str, *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_only_the_torch_modules_import_torch() -> None:
    assert {name for name, path in modules().items() if imports_torch(path)} == MAY_IMPORT_TORCH


def test_importing_everything_else_loads_no_torch() -> None:
    names = [
        name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for name in modules()
        if name not in MAY_IMPORT_TORCH
    ]
    assert output_of(
        IMPORT_ALL, *(f"blender_addon.core.{name}" for name in names if name not in {"__init__", "__main__"})
    ) == ["False"]


def test_torch_is_loaded_with_a_network() -> None:
    assert output_of(LOAD_A_NETWORK) == ["False", "True"]
