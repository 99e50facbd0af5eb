"""The rules of the house hold: who imports whom, how long a function may be, how heavy the repository, what may stand
in it.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.import_rules import BRIDGE_ROOMS, PACKAGES, PLAIN_DATA, import_breaches

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FUNCTION = 60
PICTURES = {".webp", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff"}
MACHINE_PATH = re.compile(r"/(?:work|farm|root|home)/|\.\./shared")

HOUSE = {
    "blender_addon/__init__.py": "def register() -> None:\n    from . import operators, panels\n",
    "blender_addon/properties/__init__.py": "import bpy\n",
    "blender_addon/preferences.py": "import bpy\n",
    "blender_addon/core/__init__.py": "",
    "blender_addon/core/skeleton.py": "import dataclasses\nimport numpy\n",
    "blender_addon/core/motion.py": "import numpy\nfrom .skeleton import __name__\n",
    "blender_addon/core/retargeting.py": "import torch\nfrom . import motion\n",
    "blender_addon/core/detection/__init__.py": "",
    "blender_addon/worker/__init__.py": "",
    "blender_addon/worker/client.py": "import subprocess\nfrom ..core import skeleton\n",
    "blender_addon/worker/jobs.py": "from ..core import retargeting\n",
    "blender_addon/bridge/__init__.py": "",
    "blender_addon/bridge/scene/__init__.py": "import bpy\nimport mathutils\nfrom ...core import motion\n",
    "blender_addon/bridge/rig/__init__.py": "from .. import scene\n",
    "blender_addon/operators/__init__.py": "import bpy\nfrom .. import bridge\nfrom ..worker import client\n",
    "blender_addon/panels/__init__.py": "import bpy\nfrom .. import operators, properties\n",
    "training/__init__.py": "",
    "training/train.py": "import torch\nfrom blender_addon.core import retargeting\n",
    "benchmarks/__init__.py": "from training import train\nfrom blender_addon.worker import client\n",
    "characters/__init__.py": "import bpy\nimport mathutils\nimport numpy\n",
    "demo/__init__.py": "import cv2\nimport characters\nfrom blender_addon import bridge\n",
    "tools/__init__.py": "import subprocess\nimport pytest\n",
}
"""A small project that keeps every rule."""


def tracked_files() -> list[Path]:
    """Every file git would give to a clone, as it stands in the working tree."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False, text=True)
    if listing.returncode:
        pytest.skip(f"{ROOT} is not a git checkout, so nothing says which files are tracked")
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def python_files() -> list[Path]:
    return [path for folder in PACKAGES for path in sorted((ROOT / folder).rglob("*.py"))]


