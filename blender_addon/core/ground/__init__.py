"""Where a filmed body is in the world: how far away, on what ground, and what it stands on. Arrays and poses alone."""
