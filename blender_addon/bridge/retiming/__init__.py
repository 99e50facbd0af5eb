"""Retiming: resampling to the scene's frames, cycles, held poses, and view settings that are keyed over time."""