def functions_of(source: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def names_given_twice(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of every module-level statement that gives a name a second meaning; overloads and the branches of
    an `if` or `try` do not.
    """
    given: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = (
                [] if any("overload" in ast.unparse(decorator) for decorator in node.decorator_list) else [node.name]
            )
        elif isinstance(node, ast.Assign) or (isinstance(node, ast.AnnAssign) and node.value is not None):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [
                part.id
                for target in targets
                for part in ast.walk(target)
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            ]
        else:
            continue
        yield from ((node.lineno, name) for name in names if name in given)
        given.update(names)


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


def lay_house(folder: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str]) -> None:
    """Write HOUSE with some files changed, and let it be found in place of the project."""
    for name, source in (HOUSE | changes).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    for package in PACKAGES:
        monkeypatch.delitem(sys.modules, package, raising=False)
    monkeypatch.syspath_prepend(folder)


def test_every_import_of_the_project_keeps_the_rules() -> None:
    assert import_breaches() == []


def test_rooms_of_the_bridge_stand_in_layers() -> None:
    rooms = list(BRIDGE_ROOMS)
    folders = {path.name for path in (ROOT / "blender_addon/bridge").iterdir() if (path / "__init__.py").is_file()}
    assert folders == set(rooms)
    assert [path.name for path in (ROOT / "blender_addon/bridge").glob("*.py")] == ["__init__.py"]
    for at, room in enumerate(rooms):
        assert set(BRIDGE_ROOMS[room]) <= set(rooms[:at]), f"{room} may import rooms above it alone"


def test_a_project_that_keeps_the_import_rules_has_no_breaches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_house(tmp_path, monkeypatch, {})
    assert import_breaches() == []


@pytest.mark.parametrize(
    ("file", "source", "breach"),
    [
        ("blender_addon/core/skeleton.py", "import scipy", "blender_addon.core.skeleton may not import scipy"),
        (
            "blender_addon/core/contacts.py",
            "def contacts():\n    import torch",
            "blender_addon.core.contacts may not import torch",
        ),
        (
            "blender_addon/core/keys.py",
            "from . import retargeting",
            "blender_addon.core.keys may not import blender_addon.core.retargeting",
        ),
        ("blender_addon/core/__init__.py", "from . import retargeting", "Blender's process may not load torch"),
        (
            "blender_addon/core/retargeting.py",
            "import mathutils",
            "blender_addon.core.retargeting may not import mathutils",
        ),
        (
            "blender_addon/core/detection/people.py",
            "from ... import bridge",
            "blender_addon.core.detection.people may not import blender_addon.bridge",
        ),
        (
            "blender_addon/worker/jobs.py",
            "from .. import bridge",
            "blender_addon.worker.jobs may not import blender_addon.bridge",
        ),
        (
            "blender_addon/worker/client.py",
            "from . import jobs",
            "Blender's process may not load torch: blender_addon.worker.client -> ",
        ),
        (
            "blender_addon/worker/__init__.py",
            "import cv2",
            "Blender's process may not load cv2: blender_addon.worker.client -> blender_addon.worker -> cv2",
        ),
        (
            "blender_addon/bridge/scene/actions.py",
            "from ...core import retargeting",
            "blender_addon.bridge.scene.actions may not import blender_addon.core.retargeting",
        ),
        (
            "blender_addon/bridge/scene/actions.py",
            "from .. import rig",
            "blender_addon.bridge.scene.actions may not import blender_addon.bridge.rig",
        ),
        (
            "blender_addon/operators/run.py",
            "from ..worker import jobs",
            "blender_addon.operators.run may not import blender_addon.worker.jobs",
        ),
        (
            "blender_addon/operators/run.py",
            "from ..core import motion",
            "blender_addon.operators.run may not import blender_addon.core.motion",
        ),
        (
            "blender_addon/panels/main.py",
            "from ..core import motion",
            "blender_addon.panels.main may not import blender_addon.core.motion",
        ),
        (
            "blender_addon/panels/main.py",
            "from ..worker import client",
            "blender_addon.panels.main may not import blender_addon.worker.client",
        ),
        (
            "blender_addon/preferences.py",
            "import onnxruntime",
            "Blender's process may not load onnxruntime: blender_addon.preferences -> onnxruntime",
        ),
        ("blender_addon/__init__.py", "import training", "blender_addon may not import training"),
        (
            "blender_addon/bridge/scene/actions.py",
            "import demo",
            "blender_addon.bridge.scene.actions may not import demo",
        ),
        ("training/train.py", "from blender_addon import bridge", "training.train may not import blender_addon.bridge"),
        ("training/train.py", "import characters", "training.train may not import characters"),
        (
            "characters/puppet.py",
            "from blender_addon.core import skeleton",
            "characters.puppet may not import blender_addon.core.skeleton",
        ),
        ("characters/puppet.py", "import cv2", "characters.puppet may not import cv2"),
        ("tools/extension.py", "import numpy", "tools.extension may not import numpy"),
        ("tools/extension.py", "import demo", "tools.extension may not import demo"),
    ],
)
def test_an_import_that_breaks_a_rule_is_reported(
    file: str, source: str, breach: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_house(tmp_path, monkeypatch, {file: source})
    assert any(found.startswith(breach) for found in import_breaches()), import_breaches()


def test_the_add_on_imports_its_own_modules_relatively() -> None:
    """As an extension it is called bl_ext.REPOSITORY.motion_retarget_2d, so `import blender_addon` would fail there."""
    absolute = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "blender_addon").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Import) and any(name.name.split(".")[0] == "blender_addon" for name in node.names))
        or (
            isinstance(node, ast.ImportFrom)
            and node.level == 0
            and (node.module or "").split(".")[0] == "blender_addon"
        )
    ]
    assert absolute == []


def test_plain_data_can_be_imported_where_there_is_only_numpy() -> None:
    program = "import sys\nfor name in ('bpy', 'mathutils', 'torch', 'scipy', 'cv2', 'av', 'onnxruntime'): sys.modules[name] = None\n"
    program += "".join(f"import {name}\n" for name in PLAIN_DATA)
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False, text=True, timeout=60
    )
    assert result.returncode == 0, result.stderr


def test_a_video_is_opened_in_one_place() -> None:
    """So that everything is seen as players show it. What runs in an environment without us has to open its own."""
    opens = [
        path.relative_to(ROOT).as_posix()
        for folder in ("blender_addon", "demo", "training", "tools")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"VideoCapture|\bav\.open|import av\b|from av\b", path.read_text(encoding="utf-8"))
    ]
    assert opens == ["blender_addon/core/video_file.py"]


def test_the_extension_can_be_read_without_blender() -> None:
    """Its __init__ imports bpy inside functions only, because every import of blender_addon.core runs it."""
    tree = ast.parse((ROOT / "blender_addon/__init__.py").read_text(encoding="utf-8"))
    allowed = (ast.Expr, ast.ImportFrom, ast.FunctionDef)
    assert all(isinstance(node, allowed) for node in tree.body)
    assert [node.module for node in tree.body if isinstance(node, ast.ImportFrom) and node.module != "__future__"] == []
    assert {"register", "unregister"} <= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_extension_and_the_project_are_of_one_version() -> None:
    manifest = tomllib.loads((ROOT / "blender_addon/blender_manifest.toml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert manifest["version"] == project["version"]
    assert manifest["license"] == [f"SPDX:{project['license']}"]


def places_that_ask_for_the_version(source: str) -> Iterator[int]:
    """Lines that read Blender's version, as `bpy.app.version` or imported."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Attribute)
            and node.attr.startswith("version")
            and ast.unparse(node.value).split(".")[-1] == "app"
        ) or (isinstance(node, ast.ImportFrom) and node.module == "bpy.app"):
            yield node.lineno


def test_one_module_asks_for_the_version_of_blender() -> None:
    """What differs between versions stands there as named facts, which all others ask."""
    asking = {
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "blender_addon").rglob("*.py"))
        if any(places_that_ask_for_the_version(path.read_text(encoding="utf-8")))
    }
    assert asking == {"blender_addon/bridge/scene/versions.py"}


