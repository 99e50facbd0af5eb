"""Clips with known truth: people that Blender renders, and what is true of every frame beside each clip."""
