"""Synthetic data, losses, training and evaluation of the networks. Not part of the extension."""

from blender_addon.core import sleeping_threads  # noqa: F401
