"""Torch is for training and GPUs: the modules that train and run the networks by it import it, nothing else of core
does, and on the CPU nothing loads it.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import blender_addon.core
from blender_addon.core.motion import View
from blender_addon.core.networks.stored_networks import add_graphs
from blender_addon.core.retargeting import Model, Retargeter
from tests.core.clips import CHILD, marching

CORE = Path(blender_addon.core.__file__).parent
ROOT = CORE.parents[1]
MAY_IMPORT_TORCH = {
    "networks/kinematic_network.py",
    "networks/onnx_export.py",
    "networks/paper_network.py",
    "networks/torch_graphs.py",
    "networks/torch_inference.py",
    "networks/torch_weights.py",
}
"""The torch modules themselves, what runs them, and what exports them."""

IMPORT_ALL = """
import importlib, sys
for module in sys.argv[1:]:
    importlib.import_module(module)
print("torch" in sys.modules)
"""
RETARGET = """
import sys
from blender_addon.core.retargeting import Retargeter
from tests.core.clips import CHILD, marching
for model in ("kinematic", "paper"):
    Retargeter.load(model, "cpu").retarget(marching(20), CHILD)
print("torch" in sys.modules)
"""
WITHOUT_TORCH = """
import sys
sys.modules["torch"] = None
import numpy as np
from blender_addon.core.motion import View
from blender_addon.core.retargeting import Retargeter
from tests.core.clips import CHILD, marching
motion = Retargeter.load(sys.argv[1]).retarget(marching(40), CHILD, View(40, 5))
np.save(sys.argv[2], motion.positions)
"""
BROKEN_TORCH = """
import sys
sys.path.insert(0, sys.argv[1])
from blender_addon.core.networks import backends
from blender_addon.core.retargeting import Retargeter
backends._may_have_a_gpu = lambda: True
print(Retargeter.load(device="auto").device)
"""
LOAD_WITHOUT_TORCH = """
import sys
sys.modules["torch"] = None
from pathlib import Path
from blender_addon.core.retargeting import Retargeter
try:
    Retargeter.load(sys.argv[1], sys.argv[2], Path(sys.argv[3]) if len(sys.argv) > 3 else None)
except ValueError as error:
    print(error)
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


def output_of(script: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_only_the_torch_modules_import_torch() -> None:
    assert {name for name, path in modules().items() if imports_torch(path)} == MAY_IMPORT_TORCH


def test_importing_everything_else_loads_no_torch() -> None:
    names = [
        name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for name in modules()
        if name not in MAY_IMPORT_TORCH
    ]
    assert (
        output_of(IMPORT_ALL, *(f"blender_addon.core.{name}" for name in names if name not in {"__init__", "__main__"}))
        == "False"
    )


def test_retargeting_on_the_cpu_loads_no_torch() -> None:
    assert output_of(RETARGET) == "False"


@pytest.mark.parametrize("model", list(Model))
def test_without_torch_a_clip_is_retargeted_all_the_same(model: Model, tmp_path: Path) -> None:
    output_of(WITHOUT_TORCH, model, str(tmp_path / "positions.npy"))
    here = Retargeter.load(model, "cpu").retarget(marching(40), CHILD, View(40, 5))
    np.testing.assert_array_equal(np.load(tmp_path / "positions.npy"), here.positions)


def test_a_torch_that_cannot_be_loaded_does_not_matter_where_no_gpu_is_asked_for(tmp_path: Path) -> None:
    broken = tmp_path / "torch"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise OSError('a library is missing')", encoding="utf-8")
    assert output_of(BROKEN_TORCH, str(tmp_path)) == "cpu"


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_gpu_without_torch_is_refused_in_one_sentence(device: str) -> None:
    assert output_of(LOAD_WITHOUT_TORCH, "kinematic", device) == (
        f"Retargeting on {device} needs PyTorch, which is not installed in {sys.executable}; choose auto or cpu."
    )


def test_weights_that_torch_alone_can_run_are_refused_without_it_in_one_sentence(tmp_path: Path) -> None:
    plain = tmp_path / "plain.npz"
    plain.write_bytes((CORE / "weights/kinematic.npz").read_bytes())
    add_graphs(plain, {})
    assert output_of(LOAD_WITHOUT_TORCH, "kinematic", "cpu", str(plain)) == (
        f"The weights file {plain} holds no graphs for onnxruntime and needs PyTorch, which is not installed in "
        f"{sys.executable}; write them with `python -m training.export_onnx {plain}`."
    )
    assert output_of(LOAD_WITHOUT_TORCH, "paper", "auto", "pretrained_full.pth") == (
        "Reading the paper's official weights needs PyTorch, which is not installed in "
        f"{sys.executable}; install it, or use weights of this project."
    )