def test_a_question_for_the_version_is_seen() -> None:
    source = "import bpy\nfrom bpy.app import version\nNEW = bpy.app.version >= (5, 0, 0)\nTEXT = bpy.app.version_string\nbpy.app.timers\n"
    assert sorted(places_that_ask_for_the_version(source)) == [2, 3, 4]


def test_no_function_is_longer_than_a_page() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}: {length_of(function)} lines"
        for path in python_files()
        for function in functions_of(path.read_text(encoding="utf-8"))
        if length_of(function) > LONGEST_FUNCTION
    ]
    assert long == []


def test_a_function_one_line_too_long_is_seen() -> None:
    source = (
        "def short():\n"
        + "    pass\n" * (LONGEST_FUNCTION - 1)
        + "async def long():\n"
        + "    pass\n" * LONGEST_FUNCTION
    )
    assert [function.name for function in functions_of(source) if length_of(function) > LONGEST_FUNCTION] == ["long"]


def test_no_module_gives_one_name_two_meanings() -> None:
    twice = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for folder in (*PACKAGES, "tests")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line, name in names_given_twice(path.read_text(encoding="utf-8"))
    ]
    assert twice == []


def test_a_name_that_is_given_twice_is_seen() -> None:
    source = "NEAR = 1\nif NEAR:\n    FAR = 2\nelse:\n    FAR = 3\nLIMIT: int\nLIMIT = 4\nLOW, NEAR = 5, 6\nLOW: float = 7\ndef LIMIT(): pass\n"
    assert list(names_given_twice(source)) == [(8, "NEAR"), (9, "LOW"), (10, "LIMIT")]


def test_no_file_is_a_drawer_for_everything() -> None:
    assert [str(path.relative_to(ROOT)) for path in tracked_files() if path.name == "utils.py"] == []


def is_network_weight(path: Path) -> bool:
    return path.is_relative_to(ROOT / "blender_addon/core/weights") and path.suffix not in {".onnx", ".md", ".py"}


@pytest.mark.parametrize(
    ("part", "megabytes"),
    [
        pytest.param(lambda path: True, 60, id="everything"),
        pytest.param(is_network_weight, 6, id="network weights"),
        pytest.param(lambda path: path.suffix == ".onnx", 38, id="pose weights"),
        pytest.param(lambda path: path.suffix in {".mp4", ".mov", ".webm", ".mkv", ".avi"}, 1.5, id="sample video"),
        pytest.param(lambda path: path.suffix in PICTURES, 4, id="pictures"),
    ],
)
def test_the_repository_stays_light(part: Callable[[Path], bool], megabytes: float) -> None:
    assert sum(path.stat().st_size for path in tracked_files() if part(path)) <= megabytes * 1e6


def test_pictures_are_webp_or_jpeg() -> None:
    """But for inputs of tests, which are as other tools write them."""
    assert [
        str(path.relative_to(ROOT))
        for path in tracked_files()
        if path.suffix in PICTURES - {".webp", ".jpg", ".jpeg"} and ROOT / "tests/data/cases" not in path.parents
    ] == []


def test_nothing_names_a_path_of_one_machine() -> None:
    """Only .ci/run knows where continuous integration keeps the shared data."""
    named = []
    for path in tracked_files():
        if path == ROOT / ".ci/run" or b"\0" in (content := path.read_bytes()):
            continue
        lines = content.decode(encoding="utf-8", errors="replace").splitlines()
        named += [
            f"{path.relative_to(ROOT)}:{number}" for number, line in enumerate(lines, 1) if MACHINE_PATH.search(line)
        ]
    assert named == []
