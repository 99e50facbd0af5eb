"""A motion on a rig: how far its bones turn, where its feet stand, and with which keys."""
