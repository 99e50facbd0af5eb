"""The settings that options of the command line make, in a scene of the puppet, a drawing and an empty."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy

from tests.blender.setting_values import setting_values

COMMAND = "motion_retarget_2d"
ALWAYS = "--video {folder}/clip.mp4 --bake rig --output out.blend"
"""The job's required options. Pinned options come after them; an option that is given twice counts as given last."""
DRAWING, LAYER, EMPTY = "Doodle", "Head", "Carrier"


@dataclass(frozen=True)
class OptionPins:
    """Where pinned options are tried: `folder` stands for `{folder}` in them, `puppet` is the .blend file to open."""

    folder: Path
    puppet: Path

    def parsed(self, command: str, words: str) -> Any:  # noqa: ANN401
        """The options of a command (`job`, `setup` or `bone-map`), as its parser reads them. Raises UsageError."""
        from blender_addon import command_line

        if command == "job":
            return command_line.job_parser(COMMAND, "setup", "bone-map").parse_args(self._split(f"{ALWAYS} {words}"))
        parser_of = {"setup": command_line.setup_parser, "bone-map": command_line.map_parser}
        return parser_of[command](f"{COMMAND} {command}").parse_args(self._split(words))

    def put_in_place(self, value: Any) -> Any:  # noqa: ANN401
        """A word or a value with this machine's places in it."""
        if not isinstance(value, str):
            return value
        return value.replace("{python}", sys.executable).replace("{folder}", str(self.folder))

    def settings_after(self, words: str) -> dict[str, Any]:
        """The settings after the job was given these words in a scene in which nothing is set."""
        from blender_addon import command_line

        options = self.parsed("job", words)
        bpy.ops.wm.open_mainfile(filepath=str(self.puppet), load_ui=False)
        scene = bpy.context.scene
        scene.collection.objects.link(bpy.data.objects.new(EMPTY, None))
        bpy.ops.object.grease_pencil_add(type="EMPTY")
        drawing = bpy.context.object
        drawing.name = DRAWING
        for layer in list(drawing.data.layers):
            drawing.data.layers.remove(layer)
        drawing.data.layers.new(LAYER)
        command_line.apply(options, scene)
        return setting_values(scene)

    def effects(self, fragments: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The settings that each fragment sets.

        An option sets whatever one of its choices changes: `--keys reduced` sets the keys too, though to their default.
        """
        usual = self.settings_after("")
        after = {words: self.settings_after(words) for words in fragments}
        touched: dict[str, dict[str, None]] = {}
        for words, settings in after.items():
            changed = dict.fromkeys(
                path for path, value in settings.items() if path not in usual or usual[path] != value
            )
            touched.setdefault(_option(words), {}).update(changed)
        return {
            words: {path: self._told(settings[path]) for path in touched[_option(words)] if path in settings}
            for words, settings in after.items()
        }

    def _split(self, words: str) -> list[str]:
        return [self.put_in_place(word) for word in shlex.split(words)]

    def _told(self, value: Any) -> Any:  # noqa: ANN401
        return value.replace(str(self.folder), "{folder}") if isinstance(value, str) else value


def _option(words: str) -> str:
    return words.split(maxsplit=1)[0].partition("=")[0]
