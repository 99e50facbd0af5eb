"""Where a picture lands in the scene."""
