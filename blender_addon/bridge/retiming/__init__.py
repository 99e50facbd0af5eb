"""A motion on the scene's clock: frames, cycles, held poses, and the scene's own settings keyed over time."""
