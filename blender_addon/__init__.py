"""Motion Retarget 2D: put the motion of a filmed performer on a character of any proportions, seen from any view."""


def register() -> None:
    """Add the extension to Blender: preferences, properties, operators, panels and the command line."""
    from . import cli, operators, panels, preferences, properties
    from .bridge.scene import addon

    for part in (preferences, properties, operators, panels, cli):
        part.register()
    addon.unregister_at_exit(unregister)


def unregister() -> None:
    """Take out of Blender what register() added, and stop the worker."""
    from . import cli, operators, panels, preferences, properties
    from .bridge.scene import addon
    from .worker import client

    addon.forget_exit(unregister)
    for part in (cli, panels, operators, properties, preferences):
        part.unregister()
    client.stop()
