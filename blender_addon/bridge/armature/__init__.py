"""An armature as it stands: its rest pose, how its bones are parented, which of them are ours, and its proportions."""
