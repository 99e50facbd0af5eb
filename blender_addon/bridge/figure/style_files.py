"""Styles of the drawn figure as JSON files: those that come with the add-on, and those of the user's own folder."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

from ...core import durable
from ..scene import addon
from ..scene.json_text import in_short, is_showable, read_json
from .figure_style import COLOURS, DEFAULT_STYLE, FacePart, FigureStyle, Paint

VERSION = 1
SHIPPED = Path(__file__).parent / "styles"
OWN = "styles"
"""The user's own, within the add-on's folder."""

CHARACTER = "character"
"""The name of the default style, which has no file: it is what a file leaves out."""

LARGEST_FILE = 1_000_000
"""Bytes: what is larger is no style, whatever it is."""
LARGEST, LARGEST_ANGLE = 2.0, 180.0
"""Parts of the height, and degrees, that a style's numbers may be at most."""
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_NAME = re.compile(r"[\w \-]+")

_Style = TypeVar("_Style")


def style_folders() -> tuple[Path, ...]:
    """Where styles are, the user's own first."""
    folder = addon.user_folder()
    return (folder / OWN, SHIPPED) if folder is not None else (SHIPPED,)


def style_names() -> list[str]:
    """All that can be chosen by name, the default first."""
    files = {
        path.stem
        for folder in style_folders()
        if folder.is_dir()
        for path in folder.glob("*.json")
        if is_showable(path.stem)
    }
    return [CHARACTER, *sorted(files - {CHARACTER})]


def read_style(name: str) -> FigureStyle:
    """A style by its name, or by the path of its file; the default for an empty one. ValueError, in one sentence, where
    there is none or it is wrong.
    """
    if name.strip() in ("", CHARACTER):
        return DEFAULT_STYLE
    candidates = (*(folder / f"{name}.json" for folder in style_folders()), Path(name))
    found = [path for path in candidates if path.suffix == ".json" and path.is_file()]
    if not found:
        raise ValueError(f"There is no style {name}; choose among {', '.join(style_names())}, or a .json file.")
    try:
        if found[0].stat().st_size > LARGEST_FILE:
            raise ValueError(
                f"The file {found[0].name} is far too large for a style; choose a file that was saved as one."
            )
        text = found[0].read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"The file {found[0].name} is no text; choose a file that was saved as a style.") from error
    except OSError as error:
        raise ValueError(
            f"The style {found[0].name} cannot be read ({error.strerror}); choose another file."
        ) from error
    return style_from_json(text, found[0].stem)


def save_style(style: FigureStyle, name: str) -> Path:
    """Write a style into the user's folder. ValueError where it cannot be called so or cannot be written."""
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise ValueError(f"A style cannot be called {name!r}; use letters, digits, spaces and hyphens.")
    if name == CHARACTER:
        raise ValueError(f"{CHARACTER} is the name of the default style; choose another one.")
    folder = addon.user_folder()
    if folder is None:
        raise ValueError(addon.no_user_folder(f"the style {name} cannot be saved"))
    path = folder / OWN / f"{name}.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with durable.whole_file(path) as part:
            part.write_text(style_to_json(style), encoding="utf-8")
    except OSError as error:
        raise ValueError(
            f"The style {name} could not be written ({error.strerror}); make room, or check the folder {path.parent}."
        ) from error
    return path


def style_to_json(style: FigureStyle) -> str:
    """All of the style as text that `style_from_json` reads."""
    colours = {paint.value: colour for paint, colour in {**COLOURS, **style.colours}.items()}
    table = {
        field.name: colours if field.name == "colours" else _plain(getattr(style, field.name))
        for field in fields(style)
    }
    return json.dumps({"version": VERSION, **table}, indent=2, ensure_ascii=False) + "\n"


def _plain(value: object) -> object:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def style_from_json(text: str, name: str) -> FigureStyle:
    """The style; what the text leaves out is the default's. Raises ValueError, in one sentence, where it is no style."""
    table = read_json(text, f"The style {name}", "fix it, or choose another file", finite=False)
    if not isinstance(table, dict):
        raise ValueError(f"The style {name} is no table of a figure's parts; choose a file that was saved as a style.")
    if table.pop("version", VERSION) != VERSION:
        raise ValueError(
            f"The style {name} is of another version than {VERSION}, which this add-on reads; update the add-on."
        )
    return _filled(DEFAULT_STYLE, table, name, "")


def _filled(default: _Style, table: object, name: str, place: str) -> _Style:
    """A copy of the dataclass with the values of the table in place of its own."""
    if not isinstance(table, dict):
        raise ValueError(f"The style {name} has no table for {place.strip('.')}; fix it.")
    known = [field.name for field in fields(default)]  # type: ignore[arg-type]
    if unknown := [key for key in table if key not in known]:
        raise ValueError(
            f"The style {name} names {place}{in_short(unknown[0])[1:-1]}, which figures do not have; use {', '.join(known)}."
        )
    values = {key: _value(getattr(default, key), given, name, f"{place}{key}") for key, given in table.items()}
    return type(default)(**{key: getattr(default, key) for key in known} | values)


def _value(default: object, given: object, name: str, place: str) -> object:
    if place == "colours":
        return _colours(given, name)
    if place == "head.face":
        return _face(given, name)
    if is_dataclass(default):
        return _filled(default, given, name, f"{place}.")
    return _number(given, name, place, LARGEST_ANGLE if "hair_" in place else LARGEST)


def _number(given: object, name: str, place: str, largest: float, least: float = 0.0) -> float:
    if (
        isinstance(given, bool)
        or not isinstance(given, int | float)
        or not math.isfinite(given)
        or not least <= given <= largest
    ):
        raise ValueError(
            f"In the style {name}, {place} is {in_short(given)} and no number from {least:g} to {largest:g}; fix it."
        )
    return float(given)


def _colours(given: object, name: str) -> Mapping[Paint, str]:
    if not isinstance(given, dict):
        raise ValueError(f"The style {name} has no table of colours; fix it.")
    for paint, colour in given.items():
        if paint not in list(Paint):
            raise ValueError(
                f"The style {name} has a colour for {paint}, which figures do not have; use {', '.join(Paint)}."
            )
        if not isinstance(colour, str) or not _COLOUR.fullmatch(colour):
            raise ValueError(f"In the style {name}, the colour of {paint} is {in_short(colour)}; write it as #RRGGBB.")
    return {**COLOURS, **{Paint(paint): str(colour) for paint, colour in given.items()}}


def _face(given: object, name: str) -> tuple[FacePart, ...]:
    wrong = f"The face of the style {name} is no list of parts with paint, at, shape and mirrored; fix it."
    if not isinstance(given, list):
        raise ValueError(wrong)
    return tuple(_face_part(part, name, wrong) for part in given)


def _face_part(part: Any, name: str, wrong: str) -> FacePart:  # noqa: ANN401
    try:
        points = [(point[0], point[1]) for point in (part["at"], *part["shape"])]
        paint, is_mirrored = Paint(part["paint"]), part.get("mirrored", False)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ValueError(wrong) from error
    if len(points) < 4 or not isinstance(is_mirrored, bool):
        raise ValueError(wrong)
    (across, up), *shape = [
        (_number(x, name, "head.face", LARGEST, -LARGEST), _number(y, name, "head.face", LARGEST, -LARGEST))
        for x, y in points
    ]
    if across**2 + up**2 > 1:
        raise ValueError(
            f"In the style {name}, a part of the face lies beside the head; keep it within 1 of its middle."
        )
    return FacePart(paint, (across, up), tuple(shape), is_mirrored)
