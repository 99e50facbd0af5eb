"""An armature as it stands: its rest pose, how its bones hang together, which of them are ours, and its proportions."""
