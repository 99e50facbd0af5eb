"""Pose files that say things beside their points, under the keys that tools have for them: names, sizes, rates, clips
and frames, right and odd, at their top, at a frame or at a person.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from blender_addon.core.pose_files import statements
from blender_addon.core.skeleton import LAYOUTS
from tests.reliability.cleaned_and_retargeted import cleaned_and_retargeted, was_read_and_used
from tests.reliability.pose_inputs import JSON_FORMATS, ODD_VALUES, damaged

NAMES = tuple(JSON_FORMATS)
KEYS = (
    *(*statements.NAMES, *statements.METAS, *statements.SIZES, *statements.SHAPES, *statements.RATES),
    *(*statements.CLIPS, *statements.FRAMES, *statements.PICTURES, *statements.PLAIN_SIDES),
    *("image_width", "image_height", "track_id", "idx", "person_id", "id", "category_id", "categories", "videos"),
)
MOST_PLACES = 4


def prepared() -> Callable[[int, Path], bool]:
    """What reads the file of a seed, and cleans and retargets everybody in it."""
    use = cleaned_and_retargeted()

    def read_one(seed: int, folder: Path) -> bool:
        dice = random.Random(seed)
        document = JSON_FORMATS[NAMES[seed % len(NAMES)]](dice)
        for _ in range(dice.choice((1, 1, 2, 4))):
            _say(dice, document)
        path = folder / "a.json"
        path.write_text(json.dumps(damaged(dice, document, dice.choice((0, 0, 0, 1)))), encoding="utf-8")
        return was_read_and_used(path, use, image_size=dice.choice((None, (1280, 720))))

    return read_one


def _say(dice: random.Random, document: Any) -> None:  # noqa: ANN401
    """Put one statement at some of the document's tables, or at all of one depth."""
    depths: dict[int, list[dict[str, Any]]] = {}
    for depth, table in _tables(document):
        depths.setdefault(depth, []).append(table)
    if not depths:
        return
    tables = depths[dice.choice(list(depths))]
    key, value = dice.choice(KEYS), _value(dice)
    differs = dice.random() < 0.3
    for at, table in enumerate(tables if dice.random() < 0.7 else tables[:MOST_PLACES]):
        table[key] = at if differs else value


def _tables(document: Any, depth: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:  # noqa: ANN401
    """Every table of a document with its depth."""
    if isinstance(document, dict):
        yield depth, document
    parts = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    for part in list(parts):
        yield from _tables(part, depth + 1)


def _value(dice: random.Random) -> Any:  # noqa: ANN401
    """Something that may be said, or that nobody says."""
    names = list(LAYOUTS[dice.choice(("coco_17", "coco_18", "halpe_26", "h36m_17", "body_25"))].points)
    dice.shuffle(names)
    return dice.choice(
        (
            *(names, dict(enumerate(names)), {name: at for at, name in enumerate(names)}, ",".join(names)),
            *([{"id": at, "name": name} for at, name in enumerate(names)], {"keypoint_names": names, "fps": 60}),
            *(1280, 720, [1280, 720], [720, 1280, 3], 24, 29.97, "a.mp4", "walk_0007.png", dice.randrange(100)),
            *ODD_VALUES,
        )
    )
