"""What is drawn over an editor's own view with every redraw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy


class ViewDrawing:
    """A function that draws over editors of one kind, from `register` on until `unregister`: in the view's pixels, or
    `in_world` in that of the scene.
    """

    def __init__(
        self, draw: Callable[..., None], space: type[bpy.types.Space], *arguments: object, in_world: bool = False
    ) -> None:
        self._draw, self._space, self._arguments = draw, space, arguments
        self._stage = "POST_VIEW" if in_world else "POST_PIXEL"
        self._handle: Any = None

    def register(self) -> None:
        """Draw from now on; without a window nothing is ever drawn."""
        if not bpy.app.background and self._handle is None:
            self._handle = self._space.draw_handler_add(self._draw, self._arguments, "WINDOW", self._stage)

    def unregister(self) -> None:
        """Draw no more."""
        if self._handle is not None:
            self._space.draw_handler_remove(self._handle, "WINDOW")
            self._handle = None
