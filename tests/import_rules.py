"""Who may import whom in this project: the rules as a table, and the search for what breaks them."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import grimp

BLENDER = frozenset(
    {
        "bpy",
        "bpy_extras",
        "bl_operators",
        "bl_ui",
        "blf",
        "bmesh",
        "gpu",
        "gpu_extras",
        "idprop",
        "mathutils",
        "rna_prop_ui",
    }
)
"""What exists only inside Blender."""

ADDON = "blender_addon"
CORE = f"{ADDON}.core"
PLAIN_DATA = tuple(
    f"{CORE}.{name}"
    for name in (
        "camera_motion",
        "codec",
        "skeleton",
        "pose_sequence",
        "motion",
        "keys",
        "contacts",
        "durable",
        "head_pose",
        "interruption",
        "shown",
        "limbs",
        "presentation",
    )
)
SETTINGS, AS_PROPERTIES = f"{ADDON}.settings", f"{ADDON}.settings.as_properties"
PROPERTIES = f"{ADDON}.properties"
WORKER, WORKER_CLIENT = f"{ADDON}.worker", f"{ADDON}.worker.client"
BRIDGE, OPERATORS, PANELS = f"{ADDON}.bridge", f"{ADDON}.operators", f"{ADDON}.panels"
BRIDGE_ROOMS: dict[str, tuple[str, ...]] = {
    "scene": (),
    "body": (),
    "armature": ("scene", "body"),
    "bone_maps": ("scene", "armature"),
    "retiming": ("scene", "body"),
    "projection": ("body", "armature"),
    "foot_planting": ("body",),
    "views": ("scene", "body", "armature"),
    "rig": ("scene", "body", "armature", "bone_maps", "retiming", "projection", "foot_planting", "views"),
    "figure": ("scene", "body", "retiming", "projection", "foot_planting"),
    "drawing": ("scene", "body", "armature", "bone_maps", "retiming", "projection", "views", "rig"),
    "job": ("scene", "bone_maps", "retiming", "drawing"),
    "targets": ("scene", "body", "armature", "retiming", "projection", "views", "rig", "figure", "drawing", "job"),
    "performance_edit": ("scene", "job", "targets"),
    "preview": ("scene", "body", "retiming", "projection", "views", "rig", "drawing", "job", "targets"),
}
"""The rooms of the bridge and which others each may import: rooms above it alone, so that there is no circle."""
PACKAGES = (ADDON, "training", "benchmarks", "characters", "demo", "tools")
"""All that is ours, but for the tests."""


@dataclass(frozen=True)
class Room:
    """What the modules of one part of the project may import, in their own lines: which parts of ours, and which of
    other people's.
    """

    modules: tuple[str, ...]
    ours: tuple[str, ...]
    never: frozenset[str] = frozenset()
    nothing_but: frozenset[str] | None = None


ROOMS = (
    Room(PLAIN_DATA, ours=PLAIN_DATA, nothing_but=frozenset({"numpy"})),
    Room((f"{CORE}.__main__", f"{CORE}.commands"), ours=(CORE, SETTINGS), never=BLENDER),
    Room((CORE,), ours=(CORE,), never=BLENDER),
    Room((AS_PROPERTIES,), ours=(SETTINGS,)),
    Room((SETTINGS,), ours=(SETTINGS, *PLAIN_DATA), nothing_but=frozenset()),
    Room((WORKER,), ours=(WORKER, CORE), never=BLENDER),
    *(
        Room((f"{BRIDGE}.{room}",), ours=(*(f"{BRIDGE}.{one}" for one in (room, *others)), SETTINGS, *PLAIN_DATA))
        for room, others in BRIDGE_ROOMS.items()
    ),
    Room((BRIDGE,), ours=()),
    Room((OPERATORS,), ours=(OPERATORS, BRIDGE, SETTINGS, WORKER_CLIENT)),
    Room((PANELS,), ours=(PANELS, OPERATORS, PROPERTIES, SETTINGS)),
    Room((ADDON,), ours=(ADDON,)),
    Room(("training",), ours=("training", CORE), never=BLENDER),
    Room(("benchmarks",), ours=("benchmarks", "training", "demo", ADDON)),
    Room(("characters",), ours=("characters",), nothing_but=BLENDER | {"numpy"}),
    Room(("demo",), ours=("demo", "characters", ADDON)),
    Room(("tools",), ours=("tools",), nothing_but=frozenset({"pytest"})),
)
"""The first room that holds a module gives its rule.

The tools run before there is any environment; pytest is imported where it runs.
"""

LOADED_IN_BLENDER = (
    *PLAIN_DATA,
    SETTINGS,
    WORKER_CLIENT,
    BRIDGE,
    OPERATORS,
    PANELS,
    PROPERTIES,
    f"{ADDON}.preferences",
    f"{ADDON}.cli",
)
"""What Blender's process imports, beside the add-on's own __init__."""

IN_BLENDER = BLENDER | {"numpy"} | sys.stdlib_module_names
"""All that is loaded there, over any number of steps: Blender's Python has nothing else, and torch, SciPy, cv2, av
and onnxruntime belong to the worker.
"""


def import_breaches() -> list[str]:
    """Say, in a sentence each, how our packages, as they are found on sys.path, break the rules.

    Imports inside functions and under TYPE_CHECKING count too.
    """
    graph = grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)
    modules = sorted(module for module in graph.modules if _within(module, PACKAGES))
    return [
        breach for module in modules for breach in (*_room_breaches(graph, module), *_process_breaches(graph, module))
    ]


def _within(module: str, parts: tuple[str, ...]) -> bool:
    return any(module == part or module.startswith(f"{part}.") for part in parts)


def _room_breaches(graph: grimp.ImportGraph, module: str) -> Iterator[str]:
    room = next(room for room in ROOMS if _within(module, room.modules))
    for imported in sorted(graph.find_modules_directly_imported_by(module)):
        if _within(imported, PACKAGES):
            allowed = _within(imported, room.ours)
        else:
            allowed = imported not in room.never and (
                room.nothing_but is None or imported in room.nothing_but | sys.stdlib_module_names
            )
        if not allowed:
            yield f"{module} may not import {imported}"


def _process_breaches(graph: grimp.ImportGraph, module: str) -> Iterator[str]:
    """Follow what Blender's process loads once it imports the module; the packages above a module are loaded with it."""
    if module != ADDON and not _within(module, LOADED_IN_BLENDER):
        return
    chains = {module: module}
    waiting = deque([module])
    while waiting:
        loaded = waiting.popleft()
        if not _within(loaded, (ADDON,)):
            if loaded not in IN_BLENDER:
                yield f"Blender's process may not load {loaded}: {chains[loaded]}"
            continue
        package = {loaded.rpartition(".")[0]} - {""}
        for following in sorted(graph.find_modules_directly_imported_by(loaded) | package):
            if following not in chains:
                chains[following] = f"{chains[loaded]} -> {following}"
                waiting.append(following)
