"""Whatever a scene's settings are: the command line with nothing but --output gives the keys of the panel's button, bit
for bit.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import bpy
import pytest

from tests.blender.pose_clips import street_people, write_npz
from tests.blender.scene_of_puppet import PUPPET, forget_session
from tests.blender.test_saved_settings import CARRIER, DRAWING, drawn_points, open_stage, put, raw_keys, settings_in

DRAWS = int(os.environ.get("MOTION_RETARGET_2D_DRAWS", "10"))
"""How many draws of all settings are tried."""
CLIP_FRAMES = 40

CHOICES: dict[str, tuple[Any, ...]] = {
    "armature": (PUPPET,),
    "drawing.target": (None, DRAWING),
    "channels.carrier": (None, CARRIER),
    "frame_range": ("", "2:38"),
    "look.view_source.frame_range": ("", "1:30"),
    "look.body_source.frame_range": ("", "1:30"),
    "look.second.frame_range": ("", "3:39"),
    "layers.title": ("", "Wave"),
    "drawing.style": ("", "stick_figure", "silhouette"),
    "performer": (0, 1, 2),
    "look.view_source.performer": (0, 1, 2),
    "look.body_source.performer": (0, 1, 2),
    "look.second.performer": (0, 1, 2),
    "poses.fps": (0.0, 24.0, 30.0),
    "look.view_source.fps": (0.0, 24.0, 30.0),
    "look.body_source.fps": (0.0, 24.0, 30.0),
    "look.second.fps": (0.0, 24.0, 30.0),
    "poses.image_size": ((0, 0),),
    "poses.layout": ("AUTO",),
    "poses.body_parts": ("", "punkt1=nose"),
    "timing.cycle": (False, False, False, True),
}
"""Values of properties that cannot have any value."""
LIMITS: dict[str, tuple[float, float]] = {
    "start_frame": (0, 200),
    "azimuth": (-180, 180),
    "feet.ground": (-0.5, 0.5),
    "timing.shortest": (2, 12),
    "timing.repeats": (1, 3),
    "timing.speed": (0.5, 2.0),
}
FEW_ENOUGH = 0.3
"""The part of draws that may ask for what cannot be done; a cycle where none is found, for example."""


def draw_settings(chance: random.Random, clip: Path) -> None:
    """Let every setting of the open scene be any that makes sense with a clip and a puppet."""
    for path, _, row in list(settings_in(bpy.context.scene.retarget2d)):
        if row.type != "COLLECTION":
            put(path, drawn(chance, path, row, clip))
    settings = bpy.context.scene.retarget2d
    settings.bake = chance.choice(({"RIG"}, {"GREASE_PENCIL"}, {"RIG", "GREASE_PENCIL"}))
    if settings.drawing.target is not None and chance.random() < 0.7:
        settings.bake, settings.armature = {"DRAWING"}, None


def drawn(chance: random.Random, path: str, row: bpy.types.Property, clip: Path) -> Any:  # noqa: ANN401
    """A value of one property."""
    if path in CHOICES:
        return chance.choice(CHOICES[path])
    if row.type == "STRING":
        assert path.endswith("video"), path
        return str(clip)
    if row.type == "ENUM":
        items = [item.identifier for item in row.enum_items]
        return (
            {item for item in items if chance.random() < 0.7} or {items[0]}
            if row.is_enum_flag
            else chance.choice(items)
        )
    if row.type == "BOOLEAN":
        return chance.random() < 0.5
    least, most = LIMITS.get(path, (row.hard_min, row.hard_max))
    assert most - least < 1e4, f"say what {path} may be"
    return chance.randint(int(least), int(most)) if row.type == "INT" else chance.uniform(least, most)


baked: list[bool] = []
"""Of each draw, whether it was baked."""


@pytest.mark.parametrize("seed", range(DRAWS))
def test_the_command_line_gives_the_keys_of_the_button(
    seed: int, addon: ModuleType, worker_python: Path, tmp_path: Path
) -> None:
    from blender_addon import cli

    forget_session()
    open_stage()
    draw_settings(random.Random(seed), write_npz(tmp_path / "clip.npz", street_people(CLIP_FRAMES)))
    shot, out = tmp_path / "shot.blend", tmp_path / "out.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(shot))
    status = cli.main(["--file", str(shot), "--output", str(out), "--python", str(worker_python)])
    forget_session()
    bpy.ops.wm.open_mainfile(filepath=str(shot))
    try:
        ended = bpy.ops.retarget2d.run()
    except RuntimeError:
        baked.append(False)
        assert status != 0, "both refuse it, or neither"
        return
    baked.append(True)
    assert (status, ended) == (0, {"FINISHED"})
    by_button, drawings = raw_keys(), drawn_points()
    assert by_button or drawings
    bpy.ops.wm.open_mainfile(filepath=str(out))
    assert raw_keys() == by_button
    assert drawn_points() == drawings


def test_most_of_those_draws_could_be_baked() -> None:
    assert len(baked) == DRAWS
    assert baked.count(False) <= FEW_ENOUGH * DRAWS
