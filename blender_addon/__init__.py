"""Motion Retarget 2D: put the motion of a filmed performer on a character of any proportions, seen from any view."""


def register() -> None:
    """Add the extension to Blender; so far it has neither operators nor panels to add, only the library in `core`."""


def unregister() -> None:
    """Take out of Blender what register() added."""
