"""Options that depend on one another, or on what the scene says."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import bpy

from ..settings.blend import BlendSettings
from ..settings.body import BodyChoice
from ..settings.footage import Other
from ..settings.topics import all_settings
from ..settings.view import ViewChoice
from .parser import UsageError

SHARES = {
    "look.blend_motion": "--blend-motion",
    "look.blend_skeleton": "--blend-skeleton",
    "look.blend_view": "--blend-view",
}
EXCLUSIVE = (("view", "view_keys", "look.view_source"), ("look.body", "look.body_source"))
"""Options of which one at most is given, by what they set."""


def apply(options: argparse.Namespace, scene: bpy.types.Scene) -> None:
    """Let a part of another performance name its video; UsageError where options do not go together."""
    given = {name: value for name, value in vars(options).items() if value is not None}
    for group in EXCLUSIVE:
        chosen = [
            f"--{name.rpartition('.')[2].replace('_source', '-like').replace('_', '-')}"
            for name in group
            if name in given
        ]
        if len(chosen) > 1:
            raise UsageError(f"{' and '.join(chosen)} cannot go together; give one of them.")
    for setting in all_settings():
        if isinstance(setting, Other):
            _complete(setting, given, scene)
    for sentence in _wrong(given, scene.retarget2d):
        raise UsageError(sentence)


def _complete(setting: Other, given: dict[str, object], scene: bpy.types.Scene) -> None:
    """Details are of a performance that is named, or that the scene uses; without a video they are of a part of the
    main one, which has to be named.
    """
    details = [path for path in given if path.startswith(f"{setting.path}.")]
    source = scene.path_resolve(f"retarget2d.{setting.path}")
    if details and setting.path not in given and not _in_use(setting, scene.retarget2d):
        detail = details[0].rpartition(".")[2].replace("frame_range", "range")
        raise UsageError(f"--{setting.word}-{detail} is about the performance of --{setting.word}; give that too.")
    if any(given.get(f"{setting.path}.{name}") for name in ("frame_range", "fps")) and not source.video:
        source.video = scene.retarget2d.video


def _in_use(setting: Other, chosen: bpy.types.PropertyGroup) -> bool:
    match setting.name:
        case "view_source":
            return bool(chosen.view == ViewChoice.AS_OTHER)
        case "body_source":
            return bool(chosen.look.body == BodyChoice.OTHER)
        case _:
            second = chosen.look.second
            return BlendSettings.of(chosen).is_used or bool(second.video or second.performer)


def _wrong(given: dict[str, object], chosen: bpy.types.PropertyGroup) -> Iterator[str]:
    """What does not go together, a sentence each."""
    if "editing.lost" in given and chosen.editing.smooth == 0:
        yield "--lost bridges what --smooth cleans; give --smooth above 0 too."
    if chosen.armature is not None:
        if "look.body_source" in given or given.get("look.body") is BodyChoice.OTHER:
            word = "like" if "look.body_source" in given else "body"
            yield f"--{word} gives a body, and the armature has its own; give one of the two."
        if given.get("look.blend_skeleton"):
            yield "--blend-skeleton changes the body, and the armature keeps its own; leave one of the two out."
    second = chosen.look.second
    if "look.second" not in given and not (second.video or second.performer):
        others = {path for path in SHARES if path not in given and getattr(chosen.look, path.rpartition(".")[2])}
        for path, word in SHARES.items():
            if given.get(path) and not others:
                yield f"{word} goes to the performance of --blend; give that too."
