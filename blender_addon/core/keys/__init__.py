"""Keys that an animator would set: as few as keep a curve within a tolerance, or poses that are held."""

from .choice import held_poses, turning_points
from .curve import Keys, Track, smoothstep
from .fitting import fewest_keys

__all__ = ["Keys", "Track", "fewest_keys", "held_poses", "smoothstep", "turning_points"]
