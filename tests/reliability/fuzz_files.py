"""Files of a figure's style and of a rig's bone map, damaged in their structure and in their text."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.reliability.in_blender import enable_add_on, was_done
from tests.reliability.pose_inputs import damaged

NAMES = ("style", "bone map", "carried bone map")
FRAMES = 6


def prepared() -> Callable[[int, Path], bool]:
    """What writes the file of a seed, chooses it in a scene, and bakes a short clip with it."""
    enable_add_on()
    import bpy
    import numpy as np

    from blender_addon.bridge.bone_maps.stored import PROPERTY
    from tests.blender.pose_clips import street_people, write_npz
    from tests.blender.scene_of_puppet import forget_session, open_puppet
    from tests.blender.test_damage import mapped

    puppet = open_puppet()
    bone_map = json.loads(mapped(puppet))
    names = [bone.name for bone in puppet.data.bones]
    people = np.asarray(street_people(FRAMES)[:1])

    def use(seed: int, folder: Path) -> bool:
        dice = random.Random(seed)
        clip = write_npz(folder / "clip.npz", people)
        kind = NAMES[seed % len(NAMES)]
        forget_session()
        armature = open_puppet()
        settings = bpy.context.scene.retarget2d
        settings.video, settings.armature = str(clip), armature
        settings.bake = {"GREASE_PENCIL"} if kind == "style" else {"RIG"}
        file = folder / "mine.json"
        content = written(whole_style(dice) if kind == "style" else whole_map(dice, bone_map, names), dice)
        file.write_bytes(content)
        if kind == "style":
            settings.drawing.style = str(file)
        elif kind == "bone map":
            if not was_done(lambda: bpy.ops.retarget2d.bone_map_import(filepath=str(file))):
                return False
        else:
            try:
                armature[PROPERTY] = content.decode("utf-8", "replace").replace("\0", "")
            except (ValueError, TypeError):
                armature[PROPERTY] = content
        assert settings.bone_map.summary
        return was_done(bpy.ops.retarget2d.run)

    return use


def whole_style(dice: random.Random) -> Any:  # noqa: ANN401
    """A style that is right, of other numbers and colours."""
    from blender_addon.bridge.figure.figure_style import DEFAULT_STYLE
    from blender_addon.bridge.figure.style_files import SHIPPED, style_to_json

    texts = [
        style_to_json(DEFAULT_STYLE),
        *(path.read_text(encoding="utf-8") for path in sorted(SHIPPED.glob("*.json"))),
    ]
    style = json.loads(dice.choice(texts))
    for part in (style, *(value for value in style.values() if isinstance(value, dict))):
        for key, value in part.items():
            if isinstance(value, float) and dice.random() < 0.3:
                part[key] = dice.choice((0.0, 1e-9, value * dice.uniform(0, 3), 1.0, 2.0))
            elif isinstance(value, str) and value.startswith("#") and dice.random() < 0.2:
                part[key] = f"#{dice.randrange(1 << 24):06X}"
    return style


def whole_map(dice: random.Random, bone_map: Any, names: list[str]) -> Any:  # noqa: ANN401
    """A map of the puppet with some bones put otherwise."""
    changed = json.loads(json.dumps(bone_map))
    for _ in range(dice.choice((0, 1, 4))):
        _swap_some_name(dice, changed, names)
    return changed


def _swap_some_name(dice: random.Random, part: Any, names: list[str]) -> None:  # noqa: ANN401
    """Put another bone where one stands, somewhere."""
    while isinstance(part, dict | list) and part:
        key = dice.choice(list(part)) if isinstance(part, dict) else dice.randrange(len(part))
        if isinstance(part[key], str) and part[key] in names:
            part[key] = dice.choice(names)
            return
        part = part[key]


def written(document: Any, dice: random.Random) -> bytes:  # noqa: ANN401
    """The document as a file, damaged in its structure, in its text, or not at all."""
    kind = dice.randrange(14)
    text = json.dumps(damaged(dice, document, dice.choice((1, 1, 3))) if kind < 5 else document)
    if kind == 6:
        at = dice.randrange(len(text))
        text = text[:at] + dice.choice(('"', "{", "]", ",", "\0", "//", "1e999", "NaN", "")) + text[at + 1 :]
    content = text.encode(dice.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16")) if kind == 7 else "utf-8")
    if kind == 8:
        content = content[: dice.randrange(len(content) + 1)]
    elif kind == 9 and content:
        broken = bytearray(content)
        for _ in range(dice.choice((1, 5))):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        content = bytes(broken)
    return content
